"""Rows as the engine reads and writes them: tuples in the order of their structs' fields, and ids as one array."""

import array
from collections.abc import Iterable
from typing import Any

import apsw
import msgspec


def place_of(struct: type[msgspec.Struct], field: str) -> int:
    """Where `field` stands in a row of `struct`."""
    return struct.__struct_fields__.index(field)


def id_list(ids: Iterable[int]) -> Any:
    """Ids as the table-valued argument of `IN carray(…)`, which takes no empty one: 0 is nobody's id."""
    return apsw.carray(array.array("q", ids) or array.array("q", (0,)))
