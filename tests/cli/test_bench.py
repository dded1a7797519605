"""The benchmark: what it prints, that it agrees with itself, that it leaves nothing behind. Never how fast it is."""

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.bench.load import SENDER
from samlink.link.free_ports import free_base_port
from tests.cli.running import Process, Ran

LISTS = ("--opt-outs", "2000")
SMALL = ("--messages", "300", "--runs", "1", "--seconds", "0.1")


def test_a_small_run_finds_every_figure_and_leaves_nothing_behind(
    start: Callable[..., Process], tmp_path: Path
) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    ran = start("bench", *SMALL, *LISTS, "--queued", "60", "--directory", str(place), "--json").finish()
    assert ran.code == 0, ran
    found = json.loads(ran.out)
    assert found["end_to_end"]["messages"] == found["burst"]["messages"] == 300
    assert found["end_to_end"]["cpu_seconds_per_1000"].keys() == {"gateway", "writer", "load generator"}
    assert found["resident_mb"].keys() == {"gateway", "writer", "load generator"}
    for figure in ("end_to_end", "burst", "drain", "latency_end_to_end", "latency_burst"):
        assert found[figure]["messages_per_second"] > 0
    for latency in (found["latency_end_to_end"], found["latency_burst"]):
        assert 0 < latency["p50_ms"] <= latency["p99_ms"] <= latency["max_ms"]
    assert found["rules"]["off"]["messages"] == found["rules"]["on"]["messages"] == 300
    for mode in ("off", "on"):
        assert found["rules"][mode]["messages_per_second"] > 0
        assert found["rules"][mode]["cpu_us_per_message"].keys() == {"gateway", "writer"}
    assert found["rules"]["ratio"] > 0
    lists = ("senders", "opt_outs_everyone", "opt_outs_account", "filtered_words", "filtered_receivers")
    assert [found["rules"][name] for name in lists] == [1000, 2000, 200, 50, 100]
    assert found["start"]["queued"] == 60
    assert found["wire"]["messages"] == 30
    assert min(found["wire"]["decode_us"], found["wire"]["encode_us"]) > 0
    assert all(found["floors"][name] > 0 for name in ("echo_per_second", "bare_lives_per_second"))
    assert found["verified"] >= 600
    assert list(place.iterdir()) == []


def test_a_person_gets_a_table(start: Callable[..., Process], tmp_path: Path) -> None:
    ran = start("bench", *SMALL, *LISTS, "--queued", "0", "--directory", str(tmp_path)).finish()
    assert ran.code == 0, ran
    for line in (
        "end to end",
        "burst accepted",
        "burst, all rules off",
        "burst, all rules on",
        "CPU for a message, rules on",
        "1,000 senders, 2,000 + 200 opt-outs, 50 words, 100",
        "p99",
        "resident memory",
        "CPU for 1000",
        "wire: 30 SMS",
        "floor: echo",
    ):
        assert line in ran.out
    assert "start with" not in ran.out
    cores, load = re.findall(r"(\d+) cores .* load ([\d.]+) before", ran.out)[0]
    assert ("it can do more than these figures say" in ran.out) is (float(load) > int(cores) / 2)
    assert "one result each." in ran.out


def test_the_rules_can_be_left_out(start: Callable[..., Process], tmp_path: Path) -> None:
    ran = start("bench", *SMALL, "--no-rules", "--queued", "0", "--directory", str(tmp_path), "--json").finish()
    assert ran.code == 0, ran
    assert json.loads(ran.out)["rules"] is None


def test_a_gateway_that_runs_already_is_only_driven(start: Callable[..., Process], samlink: Callable[..., Ran]) -> None:
    port = free_base_port()
    added = samlink(
        "account", "add", "load", "--allow", "127.0.0.1", "--fee", "postpaid", "--batch-limit", "7", "--json"
    )
    password = json.loads(added.out)["password"]
    assert samlink("sender", "add", "load", SENDER).code == 0
    start("serve", "--base-port", str(port)).read_until("Ctrl-C")
    login = {"SAMLINK_ID": "load", "SAMLINK_PASSWORD": password}
    ran = start("bench", *SMALL, "--against", f"127.0.0.1:{port}", "--directory", ".", "--json", **login).finish()
    assert ran.code == 0, ran
    found = json.loads(ran.out)
    assert found["verified"] > 300
    assert found["burst"] is None
    refused = login | {"SAMLINK_PASSWORD": "wrong"}
    start("bench", *SMALL, "--against", f"127.0.0.1:{port}", **refused).finish().failed_plainly("11001", code=1)


def test_stopped_in_the_middle_it_takes_its_gateway_and_its_data_with_it(
    start: Callable[..., Process], tmp_path: Path
) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    running = start("bench", "--messages", "5000000", "--directory", str(place), merged=True)
    running.read_until("end to end")
    running.signal(signal.SIGTERM)
    assert running.finish().code == 130
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("against", "said"),
    [("gateway", "HOST:PORT"), ("127.0.0.1:0", "HOST:PORT"), ("192.0.2.1:33300", "--beyond-this-machine")],
)
def test_an_address_that_it_does_not_send_to(samlink: Callable[..., Ran], against: str, said: str) -> None:
    samlink("bench", "--against", against).failed_plainly(said, code=2)


def test_a_login_has_to_be_in_the_environment(samlink: Callable[..., Ran]) -> None:
    samlink("bench", "--against", "127.0.0.1:33300").failed_plainly("SAMLINK_ID", "SAMLINK_PASSWORD", code=2)


def test_a_gateway_that_is_not_there(samlink: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMLINK_ID", "load")
    monkeypatch.setenv("SAMLINK_PASSWORD", "x")
    samlink("bench", "--against", f"[::1]:{free_base_port()}", "--directory", ".").failed_plainly(
        "cannot be reached", code=1
    )


def test_a_directory_that_is_not_there(samlink: Callable[..., Ran]) -> None:
    samlink("bench", "--directory", "nowhere").failed_plainly("nowhere", code=1)
