"""The findings as a table for a person, each figure beside its target."""

from samlink.bench.agent.findings import AgentFindings
from samlink.bench.agent.scenario import AGENT
from samlink.cli.bench.report import Row, print_ground
from samlink.cli.output.formatting import console, print_table
from samlink.cli.texts import say


def print_report(found: AgentFindings) -> None:
    """The table on stdout, and under it what it was measured on."""
    headings = [say("bench.measure"), say("bench.found"), say("bench.target"), say("bench.beside")]
    print_table(headings, _rows(found), right=(1,))
    console().print(say("agent_bench.verified", rows=f"{found.verified:,}"))
    print_ground(found.machine)


def _rows(found: AgentFindings) -> list[Row]:
    beside = say("agent_bench.rows_beside", rows=f"{found.plan.rows:,}", seconds=f"{found.seconds:.1f}")
    rows = [
        Row(say("agent_bench.database"), found.database),
        Row(say("agent_bench.rows"), f"{found.rows_per_second:,.0f}/s", "≥ 3,000/s", beside),
    ]
    if found.moved_per_second is not None:
        rows.append(Row(say("agent_bench.moved"), f"{found.moved_per_second:,.0f}/s"))
    if found.urgent_seconds is not None:
        rows.append(Row(say("agent_bench.urgent"), f"{found.urgent_seconds:.1f} s"))
    if found.single_p50_ms is not None:
        rows.append(Row(say("agent_bench.single"), f"{found.single_p50_ms:.0f} ms"))
    behind = say("agent_bench.waiting", rows=f"{found.plan.waiting:,}") if found.plan.waiting else ""
    rows.append(Row(say("agent_bench.resident"), f"{found.resident_mb[AGENT]:.0f} MB", "", behind))
    spent = found.cpu_seconds_per_1000
    each = ", ".join(f"{name} {seconds:.3f}" for name, seconds in spent.items())
    rows.append(Row(say("agent_bench.cpu"), f"{sum(spent.values()):.3f} s", "", each))
    return rows
