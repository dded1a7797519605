"""Lists of ids as arguments of statements."""

import array
from collections.abc import Iterable
from typing import Any

import apsw


def id_list(ids: Iterable[int]) -> Any:
    """Ids as the table-valued argument of `IN carray(…)`, which takes no empty one: 0 is nobody's id."""
    return apsw.carray(array.array("q", ids) or array.array("q", (0,)))
