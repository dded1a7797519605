"""MMS files: what a file is by its bytes, and what each network takes (manual 3.B, 1024 and 1045).

`file_fault` reads headers only. It decodes nothing, so that what it passes can be decoded within known bounds. Of jpg,
bmp and mmf the formats are public; skm and k3g are ISO base media files (ISO 14496-12); of sis no description is
public, so any bytes pass that are none of the others.
"""

import enum
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from samlink.vocabulary.file_types import begins_as, name_of

SIDE_PIXELS_LIMIT: Final = 8192
"""Most pixels of an image's width, and of its height."""
PIXELS_LIMIT: Final = 16_777_216
"""Most pixels of an image: decoded to RGB they take 48 MB."""
SCANNED_PIXELS_LIMIT: Final = 16 * PIXELS_LIMIT
"""Most pixels of a jpg times its scans: each scan goes over all of them again. A photograph has 1 to 12 scans."""
MARKERS_LIMIT: Final = 5000
"""Most markers of a jpg, scans and all else."""
BOXES_LIMIT: Final = 1000
"""Most boxes of a video file, on its outermost level."""

_SOI: Final = b"\xff\xd8"
_SCAN_END: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The first marker that is neither a stuffed byte, nor a restart, nor a fill byte."""
_NO_FILL: Final = re.compile(rb"[^\xff]")
_EOI: Final = 0xD9
_SOS: Final = 0xDA
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length."""
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF markers."""

_BMP_HEADERS: Final = frozenset({12, 40, 52, 56, 64, 108, 124})
_BMP_DEPTHS: Final = frozenset({1, 4, 8, 16, 24, 32})
_BMP_UNPACKED: Final = frozenset({0, 3})
_BMP_NIBBLES: Final = 2
_BMP_PACKED: Final = frozenset({1, _BMP_NIBBLES})
_END_OF_LINE: Final = 0
_END_OF_BITMAP: Final = 1
_DELTA: Final = 2


# -- what a file is
def file_fault(extension: str, content: bytes) -> str | None:
    """What is wrong with a file of that extension (without a dot, any case), as one phrase; None when nothing is."""
    check = _CHECKS.get(extension.lower())
    if check is None:
        return f"no carrier takes files of that extension, only {', '.join(sorted(_CHECKS))}"
    if not begins_as(extension.lower(), content):
        found = name_of(content)
        return f"not {extension.lower()} but {found}" if found else f"not {extension.lower()}"
    return check(content)


def _pixels_fault(width: int, height: int) -> str | None:
    if width <= 0 or height <= 0:
        return f"an image of {width} × {height} pixels"
    if max(width, height) > SIDE_PIXELS_LIMIT or width * height > PIXELS_LIMIT:
        return f"{width} × {height} pixels; at most {SIDE_PIXELS_LIMIT} on a side and {PIXELS_LIMIT} together are taken"
    return None


def _jpg_fault(content: bytes) -> str | None:
    place, pixels, scans = len(_SOI), 0, 0
    for _ in range(MARKERS_LIMIT):
        marker, place = _marker(content, place)
        if marker is None:
            return "the jpg is cut off: it has no end (EOI)" if place >= len(content) else "no jpg after its beginning"
        if marker == _EOI:
            return None if pixels else "the jpg has no frame (SOF)"
        if marker in _ALONE:
            continue
        length = int.from_bytes(content[place : place + 2])
        segment = content[place + 2 : place + length]
        if length < 2 or len(segment) < length - 2:
            return "the jpg is cut off, or one of its lengths is wrong"
        if marker in _FRAMES:
            if fault := _frame_fault(segment):
                return fault
            height, width = struct.unpack_from(">HH", segment, 1)
            pixels = max(pixels, width * height)
        place += length
        if marker == _SOS:
            scans += 1
            end = _SCAN_END.search(content, place)
            place = len(content) if end is None else end.start()
        if pixels * scans > SCANNED_PIXELS_LIMIT:
            return f"a jpg of {pixels} pixels may have {SCANNED_PIXELS_LIMIT // pixels} scans at most"
    return f"the jpg has over {MARKERS_LIMIT} markers"


def _marker(content: bytes, place: int) -> tuple[int | None, int]:
    """The marker at `place` and where its segment begins; None, and the end or the place, when there is none."""
    if place >= len(content) or content[place] != 0xFF:
        return None, place
    after = _NO_FILL.search(content, place)
    place = len(content) if after is None else after.start()
    return (content[place], place + 1) if place < len(content) else (None, place)


def _frame_fault(segment: bytes) -> str | None:
    if len(segment) < 6:
        return "the jpg's frame (SOF) is cut off"
    height, width = struct.unpack_from(">HH", segment, 1)
    return _pixels_fault(width, height)


def _bmp_fault(content: bytes) -> str | None:
    if len(content) < 26:
        return "the bmp is cut off"
    start, header = struct.unpack_from("<II", content, 10)
    if header not in _BMP_HEADERS or len(content) < 14 + header:
        return "the bmp's header is unknown, or cut off"
    if header == 12:
        width, height, _planes, depth = struct.unpack_from("<HHHH", content, 18)
        packing = 0
    else:
        width, height, _planes, depth, packing = struct.unpack_from("<iiHHI", content, 18)
    height = abs(height)
    if depth not in _BMP_DEPTHS or packing not in _BMP_UNPACKED | _BMP_PACKED:
        return "the bmp's pixels are of an unknown kind"
    row_bytes = (width * depth + 31) // 32 * 4
    if fault := _pixels_fault(width, height):
        return fault
    if start < 14 + header or start >= len(content):
        return "the bmp is cut off"
    if packing in _BMP_UNPACKED and len(content) - start < row_bytes * height:
        return "the bmp is cut off"
    return None


def is_packed_bmp(content: bytes) -> bool:
    """Whether a file that `file_fault` has passed is a run-length encoded bmp."""
    return content[:2] == b"BM" and _bmp_packing(content) in _BMP_PACKED


def _bmp_packing(content: bytes) -> int:
    (header,) = struct.unpack_from("<I", content, 14)
    return 0 if header == 12 else int(struct.unpack_from("<I", content, 30)[0])


def packed_bmp_fault(content: bytes) -> str | None:
    """What is wrong with the runs of a packed bmp: they have to come to an end. A step for each two bytes, at most."""
    (place,) = struct.unpack_from("<I", content, 10)
    width, height = (abs(side) for side in struct.unpack_from("<ii", content, 18))
    nibbles = _bmp_packing(content) == _BMP_NIBBLES
    row, column = 0, 0
    while place + 2 <= len(content):
        count, value = content[place], content[place + 1]
        place += 2
        if count:
            column += count
        elif value == _END_OF_LINE:
            row, column = row + 1, 0
        elif value == _END_OF_BITMAP:
            return None
        elif value == _DELTA:
            if place + 2 > len(content):
                break
            row, column = row + content[place + 1], column + content[place]
            place += 2
        else:
            size = (value + 1) // 2 if nibbles else value
            column += value
            place += size + size % 2
        if row >= height or (row == height - 1 and column >= width):
            return None if place <= len(content) + 1 else "the bmp is cut off"
    return "the bmp is cut off"


def _mmf_fault(content: bytes) -> str | None:
    if len(content) < 8:
        return "the mmf is cut off"
    return "the mmf is cut off" if int.from_bytes(content[4:8]) + 8 > len(content) else None


def _video_fault(content: bytes) -> str | None:
    place, boxes = 0, set()
    for _ in range(BOXES_LIMIT):
        if place + 8 > len(content):
            break
        size, kind = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        if size == 1:
            size = int.from_bytes(content[place + 8 : place + 16])
        elif size == 0:
            size = len(content) - place
        if size < 8 or place + size > len(content):
            return "the video is cut off, or one of its lengths is wrong"
        boxes.add(kind)
        place += size
    if place != len(content):
        return "the video is cut off, or has too many boxes"
    return None if b"moov" in boxes else "the video has no description of itself (moov)"


def _sis_fault(_content: bytes) -> str | None:
    return None


_CHECKS: Final[Mapping[str, Callable[[bytes], str | None]]] = MappingProxyType(
    {
        "jpg": _jpg_fault,
        "bmp": _bmp_fault,
        "sis": _sis_fault,
        "mmf": _mmf_fault,
        "skm": _video_fault,
        "k3g": _video_fault,
    }
)

FILE_EXTENSIONS: Final = frozenset(_CHECKS)
"""What carriers take."""


# -- what networks take
class Network(enum.StrEnum):
    """The three networks; the value is TELECOM's."""

    SKT = "01190"
    KTF = "01690"
    LGT = "01990"


class FileLimit(NamedTuple):
    """One line of the manual's table: so many files of these extensions, each of at most so many bytes."""

    extensions: frozenset[str]
    bytes_limit: int
    count_limit: int


class NetworkFile(NamedTuple):
    """What a network asks about a file."""

    extension: str
    """Lower case, without a dot."""
    size: int
    """Bytes."""


def _limit(extensions: str, kilobytes: int, count: int) -> FileLimit:
    return FileLimit(frozenset(extensions.split("/")), kilobytes * 1024, count)


NETWORK_FILE_LIMITS: Final[Mapping[Network, tuple[FileLimit, ...]]] = MappingProxyType(
    {
        Network.SKT: (_limit("jpg/sis", 300, 3), _limit("mmf", 300, 1), _limit("skm", 300, 1)),
        Network.KTF: (_limit("jpg/sis/bmp", 200, 4), _limit("mmf", 100, 1), _limit("k3g", 300, 1)),
        Network.LGT: (_limit("jpg/sis/bmp", 200, 5), _limit("mmf", 100, 1), _limit("k3g", 300, 1)),
    }
)
"""Images, sound and video of each network, as the manual's table has them."""


def network_fault(network: Network, files: Sequence[NetworkFile]) -> str | None:
    """Why the network does not take an MMS with these files, as one phrase; None when it does."""
    for limit in NETWORK_FILE_LIMITS[network]:
        of_kind = [file for file in files if file.extension in limit.extensions]
        names = "/".join(sorted(limit.extensions))
        if len(of_kind) > limit.count_limit:
            return f"{network.name} takes {limit.count_limit} {names}, not {len(of_kind)}"
        if any(file.size > limit.bytes_limit for file in of_kind):
            return f"{network.name} takes {names} of {limit.bytes_limit // 1024} KB"
    known = frozenset().union(*(limit.extensions for limit in NETWORK_FILE_LIMITS[network]))
    unknown = sorted({file.extension for file in files} - known)
    return f"{network.name} takes no {unknown[0]}" if unknown else None
