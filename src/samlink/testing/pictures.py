"""Small pictures that are what they say, of any wanted size."""

import functools
from io import BytesIO
from typing import Final

from PIL import Image

_COMMENT: Final = b"\xff\xfe"
_COMMENT_LIMIT: Final = 65_533
"""Bytes that one comment segment can hold."""


def jpeg(comment: bytes = b"", *, size: int = 0) -> bytes:
    """A jpg of 8 × 8 pixels that carries `comment`, filled up to `size` bytes if that is more. Raises ValueError:
    `size` is so near to what it has already that no comment fits between."""
    head, tail = _plain()
    made = head + _comments(comment) + tail
    missing = size - len(made)
    if missing <= 0:
        return made
    whole, rest = divmod(missing, _COMMENT_LIMIT + 4)
    if 0 < rest < 4:
        raise ValueError(f"a jpg of {size} bytes cannot be made from one of {len(made)}")
    filling = _comment(bytes(_COMMENT_LIMIT)) * whole + (_comment(bytes(rest - 4)) if rest else b"")
    return head + _comments(comment) + filling + tail


def _comments(text: bytes) -> bytes:
    return b"".join(_comment(text[start : start + _COMMENT_LIMIT]) for start in range(0, len(text), _COMMENT_LIMIT))


def _comment(text: bytes) -> bytes:
    return _COMMENT + (len(text) + 2).to_bytes(2) + text


@functools.cache
def _plain() -> tuple[bytes, bytes]:
    """The picture, cut after its first two bytes (SOI)."""
    file = BytesIO()
    Image.new("RGB", (8, 8), (0, 120, 200)).save(file, "JPEG")
    made = file.getvalue()
    return made[:2], made[2:]
