"""The findings as a table for a person, each figure beside its target and its floor."""

from typing import NamedTuple

from samlink.cli.bench.findings import Findings, Latency
from samlink.cli.formatting import console, print_table

TARGETS_STAND_FOR = "two cores, batches of 30, 8 send and 2 report connections"


class Row(NamedTuple):
    """One line of the table."""

    measure: str
    found: str
    target: str = ""
    compared: str = ""


def rows(found: Findings) -> list[Row]:
    """Every figure."""
    return [*_traffic(found), *_resources(found), *_alone(found)]


def print_report(found: Findings) -> None:
    """The table on stdout, and under it what it was measured on."""
    print_table(("Measure", "Found", "Target", "Against"), rows(found), right=(1,))
    machine, plan = found.machine, found.plan
    slowest, fastest = max(machine.anchor_us), min(machine.anchor_us)
    out = console()
    out.print(
        f"{plan.connections} send and {plan.report_connections} report connections, batches of {plan.batch}; "
        f"{found.verified:,} messages, each with exactly one result."
    )
    out.print(
        f"{machine.cores} cores ({machine.processor}), {machine.python}, {machine.file_system}, "
        f"load {machine.load_average:.2f} before; anchor {fastest:.0f} to {slowest:.0f} µs."
    )
    out.print(f"The targets stand for {TARGETS_STAND_FOR}.")


def _traffic(found: Findings) -> list[Row]:
    end_to_end, floors = found.end_to_end, found.floors
    against = ""
    if floors is not None:
        against = (
            f"{_share(end_to_end.messages_per_second, floors.bare_lives_per_second)} of bare lives, "
            f"{_share(end_to_end.messages_per_second, floors.echo_per_second)} of echo"
        )
    found_rows = [
        Row("end to end", _rate(end_to_end.messages_per_second), "≥ 20,000/s", against),
        Row("  accepted meanwhile", _rate(end_to_end.accepted_per_second)),
        *_latency(found.latency_end_to_end),
    ]
    if found.burst is not None:
        echo = f"{_share(found.burst.messages_per_second, floors.echo_per_second)} of echo" if floors else ""
        found_rows.append(
            Row("burst accepted, carrier held", _rate(found.burst.messages_per_second), "≥ 50,000/s", echo)
        )
    if found.latency_burst is not None:
        found_rows += _latency(found.latency_burst)
    if found.drain is not None:
        found_rows.append(Row("burst delivered, carrier released", _rate(found.drain.messages_per_second)))
    return found_rows


def _latency(latency: Latency) -> list[Row]:
    return [
        Row(f"  accept at {_rate(latency.messages_per_second)}, p50", f"{latency.p50_ms:.1f} ms"),
        Row("  the same, p99", f"{latency.p99_ms:.1f} ms", "< 50 ms", f"longest {latency.max_ms:.0f} ms"),
    ]


def _resources(found: Findings) -> list[Row]:
    found_rows: list[Row] = []
    if found.resident_mb is not None:
        each = ", ".join(f"{name} {size:.0f}" for name, size in found.resident_mb.items())
        found_rows.append(Row("resident memory, peak", f"{sum(found.resident_mb.values()):.0f} MB", "< 300 MB", each))
    spent = found.end_to_end.cpu_seconds_per_1000
    each = ", ".join(f"{name} {seconds:.4f}" for name, seconds in spent.items())
    found_rows.append(Row("CPU for 1000 messages", f"{sum(spent.values()):.4f} s", "", each))
    if found.start is not None:
        name = f"start with {found.start.queued:,} queued"
        size = f"{found.start.resident_mb:.0f} MB resident"
        found_rows.append(Row(name, f"{found.start.seconds:.2f} s", "< 5 s", size))
    return found_rows


def _alone(found: Findings) -> list[Row]:
    found_rows: list[Row] = []
    if (wire := found.wire) is not None:
        frame = f"{wire.messages} SMS in a frame"
        found_rows.append(Row(f"wire: {frame}, decoded", f"{wire.decode_us:.0f} µs", "≤ 100 µs"))
        found_rows.append(Row(f"wire: {frame}, encoded", f"{wire.encode_us:.0f} µs", "≤ 80 µs"))
    if (floors := found.floors) is not None:
        commits = f"commits of {floors.commit_rows}, fdatasync {floors.fdatasync_ms:.2f} ms"
        found_rows.append(Row("floor: echo of the same bytes", _rate(floors.echo_per_second)))
        found_rows.append(Row("floor: bare lives", _rate(floors.bare_lives_per_second), "", commits))
        found_rows.append(Row("floor: the store's verbs", _rate(floors.store_lives_per_second)))
    return found_rows


def _rate(messages_per_second: float) -> str:
    return f"{messages_per_second:,.0f}/s"


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.2f}"
