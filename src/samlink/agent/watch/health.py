"""Whether an agent works, by what it has counted: its tables are reached and its connections are logged in. Pure.

A short failure is none: a deadlock is tried again, and a connection that broke is made again after 10 s. So each part
has a grace, after which it counts as failing.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from samlink.agent.watch.counters import Counted

FAULT_GRACE_SECONDS: Final = 15.0
"""How long something may fail and be tried again."""
LOGIN_GRACE_SECONDS: Final = 45.0
"""How long a service may be without a connection: the wait before a new one, its connect and its login, twice."""
SILENCE_SECONDS: Final = 150.0
"""How long a table may go without an answer of the database: a batch that the gateway does not answer takes its time
(`give_up_seconds`) before the next claim."""


class Part(msgspec.Struct, frozen=True):
    """One part of the whole."""

    ok: bool
    why: str = ""
    """One plain sentence, when it is not."""


class Health(msgspec.Struct, frozen=True):
    """What `/health` answers."""

    ok: bool
    why: str
    """One plain sentence: `the agent works`, or what is wrong first."""
    parts: dict[str, Part]
    """`database` and `gateway`."""


def health_of(counted: Counted) -> Health:
    """The health of an agent that has counted this."""
    parts = {"database": _part(_database_faults(counted)), "gateway": _part(_gateway_faults(counted))}
    why = next((part.why for part in parts.values() if not part.ok), "the agent works")
    return Health(all(part.ok for part in parts.values()), why, parts)


def _part(faults: Iterable[str]) -> Part:
    why = next(iter(faults), None)
    return Part(True) if why is None else Part(False, why)


def _waiting(counted: Counted, part: str) -> Iterable[str]:
    for error in counted.waiting:
        if error.part == part and (seconds := counted.now - error.at) > FAULT_GRACE_SECONDS:
            yield f"{error.what} has failed for {seconds:.0f} s ({error.why})"


def _database_faults(counted: Counted) -> Iterable[str]:
    yield from _waiting(counted, "database")
    for name, table in counted.tables.items():
        if (seconds := counted.now - (table.reached or counted.started)) > SILENCE_SECONDS:
            yield f"table {name} was not reached for {seconds:.0f} s"


def _gateway_faults(counted: Counted) -> Iterable[str]:
    for place in counted.connections:
        seconds = counted.now - place.since
        if not place.up and seconds > LOGIN_GRACE_SECONDS:
            why = f" ({place.why})" if place.why else ""
            yield f"no {place.service} {place.duty} connection is logged in for {seconds:.0f} s{why}"
    yield from _waiting(counted, "gateway")
