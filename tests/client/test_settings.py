"""Settings: what is refused, and what is never shown."""

from typing import Any

import pytest

from samlink.client import ByPeer, ClientSettings, LoginRefusedError, SettingsError
from samlink.vocabulary.services import Duty, Service

PASSWORD = "pa55-word"


def settings(**changes: Any) -> ClientSettings:
    """Good settings, some changed."""
    return ClientSettings(**({"host": "127.0.0.1", "id": "demo", "password": PASSWORD} | changes))


def test_the_password_is_never_shown() -> None:
    assert PASSWORD not in repr(settings())
    assert PASSWORD not in str(settings())
    with pytest.raises(SettingsError) as raised:
        settings(password=PASSWORD + "\n")
    assert PASSWORD not in str(raised.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"host": ""},
        {"id": ""},
        {"id": "a" * 21},
        {"password": "😀"},
        {"password": " a"},
        {"base_port": 0},
        {"base_port": 65535},
        {"padding": b"x"},
        {"padding": "spaces"},
        {"resend_unanswered": "maybe"},
        {"resend_unanswered": True},
        {"hold_sms": "never"},
        {"source_address": "eth0"},
        {"sms_bytes": 101},
        {"give_up_seconds": 0},
        {"reconnect_seconds": -1},
    ],
)
def test_what_cannot_be_used_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=next(iter(changes))):
        settings(**changes)


@pytest.mark.parametrize("padding", ["space", "nul", b" ", b"\0"])
@pytest.mark.parametrize("choice", ["auto", "yes", "no"])
def test_settings_of_a_file_are_taken_as_they_stand_there(padding: str | bytes, choice: str) -> None:
    made = settings(padding=padding, resend_unanswered=choice, hold_sms=choice)
    assert (made.resend_unanswered, made.hold_sms) == (ByPeer(choice), ByPeer(choice))


def test_ports_follow_the_base_port() -> None:
    assert settings(base_port=40000).address(Service.MMS, Duty.REPORT) == ("127.0.0.1", 40003)


def test_a_refusal_says_what_the_code_means_in_both_languages() -> None:
    error = LoginRefusedError("11001", "login failed")
    assert str(error) == "the login was refused with 11001, wrong ID or password: login failed"
    assert (error.response.code, error.korean, error.final) == ("11001", "아이디 또는 비밀번호 오류", True)
