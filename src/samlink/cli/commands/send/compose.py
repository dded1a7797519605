"""Typed receivers, texts, files and times, made into messages; faults are told before anything is sent.

Every function raises WrongUsageError for its arguments, or CommandError for the environment, such as a missing file.
"""

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from samlink.cli.errors import CommandError, WrongUsageError, reading
from samlink.cli.language import _
from samlink.cli.options import one_of
from samlink.cli.options.files import read_text
from samlink.core.input import quoted
from samlink.vocabulary.problem import N_
from samlink.vocabulary.sizes import FILE_NAME_BYTES, FILES_LIMIT
from samlink.vocabulary.text import composed

if TYPE_CHECKING:
    from samlink.client import KakaoKind, Kind

EXTENSION: Final = re.compile(r"[0-9A-Za-z]{1,3}")
UPLOADED: Final = re.compile(r"[0-9a-f]{32}\.[0-9a-z]{1,3}")
"""A name that the gateway gives to an uploaded file."""
STANDARD_INPUT: Final = "-"
TEXT_LIMIT_BYTES: Final = 262_144
"""What is read from standard input at most."""

GRACE: Final = datetime.timedelta(minutes=1)
"""A time that passed while the command was typed is as good as now."""
_WRITTEN: Final = "%Y-%m-%d %H:%M:%S"
_EXACT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)", re.ASCII)
_RELATIVE: Final = re.compile(r"\+(\d{1,9})([smhd])", re.ASCII)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")


def message_text(given: str) -> str:
    """The text: as given, or from standard input for `-`, without the line break at its end."""
    text = read_text(Path(STANDARD_INPUT), TEXT_LIMIT_BYTES) if given == STANDARD_INPUT else given
    if not text.strip():
        raise WrongUsageError("the text is empty.")
    return composed(text)


def refuse_controls(text: str, controls: re.Pattern[str], name: str) -> None:
    """Raise CommandError for the first of the `controls` in a text."""
    if found := controls.search(text):
        template = N_(
            "{name}: character {position} is the control character {code}; only line breaks and TAB may be sent."
        )
        raise CommandError(template, name=_(name), position=found.start() + 1, code=f"U+{ord(found.group()):04X}")


def sendable(text: str, name: str) -> str:
    """`text`, when CP949 can carry all of it; else the first character that it cannot is named, with its position."""
    from samlink.vocabulary.text import CHARSET

    refuse_controls(text, _CONTROL, name)
    try:
        text.encode(CHARSET)
    except UnicodeEncodeError as error:
        character = text[error.start]
        visible, code = character if character.isprintable() else "?", f"U+{ord(character):04X}"
        template = N_(
            "{name}: character {position}, {character} ({code}), cannot be written in "
            "CP949, so no handset would show it."
        )
        raise CommandError(template, name=_(name), position=error.start + 1, character=visible, code=code) from None
    return text


def kind_of(text: str | None) -> "Kind | KakaoKind | None":
    """The kind of that name, or None: the size of the text decides."""
    from samlink.client import KakaoKind, Kind

    if text is None:
        return None
    known: dict[str, Kind | KakaoKind] = {kind.value: kind for kind in (Kind.SMS, Kind.LMS, Kind.MMS, *KakaoKind)}
    return one_of(text, known, "--type")


def files(paths: Sequence[Path], uploaded: Sequence[str] = ()) -> tuple[Path | str, ...]:
    """Files of an MMS: each a file that can be uploaded, or a name that an earlier upload gave (`uploaded`, or one that
    looks like ours and is no local file)."""
    if (count := len(paths) + len(uploaded)) > FILES_LIMIT:
        raise WrongUsageError(
            "{count} files were given, and a message carries {limit} at most.", count=count, limit=FILES_LIMIT
        )
    given = [path.name if UPLOADED.fullmatch(str(path)) and not path.exists() else file(path) for path in paths]
    return (*given, *map(_uploaded, uploaded))


def _uploaded(name: str) -> str:
    if not (name.isprintable() and 1 <= len(name.encode()) <= FILE_NAME_BYTES):
        template = N_("--uploaded: {text} is not the name of an uploaded file, 1 to {limit} printable characters.")
        raise WrongUsageError(template, text=quoted(name), limit=FILE_NAME_BYTES)
    return name


def file(path: Path) -> Path:
    """One file that can be uploaded."""
    from samlink.client import spelled
    from samlink.vocabulary.sizes import FILE_SIZE_LIMIT

    path = spelled(path)
    with reading(path):
        size = path.stat().st_size
        if not path.is_file():
            raise CommandError("{path} is not a file.", path=path)
        path.open("rb").close()
    if not EXTENSION.fullmatch(path.suffix.removeprefix(".")):
        raise CommandError("{path} needs an extension of one to three letters, such as .jpg.", path=path)
    if size == 0:
        raise CommandError("{path} is empty.", path=path)
    if size > FILE_SIZE_LIMIT:
        template = N_("{path} has {size} bytes, and the link carries {limit} at most.")
        raise CommandError(template, path=path, size=f"{size:,}", limit=f"{FILE_SIZE_LIMIT:,}")
    return path


def moment(text: str | None, name: str) -> datetime.datetime | None:
    """A time as `YYYY-MM-DD HH:MM:SS` in KST, or from now on as `+90s`, `+10m`, `+2h`, `+1d`."""
    from samlink.vocabulary.times import KST

    if text is None:
        return None
    relative, exact = _RELATIVE.fullmatch(text), _EXACT.fullmatch(text)
    try:
        if relative is not None:
            wait = datetime.timedelta(**{_UNITS[relative[2]]: int(relative[1])})
            return datetime.datetime.now(KST).replace(microsecond=0) + wait
        if exact is not None:
            return datetime.datetime.fromisoformat(f"{exact[1]} {exact[2]}").replace(tzinfo=KST)
        raise ValueError(text)
    except (ValueError, OverflowError):
        raise WrongUsageError(
            "{name}: {text} is not a time such as '2025-01-31 09:00:00' (KST) or +10m.", name=_(name), text=quoted(text)
        ) from None


def check_times(reserve: datetime.datetime | None, timeout: datetime.datetime | None) -> None:
    """Raise WrongUsageError when a time has passed, or a message with these times would never be sent."""
    from samlink.vocabulary.times import KST

    now = datetime.datetime.now(KST)
    for name, at in (("--reserve", reserve), ("--timeout", timeout)):
        if at is not None and at < now - GRACE:
            template = N_("{name}: {text} is in the past (it is {now} in Korea).")
            raise WrongUsageError(template, name=_(name), text=f"{at:{_WRITTEN}}", now=f"{now:{_WRITTEN}}")
    if reserve is not None and timeout is not None and timeout <= reserve:
        raise WrongUsageError("--timeout is not after --reserve, so the message would never be sent.")
