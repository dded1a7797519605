"""Why something failed, in one line that may be logged and shown: no value of a row, no text, number or password.
Pure.

Drivers write values into their messages (`Duplicate entry '01012345678' for key ...`, `DETAIL: Key (receiver)=...`),
and which of them do is known by the error's code only. So what stands in quotes is shown for codes that quote nothing
but names, and is left out for all others. A text that somebody put into a trigger can hold anything and is not shown
at all.

    1062 IntegrityError: Duplicate entry '...'
    42703 UndefinedColumn: column "telecom" of relation "ushotsms" does not exist
"""

import re
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.errors import AgentError
from samlink.watch.monitor import MonitorError

REASON_CHARACTERS: Final = 200
"""A longer reason is cut."""

_QUOTED: Final = re.compile(r"['\"`].*['\"`]|['\"`].*")
"""From the first quote to the last: a value may have quotes in it, which databases do not always escape."""
_CREDENTIALS: Final = re.compile(r"://[^@\s]*@")
_NUMBER: Final = re.compile(r"(?<!\d)\+?\d[\d-]{6,}\d(?!\d)")
"""Anything that could be a telephone number."""
_RECEIVER: Final = re.compile(r"(?<!\d)(?:\+?82-?|0)1\d[\d-]{5,}\d(?!\d)")
"""A mobile number."""

_NAMES_IN_QUOTES: Final = frozenset(
    {
        # MySQL and MariaDB: access denied, no such database, column, table or index, rights, limits of a column,
        # read-only, full, no connection.
        *("1044", "1045", "1049", "1054", "1072", "1091", "1114", "1142", "1143", "1146", "1176", "1290", "1364"),
        *("1048", "1264", "1406", "1836", "2002", "2003", "2005", "2006", "2013"),
        # PostgreSQL: rights, no such table, column or database, login, NULL, too long, read-only, full, constraints.
        *("42501", "42P01", "42703", "3D000", "28000", "28P01", "23502", "22001", "25006", "53100"),
        *("23503", "23505", "23514"),
    }
)
_SOMEBODYS_TEXT: Final = frozenset({"1644", "P0001", "45000", "SQLITE_CONSTRAINT_TRIGGER"})
"""Codes of what a trigger or a procedure raised in its own words."""


def reason_of(error: BaseException) -> str:
    """One line for an error of the database, the link or the agent: its code and class, and what may be shown of its
    message."""
    if isinstance(error, AgentError | MonitorError):
        return _line(str(error))
    if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
        return _of_driver(error.orig)
    if isinstance(error, sa.exc.StatementError):
        # A value that could not even be given to the driver; the message may quote it.
        return f"{type(error.orig or error).__name__}: a value cannot be written to its column"
    return _line(f"{type(error).__name__}: {without_numbers(_first_line(str(error)))}")


def is_somebodys_text(error: BaseException) -> bool:
    """Whether a driver's error was raised by a trigger or a procedure in its own words."""
    return _code_and_message(error)[0] in _SOMEBODYS_TEXT


def without_numbers(text: str) -> str:
    """`text` without what could be a telephone number, whole."""
    return _NUMBER.sub("...", text)


def without_receivers(text: str) -> str:
    """`text`, such as a row's id, without mobile numbers; other numbers stay, for a person has to find the row."""
    return _RECEIVER.sub("...", text)


def _of_driver(error: BaseException) -> str:
    code, message = _code_and_message(error)
    head = f"{code} {type(error).__name__}".strip()
    if code in _SOMEBODYS_TEXT:
        return f"{head}: a trigger or procedure of the database refused it, in a text that is not shown"
    if code not in _NAMES_IN_QUOTES and not _while_connecting(error, code):
        message = _QUOTED.sub("'...'", message)
    return _line(f"{head}: {without_numbers(message)}")


def _code_and_message(error: BaseException) -> tuple[str, str]:
    """The database's own code, or nothing, and the first line of its message; psycopg, sqlite3, and those that give a
    number first."""
    if (diagnosis := getattr(error, "diag", None)) is not None:
        primary = getattr(diagnosis, "message_primary", None)
        return getattr(error, "sqlstate", None) or "", _first_line(primary or str(error))
    if (name := getattr(error, "sqlite_errorname", None)) is not None:
        return str(name), _first_line(str(error))
    values: tuple[Any, ...] = error.args
    if len(values) >= 2 and isinstance(values[0], int):
        return str(values[0]), _first_line(str(values[1]))
    return "", _first_line(str(error))


def _while_connecting(error: BaseException, code: str) -> bool:
    """Whether psycopg could not connect: no statement was sent, and what is quoted are hosts, users and databases."""
    return type(error).__name__ == "OperationalError" and hasattr(error, "diag") and not code


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _line(text: str) -> str:
    shown = " ".join(_CREDENTIALS.sub("://...@", text).split())
    return shown if len(shown) <= REASON_CHARACTERS else f"{shown[: REASON_CHARACTERS - 3]}..."
