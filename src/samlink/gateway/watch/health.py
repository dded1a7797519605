"""Whether a gateway works: it lets customers in, its store keeps what comes, messages move on. Pure.

A short failure is none, for everything is tried again: each part has a grace, after which it counts as failing.
"""

from typing import Final

import msgspec

from samlink.gateway.watch.counters import Counters

STORE_GRACE_SECONDS: Final = 15.0
"""How long the store may fail and be tried again."""
QUEUE_GRACE_SECONDS: Final = 300.0
"""How long a message may be due and not claimed."""


class Health(msgspec.Struct, frozen=True):
    """What `/health` answers."""

    ok: bool
    why: str
    """One sentence: `the gateway works`, or what is wrong first."""
    parts: dict[str, str]
    """`customers`, `store`, `queue`, `clock`: what is wrong with each; empty for what works. A clock that is doubted is
    told, and does not make the gateway unhealthy: it sends and answers as ever."""


def health_of(counters: Counters) -> Health:
    """The health of a gateway that has counted this."""
    parts = {
        "customers": "the gateway is draining, and lets nobody in" if counters.draining else "",
        "store": _store(counters),
        "queue": _queue(counters),
        "clock": "the machine's clock is doubted: nothing is given up or removed" if counters.clock_doubted else "",
    }
    wrong = [parts[part] for part in ("customers", "store", "queue") if parts[part]]
    return Health(not wrong, wrong[0] if wrong else "the gateway works", parts)


def _store(counters: Counters) -> str:
    seconds = counters.store_failing_seconds
    return f"the store has failed for {seconds:.0f} s" if seconds > STORE_GRACE_SECONDS else ""


def _queue(counters: Counters) -> str:
    seconds = oldest_due_seconds(counters)
    return f"a message has been due for {seconds:.0f} s" if seconds > QUEUE_GRACE_SECONDS else ""


def oldest_due_seconds(counters: Counters) -> float:
    """How long the oldest message has been due that no carrier has claimed; 0 if there is none."""
    backlog = counters.backlog
    if backlog is None or backlog.oldest_due_at_ms is None:
        return 0.0
    return max(0.0, counters.clock() - backlog.oldest_due_at_ms / 1000)
