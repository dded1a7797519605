"""What is to become of a claimed row: a message to send, or one of the agent's result codes 73 to 79. Pure.

The rules are the manual's, and go in this order: 75, 76, 77, 73, 79. Of a row that may have been sent before (its first
claimant died), nothing is refused for the time: only the gateway can know whether it went out.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, Final

import msgspec

from samlink.agent.mapping import FILES, Field
from samlink.agent.moments import moment
from samlink.client import AnyMessage, Fallback, KakaoKind, KakaoMessage, Kind, Message, MessageError
from samlink.client.phone_numbers import normalised
from samlink.codes.results import ResultCode
from samlink.codes.services import Service
from samlink.wire.text import CHARSET

_RECEIVER: Final = re.compile(r"01\d{8,9}")
_SENDER: Final = re.compile(r"0\d{7,10}|1[568]\d{6}")
_FALLBACKS: Final = {"": Fallback.NONE, "N": Fallback.NONE, "S": Fallback.SMS, "L": Fallback.LMS, "A": Fallback.AUTO}


class Claimed(msgspec.Struct, frozen=True):
    """A row that this agent has to see to."""

    row_id: Any
    group_id: str
    message_id: str
    values: Mapping[Field, Any]
    again: bool = False
    """Whether somebody claimed it before and died, so that it may have been sent."""
    fault: str = ""
    """Why a part of it that stands in a second table is missing, if it is."""


class Refused(msgspec.Struct, frozen=True):
    """The row is not sent."""

    code: ResultCode
    reason: str
    """One sentence for a log, without a whole number or the text."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer chose."""

    files: Path = Path()
    """The directory that relative file names start from, and that no file may lie outside of."""
    long_sms_as_lms: bool = True
    """A text that is too long for an SMS goes as an LMS; else it gets 79."""
    sms_bytes: int = 90
    replace_unfit: bool = False
    """Characters that CP949 does not have become `?`; else the row gets 79."""
    user_code: bool = False
    """Whether the link carries USERCODE; else the column is not read."""


def judge(row: Claimed, service: Service | None, rules: Rules, now: datetime) -> AnyMessage | Refused:
    """The message of a row, or why there is none. `service`: None if its type is unknown. `now` has a time zone.

    What only the link can tell (limits of the login, files that cannot be read) is found when the message is sent.
    """
    if service is None:
        return Refused(ResultCode.AGENT_OTHER, "its type is none of the `types` of its table")
    if row.fault:
        return Refused(ResultCode.AGENT_CONTENT, row.fault)
    try:
        reserve_at, timeout_at = moment(row.values.get(Field.RESERVE_AT)), moment(row.values.get(Field.TIMEOUT_AT))
    except ValueError:
        return Refused(ResultCode.AGENT_OTHER, "the reserve time or the timeout is not a time")
    del reserve_at  # a row is claimed when it is due
    if timeout_at is not None and timeout_at <= now and not row.again:
        return Refused(ResultCode.AGENT_TIMEOUT, f"the timeout {timeout_at:%Y-%m-%d %H:%M:%S} has passed")
    if (refused := _number_refused(row, service)) is not None:
        return refused
    try:
        return _kakao(row, timeout_at) if service is Service.KMS else _text(row, service, rules, timeout_at)
    except _NotToBeSent as error:
        return error.refused


class _NotToBeSent(Exception):
    """Found while a message was put together."""

    def __init__(self, code: ResultCode, reason: str) -> None:
        super().__init__(reason)
        self.refused = Refused(code, reason)


def _value(row: Claimed, field: Field) -> str:
    """A column's value as text; what a table does not have, and NULL, are empty. CHAR columns come with blanks."""
    value = row.values.get(field)
    return "" if value is None else str(value).rstrip(" ")


def _number_refused(row: Claimed, service: Service) -> Refused | None:
    """76 for the sender, 77 for the receiver. Kakao needs a sender for its fallback only."""
    numbers: list[tuple[Field, re.Pattern[str], ResultCode]] = [
        (Field.SENDER, _SENDER, ResultCode.AGENT_BAD_SENDER),
        (Field.RECEIVER, _RECEIVER, ResultCode.AGENT_BAD_RECEIVER),
    ]
    for field, pattern, code in numbers:
        number = _value(row, field).strip()
        if field is Field.SENDER and not number and service is Service.KMS:
            continue
        try:
            fits = pattern.fullmatch(normalised(number, field)) is not None
        except MessageError:
            fits = False
        if not fits:
            return Refused(code, f"the {field} is not a number that can be used")
    return None


def _text(row: Claimed, service: Service, rules: Rules, timeout_at: datetime | None) -> Message:
    """An SMS, LMS or MMS."""
    text = _fitted(_value(row, Field.TEXT), rules)
    if not text:
        raise _NotToBeSent(ResultCode.AGENT_OTHER, "there is no text")
    files = tuple(_file(name, rules.files) for field in FILES if (name := _value(row, field)))
    kind = Kind.SMS if service is Service.SMS else Kind.MMS if files else Kind.LMS
    size = len(text.encode(CHARSET))
    if kind is Kind.SMS and size > rules.sms_bytes:
        if not rules.long_sms_as_lms:
            raise _NotToBeSent(ResultCode.AGENT_OTHER, f"the text has {size} bytes, an SMS at most {rules.sms_bytes}")
        kind = Kind.LMS
    return Message(
        to=_value(row, Field.RECEIVER).strip(),
        text=text,
        sender=_value(row, Field.SENDER).strip(),
        subject="" if kind is Kind.SMS else _fitted(_value(row, Field.SUBJECT), rules),
        url=_value(row, Field.URL) if kind is Kind.SMS else "",
        files=files,
        timeout_at=timeout_at,
        kind=kind,
        group_id=row.group_id,
        message_id=row.message_id,
        user_code=_value(row, Field.USER_CODE) if rules.user_code else "",
    )


def _kakao(row: Claimed, timeout_at: datetime | None) -> KakaoMessage:
    """A Kakao message; what Kakao itself asks for is judged by the gateway (62 to 64)."""
    kind, alt = _value(row, Field.KIND).upper(), _value(row, Field.ALT_TYPE).upper()
    if kind not in set(KakaoKind):
        raise _NotToBeSent(ResultCode.AGENT_OTHER, "the kind is none of AT, AI, FT, FI and FW")
    if alt not in _FALLBACKS:
        raise _NotToBeSent(ResultCode.AGENT_OTHER, "the fallback's type is none of N, S, L and A")
    return KakaoMessage(
        to=_value(row, Field.RECEIVER).strip(),
        text=_value(row, Field.TEXT),
        kind=KakaoKind(kind),
        sender_key=_value(row, Field.SENDER_KEY),
        template_code=_value(row, Field.TEMPLATE_CODE),
        attachment=_value(row, Field.ATTACHMENT),
        ad=_value(row, Field.AD).upper() == "Y",
        fallback=_FALLBACKS[alt],
        alt_text=_value(row, Field.ALT_TEXT),
        alt_subject=_value(row, Field.ALT_SUBJECT),
        sender=_value(row, Field.SENDER).strip(),
        timeout_at=timeout_at,
        group_id=row.group_id,
        message_id=row.message_id,
        user_code=_value(row, Field.USER_CODE),
    )


def _fitted(text: str, rules: Rules) -> str:
    """A text that CP949 has, by the customer's choice of what becomes of the rest."""
    try:
        text.encode(CHARSET)
    except UnicodeEncodeError as error:
        if rules.replace_unfit:
            return text.encode(CHARSET, "replace").decode(CHARSET)
        place, character = error.start + 1, ord(text[error.start])
        raise _NotToBeSent(
            ResultCode.AGENT_OTHER, f"character {place} (U+{character:04X}) cannot be written in CP949"
        ) from None
    return text


def _file(name: str, base: Path) -> Path:
    """A file's path, which stays inside the base directory however it is written."""
    path = PurePath(name)
    inside = path.relative_to(base) if path.is_absolute() and path.is_relative_to(base) else path
    if inside.is_absolute() or ".." in inside.parts or "\0" in name:
        raise _NotToBeSent(ResultCode.AGENT_FILE_PATH, "a file lies outside the directory of files")
    return base / inside
