"""`samlink agent bench` as a person runs it: small, on SQLite, with its counts at the end."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.cli.running import Ran

Samlink = Callable[..., Ran]


def test_rows_are_carried_counted_and_nothing_is_left_behind(samlink: Samlink, tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    shop = tmp_path / "shop.sqlite"
    sqlite3.connect(shop).close()
    url = f"sqlite:///{shop}"
    ran = samlink("agent", "bench", "--rows", "400", "--directory", str(tmp_path / "place"), "--url", url, "--json")
    assert ran.code == 0, ran
    found = json.loads(ran.out)
    assert found["verified"] == 400 + found["plan"]["singles"]
    assert found["floor_per_second"] > found["rows_per_second"] > 0
    assert found["database"].startswith("sqlite")
    assert list((tmp_path / "place").iterdir()) == []
    connection = sqlite3.connect(shop)
    assert connection.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall() == []
    connection.close()


def test_rows_that_wait_behind_are_not_counted(samlink: Samlink, tmp_path: Path) -> None:
    ran = samlink("agent", "bench", "--rows", "200", "--waiting", "2000", "--directory", str(tmp_path))
    assert ran.code == 0, ran
    assert "2,000" in ran.out
    assert "one result each" in ran.out


def test_what_is_wrong_is_said_in_one_sentence(samlink: Samlink, tmp_path: Path) -> None:
    samlink("agent", "bench", "--url", "no url").failed_plainly("not a database's URL", code=2)
    secret = "mysql+pymysql://agent:secret@db/shop"
    wrong = samlink("agent", "bench", "--url", secret)
    wrong.failed_plainly("password in it", code=2)
    assert "secret" not in wrong.err
    samlink("agent", "bench", "--rows", "10", "--directory", str(tmp_path / "nowhere")).failed_plainly(
        "nowhere", code=1
    )
