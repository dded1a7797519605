"""Kakao messages: what they become, what is refused before anything goes out, and their way to a gateway and back."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from samlink.client import (
    Failed,
    Fallback,
    Held,
    KakaoKind,
    KakaoMessage,
    Kind,
    Message,
    MessageError,
    MessageKey,
    PacketRefusedError,
    Receiver,
    Sender,
    Sent,
    Service,
    Version,
)
from samlink.client._pack.kakao import kms_record_of
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway, Step
from samlink.vocabulary.kakao import ALT_TYPES, TEMPLATED
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.times import KST
from samlink.wire import KmsRecord, Packet, commands, decode_body, encode_body
from tests.client.clock import MovableClock
from tests.client.sample import ids, message

MOMENT = datetime(2027, 1, 1, 9, 30, tzinfo=KST)
BUTTON = {"name": "배송 조회", "type": "WL", "url_mobile": "https://a.kr"}


def given(number: int = 0, **fields: Any) -> KakaoMessage:
    """An AlimTalk with some fields changed; another kind has no template unless told."""
    template = "ORDER" if fields.get("kind", "AT") in TEMPLATED else ""
    whole = {
        "to": "010-1234-5678",
        "text": "주문이 완료되었습니다 😀",
        "kind": KakaoKind.ALIM_TALK,
        "sender_key": "k" * 40,
        "template_code": template,
        "group_id": "G",
        "message_id": f"M{number}",
    }
    return KakaoMessage(**(whole | fields))


def test_a_record_has_what_the_message_says() -> None:
    record = kms_record_of(
        given(
            kind=KakaoKind.FRIEND_TALK,
            to="+82 10-1234-5678",
            attachment={"button": [BUTTON]},
            ad=True,
            fallback=Fallback.AUTO,
            alt_text="주문 완료",
            alt_subject="알림",
            sender="02-1234-5678",
            reserve_at=MOMENT,
            timeout_at=MOMENT + timedelta(hours=1),
            user_code="123456789",
        )
    )
    at = int(MOMENT.timestamp())
    assert record == KmsRecord(
        "G", "M0", "0212345678", "01012345678", at, at + 3600, "FT", "Y", "k" * 40, "", "A", "알림", "123456789",
        "주문이 완료되었습니다 😀", '{"button":[{"name":"배송 조회","type":"WL","url_mobile":"https://a.kr"}]}',
        "주문 완료",
    )  # fmt: skip
    body = encode_body(Packet(commands.SEND_KMS, records=[record]))
    assert list(decode_body(commands.SEND_KMS, body).records) == [record]


def test_a_record_of_a_plain_message_says_no_more() -> None:
    record = kms_record_of(given())
    assert (record.sender, record.ad, record.alt_type, record.attachment, record.alt_text) == ("", "", "N", "", "")
    assert (record.kind, record.template_code) == ("AT", "ORDER")


@pytest.mark.parametrize(
    ("fallback", "code"), [(Fallback.NONE, "N"), (Fallback.SMS, "S"), (Fallback.LMS, "L"), (Fallback.AUTO, "A")]
)
def test_every_fallback_has_its_alt_type(fallback: Fallback, code: str) -> None:
    assert kms_record_of(given(text="완료", fallback=fallback)).alt_type == code


def test_the_attachments_text_goes_as_it_is() -> None:
    text = '{ "button" : [ ] }'
    assert kms_record_of(given(attachment=text)).attachment == text
    assert kms_record_of(given(attachment={})).attachment == ""
    smile = '{"a":"\\ud83d\\ude00","b":"\\\\ud800"}'
    assert kms_record_of(given(attachment=smile)).attachment == smile, "a whole pair, and no escape at all"


def test_the_fallbacks_are_the_alt_types_that_there_are() -> None:
    assert {kms_record_of(given(text="a", fallback=f)).alt_type for f in Fallback} == ALT_TYPES


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "XX"}, "kind is 'XX', it must be one of AT, AI, FT, FI, FW"),
        ({"text": " \n"}, "text is empty"),
        ({"text": "가" * 1001}, "text has 1001 characters, AT takes at most 1000"),
        ({"text": "😀" * 401, "kind": KakaoKind.FRIEND_TALK_WIDE}, "text has 401 characters, FW takes at most 400"),
        ({"text": "a\x03"}, r"text: character 2 is the control character U\+0003; only CR, LF and TAB may be sent"),
        ({"text": "a\ud800"}, r"text: character 2, U\+D800, cannot be written in UTF-8"),
        ({"sender_key": ""}, "sender_key is empty; a Kakao message needs the profile key of its channel"),
        ({"sender_key": "k" * 41}, "sender_key has 41 bytes in CP949, at most 40 can be sent"),
        ({"sender_key": "k "}, "sender_key begins or ends with a space, or has a line break"),
        ({"template_code": ""}, "template_code is empty; AT needs one"),
        ({"kind": KakaoKind.ALIM_TALK_IMAGE, "template_code": ""}, "template_code is empty; AI needs one"),
        ({"kind": KakaoKind.FRIEND_TALK, "template_code": "T"}, "template_code is for AT and AI only, and this is FT"),
        ({"template_code": "t" * 31}, "template_code has 31 bytes in CP949, at most 30 can be sent"),
        ({"attachment": "{"}, "attachment is not a JSON object"),
        ({"attachment": "[]"}, "attachment is not a JSON object"),
        ({"attachment": "[" * 20_000}, "attachment is not a JSON object"),
        ({"attachment": '{"\\ud800":1}'}, "attachment has half of a surrogate pair .*"),
        ({"attachment": '{"a":["\\uDFFF"],"a":1}'}, "attachment has half of a surrogate pair .*"),
        ({"attachment": {"a": "\ud800"}}, "attachment: character 7, U.D800, cannot be written in UTF-8"),
        ({"attachment": {"button": {1, 2}}}, "attachment has a value that JSON cannot carry"),
        ({"attachment": {"x": float("nan")}}, "attachment has a value that JSON cannot carry"),
        ({"attachment": {"x": "a" * 100_000}}, "attachment has 100008 bytes in UTF-8, at most 99999 can be sent"),
        ({"attachment": {"x": "a\u2028"}}, r"attachment: character 8 is the control character U\+2028; .*"),
        ({"fallback": "fax"}, "fallback is 'fax', it must be one of none, sms, lms, auto"),
        ({"alt_text": "완료"}, "alt_text is given, but there is no fallback; set fallback"),
        ({"alt_subject": "알림"}, "alt_subject is given, but there is no fallback; set fallback"),
        (
            {"fallback": Fallback.AUTO},
            r"text: character 13, 😀 \(U\+1F600\), cannot be written in CP949, as the fallback has to be; .*",
        ),
        (
            {"fallback": Fallback.AUTO, "alt_text": "완료 😀"},
            r"alt_text: character 4, 😀 \(U\+1F600\), cannot be written in CP949",
        ),
        ({"fallback": Fallback.AUTO, "alt_text": "  "}, "alt_text is empty"),
        (
            {"fallback": Fallback.SMS, "alt_text": "가" * 46},
            "alt_text has 92 bytes in CP949, fallback sms takes at most 90",
        ),
        (
            {"fallback": Fallback.SMS, "text": "가" * 46},
            "text, which is the fallback's too, has 92 bytes in CP949, fallback sms takes at most 90",
        ),
        (
            {"fallback": Fallback.LMS, "alt_text": "가" * 1001},
            "alt_text has 2002 bytes in CP949, fallback lms takes at most 2000",
        ),
        (
            {"fallback": Fallback.SMS, "alt_text": "완료", "alt_subject": "알림"},
            "alt_subject cannot be sent with an SMS",
        ),
        (
            {"fallback": Fallback.LMS, "alt_text": "완료", "alt_subject": "가" * 61},
            "alt_subject has 122 bytes in CP949, at most 120 can be sent",
        ),
        ({"to": "010"}, r"to \(\*\*\*\) is not a telephone number of 8 to 12 digits"),
        ({"sender": "me"}, r"sender \(\*\*\*\) is not a telephone number of 8 to 12 digits"),
        ({"user_code": "1" * 31}, "user_code has 31 bytes in CP949, at most 30 can be sent"),
        ({"group_id": "g" * 21}, "group_id must be 1 to 20 ASCII characters"),
        ({"message_id": " a"}, "message_id begins or ends with a space, or has a control character"),
        ({"reserve_at": MOMENT.replace(tzinfo=None)}, "reserve_at has no time zone; give an aware datetime"),
        ({"reserve_at": MOMENT, "timeout_at": MOMENT}, "timeout_at is not after reserve_at, so .*"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_one_sentence(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(MessageError, match=f"^{sentence}$"):
        kms_record_of(given(**fields))


def test_the_longest_text_fits_its_field() -> None:
    record = kms_record_of(given(text="😀" * 1000))
    assert len(encode_body(Packet(commands.SEND_KMS, records=[record]))) == 4 + 341 + 4000


def test_a_message_shows_neither_text_nor_the_whole_number() -> None:
    shown = repr(given(text="비밀번호는 1234")) + repr(kms_record_of(given(text="비밀번호는 1234")))
    assert "비밀번호" not in shown
    assert "1234-5678" not in shown
    assert "01012345678" not in shown


def test_keys_are_made_once() -> None:
    one = given(group_id="", message_id="")
    assert one.group_id
    assert one.message_id != given(group_id="", message_id="").message_id


# -- to a gateway and back


@pytest.mark.parametrize("version", Version)
async def test_a_message_goes_out_on_kakaos_ports_and_its_result_comes_back(
    gateway: ScriptedGateway, version: Version
) -> None:
    gateway.results_by_themselves = True
    settings = gateway.settings(version=version)
    async with Sender(settings) as sender, Receiver(settings, [Service.KMS]) as receiver:
        kakao_message = given(attachment={"button": [BUTTON]}, fallback="lms", alt_text="완료")
        sent = await sender.send(kakao_message)
        assert sent == Sent(kakao_message, Kind.KAKAO, MessageKey("G", "M0", "01012345678"))
        result = await anext(receiver)
        assert (result.key, result.delivered) == (sent.key, True)
        assert {peer.service for peer in gateway.peers} == {Service.KMS}
    (request,) = gateway.requests
    assert request.command == "1054"
    (record,) = request.records
    assert isinstance(record, KmsRecord)
    assert (record.text, record.alt_type, record.alt_text) == (kakao_message.text, "L", "완료")
    assert json.loads(record.attachment) == {"button": [BUTTON]}


async def test_kinds_of_kakao_share_requests_and_others_do_not(gateway: ScriptedGateway) -> None:
    kinds = [KakaoKind.ALIM_TALK, KakaoKind.FRIEND_TALK, KakaoKind.FRIEND_TALK_WIDE]
    mixed = [given(n, kind=kinds[n % 3]) if n % 2 else message(n) for n in range(60)]
    async with Sender(gateway.settings(), connections=2) as sender:
        outcomes = [outcome async for outcome in sender.send_many(mixed)]
    assert [outcome.message for outcome in outcomes] == mixed
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert sorted((request.command, len(request.records)) for request in gateway.requests) == [
        ("1020", 30),
        ("1054", 30),
    ]


async def test_one_bad_message_fails_alone(gateway: ScriptedGateway) -> None:
    gateway.refuses = lambda record: record.message_id == "M3"
    async with Sender(gateway.settings()) as sender:
        some = [given(n, text="") if n == 1 else given(n) for n in range(6)]
        outcomes = [outcome async for outcome in sender.send_many(some)]
    failed = {outcome.message.message_id: outcome.error for outcome in outcomes if isinstance(outcome, Failed)}
    assert set(failed) == {"M1", "M3"}
    assert isinstance(failed["M1"], MessageError)
    assert isinstance(failed["M3"], PacketRefusedError)
    assert len(gateway.messages) == 4


async def test_what_was_not_answered_is_sent_again_with_its_key(gateway: ScriptedGateway) -> None:
    gateway.steps += [Step.TAKE_AND_DROP, Refuse(ResponseCode.OVERLOADED), Step.TAKE]
    async with Sender(gateway.settings()) as sender:
        await sender.send(given())
    assert [ids(request.records) for request in gateway.requests] == [["M0"]] * 3
    assert len(gateway.messages) == 1


async def test_a_reserved_message_is_held_until_its_time(gateway: ScriptedGateway, clock: MovableClock) -> None:
    async with Sender(gateway.settings(wall_clock=clock.wall)) as sender:
        with pytest.raises(MessageError, match="template_code is empty"):
            await sender.send(given(2, template_code="", reserve_at=clock.after(60)))
        soon, late = given(0, reserve_at=clock.after(60)), given(1, reserve_at=clock.after(90))
        first, second = [outcome async for outcome in sender.send_many([soon, late])]
        assert isinstance(first, Held)
        assert isinstance(second, Held)
        assert ids(sender.held) == ["M0", "M1"]
        await clock.move(59)
        assert not gateway.connections
        await clock.move(1)
        assert (await first.sent()).key.message_id == "M0"
    assert sender.unfinished.held == (late,)
    assert gateway.requests[0].records[0].reserve_at == int(clock.after(60).timestamp())


async def test_an_idle_connection_is_kept_alive(gateway: ScriptedGateway, clock: MovableClock) -> None:
    async with Sender(gateway.settings()) as sender:
        await sender.connect(Service.KMS)
        await clock.move(31)
        await sender.send(given())
        await clock.move(31)
        await sender.send(Message(to="01012345678", text="안녕"))
    assert gateway.connections == 2
    assert [request.command for request in gateway.requests] == ["1054", "1020"]
