"""`samlink serve`: what it says when it starts, stops and cannot."""

import json
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.link.free_ports import free_base_port
from tests.cli.running import Process, Ran

Samlink = Callable[..., Ran]
Start = Callable[..., Process]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_and_stops_on_a_signal(start: Start, number: signal.Signals) -> None:
    base_port = free_base_port()
    serving = start("serve", "--base-port", str(base_port))
    serving.read_until("Ctrl-C")
    assert f"  SMS  127.0.0.1  send {base_port}, reports {base_port + 1}" in serving.lines
    assert any("simulated carrier" in line for line in serving.lines)
    with socket.create_connection(("127.0.0.1", base_port)):
        pass
    serving.signal(number)
    ran = serving.finish()
    assert ran.code == 0
    assert "samlink has stopped." in ran.out
    assert "Traceback" not in ran.err


def test_with_log_json_every_line_is_json(start: Start) -> None:
    serving = start("serve", "--base-port", str(free_base_port()), "--log-json", merged=True)
    assert json.loads(serving.read_until("listening"))["ports"]["SMS send"]
    serving.signal(signal.SIGTERM)
    ran = serving.finish()
    assert ran.code == 0
    assert all(json.loads(line)["timestamp"] for line in ran.out.splitlines() if line)


def test_settings_come_from_the_file_and_options_win(start: Start, tmp_path: Path) -> None:
    base_port = free_base_port()
    (tmp_path / "samlink.toml").write_text('data = "elsewhere"\nbase_port = 1\n[simulator]\ndelay_ms = 70\n')
    serving = start("serve", "--config", "samlink.toml", "--base-port", str(base_port))
    serving.read_until("Ctrl-C")
    assert any("elsewhere" in line for line in serving.lines)
    assert any("70 ms" in line for line in serving.lines)
    assert (tmp_path / "elsewhere" / "samlink.db").exists()
    assert not (tmp_path / "samlink-data").exists()


def test_a_port_that_is_taken(start: Start, tmp_path: Path) -> None:
    base_port = free_base_port()
    with socket.create_server(("127.0.0.1", base_port + 2)):
        for command in ("serve", "demo"):
            ran = start(command, "--base-port", str(base_port)).finish()
            ran.failed_plainly("taken", f"--base-port {base_port + 100}", code=1)
    assert not list(tmp_path.iterdir())


def test_an_address_of_another_machine_leaves_nothing_behind(start: Start, tmp_path: Path) -> None:
    for host in ("203.0.113.7", "no-such-host.invalid"):
        ran = start("serve", "--host", host, "--base-port", str(free_base_port()), "--data", "new").finish()
        ran.failed_plainly(host, code=1)
    assert not (tmp_path / "new").exists()


def test_make_names_its_own_way_to_other_ports(start: Start) -> None:
    base_port = free_base_port()
    with socket.create_server(("127.0.0.1", base_port)):
        ran = start("demo", "--base-port", str(base_port), MAKELEVEL="1").finish()
        ran.failed_plainly(f'make run RUN_ARGS="--base-port {base_port + 100}"', code=1)


@pytest.mark.parametrize(
    ("options", "said", "code"),
    [
        (["--base-port", "70000"], ["--base-port", "65530"], 2),
        (["--base-port", "x"], ["--base-port", "not a number"], 2),
        (["--config", "nothing.toml"], ["nothing.toml"], 2),
        (["--config", "broken.toml"], ["broken.toml"], 2),
        (["--config", "unknown.toml"], ["unknown.toml", "colour"], 2),
        (["--config", "wrong.toml"], ["wrong.toml", "delay_ms"], 2),
        (["--log-level", "loud"], ["--log-level", "'loud'"], 2),
        (["--config", "certificate.toml"], ["no.pem cannot be read"], 2),
        (["--config", "token.toml"], ["no.token cannot be read"], 2),
        (["--config", "carrier.toml"], ["pigeons"], 2),
        (["--data", "broken.toml"], ["broken.toml is not a directory"], 1),
        (["--host", "nowhere.invalid"], ["nowhere.invalid"], 1),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(start: Start, tmp_path: Path, options: list[str], said: list[str], code: int) -> None:
    (tmp_path / "broken.toml").write_text("data = \n")
    (tmp_path / "unknown.toml").write_text('colour = "red"\n')
    (tmp_path / "wrong.toml").write_text("[simulator]\ndelay_ms = -1\n")
    ports = f"base_port = {free_base_port()}\n"
    (tmp_path / "certificate.toml").write_text(ports + "[tls]\ncertificate_file = 'no.pem'\nkey_file = 'no.key'\n")
    (tmp_path / "token.toml").write_text(ports + "[monitor]\nport = 1\ntoken_file = 'no.token'\n")
    (tmp_path / "carrier.toml").write_text(ports + "[[carriers]]\nname = 'a'\nkind = 'pigeons'\n")
    start("serve", *options).finish().failed_plainly(*said, code=code)
