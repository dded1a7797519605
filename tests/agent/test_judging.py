"""What becomes of a row: a message, or one of the agent's codes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from samlink.agent.charset import Unfit
from samlink.agent.judging import Claimed, Refused, judge
from samlink.agent.mapping import Field
from samlink.agent.rules import Terms
from samlink.client import Fallback, KakaoKind, KakaoMessage, Kind, Message
from samlink.codes.services import Service
from samlink.wire.choices import KST

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
        ({"text": ""}, 79),
        ({"text": None}, 79),
        ({"text": "웃음 😀"}, 79),
        ({"file1": "../secret.jpg"}, 73),
        ({"file1": "/etc/secret.jpg"}, 73),
        ({"file2": "a/../../secret.jpg"}, 73),
    ],
)
def test_a_row_that_cannot_be_sent_has_a_code_and_a_reason(changes: dict[str, Any], code: int) -> None:
    refused = judged(row(**changes), Service.MMS)
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert refused.reason


@pytest.mark.parametrize("sender", ["02-1234-5678", "15881234", "070-1234-5678", "+82 2 1234 5678"])
def test_senders_of_all_forms_are_taken(sender: str) -> None:
    assert isinstance(judged(row(sender=sender)), Message)


def test_a_timeout_that_has_not_come_goes_along() -> None:
    assert judged(row(timeout_at="2025-06-16 00:06:41")).timeout_at > NOW


def test_what_may_have_been_sent_is_not_refused_for_the_time() -> None:
    assert isinstance(judged(row(again=True, timeout_at="2025-06-16 00:00:00")), Message)


def test_a_long_sms_goes_as_an_lms_if_that_is_set() -> None:
    assert judged(row(text="가" * 45)).kind is Kind.SMS
    assert judged(row(text="가" * 46)).kind is Kind.LMS
    refused = judged(row(text="가" * 46), long_sms_as_lms=False)
    assert (refused.code, "92 bytes" in refused.reason) == (79, True)


def test_characters_that_do_not_fit_are_replaced_if_that_is_set() -> None:
    assert judged(row(text="웃음 😀"), unfit=Unfit.REPLACE).text == "웃음 ?"
    assert "U+1F600" in judged(row(text="웃음 😀")).reason
    assert "웃음" not in judged(row(text="웃음 😀")).reason


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
