"""The output of `samlink send`: a bar while it works, and the outcome of each message at the end."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from samlink.cli.commands.send.tracking import State, Tracks, status_rows
from samlink.cli.language import _, note, say, tell
from samlink.cli.output.formatting import console, masked, print_json, print_table
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.cli.commands.send.tracking import Track

UNKNOWN_SHOWN: Final = 20
"""Messages of an unknown outcome that are listed; the others are counted."""
BAR_STEPS: Final = 200


@contextlib.contextmanager
def progress(tracks: Tracks, *, waits: bool) -> Iterator[None]:
    """A bar on stderr for many receivers, when a person is looking."""
    total = len(tracks.every)
    if total < 2 or not sys.stderr.isatty():
        yield
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bars:
        accepted = bars.add_task(_("accepted"), total=total)
        settled = bars.add_task(_("results"), total=total) if waits else None

        def changed() -> None:
            bars.update(accepted, completed=tracks.answered)
            if settled is not None:
                bars.update(settled, completed=tracks.settled)

        tracks.changed = _seldom(changed, every=max(1, total // BAR_STEPS))
        yield
        changed()


def _seldom(call: Callable[[], None], *, every: int) -> Callable[[], None]:
    """`call`, once in `every` times: drawing for each message would take long."""
    count = 0

    def counted() -> None:
        nonlocal count
        count += 1
        if count % every == 0:
            call()

    return counted


def report(tracks: Tracks, *, waits: bool, as_json: bool) -> None:
    """Print the outcome of each message on stdout."""
    if as_json:
        _report_as_json(tracks)
        return
    print_table(*status_rows(tracks.every, waits=waits))
    print(_summary(tracks, waits=waits), flush=True)
    if tracks.others:
        from samlink.cli.commands.reports import line_of

        tell(
            "Results of other messages of this account came meanwhile, and do not come again ({count}):",
            count=len(tracks.others),
        )
        for result in tracks.others:
            print(line_of(result))


def notes_on_the_unsent(tracks: Tracks, resume: Path | None) -> None:
    """Print on stderr how many were certainly not sent, which may have been taken, and how to continue."""
    if unsent := tracks.count(State.NOT_SENT):
        note("Certainly not sent: {count}.", count=f"{unsent:,}")
    unknown = [track for track in tracks.every if track.state is State.UNKNOWN and track.result is None]
    if unknown:
        _list_unknown(unknown)
    if resume is not None and unsent:
        note("The same command with --resume {path} goes on where this ended.", path=resume)


def _list_unknown(unknown: "Sequence[Track]") -> None:
    template = N_(
        "Of {count} it is not known whether the gateway has taken them: decide before you send "
        "them again (`samlink reports` shows the results of those that it took)."
    )
    note(template, count=f"{len(unknown):,}")
    for track in unknown[:UNKNOWN_SHOWN]:
        note(f"  {masked(track.message.to)}  {track.message.group_id}/{track.message.message_id}")
    if len(unknown) > UNKNOWN_SHOWN:
        note("  and {count} more", count=f"{len(unknown) - UNKNOWN_SHOWN:,}")


def _report_as_json(tracks: Tracks) -> None:
    from samlink.cli.commands.reports import fields_of

    for track in tracks.every:
        print_json(track.as_json())
    for result in tracks.others:
        print_json({"own": False} | fields_of(result))


def _summary(tracks: Tracks, *, waits: bool) -> str:
    total = len(tracks.every)
    if waits:
        return say("{count} of {total} delivered.", count=sum(track.delivered for track in tracks.every), total=total)
    return say("{count} of {total} accepted by the gateway.", count=tracks.count(State.ACCEPTED), total=total)
