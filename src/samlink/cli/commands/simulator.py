"""`samlink simulator`: how the simulated carrier misbehaves, shown and changed while the gateway runs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from samlink.cli.data_directory import existing, resolve
from samlink.cli.errors import CommandError, WrongUsageError, writing
from samlink.cli.help.pages import Commands
from samlink.cli.language import _, say, tell
from samlink.cli.options import SWITCHES, Data, Json, examples
from samlink.cli.output.answers import Column, print_columns
from samlink.cli.output.formatting import print_json
from samlink.core.input import quoted, quoted_number
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.carriers.simulator.settings import SimulatorSettings

FEWEST_DIGITS: Final = 8
"""A receiver has more digits than a share."""

Carrier = Annotated[str | None, typer.Option("--carrier", metavar="NAME", help="Which one, if there are several.")]

app = Commands(
    help="Show and change how the simulated carrier behaves, while the gateway runs.",
    epilog=examples(
        "samlink simulator show",
        "samlink simulator set never=0.1 delay_ms=500     no result for a tenth, the others after half a second",
        "samlink simulator set failure_mix=8:0.2,10:0.1 later=01012345678",
        "samlink simulator reset",
    ),
)


@app.command(epilog=examples("samlink simulator show", "samlink simulator show --json | jq .never"))
def show(*, carrier: Carrier = None, data: Data = None, as_json: Json = False) -> None:
    """Show every setting: its value now, its default, and what it means."""
    import msgspec

    from samlink.carriers.simulator.meanings import MEANINGS
    from samlink.carriers.simulator.settings import SimulatorSettings

    base, now = _settings(_folder(existing(resolve(data)), carrier))
    if as_json:
        print_json(msgspec.to_builtins(now, str_keys=True))
        return
    defaults = SimulatorSettings()
    columns = [
        Column(_("Setting"), str),
        Column(_("Value"), lambda name: _value(getattr(base, name), getattr(now, name))),
        Column(_("Default"), lambda name: written(getattr(defaults, name))),
        Column(_("Meaning"), lambda name: _(MEANINGS[name])),
    ]
    print_columns(SimulatorSettings.__struct_fields__, columns)


@app.command(
    "set",
    epilog=examples(
        "samlink simulator set held=true     take nothing until held=false",
        "samlink simulator set answer_lost=0.05,01012345678     a twentieth, and this receiver's always",
    ),
)
def set_values(
    *,
    pairs: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="What to change.")],
    carrier: Carrier = None,
    data: Data = None,
) -> None:
    """Change settings: all of them, or none when one cannot be.

    A gateway that runs follows within a second; what the carrier had taken before keeps its plan. Changes outlive a
    restart, until `reset`.
    """
    from samlink.carriers.simulator import changes

    directory = existing(resolve(data))
    folder = _folder(directory, carrier)
    given = dict(map(_pair, pairs))
    before = _changes(folder)
    try:
        changes.changed(changes.started_with(folder), before | given)
        with writing(directory):
            changes.write_changes(folder, before | given)
    except ValueError as error:
        raise WrongUsageError("{why}.", why=error) from None
    tell("Changed; a gateway that runs on {data} follows within a second, and after a restart too.", data=directory)


@app.command(epilog=examples("samlink simulator reset", "samlink simulator reset never delay_ms"))
def reset(
    *,
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="Only these; without any, all.")] = None,
    carrier: Carrier = None,
    data: Data = None,
) -> None:
    """Take changes back: the settings are again what the gateway is started with."""
    from samlink.carriers.simulator import changes

    directory = existing(resolve(data))
    for key in keys or ():
        _known(key)
    folder = _folder(directory, carrier)
    left = {name: value for name, value in _changes(folder).items() if keys and name not in keys}
    with writing(directory):
        changes.write_changes(folder, left)
    tell("Back to what the gateway is started with.")


def _folder(directory: Path, carrier: str | None) -> Path:
    """What the simulated carrier of that name keeps in the data directory; without a name, the only one's."""
    from samlink.carriers.registry import SIMULATOR, carrier_directories, carrier_directory
    from samlink.carriers.simulator.changes import STARTED_NAME

    names = [folder.name for folder in carrier_directories(directory) if (folder / STARTED_NAME).exists()]
    if carrier is None and len(names) > 1:
        raise WrongUsageError(
            "There are several simulated carriers: {names}. Choose one with --carrier.", names=", ".join(names)
        )
    if carrier is not None and carrier not in (*names, SIMULATOR):
        template = N_("No gateway was started here with a simulated carrier {carrier}; there are: {names}.")
        raise WrongUsageError(template, carrier=quoted(carrier), names=", ".join(names or (SIMULATOR,)))
    return carrier_directory(directory, carrier or (names or (SIMULATOR,))[0])


def _changes(folder: Path) -> dict[str, Any]:
    from samlink.carriers.simulator.changes import read_changes

    try:
        return read_changes(folder)
    except (OSError, ValueError) as error:
        raise CommandError("{why}.", why=error) from None


def _settings(folder: Path) -> "tuple[SimulatorSettings, SimulatorSettings]":
    """The settings that the gateway is started with, and the current ones."""
    from samlink.carriers.simulator.changes import changed, started_with

    try:
        base = started_with(folder)
        return base, changed(base, _changes(folder))
    except (OSError, ValueError) as error:
        raise CommandError("{why}.", why=error) from None


def _value(base: object, now: object) -> str:
    if base == now:
        return written(now)
    return say("{value} (was {before})", value=written(now), before=written(base))


def written(value: object) -> str:
    """A value as `set` takes it."""
    from samlink.carriers.simulator.settings import Chance

    if isinstance(value, Chance):
        share = [f"{value.share:g}"] if value.share or not value.receivers else []
        return ",".join([*share, *sorted(value.receivers)])
    if isinstance(value, Mapping):
        return ",".join(f"{code}:{share:g}" for code, share in value.items()) or "-"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


# -- from KEY=VALUE to settings


def _known(name: str) -> str:
    from samlink.carriers.simulator.settings import SimulatorSettings

    if name not in SimulatorSettings.__struct_fields__:
        raise WrongUsageError("there is no setting {name}; `samlink simulator show` lists all.", name=quoted(name))
    return name


def _pair(text: str) -> tuple[str, Any]:
    from samlink.carriers.simulator.settings import SimulatorSettings

    name, separator, value = text.partition("=")
    if not (name and separator and value):
        raise WrongUsageError("{text} is not KEY=VALUE, such as never=0.1 or delay_ms=500.", text=quoted(text))
    default = getattr(SimulatorSettings(), _known(name))
    parse, wanted = _PARSERS.get(type(default), _PARSERS[object])
    try:
        return name, parse(value)
    except (ValueError, KeyError):
        what = _(wanted)
        raise WrongUsageError(
            "{name}: {text} is not {wanted}.", name=name, text=quoted_number(value), wanted=what
        ) from None


def _mix(text: str) -> dict[str, float]:
    pairs = [part.split(":") for part in text.split(",") if part.strip() and text != "-"]
    return {str(int(code)): float(share) for code, share in pairs}


def _chance(text: str) -> dict[str, Any]:
    share, receivers = 0.0, []
    for part in text.split(","):
        digits = part.replace("-", "")
        if digits.isascii() and digits.isdigit() and len(digits) >= FEWEST_DIGITS:
            receivers.append(digits)
        else:
            share = float(part)
    return {"share": share, "receivers": receivers}


_PARSERS: Final[Mapping[type, tuple[Callable[[str], Any], str]]] = {
    bool: (lambda text: SWITCHES[text.lower()], N_("true or false")),
    int: (int, N_("a whole number")),
    float: (float, N_("a number")),
    dict: (_mix, N_("CODE:SHARE such as 8:0.1,10:0.05")),
    object: (_chance, N_("a share such as 0.1, receivers such as 01012345678, or both with commas")),
    str: (str, N_("a number")),
}
"""By the type of the default; `Chance` is every other type."""
