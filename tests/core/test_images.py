"""MMS files: what a file is by its bytes, and what each network takes."""

import io
import re
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from samlink.core.images import (
    FILE_EXTENSIONS,
    NETWORK_FILE_LIMITS,
    PIXELS_LIMIT,
    SIDE_PIXELS_LIMIT,
    Network,
    NetworkFile,
    file_fault,
    is_packed_bmp,
    network_fault,
    packed_bmp_fault,
)
from samlink.vocabulary.file_types import EXTENSIONS, extension_of

KB = 1024


def image(kind: str, mode: str = "RGB", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    made = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(made, kind, **options)
    return made.getvalue()


def frame(width: int, height: int) -> bytes:
    """The least that is a jpg by its headers."""
    sof = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xc0" + sof + b"\xff\xda\x00\x02ab\xff\x00cd\xff\xd9"


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


VIDEO = box(b"ftyp", b"skm2\0\0\0\0") + box(b"moov", b"x" * 40) + box(b"mdat", b"y" * 100)
SOUND = b"MMMD" + struct.pack(">I", 20) + b"z" * 20
JPG = image("JPEG")

GOOD = [
    ("jpg", JPG),
    ("JPG", image("JPEG", "L", progressive=True)),
    ("Jpg", image("JPEG", "CMYK", optimize=True)),
    ("jpg", JPG + b"\0after the end"),
    ("jpg", frame(4, 3)),
    ("bmp", image("BMP")),
    ("bmp", image("BMP", "1")),
    ("bmp", image("BMP", "P")),
    ("mmf", SOUND),
    ("skm", VIDEO),
    ("k3g", VIDEO),
    ("k3g", box(b"moov") + struct.pack(">I", 0) + b"mdat to the end"),
    ("skm", box(b"moov") + struct.pack(">I4sQ", 1, b"mdat", 24) + b"12345678"),
    ("sis", b"anything at all"),
]

FAULTY = [
    ("jpg", b"", "not jpg"),
    ("jpg", b"GIF89a", "not jpg but gif"),
    ("jpg", b"\x89PNG\r\n\x1a\n", "not jpg but png"),
    ("jpg", b"plain text", "not jpg"),
    ("jpg", image("BMP"), "not jpg but bmp"),
    ("bmp", JPG, "not bmp but jpg"),
    ("sis", JPG, "not sis but jpg"),
    ("mmf", VIDEO, "not mmf but skm"),
    ("skm", SOUND, "not skm but mmf"),
    ("gif", b"GIF89a", "only bmp, jpg, k3g, mmf, sis, skm"),
    ("", b"x", "no carrier takes"),
    ("jpg", JPG[:-2], "no end"),
    ("jpg", JPG[: len(JPG) // 2], "no end"),
    ("jpg", JPG[:100], "cut off"),
    ("jpg", b"\xff\xd8", "no end"),
    ("jpg", b"\xff\xd8\xff\xd9", "no frame"),
    ("jpg", b"\xff\xd8text", "no jpg after its beginning"),
    ("jpg", b"\xff\xd8\xff\xc0\x00\x04ab\xff\xd9", "frame.*cut off"),
    ("jpg", b"\xff\xd8\xff\xe0\x00\x01", "lengths is wrong"),
    ("jpg", frame(0, 3), "0 × 3 pixels"),
    ("jpg", frame(SIDE_PIXELS_LIMIT + 1, 1), "at most"),
    ("jpg", frame(SIDE_PIXELS_LIMIT, PIXELS_LIMIT // SIDE_PIXELS_LIMIT + 1), "at most"),
    ("bmp", b"BM", "cut off"),
    ("bmp", image("BMP")[:-1], "cut off"),
    ("bmp", image("BMP")[:40], "header"),
    ("bmp", image("BMP")[:28] + b"\x05" + image("BMP")[29:], "unknown kind"),
    ("bmp", b"BM" + bytes(8) + struct.pack("<IIiiHHI", 54, 40, 60_000, 1, 1, 24, 0) + bytes(40), "at most"),
    ("bmp", b"BM" + bytes(8) + struct.pack("<IIiiHHI", 54, 40, -60, 1, 1, 24, 0) + bytes(40), "-60 × 1"),
    ("bmp", b"BM" + bytes(8) + struct.pack("<IIiiHHI", 9, 40, 1, 1, 1, 24, 0) + bytes(40), "cut off"),
    ("mmf", SOUND[:-1], "cut off"),
    ("mmf", b"MMMD", "cut off"),
    ("skm", VIDEO[:-1], "cut off"),
    ("skm", VIDEO + b"x", "cut off"),
    ("skm", box(b"ftyp", b"skm2") + box(b"mdat"), "no description"),
    ("k3g", struct.pack(">I", 2) + b"moov", "lengths is wrong"),
    ("k3g", box(b"free") * 2000, "too many boxes"),
]


@pytest.mark.parametrize(("extension", "content"), GOOD)
def test_files_that_are_what_they_say(extension: str, content: bytes) -> None:
    assert file_fault(extension, content) is None


@pytest.mark.parametrize(("extension", "content", "words"), FAULTY)
def test_files_that_are_not(extension: str, content: bytes, words: str) -> None:
    fault = file_fault(extension, content)
    assert fault is not None
    assert re.search(words, fault)


def test_a_bmp_may_stand_from_top_to_bottom() -> None:
    content = bytearray(image("BMP"))
    struct.pack_into("<i", content, 22, -40)
    assert file_fault("bmp", bytes(content)) is None


@given(st.sampled_from(sorted(FILE_EXTENSIONS)), st.binary(max_size=200))
def test_any_bytes_are_judged(extension: str, content: bytes) -> None:
    file_fault(extension, content)
    assert extension_of(content) in {"", *FILE_EXTENSIONS}
    assert EXTENSIONS == FILE_EXTENSIONS


@given(st.sampled_from(GOOD), st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_any_damage_is_judged(good: tuple[str, bytes], place: int, damage: bytes) -> None:
    extension, content = good
    place %= len(content)
    file_fault(extension, content[:place] + damage + content[place + len(damage) :])


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xda\x00\x02" + b"\xff\x00" * 150_000,
        b"\xff" * 300_000,
        b"\xff\x01" * 150_000,
        b"\xff\xe0\x00\x02" * 75_000,
        b"\xff\xda\x00\x02" * 75_000,
    ],
)
def test_no_file_takes_long(content: bytes) -> None:
    began = time.process_time()
    assert file_fault("jpg", b"\xff\xd8" + content) is not None
    assert time.process_time() - began < 1


def test_the_table_is_the_manuals() -> None:
    shown = {
        network.name: [
            ("/".join(sorted(limit.extensions)), limit.bytes_limit // KB, limit.count_limit) for limit in limits
        ]
        for network, limits in NETWORK_FILE_LIMITS.items()
    }
    assert shown == {
        "SKT": [("jpg/sis", 300, 3), ("mmf", 300, 1), ("skm", 300, 1)],
        "KTF": [("bmp/jpg/sis", 200, 4), ("mmf", 100, 1), ("k3g", 300, 1)],
        "LGT": [("bmp/jpg/sis", 200, 5), ("mmf", 100, 1), ("k3g", 300, 1)],
    }


@pytest.mark.parametrize(
    ("network", "files"),
    [
        (Network.SKT, []),
        (Network.SKT, [("jpg", 300 * KB)] * 3 + [("mmf", 300 * KB), ("skm", 300 * KB)]),
        (Network.KTF, [("bmp", 200 * KB)] * 2 + [("jpg", 1)] * 2 + [("mmf", 100 * KB)]),
        (Network.LGT, [("sis", 200 * KB)] * 5 + [("k3g", 300 * KB)]),
    ],
)
def test_files_that_a_network_takes(network: Network, files: list[tuple[str, int]]) -> None:
    assert network_fault(network, [NetworkFile(*file) for file in files]) is None


@pytest.mark.parametrize(
    ("network", "files", "fault"),
    [
        (Network.SKT, [("jpg", 1)] * 4, "SKT takes 3 jpg/sis, not 4"),
        (Network.SKT, [("jpg", 300 * KB + 1)], "SKT takes jpg/sis of 300 KB"),
        (Network.SKT, [("bmp", 1)], "SKT takes no bmp"),
        (Network.KTF, [("jpg", 1), ("jpg", 200 * KB + 1)], "KTF takes bmp/jpg/sis of 200 KB"),
        (Network.KTF, [("skm", 1)], "KTF takes no skm"),
        (Network.LGT, [("mmf", 1)] * 2, "LGT takes 1 mmf, not 2"),
        (Network.LGT, [("mmf", 100 * KB + 1)], "LGT takes mmf of 100 KB"),
    ],
)
def test_files_that_it_does_not(network: Network, files: list[tuple[str, int]], fault: str) -> None:
    assert network_fault(network, [NetworkFile(*file) for file in files]) == fault


def packed_bmp(runs: bytes, *, packing: int = 1) -> bytes:
    """A run-length encoded bmp of 2 × 2 pixels: 8 bits each (packing 1), or 4 (packing 2)."""
    depth = 8 if packing == 1 else 4
    header = struct.pack("<IiiHHIIiiII", 40, 2, 2, 1, depth, packing, len(runs), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(runs), 0, 0, 54) + header + runs


@pytest.mark.parametrize(
    ("runs", "whole"),
    [
        (b"\2\5\0\0\2\5\0\1", True),  # two rows, the end of a line, the end of the picture
        (b"\0\1", True),
        (b"\0\2\0\1\2\5", True),  # a jump by one row, which is filled
        (b"\0\3\5\5\5\0\0\0\2\5", True),  # three single pixels, padded to an even length
        (b"\2\5\0\0", False),
        (b"\0\2\0", False),
        (b"\0\4\5\5", False),
        (b"", False),
    ],
)
def test_the_runs_of_a_packed_bmp_come_to_an_end(runs: bytes, whole: bool) -> None:
    content = packed_bmp(runs)
    assert (packed_bmp_fault(content) is None) is whole
    if runs:
        assert file_fault("bmp", content) is None
        assert is_packed_bmp(content)


def test_single_pixels_of_half_a_byte_are_two_in_one() -> None:
    assert packed_bmp_fault(packed_bmp(b"\0\3\x12\x30\0\0\2\5", packing=2)) is None
    assert packed_bmp_fault(packed_bmp(b"\0\3\x12\x30\0\0\2", packing=2)) is not None
