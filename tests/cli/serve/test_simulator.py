"""`samlink simulator`: settings of the simulated carrier, documented, settable, and changed while a gateway runs."""

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.carriers.simulator.meanings import MEANINGS
from samlink.carriers.simulator.settings import Chance, SimulatorSettings
from samlink.gateway.settings import SettingsError, load_settings
from samlink.link.free_ports import free_base_port
from scripts import gateway_example, simulator_doc
from tests.cli.running import Process, Ran
from tests.cli.send.test_messages import PASSWORD, make_account

Samlink = Callable[..., Ran]
Start = Callable[..., Process]
DATA = ("--data", "data")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with an account."""
    make_account(tmp_path / "data", "shop")
    return tmp_path / "data"


def test_every_setting_is_explained_and_the_pages_are_made_of_it() -> None:
    assert MEANINGS.keys() == set(SimulatorSettings.__struct_fields__)
    for number, (_, page) in enumerate(simulator_doc.PAGES):
        written = (simulator_doc.ROOT / "docs" / page).read_text(encoding="utf-8")
        assert written == simulator_doc.document(number), "run: python scripts/simulator_doc.py"


def test_the_example_has_every_setting_and_every_line_of_it_is_taken(tmp_path: Path) -> None:
    text = gateway_example.EXAMPLE.read_text(encoding="utf-8")
    assert text == gateway_example.document(), "run: python scripts/gateway_example.py"
    settings = load_settings(gateway_example.EXAMPLE, data="./samlink-data")
    in_force = re.sub(r"^# (?=\w+ = (?!\(none\)))", "", text, flags=re.MULTILINE)
    (tmp_path / "all.toml").write_text(in_force)
    assert load_settings(tmp_path / "all.toml") == settings


@pytest.mark.parametrize("mix", ["{ 8 = 0.5, 10 = 0.25 }", '{ "8" = 0.5, "10" = 0.25 }'])
def test_a_mix_of_failures_can_be_set_in_toml(tmp_path: Path, mix: str) -> None:
    (tmp_path / "gw.toml").write_text(f"data = 'd'\n[simulator]\nfailure_mix = {mix}\n")
    assert load_settings(tmp_path / "gw.toml").simulator.failure_mix == {8: 0.5, 10: 0.25}
    (tmp_path / "gw.toml").write_text("data = 'd'\n[simulator]\nfailure_mix = { x = 0.5 }\n")
    with pytest.raises(SettingsError, match="failure_mix"):
        load_settings(tmp_path / "gw.toml")


def test_changes_are_shown_kept_and_taken_back(samlink: Samlink, data: Path) -> None:
    ran = samlink(
        *("simulator", "set", "failure_mix=8:0.2,10:0.1", "never=0.05,010-1234-5678", "delay_ms=500", "held=on"),
        *("over_throughput=later", "lost_rest_taken=1"),
        *DATA,
    )
    assert ran.code == 0, ran
    now = json.loads(samlink("simulator", "show", "--json", *DATA).out)
    assert now["failure_mix"] == {"8": 0.2, "10": 0.1}
    assert now["never"] == {"share": 0.05, "receivers": ["01012345678"]}
    assert (now["delay_ms"], now["held"], now["over_throughput"], now["lost_rest_taken"]) == (500, True, "later", 1.0)
    shown = samlink("simulator", "show", *DATA).out
    assert "0.05,01012345678 (was 0)" in shown
    assert "500 (was 0)" in shown
    assert samlink("simulator", "reset", "never", *DATA).code == 0
    now = json.loads(samlink("simulator", "show", "--json", *DATA).out)
    assert now["never"] == {"share": 0.0, "receivers": []}
    assert now["delay_ms"] == 500
    assert samlink("simulator", "reset", *DATA).code == 0
    assert json.loads(samlink("simulator", "show", "--json", *DATA).out)["delay_ms"] == 0


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("never", ["'never'", "KEY=VALUE"]),
        ("nevr=1", ["'nevr'", "samlink simulator show"]),
        ("never=2", ["never: a share is between 0 and 1"]),
        ("never=often", ["never", "'often'", "share"]),
        ("delay_ms=soon", ["delay_ms", "'soon'", "whole number"]),
        ("delay_ms=-1", ["delay_ms", "at least 0"]),
        ("held=perhaps", ["held", "'perhaps'", "true or false"]),
        ("failure_mix=8", ["failure_mix", "'8'", "CODE:SHARE"]),
        ("failure_mix=90:0.5", ["failure_mix", "90"]),
        ("over_throughput=never", ["over_throughput"]),
        ("batch_limit=7", ["batch_limit", "settings file"]),
    ],
)
def test_what_cannot_be_set_is_said_and_nothing_is_changed(
    samlink: Samlink, data: Path, pair: str, said: list[str]
) -> None:
    samlink("simulator", "set", "throughput=7", pair, *DATA).failed_plainly(*said, code=2)
    assert json.loads(samlink("simulator", "show", "--json", *DATA).out)["throughput"] == 0


def test_a_damaged_file_of_changes_is_said(samlink: Samlink, data: Path) -> None:
    assert samlink("simulator", "set", "never=1", *DATA).code == 0
    (data / "simulator" / "changes.json").write_text("{")
    samlink("simulator", "show", *DATA).failed_plainly("changes.json", "not JSON", code=1)


def test_a_running_gateway_follows_and_a_restart_keeps_it(
    samlink: Samlink, start: Start, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    base_port = str(free_base_port())
    (tmp_path / "gw.toml").write_text("[simulator]\ndelay_ms = 1\n")
    serve = ("serve", "--config", "gw.toml", *DATA, "--base-port", base_port, "--log-json")
    send = ("send", "--base-port", base_port, "--id", "shop", "--to", "01012345606", "--wait", "--json", "hi")
    gateway = start(*serve, merged=True)
    gateway.read_until("listening")
    assert json.loads(samlink(*send).out)["result"] == 6
    assert samlink("simulator", "set", "failure_mix=8:1", "digits=false", *DATA).code == 0
    assert "failures 1 of 8" in gateway.read_until("simulator_changed")
    assert json.loads(samlink(*send).out)["result"] == 8
    assert "1 (was 0)" not in samlink("simulator", "show", *DATA).out
    gateway.signal(signal.SIGTERM)
    assert gateway.finish().code == 0
    gateway = start(*serve, merged=True)
    assert "failures 1 of 8" in gateway.read_until("listening")
    assert samlink("simulator", "reset", *DATA).code == 0
    assert "results after 1 ms" in gateway.read_until("simulator_changed")
    assert json.loads(samlink(*send).out)["result"] == 6
    gateway.signal(signal.SIGTERM)
    assert gateway.finish().code == 0


TWO = """
[[routes]]
route = "otp"
receivers = ["01012345"]

[[carriers]]
name = "fast"
kind = "simulator"
routes = ["otp"]

[[carriers]]
name = "bulk"
kind = "simulator"
options = { delay_ms = 1, digits = false }
"""


def test_two_carriers_are_shown_and_changed_each_by_its_name(
    samlink: Samlink, start: Start, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    base_port = str(free_base_port())
    (tmp_path / "gw.toml").write_text(TWO)
    gateway = start("serve", "--config", "gw.toml", *DATA, "--base-port", base_port, merged=True)
    gateway.read_until("Ctrl-C")
    assert any("Carrier fast (otp): simulated carrier" in line for line in gateway.lines)
    assert any("Carrier bulk (default): " in line and "after 1 ms" in line for line in gateway.lines)
    samlink("simulator", "show", *DATA).failed_plainly("bulk, fast", "--carrier", code=2)
    samlink("simulator", "show", "--carrier", "slow", *DATA).failed_plainly("slow", "bulk, fast", code=2)
    assert samlink("simulator", "set", "--carrier", "bulk", "held=true", *DATA).code == 0
    assert json.loads(samlink("simulator", "show", "--carrier", "bulk", "--json", *DATA).out)["held"]
    assert not json.loads(samlink("simulator", "show", "--carrier", "fast", "--json", *DATA).out)["held"]
    gateway.read_until("held: takes nothing")
    send = ("send", "--base-port", base_port, "--id", "shop", "--json", "hi")
    assert samlink(*send, "--to", "01099999906").code == 0
    assert json.loads(samlink(*send, "--to", "01012345608", "--wait").out)["result"] == 8
    assert samlink("simulator", "reset", "--carrier", "bulk", *DATA).code == 0
    last = samlink(*send, "--to", "01099999908", "--wait", "--take-others")
    assert json.loads(last.out.splitlines()[-1])["result"] == 6
    gateway.signal(signal.SIGTERM)
    assert gateway.finish().code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TWO.replace('["otp"]', '["otp", "mail"]'), "fast serves the route mail"),
        (TWO.replace('routes = ["otp"]', ""), "no carrier serves the route otp"),
        (TWO.replace('"bulk"', '"fast"'), "a name of its own"),
        (TWO.replace('kind = "simulator"', 'kind = "pigeon"', 1), "pigeon"),
        (TWO.replace("delay_ms = 1", "delay_ms = -1"), "delay_ms"),
        (TWO.replace("delay_ms = 1", "colour = 1"), "colour"),
    ],
)
def test_carriers_that_make_no_sense_are_refused_at_the_start(
    samlink: Samlink, data: Path, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "gw.toml").write_text(text)
    samlink("serve", "--config", "gw.toml", *DATA).failed_plainly(said, code=2)


def test_hold_and_release(data: Path) -> None:
    from samlink.carriers.simulator.carrier import SimulatedCarrier

    carrier = SimulatedCarrier(SimulatorSettings(never=Chance(0.5)))
    carrier.change({"held": True, "throughput": 5})
    assert carrier.held
    assert carrier.settings.never == Chance(0.5)
    carrier.change({})
    assert not carrier.held
    assert carrier.settings == SimulatorSettings(never=Chance(0.5))
    with pytest.raises(ValueError, match="journal_segments"):
        carrier.change({"journal_segments": 5})
