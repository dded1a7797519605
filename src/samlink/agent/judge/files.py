"""Files of an MMS, before they are sent: their place (73) and their type (78).

`path_of` is pure; `fault_of` reads the file, so it blocks. Whether a picture is complete, the gateway finds out.
"""

from pathlib import Path, PurePath

from samlink.agent.driver_errors import reason_of
from samlink.agent.errors import RowError
from samlink.client import MessageError, read_file, spelled
from samlink.vocabulary.file_types import EXTENSIONS, begins_as
from samlink.vocabulary.problem import N_
from samlink.vocabulary.results import ResultCode


def path_of(name: str, base: Path) -> Path:
    """A file's path, which stays inside the base directory however it is written.

    Raises:
        RowError: 73, the file lies outside.
    """
    path = PurePath(name)
    inside = path.relative_to(base) if path.is_absolute() and path.is_relative_to(base) else path
    if inside.is_absolute() or ".." in inside.parts or "\0" in name:
        template = N_("a file lies outside the directory of files")
        raise RowError(ResultCode.AGENT_FILE_PATH, "row.file_outside", template)
    return base / inside


def fault_of(path: Path, base: Path, *, strict: bool) -> RowError | None:
    """Why a file cannot be sent; the sentence does not tell its directory. `strict`: links must not lead out of `base`
    either."""
    content = ResultCode.AGENT_CONTENT
    try:
        path = spelled(path)
        if strict and not path.resolve().is_relative_to(base.resolve()):
            template = N_("a link leads to a file outside the directory of files")
            return RowError(ResultCode.AGENT_FILE_PATH, "row.file_link_outside", template)
        file = read_file(path)
    except MessageError as error:
        return RowError.of(content, reason_of(error))
    except (OSError, RuntimeError, ValueError):  # a circle of links, or a name that no system takes
        return RowError(content, "row.bad_file_name", N_("a file's name cannot be used"))
    if file.extension not in EXTENSIONS:
        known = ", ".join(sorted(EXTENSIONS))
        template = N_("carriers do not take file {file}; they take {known}")
        return RowError(content, "row.file_type_unknown", template, file=path.name, known=known)
    if not begins_as(file.extension, file.content):
        template = N_("the content of file {file} does not match its extension")
        return RowError(content, "row.file_type_differs", template, file=path.name)
    return None
