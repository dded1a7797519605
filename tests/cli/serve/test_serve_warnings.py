"""What `samlink serve` says at its start of what others can reach: once each, and only when it is so."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.link.free_ports import free_base_port
from samlink.testing.certificates import Authority
from tests.cli.running import Process

Start = Callable[..., Process]
ANYWHERE = "0.0.0.0"
IN_CLEAR = "connect without TLS"
OPEN = "others than the owner can enter"


def said(start: Start, *options: str, host: str = ANYWHERE) -> str:
    """All that a gateway says from its start to its end."""
    serving = start("serve", "--host", host, "--base-port", str(free_base_port()), *options, merged=True)
    serving.read_until("listening" if "--log-json" in options else "Ctrl-C")
    serving.signal(signal.SIGTERM)
    serving.read_until("draining")
    words = "\n".join(serving.lines)
    assert serving.finish().code == 0
    return words


def test_ports_in_clear_that_others_can_reach_are_said_once(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(start).count(IN_CLEAR) == 1
    assert IN_CLEAR not in said(start, host="127.0.0.1")
    lines = [json.loads(line) for line in said(start, "--log-json").splitlines()]
    assert [line["level"] for line in lines if line["event"] == "open_without_tls"] == ["warning"]
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert "경고: 다른 서버가 TLS 없이" in said(start)


@pytest.mark.parametrize(("ports", "count"), [("all", 0), ("extra", 1)])
def test_tls_on_all_ports_leaves_nothing_to_say(start: Start, tmp_path: Path, ports: str, count: int) -> None:
    pair = Authority(tmp_path).certificate("relay.example")
    settings = f"data = 'data'\n[tls]\nports = '{ports}'\n"
    files = f"certificate_file = '{pair.certificate}'\nkey_file = '{pair.key}'\n"
    Path("relay.toml").write_text(settings + files)
    words = said(start, "--config", "relay.toml")
    assert words.count(IN_CLEAR) == count
    assert words.count("  TLS\n") == 3


def test_a_directory_that_others_can_enter_is_said(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    assert OPEN not in said(start, "--data", "data", host="127.0.0.1")
    data.chmod(0o750)
    assert said(start, "--data", "data", host="127.0.0.1").count(OPEN) == 1
