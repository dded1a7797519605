"""`samlink decode`: raw bytes and hex, from files and standard input, shown masked."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.cli.entry import run
from samlink.vocabulary.services import Duty, Service
from samlink.wire import ClientSession, Login, SendRecord, Version
from samlink.wire.commands import SEND_SMS
from samlink.wire.frame import Frame, encode_frame
from tests.cli.running import Ran

Samlink = Callable[..., Ran]
SECRET = "Zq9-not-shown"


def login() -> bytes:
    """What a client sends to log in."""
    session = ClientSession(Service.SMS, Duty.SEND, Version.SAM11, 0.0)
    session.login(Login("shop", SECRET), 0.0)
    return session.bytes_to_send()


def test_raw_bytes_from_a_file(samlink: Samlink) -> None:
    Path("capture.bin").write_bytes(login() * 2)
    ran = samlink("decode", "capture.bin")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("SAM11 1010 login") == 2
    assert "PASSWORD     ****" in ran.out
    assert SECRET not in ran.out


def test_hex_from_standard_input(samlink: Samlink) -> None:
    for arguments in ((), ("-",)):
        ran = samlink("decode", *arguments, stdin=login().hex(" "))
        assert ran.code == 0
        assert "ID           shop" in ran.out


def test_json_is_one_frame_a_line(samlink: Samlink) -> None:
    ran = samlink("decode", "--json", stdin=(login() + login()[:80]).hex())
    frames = [json.loads(line) for line in ran.out.splitlines()]
    assert [frame["command"] for frame in frames] == ["1010", "1010"]
    assert "problem" not in frames[0]
    assert "ends" in frames[1]["problem"]
    assert SECRET not in ran.out


def sms() -> bytes:
    """A send request with one SMS."""
    answer = Frame("SAM11", "1011", "00000", "30|1|")
    session = ClientSession(Service.SMS, Duty.SEND, Version.SAM11, 0.0)
    session.login(Login("shop", SECRET), 0.0)
    session.bytes_to_send()
    session.receive(encode_frame(answer), 0.0)
    session.send_messages(SEND_SMS, [SendRecord("g", "m", "0212345678", "01012345606", text="비밀 이야기")], 0.0)
    return session.bytes_to_send()


def test_numbers_and_texts_are_shown_only_when_asked_for(samlink: Samlink) -> None:
    hidden = samlink("decode", stdin=sms().hex()).out
    assert "010-****-5606" in hidden
    assert "비밀" not in hidden
    shown = samlink("decode", "--reveal", stdin=sms().hex()).out
    assert "01012345606" in shown
    assert "비밀 이야기" in shown


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "line 1"),
        (b"01 53 4", "odd"),
        (b"\x00\x00\x00", "3 bytes"),
        (b"", "0 bytes"),
    ],
)
def test_what_is_no_capture_is_named(samlink: Samlink, content: bytes, said: str) -> None:
    Path("capture").write_bytes(content)
    samlink("decode", "capture").failed_plainly("capture", said, code=1)


def test_a_file_that_is_not_there(samlink: Samlink) -> None:
    samlink("decode", "nowhere.bin").failed_plainly("nowhere.bin", code=1)
    samlink("decode", ".").failed_plainly("directory", code=1)


def test_a_capture_that_is_too_long(samlink: Samlink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samlink.cli.commands.decode.LIMIT_BYTES", 10)
    samlink("decode", stdin=login().hex()).failed_plainly("longer than 10 bytes", code=1)


def test_raw_bytes_from_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(login()), encoding="utf-8"))
    assert run(["decode"]) == 0
    assert "1010 login" in capsys.readouterr().out
