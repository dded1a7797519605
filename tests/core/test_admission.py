"""Every rule of admission, and which of two speaks first."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.codes.results import RESULTS, Group, ResultCode
from samlink.core.account import Account, ServiceClass
from samlink.core.admission import FIXED_TEXT_BYTES, RULES, refusal
from samlink.core.message import Kind, NewMessage

NOW_MS = 1_750_000_000_000


def account(**changes: Any) -> Account:
    """An account that may send anything."""
    return Account(no=1, id="demo", **changes)


def message(**changes: Any) -> NewMessage:
    """A message that no rule refuses."""
    values: dict[str, Any] = {
        "group_id": "20250616",
        "message_id": "1",
        "receiver": "01012345678",
        "service": 1,
        "kind": Kind.SMS,
        "sender": "0212345678",
        "subject": "",
        "text": "안녕하세요",
        "url": "",
        "user_code": "",
        "files": "",
        "due_at_ms": NOW_MS,
        "expires_at_ms": None,
        "price": 2_000,
    }
    return NewMessage(**(values | changes))


def refused(by: Account | None = None, **changes: Any) -> ResultCode | None:
    """The code for a message with these changes."""
    return refusal(message(**changes), by or account(), NOW_MS)


def test_a_good_message_passes() -> None:
    assert refused() is None
    assert refused(kind=Kind.LMS, text="가" * 1000) is None
    assert refused(kind=Kind.MMS, text="", files="a.jpg") is None
    assert refused(sender="") is None


@pytest.mark.parametrize("field", ["group_id", "message_id", "receiver", "text"])
def test_a_message_that_lacks_what_it_needs(field: str) -> None:
    changes: dict[str, Any] = {field: ""}
    assert refused(**changes) == ResultCode.BAD_MESSAGE_FORMAT


@pytest.mark.parametrize(
    ("receiver", "good"),
    [
        ("01012345678", True),
        ("0111234567", True),
        ("0161234567", True),
        ("01912345678", True),
        ("0101234567", True),
        ("010123456789", False),
        ("010123456", False),
        ("0121234567", False),
        ("0212345678", False),
        ("821012345678", False),
        ("010-1234-567", False),
        ("０１０12345678", False),
        ("0101234567٨", False),
        ("01012345678\n", False),
        (" 1012345678", False),
    ],
)
def test_the_form_of_a_receiver(receiver: str, good: bool) -> None:
    assert (refused(receiver=receiver) is None) is good
    assert good or refused(receiver=receiver) == ResultCode.BAD_RECEIVER


def test_a_text_is_measured_in_bytes_of_cp949() -> None:
    variable, fixed = account(max_msg_size=3000), account(variable=False, max_msg_size=3000)
    for kind in (Kind.LMS, Kind.MMS):
        assert refused(variable, kind=kind, text="가" * 1500) is None
        assert refused(variable, kind=kind, text="가" * 1500 + "a") == ResultCode.CONTENT_SIZE
        assert refused(variable, kind=kind, text="a" * 3000) is None
        assert refused(variable, kind=kind, text="a" * 3001) == ResultCode.CONTENT_SIZE
        assert refused(fixed, kind=kind, text="a" * FIXED_TEXT_BYTES) is None
        assert refused(fixed, kind=kind, text="a" * (FIXED_TEXT_BYTES + 1)) == ResultCode.CONTENT_SIZE
    assert refused(account(max_msg_size=10), kind=Kind.SMS, text="가" * 50) is None


def test_an_account_for_callback_urls_only() -> None:
    url_only = account(service_class=ServiceClass.CALLBACK_URL_ONLY)
    assert refused(url_only) == ResultCode.WRONG_MESSAGE_TYPE
    assert refused(url_only, url="http://example.kr") is None


def test_a_time_limit_that_has_passed() -> None:
    assert refused(expires_at_ms=NOW_MS) == ResultCode.TIME_LIMIT_PASSED
    assert refused(expires_at_ms=NOW_MS - 1) == ResultCode.TIME_LIMIT_PASSED
    assert refused(expires_at_ms=NOW_MS + 1) is None


BREAKS: dict[ResultCode, dict[str, Any]] = {
    ResultCode.BAD_MESSAGE_FORMAT: {"message_id": ""},
    ResultCode.WRONG_MESSAGE_TYPE: {},
    ResultCode.BAD_RECEIVER: {"receiver": "0212345678"},
    ResultCode.CONTENT_SIZE: {"kind": Kind.LMS, "text": "a" * 3001},
    ResultCode.TIME_LIMIT_PASSED: {"expires_at_ms": 0},
}
"""For these codes: what brings it about. WRONG_MESSAGE_TYPE is the account's doing."""


@given(st.sets(st.sampled_from(sorted(BREAKS))))
def test_the_first_rule_in_the_documented_order_speaks(broken: set[ResultCode]) -> None:
    changes: dict[str, Any] = {}
    for code in broken:
        changes |= BREAKS[code]
    url_only = ResultCode.WRONG_MESSAGE_TYPE in broken
    service_class = ServiceClass.CALLBACK_URL_ONLY if url_only else ServiceClass.ANY
    ordered = [code for code in BREAKS if code in broken]
    assert refused(account(service_class=service_class), **changes) == (ordered[0] if ordered else None)


def test_the_codes_are_the_manuals() -> None:
    assert [int(code) for code in BREAKS] == [3, 61, 86, 60, 90]


def test_every_rule_has_a_name_and_a_final_code_that_is_not_charged() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        row = RESULTS[rule.result]
        assert not row.charged
        assert row.group not in {Group.STATE, Group.AGENT, Group.DELIVERED}


@given(text=st.text(max_size=60), receiver=st.text(max_size=14), expires=st.none() | st.integers(-(1 << 62), 1 << 62))
def test_no_message_is_beyond_the_rules(text: str, receiver: str, expires: int | None) -> None:
    for kind in (Kind.SMS, Kind.LMS):
        code = refused(kind=kind, text=text, receiver=receiver, expires_at_ms=expires)
        assert code is None or code in RESULTS
