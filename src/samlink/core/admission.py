"""Admission: which messages are not sent, and with which result code their customer is told so.

The rules stand in one ordered tuple. Each is a pure function that can only refuse or pass; the first refusal wins, so
the order of the tuple is the precedence of the codes. A refused message is stored as settled and costs nothing.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from samlink.codes.results import ResultCode
from samlink.core.account import Account, ServiceClass
from samlink.core.message import Kind, NewMessage

FIXED_TEXT_BYTES: Final = 2000
"""The most text of an LMS or MMS of an account with fixed length (manual 3.B, 1024)."""

_RECEIVER: Final = re.compile(r"01[016789]\d{7,8}", re.ASCII)

Check = Callable[[NewMessage, Account, int], bool]


class Rule(NamedTuple):
    """One reason for not sending a message."""

    name: str
    result: ResultCode
    refuses: Check
    """Called with the message, its account and now (UTC epoch ms)."""


def _lacks_a_field(message: NewMessage, _account: Account, _now_ms: int) -> bool:
    return not (message.group_id and message.message_id and message.receiver and (message.text or message.files))


def _lacks_the_url(message: NewMessage, account: Account, _now_ms: int) -> bool:
    return account.service_class == ServiceClass.CALLBACK_URL_ONLY and not message.url


def _bad_receiver(message: NewMessage, _account: Account, _now_ms: int) -> bool:
    return _RECEIVER.fullmatch(message.receiver) is None


def _text_too_long(message: NewMessage, account: Account, _now_ms: int) -> bool:
    if message.kind == Kind.SMS:
        return False  # its field on the wire is the limit
    limit = account.max_msg_size if account.variable else FIXED_TEXT_BYTES
    text = message.text
    return len(text) * 2 > limit and len(text.encode("cp949", "replace")) > limit


def _too_late(message: NewMessage, _account: Account, now_ms: int) -> bool:
    return message.expires_at_ms is not None and message.expires_at_ms <= now_ms


RULES: Final = (
    Rule("message format", ResultCode.BAD_MESSAGE_FORMAT, _lacks_a_field),
    Rule("callback URL", ResultCode.WRONG_MESSAGE_TYPE, _lacks_the_url),
    Rule("receiver form", ResultCode.BAD_RECEIVER, _bad_receiver),
    Rule("content size", ResultCode.CONTENT_SIZE, _text_too_long),
    Rule("time limit", ResultCode.TIME_LIMIT_PASSED, _too_late),
)
"""In the order of their precedence."""


def refusal(message: NewMessage, account: Account, now_ms: int) -> ResultCode | None:
    """The first rule's code that refuses the message, or None: it may go."""
    for rule in RULES:
        if rule.refuses(message, account, now_ms):
            return rule.result
    return None
