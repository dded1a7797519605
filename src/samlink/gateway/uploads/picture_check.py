"""Decodes pictures in a process of its own, which may use so much time and memory and no more.

Run by its path, it reads from stdin, for each picture, its extension, its length and its bytes, and writes to stdout
what is wrong with it: one byte of length and so many of UTF-8, of length 0 if nothing is. It ends at the end of stdin.
A picture that takes too long ends it by SIGXCPU, so it never outlives its parent for long.
"""

import os
import resource
import signal
import struct
import sys
import time
from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError

from samlink.core.images import is_packed_bmp, packed_bmp_fault

REQUEST: Final = struct.Struct(">3sxI")
"""Extension and bytes of the picture."""
CPU_SECONDS: Final = 1
"""For one picture; the system counts whole seconds, so it may be one more."""
MEMORY_BYTES: Final = 640 << 20
"""Address space: the interpreter, Pillow, and twice what the largest picture takes."""
NICENESS: Final = 5
FORMATS: Final = ("JPEG", "BMP")
"""Pillow's names of what is decoded: no other of its readers sees a customer's bytes."""
ANSWER_BYTES_LIMIT: Final = 255


def picture_fault(extension: str, content: bytes) -> str:
    """What is wrong with a picture, as one phrase; empty when nothing is."""
    if is_packed_bmp(content):
        return packed_bmp_fault(content) or ""  # Pillow does those in Python, pixel by pixel
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            image.load()
    except MemoryError:
        return f"the {extension} takes too much memory"
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        return f"the {extension} cannot be decoded"
    return ""


def _limit() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    _lower(resource.RLIMIT_AS, MEMORY_BYTES)
    for nothing in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        _lower(nothing, 0)


def _lower(what: int, limit: int) -> None:
    """Set a soft limit, below the hard one that the gateway was started with."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _allow_one_picture() -> None:
    _lower(resource.RLIMIT_CPU, int(time.process_time()) + 1 + CPU_SECONDS)


def main() -> None:
    """Serve stdin until its end."""
    _limit()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    Image.preinit()
    while len(head := source.read(REQUEST.size)) == REQUEST.size:
        extension, size = REQUEST.unpack(head)
        content = source.read(size)
        if len(content) < size:
            return
        _allow_one_picture()
        said = picture_fault(extension.decode("ascii"), content).encode()[:ANSWER_BYTES_LIMIT]
        sink.write(bytes([len(said)]) + said)
        sink.flush()


if __name__ == "__main__":
    main()
