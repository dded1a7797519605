"""Captures in the forms that tools print; a dump that lost a line, or is none, is refused with its line."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.wire import capture
from samlink.wire.capture import CaptureError, parse_capture
from tests.wire.strategies import BOUNDED
from tests.wire.test_golden import GOLDEN

STREAM = b"".join(raw for _, _, raw in GOLDEN.values())


def shown(byte: int) -> str:
    """A byte in the column of characters."""
    return chr(byte) if 0x20 <= byte < 0x7F else "."


def hexdump(data: bytes) -> str:
    """As `hexdump -C` prints it, with * for lines that are repeated."""
    lines: list[str] = []
    last = b""
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        if row == last:
            if lines[-1] != "*":
                lines.append("*")
            continue
        left = " ".join(f"{byte:02x}" for byte in row[:8])
        right = " ".join(f"{byte:02x}" for byte in row[8:])
        lines.append(f"{start:08x}  {left:<23}  {right:<23}  |{''.join(map(shown, row))}|")
        last = row
    return "\n".join([*lines, f"{len(data):08x}"]) + "\n"


def xxd(data: bytes) -> str:
    """As `xxd` prints it."""
    lines = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        groups = " ".join(row[place : place + 2].hex() for place in range(0, len(row), 2))
        lines.append(f"{start:08x}: {groups:<39}  {''.join(map(shown, row))}")
    return "\n".join(lines)


def tcpdump(data: bytes) -> str:
    """As `tcpdump -X` prints it."""
    return "\n".join(f"\t0x{line[4:8]}:  {line[10:]}" for line in xxd(data).splitlines())


def wireshark(data: bytes) -> str:
    """As Wireshark copies it."""
    lines = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        groups = " ".join(f"{byte:02x}" for byte in row)
        lines.append(f"{start:04x}   {groups:<47}   {''.join(map(shown, row))}")
    return "\n".join(lines)


def od(data: bytes) -> str:
    """As `od -A x -t x1` prints it, without repeats."""
    lines = [f"{start:06x} {data[start : start + 16].hex(' ')}" for start in range(0, len(data), 16)]
    return "\n".join([*lines, f"{len(data):06x}"])


def plain(data: bytes) -> str:
    """As `xxd -p` prints it."""
    text = data.hex()
    return "\n".join(text[start : start + 60] for start in range(0, len(text), 60))


FORMS = [hexdump, xxd, tcpdump, wireshark, od, plain]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_form_of_a_dump_is_read(form: Callable[[bytes], str]) -> None:
    assert parse_capture(form(STREAM)) == STREAM


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_any_bytes_come_back_from_a_dump(form: Callable[[bytes], str]) -> None:
    @BOUNDED
    @given(
        st.one_of(
            st.binary(min_size=1, max_size=100),
            st.lists(st.sampled_from([b"\0" * 16, b"01" * 8, b"\xff"]), min_size=1).map(b"".join),
        )
    )
    def come_back(data: bytes) -> None:
        assert parse_capture(form(data)) == data

    come_back()


@pytest.mark.parametrize(
    "text",
    [
        "01534d",
        "01 53 4d",
        "01:53:4D",
        "0x01 0x53 0x4d",
        "0x01, 0x53, 0x4d,",
        "\\x01\\x53\\x4d",
        "0153 4d",
        "# sent at 10:00\n01 53\n\n4d\n",
        "0000  01 53\n0002  4d",
        "00000000  01 53 4d                                          |.SM|\n00000003\n",
        "0000  01 53\n# the answer\n0000  4d",
    ],
)
def test_hex_is_read_however_it_is_written(text: str) -> None:
    assert parse_capture(text) == b"\x01SM"
    assert parse_capture(text.encode()) == b"\x01SM"


def test_bytes_that_are_no_text_are_the_capture() -> None:
    assert parse_capture(STREAM) == STREAM
    assert parse_capture(b"\x01") == b"\x01"
    assert parse_capture(b"") == b""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hello", "line 1: 'h' is not a digit of hex"),
        ("01 53\n0g", "line 2: 'g' is not a digit of hex"),
        ("015", "line 1: half a byte: the number of hex digits is odd"),
        ("*", "line 1: a * without a line before it"),
        ("00000000  01 53\n00000010  4d 41", "line 2: offset 10, but 2 bytes (hex) came before it"),
        ("00000000  01 53\n*\n00000001  4d", "line 3: offset 1 does not end the lines that * stands for"),
        ("00000000  01 53\n*\n00000005  4d", "line 3: offset 5 does not end the lines that * stands for"),
        ("00000000  01 53\n*\n", "the dump ends in a *, without the offset where it ends"),
        ("00000000  01 53\n*\nfffffffffffe  4d", "line 3: the capture is longer than 67108864 bytes"),
        ("\u0660\u0661", "line 1: '\u0660' is not a digit of hex"),
    ],
)
def test_what_is_no_dump_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(CaptureError) as caught:
        parse_capture(text)
    assert str(caught.value) == problem


def test_a_capture_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "CAPTURE_LIMIT_BYTES", 3)
    assert parse_capture("01 02 03") == b"\x01\x02\x03"
    with pytest.raises(CaptureError, match="longer than 3 bytes"):
        parse_capture("01 02 03 04")


@BOUNDED
@given(st.one_of(st.text(max_size=100), st.text("0123456789abcdefx:*| \n", max_size=100), st.binary(max_size=60)))
def test_any_text_is_bytes_or_one_error(text: str | bytes) -> None:
    try:
        assert isinstance(parse_capture(text), bytes)
    except CaptureError:
        return


@pytest.mark.parametrize(
    "said",
    [
        "17:14:37.123456 IP 127.0.0.1.54321 > 127.0.0.1.33300: Flags [P.], seq 1:118, ack 1, win 512, length 117",
        "2025-01-31 17:14:37.123456 lo In IP 127.0.0.1.54321 > 127.0.0.1.33300: Flags [P.], length 117",
        (
            "17:14:37.123456 IP (tos 0x0, ttl 64, id 1, proto TCP (6), length 169)\n"
            "    127.0.0.1.54321 > 127.0.0.1.33300: Flags [P.], cksum 0xfe93, seq 1:118, ack 1, length 117"
        ),
    ],
)
def test_what_tcpdump_says_of_a_packet_is_passed_over(said: str) -> None:
    first, second = bytes(range(40)), bytes(range(100, 150))
    assert parse_capture(f"{said}\n{tcpdump(first)}\n{said}\n{tcpdump(second)}\n") == first + second


@pytest.mark.parametrize("form", [hexdump, xxd, tcpdump, wireshark], ids=lambda form: form.__name__)
@pytest.mark.parametrize("characters", [b"|" * 16, b"  |30|1|  |     ", b"ab |" * 4, b"|a"])
def test_bars_and_gaps_among_the_characters_are_no_columns(form: Callable[[bytes], str], characters: bytes) -> None:
    """RESP_MESG of a login answer is `30|1|…`."""
    assert parse_capture(form(characters + b"\x01\x02" + characters)) == characters + b"\x01\x02" + characters
