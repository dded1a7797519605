"""Keys of rows: within 20 bytes, and never the same for two rows."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from samlink.agent.tables.rows import group_id, message_id
from samlink.vocabulary.sizes import KEY_BYTES
from samlink.vocabulary.times import KST


@given(st.datetimes(), st.binary(min_size=5, max_size=5))
def test_a_group_id_has_20_bytes(now: datetime, random: bytes) -> None:
    made = group_id(now, random)
    assert len(made) == KEY_BYTES
    assert made.isascii()
    assert made.isalnum()


def test_a_group_id_begins_with_its_second() -> None:
    assert group_id(datetime(2026, 11, 23, 9, 8, 7, tzinfo=KST), bytes(5)) == "261123090807AAAAAAAA"


def test_the_id_of_a_row_is_its_key() -> None:
    assert message_id("18446744073709551615") == "18446744073709551615"


@given(st.text(min_size=1, max_size=64))
def test_any_id_gives_a_key_that_the_wire_carries(row_id: str) -> None:
    made = message_id(row_id)
    assert 1 <= len(made) <= KEY_BYTES
    assert made.isascii()
    assert made.isalnum()


def test_ids_that_differ_in_case_only_have_keys_of_their_own() -> None:
    assert len({message_id(row_id).upper() for row_id in ("a1", "A1", "a1 ", "가")}) == 4
