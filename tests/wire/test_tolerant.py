"""Whatever stands in a gateway's bodies: nothing raises, no text holds half a surrogate, keys go back as they came."""

import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.wire import commands
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import KeyRecord, ResultRecord
from samlink.wire.text import name_bytes, name_text
from samlink.wire.tolerant import read_file_name, read_keys, read_login_answer, read_results
from tests.wire.sessions.pair import RESULT

ROW = 82
good = encode_body(Packet(commands.RESULTS, records=[RESULT] * 3))
bodies = st.one_of(
    st.binary(max_size=400),
    st.builds(
        lambda count, rest: count + rest, st.sampled_from([b"1   ", b"2   ", b"    ", b"9999"]), st.binary(max_size=400)
    ),
    st.builds(
        lambda place, piece, size: good[:place] + piece + good[place + size :],
        st.integers(0, len(good)),
        st.binary(max_size=5),
        st.integers(0, 5),
    ),
)


def texts_of(record: object) -> Iterator[str]:
    """The texts of a record."""
    for name in record.__struct_fields__:  # type: ignore[attr-defined]
        if isinstance(value := getattr(record, name), str):
            yield value


@given(body=bodies, padding=st.sampled_from([b" ", b"\0"]))
def test_any_body_is_read_and_every_text_can_be_written(body: bytes, padding: bytes) -> None:
    read = [*read_results(body, padding), *read_keys(body), read_login_answer(body)]
    for text in (text for record in read for text in texts_of(record)):
        text.encode()
        assert "\0" not in text
    read_file_name(body).encode()


@given(
    keys=st.lists(st.binary(min_size=40, max_size=40), min_size=1, max_size=5), padding=st.sampled_from([b" ", b"\0"])
)
def test_a_key_goes_back_in_the_bytes_in_which_it_came(keys: list[bytes], padding: bytes) -> None:
    rest = encode_body(Packet(commands.RESULTS, records=[RESULT]))[44:]
    body = b"%-4d" % len(keys) + b"".join(key + rest for key in keys)
    records = read_results(body, padding)
    written = encode_body(Packet(commands.RESULTS_TAKEN, records=[record.key for record in records]), padding)
    assert [struct.unpack_from("40s", written, start)[0] for start in range(4, len(written), 40)] == keys


@given(raw=st.binary(min_size=1, max_size=128))
def test_the_name_of_a_file_is_a_text_that_makes_the_same_bytes(raw: bytes) -> None:
    text = name_text(raw)
    text.encode()
    assert text.isprintable()
    assert name_bytes(text, "FILE_NAME1") == raw


@given(
    codes=st.lists(
        st.one_of(st.integers(0, 999).map(lambda n: b"%-3d" % n), st.binary(min_size=3, max_size=3)),
        min_size=1,
        max_size=6,
    ),
    width=st.integers(0, 40),
)
def test_no_record_stops_its_neighbours(codes: list[bytes], width: int) -> None:
    records = [ResultRecord("G", f"M{number}", "01012345678", 0, 6, "SKT") for number in range(len(codes))]
    rows = encode_body(Packet(commands.RESULTS, records=records))[4:]
    pieces = [rows[start : start + ROW] for start in range(0, len(rows), ROW)]
    body = b"%-4d" % len(codes) + b"".join(
        piece[:72] + code + piece[75:] + b"x" * width for piece, code in zip(pieces, codes, strict=True)
    )
    assert [record.message_id for record in read_results(body, b" ")] == [record.message_id for record in records]


@pytest.mark.parametrize("count", [0, 1, 100])
def test_exact_results_are_read_as_the_tables_have_them(count: int) -> None:
    body = encode_body(Packet(commands.RESULTS, records=[RESULT] * count))
    assert list(read_results(body, b" ")) == [RESULT] * count
    assert all(record.key == KeyRecord(RESULT.group_id, RESULT.message_id) for record in read_results(body, b" "))
