"""Changing a simulated carrier while it runs: two small files in its directory, one for each direction.

`started.json` is what the carrier was started with; the carrier writes it. `changes.json` is what was changed since;
the command line writes it, whole and in one step, and the carrier looks at it twice a second. Changes outlive a restart
until they are taken back.
"""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from samlink.carriers.contract import CarrierOptionError
from samlink.carriers.simulator.settings import SimulatorSettings, settings_from
from samlink.vocabulary.problem import N_
from samlink.watch.lines import tell

_log = logging.getLogger(__name__)

STARTED_NAME: Final = "started.json"
CHANGES_NAME: Final = "changes.json"
LOOK_SECONDS: Final = 0.5
"""How often the carrier looks for changes."""
FIXED: Final = frozenset(
    {
        "idempotent",
        "batch_limit",
        "remembered_ids",
        "repeat_after_ms",
        "journal_segment_bytes",
        "journal_segments",
        "keep_journal",
    }
)
"""Settings that hold from start to end: the gateway, the memory and the journal are built on them."""


def changed(base: SimulatorSettings, changes: Mapping[str, Any]) -> SimulatorSettings:
    """`base` with `changes` over it. Raises CarrierOptionError for what cannot be or cannot be changed."""
    for name in changes:
        if name in FIXED:
            template = N_("{name}: only the settings file can set it, for the next start")
            raise CarrierOptionError("simulator.fixed", template, name=name)
    return settings_from(msgspec.to_builtins(base, str_keys=True) | dict(changes))


def read_changes(directory: Path) -> dict[str, Any]:
    """What was changed; empty where nothing was. Raises CarrierOptionError or OSError when the file cannot be read."""
    return _read(directory / CHANGES_NAME)


def started_with(directory: Path) -> SimulatorSettings:
    """What the carrier was started with last; the defaults where none was. Raises CarrierOptionError or OSError."""
    return settings_from(_read(directory / STARTED_NAME))


def write_changes(directory: Path, changes: Mapping[str, Any]) -> None:
    """Replace all changes. Raises OSError."""
    directory.mkdir(mode=0o700, exist_ok=True)
    _write(directory / CHANGES_NAME, changes)


def write_started(directory: Path, settings: SimulatorSettings) -> None:
    """Write down what the carrier is started with. Raises OSError."""
    _write(directory / STARTED_NAME, msgspec.to_builtins(settings, str_keys=True))


async def watch(directory: Path, apply: Callable[[Mapping[str, Any]], None]) -> None:
    """Apply the changes whenever they are not those applied before, for ever. Bad ones are logged and not applied."""
    seen: tuple[int, int] | None = None
    while True:
        found = _stamp(directory / CHANGES_NAME)
        if found != seen:
            seen = found
            try:
                apply(read_changes(directory))
            except (OSError, ValueError) as error:
                tell(_log, logging.WARNING, "simulator_keeps_settings", why=str(error))
        await asyncio.sleep(LOOK_SECONDS)


def _stamp(path: Path) -> tuple[int, int] | None:
    """What differs after each replacement; None where there is no file."""
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_mtime_ns, found.st_ino
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        template = N_("{path} is not JSON: {reason}")
        raise CarrierOptionError("simulator.not_json", template, path=path, reason=str(error)) from None
    if not isinstance(found, dict):
        raise CarrierOptionError("simulator.not_object", N_("{path} is not a JSON object"), path=path)
    return found


def _write(path: Path, value: object) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as file:
        json.dump(value, file)
    draft.replace(path)
