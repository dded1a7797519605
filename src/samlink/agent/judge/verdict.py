"""What is to become of a claimed row: a message to send, or one of the agent's result codes 73 to 79. Pure.

The first rule that refuses gives the code, in this order: 75 the timeout, 76 the sender, 77 the receiver, 73 where
files lie, 78 what they are and what the message says (no text, a character that CP949 lacks, too long), 79 everything
else. 74, a duplicate, is for what nothing else refuses (`samlink.agent.judge.duplicates`). What has to be looked up is
looked up before, and given as `Facts`.

Any value that a driver can hand over gives a message or a code. Of a row that may have been sent before (its first
claimant died), nothing is refused for the time or for what was looked up: only the gateway knows whether it went out.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec

from samlink.agent.judge.charset import Beyond, UnfitError, fits, fitted, is_beyond, within_ks_x_1001
from samlink.agent.judge.files import FileRefused, path_of
from samlink.agent.judge.rules import Terms
from samlink.agent.judge.values import text_of
from samlink.agent.tables.mapping import FILES, Field
from samlink.agent.tables.moments import moment
from samlink.client import AnyMessage, Fallback, KakaoKind, KakaoMessage, Kind, Message, MessageError
from samlink.client._pack.phone_numbers import normalised
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Service
from samlink.vocabulary.sizes import SMS_BYTES_RECOMMENDED
from samlink.vocabulary.text import CHARSET
from samlink.wire.text import cut_text

_RECEIVER: Final = re.compile(r"01\d{8,9}|05\d{6,10}")
"""A mobile number, or one that begins with 05 (050x safe numbers of 11 and 12 digits among them), whose form is left to
the gateway."""
_SENDER: Final = re.compile(r"0(?!50)\d{7,10}|1[568]\d{6}")
"""050x cannot be registered. Whether a number is, the gateway knows (88)."""
CONTENT: Final = frozenset(
    {Field.TEXT, Field.SUBJECT, Field.URL, Field.ATTACHMENT, Field.ALT_TEXT, Field.ALT_SUBJECT, *FILES}
)
"""Fields that hold what the message says: trouble with them is 78, with any other 79."""
_FALLBACKS: Final = {"": Fallback.NONE, "N": Fallback.NONE, "S": Fallback.SMS, "L": Fallback.LMS, "A": Fallback.AUTO}
_ODD_VALUES: Final = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError, MemoryError)
"""What a value of a type that nobody thought of can raise when it is read."""


class Claimed(msgspec.Struct, frozen=True):
    """A row that this agent has to see to."""

    row_id: Any
    group_id: str
    message_id: str
    values: Mapping[Field, Any]
    again: bool = False
    """Whether somebody claimed it before and died, and may have sent it."""
    lease_until: int = 0
    """Until when it is ours, UTC epoch seconds: tells our claim from that of somebody who took it over."""
    fault: str = ""
    """Why a part of it that stands in a second table is missing, if it is."""
    decided: bool = False
    """Whether it may have been sent before, and a person has decided that it is sent again."""


class Refused(msgspec.Struct, frozen=True):
    """The row is not sent."""

    code: ResultCode
    reason: str
    """One sentence for a log, without a whole number or the text."""


class Facts(msgspec.Struct, frozen=True):
    """What was looked up about the rows of a claim."""

    file_faults: Mapping[Path, FileRefused] = MappingProxyType({})
    """Files that cannot be sent."""
    black_listed: frozenset[str] = frozenset()
    """Receivers, as the wire writes them."""


NOTHING_KNOWN: Final = Facts()


def judge(
    row: Claimed, service: Service | None, terms: Terms, now: datetime, facts: Facts = NOTHING_KNOWN
) -> AnyMessage | Refused:
    """The message of a row, or why there is none. `service`: None if its type is unknown. `now` has a time zone.

    What only the link can tell (limits of the login, what the gateway refuses) is found when the message is sent.
    """
    try:
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
        raise _NotToBeSent(ResultCode.AGENT_OTHER, "its type is none of the `types` of its table")
    except _NotToBeSent as error:
        return error.refused
    except _ODD_VALUES as error:
        return Refused(ResultCode.AGENT_OTHER, f"the row cannot be read ({type(error).__name__})")


def receiver_of(row: Claimed) -> str | None:
    """The receiver of a row as the wire writes it; None if it has none."""
    try:
        return _receiver(row)
    except _NotToBeSent:
        return None


def paths_of(row: Claimed, terms: Terms) -> tuple[Path, ...]:
    """The files of a row; those that lie where they may."""
    paths: list[Path] = []
    for field in FILES:
        try:
            if name := text_of(row.values.get(field)):
                paths.append(path_of(name, terms.files))
        except _ODD_VALUES:
            continue
    return tuple(paths)


class _NotToBeSent(Exception):
    """Found while a message was put together."""

    def __init__(self, code: ResultCode, reason: str) -> None:
        super().__init__(reason)
        self.refused = Refused(code, reason)


class _Content(msgspec.Struct, frozen=True):
    """What an SMS, LMS or MMS says, and as what it goes."""

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


def _value(row: Claimed, field: Field) -> str:
    """A column's value as text; what a table does not have, and NULL, are empty.

    Raises:
        _NotToBeSent: it is not text.
    """
    try:
        return text_of(row.values.get(field))
    except _ODD_VALUES:
        raise _NotToBeSent(_code_of(field), f"the {field} cannot be read as text") from None


def _code_of(field: Field) -> ResultCode:
    """What a field that cannot be sent gives its row."""
    return ResultCode.AGENT_CONTENT if field in CONTENT else ResultCode.AGENT_OTHER


# -- 75, 76, 77, 73, 78


def _timeout(row: Claimed, now: datetime) -> datetime | None:
    """When the row is not to be sent any more. One that is no time is told of last (`_check_rest`)."""
    timeout_at = _moment(row, Field.TIMEOUT_AT)
    # With hyphens in it, a date is masked as what could be a telephone number.
    if isinstance(timeout_at, datetime) and timeout_at <= now and not row.again:
        raise _NotToBeSent(ResultCode.AGENT_TIMEOUT, f"the timeout {timeout_at:%Y/%m/%d %H:%M:%S} has passed")
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
        raise _NotToBeSent(ResultCode.AGENT_BAD_SENDER, "the sender is not a number that can be used")


def _is_empty(row: Claimed, field: Field) -> bool:
    try:
        return not text_of(row.values.get(field)).strip()
    except _ODD_VALUES:
        return False


def _receiver(row: Claimed) -> str:
    """The receiver as the wire writes it, or 77."""
    digits = _digits(row, Field.RECEIVER, _RECEIVER)
    if digits is None:
        raise _NotToBeSent(ResultCode.AGENT_BAD_RECEIVER, "the receiver is not a number that can be used")
    return digits


def _digits(row: Claimed, field: Field, pattern: re.Pattern[str]) -> str | None:
    """A number in digits, or None if it is none of that pattern."""
    try:
        digits = normalised(text_of(row.values.get(field)).strip(), field)
    except (MessageError, *_ODD_VALUES):
        return None
    return digits if pattern.fullmatch(digits) else None


def _files(row: Claimed, terms: Terms, facts: Facts) -> tuple[Path, ...]:
    """73 for all files before 78 for any."""
    try:
        names = [name for field in FILES if (name := text_of(row.values.get(field)))]
        paths = tuple(path_of(name, terms.files) for name in names)
    except FileRefused as error:
        raise _NotToBeSent(error.code, str(error)) from None
    except _ODD_VALUES:
        raise _NotToBeSent(ResultCode.AGENT_CONTENT, "a file's name cannot be read as text") from None
    faults = [] if row.again else [facts.file_faults[path] for path in paths if path in facts.file_faults]
    for fault in sorted(faults, key=lambda fault: fault.code):
        raise _NotToBeSent(fault.code, str(fault))
    if row.fault:
        raise _NotToBeSent(ResultCode.AGENT_CONTENT, row.fault)
    return paths


# -- 79


def _check_rest(row: Claimed, receiver: str, facts: Facts) -> None:
    """79 for the black list, and for times that are none."""
    if receiver in facts.black_listed and not row.again:
        raise _NotToBeSent(ResultCode.AGENT_OTHER, "the receiver is on the black list")
    for field in (Field.RESERVE_AT, Field.TIMEOUT_AT):
        try:
            moment(row.values.get(field))
        except _ODD_VALUES:
            raise _NotToBeSent(ResultCode.AGENT_OTHER, f"the {field} is not a time") from None


def _text(row: Claimed, service: Service, receiver: str, terms: Terms) -> _Content:
    """What an SMS or LMS says; with files, the LMS is an MMS."""
    text = _fitted(row, Field.TEXT, terms)
    if not text.strip():
        raise _NotToBeSent(ResultCode.AGENT_CONTENT, "there is no text")
    kind, subject = Kind.LMS, ""
    if service is Service.SMS:
        text, kind = _short(text, terms, terms.sms_bytes, long_as_lms=terms.long_sms_as_lms)
        subject = "" if kind is Kind.SMS else _subject_of(text, terms)
    else:
        subject = _fitted(row, Field.SUBJECT, terms)
    url = _value(row, Field.URL) if service is Service.SMS else ""
    if url and kind is not Kind.SMS:
        raise _NotToBeSent(ResultCode.AGENT_CONTENT, "a message with a URL has to fit an SMS, and this does not")
    return _Content(kind, receiver, text, subject, url, _value(row, Field.USER_CODE) if terms.user_code else "")


def _short(text: str, terms: Terms, limit: int, *, long_as_lms: bool) -> tuple[str, Kind]:
    """A text that was meant for an SMS of at most `limit` bytes, and what it goes as."""
    short = text
    if terms.beyond_ksx1001 is not Beyond.SEND and is_beyond(text):
        if terms.beyond_ksx1001 is Beyond.LMS:
            return text, Kind.LMS
        short = within_ks_x_1001(text)
    size = len(short.encode(CHARSET))
    if size <= limit:
        return short, Kind.SMS
    if not long_as_lms:
        raise _NotToBeSent(ResultCode.AGENT_CONTENT, f"the text has {size} bytes, an SMS at most {limit}")
    return text, Kind.LMS


def _subject_of(text: str, terms: Terms) -> str:
    """The subject of an SMS that goes as an LMS."""
    if not terms.lms_subject_bytes:
        return terms.lms_subject
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return cut_text("".join(letter for letter in first if letter.isprintable()), terms.lms_subject_bytes).strip()


class _KakaoContent(msgspec.Struct, frozen=True):
    """What a Kakao message and its fallback say."""

    text: str
    attachment: str
    alt_text: str
    alt_subject: str


def _kakao_content(row: Claimed, terms: Terms) -> _KakaoContent:
    """What the columns hold; what Kakao itself asks for is judged by the gateway (62 to 64)."""
    return _KakaoContent(
        _value(row, Field.TEXT),
        _value(row, Field.ATTACHMENT),
        _fitted(row, Field.ALT_TEXT, terms),
        _fitted(row, Field.ALT_SUBJECT, terms),
    )


def _kakao(
    row: Claimed, receiver: str, content: _KakaoContent, terms: Terms, timeout_at: datetime | None
) -> KakaoMessage:
    kind, alt = _value(row, Field.KIND).upper(), _value(row, Field.ALT_TYPE).upper()
    if kind not in set(KakaoKind):
        raise _NotToBeSent(ResultCode.AGENT_OTHER, "the kind is none of AT, AI, FT, FI and FW")
    if alt not in _FALLBACKS:
        raise _NotToBeSent(ResultCode.AGENT_OTHER, "the fallback's type is none of N, S, L and A")
    fallback, alt_text = _fallback(row, _FALLBACKS[alt], content, terms)
    return KakaoMessage(
        to=receiver,
        text=content.text,
        kind=KakaoKind(kind),
        sender_key=_value(row, Field.SENDER_KEY),
        template_code=_value(row, Field.TEMPLATE_CODE),
        attachment=content.attachment,
        ad=_value(row, Field.AD).upper() == "Y",
        fallback=fallback,
        alt_text=alt_text,
        alt_subject=content.alt_subject,
        sender=_value(row, Field.SENDER).strip(),
        timeout_at=timeout_at,
        group_id=row.group_id,
        message_id=row.message_id,
        user_code=_value(row, Field.USER_CODE),
    )


def _fallback(row: Claimed, fallback: Fallback, content: _KakaoContent, terms: Terms) -> tuple[Fallback, str]:
    """The fallback and its text, which is CP949: that of the column, else the message's own where it has to change."""
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
    """A text that CP949 has, by the customer's choice of what becomes of the rest."""
    text = _value(row, field)
    if fits(text):
        return text
    try:
        return fitted(text, terms.unfit)
    except UnfitError as error:
        raise _NotToBeSent(_code_of(field), f"the {field}: {error}") from None
