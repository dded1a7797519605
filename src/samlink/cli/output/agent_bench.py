"""The findings as a table for a person, each figure beside its target."""

from samlink.bench.agent.findings import AgentFindings
from samlink.bench.agent.scenario import AGENT
from samlink.cli.language import _, say
from samlink.cli.output.bench import Row, print_ground
from samlink.cli.output.formatting import console, print_table


def print_report(found: AgentFindings) -> None:
    """The table on stdout, and under it what it was measured on."""
    headings = [_("Measure"), _("Found"), _("Target"), _("Beside it")]
    print_table(headings, _rows(found), right=(1,))
    console().print(say("{rows} rows have one result each, all delivered.", rows=f"{found.verified:,}"))
    print_ground(found.machine)


def _rows(found: AgentFindings) -> list[Row]:
    beside = say(
        "{rows} rows in {seconds} s, the agent's start among them",
        rows=f"{found.plan.rows:,}",
        seconds=f"{found.seconds:.1f}",
    )
    share = f"{found.rows_per_second / found.floor_per_second:.0%}"
    rows = [
        Row(_("database"), found.database),
        Row(_("rows to results written back"), f"{found.rows_per_second:,.0f}/s", "≥ 5,000/s", beside),
        Row(_("floor: a bare loop of claims and results"), f"{found.floor_per_second:,.0f}/s", "", share),
    ]
    if found.moved_per_second is not None:
        rows.append(Row(_("the same, until they stand in their log"), f"{found.moved_per_second:,.0f}/s"))
    if found.urgent_seconds is not None:
        rows.append(Row(_("an urgent row amid the bulk, until its result"), f"{found.urgent_seconds:.1f} s"))
    if found.single_p50_ms is not None:
        rows.append(Row(_("a row into an empty table, until its result (p50)"), f"{found.single_p50_ms:.0f} ms"))
    behind = say("{rows} more rows waited behind", rows=f"{found.plan.waiting:,}") if found.plan.waiting else ""
    rows.append(Row(_("resident memory of the agent, peak"), f"{found.resident_mb[AGENT]:.0f} MB", "", behind))
    spent = found.cpu_seconds_per_1000
    each = ", ".join(f"{name} {seconds:.3f}" for name, seconds in spent.items())
    rows.append(Row(_("CPU for 1000 rows"), f"{sum(spent.values()):.3f} s", "", each))
    return rows
