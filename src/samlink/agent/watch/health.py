"""The health of an agent, by its counters: its tables are reached and its connections are logged in. Pure.

A short failure does not count: a deadlock is retried, and a broken connection is made again after 10 s. So each part
has a grace period, after which it counts as failing.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from samlink.agent.watch.counters import Counted
from samlink.agent.watch.reason import Reason
from samlink.vocabulary.problem import N_, Problem

FAULT_GRACE_SECONDS: Final = 15.0
"""How long work may fail and be retried."""
LOGIN_GRACE_SECONDS: Final = 45.0
"""How long a service may be without a connection: the wait before a new one, its connect and its login, twice."""
SILENCE_SECONDS: Final = 150.0
"""How long a table may go without an answer of the database: a batch that the gateway does not answer takes its time
(`give_up_seconds`) before the next claim."""


class PartHealth(msgspec.Struct, frozen=True):
    """One part of the whole."""

    ok: bool
    why: str = ""
    """The reason's sentence in English."""
    reason: Reason | None = None
    """Why it is not."""


class AgentHealth(msgspec.Struct, frozen=True):
    """The answer of `/health`."""

    ok: bool
    why: str
    """`the agent works`, or the first fault; in English."""
    parts: dict[str, PartHealth]
    """`database` and `gateway`."""

    @property
    def reason(self) -> Reason | None:
        """The first fault."""
        return next((part.reason for part in self.parts.values() if part.reason is not None), None)


def health_of(counted: Counted) -> AgentHealth:
    """The health of an agent with these counters."""
    parts = {"database": _part(_database_faults(counted)), "gateway": _part(_gateway_faults(counted))}
    why = next((part.why for part in parts.values() if not part.ok), "the agent works")
    return AgentHealth(all(part.ok for part in parts.values()), why, parts)


def _part(faults: Iterable[Problem]) -> PartHealth:
    fault = next(iter(faults), None)
    return PartHealth(ok=True) if fault is None else PartHealth(ok=False, why=str(fault), reason=Reason.of(fault))


def _failing(counted: Counted, part: str) -> Iterable[Problem]:
    for error in counted.waiting:
        if error.part == part and (seconds := counted.now - error.at) > FAULT_GRACE_SECONDS:
            yield Problem(
                "agent.failing",
                N_("{doing} has failed for {seconds} s ({why})"),
                doing=error.what,
                seconds=round(seconds),
                why=error.reason.problem,
            )


def _database_faults(counted: Counted) -> Iterable[Problem]:
    yield from _failing(counted, "database")
    for name, table in counted.tables.items():
        if (seconds := counted.now - (table.reached or counted.started)) > SILENCE_SECONDS:
            template = N_("table {table} was not reached for {seconds} s")
            yield Problem("agent.table_silent", template, table=name, seconds=round(seconds))


def _gateway_faults(counted: Counted) -> Iterable[Problem]:
    for place in counted.connections:
        seconds = counted.now - place.since
        if place.up or seconds <= LOGIN_GRACE_SECONDS:
            continue
        values = {"service": place.service, "duty": place.duty, "seconds": round(seconds)}
        if place.reason is None:
            template = N_("no {service} {duty} connection has been logged in for {seconds} s")
            yield Problem("agent.not_logged_in", template, **values)
        else:
            template = N_("no {service} {duty} connection has been logged in for {seconds} s ({why})")
            yield Problem("agent.login_failing", template, **values, why=place.reason.problem)
    yield from _failing(counted, "gateway")
