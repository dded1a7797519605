"""The customer's side of the audit: its tables, their logs and the agents' links, read when everything rests."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from tests.agent_kill.orders import checksum
from tests.agent_kill.shop import Shop

LIVE: Final = ""


class Row(msgspec.Struct):
    """A row in a live table or a log."""

    order: str
    """OrderNo."""
    source: str
    row_id: str
    place: str
    """`YYYYMM` of the log, or `log` if all months have one, or LIVE."""
    state: int
    sent_at: str
    telecom: str
    whole: bool
    """Whether it has all that the customer wrote."""


class Link(msgspec.Struct):
    """What the agents wrote down of a row."""

    group_id: str
    message_id: str
    source: str
    row_id: str
    state: int
    month: str | None


def read_rows(shop: Shop) -> list[Row]:
    """All rows, wherever they are."""
    there = sa.inspect(shop.engine).get_table_names()
    rows: list[Row] = []
    with shop.engine.connect() as connection:
        for source, live in shop.names.items():
            # A table, or a view; and its logs.
            for name in (live, *(name for name in there if name.startswith(f"{live}_"))):
                found = connection.execute(sa.text(f"SELECT * FROM {name}")).mappings()
                rows += _rows(source, name.removeprefix(live).removeprefix("_"), found)
    return rows


def read_links(shop: Shop) -> list[Link]:
    """All links."""
    with shop.engine.connect() as connection:
        found = connection.execute(
            sa.text("SELECT group_id, message_id, source, row_id, state, month FROM ushotlink WHERE source <> ''")
        )
        return [Link(*row) for row in found]


def _rows(source: str, place: str, found: sa.MappingResult) -> Iterator[Row]:
    for record in found:
        values: Mapping[str, Any] = {name.lower(): value for name, value in record.items()}
        yield Row(
            order=str(values["orderno"]),
            source=source,
            row_id=str(values["msgid"]),
            place=place,
            state=values["sendresult"],
            sent_at=str(values["senddt"] or ""),
            telecom=values["telecom"] or "",
            whole=checksum(values) == values["checksum"],
        )
