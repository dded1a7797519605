"""The rules of admission: which messages are not sent, and with which result code their customer is told so.

`RULES` is one ordered tuple, and its order is the precedence of the codes: the first rule that refuses wins. A rule is
a pure function that can only refuse or pass. Each is off, warns only or is on, as the account says or else by default.
What an account may still send (84, 92 to 95) needs the store, and is judged after these: `samlink.core.limits`.

A gateway makes one `Context` for an account, again when the account or its policy has changed, and takes it `at` the
time of each packet.
"""

import enum
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, Self

from samlink.core import advertising, kakao
from samlink.core.account import Account, ServiceClass
from samlink.core.kakao_parts import KakaoParts, kakao_parts
from samlink.core.message import NewMessage
from samlink.core.policy import Policy
from samlink.vocabulary.kakao import ALT_TYPES, LONGEST_TEXT_CHARACTERS, TEMPLATED, TEXT_CHARACTERS, KakaoKind
from samlink.vocabulary.kinds import KAKAO_KINDS, KIND_NAMES, Kind
from samlink.vocabulary.numbers import RECEIVER, SENDER
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.rule_names import RuleName
from samlink.vocabulary.sizes import FIXED_TEXT_BYTES, SMS_BYTES_LIMIT, USER_CODE_DIGITS
from samlink.vocabulary.text import CHARSET, cp949_bytes

_ALL_KINDS: Final = frozenset(Kind)
_TEXT_KINDS: Final = _ALL_KINDS - KAKAO_KINDS
_NO_PARTS: Final = KakaoParts()
_KAKAO_KIND_VALUES: Final = frozenset(kind.value for kind in KakaoKind)
_AD_VALUES: Final = frozenset({"", "N", "Y"})


class Mode(enum.StrEnum):
    """What comes of a rule's refusal; the values are those of `Account.rules`."""

    OFF = "off"
    WARN = "warn"
    """The message goes, and its judgement names the rule."""
    ON = "on"


class Judgement(NamedTuple):
    """What the rules say of one message."""

    result: ResultCode | None
    """None: it may go."""
    reason: str = ""
    """The name of the rule that refused it; empty when it may go."""
    detail: str = ""
    """What exactly is wrong, where the rule's name does not say it."""
    warnings: tuple[str, ...] = ()
    """Names of the rules that would have refused it, had they not only warned."""


PASSED: Final = Judgement(None)
"""The judgement of a message that nothing is to be said of."""


class Context:
    """What rules judge by: an account, its policy, the time, and the message's Kakao parts if it has any."""

    __slots__ = ("_active", "account", "now_ms", "parts", "policy")

    def __init__(self, account: Account, policy: Policy, now_ms: int) -> None:
        """It works out which rules are on for the account: for every packet, take one that exists `at` its time.

        Raises ValueError when `Account.rules` has a mode that is none.
        """
        self.account = account
        self.policy = policy
        self.now_ms = now_ms
        """UTC epoch ms."""
        self.parts = _NO_PARTS
        self._active: Mapping[int, tuple[tuple[Check, Rule, Mode], ...]] = {
            int(kind): _active(kind, account, policy) for kind in Kind
        }

    def at(self, now_ms: int) -> Self:
        """The same at another time."""
        other = self._copy()
        other.now_ms = now_ms
        return other

    def with_parts(self, parts: KakaoParts) -> Self:
        """The same for a message with these parts."""
        other = self._copy()
        other.parts = parts
        return other

    def active(self, kind: int) -> "tuple[tuple[Check, Rule, Mode], ...]":
        """The rules that are not off and can refuse such a message of this account, in their order."""
        return self._active[kind]

    def _copy(self) -> Self:
        other = object.__new__(type(self))
        other.account, other.policy, other.now_ms = self.account, self.policy, self.now_ms
        other.parts, other._active = self.parts, self._active
        return other


Check = Callable[[NewMessage, Context], bool]


def _always(_account: Account, _policy: Policy) -> bool:
    return True


class Rule(NamedTuple):
    """One reason for not sending a message."""

    name: RuleName
    """As in `Account.rules`, and as kept with a message that it refuses."""
    result: ResultCode
    refuses: Check
    kinds: frozenset[Kind] = _ALL_KINDS
    """What it applies to."""
    matters: Callable[[Account, Policy], bool] = _always
    """Whether it can refuse anything of such an account at all; if not, it is not asked."""
    explain: Callable[[NewMessage, Context], str] | None = None
    """What exactly is wrong with a message that it refuses."""
    default: Mode = Mode.ON


# -- what every message needs
def _lacks_a_field(message: NewMessage, context: Context) -> bool:
    if not (message.group_id and message.message_id and message.receiver and (message.text or message.files)):
        return True
    return message.kind in KAKAO_KINDS and _lacks_kakao_parts(message, context.parts)


def _lacks_kakao_parts(message: NewMessage, parts: KakaoParts) -> bool:
    if not message.text or parts.kind not in _KAKAO_KIND_VALUES:
        return True
    if (parts.kind in TEMPLATED) != (message.kind == Kind.ALIM_TALK):
        return True
    return parts.ad not in _AD_VALUES or parts.alt_type not in ALT_TYPES


def _kind_not_allowed(message: NewMessage, context: Context) -> bool:
    return KIND_NAMES[Kind(message.kind)] not in context.account.kinds


def _lacks_the_url(message: NewMessage, _context: Context) -> bool:
    return not message.url


# -- numbers and codes
def _bad_receiver(message: NewMessage, _context: Context) -> bool:
    return RECEIVER.fullmatch(message.receiver) is None


def _needs_no_sender(message: NewMessage, context: Context) -> bool:
    # Kakao shows its channel; SENDER is the fallback's.
    return message.kind in KAKAO_KINDS and not context.parts.wants_fallback


def _bad_sender(message: NewMessage, context: Context) -> bool:
    return SENDER.fullmatch(message.sender) is None and not _needs_no_sender(message, context)


def _sender_not_registered(message: NewMessage, context: Context) -> bool:
    return message.sender not in context.policy.senders and not _needs_no_sender(message, context)


def _lacks_user_code(message: NewMessage, _context: Context) -> bool:
    return not message.user_code


def _user_code_not_digits(message: NewMessage, _context: Context) -> bool:
    code = message.user_code
    return not (len(code) == USER_CODE_DIGITS and code.isdecimal() and code.isascii())


# -- wishes of receivers and of the customer
def _opted_out(message: NewMessage, context: Context) -> bool:
    return message.receiver in context.policy.opted_out


def _opted_out_everywhere(message: NewMessage, context: Context) -> bool:
    return message.receiver in context.policy.opted_out_everywhere


def _sender_filtered(message: NewMessage, context: Context) -> bool:
    return message.sender in context.policy.filtered_senders


def _receiver_filtered(message: NewMessage, context: Context) -> bool:
    return message.receiver in context.policy.filtered_receivers


def _words_filtered(message: NewMessage, context: Context) -> bool:
    parts = context.parts
    texts = (message.text, message.subject, message.url, parts.alt_text, parts.alt_subject)
    return any(map(context.policy.has_filtered_words, filter(None, texts)))


# -- advertisements
def _lacks_the_form(message: NewMessage, context: Context) -> bool:
    text = message.text
    if message.kind in KAKAO_KINDS:
        return _kakao_lacks_the_form(message, context.parts)
    if advertising.says_advertisement(text) or (message.subject and advertising.says_advertisement(message.subject)):
        return not advertising.has_form(text, message.subject)
    return False


def _kakao_lacks_the_form(message: NewMessage, parts: KakaoParts) -> bool:
    # Kakao itself puts the mark and the way out on what AD_YN declares; a fallback has neither but for its text.
    if not parts.is_advertisement:
        return any(map(advertising.says_advertisement, (message.text, parts.alt_subject, parts.alt_text)))
    return parts.wants_fallback and not advertising.has_form(parts.alt_text or message.text, parts.alt_subject)


def _friend_talk_hours(message: NewMessage, _context: Context) -> bool:
    hour = advertising.hour_in_korea(message.due_at_ms)
    return hour >= kakao.QUIET_FROM_HOUR or hour < kakao.QUIET_UNTIL_HOUR


def _advertisement_at_night(message: NewMessage, context: Context) -> bool:
    if not advertising.is_night(message.due_at_ms):
        return False
    parts = context.parts
    texts = (message.text, message.subject, parts.alt_text, parts.alt_subject)
    return parts.is_advertisement or any(map(advertising.says_advertisement, filter(None, texts)))


# -- content
def _text_too_long(message: NewMessage, context: Context) -> bool:
    if message.kind == Kind.SMS:
        limit = SMS_BYTES_LIMIT
    else:
        limit = context.account.max_msg_size if context.account.variable else FIXED_TEXT_BYTES
    text = message.text
    return len(text) * 2 > limit and len(text.encode(CHARSET, "replace")) > limit


def _kakao_text_too_long(message: NewMessage, context: Context) -> bool:
    # A KIND that there is not can come here when the rule of the format is not on.
    return len(message.text) > TEXT_CHARACTERS.get(context.parts.kind, LONGEST_TEXT_CHARACTERS)


def _profile_unusable(_message: NewMessage, context: Context) -> bool:
    profile = context.policy.profiles.get(context.parts.sender_key)
    return profile is None or profile.blocked


def _template(context: Context) -> kakao.Template | None:
    parts = context.parts
    template = context.policy.templates.get((parts.sender_key, parts.template_code))
    return None if template is None or template.blocked else template


def _template_unusable(_message: NewMessage, context: Context) -> bool:
    return _template(context) is None


def _text_differs(message: NewMessage, context: Context) -> bool:
    template = _template(context)
    return template is not None and not kakao.matches(template.text, message.text)


def _attachment_faulty(_message: NewMessage, context: Context) -> bool:
    return kakao.attachment_fault(context.parts.attachment) is not None


def _explain_attachment(_message: NewMessage, context: Context) -> str:
    return str(kakao.attachment_fault(context.parts.attachment) or "")


def _buttons_differ(message: NewMessage, context: Context) -> bool:
    template = _template(context)
    if template is None or _attachment_faulty(message, context):
        return False
    return not kakao.buttons_match(template, context.parts.attachment)


def _fallback_unwritable(message: NewMessage, context: Context) -> bool:
    parts = context.parts
    return parts.wants_fallback and cp949_bytes(parts.alt_text or message.text) is None


def _fallback_too_long(message: NewMessage, context: Context) -> bool:
    parts = context.parts
    if not parts.wants_fallback or _fallback_unwritable(message, context):
        return False
    return parts.fallback_kind(message.text) is None


# -- time
def _too_late(message: NewMessage, context: Context) -> bool:
    return message.expires_at_ms is not None and message.expires_at_ms <= context.now_ms


_N = RuleName
_R = ResultCode
_ALIM_TALK: Final = frozenset({Kind.ALIM_TALK})
_FRIEND_TALK: Final = frozenset({Kind.FRIEND_TALK})

RULES: Final = (
    Rule(_N.MESSAGE_FORMAT, _R.BAD_MESSAGE_FORMAT, _lacks_a_field),
    Rule(
        _N.MESSAGE_KIND,
        _R.WRONG_MESSAGE_TYPE,
        _kind_not_allowed,
        matters=lambda account, _: not set(KIND_NAMES.values()) <= set(account.kinds),
    ),
    Rule(
        _N.CALLBACK_URL,
        _R.WRONG_MESSAGE_TYPE,
        _lacks_the_url,
        matters=lambda account, _: account.service_class == ServiceClass.CALLBACK_URL_ONLY,
    ),
    Rule(_N.RECEIVER_FORM, _R.BAD_RECEIVER, _bad_receiver),
    Rule(_N.SENDER_FORM, _R.BAD_SENDER, _bad_sender),
    Rule(_N.SENDER_REGISTERED, _R.SENDER_NOT_REGISTERED, _sender_not_registered),
    Rule(_N.USER_CODE, _R.BAD_USERCODE, _lacks_user_code, default=Mode.OFF),
    Rule(_N.USER_CODE_DIGITS, _R.BAD_USERCODE, _user_code_not_digits, default=Mode.OFF),
    Rule(_N.OPTED_OUT, _R.OPTED_OUT, _opted_out, matters=lambda _, lists: bool(lists.opted_out)),
    Rule(
        _N.OPTED_OUT_EVERYWHERE,
        _R.OPTED_OUT,
        _opted_out_everywhere,
        matters=lambda _, lists: bool(lists.opted_out_everywhere),
    ),
    Rule(
        _N.SENDER_FILTER, _R.BLOCKED_BY_FILTER, _sender_filtered, matters=lambda _, lists: bool(lists.filtered_senders)
    ),
    Rule(
        _N.RECEIVER_FILTER,
        _R.BLOCKED_BY_FILTER,
        _receiver_filtered,
        matters=lambda _, lists: bool(lists.filtered_receivers),
    ),
    Rule(
        _N.WORD_FILTER, _R.BLOCKED_BY_FILTER, _words_filtered, matters=lambda _, lists: lists.filtered_words is not None
    ),
    Rule(_N.ADVERTISEMENT_FORM, _R.BLOCKED_BY_FILTER, _lacks_the_form),
    Rule(_N.FRIENDTALK_HOURS, _R.KAKAO_ERROR, _friend_talk_hours, _FRIEND_TALK),
    Rule(_N.ADVERTISEMENT_HOURS, _R.BLOCKED_BY_FILTER, _advertisement_at_night),
    Rule(_N.CONTENT_SIZE, _R.CONTENT_SIZE, _text_too_long, _TEXT_KINDS),
    Rule(_N.KAKAO_TEXT_LENGTH, _R.KAKAO_ERROR, _kakao_text_too_long, KAKAO_KINDS),
    Rule(_N.KAKAO_PROFILE, _R.KAKAO_PROFILE, _profile_unusable, KAKAO_KINDS),
    Rule(_N.KAKAO_TEMPLATE, _R.KAKAO_TEMPLATE, _template_unusable, _ALIM_TALK),
    Rule(_N.KAKAO_TEMPLATE_TEXT, _R.KAKAO_TEMPLATE, _text_differs, _ALIM_TALK),
    Rule(_N.KAKAO_ATTACHMENT, _R.KAKAO_TEMPLATE, _attachment_faulty, KAKAO_KINDS, explain=_explain_attachment),
    Rule(_N.KAKAO_TEMPLATE_BUTTONS, _R.KAKAO_TEMPLATE, _buttons_differ, _ALIM_TALK),
    Rule(_N.FALLBACK_CHARACTERS, _R.CONTENT_OTHER, _fallback_unwritable, KAKAO_KINDS),
    Rule(_N.FALLBACK_SIZE, _R.CONTENT_SIZE, _fallback_too_long, KAKAO_KINDS),
    Rule(_N.TIME_LIMIT, _R.TIME_LIMIT_PASSED, _too_late),
)
"""In the order of their precedence."""


def _active(kind: Kind, account: Account, policy: Policy) -> tuple[tuple[Check, Rule, Mode], ...]:
    modes = ((rule, Mode(account.rules.get(rule.name, rule.default))) for rule in RULES if kind in rule.kinds)
    return tuple(
        (rule.refuses, rule, mode) for rule, mode in modes if mode is not Mode.OFF and rule.matters(account, policy)
    )


def judge(message: NewMessage, context: Context) -> Judgement:
    """What the rules say of a message: the first that is on and refuses decides. Any message gives a judgement."""
    if message.kind in KAKAO_KINDS:
        context = context.with_parts(_parts_of(message))
    warnings: tuple[str, ...] = ()
    for refuses, rule, mode in context.active(message.kind):
        if not refuses(message, context):
            continue
        if mode is Mode.ON:
            detail = rule.explain(message, context) if rule.explain is not None else ""
            return Judgement(rule.result, rule.name, detail, warnings)
        warnings = (*warnings, rule.name)
    return Judgement(None, warnings=warnings) if warnings else PASSED


def _parts_of(message: NewMessage) -> KakaoParts:
    try:
        return kakao_parts(message.kakao)
    except ValueError:
        return _NO_PARTS  # without KIND: the first rule refuses it
