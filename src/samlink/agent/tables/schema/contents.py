"""A second table that holds a part of each message: long texts, names of files. It is only read. Blocks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa

from samlink.agent.tables.schema.columns import found_column, found_table
from samlink.agent.tables.schema.mapping import FILES, Contents, Field, key_of
from samlink.agent.tables.schema.names import beside, clause, split

_NO_KEYS = ("", "0")
"""The keys of rows without a part in the second table."""


class ContentsTable:
    """The second table as its database has it."""

    def __init__(self, inspector: sa.Inspector, contents: Contents, table: str) -> None:
        """`table`: the one that refers to it. Raises TableError if the table or a column is missing."""
        self.name = found_table(beside(contents.table, table), inspector)
        there = [column["name"] for column in inspector.get_columns(*split(self.name))]

        def column(name: str) -> str:
            return found_column(name, there, self.name) if name else ""

        self._key = column(contents.key)
        self._columns = {field: column(name) for field, name in contents.columns.items()}
        self._file, self._folder, self._order = (column(n) for n in (contents.file, contents.folder, contents.order))
        read = (self._key, *self._columns.values(), self._file, self._folder, self._order)
        self._table = clause(self.name, *(sa.column(name) for name in dict.fromkeys(filter(None, read))))

    def parts(self, connection: sa.Connection, keys: Sequence[Any]) -> dict[str, dict[Field, Any]]:
        """The parts that belong to the keys of rows, by the key's text. A key without a part is left out."""
        wanted = {key_of(key): key for key in keys if key_of(key) not in _NO_KEYS}
        if not wanted:
            return {}
        key = self._table.c[self._key]
        rows = sa.select(self._table).where(key.in_(list(wanted.values())))
        if self._order:
            rows = rows.order_by(key, self._table.c[self._order])
        grouped: defaultdict[str, list[sa.RowMapping]] = defaultdict(list)
        for row in connection.execute(rows).mappings():
            grouped[key_of(row[self._key])].append(row)
        return {key: self._part(rows) for key, rows in grouped.items()}

    def _part(self, rows: Sequence[sa.RowMapping]) -> dict[Field, Any]:
        part = {field: rows[0][name] for field, name in self._columns.items()}
        if self._file:
            part |= dict(zip(FILES, (self._path(row) for row in rows), strict=False))
        return {field: value for field, value in part.items() if key_of(value)}

    def _path(self, row: Mapping[Any, Any]) -> str:
        """A file's path: its name, below its folder if the table has one."""
        name, folder = key_of(row[self._file]), key_of(row[self._folder]) if self._folder else ""
        return str(PurePosixPath(folder, name)) if folder else name


def is_wanted(values: Mapping[Field, Any]) -> bool:
    """Whether a row refers to a part in the second table."""
    return key_of(values.get(Field.CONTENT_KEY)) not in _NO_KEYS
