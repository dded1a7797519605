"""Whether a request is sent again: decided here and nowhere else.

A request that was written and not answered may have been taken. Resending it is idempotent at a samlink gateway, which
promises so at the login (docs/protocol.md 3, 4); no other gateway is known to deduplicate. A request that breaks its
connection again and again does not keep its neighbours waiting. A refused request was not taken, not even in part
(manual 3.A), so it may always be retried; the questions are when that helps, and which of its messages is at fault.
"""

import enum
from typing import Final

from samlink.client._send.jobs import Request, Upload
from samlink.client._terms import LoginTerms
from samlink.client.errors import PacketRefusedError
from samlink.client.settings import ClientSettings
from samlink.vocabulary.responses import Again, ResponseClass, ResponseCode

REFUSALS_BEFORE_HALVING: Final = 2
"""How often a gateway that is not samlink has to refuse a request before its messages are tried apart."""
BREAKS_BEFORE_HALVING: Final = 3
"""How often a connection has to break over a request before its messages are tried apart."""
_WHOLE_PACKET: Final = frozenset(
    {ResponseCode.UNKNOWN_COMMAND, ResponseCode.WRONG_PORT, ResponseCode.WRONG_VERSION, ResponseCode.OUT_OF_TURN}
)
"""Refusals of samlink's that no single message is at fault for."""


class AfterRefusal(enum.Enum):
    """What to do with a request that was refused."""

    FAIL = "all its messages are refused"
    HALVE = "one of its messages is at fault: find it by halves"
    SAME_PACKET = "again on this connection, a little later"
    RECONNECT = "again on a new connection"


class AfterBreak(enum.Enum):
    """What to do with a request that was written when its connection broke."""

    LOSE = "its messages' outcome is unknown, and stays so"
    AGAIN = "again, before all else"
    HALVE = "one of its messages may be what breaks the connection: find it by halves"
    GIVE_WAY = "again, when nothing else waits"


def after_break(work: Request | Upload, settings: ClientSettings, terms: LoginTerms) -> AfterBreak:
    """What to do with a request whose connection broke before it was answered, which is counted in `work.breaks`
    already. `terms`: of that connection's login."""
    if not settings.resends(terms):
        return AfterBreak.LOSE
    if work.breaks < BREAKS_BEFORE_HALVING:
        return AfterBreak.AGAIN
    return AfterBreak.HALVE if _is_divisible(work) else AfterBreak.GIVE_WAY


def after_refusal(work: Request | Upload, error: PacketRefusedError, settings: ClientSettings) -> AfterRefusal:
    """What to do with a request that was refused with `error`, which is counted in `work.refusals` already."""
    divisible = _is_divisible(work)
    if not error.from_samlink:
        if not (divisible and settings.halve_refused):
            return AfterRefusal.FAIL
        return AfterRefusal.HALVE if work.refusals >= REFUSALS_BEFORE_HALVING else AfterRefusal.SAME_PACKET
    if error.again is Again.NEVER:
        message_at_fault = (
            error.response.response_class is ResponseClass.PACKET and error.response.code not in _WHOLE_PACKET
        )
        return AfterRefusal.HALVE if divisible and message_at_fault else AfterRefusal.FAIL
    if work.refusals >= settings.refusals_limit:
        return AfterRefusal.FAIL
    return AfterRefusal.RECONNECT if error.again is Again.AFTER_RECONNECT else AfterRefusal.SAME_PACKET


def _is_divisible(work: Request | Upload) -> bool:
    return isinstance(work, Request) and work.size > 1
