"""The rights that an agent needs: as statements for the database's owner, and those that its user has beyond them.

MariaDB and MySQL have no rights to all tables of a name, so the logs of months, which the agent makes, take rights to
the whole database; where the owner makes them (`samlink agent ddl --month`) those to the tables are enough. On the
other databases the agent owns the logs and the view that it makes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from samlink.agent.judge.rules import Terms
from samlink.agent.tables.schema.definitions import FOLDED
from samlink.agent.tables.schema.mapping import TableMapping
from samlink.agent.tables.schema.names import beside, joined, quoted, split

_ROWS: Final = ("SELECT", "UPDATE", "DELETE")
_OWN: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
_READ: Final = ("SELECT",)
_LOGS: Final = ("SELECT", "INSERT", "UPDATE", "CREATE", "ALTER", "INDEX", "CREATE VIEW")
_VIEW: Final = ("CREATE", "DROP")
"""To replace it. Without CREATE the owner could not grant it before the view is there."""
_BORNE: Final = frozenset({*_OWN, *_LOGS, *_VIEW, "SHOW VIEW", "USAGE"})
"""Rights to a database that are not remarked on: many owners grant no finer ones."""
_BORNE_EVERYWHERE: Final = frozenset({"USAGE", "BINLOG ADMIN"})
_GRANT: Final = re.compile(r"GRANT (?P<rights>.+?) ON (?P<place>\S+) TO (?P<rest>.*)", re.IGNORECASE)
_COLUMNS: Final = re.compile(r"\s*\([^)]*\)")
_ROLES: Final = sa.text(
    "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles"
    " WHERE rolname = current_user"
)


class _Form(msgspec.Struct, frozen=True):
    """How one kind of database grants."""

    making: tuple[str, ...] = ()
    """Rights to a schema in which logs and views are made."""
    using: tuple[str, ...] = ()
    """Rights to another schema."""


_FORMS: Final = {
    "mysql": _Form(("GRANT {logs} ON {schema}.* TO {user}",)),
    "postgresql": _Form(
        ("GRANT USAGE, CREATE ON SCHEMA {schema} TO {user}",), ("GRANT USAGE ON SCHEMA {schema} TO {user}",)
    ),
    "oracle": _Form(
        ("GRANT CREATE SESSION, CREATE TABLE, CREATE VIEW TO {user}",), ("GRANT CREATE SESSION TO {user}",)
    ),
    "mssql": _Form(("GRANT CREATE TABLE, CREATE VIEW TO {user}", "GRANT ALTER ON SCHEMA::{schema} TO {user}")),
}
_SCHEMAS: Final = {"postgresql": "public", "mssql": "dbo"}
GRANTING: Final = tuple(_FORMS)
"""The databases that grant rights; SQLite has the rights of its file."""


def grants(
    dialect: sa.Dialect, mappings: Iterable[TableMapping], terms: Terms, prefix: str, *, user: str, schema: str = ""
) -> Iterator[str]:
    """Statements for one of `GRANTING` that give `user` what an agent with these tables needs, without a semicolon.
    `schema`: the database of MySQL, the schema elsewhere; empty: the usual one."""
    form, quote = _FORMS[dialect.name], dialect.identifier_preparer.quote
    fold = str.lower if dialect.name in FOLDED else str
    mappings, to = tuple(mappings), _user(dialect, user)
    usual = schema or _SCHEMAS.get(dialect.name, "shop")
    tables = [(fold(table), rights) for table, rights in _tables(mappings, terms, prefix, dialect.name)]
    logs = [fold(name) for mapping in mappings if (name := mapping.log_name(mapping.table, ""))]
    making = dict.fromkeys(split(name)[1] or usual for name in logs)
    using = dict.fromkeys(place for name, _ in tables if (place := split(name)[1] or usual) not in making)
    written = [(form.making, place) for place in making] + [(form.using, place) for place in using]
    statements = (
        part.format(logs=", ".join(_LOGS), schema=quote(at), user=to) for parts, at in written for part in parts
    )
    yield from dict.fromkeys(statements)
    for table, rights in tables:
        name = table if dialect.name != "mysql" or "." in table else joined(table, usual)
        yield f"GRANT {', '.join(rights)} ON {quoted(name, dialect)} TO {to}"


def excess(connection: sa.Connection) -> list[str]:
    """The rights of the agent's user beyond those that it needs, as its database names them."""
    if connection.dialect.name == "postgresql":
        row = connection.execute(_ROLES).mappings().one()
        return [name.removeprefix("rol").upper() for name, has in row.items() if has]
    if connection.dialect.name not in {"mysql", "mariadb"}:
        return []
    found: list[str] = []
    for line in connection.exec_driver_sql("SHOW GRANTS").scalars():
        grant = _GRANT.match(line)
        # Everybody has what PUBLIC has.
        if grant is not None and not grant["rest"].startswith("PUBLIC"):
            borne = _BORNE_EVERYWHERE if grant["place"] == "*.*" else _BORNE
            rights = _COLUMNS.sub("", grant["rights"]).split(", ")
            rights += ["GRANT OPTION"] if "WITH GRANT OPTION" in grant["rest"] else []
            found += [f"{right} ON {grant['place']}" for right in rights if right.upper() not in borne]
    return found


def _tables(
    mappings: Iterable[TableMapping], terms: Terms, prefix: str, database: str
) -> Iterator[tuple[str, Sequence[str]]]:
    for mapping in mappings:
        yield mapping.table, _ROWS if mapping.log else _ROWS[:2]
        if mapping.contents is not None:
            yield beside(mapping.contents.table, mapping.table), _READ
        if mapping.view and database == "mysql":
            yield mapping.view_name(mapping.table), _VIEW
    yield f"{prefix}Link".lower(), _OWN
    if terms.duplicate_seconds:
        yield f"{prefix}Digest".lower(), _OWN
    if terms.black_list:
        yield terms.black_list, _READ


def _user(dialect: sa.Dialect, user: str) -> str:
    if dialect.name != "mysql":
        return dialect.identifier_preparer.quote(user)
    # Also as the database itself writes it: 'agent'@'10.0.0.5'.
    name, _, host = (part.strip("'`").replace("'", "''") for part in user.partition("@"))
    return f"'{name}'@'{host or '%'}'"
