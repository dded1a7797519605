"""What the agent's benchmark was asked and what it found, as values; `--json` prints them as they are."""

import msgspec

from samlink.bench.findings import Machine


class AgentPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do, and how much of it."""

    rows: int = 60_000
    """Rows that are timed, all of them waiting before the agent starts."""
    waiting: int = 0
    """Rows that wait behind them and are not sent: the agent's memory must not grow with them."""
    connections: int = 2
    """Send connections of the agent."""
    batch: int = 30
    """Messages of one send request: the account's limit."""
    singles: int = 10
    """Rows that are inserted one by one into an empty table, for the time that one takes."""
    stall_seconds: float = 60.0
    """So long without another result means that something is lost."""


class AgentFindings(msgspec.Struct, kw_only=True):
    """Everything that one run found."""

    plan: AgentPlan
    machine: Machine
    database: str
    """The database, and its version."""
    seconds: float
    """From starting the agent's process to the last result in its row."""
    rows_per_second: float
    floor_per_second: float
    """A bare loop of claims and results on the same database, just before."""
    moved_per_second: float | None
    """Until the last row stood in its month's log; None while others wait behind."""
    urgent_seconds: float | None
    """From the insert of one urgent row amid the bulk to the result in it; None where the bulk was too small."""
    single_p50_ms: float | None
    """From the insert of a row into an empty table to the result in it; None while others wait behind."""
    cpu_seconds_per_1000: dict[str, float]
    """User and system time for 1000 rows, by process; the database's server is not among them."""
    resident_mb: dict[str, float]
    """Peak of each process, MB (10^6 bytes)."""
    verified: int
    """Rows with one result each, all delivered; the gateway's store agrees, or the run fails."""
