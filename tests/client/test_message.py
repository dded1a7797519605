"""Kinds, commands, records, and what is refused before anything goes out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from samlink.client import ClientSettings, Kind, LoginTerms, Message, MessageError
from samlink.client._pack.message import command_of, pack
from samlink.vocabulary.times import KST
from samlink.wire import SendRecord

SETTINGS = ClientSettings(host="127.0.0.1", id="id", password="secret")
FIXED = LoginTerms(batch=30)
VARIABLE = LoginTerms(batch=30, variable=True, text_bytes=3000)
MOMENT = datetime(2027, 1, 1, 9, 30, tzinfo=KST)


def given(**fields: Any) -> Message:
    """A message with some fields changed."""
    return Message(**({"to": "01012345678", "text": "안녕"} | fields))


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"text": "가" * 45}, Kind.SMS),
        ({"text": "가" * 45 + "a"}, Kind.LMS),
        ({"text": "가" * 50, "kind": Kind.SMS}, Kind.SMS),
        ({"subject": "제목"}, Kind.LMS),
        ({"files": ("a.jpg",)}, Kind.MMS),
        ({"kind": Kind.LMS}, Kind.LMS),
        ({"kind": Kind.MMS}, Kind.MMS),
    ],
)
def test_the_kind_follows_files_subject_and_bytes_unless_told(fields: dict[str, Any], kind: Kind) -> None:
    assert pack(given(**fields), SETTINGS).kind is kind


def test_the_longest_sms_is_a_setting() -> None:
    settings = ClientSettings(host="127.0.0.1", id="id", password="secret", sms_bytes=100)
    assert pack(given(text="가" * 50), settings).kind is Kind.SMS


@pytest.mark.parametrize(
    ("kind", "terms", "code"),
    [
        (Kind.SMS, FIXED, "1020"),
        (Kind.SMS, VARIABLE, "1020"),
        (Kind.KAKAO, FIXED, "1054"),
        (Kind.KAKAO, VARIABLE, "1054"),
        (Kind.LMS, FIXED, "1024"),
        (Kind.MMS, FIXED, "1024"),
        (Kind.LMS, VARIABLE, "1044"),
        (Kind.MMS, VARIABLE, "1045"),
    ],
)
def test_the_command_follows_the_kind_and_the_login(kind: Kind, terms: LoginTerms, code: str) -> None:
    assert command_of(kind, terms).code == code


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "좋아요 👍"}, r"text: character 5, 👍 \(U\+1F44D\), cannot be written in CP949"),
        ({"text": "a\x01"}, r"text: character 2 is the control character U\+0001; only CR, LF and TAB may be sent"),
        ({"text": "  "}, "text is empty"),
        ({"text": "가" * 51, "kind": Kind.SMS}, "text has 102 bytes in CP949, SMS takes at most 100"),
        ({"text": "가" * 1501}, "text has 3002 bytes in CP949, LMS takes at most 3000"),
        ({"text": "가" * 1001}, "text has 2002 bytes in CP949, this login takes at most 2000"),
        ({"subject": "가" * 61}, "subject has 122 bytes in CP949, at most 120 can be sent"),
        ({"subject": "제목", "kind": Kind.SMS}, "subject cannot be sent with an SMS"),
        ({"url": "http://" + "a" * 80}, "url has 87 bytes in CP949, at most 80 can be sent"),
        ({"url": "http://a", "text": "가" * 60}, "url can be sent with an SMS only, and this is an LMS"),
        ({"files": ("a.jpg",), "kind": Kind.LMS}, "files can be sent with an MMS only, and this is an LMS"),
        ({"kind": Kind.KAKAO}, "kind is KAKAO; give a KakaoMessage for that"),
        ({"files": ("a.jpg",) * 5}, "files are 5, at most 4 can be sent"),
        ({"files": ("",)}, "files has a str that is not a name that upload gave; give a Path for a file"),
        ({"to": "010"}, r"to \(\*\*\*\) is not a telephone number of 8 to 12 digits"),
        ({"sender": "me"}, r"sender \(\*\*\*\) is not a telephone number of 8 to 12 digits"),
        ({"group_id": "g" * 21}, "group_id must be 1 to 20 ASCII characters"),
        ({"message_id": "가"}, "message_id must be 1 to 20 ASCII characters"),
        ({"message_id": " a"}, "message_id begins or ends with a space, or has a control character"),
        ({"user_code": "123456789"}, "user_code is given, but the settings do not write USERCODE; .*"),
        ({"reserve_at": MOMENT.replace(tzinfo=None)}, "reserve_at has no time zone; give an aware datetime"),
        ({"timeout_at": MOMENT.replace(tzinfo=None)}, "timeout_at has no time zone; give an aware datetime"),
        ({"reserve_at": MOMENT, "timeout_at": MOMENT}, "timeout_at is not after reserve_at, so .*"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_one_sentence(fields: dict[str, Any], sentence: str) -> None:
    message = given(**fields)
    with pytest.raises(MessageError, match=f"^{sentence}$"):
        pack(message, SETTINGS, FIXED)


def test_a_record_has_what_the_message_says() -> None:
    settings = ClientSettings(host="127.0.0.1", id="id", password="secret", user_code=True)
    message = given(
        to="+82 10-1234-5678",
        sender="02-1234-5678",
        url="http://a",
        reserve_at=MOMENT,
        timeout_at=(MOMENT + timedelta(hours=1)).astimezone(UTC),
        user_code="123456789",
        group_id="g",
        message_id="m",
    )
    record = pack(message, settings, FIXED).record
    assert isinstance(record, SendRecord)
    assert (record.group_id, record.message_id) == ("g", "m")
    assert (record.receiver, record.sender) == ("01012345678", "0212345678")
    assert record.reserve_at == int(MOMENT.timestamp())
    assert record.timeout_at == record.reserve_at + 3600
    assert (record.url, record.user_code, record.text) == ("http://a", "123456789", "안녕")


def test_a_path_is_a_file_to_upload() -> None:
    assert pack(given(files=(Path("a.jpg"),)), SETTINGS).kind is Kind.MMS


def test_a_message_shows_neither_text_nor_the_whole_number() -> None:
    shown = repr(given(text="비밀번호는 1234"))
    assert "비밀번호" not in shown
    assert "01012345678" not in shown
