"""The frame and its buffer: found by LENGTH alone, in pieces of any size, bounded, and never with another exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.vocabulary.responses import ResponseCode
from samlink.wire.errors import LocalProtocolError, RemoteProtocolError
from samlink.wire.frame import HEADER_SIZE, Frame, FrameBuffer, encode_frame, fit_message
from tests.wire.strategies import BOUNDED

HEADER = b"\x01SAM11 1020 %-8s     " + b" " * 50 + b"\x02"
"""A request's header by hand; LENGTH is to be filled in."""


def by_hand(length: bytes, body: bytes) -> bytes:
    """A request with any LENGTH."""
    return HEADER % length + body + b"\x03"


def frames_of(data: bytes, piece: int, limit: int = 1000, skip_limit: int = 0) -> list[Frame]:
    """What a buffer finds in `data`, fed `piece` bytes at a time."""
    buffer = FrameBuffer(limit, skip_limit)
    found: list[Frame] = []
    for start in range(0, len(data), piece):
        buffer.feed(data[start : start + piece])
        while (frame := buffer.next_frame()) is not None:
            found.append(frame)
    assert not buffer.in_frame
    return found


def test_a_header_takes_76_bytes_and_the_end_one() -> None:
    assert len(HEADER % b"0") == HEADER_SIZE == 76
    assert encode_frame(Frame("SAM11", "1020", body=b"0   ")) == by_hand(b"4", b"0   ")


def test_a_body_of_frame_marks_is_delimited_by_length_alone() -> None:
    body = b"\x01\x02\x03" * 100
    (frame,) = frames_of(by_hand(b"300", body), 7)
    assert frame.body == body


@BOUNDED
@given(st.lists(st.binary(max_size=120), min_size=1, max_size=4), st.integers(1, 300))
def test_frames_come_out_the_same_however_they_are_split(bodies: list[bytes], piece: int) -> None:
    stream = b"".join(by_hand(b"%d" % len(body), body) for body in bodies)
    assert [frame.body for frame in frames_of(stream, piece)] == bodies


def test_a_frame_may_be_split_at_every_byte() -> None:
    stream = by_hand(b"5", b"12345") * 2
    for cut in range(len(stream) + 1):
        buffer = FrameBuffer(10)
        found = []
        for piece in (stream[:cut], stream[cut:]):
            buffer.feed(piece)
            while (frame := buffer.next_frame()) is not None:
                found.append(frame)
        assert [frame.body for frame in found] == [b"12345", b"12345"]


@pytest.mark.parametrize(
    "length", [b"5", b"00000005", b"5\0\0\0\0\0\0\0", b"    5", b"\0\0 5 \0", b"0005    "], ids=repr
)
def test_length_may_be_padded_either_way_on_either_side(length: bytes) -> None:
    (frame,) = frames_of(by_hand(length, b"12345"), 1000)
    assert frame.body == b"12345"


@pytest.mark.parametrize(
    "length", [b"", b"\0" * 8, b"-5", b"+5", b"5.0", b"5 5", b"0x5", b"5\0 5", b"1_0", b"\xb2", b"1e1"]
)
def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    buffer = FrameBuffer(1000)
    buffer.feed(by_hand(length, b"12345"))
    with pytest.raises(RemoteProtocolError, match="LENGTH is not a number") as caught:
        buffer.next_frame()
    assert caught.value.response is ResponseCode.BAD_LENGTH


@pytest.mark.parametrize(
    ("stream", "response", "detail"),
    [
        (b"junk", ResponseCode.BAD_FRAME, "frame does not start with SOH"),
        (b"\x01" + b" " * 75, ResponseCode.BAD_FRAME, "no STX"),
        (HEADER % b"2" + b"0000" + b"\x03", ResponseCode.BAD_FRAME, "no ETX"),
        (HEADER % b"11", ResponseCode.BAD_LENGTH, "LENGTH 11 is over the limit of 10"),
        (HEADER % b"99999999", ResponseCode.BAD_LENGTH, "LENGTH 99999999 is over the limit of 10"),
    ],
)
def test_a_stream_that_is_no_frames_is_given_up(stream: bytes, response: ResponseCode, detail: str) -> None:
    for piece in (1, len(stream)):
        with pytest.raises(RemoteProtocolError) as caught:
            frames_of(stream, piece, limit=10)
        assert caught.value.response is response
        assert detail in caught.value.detail


def test_junk_is_known_at_its_first_byte() -> None:
    buffer = FrameBuffer(10)
    buffer.feed(b"\x02")
    with pytest.raises(RemoteProtocolError):
        buffer.next_frame()


@pytest.mark.parametrize("piece", [1, 3, 76, 80, 10_000])
def test_a_body_over_the_limit_is_passed_over_and_the_next_frame_read(piece: int) -> None:
    stream = by_hand(b"500", b"31  " + b"x" * 496) + by_hand(b"4", b"0   ")
    long, short = frames_of(stream, piece, limit=10, skip_limit=1000)
    assert (long.skipped, long.body) == (500, b"31  ")
    assert (short.skipped, short.body) == (0, b"0   ")


def test_a_body_that_is_passed_over_is_not_kept() -> None:
    buffer = FrameBuffer(10, 1_000_000)
    buffer.feed(HEADER % b"1000000")
    for _ in range(1000):
        buffer.feed(b"x" * 1000)
        assert len(buffer) <= HEADER_SIZE + 1000
        assert buffer.next_frame() is None
        assert len(buffer) == 0
        assert buffer.in_frame
    buffer.feed(b"\x03")
    frame = buffer.next_frame()
    assert frame is not None
    assert frame.skipped == 1_000_000


def test_a_body_that_is_passed_over_must_end_in_etx_too() -> None:
    buffer = FrameBuffer(10, 1000)
    buffer.feed(HEADER % b"20" + b"x" * 21)
    with pytest.raises(RemoteProtocolError, match="no ETX"):
        buffer.next_frame()


@BOUNDED
@given(st.lists(st.binary(max_size=200), max_size=10), st.integers(0, 100), st.integers(0, 200))
def test_any_bytes_give_frames_or_one_error(pieces: list[bytes], limit: int, skip_limit: int) -> None:
    buffer = FrameBuffer(limit, skip_limit)
    try:
        for piece in pieces:
            buffer.feed(piece)
            while buffer.next_frame() is not None:
                pass
            assert len(buffer) <= HEADER_SIZE + limit
    except RemoteProtocolError:
        return


@BOUNDED
@given(st.integers(0, 80), st.integers(0, 255))
def test_junk_at_every_byte_of_a_frame_gives_a_frame_or_one_error(place: int, junk: int) -> None:
    stream = bytearray(by_hand(b"4", b"0   "))
    stream[place] = junk
    buffer = FrameBuffer(100, 200)
    buffer.feed(stream)
    try:
        frame = buffer.next_frame()
    except RemoteProtocolError:
        return
    assert frame is None or str(frame).isprintable()


def test_what_a_client_puts_into_response_fields_is_read_as_text() -> None:
    raw = b"\x01SAM10 1010 0       30020" + b"Messenger\0garbage\x07".ljust(50) + b"\x02\x03"
    (frame,) = frames_of(raw, 1)
    assert (frame.response, frame.message) == ("30020", "Messenger")


def test_half_a_character_in_the_header_does_no_harm() -> None:
    raw = b"\x01SAM10 \xb0\xa1\xb0\xb0\xb00       00000" + b"\xb0" * 49 + b" \x02\x03"
    (frame,) = frames_of(raw, 1)
    assert str(frame).isprintable()


@pytest.mark.parametrize(("padding", "nul_padded"), [(b" ", False), (b"\0", True)], ids=["spaces", "NULs"])
def test_the_padding_is_seen_in_the_response_message(padding: bytes, nul_padded: bool) -> None:
    (frame,) = frames_of(encode_frame(Frame("SAM10", "1010", message="Protocol"), padding), 1000)
    assert frame.nul_padded is nul_padded


def test_a_text_with_its_nul_in_spaces_is_padded_with_spaces() -> None:
    raw = b"\x01SAM10\x001010\x000\0      \0    " + b"Protocol\0".ljust(50) + b"\x02\x03"
    (frame,) = frames_of(raw, 1000)
    assert (frame.version, frame.command, frame.message) == ("SAM10", "1010", "Protocol")
    assert not frame.nul_padded


def test_a_response_message_never_ends_inside_a_character() -> None:
    assert fit_message("a" + "가" * 30) == b"a" + "가".encode("cp949") * 24
    assert fit_message("가" * 30) == "가".encode("cp949") * 25


@BOUNDED
@given(st.text(max_size=80))
def test_any_text_fits_the_response_message_without_controls(text: str) -> None:
    raw = fit_message(text)
    assert len(raw) <= 50
    assert not set(raw) & {*range(0x20), 0x7F}
    raw.decode("cp949")


@pytest.mark.parametrize(
    "frame",
    [Frame("SAM1100", "1020"), Frame("SAM11", "102000"), Frame("SAM11", "1020", response="000000")],
    ids=["VERSION", "COMMAND", "RESP_CODE"],
)
def test_a_header_field_that_does_not_fit_is_ours_to_mend(frame: Frame) -> None:
    with pytest.raises(LocalProtocolError, match="at most"):
        encode_frame(frame)


def test_a_frame_is_shown_in_one_line() -> None:
    assert str(Frame("SAM11", "1021", "00000", "OK", b"0   ")) == "SAM11 1021 00000 OK, 4 bytes"
    assert str(Frame("SAM11", "1020", body=b"0   ")) == "SAM11 1020, 4 bytes"
    assert str(Frame("SAM11", "1021", "12001", "bad\nframe")) == "SAM11 1021 12001 bad frame, 0 bytes"


@pytest.mark.parametrize("gap", [b"\n", b"\r\n", b"\0", b" ", b"\0" * 16, b" \r\n\0" * 4])
def test_what_stands_between_frames_and_means_nothing_is_passed_over(gap: bytes) -> None:
    one = encode_frame(Frame("SAM11", "1026", "00000", "OK"))
    for size in (1, 7, 1000):
        buffer = FrameBuffer(100)
        found = []
        stream = gap + one + gap + one + gap
        for start in range(0, len(stream), size):
            buffer.feed(stream[start : start + size])
            while (frame := buffer.next_frame()) is not None:
                found.append(frame.command)
        assert found == ["1026", "1026"]
        assert not buffer.in_frame


def read_all(stream: bytes, size: int) -> None:
    """Feed a stream in pieces and look for frames after each."""
    buffer = FrameBuffer(100)
    for start in range(0, len(stream), size):
        buffer.feed(stream[start : start + size])
        buffer.next_frame()


@pytest.mark.parametrize("gap", [b"\0" * 17, b"\n" * 1000, b"\t", b"\x02", b"\n."])
@pytest.mark.parametrize("size", [1, 1000])
def test_what_is_more_than_a_gap_is_no_frame(gap: bytes, size: int) -> None:
    with pytest.raises(RemoteProtocolError, match="does not start with SOH"):
        read_all(gap + encode_frame(Frame("SAM11", "1026", "00000", "OK")), size)
