"""Files of an MMS by their first bytes (manual 3.B, 1024 and 1045): what customers' programs and gateways both check.

skm and k3g begin alike, as ISO base media files (ISO 14496-12); of sis no description is public, so it is whatever is
none of the others.
"""

from typing import Final

EXTENSIONS: Final = frozenset({"jpg", "bmp", "sis", "mmf", "skm", "k3g"})
"""What carriers take: lower case, without a dot."""
FIRST_BYTES: Final = 8
"""So many bytes tell one from the other."""

_OTHERS: Final = (
    (b"\x89PNG", "png"),
    (b"GIF8", "gif"),
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"RIFF", "webp or wav"),
)
"""Files that no carrier takes and people send, by their first bytes."""
_BEGINNINGS: Final = ((b"\xff\xd8", "jpg"), (b"BM", "bmp"), (b"MMMD", "mmf"))
_FIRST_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"})


def extension_of(content: bytes) -> str:
    """What the first bytes say it is: `jpg`, `bmp`, `mmf`, `skm` (k3g begins alike), `sis` for anything else, and
    nothing for nothing."""
    if not content:
        return ""
    for beginning, extension in _BEGINNINGS:
        if content.startswith(beginning):
            return extension
    return "skm" if content[4:8] in _FIRST_BOXES else "sis"


def told_extension(content: bytes) -> str:
    """What the first bytes tell by themselves: `jpg`, `bmp`, `mmf` or `skm`; empty where they tell nothing."""
    found = extension_of(content)
    return "" if found == "sis" else found


def name_of(content: bytes) -> str:
    """What a person calls a file that begins so; empty where that cannot be told, as it never can of a sis."""
    for beginning, name in _OTHERS:
        if content.startswith(beginning):
            return name
    found = extension_of(content)
    return "" if found == "sis" else found


def begins_as(extension: str, content: bytes) -> bool:
    """Whether a file begins as one of that extension (lower case, without a dot) does."""
    found = extension_of(content)
    return found == extension or (found == "skm" and extension == "k3g")
