"""The rules of admission: each by name, their precedence, and off, warn, on."""

import re
from typing import Any

import pytest

from samlink.core.account import ServiceClass
from samlink.core.limits import LIMIT_RULES
from samlink.core.message import NewMessage
from samlink.core.policy import EMPTY_POLICY
from samlink.core.rules import PASSED, RULES, Context, Judgement, Mode, judge
from samlink.vocabulary.kakao import ATTACHMENT_BYTES_TAKEN
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.results import RESULTS, GivenBy, ResultCode
from tests.core.sample import ATTACHMENT, NOON, at_hour, context, kakao, message

Case = tuple[str, int, NewMessage, dict[str, Any]]

AD = "(광고)가게 할인 무료수신거부 080-123-4567"
TALK = Kind.FRIEND_TALK

REFUSED: list[Case] = [
    ("message format", 3, message(group_id=""), {}),
    ("message format", 3, message(message_id=""), {}),
    ("message format", 3, message(receiver=""), {}),
    ("message format", 3, message(text=""), {}),
    ("message format", 3, message(Kind.ALIM_TALK, kakao=""), {}),
    ("message format", 3, message(Kind.ALIM_TALK, kakao="{}"), {}),
    ("message format", 3, kakao(kind="XX"), {}),
    ("message format", 3, kakao(kind="FT"), {}),
    ("message format", 3, kakao(TALK, kind="AI"), {}),
    ("message format", 3, kakao(ad="y"), {}),
    ("message format", 3, kakao(alt_type=""), {}),
    ("message format", 3, kakao(changes={"text": ""}), {}),
    ("message kind", 61, message(Kind.MMS), {"kinds": ("sms", "lms", "at", "ft")}),
    ("message kind", 61, message(TALK), {"kinds": ("at",)}),
    ("callback URL", 61, message(), {"service_class": ServiceClass.CALLBACK_URL_ONLY}),
    ("callback URL", 61, message(Kind.LMS), {"service_class": ServiceClass.CALLBACK_URL_ONLY}),
    ("receiver form", 86, message(receiver="0212345678"), {}),
    ("receiver form", 86, message(TALK, receiver="010"), {}),
    ("sender form", 87, message(sender=""), {}),
    ("sender form", 87, message(sender="05012345678"), {}),
    ("sender form", 87, kakao(alt_type="S", changes={"sender": "1"}), {}),
    ("sender registered", 88, message(sender="0212345679"), {}),
    ("sender registered", 88, kakao(TALK, alt_type="L", changes={"sender": "0212345679"}), {}),
    ("user code", 91, message(), {"rules": {"user code": "on"}}),
    ("user code digits", 91, message(), {"rules": {"user code digits": "on"}}),
    ("user code digits", 91, message(user_code="1234567890"), {"rules": {"user code digits": "on"}}),
    ("user code digits", 91, message(user_code="12345678x"), {"rules": {"user code digits": "on"}}),
    ("opted out", 81, message(receiver="01000000001"), {}),
    ("opted out everywhere", 81, kakao(changes={"receiver": "01000000002"}), {}),
    ("sender filter", 80, message(sender="0200000003"), {"rules": {"sender registered": "off"}}),
    ("receiver filter", 80, message(receiver="01000000003"), {}),
    ("word filter", 80, message(text="온라인 도박"), {}),
    ("word filter", 80, message(Kind.LMS, subject="도박"), {}),
    ("word filter", 80, message(url="http://도박"), {}),
    ("word filter", 80, kakao(alt_text="도박"), {}),
    ("advertisement form", 80, message(text="할인 무료수신거부 080-123-4567"), {}),
    ("advertisement form", 80, message(text="(광고)가게 할인"), {}),
    ("advertisement form", 80, message(Kind.LMS, subject="(광고)가게"), {}),
    ("advertisement form", 80, kakao(TALK, changes={"text": AD}), {}),
    ("advertisement form", 80, kakao(TALK, ad="Y", alt_type="S"), {}),
    ("advertisement form", 80, kakao(TALK, ad="Y", alt_type="L", alt_text="(광고)가게 할인"), {}),
    ("FriendTalk hours", 62, message(TALK, due_at_ms=at_hour(20)), {}),
    ("FriendTalk hours", 62, message(TALK, due_at_ms=at_hour(7, 59)), {}),
    ("FriendTalk hours", 62, kakao(TALK, ad="Y", changes={"due_at_ms": at_hour(23)}), {}),
    ("advertisement hours", 80, message(text=AD, due_at_ms=at_hour(21)), {}),
    ("advertisement hours", 80, message(Kind.LMS, text=AD, due_at_ms=at_hour(7, 59)), {}),
    (
        "advertisement hours",
        80,
        kakao(TALK, ad="Y", changes={"due_at_ms": at_hour(23)}),
        {"rules": {"FriendTalk hours": "off"}},
    ),
    ("content size", 60, message(text="가" * 51), {}),
    ("content size", 60, message(Kind.LMS, text="가" * 1001), {}),
    ("content size", 60, message(Kind.MMS, text="a" * 2001), {"variable": False, "max_msg_size": 3000}),
    ("content size", 60, message(Kind.LMS, text="a" * 3001), {"max_msg_size": 3000}),
    ("Kakao text length", 62, message(Kind.ALIM_TALK, text="가" * 1001), {}),
    ("Kakao text length", 62, kakao(TALK, kind="FW", changes={"text": "가" * 401}), {}),
    (
        "Kakao text length",
        62,
        kakao(TALK, kind="XX", changes={"text": "가" * 1001}),
        {"rules": {"message format": "off"}},
    ),
    ("Kakao profile", 64, kakao(sender_key="other"), {}),
    ("Kakao profile", 64, kakao(TALK, sender_key="shut"), {}),
    ("Kakao template", 63, kakao(template_code="other"), {}),
    ("Kakao template", 63, kakao(template_code=""), {}),
    ("Kakao template", 63, kakao(template_code="shut"), {}),
    ("Kakao template text", 63, message(Kind.ALIM_TALK, text="다른 글입니다."), {}),
    ("Kakao attachment", 63, kakao(attachment="{"), {}),
    ("Kakao attachment", 63, kakao(TALK, attachment='{"image": {}}'), {}),
    ("Kakao template buttons", 63, kakao(template_code="links"), {}),
    ("Kakao template buttons", 63, kakao(attachment=ATTACHMENT), {}),
    ("fallback characters", 69, kakao(TALK, alt_type="A", changes={"text": "안녕 😀"}), {}),
    ("fallback characters", 69, kakao(alt_type="L", alt_text="안녕 😀"), {}),
    ("fallback size", 60, kakao(alt_type="S", alt_text="가" * 46), {}),
    ("fallback size", 60, kakao(alt_type="A", alt_text="가" * 1001), {}),
    ("time limit", 90, message(expires_at_ms=NOON), {}),
    ("time limit", 90, message(TALK, expires_at_ms=NOON - 1), {}),
]

PASSING: list[tuple[str, NewMessage, dict[str, Any]]] = [
    *((f"{kind.name} as it is", message(kind), {}) for kind in Kind),
    ("a text in CP949's full size", message(text="가" * 50), {}),
    ("an LMS as long as the account may", message(Kind.LMS, text="a" * 3000), {"max_msg_size": 3000}),
    ("an MMS without a text", message(Kind.MMS, text=""), {}),
    ("a URL", message(url="http://a.example"), {"service_class": ServiceClass.CALLBACK_URL_ONLY}),
    ("Kakao without a fallback needs no sender", message(Kind.ALIM_TALK, sender=""), {}),
    ("nine digits", message(user_code="123456789"), {"rules": {"user code": "on", "user code digits": "on"}}),
    ("any code", message(user_code="1234567890"), {"rules": {"user code": "on"}}),
    ("the form", message(text=AD, due_at_ms=at_hour(20, 59)), {}),
    ("the form from eight", message(text=AD, due_at_ms=at_hour(8)), {}),
    ("no advertisement at night", message(due_at_ms=at_hour(3)), {}),
    ("AlimTalk at night", message(Kind.ALIM_TALK, due_at_ms=at_hour(3)), {}),
    ("FriendTalk until eight", message(TALK, due_at_ms=at_hour(19, 59)), {}),
    ("Kakao's own mark", kakao(TALK, ad="Y"), {}),
    ("a fallback in the form", kakao(TALK, ad="Y", alt_type="A", alt_text=AD), {}),
    ("the whole of a talk", message(TALK, text="가" * 1000), {}),
    ("characters that CP949 has not", message(TALK, text="안녕 😀" * 100), {}),
    ("buttons as approved", kakao(template_code="links", attachment=ATTACHMENT), {}),
    ("a talk's own buttons", kakao(TALK, attachment=ATTACHMENT), {}),
    ("a fallback of its own", kakao(TALK, alt_type="S", alt_text="짧게", changes={"text": "안녕 😀"}), {}),
    ("a limit that has not passed", message(expires_at_ms=NOON + 1), {}),
]


def without(name: str, changes: dict[str, Any], mode: str) -> dict[str, Any]:
    return {**changes, "rules": {**changes.get("rules", {}), name: mode}}


@pytest.mark.parametrize(("name", "result", "refused", "changes"), REFUSED)
def test_a_rule_refuses_by_its_name(name: str, result: int, refused: NewMessage, changes: dict[str, Any]) -> None:
    judgement = judge(refused, context(**changes))
    assert (judgement.reason, judgement.result) == (name, result)


@pytest.mark.parametrize(("name", "result", "refused", "changes"), REFUSED)
def test_a_rule_that_is_off_says_nothing(name: str, result: int, refused: NewMessage, changes: dict[str, Any]) -> None:
    judgement = judge(refused, context(**without(name, changes, "off")))
    assert judgement.reason != name
    assert name not in judgement.warnings


@pytest.mark.parametrize(("name", "result", "refused", "changes"), REFUSED)
def test_a_rule_that_warns_refuses_nothing(
    name: str, result: int, refused: NewMessage, changes: dict[str, Any]
) -> None:
    judgement = judge(refused, context(**without(name, changes, "warn")))
    assert judgement.reason != name
    assert judgement.warnings[0] == name


@pytest.mark.parametrize(("what", "passing", "changes"), PASSING)
def test_what_no_rule_refuses(what: str, passing: NewMessage, changes: dict[str, Any]) -> None:
    assert judge(passing, context(**changes)) is PASSED


def test_every_rule_has_a_case_and_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert {name for name, *_ in REFUSED} == set(names)
    assert len({*names, *(rule.name for rule in LIMIT_RULES)}) == len(names) + len(LIMIT_RULES)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z ]*", name) for name in names)


def test_a_rule_gives_a_final_code_that_is_not_charged_nor_asks_for_a_resend() -> None:
    for rule in RULES:
        known = RESULTS[rule.result]
        assert known.final
        assert not known.charged
        assert not known.resend
        assert known.given_by is not GivenBy.AGENT


def test_the_precedence_of_the_codes() -> None:
    codes = list(dict.fromkeys(int(rule.result) for rule in RULES))
    assert codes == [3, 61, 86, 87, 88, 91, 81, 80, 62, 60, 64, 63, 69, 90]


def test_the_first_rule_wins_and_the_next_follows_when_it_is_off() -> None:
    bad = message(group_id="", receiver="1", sender="1", user_code="x", text="(광고) 도박" + "가" * 50, expires_at_ms=0)
    rules = {"user code digits": "on"}
    found: list[str] = []
    while (judgement := judge(bad, context(rules=rules))).result is not None:
        found.append(judgement.reason)
        rules[judgement.reason] = "off"
    assert found == [
        "message format",
        "receiver form",
        "sender form",
        "sender registered",
        "user code digits",
        "word filter",
        "advertisement form",
        "content size",
        "time limit",
    ]
    for name in found:
        rules[name] = "warn"
    assert judge(bad, context(rules=rules)) == Judgement(None, warnings=tuple(found))


def test_a_refusal_keeps_the_warnings_before_it() -> None:
    judgement = judge(message(sender="1", expires_at_ms=0), context(rules={"sender form": "warn", "time limit": "on"}))
    assert judgement == Judgement(ResultCode.SENDER_NOT_REGISTERED, "sender registered", "", ("sender form",))


def test_an_attachments_refusal_says_what_is_wrong() -> None:
    judgement = judge(kakao(attachment='{"button": [{"type": "WL", "name": "x"}]}'), context())
    assert judgement.detail == "button 1 has no url_mobile"


def test_an_attachment_has_a_greatest_size_in_bytes() -> None:
    longest = '{"button": []}'.ljust(ATTACHMENT_BYTES_TAKEN)
    assert judge(kakao(TALK, attachment=longest), context()) == PASSED
    for attachment in (longest + " ", '{"x": "' + "가" * (ATTACHMENT_BYTES_TAKEN // 3) + '"}'):
        judgement = judge(kakao(TALK, attachment=attachment), context())
        assert (judgement.result, judgement.detail) == (63, "ATTACHMENT is over 16000 bytes")


def test_an_account_with_nothing_registered_sends_nothing() -> None:
    assert judge(message(), context(policy=EMPTY_POLICY)).result == 88
    assert judge(message(TALK), context(policy=EMPTY_POLICY)).result == 64


def test_by_default_only_the_user_codes_rules_are_off() -> None:
    assert {rule.name for rule in RULES if rule.default is not Mode.ON} == {"user code", "user code digits"}


def test_a_context_is_taken_to_another_time() -> None:
    first = context()
    second = first.at(NOON + 60_000)
    limited = message(expires_at_ms=NOON + 60_000)
    assert judge(limited, first) is PASSED
    assert judge(limited, second).result == 90
    assert (first.now_ms, second.now_ms) == (NOON, NOON + 60_000)


def test_a_mode_that_is_none_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="sometimes"):
        context(rules={"time limit": "sometimes"})


def test_a_rule_that_does_not_exist_is_passed_over() -> None:
    assert isinstance(context(rules={"of a later version": "on"}), Context)
