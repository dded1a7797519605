"""Files of an MMS, before they are sent: where they lie (73) and what they are (78).

`path_of` is pure; `fault_of` reads the file, so it blocks. Whether a file is whole is for the gateway to say.
"""

from pathlib import Path, PurePath

from samlink.client import MessageError, read_file
from samlink.vocabulary.file_types import EXTENSIONS, begins_as
from samlink.vocabulary.results import ResultCode


class FileRefused(ValueError):
    """A file that is not sent; the sentence does not tell its directory."""

    def __init__(self, code: ResultCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def path_of(name: str, base: Path) -> Path:
    """A file's path, which stays inside the base directory however it is written.

    Raises:
        FileRefused: 73, it does not.
    """
    path = PurePath(name)
    inside = path.relative_to(base) if path.is_absolute() and path.is_relative_to(base) else path
    if inside.is_absolute() or ".." in inside.parts or "\0" in name:
        raise FileRefused(ResultCode.AGENT_FILE_PATH, "a file lies outside the directory of files")
    return base / inside


def fault_of(path: Path, base: Path, *, strict: bool) -> FileRefused | None:
    """Why a file cannot be sent. `strict`: links do not lead out of `base` either."""
    try:
        if strict and not path.resolve().is_relative_to(base.resolve()):
            return FileRefused(ResultCode.AGENT_FILE_PATH, "a file lies outside the directory of files by a link")
        file = read_file(path)
    except MessageError as error:
        return FileRefused(ResultCode.AGENT_CONTENT, str(error))
    except (OSError, RuntimeError, ValueError):  # a circle of links, or a name that no system takes
        return FileRefused(ResultCode.AGENT_CONTENT, "a file's name cannot be used")
    if file.extension not in EXTENSIONS:
        known = ", ".join(sorted(EXTENSIONS))
        return FileRefused(ResultCode.AGENT_CONTENT, f"file {path.name} is none that carriers take: {known}")
    if not begins_as(file.extension, file.content):
        return FileRefused(ResultCode.AGENT_CONTENT, f"file {path.name} is not what its extension says")
    return None
