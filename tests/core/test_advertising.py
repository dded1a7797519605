"""Advertisements: what is one, how it must look, and when it may go out."""

import datetime
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.core.advertising import has_form, hour_in_korea, is_night, says_advertisement

KST = datetime.timezone(datetime.timedelta(hours=9))


@pytest.mark.parametrize(
    "text",
    [
        "(광고)가게 오늘 할인",
        "오늘 할인 (광고)",
        "( 광 고 ) 할인",
        "(광/고) 할인",
        "[광고] 할인",
        "（광고）할인",
        "할인 무료수신거부 080-123-4567",
        "할인 무료 수신 거부 0801234567",
        "할인 무료거부0801234567",
    ],
)
def test_what_calls_itself_an_advertisement(text: str) -> None:
    assert says_advertisement(text)


@pytest.mark.parametrize(
    "text", ["", "인증번호 123456", "광고 계약 안내드립니다", "(주)광고사 회의", "접수가 거부되었습니다"]
)
def test_what_does_not(text: str) -> None:
    assert not says_advertisement(text)


@pytest.mark.parametrize(
    "text",
    [
        "(광고)가게 오늘 할인 무료수신거부 080-123-4567",
        "(광고) 가게\r\n오늘 할인\r\n무료수신거부 0801234567",
        " (광고)[가게] 할인\n무료 수신거부: 080 123 4567\n",
        "(광고)가게 무료거부0801234567",
        "(광고)가게 할인 (무료수신거부 080-1234-5678)",
    ],
)
def test_the_form(text: str) -> None:
    assert says_advertisement(text)
    assert has_form(text)


@pytest.mark.parametrize(
    "text",
    [
        "가게 (광고) 할인 무료수신거부 080-123-4567",
        "(광고)가게 할인",
        "(광고) 무료수신거부 080-123-4567",
        "(광고)",
        "(광고)가게 할인 무료수신거부",
        "(광고)가게 할인 무료수신거부 02-123-4567",
        "(광고)가게 무료수신거부 080-123-4567 지금 바로 오세요",
        "(광고)가게 무료수신거부 080-12",
        "( 광 고 )가게 무료수신거부 080-123-4567",
        "[광고]가게 무료수신거부 080-123-4567",
    ],
)
def test_what_is_not_the_form(text: str) -> None:
    assert not has_form(text)


def test_the_mark_may_stand_in_the_subject() -> None:
    assert has_form("할인 무료수신거부 080-123-4567", "(광고)가게 소식")
    assert not has_form("할인 무료수신거부 080-123-4567", "소식")


@pytest.mark.parametrize(
    ("hour", "night"), [(0, True), (7, True), (8, False), (12, False), (20, False), (21, True), (23, True)]
)
def test_the_night_is_koreas(hour: int, night: bool) -> None:
    for minute in (0, 59):
        at = datetime.datetime(2025, 6, 1, hour, minute, tzinfo=KST)
        assert is_night(int(at.timestamp() * 1000)) is night


@given(st.integers(0, 4_000_000_000_000))
def test_the_hour_is_koreas(at_ms: int) -> None:
    assert hour_in_korea(at_ms) == datetime.datetime.fromtimestamp(at_ms // 1000, KST).hour


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4000,
        "(광" * 2000,
        "무료 " * 2000 + "거부",
        " " * 4000 + "(광고)",
        "무료거부080" * 1000,
        "(광고) " + " " * 4000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    says_advertisement(text)
    has_form(text, text)
    assert time.process_time() - began < 0.5
