"""Errors and keys as a programmer's log and a Korean operator read them."""

import asyncio
import copy

import pytest

from samlink.client import (
    ClientSettings,
    Held,
    Kind,
    LoginRefusedError,
    Message,
    MessageError,
    MessageKey,
    PacketRefusedError,
    Sent,
    SettingsError,
)
from samlink.client.errors import RefusedError
from samlink.vocabulary.language import Language, phrase, said
from samlink.vocabulary.problem import N_
from samlink.wire import Version

RING = phrase(N_("more than {count} redirects in a row"), count=3)


@pytest.mark.parametrize(
    ("error", "english", "korean"),
    [
        (
            LoginRefusedError("11001", ""),
            "the login was refused with 11001, wrong ID or password",
            "로그인이 거절되었습니다(11001, 아이디 또는 비밀번호 오류)",
        ),
        (
            LoginRefusedError("11006", RING),
            "the login was refused with 11006, log in at the address in RESP_MESG: more than 3 redirects in a row",
            "로그인이 거절되었습니다(11006, 다른 서버로 접속 필요: 연속 리다이렉트가 3회를 넘었습니다)",
        ),
        (
            PacketRefusedError("", "busy"),
            "the request was refused with an empty code, ",
            "요청이 거절되었습니다(빈 코드, 알 수 없는 오류: busy)",
        ),
    ],
)
def test_a_refusal_is_one_sentence_in_either_language(error: RefusedError, english: str, korean: str) -> None:
    again = copy.copy(error)
    for one in (error, again):
        assert str(one).startswith(english)
        assert korean in said(one, Language.KOREAN)
    assert error.detail == ("busy" if english.endswith("empty code, ") else "")


def test_a_repr_says_the_sentence() -> None:
    error = MessageError("message.no_text", N_("text is empty"))
    assert repr(error) == "MessageError('message.no_text', 'text is empty')"


def test_the_repr_of_a_key_masks_its_number() -> None:
    key = MessageKey("G", "1", "01012345678")
    assert repr(key) == f"{key}" == "MessageKey(G/1 010-****-5678)"


async def test_the_repr_of_a_held_message_is_short() -> None:
    sent = Sent(Message(to="01012345678", text="hi", group_id="G", message_id="1"), Kind.LMS, MessageKey("G", "1", "0"))

    async def send() -> Sent:
        return sent

    held = Held(sent.message, 1e9, asyncio.create_task(send()))
    assert await held.sent() is sent
    assert repr(held) == f"Held({sent.message!r}, due=1000000000)"


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("base_port", "33300", "a whole number"),
        ("base_port", 33300.0, "a whole number"),
        ("connect_seconds", None, "a number"),
        ("tls", "yes", "true or false"),
        ("refusals_limit", True, "a whole number"),
        ("password", None, "text"),
    ],
)
def test_a_setting_of_a_wrong_type_is_told(name: str, value: object, wanted: str) -> None:
    given = {"host": "127.0.0.1", "id": "demo", "password": "secret", name: value}
    with pytest.raises(SettingsError) as raised:
        ClientSettings(**given)  # type: ignore[arg-type]
    assert str(raised.value) == f"{name} is of type {type(value).__name__}, it must be {wanted}"


def test_a_version_may_be_given_by_its_name() -> None:
    def settings(version: str) -> ClientSettings:
        return ClientSettings(host="127.0.0.1", id="demo", password="secret", version=version)

    assert settings("SAM10").version is Version.SAM10
    with pytest.raises(SettingsError, match="version is 'SAM12', it must be one of SAM10, SAM11"):
        settings("SAM12")
