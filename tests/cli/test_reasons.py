"""Sentences from the rooms below: in Korean for who reads Korean."""

from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.link.free_ports import free_base_port
from tests.cli.running import Ran

Samlink = Callable[..., Ran]
PORTS = ("--base-port", str(free_base_port()))
"""Free ones: those of the manual may be in use here."""


@pytest.mark.parametrize(
    ("arguments", "korean"),
    [
        (["serve", "--config", "nowhere.toml"], "nowhere.toml을 읽을 수 없습니다: 그런 파일이나"),
        (["upload", "nowhere.jpg"], "nowhere.jpg를 읽을 수 없습니다: 그런 파일이나 디렉터리가 없습니다."),
        (["decode", "not.hex"], "not.hex의 내용은 전문도 16진수 덤프도 아닙니다: 1번째 줄: 'h'는"),
        (["serve", "--data", "data", *PORTS], "data/samlink.db는 samlink 데이터베이스가 아니거나 손상되었습니다"),
        (["account", "list", "--data", "data"], "data/samlink.db는 samlink 데이터베이스가"),
    ],
)
def test_failures_in_korean(
    samlink: Samlink, monkeypatch: pytest.MonkeyPatch, arguments: list[str], korean: str
) -> None:
    Path("not.hex").write_text("hello")
    Path("data").mkdir()
    Path("data/samlink.db").write_text("this is no database at all, " * 100)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    ran = samlink(*arguments)
    assert ran.code == (2 if "--config" in arguments else 1), "wrong settings end with 2"
    assert korean in ran.err


def test_the_number_of_an_error_is_kept_from_the_operator(samlink: Samlink, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").write_text("")
    samlink("serve", "--data", "file/data", *PORTS).failed_plainly("the gateway cannot start: ", code=1)
    assert "Errno" not in samlink("serve", "--data", "file/data", *PORTS).err
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert "192.0.2.1의 33300 포트를 열 수 없습니다: 이 서버의" in samlink("serve", "--host", "192.0.2.1").err
