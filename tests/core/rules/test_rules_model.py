"""Any message of any account gets what a slow and plain model of the rules says."""

import sys
from collections import Counter
from typing import Any, Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from samlink.core.account import Account
from samlink.core.kakao_parts import KakaoParts
from samlink.core.message import NewMessage
from samlink.core.policy import Filter, NumberSet, Policy
from samlink.core.rules import RULES, Context, Mode, judge
from samlink.vocabulary.kinds import SERVICE_OF_KIND, Kind
from tests.core import sample
from tests.core.rules.rules_model import expected, sender_good
from tests.core.sample import ACCOUNT, ATTACHMENT, NOON, POLICY, at_hour

CALLS: Final = 50
"""Of functions, to judge a message: 34 at the time of writing. Unlike its time, it does not depend on the machine."""

pick = st.sampled_from
NUMBERS: Final = [
    *("01012345678", "01000000001", "01000000002", "01000000003"),
    *("0212345678", "0212345679", "0200000003", "15881234", "05012345678", "", "1", "1000000001"),
]
TEXTS: Final = [
    "홍길동님, 주문이 접수되었습니다.",
    "다른 글",
    "",
    "온라인 도박 안내",
    "(광고)가게 할인 무료수신거부 0801234567",
    "(광고)가게 할인",
    "(광고)무료수신거부 0801234567",
    "할인 무료수신거부 0801234567",
    "가" * 51,
    "가" * 401,
    "가" * 1001,
    "a" * 2500,
    "안녕 😀",
]
NAMES: Final = [rule.name for rule in RULES]

accounts = st.builds(
    Account,
    no=st.just(1),
    id=st.just("shop"),
    service_class=pick([1, 1, 1, 2]),
    variable=st.booleans(),
    max_msg_size=pick([2000, 3000]),
    kinds=st.lists(pick(["sms", "lms", "mms", "at", "ft"]), min_size=3, unique=True).map(tuple),
    rules=st.dictionaries(pick(NAMES), pick(list(Mode)), max_size=len(NAMES)),
)
policies = st.builds(
    Policy,
    senders=st.frozensets(pick(["0212345678", "0200000003", "15881234", "1"])),
    opted_out=st.lists(pick(["01000000001", "01012345678"]), max_size=1).map(NumberSet),
    opted_out_everywhere=st.lists(pick(["01000000002"]), max_size=1).map(NumberSet),
    filters=st.lists(pick([*POLICY.filters, Filter("words", "할인")]), max_size=4, unique=True).map(tuple),
    profiles=pick([POLICY.profiles, {}]),
    templates=pick([POLICY.templates, {}]),
)
kakao_parts = st.builds(
    KakaoParts,
    kind=pick(["AT", "AI", "FT", "FI", "FW", "XX", ""]),
    ad=pick(["", "N", "Y", "y"]),
    sender_key=pick(["key", "key", "shut", "other"]),
    template_code=pick(["plain", "links", "shut", "", "other"]),
    attachment=pick(["", "", ATTACHMENT, "{", '{"button": 1}']),
    alt_type=pick(["N", "N", "S", "L", "A", ""]),
    alt_subject=pick(["", "(광고)가게"]),
    alt_text=pick(["", *TEXTS]),
)


@st.composite
def messages(draw: st.DrawFn) -> NewMessage:
    kind = draw(pick(list(Kind)))
    changes: dict[str, Any] = {
        "group_id": draw(pick(["g", "g", "g", ""])),
        "receiver": draw(pick([NUMBERS[0], *NUMBERS])),
        "sender": draw(pick(["0212345678", *NUMBERS])),
        "subject": draw(pick(["", "제목", "(광고)가게 소식"])),
        "text": draw(pick([TEXTS[0], *TEXTS])),
        "url": draw(pick(["", "http://a.example"])),
        "user_code": draw(pick(["", "123456789", "1234567890", "12345678x"])),
        "due_at_ms": at_hour(draw(st.integers(0, 23)), draw(st.integers(0, 59))),
        "expires_at_ms": draw(pick([None, None, NOON - 1, NOON, NOON + 1])),
        "service": SERVICE_OF_KIND[kind],
    }
    if kind in (Kind.ALIM_TALK, Kind.FRIEND_TALK):
        changes["kakao"] = draw(kakao_parts).to_json()
    return sample.message(kind, **changes)


@settings(max_examples=600, deadline=None)
@given(messages(), accounts, policies)
@example(sample.message(), ACCOUNT, POLICY)
def test_the_rules_say_what_the_model_says(message: NewMessage, account: Account, policy: Policy) -> None:
    judgement = judge(message, Context(account, policy, NOON))
    result = None if judgement.result is None else int(judgement.result)
    assert (result, judgement.reason, list(judgement.warnings)) == expected(message, account, policy, NOON)


@given(st.builds(sample.message, pick(list(Kind)), kakao=st.text(), text=st.text(), sender=st.text()), accounts)
def test_any_message_gets_a_judgement(message: NewMessage, account: Account) -> None:
    judge(message, Context(account, POLICY, NOON))


@given(st.text("0123456789", max_size=12))
def test_the_model_knows_senders(number: str) -> None:
    assert sender_good(number) is (judge(sample.message(sender=number), sample.context()).reason != "sender form")


def test_the_rules_are_few_calls_for_every_message() -> None:
    context = Context(ACCOUNT, POLICY, NOON)
    message = sample.message()
    calls: Counter[str] = Counter()
    sys.setprofile(lambda _frame, event, _argument: calls.update([event]))
    try:
        judgement = judge(message, context)
    finally:
        sys.setprofile(None)
    assert judgement.result is None, "all rules were asked"
    assert 0 < calls["call"] + calls["c_call"] <= CALLS, calls
