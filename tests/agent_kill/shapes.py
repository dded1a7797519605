"""How a customer's tables may be kept, beside our own as they are made: engines, logs, times and ids."""

from collections.abc import Mapping
from typing import Final

import msgspec

from samlink.agent.tables.schema.mapping import TableMapping, own_tables

COMPACT: Final = "%Y%m%d%H%M%S"


class Shape(msgspec.Struct, frozen=True):
    """What a customer has made of our tables."""

    name: str = "own"
    statements: tuple[str, ...] = ()
    """For each `{table}`, when it is empty."""
    single_log: bool = False
    """Whether all months have one log."""
    compact_times: bool = False
    """Whether times are texts of 14 digits."""
    own_ids: bool = False
    """Whether the customer gives the ids."""

    @property
    def settings(self) -> str:
        """What the agent's settings have for it, after all other sections of the file."""
        return "".join(map(_table, own_tables())) if self.single_log else ""


SHAPES: Final[Mapping[str, Shape]] = {
    shape.name: shape
    for shape in (
        Shape(),
        Shape("MyISAM", ("ALTER TABLE {table} ENGINE=MyISAM",)),
        Shape("view", ("RENAME TABLE {table} TO Behind{table}", "CREATE VIEW {table} AS SELECT * FROM Behind{table}")),
        Shape("single log", single_log=True),
        Shape(
            "text times",
            tuple(f"ALTER TABLE {{table}} MODIFY {name} VARCHAR(14)" for name in ("ReserveDT", "TimeoutDT", "SendDT")),
            compact_times=True,
        ),
        Shape("text ids", ("ALTER TABLE {table} MODIFY MsgID VARCHAR(40) NOT NULL",), own_ids=True),
        Shape(
            "UUIDs",
            ("ALTER TABLE {table} ALTER msgid DROP DEFAULT, ALTER msgid TYPE UUID USING gen_random_uuid()",),
            own_ids=True,
        ),
    )
}


def _table(mapping: TableMapping) -> str:
    columns = "".join(f'{field} = "{name}"\n' for field, name in mapping.columns.items())
    head = f'table = "{mapping.table}"\nservice = {mapping.service}\nlog = "{{table}}_log"\n'
    return f"[[tables]]\n{head}[tables.columns]\n{columns}"
