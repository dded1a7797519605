"""`samlink clock`: whether the gateway believes the machine's clock, and the word of a person that it is right."""

from typing import TYPE_CHECKING

from samlink.cli.data_directory import administer
from samlink.cli.help.pages import Commands
from samlink.cli.language import _, say
from samlink.cli.options import Data, Json, examples
from samlink.cli.output.answers import answer
from samlink.cli.output.formatting import kst, now_ms
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.store.contract import ClockDoubt

DOUBTED = 1

app = Commands(
    help="The machine's clock: whether the gateway believes it.",
    epilog=examples("samlink clock show", "samlink clock confirm"),
)


@app.command(epilog=examples("samlink clock show", "samlink clock show --json"))
def show(*, data: Data = None, as_json: Json = False) -> int:
    """Say whether the gateway believes the machine's clock; the exit code is 1 when it does not.

    After a jump it goes on by the time that has passed, gives no message up and removes none, until the clock is right
    again, a person confirms it, or six hours have passed without another jump.
    """
    from samlink.operations.audit import clock_doubt

    doubt = administer(data, clock_doubt)
    answer(
        _("The gateway believes the machine's clock.") if doubt is None else said(doubt),
        {"believed": doubt is None, "step_seconds": 0 if doubt is None else _seconds(doubt)},
        as_json=as_json,
    )
    return 0 if doubt is None else DOUBTED


@app.command(epilog=examples("samlink clock confirm"))
def confirm(*, data: Data = None, as_json: Json = False) -> None:
    """Confirm that the machine's clock is right now. A gateway believes it within a second, or at its next start."""
    from samlink.operations.audit import confirm_clock

    administer(data, confirm_clock)
    at = kst(now_ms())
    sentence = say("Confirmed: it is {at} (KST). The gateway goes by this clock within a second.", at=at)
    answer(sentence, {"confirmed": True, "at": at}, as_json=as_json)


def said(doubt: "ClockDoubt") -> str:
    """A doubt that goes on, in words."""
    template = N_(
        "The gateway does not believe the machine's clock since {since}: it is {step} seconds "
        "from the time expected. Nothing is given up or removed meanwhile; if the clock is "
        "right, run `samlink clock confirm`."
    )
    return say(template, since=kst(doubt.since_ms), step=f"{_seconds(doubt):+,}")


def _seconds(doubt: "ClockDoubt") -> int:
    return round(doubt.step_ms / 1000)
