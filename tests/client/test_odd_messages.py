"""One bad message fails alone, whatever is wrong with it; what macOS writes is composed; a name is no file."""

import asyncio
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from samlink.client import Failed, KakaoKind, KakaoMessage, Kind, Message, MessageError, Sender, Sent
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.client.clock import MovableClock
from tests.client.sample import message

GOOD: dict[str, Any] = {"to": "01012345678", "text": "안녕"}
KAKAO: dict[str, Any] = {"to": "01012345678", "text": "안녕", "kind": KakaoKind.FRIEND_TALK, "sender_key": "k"}
WRONG: tuple[Any, ...] = (None, 1012345606, 1.5, b"bytes", ["a"], {"a": 1}, object(), datetime(2030, 1, 1))  # noqa: DTZ001
TEXTS = ("to", "text", "sender", "subject", "url", "group_id", "message_id", "user_code")


def odd_messages() -> list[Any]:
    """Everything that is not a message, and each field with each value of a wrong type."""
    odd: list[Any] = [None, 1, "text", {"to": "01012345678", "text": "a"}, object(), [], ("01012345678", "a")]
    for field in TEXTS:
        odd += [Message(**GOOD | {field: value}) for value in WRONG if value is not None or field in {"to", "text"}]
    odd += [Message(**GOOD | {field: value}) for field in ("reserve_at", "timeout_at") for value in ("2030-01-01", 0)]
    odd += [Message(**GOOD | {"files": files}) for files in ("a.jpg", 5, (5,), (None,), [b"a"], {"a.jpg"})]
    odd += [Message(**GOOD | {"kind": kind}) for kind in ("XMS", 5, "", "sms ")]
    for field in ("to", "text", "kind", "sender_key", "template_code", "alt_text", "alt_subject", "fallback"):
        odd += [KakaoMessage(**KAKAO | {field: value}) for value in WRONG]
    odd += [KakaoMessage(**KAKAO | {"attachment": value}) for value in (5, ["a"])]
    odd += [KakaoMessage(**KAKAO | {"ad": "yes"})]
    return odd


async def test_one_bad_message_is_one_failed_and_the_others_go(gateway: ScriptedGateway) -> None:
    odd = odd_messages()
    given = [one for number, bad in enumerate(odd) for one in (message(number), bad)]
    async with Sender(gateway.settings()) as sender:
        outcomes = [outcome async for outcome in sender.send_many(given)]
    assert len(outcomes) == len(given)
    assert all(isinstance(outcome, Sent) for outcome in outcomes[::2])
    for outcome, bad in zip(outcomes[1::2], odd, strict=True):
        assert isinstance(outcome, Failed), bad
        assert isinstance(outcome.error, MessageError)
        assert str(outcome.error)
        assert repr(bad)
    assert len(gateway.messages) == len(odd)


async def test_a_type_of_its_own_is_named_and_the_value_is_not(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        with pytest.raises(MessageError) as raised:
            await sender.send(Message(**GOOD | {"to": 1012345606}))
    assert str(raised.value) == "to is of type int, it must be a string"


@pytest.mark.parametrize("kind", ["SMS", "LMS"])
async def test_a_kind_may_be_given_by_its_name(gateway: ScriptedGateway, kind: str) -> None:
    async with Sender(gateway.settings()) as sender:
        sent = await sender.send(Message(**GOOD | {"kind": kind}))
    assert sent.kind is Kind(kind)


async def test_hangul_in_single_letters_is_composed(gateway: ScriptedGateway) -> None:
    apart = unicodedata.normalize("NFD", "한글 메시지")
    async with Sender(gateway.settings()) as sender:
        await sender.send(Message(to="01012345678", text=apart))
        await sender.send(Message(to="01012345678", text=apart, subject=apart))
        await sender.send(KakaoMessage(**KAKAO | {"text": apart}))
    records = [request.records[0] for request in gateway.requests]
    assert [record.text for record in records] == ["한글 메시지"] * 3
    assert records[1].subject == "한글 메시지"  # type: ignore[union-attr]


async def test_hanja_that_cp949_tells_apart_stay_as_they_are(gateway: ScriptedGateway) -> None:
    """U+F914 and U+6A02 look alike; normalising would make one of them."""
    text = "\uf914 \u6a02 " + unicodedata.normalize("NFD", "가")
    async with Sender(gateway.settings()) as sender:
        await sender.send(Message(to="01012345678", text=text))
    assert gateway.requests[0].records[0].text == "\uf914 \u6a02 가"


# -- files by name


async def test_a_name_that_no_upload_gave_is_told_before_it_costs_a_message(
    gateway: ScriptedGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await asyncio.to_thread((tmp_path / "here.jpg").write_bytes, b"\xff\xd8")
    async with Sender(gateway.settings()) as sender:
        for name, said in (("here.jpg", "which is a file here"), ("a.jpg", "not a name that upload gave")):
            with pytest.raises(MessageError, match=said):
                await sender.send(Message(**GOOD | {"files": (name,)}))
        given = await sender.upload(b"\xff\xd8", "jpg")
        await sender.send(Message(**GOOD | {"files": [given]}))
    assert len(gateway.requests) == 1


async def test_a_vendors_name_is_taken_as_it_is(gateway: ScriptedGateway) -> None:
    gateway.name = ""
    async with Sender(gateway.settings()) as sender:
        await sender.send(Message(**GOOD | {"files": ("Dohfhe123.jpg",)}))
    assert gateway.requests[0].files == ("Dohfhe123.jpg",)


# -- who holds an SMS with a reserve time


@pytest.mark.parametrize(
    ("name", "setting", "held"),
    [("samlink", "auto", False), ("", "auto", True), ("samlink", "yes", True), ("", "no", False)],
)
async def test_an_sms_is_held_where_the_gateway_may_not(
    gateway: ScriptedGateway, clock: MovableClock, name: str, setting: str, held: bool
) -> None:
    gateway.name = name
    async with Sender(gateway.settings(wall_clock=clock.wall, hold_sms=setting)) as sender:
        message = Message(to="01012345678", text="짧다", reserve_at=clock.after(60))
        (outcome,) = [outcome async for outcome in sender.send_many([message])]
        assert isinstance(outcome, Sent) is not held
        assert len(gateway.requests) == (0 if held else 1)
        if not isinstance(outcome, Sent | Failed):
            await clock.move(60)
            await outcome.sent()
    assert len(gateway.requests) == 1
