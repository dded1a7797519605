"""The verdict on a claimed row: a message to send, or one of the agent's result codes 73 to 79. Pure.

The first rule that refuses gives the code, in this order: 75 the timeout, 76 the sender, 77 the receiver, 73 where
files lie, 78 their type and the content (no text, a character that CP949 lacks, too long), 79 everything else. 74, a
duplicate, is for rows that nothing else refuses (`samlink.agent.judge.duplicates`). Facts are looked up before, and
passed in as `Facts`.

Any value that a driver can return gives a message or a code. A row that may have been sent before (the agent that
claimed it first died) is never refused for the time or for a fact that was looked up: only the gateway knows whether it
went out.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from samlink.agent.errors import RowError
from samlink.agent.judge.charset import Beyond, UnfitError, fits, fitted, is_beyond, within_ks_x_1001
from samlink.agent.judge.files import path_of
from samlink.agent.judge.rules import Terms
from samlink.agent.judge.values import text_of, word_of
from samlink.agent.tables.rows import Claimed
from samlink.agent.tables.schema.mapping import FILES, Field
from samlink.agent.tables.schema.moments import moment
from samlink.client import AnyMessage, Fallback, KakaoKind, KakaoMessage, Kind, Message
from samlink.vocabulary.numbers import digits_of
from samlink.vocabulary.problem import N_, Problem
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Service
from samlink.vocabulary.sizes import SMS_BYTES_RECOMMENDED
from samlink.vocabulary.text import CHARSET, composed
from samlink.wire.text import cut_text

RECEIVER: Final = re.compile(r"01\d{8,9}|05\d{6,10}")
"""A mobile number, or one that begins with 05 (050x safe numbers of 11 and 12 digits among them), whose form is left to
the gateway."""
_SENDER: Final = re.compile(r"0(?!50)\d{7,10}|1[568]\d{6}")
"""050x cannot be registered. Whether a number is, the gateway knows (88)."""
CONTENT: Final = frozenset(
    {Field.TEXT, Field.SUBJECT, Field.URL, Field.ATTACHMENT, Field.ALT_TEXT, Field.ALT_SUBJECT, *FILES}
)
"""Fields of the message's content: a fault in them gives 78, in any other 79."""
_FALLBACKS: Final = {"": Fallback.NONE, "N": Fallback.NONE, "S": Fallback.SMS, "L": Fallback.LMS, "A": Fallback.AUTO}
_ODD_VALUES: Final = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError, MemoryError)
"""What reading a value of an unexpected type can raise."""


class Refused(msgspec.Struct, frozen=True):
    """The row is not sent, and gets a result code of the agent."""

    code: ResultCode
    reason: Problem
    """Its sentence has no whole number and no text of the message."""


class Follows(msgspec.Struct, frozen=True):
    """A row equal to an earlier one of the same claim, whose outcome decides about it."""

    group_id: str
    message_id: str


Verdict = AnyMessage | Refused | Follows
DUPLICATE: Final = Refused(
    ResultCode.AGENT_DUPLICATE,
    Problem("row.duplicate", N_("the same message went to this receiver just before")),
)


class Facts(msgspec.Struct, frozen=True):
    """Facts about the rows of a claim, looked up before."""

    file_faults: Mapping[Path, RowError] = MappingProxyType({})
    """Files that cannot be sent."""
    black_listed: frozenset[str] = frozenset()
    """Receivers, as the wire writes them."""


NOTHING_KNOWN: Final = Facts()


def judge(
    row: Claimed, service: Service | None, terms: Terms, now: datetime, facts: Facts = NOTHING_KNOWN
) -> AnyMessage | Refused:
    """The message of a row, or why it has none. `service`: None if the row's type is unknown. `now` has a time zone.

    Limits of the login, and the gateway's own rules, show only when the message is sent.
    """
    try:
        if row.fault is not None and not row.group_id:
            raise row.fault
        timeout_at = _timeout(row, now)
        _check_sender(row, service)
        receiver = _receiver(row)
        files = _files(row, terms, facts)
        content = None if service in {None, Service.KMS} else _text(row, service, receiver, terms)
        kakao = _kakao_content(row, terms) if service is Service.KMS else None
        _check_rest(row, receiver, facts)
        if content is not None:
            return content.to_message(row, files, timeout_at)
        if kakao is not None:
            return _kakao(row, receiver, kakao, terms, timeout_at)
        raise RowError(ResultCode.AGENT_OTHER, "row.type_unknown", N_("its type is not in the `types` of its table"))
    except RowError as error:
        return Refused(error.result, error)
    except _ODD_VALUES as error:
        why = Problem("row.unreadable", N_("the row cannot be read ({error})"), error=type(error).__name__)
        return Refused(ResultCode.AGENT_OTHER, why)


def receiver_of(row: Claimed) -> str | None:
    """The receiver of a row as the wire writes it, or None if it has none."""
    try:
        return _receiver(row)
    except RowError:
        return None


def paths_of(row: Claimed, terms: Terms) -> tuple[Path, ...]:
    """The files of a row that lie where they may."""
    paths: list[Path] = []
    for field in FILES:
        try:
            if name := word_of(row.values.get(field)):
                paths.append(path_of(name, terms.files))
        except (RowError, *_ODD_VALUES):
            continue
    return tuple(paths)


class _Content(msgspec.Struct, frozen=True):
    """The content of an SMS, LMS or MMS, and its kind."""

    kind: Kind
    to: str
    text: str
    subject: str
    url: str
    user_code: str

    def to_message(self, row: Claimed, files: tuple[Path, ...], timeout_at: datetime | None) -> Message:
        """The message, with the keys of its row."""
        return Message(
            to=self.to,
            text=self.text,
            sender=_value(row, Field.SENDER).strip(),
            subject=self.subject,
            url=self.url,
            files=files,
            timeout_at=timeout_at,
            kind=Kind.MMS if files and self.kind is Kind.LMS else self.kind,
            group_id=row.group_id,
            message_id=row.message_id,
            user_code=self.user_code,
        )


def _value(row: Claimed, field: Field, *, whole: bool = False) -> str:
    """A column's value as text; a missing column, and NULL, are empty.

    Raises:
        RowError: it is not text.
    """
    return _read(row, field, partial(text_of, whole=whole))


def _word(row: Claimed, field: Field) -> str:
    """A key or a code. Raises as `_value`."""
    return _read(row, field, word_of)


def _read(row: Claimed, field: Field, read: Callable[[object], str]) -> str:
    try:
        return read(row.values.get(field))
    except _ODD_VALUES:
        template = N_("the {field} cannot be read as text")
        raise RowError(_code_of(field), "row.value_unreadable", template, field=field) from None


def _code_of(field: Field) -> ResultCode:
    """The result of a row whose field cannot be sent."""
    return ResultCode.AGENT_CONTENT if field in CONTENT else ResultCode.AGENT_OTHER


# -- 75, 76, 77, 73, 78


def _timeout(row: Claimed, now: datetime) -> datetime | None:
    """When the row expires. A value that is not a time is reported last (`_check_rest`)."""
    timeout_at = _moment(row, Field.TIMEOUT_AT)
    if isinstance(timeout_at, datetime) and timeout_at <= now and not row.again:
        # A date with hyphens would be masked like a telephone number.
        passed = f"{timeout_at:%Y/%m/%d %H:%M:%S}"
        raise RowError(ResultCode.AGENT_TIMEOUT, "row.expired", N_("the timeout {time} has passed"), time=passed)
    return timeout_at


def _moment(row: Claimed, field: Field) -> datetime | None:
    try:
        return moment(row.values.get(field))
    except _ODD_VALUES:
        return None


def _check_sender(row: Claimed, service: Service | None) -> None:
    """76. Kakao needs a sender for its fallback only."""
    if service is Service.KMS and _is_empty(row, Field.SENDER):
        return
    if _digits(row, Field.SENDER, _SENDER) is None:
        raise RowError(ResultCode.AGENT_BAD_SENDER, "row.bad_sender", N_("the sender is not a usable number"))


def _is_empty(row: Claimed, field: Field) -> bool:
    try:
        return not text_of(row.values.get(field)).strip()
    except _ODD_VALUES:
        return False


def _receiver(row: Claimed) -> str:
    """The receiver as the wire writes it, or 77."""
    digits = _digits(row, Field.RECEIVER, RECEIVER)
    if digits is None:
        raise RowError(ResultCode.AGENT_BAD_RECEIVER, "row.bad_receiver", N_("the receiver is not a usable number"))
    return digits


def _digits(row: Claimed, field: Field, pattern: re.Pattern[str]) -> str | None:
    """A number in digits, or None if it does not match."""
    try:
        digits = digits_of(text_of(row.values.get(field)).strip())
    except _ODD_VALUES:
        return None
    return digits if digits is not None and pattern.fullmatch(digits) else None


def _files(row: Claimed, terms: Terms, facts: Facts) -> tuple[Path, ...]:
    """73 for all files before 78 for any."""
    try:
        names = [name for field in FILES if (name := word_of(row.values.get(field)))]
        paths = tuple(path_of(name, terms.files) for name in names)
    except RowError:
        raise
    except _ODD_VALUES:
        template = N_("a file's name cannot be read as text")
        raise RowError(ResultCode.AGENT_CONTENT, "row.file_name_unreadable", template) from None
    faults = [] if row.again else [facts.file_faults[path] for path in paths if path in facts.file_faults]
    if faults:
        raise min(faults, key=lambda fault: fault.result)
    if row.fault is not None:
        raise row.fault
    return paths


# -- 79


def _check_rest(row: Claimed, receiver: str, facts: Facts) -> None:
    """79 for the black list, and for values that are not times."""
    if receiver in facts.black_listed and not row.again:
        raise RowError(ResultCode.AGENT_OTHER, "row.black_listed", N_("the receiver is on the black list"))
    for field in (Field.RESERVE_AT, Field.TIMEOUT_AT):
        try:
            moment(row.values.get(field))
        except _ODD_VALUES:
            template = N_("the {field} is not a time")
            raise RowError(ResultCode.AGENT_OTHER, "row.not_a_time", template, field=field) from None


def _text(row: Claimed, service: Service, receiver: str, terms: Terms) -> _Content:
    """The content of an SMS or LMS; with files, the LMS is an MMS."""
    text = _fitted(row, Field.TEXT, terms)
    if not text.strip():
        raise RowError(ResultCode.AGENT_CONTENT, "row.no_text", N_("the message has no text"))
    kind, subject = Kind.LMS, ""
    if service is Service.SMS:
        text, kind = _short(text, terms, terms.sms_bytes, long_as_lms=terms.long_sms_as_lms)
        subject = "" if kind is Kind.SMS else _subject_of(text, terms)
    else:
        subject = _fitted(row, Field.SUBJECT, terms)
    url = _value(row, Field.URL) if service is Service.SMS else ""
    if url and kind is not Kind.SMS:
        template = N_("a message with a URL must fit into an SMS")
        raise RowError(ResultCode.AGENT_CONTENT, "row.too_long_with_url", template)
    return _Content(kind, receiver, text, subject, url, _word(row, Field.USER_CODE) if terms.user_code else "")


def _short(text: str, terms: Terms, limit: int, *, long_as_lms: bool) -> tuple[str, Kind]:
    """A text that was meant for an SMS of at most `limit` bytes, and the kind that it goes as."""
    short = text
    if terms.beyond_ksx1001 is not Beyond.SEND and is_beyond(text):
        if terms.beyond_ksx1001 is Beyond.LMS:
            return text, Kind.LMS
        short = within_ks_x_1001(text)
    size = len(short.encode(CHARSET))
    if size <= limit:
        return short, Kind.SMS
    if not long_as_lms:
        template = N_("the text has {size} bytes, an SMS at most {limit}")
        raise RowError(ResultCode.AGENT_CONTENT, "row.too_long", template, size=size, limit=limit)
    return text, Kind.LMS


def _subject_of(text: str, terms: Terms) -> str:
    """The subject of an SMS that goes as an LMS."""
    if not terms.lms_subject_bytes:
        return terms.lms_subject
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return cut_text("".join(letter for letter in first if letter.isprintable()), terms.lms_subject_bytes).strip()


class _KakaoContent(msgspec.Struct, frozen=True):
    """The content of a Kakao message and its fallback."""

    text: str
    attachment: str
    alt_text: str
    alt_subject: str


def _kakao_content(row: Claimed, terms: Terms) -> _KakaoContent:
    """The columns' values; Kakao's own rules are the gateway's to judge (62 to 64). A template may end in a blank."""
    return _KakaoContent(
        composed(_value(row, Field.TEXT, whole=True)),
        _value(row, Field.ATTACHMENT),
        _fitted(row, Field.ALT_TEXT, terms),
        _fitted(row, Field.ALT_SUBJECT, terms),
    )


def _kakao(
    row: Claimed, receiver: str, content: _KakaoContent, terms: Terms, timeout_at: datetime | None
) -> KakaoMessage:
    kind, alt = _word(row, Field.KIND).upper(), _word(row, Field.ALT_TYPE).upper()
    if kind not in set(KakaoKind):
        raise RowError(ResultCode.AGENT_OTHER, "row.bad_kind", N_("the kind must be AT, AI, FT, FI or FW"))
    if alt not in _FALLBACKS:
        raise RowError(ResultCode.AGENT_OTHER, "row.bad_fallback", N_("the fallback's type must be N, S, L or A"))
    fallback, alt_text = _fallback(row, _FALLBACKS[alt], content, terms)
    return KakaoMessage(
        to=receiver,
        text=content.text,
        kind=KakaoKind(kind),
        sender_key=_word(row, Field.SENDER_KEY),
        template_code=_word(row, Field.TEMPLATE_CODE),
        attachment=content.attachment,
        ad=_word(row, Field.AD).upper() == "Y",
        fallback=fallback,
        alt_text=alt_text,
        alt_subject=content.alt_subject,
        sender=_value(row, Field.SENDER).strip(),
        timeout_at=timeout_at,
        group_id=row.group_id,
        message_id=row.message_id,
        user_code=_word(row, Field.USER_CODE),
    )


def _fallback(row: Claimed, fallback: Fallback, content: _KakaoContent, terms: Terms) -> tuple[Fallback, str]:
    """The fallback and its text, in CP949: the column's, or the message's own text if that has to change."""
    alt_text = content.alt_text
    if fallback is Fallback.NONE:
        return fallback, alt_text
    text = alt_text or _fitted(row, Field.TEXT, terms)
    if fallback is not Fallback.LMS:
        long_as_lms = fallback is Fallback.AUTO or terms.long_sms_as_lms
        limit = min(terms.sms_bytes, SMS_BYTES_RECOMMENDED)
        text, kind = _short(text, terms, limit, long_as_lms=long_as_lms)
        fallback = fallback if kind is Kind.SMS else Fallback.LMS
    return fallback, text if alt_text or text != content.text else ""


def _fitted(row: Claimed, field: Field, terms: Terms) -> str:
    """A text that CP949 has, by the customer's choice for characters that it lacks."""
    text = _value(row, field)
    if fits(text):
        return text
    try:
        return fitted(text, terms.unfit)
    except UnfitError as error:
        template = N_("the {field}: {why}")
        raise RowError(_code_of(field), "row.unfit_text", template, field=field, why=error) from None
