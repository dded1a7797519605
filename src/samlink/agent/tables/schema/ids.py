"""Ids of rows: numbers, texts, bytes and UUIDs, and the text by which a link knows them. Pure."""

import uuid
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import oracle

ID_CHARACTERS: Final = 64
"""The longest text of an id that a link holds."""
FromText = Callable[[str], Any]
Types = type | tuple[type, ...]
_TYPES: Final[tuple[tuple[Types, FromText | None], ...]] = (
    # Not found again by its text.
    (sa.Float, None),
    (sa.Boolean, None),
    (sa.Integer, int),
    (sa.Numeric, int),
    (sa.String, str),
    (sa.Uuid, str),
    ((sa.LargeBinary, sa.BINARY, sa.VARBINARY, oracle.RAW), bytes.fromhex),
)
"""How an id is made again from its text, by the type of its column; the first that fits counts."""


def from_text(kind: sa.types.TypeEngine[Any], database: str) -> FromText | None:
    """How an id in a column of this type is made from its text; None: such a column cannot be an id."""
    if isinstance(kind, sa.Numeric) and kind.scale:
        return None
    if database == "postgresql" and isinstance(kind, sa.Uuid):
        return uuid.UUID
    return next((made for type, made in _TYPES if isinstance(kind, type)), None)


def id_text(id: Any) -> str:
    """The text of an id, as a link has it: bytes in hexadecimal digits."""
    return id.hex() if isinstance(id, bytes) else str(id)
