"""Errors of database drivers: their cause, and the part of them that may be shown. Pure.

Drivers write values of rows into their messages (`Duplicate entry '01012345678' for key ...`, `DETAIL: Key
(receiver)=...`), and only the error's code tells which of them do. So a quoted part is shown for codes that quote
nothing but names, and is left out for all others. A trigger's own text can hold anything, and is
not shown at all.

    1062 IntegrityError: Duplicate entry '...'
    42703 UndefinedColumn: column "telecom" of relation "ushotsms" does not exist
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.errors import AgentError
from samlink.vocabulary.language import Phrase
from samlink.vocabulary.problem import N_, Problem

REASON_CHARACTERS: Final = 200
"""A longer message is cut."""
ROW_ERRORS: Final = (ValueError, OverflowError, sa.exc.DBAPIError)
"""Errors that may be about a row: ask `is_about_a_value` or `is_refusal`."""

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
_TRIGGER_TEXT: Final = frozenset({"1644", "P0001", "45000", "SQLITE_CONSTRAINT_TRIGGER"})
"""Codes of errors that a trigger or a procedure raised in its own words."""
_CHECKS: Final = frozenset({3819, 4025})
"""A CHECK's codes in MySQL and MariaDB: to their driver it is an error like any other."""
_DEADLOCKS: Final[Mapping[str, frozenset[object]]] = {
    "psycopg": frozenset({"40P01", "40001"}),
    "pymysql": frozenset({1213}),
    "pymssql": frozenset({1205}),
    "oracledb": frozenset({60}),
}
"""By driver: two transactions waited for one another, and this one was rolled back. The same number means something
else elsewhere: MySQL's 1205 is a lock that was waited for in vain."""
_REFUSED_LOGINS: Final = frozenset({"1045", "28P01", "28000", "18456", "1017", "3118", "1820"})
"""MariaDB and MySQL, PostgreSQL (whose driver has no code while it connects), SQL Server, Oracle."""


# -- the cause of an error


def is_about_a_value(error: Exception) -> bool:
    """Whether a statement failed because of a value in a row, and not because of the database."""
    if isinstance(error, sa.exc.DBAPIError):
        # SQLite calls it an operational error; its text is the only sign.
        return isinstance(error, sa.exc.DataError) or "decode" in str(error.orig)
    return isinstance(error, ValueError | OverflowError)


def is_refusal(error: Exception) -> bool:
    """Whether a change failed because of the row's values or its table's rules, and not because of the database."""
    if not isinstance(error, sa.exc.DBAPIError) or error.connection_invalidated or error.orig is None:
        return False
    if isinstance(error, sa.exc.IntegrityError | sa.exc.DataError) or _has_trigger_text(error.orig):
        return True
    # A trigger's own error code is of no class that drivers know.
    return type(error) is sa.exc.DatabaseError or not _CHECKS.isdisjoint(error.orig.args[:1])


def is_deadlock(error: sa.exc.DBAPIError) -> bool:
    """Whether the transaction was rolled back for a deadlock, and may be repeated at once."""
    cause: Any = error.orig
    arguments = cause.args[:1] if cause is not None else ()
    codes = {getattr(cause, "sqlstate", None), *arguments, *(getattr(one, "code", None) for one in arguments)}
    return not codes.isdisjoint(_DEADLOCKS.get(type(cause).__module__.partition(".")[0], frozenset()))


def is_outage(error: Exception) -> bool:
    """Whether the database cannot be reached, or refuses the login: every task would find the same."""
    unable = isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) and error.statement is None
    return unable or is_cut(error)


def is_cut(error: Exception) -> bool:
    """Whether the connection broke on which a statement was run."""
    return isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated


def is_refused_login(error: Exception) -> bool:
    """Whether the database refused the login: a policy may lock the account if it is tried often."""
    return isinstance(error, sa.exc.DBAPIError) and (
        driver_code(error) in _REFUSED_LOGINS or "password authentication failed" in str(error.orig)
    )


def driver_code(error: sa.exc.SQLAlchemyError) -> str:
    """The database's own code, or an empty string if it gives none."""
    return _code_and_message(error.orig)[0] if isinstance(error, sa.exc.DBAPIError) and error.orig else ""


# -- the part that may be shown


def reason_of(error: BaseException) -> Problem:
    """An error of the database, the link or the agent as a Problem that may be logged and shown: no value of a row, no
    text, number or password."""
    if isinstance(error, Problem):
        return error if isinstance(error, AgentError) else masked(error)
    if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
        return _of_driver(error.orig)
    if isinstance(error, sa.exc.StatementError):
        # A value that could not even be given to the driver; the message may quote it.
        kind = type(error.orig or error).__name__
        return Problem("database.value", N_("{error}: a value cannot be written to its column"), error=kind)
    return _problem(type(error).__name__, _first_line(str(error)))


def without_numbers(text: str) -> str:
    """`text` with every possible telephone number replaced."""
    return _NUMBER.sub("...", text)


def without_receivers(text: str) -> str:
    """`text`, such as a row's id, with mobile numbers replaced; other numbers stay, so that a person finds the row."""
    return _RECEIVER.sub("...", text)


def masked(problem: Problem) -> Problem:
    """The problem with every possible telephone number in its values replaced."""
    values = {name: _masked_value(value) for name, value in problem.values.items()}
    return Problem(problem.code, problem.template, **values)


def _masked_value(value: object) -> object:
    if isinstance(value, Problem):
        return masked(value)
    if isinstance(value, Phrase):
        return Phrase(value.template, {name: _masked_value(part) for name, part in value.values.items()})
    return without_numbers(value) if isinstance(value, str) else value


def _of_driver(error: BaseException) -> Problem:
    code, message = _code_and_message(error)
    head = f"{code} {type(error).__name__}".strip()
    if code in _TRIGGER_TEXT:
        template = N_("{error}: refused by a trigger or procedure of the database, whose text is not shown")
        return Problem("database.trigger", template, error=head)
    if code not in _NAMES_IN_QUOTES and not _while_connecting(error, code):
        message = _QUOTED.sub("'...'", message)
    return _problem(head, message)


def _problem(head: str, message: str) -> Problem:
    shown = " ".join(_CREDENTIALS.sub("://...@", without_numbers(message)).split())
    room = REASON_CHARACTERS - len(head) - 2
    if len(shown) > room:
        shown = f"{shown[: room - 3]}..."
    return Problem("database.error", N_("{error}: {message}"), error=head, message=shown)


def _has_trigger_text(error: BaseException) -> bool:
    """Whether a trigger or a procedure raised a driver's error in its own words."""
    return _code_and_message(error)[0] in _TRIGGER_TEXT


def _code_and_message(error: BaseException) -> tuple[str, str]:
    """The database's own code, or an empty string, and the first line of its message: of psycopg, of sqlite3, and of
    drivers that give a number first."""
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
    """Whether psycopg could not connect: no statement was sent, and it quotes only hosts, users and databases."""
    return type(error).__name__ == "OperationalError" and hasattr(error, "diag") and not code


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
