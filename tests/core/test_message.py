"""A message's states: store and documents know the same ones."""

import re
from pathlib import Path

from samlink.core.message import State
from samlink.store.sqlite.database import open_database
from samlink.vocabulary.kinds import SERVICE_OF_KIND, Kind

INTERNALS = Path(__file__).resolve().parents[2] / "docs" / "INTERNALS.md"
COLUMNS = ("claim_token", "submitted_at_ms", "unknown_at_ms", "result", "reported_at_ms")


def test_the_stores_view_knows_the_same_states(tmp_path: Path) -> None:
    connection = open_database(tmp_path)
    view = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'message_state'").get
    connection.close()
    assert set(re.findall(r"'(\w+)'", view)) == {state.value for state in State}


def test_the_documents_table_of_columns_is_what_the_stores_view_says(tmp_path: Path) -> None:
    rows = re.findall(r"^\| (\w+) \|" + r" (t|-|any) \|" * 5, INTERNALS.read_text(encoding="utf-8"), re.MULTILINE)
    assert {row[0] for row in rows} == {state.value for state in State}
    connection = open_database(tmp_path)
    view = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'message_state'").get
    case = re.search(r"CASE.*END", view, re.DOTALL)
    assert case is not None
    for state, *columns in rows:
        for filled in _filled(columns):
            given = ", ".join(f"{1 if has else 'NULL'} AS {name}" for name, has in zip(COLUMNS, filled, strict=True))
            said = connection.execute(f"SELECT {case[0]} FROM (SELECT {given})").get
            assert said == state, (state, filled)
    connection.close()


def _filled(columns: list[str]) -> list[list[bool]]:
    """Every row that the table's cells stand for."""
    rows: list[list[bool]] = [[]]
    for cell in columns:
        choices = [True, False] if cell == "any" else [cell == "t"]
        rows = [[*row, choice] for row in rows for choice in choices]
    return rows


def test_every_kind_has_a_service() -> None:
    assert SERVICE_OF_KIND.keys() == set(Kind)
    assert sorted(Kind) == list(range(1, len(Kind) + 1)), "stored: never renumbered"
