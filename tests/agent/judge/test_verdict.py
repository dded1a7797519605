"""What becomes of a row: a message, or one of the agent's codes."""

import contextlib
import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.agent.errors import RowError
from samlink.agent.judge.charset import Beyond, Unfit
from samlink.agent.judge.duplicates import digest_of
from samlink.agent.judge.rules import Terms
from samlink.agent.judge.verdict import Facts, Refused, judge, paths_of
from samlink.agent.tables.rows import Claimed
from samlink.agent.tables.schema.mapping import Field
from samlink.client import ClientSettings, Fallback, KakaoKind, KakaoMessage, Kind, Message, MessageError
from samlink.client._pack.message import command_of, pack
from samlink.client._terms import BEFORE_LOGIN
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Service
from samlink.vocabulary.times import KST
from samlink.wire import FileNames, KmsRecord, LocalProtocolError, Packet
from samlink.wire.packets import decode_body, encode_body

NOW = datetime(2025, 6, 15, 15, 6, 40, tzinfo=UTC)
"""00:06:40 of the next day in Korea."""
BASE = Path("/srv/files")


def row(*, again: bool = False, **changes: Any) -> Claimed:
    """A row that can be sent."""
    values = {"sender": "02-1234-5678", "receiver": "010-1234-5678", "text": "안녕"} | changes
    return Claimed(7, "G", "7", {Field(name): value for name, value in values.items()}, again)


def judged(row: Claimed, service: Service = Service.SMS, **rules: Any) -> Any:
    """What becomes of it."""
    return judge(row, service, Terms(files=BASE, **rules), NOW)


def test_a_row_is_a_message_with_the_keys_of_its_claim() -> None:
    message = judged(row())
    assert isinstance(message, Message)
    assert (message.kind, message.group_id, message.message_id, message.text) == (Kind.SMS, "G", "7", "안녕")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"timeout_at": "2025-06-16 00:06:40"}, 75),
        ({"timeout_at": datetime(2025, 6, 16, 0, 6, 40, tzinfo=KST)}, 75),
        ({"timeout_at": "tomorrow"}, 79),
        ({"sender": ""}, 76),
        ({"sender": None}, 76),
        ({"sender": "12345678"}, 76),
        ({"receiver": "0212345678"}, 77),
        ({"receiver": "010-1234-567a"}, 77),
        ({"receiver": None}, 77),
        ({"text": ""}, 78),
        ({"text": None}, 78),
        ({"text": "\n \n"}, 78),
        ({"text": "웃음 😀"}, 78),
        ({"text": b"\xff"}, 78),
        ({"subject": "😀"}, 78),
        ({"user_code": b"\xff"}, 79),
        ({"reserve_at": b"\xff"}, 79),
        ({"receiver": 1012345678}, 77),
        ({"receiver": 10**5000}, 77),
        ({"receiver": "0505123456789"}, 77),
        ({"sender": "05012345678"}, 76),
        ({"file1": b"\xff"}, 78),
        ({"file1": "../secret.jpg"}, 73),
        ({"file1": "/etc/secret.jpg"}, 73),
        ({"file2": "a/../../secret.jpg"}, 73),
    ],
)
def test_a_row_that_cannot_be_sent_has_a_code_and_a_reason(changes: dict[str, Any], code: int) -> None:
    refused = judged(row(**changes), Service.MMS, user_code=True)
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert str(refused.reason)


@pytest.mark.parametrize("sender", ["02-1234-5678", "15881234", "070-1234-5678", "+82 2 1234 5678"])
def test_senders_of_all_forms_are_taken(sender: str) -> None:
    assert isinstance(judged(row(sender=sender)), Message)


@pytest.mark.parametrize("receiver", ["0505-123-4567", "050512345678", "05012345678", "051-123-4567"])
def test_the_form_of_a_number_that_begins_with_05_is_left_to_the_gateway(receiver: str) -> None:
    assert isinstance(judged(row(receiver=receiver)), Message)


def test_a_timeout_that_has_not_come_goes_along() -> None:
    assert judged(row(timeout_at="2025-06-16 00:06:41")).timeout_at > NOW


def test_what_may_have_been_sent_is_not_refused_for_the_time() -> None:
    assert isinstance(judged(row(again=True, timeout_at="2025-06-16 00:00:00")), Message)


def test_a_long_sms_goes_as_an_lms_if_that_is_set() -> None:
    assert judged(row(text="가" * 45)).kind is Kind.SMS
    assert judged(row(text="가" * 46)).kind is Kind.LMS
    refused = judged(row(text="가" * 46), long_sms_as_lms=False)
    assert (refused.code, "92 bytes" in str(refused.reason)) == (78, True)


def test_characters_that_do_not_fit_are_replaced_if_that_is_set() -> None:
    assert judged(row(text="웃음 😀"), unfit=Unfit.REPLACE).text == "웃음 ?"
    assert "U+1F600" in str(judged(row(text="웃음 😀")).reason)
    assert "웃음" not in str(judged(row(text="웃음 😀")).reason)


def test_an_sms_may_be_as_long_as_is_set() -> None:
    assert judged(row(text="가" * 50), sms_bytes=100).kind is Kind.SMS
    assert judged(row(text="가" * 45), sms_bytes=80).kind is Kind.LMS


@pytest.mark.parametrize(
    ("rules", "subject"),
    [
        ({}, ""),
        ({"lms_subject": "알림"}, "알림"),
        ({"lms_subject_bytes": 5}, "주문"),
        ({"lms_subject_bytes": 120}, "주문 확인"),
    ],
)
def test_an_sms_that_goes_as_an_lms_has_the_subject_that_was_chosen(rules: dict[str, Any], subject: str) -> None:
    message = judged(row(text="\n 주문 확인\n" + "가" * 45), **rules)
    assert (message.kind, message.subject) == (Kind.LMS, subject)


def test_a_callback_url_is_not_lost_on_the_way_to_an_lms() -> None:
    assert judged(row(url="https://a.example")).url == "https://a.example"
    assert judged(row(text="가" * 46, url="https://a.example")).code == 78


def test_an_sms_beyond_ks_x_1001_goes_as_is_set() -> None:
    assert judged(row(text="펲시")).kind is Kind.SMS
    assert judged(row(text="펲시"), beyond_ksx1001=Beyond.LMS).kind is Kind.LMS
    assert judged(row(text="팝시"), beyond_ksx1001=Beyond.LMS).kind is Kind.SMS
    assert judged(row(text="펲시"), beyond_ksx1001=Beyond.REPLACE).text == "?시"
    assert judged(row(text="펲" * 46), beyond_ksx1001=Beyond.REPLACE).kind is Kind.SMS
    assert judged(row(text="펲" + "가" * 60), beyond_ksx1001=Beyond.REPLACE).text == "펲" + "가" * 60, (
        "an LMS carries it"
    )
    assert judged(row(text="펲시"), Service.MMS, beyond_ksx1001=Beyond.REPLACE).text == "펲시"


BAD_FILE = Facts(file_faults={BASE / "bad.jpg": RowError(ResultCode.AGENT_CONTENT, "file.empty", "it is empty")})
LISTED = Facts(black_listed=frozenset({"01012345678"}))
WORST: dict[str, Any] = {
    "timeout_at": "2025-06-16 00:00:00",
    "sender": "1",
    "receiver": "2",
    "file1": "bad.jpg",
    "file2": "../a.jpg",
    "text": "😀",
    "reserve_at": "soon",
}


def test_the_first_rule_that_refuses_gives_the_code() -> None:
    values, codes = dict(WORST), list[int]()
    for mended in ("timeout_at", "sender", "receiver", "file2", "file1", "text", "reserve_at"):
        refused = judge(row(**values), Service.MMS, Terms(files=BASE), NOW, BAD_FILE)
        assert isinstance(refused, Refused)
        codes.append(int(refused.code))
        del values[mended]
    assert codes == [75, 76, 77, 73, 78, 78, 79]
    assert isinstance(judge(row(**values), Service.MMS, Terms(files=BASE), NOW, BAD_FILE), Message)


@pytest.mark.parametrize("facts", [BAD_FILE, LISTED])
def test_what_was_looked_up_refuses_new_rows_only(facts: Facts) -> None:
    new, again = row(file1="bad.jpg"), row(again=True, file1="bad.jpg")
    assert isinstance(judge(new, Service.MMS, Terms(files=BASE), NOW, facts), Refused)
    assert isinstance(judge(again, Service.MMS, Terms(files=BASE), NOW, facts), Message)


def test_files_lie_in_their_directory() -> None:
    message = judged(row(file1="a.jpg", file3=f"{BASE}/b/c.jpg", subject="제목"), Service.MMS)
    assert message.files == (BASE / "a.jpg", BASE / "b" / "c.jpg")
    assert (message.kind, message.subject) == (Kind.MMS, "제목")
    assert judged(row(), Service.MMS).kind is Kind.LMS


def test_a_kakao_row_is_a_kakao_message() -> None:
    values: dict[str, Any] = {
        "kind": "at",
        "sender_key": "k",
        "template_code": "T",
        "alt_type": "a",
        "alt_text": "대체",
        "ad": "Y",
        "text": "웃음 😀",
    }
    message = judged(row(**values, sender=None), Service.KMS)
    assert isinstance(message, KakaoMessage)
    assert (message.kind, message.fallback, message.ad) == (KakaoKind.ALIM_TALK, Fallback.AUTO, True)
    assert judged(row(**{**values, "kind": "XX"}), Service.KMS).code == 79
    assert judged(row(**{**values, "alt_type": "X"}), Service.KMS).code == 79


def test_the_code_of_the_first_sender_is_read_where_the_link_carries_it() -> None:
    assert judged(row(user_code="123456789")).user_code == ""
    assert judged(row(user_code="123456789 "), user_code=True).user_code == "123456789"


@pytest.mark.parametrize(
    ("alt_type", "alt_text", "rules", "expected"),
    [
        ("S", "짧은 글", {}, (Fallback.SMS, "짧은 글")),
        ("S", "가" * 46, {}, (Fallback.LMS, "가" * 46)),
        ("S", "가" * 46, {"sms_bytes": 100}, (Fallback.LMS, "가" * 46)),
        ("A", "가" * 46, {"long_sms_as_lms": False}, (Fallback.LMS, "가" * 46)),
        ("A", "펲", {"beyond_ksx1001": Beyond.LMS}, (Fallback.LMS, "펲")),
        ("A", "웃음 –", {"unfit": Unfit.CLOSEST}, (Fallback.AUTO, "웃음 -")),
        ("A", None, {"unfit": Unfit.CLOSEST}, (Fallback.AUTO, "안녕 ?")),
        ("N", None, {}, (Fallback.NONE, "")),
    ],
)
def test_the_text_of_a_kakao_fallback_is_fitted_and_kakaos_own_is_not(
    alt_type: str, alt_text: str | None, rules: dict[str, Any], expected: tuple[Fallback, str]
) -> None:
    values: dict[str, Any] = {"kind": "AT", "sender_key": "k", "template_code": "T"}
    values |= {"alt_type": alt_type, "alt_text": alt_text}
    message = judged(row(**values, text="안녕 😀"), Service.KMS, **rules)
    assert isinstance(message, KakaoMessage)
    assert (message.fallback, message.alt_text, message.text) == (*expected, "안녕 😀")


class Odd:
    """A value that cannot even be looked at."""

    def __str__(self) -> str:
        raise KeyError("no such thing")


def view(raw: bytes) -> memoryview:
    """As some drivers hand bytes over."""
    return memoryview(raw)


ANY_TEXT = st.text(st.characters(exclude_categories=()))
ANY_VALUE = st.one_of(
    st.none(),
    ANY_TEXT,
    st.sampled_from(
        ["01012345678", "+82-10-1234-5678", "15881234", "AT", "S", "L", "a.jpg", "2030-01-01", "\0", "가" * 9000]
    ),
    st.integers(),
    st.just(10**5000),
    st.booleans(),
    st.floats(),
    st.decimals(),
    st.binary(),
    st.binary().map(bytearray),
    st.binary().map(view),
    st.datetimes(),
    st.datetimes(timezones=st.sampled_from([UTC, KST])),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.uuids(),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.one_of(st.none(), st.text(), st.dates())),
    st.builds(Odd),
    st.lists(st.sampled_from(["\\ud800", "\\udc00", "\\u0041", "a", "\\\\"]))
    .map("".join)
    .map('{{"{0}":"{0}"}}'.format),
)
RULES = st.fixed_dictionaries(
    {"unfit": st.sampled_from(Unfit), "beyond_ksx1001": st.sampled_from(Beyond), "user_code": st.booleans()}
)
GOOD: dict[str, Any] = {
    "sender": "15881234",
    "receiver": "01012345678",
    "text": "안녕",
    "kind": "FT",
    "sender_key": "k",
}


@given(st.dictionaries(st.sampled_from([field.value for field in Field]), ANY_VALUE), st.sampled_from(Service), RULES)
def test_any_value_gives_a_message_or_a_code(values: dict[str, Any], service: Service, rules: dict[str, Any]) -> None:
    """What is a message is one to the client library too: it makes a record of it that goes over the wire and is read
    there as it was written, or says why not in one sentence."""
    claimed = row(**GOOD | values)
    verdict = judged(claimed, service, **rules)
    paths_of(claimed, Terms(files=BASE))
    if isinstance(verdict, Refused):
        assert 73 <= verdict.code <= 79
        return
    digest_of(verdict)
    link = ClientSettings(host="h", id="i", password="p", user_code=True)
    with contextlib.suppress(MessageError, LocalProtocolError):
        kind, record, _ = pack(verdict, link)
        command = command_of(kind, BEFORE_LOGIN)
        head = None if command.head is None else FileNames()
        body = encode_body(Packet(command, head=head, records=[record]))
        assert len(decode_body(command, body).records) == 1
        if isinstance(record, KmsRecord) and record.attachment:
            everything = json.loads(record.attachment, object_pairs_hook=list)
            json.dumps(everything, ensure_ascii=False).encode()


@pytest.mark.parametrize("text", ["안내입니다. ", unicodedata.normalize("NFD", "안내입니다. ")])
def test_the_blank_at_the_end_of_a_kakao_text_may_be_its_templates(text: str) -> None:
    values: dict[str, Any] = {"kind": "AT", "sender_key": "k" * 40, "template_code": "T1", "text": text}
    assert judged(row(**values), Service.KMS).text == "안내입니다. "


def test_what_files_and_pages_bring_along_is_no_part_of_a_code_or_a_name() -> None:
    values: dict[str, Any] = {
        "kind": "AT\r",
        "sender_key": "\ufeffkey",
        "template_code": "T1\u200b",
        "alt_type": "\u00a0N",
    }
    message = judged(row(**values), Service.KMS)
    assert (message.kind, message.sender_key, message.template_code) == (KakaoKind.ALIM_TALK, "key", "T1")
    assert paths_of(row(file1="a.jpg\r\n"), Terms(files=BASE)) == (BASE / "a.jpg",)
