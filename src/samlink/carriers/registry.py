"""The kinds of carriers that there are, and how one is made: `simulator`, and those of other people's packages.

A package adds a kind by an entry point of the group `samlink.carriers`, whose name is the kind and whose object is a
`MakeCarrier`:

    [project.entry-points."samlink.carriers"]
    acme = "acme_samlink:make_carrier"
"""

import importlib
import importlib.metadata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from samlink.carriers.contract import Carrier, CarrierContext, CarrierSettingsError
from samlink.vocabulary.problem import N_, Problem

FOLDER: Final = "carriers"
"""Of the data directory; a folder in it for each carrier."""
GROUP: Final = "samlink.carriers"
SIMULATOR: Final = "simulator"
"""The kind, and the name of the only carrier where the settings name none."""
BUILT_IN: Final[Mapping[str, str]] = {SIMULATOR: "samlink.carriers.simulator.carrier:make_carrier"}
"""Kind → where its `MakeCarrier` is, as an entry point says it. No package can replace these."""

MakeCarrier = Callable[[Mapping[str, Any], CarrierContext], Carrier]
"""Makes a carrier of the table `options` in the settings; it connects to nothing yet. Raises ValueError, naming the
option, for what makes no sense."""


def carrier_directory(data: Path, name: str) -> Path:
    """What the carrier of that name keeps on the disk, in the data directory."""
    return data / name if name == SIMULATOR else data / FOLDER / name


def carrier_directories(data: Path) -> list[Path]:
    """What carriers have kept in the data directory, whether they are in the settings or not."""
    return [path for path in (data / SIMULATOR, *sorted((data / FOLDER).glob("*"))) if path.is_dir()]


def kinds() -> list[str]:
    """The kinds that can be named in the settings, sorted."""
    return sorted({*BUILT_IN, *(point.name for point in importlib.metadata.entry_points(group=GROUP))})


def make_carrier(kind: str, options: Mapping[str, Any], context: CarrierContext) -> Carrier:
    """A carrier of that kind. Raises CarrierSettingsError: there is no such kind, or it does not take these options."""
    make = _maker(kind)
    try:
        return make(options, context)
    except Exception as error:  # outermost: other people's code, whose faults an operator reads as a sentence
        raise CarrierSettingsError(
            "carrier.bad_options",
            N_("carrier {carrier}: {reason}"),
            carrier=context.name,
            reason=error if isinstance(error, Problem) else _reason(error),
        ) from error


def _maker(kind: str) -> MakeCarrier:
    if kind in BUILT_IN:
        module, _, name = BUILT_IN[kind].partition(":")
        make: MakeCarrier = getattr(importlib.import_module(module), name)
        return make
    for point in importlib.metadata.entry_points(group=GROUP, name=kind):
        try:
            found: MakeCarrier = point.load()
        except Exception as error:  # outermost: as above
            template = N_("the kind of carrier {kind} cannot be loaded from {place}: {reason}")
            raise CarrierSettingsError(
                "carrier.kind_not_loaded", template, kind=kind, place=point.value, reason=_reason(error)
            ) from error
        return found
    template = N_("there is no kind of carrier {kind}; there are {known}")
    raise CarrierSettingsError("carrier.unknown_kind", template, kind=kind, known=", ".join(kinds()))


def _reason(error: Exception) -> str:
    """One line; a programmer's error is named by its type, too."""
    text = " ".join(str(error).split())
    return text if isinstance(error, ValueError | ImportError) else f"{type(error).__name__}: {text}"
