"""Checks that every message goes through before it is packed, of whatever kind. Pure; each error is one sentence."""

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from samlink.client.errors import MessageError
from samlink.client.kakao import KakaoMessage
from samlink.client.messages import Kind, Message
from samlink.vocabulary.language import phrase
from samlink.vocabulary.numbers import DIGITS_LEAST, DIGITS_MOST, digits_of, mask_number
from samlink.vocabulary.problem import N_
from samlink.vocabulary.times import format_time
from samlink.wire import LocalProtocolError
from samlink.wire.text import encode_text

LONGEST_NUMBER_SHOWN: Final = 20
FIELDS: Final = (
    N_("alt_subject"),
    N_("alt_text"),
    N_("attachment"),
    N_("files"),
    N_("group_id"),
    N_("message_id"),
    N_("reserve_at"),
    N_("sender"),
    N_("sender_key"),
    N_("subject"),
    N_("template_code"),
    N_("text"),
    N_("timeout_at"),
    N_("to"),
    N_("url"),
    N_("user_code"),
)
"""Values of an error's `field`, which the CLI translates."""


def cp949_size(text: str, field: str) -> int:
    """Bytes of `text` in CP949. Raises MessageError: it cannot be written; names the character and its position."""
    try:
        return len(encode_text(text, field))
    except LocalProtocolError as error:
        raise unwritable(error) from None


def unwritable(error: LocalProtocolError) -> MessageError:
    """The message's error for a value that the wire cannot carry."""
    return MessageError("message.unwritable", N_("{why}"), why=error)


def check_size(text: str, field: str, limit: int) -> None:
    """Raises MessageError when `text` has more than `limit` bytes of CP949, or cannot be written in it."""
    if (size := cp949_size(text, field)) > limit:
        template = N_("{field} has {size} bytes in CP949, at most {limit} can be sent")
        raise MessageError("message.field_too_long", template, field=phrase(field), size=size, limit=limit)


def check_edges(value: str, field: str) -> None:
    """Raises MessageError when the padding would swallow a part of `value`, or it has a line break."""
    if not value.isprintable() or value != value.strip(" "):
        raise MessageError(
            "message.field_edges", N_("{field} begins or ends with a space, or has a line break"), field=phrase(field)
        )


def checked_number(number: str, field: str) -> str:
    """The digits of a telephone number as people write it. Raises MessageError if it has not 8 to 12 digits."""
    digits = digits_of(number)
    if digits is None:
        raise MessageError(
            "message.bad_number",
            N_("{field} ({number}) is not a telephone number of {least} to {most} digits"),
            field=phrase(field),
            number=mask_number(number) if len(number) <= LONGEST_NUMBER_SHOWN else "too long",
            least=DIGITS_LEAST,
            most=DIGITS_MOST,
        )
    return digits


def epoch(moment: datetime, field: str) -> int:
    """UTC epoch seconds of a time with a zone. Raises MessageError: it has no zone, or cannot be written as `YYYY-MM-DD
    HH:MM:SS`."""
    if moment.utcoffset() is None:
        raise MessageError(
            "message.no_time_zone", N_("{field} has no time zone; give an aware datetime"), field=phrase(field)
        )
    seconds = int(moment.timestamp())
    try:
        format_time(seconds)
    except ValueError:
        template = N_("{field} cannot be written as YYYY-MM-DD HH:MM:SS in Korean time")
        raise MessageError("message.unwritable_time", template, field=phrase(field)) from None
    return seconds


def checked_times(reserve_at: datetime | None, timeout_at: datetime | None) -> tuple[int | None, int | None]:
    """Both times as UTC epoch seconds, or None if absent. Raises MessageError: as `epoch`, or the second is not after
    the first."""
    reserved = None if reserve_at is None else epoch(reserve_at, "reserve_at")
    timeout = None if timeout_at is None else epoch(timeout_at, "timeout_at")
    if reserved is not None and timeout is not None and timeout <= reserved:
        raise MessageError(
            "message.never_due", N_("timeout_at is not after reserve_at, so the message would never be sent")
        )
    return reserved, timeout


_TIME: Final = (datetime, type(None))
_FIELDS: Final[Mapping[type, Mapping[str, tuple[type, ...]]]] = {
    Message: {
        **dict.fromkeys(("to", "text", "sender", "subject", "url", "group_id", "message_id", "user_code"), (str,)),
        **dict.fromkeys(("reserve_at", "timeout_at"), _TIME),
        "files": (tuple, list),
        "kind": (str, type(None)),
    },
    KakaoMessage: {
        **dict.fromkeys(("to", "text", "sender", "kind", "sender_key", "template_code", "fallback"), (str,)),
        **dict.fromkeys(("alt_text", "alt_subject", "group_id", "message_id", "user_code"), (str,)),
        **dict.fromkeys(("reserve_at", "timeout_at"), _TIME),
        "attachment": (Mapping, str),
        "ad": (bool,),
    },
}
"""The types of each field of a message; programs that no type checker reads need it."""
_WORDS: Final[Mapping[type, str]] = {
    str: N_("a string"),
    datetime: N_("a datetime"),
    tuple: N_("a tuple"),
    bool: N_("true or false"),
    Mapping: N_("a dict"),
}
_VALUES: Final[Mapping[type, Callable[[Any], tuple[Any, ...]]]] = {
    kind: operator.attrgetter(*fields) for kind, fields in _FIELDS.items()
}

_TEXTS: Final = operator.attrgetter("to", "text", "sender", "subject", "url", "group_id", "message_id", "user_code")
_UNSET: Final = operator.attrgetter("reserve_at", "timeout_at", "files", "kind")
_NONE_SET: Final = (None, None, (), None)


def check_types(message: object) -> None:
    """Raises MessageError when `message` is no message, or a field of it holds a value of a wrong type; the value is
    not shown."""
    if type(message) is Message and set(map(type, _TEXTS(message))) == {str} and _UNSET(message) == _NONE_SET:
        return  # nearly every message; the rest is looked at field by field
    kind = next((kind for kind in _FIELDS if isinstance(message, kind)), None)
    if kind is None:
        template = N_("a {given} is no message; give a Message or a KakaoMessage")
        raise MessageError("message.not_a_message", template, given=type(message).__name__)
    for value, (field, allowed) in zip(_VALUES[kind](message), _FIELDS[kind].items(), strict=True):
        if not isinstance(value, allowed):
            raise MessageError(
                "message.wrong_type",
                N_("{field} is of type {given}, it must be {wanted}"),
                field=phrase(field),
                given=type(value).__name__,
                wanted=phrase(_WORDS[allowed[0]]),
            )
    for file in message.files if isinstance(message, Message) else ():
        if not isinstance(file, str | Path):
            template = N_("files has a {given}; give a Path, or a name that upload gave")
            raise MessageError("files.wrong_type", template, given=type(file).__name__)


def kind_named(value: str) -> Kind:
    """A kind by its name. Raises MessageError for an unknown name."""
    try:
        return Kind(value)
    except ValueError:
        raise not_one_of("kind", value, Kind) from None


def not_one_of(field: str, value: str, known: Iterable[str]) -> MessageError:
    """The error for a value that a field cannot have."""
    template = N_("{name} is {value}, it must be one of {known}")
    return MessageError("message.unknown_value", template, name=field, value=f"{value!r:.20}", known=", ".join(known))
