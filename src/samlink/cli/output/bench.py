"""The findings as a table for a person, each figure beside its target and its floor."""

from typing import Final, NamedTuple

from samlink.bench.findings import Findings, Latency, Machine, RulesCost, Runs
from samlink.cli.language import _, say
from samlink.cli.output.formatting import console, print_table

ATTACKED_RATIO: Final = 3.0
"""So many times the p99 beside a bare server may be the one beside the gateway."""
BUSY_SHARE: Final = 0.5
"""A load of this part of the cores before the first run makes a machine busy."""


class Row(NamedTuple):
    """One line of the table."""

    measure: str
    found: str
    target: str = ""
    beside: str = ""


def rows(found: Findings) -> list[Row]:
    """Every figure."""
    rules = _rules(found.rules) if found.rules is not None else []
    return [*_traffic(found), *rules, *_resources(found), *_alone(found), *_attacked(found)]


def print_report(found: Findings) -> None:
    """The table on stdout, and under it what it was measured on."""
    headings = [_("Measure"), _("Found"), _("Target"), _("Beside it")]
    print_table(headings, rows(found), right=(1,))
    plan = found.plan
    console().print(
        say(
            "{send} send and {report} report connections, batches of {batch}; {messages} messages, one result each.",
            send=plan.connections,
            report=plan.report_connections,
            batch=plan.batch,
            messages=f"{found.verified:,}",
        )
    )
    print_ground(found.machine)


def print_ground(machine: Machine) -> None:
    """The machine, and how steady it was."""
    out = console()
    out.print(
        say(
            "{cores} cores ({processor}), {python}, {file_system}, load {load} before.",
            cores=machine.cores,
            processor=machine.processor,
            python=machine.python,
            file_system=machine.file_system,
            load=f"{machine.load_average:.2f}",
        )
    )
    if is_busy(machine.load_average, machine.cores):
        out.print(
            say(
                "This machine was busy before it began (load {load} on {cores} cores): it can do "
                "more than these figures say.",
                load=f"{machine.load_average:.1f}",
                cores=machine.cores,
            )
        )
    out.print(
        say(
            "Meanwhile the anchor took {anchor} us, fdatasync {disk} ms: the less they vary, the steadier the machine.",
            anchor=_span(machine.anchor_us, 0),
            disk=_span(machine.fdatasync_ms, 2),
        )
    )


def is_busy(load_average: float, cores: int) -> bool:
    """Whether others take so much of the machine that the figures say more of them than of the gateway."""
    return load_average > cores * BUSY_SHARE


def _traffic(found: Findings) -> list[Row]:
    rate, floors = found.end_to_end.messages_per_second, found.floors
    beside = _all(found.end_to_end)
    found_rows = [
        Row(_("end to end"), _rate(rate), "≥ 20,000/s", beside),
        Row(_("  accepted meanwhile"), _rate(found.end_to_end.accepted_per_second)),
        *_latency(found.latency_end_to_end),
    ]
    if floors is not None:
        found_rows[1:1] = [
            Row(_("  of the floor bare lives"), _share(rate, floors.bare_lives_per_second)),
            Row(_("  of the floor store's verbs"), _share(rate, floors.store_lives_per_second)),
            Row(_("  of the floor echo"), _share(rate, floors.echo_per_second)),
        ]
    if found.burst is not None:
        rate = found.burst.messages_per_second
        found_rows.append(Row(_("burst accepted, the carrier held"), _rate(rate), "≥ 50,000/s", _all(found.burst)))
        if floors is not None:
            found_rows.append(Row(_("  of the floor echo"), _share(rate, floors.echo_per_second)))
    if found.latency_burst is not None:
        found_rows += _latency(found.latency_burst)
    if found.drain is not None:
        found_rows.append(Row(_("burst delivered, the carrier released"), _rate(found.drain.messages_per_second)))
    return found_rows


def _latency(latency: Latency) -> list[Row]:
    at = say("accept at {rate}", rate=_rate(latency.messages_per_second))
    return [
        Row(f"  {at}, p50", f"{latency.p50_ms:.1f} ms"),
        Row(f"  {at}, p99", f"{latency.p99_ms:.1f} ms", "< 50 ms", say("longest {ms} ms", ms=f"{latency.max_ms:.0f}")),
    ]


def _rules(rules: RulesCost) -> list[Row]:
    lists = say(
        "{senders} senders, {everyone} + {account} opt-outs, {words} words, {receivers} receivers",
        senders=f"{rules.senders:,}",
        everyone=f"{rules.opt_outs_everyone:,}",
        account=f"{rules.opt_outs_account:,}",
        words=rules.filtered_words,
        receivers=rules.filtered_receivers,
    )
    return [
        Row(_("burst, all rules off"), _rate(rules.off.messages_per_second), "", _all(rules.off)),
        Row(_("burst, all rules on"), _rate(rules.on.messages_per_second), "", _all(rules.on)),
        Row(_("  of the one without rules"), f"{rules.ratio * 100:.1f} %", "≥ 70 %", lists),
        _cpu(_("  CPU for a message, rules off"), rules.off.cpu_us_per_message),
        _cpu(_("  CPU for a message, rules on"), rules.on.cpu_us_per_message),
    ]


def _cpu(name: str, spent: dict[str, float]) -> Row:
    each = ", ".join(f"{process} {us:.1f}" for process, us in spent.items())
    return Row(name, f"{sum(spent.values()):.1f} µs", "", each)


def _resources(found: Findings) -> list[Row]:
    found_rows: list[Row] = []
    if found.resident_mb is not None:
        each = ", ".join(f"{name} {size:.0f}" for name, size in found.resident_mb.items())
        size = f"{sum(found.resident_mb.values()):.0f} MB"
        found_rows.append(Row(_("resident memory, peak"), size, "< 300 MB", each))
    spent = found.end_to_end.cpu_seconds_per_1000
    each = ", ".join(f"{name} {seconds:.4f}" for name, seconds in spent.items())
    found_rows.append(Row(_("CPU for 1000 messages"), f"{sum(spent.values()):.4f} s", "", each))
    if found.start is not None:
        name = say("start with {messages} queued", messages=f"{found.start.queued:,}")
        size = say("{size} MB resident", size=f"{found.start.resident_mb:.0f}")
        found_rows.append(Row(name, f"{found.start.seconds:.2f} s", "< 5 s", size))
    return found_rows


def _alone(found: Findings) -> list[Row]:
    found_rows: list[Row] = []
    if (wire := found.wire) is not None:
        found_rows += [
            Row(
                say("wire: {messages} SMS in a frame, decoded", messages=wire.messages),
                f"{wire.decode_us:.0f} µs",
                "≤ 100 µs",
            ),
            Row(
                say("wire: {messages} SMS in a frame, encoded", messages=wire.messages),
                f"{wire.encode_us:.0f} µs",
                "≤ 80 µs",
            ),
        ]
    if (floors := found.floors) is not None:
        commits = say("commits of {rows}", rows=floors.commit_rows)
        found_rows += [
            Row(_("floor: echo of the same bytes"), _rate(floors.echo_per_second)),
            Row(_("floor: bare lives of the same rows"), _rate(floors.bare_lives_per_second), "", commits),
            Row(_("floor: the store's verbs"), _rate(floors.store_lives_per_second), "", commits),
        ]
    return found_rows


def _attacked(found: Findings) -> list[Row]:
    return [
        Row(
            say("accept beside {attack}, p99", attack=one.attack),
            f"{one.p99_ms:.1f} ms",
            say("< {ms} ms", ms=f"{one.bare_p99_ms * ATTACKED_RATIO:.1f}"),
            say(
                "{ms} ms while a bare server is attacked so: {ratio} times",
                ms=f"{one.bare_p99_ms:.1f}",
                ratio=f"{one.ratio:.1f}",
            ),
        )
        for one in found.attacked
    ]


def _rate(messages_per_second: float) -> str:
    return f"{messages_per_second:,.0f}/s"


def _all(found: Runs) -> str:
    return say("median of {rates}", rates=", ".join(f"{rate:,.0f}" for rate in found.all_per_second))


def _share(part: float, whole: float) -> str:
    return f"{part / whole * 100:.1f} %"


def _span(values: list[float], digits: int) -> str:
    return f"{min(values):.{digits}f}-{max(values):.{digits}f}"
