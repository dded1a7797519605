"""`samlink agent unknown` and `samlink agent decide`, on a table that an agent has left with rows in doubt."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samlink.agent.tables.claim import links
from tests.cli.running import Ran

Samlink = Callable[..., Ran]


@pytest.fixture
def shop(samlink: Samlink, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Three rows that may have been sent long ago, and one that was sent just now."""
    assert samlink("agent", "init", "--url", "sqlite:///shop.sqlite").code == 0
    connection = sqlite3.connect(tmp_path / "shop.sqlite", isolation_level=None)
    for id in range(1, 5):
        connection.execute(
            "INSERT INTO UShotSMS (Sender, Receiver, Msg, SendResult) VALUES ('0212345678', '01012345678', '안녕', 1)"
        )
        connection.execute(
            "INSERT INTO ushotlink (group_id, message_id, source, row_id, state, lease_until, since)"
            " VALUES ('G', ?, 'UShotSMS', ?, ?, ?, ?)",
            (str(id), str(id), links.UNKNOWN, 0 if id < 4 else 9_999_999_999, 1_750_000_000),
        )
    yield connection
    connection.close()


def states(shop: sqlite3.Connection) -> list[int]:
    """SendResult of each row."""
    return [state for (state,) in shop.execute("SELECT SendResult FROM UShotSMS ORDER BY MsgID")]


def test_unknown_rows_are_listed_with_what_is_needed_to_ask_for_them(
    samlink: Samlink, shop: sqlite3.Connection
) -> None:
    shop.execute("DELETE FROM UShotSMS WHERE MsgID = 3")
    ran = samlink("agent", "unknown")
    assert ran.code == 0, ran
    assert "overdue" in ran.out
    assert "deleted" in ran.out
    assert "2025-06-16 00:06:40" in ran.out
    rows = json.loads(samlink("agent", "unknown", "--json").out)
    assert [(row["row_id"], row["message_id"], row["overdue"], row["there"]) for row in rows] == [
        ("1", "1", True, True),
        ("2", "2", True, True),
        ("3", "3", True, False),
    ], "the fourth is on its way"
    shop.execute("DELETE FROM ushotlink")
    shop.execute("DELETE FROM UShotSMS")
    assert "is known" in samlink("agent", "unknown").out
    view = json.loads(samlink("agent", "status", "--json").out)["tables"][0]
    assert (view["unknown"], view["undecided"], view["sending"]) == (0, 0, 0)


def test_status_shows_what_needs_a_decision(samlink: Samlink, shop: sqlite3.Connection) -> None:
    assert "to decide" in samlink("agent", "status").out
    view = json.loads(samlink("agent", "status", "--json").out)["tables"][0]
    assert (view["unknown"], view["undecided"], view["sending"]) == (0, 3, 1)


def test_a_person_decides(samlink: Samlink, shop: sqlite3.Connection) -> None:
    ran = samlink("agent", "decide", "UShotSMS", "1", "--result", "6")
    assert (ran.code, ran.out) == (0, "UShotSMS: 1 row(s) got the result 6\n")
    assert states(shop) == [6, 1, 1, 1]
    ran = samlink("agent", "decide", "ushotsms", "--overdue", "--resend")
    assert (ran.code, ran.out.startswith("ushotsms: 2 row(s) are sent again")) == (0, True)
    found = shop.execute("SELECT state FROM ushotlink ORDER BY message_id").fetchall()
    assert [state for (state,) in found] == [links.FINISHED, links.RESEND, links.RESEND, links.UNKNOWN]
    samlink("agent", "decide", "UShotSMS", "2", "4", "--result", "8").failed_plainly("not changed: 2, 4;", code=1)
    assert states(shop) == [6, 1, 1, 1]


def test_rows_in_the_sending_state_that_are_nobodys_are_listed_and_decided_about(
    samlink: Samlink, shop: sqlite3.Connection
) -> None:
    shop.execute("DELETE FROM ushotlink WHERE row_id IN ('2', '3')")
    assert "nobody's" in samlink("agent", "status").out
    view = json.loads(samlink("agent", "status", "--json").out)["tables"][0]
    assert (view["orphaned"], view["undecided"]) == (2, 1)
    assert "no agent holds a key" in samlink("agent", "unknown").out
    rows = json.loads(samlink("agent", "unknown", "--json").out)
    assert [row["row_id"] for row in rows if row["orphaned"]] == ["2", "3"]
    assert samlink("agent", "decide", "UShotSMS", "3", "--result", "8").code == 0
    assert states(shop) == [1, 1, 8, 1]
    ran = samlink("agent", "decide", "UShotSMS", "--orphaned", "--resend")
    assert (ran.code, ran.out) == (0, "UShotSMS: 1 row(s) are sent again by the agent that runs\n")
    assert states(shop) == [1, 0, 8, 1]
    samlink("agent", "decide", "UShotSMS", "2", "no-such-row", "--resend").failed_plainly("not changed: 2", code=1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("UShotSMS", "--resend"), "name the rows"),
        (("UShotSMS", "1", "--overdue", "--resend"), "one of the three"),
        (("UShotSMS", "1"), "give --resend"),
        (("UShotSMS", "1", "--resend", "--result", "6"), "one of the two"),
        (("UShotSMS", "1", "--result", "1"), "not a result"),
        (("UShotSMS", "1", "--result", "1000"), "not a result"),
        (("Other", "1", "--resend"), "there is no table Other"),
    ],
)
def test_a_decision_that_is_none_is_refused_in_a_sentence(
    samlink: Samlink, shop: sqlite3.Connection, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = samlink("agent", "decide", *arguments)
    assert ran.code in {1, 2}
    assert sentence in ran.err
    assert states(shop) == [1, 1, 1, 1]
