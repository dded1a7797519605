"""Whether SQLite's write-ahead log has lost commits: whole frames behind a damaged one.

SQLite reads the log up to the first frame whose checksum is wrong, takes what follows for the remains of a crash, and
overwrites it, without a word. A crash leaves the last transaction torn, and nothing behind it. So a frame that is whole
and stands behind a later commit says that a commit which was on the disk is gone.
"""

import struct
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

_HEADER: Final = struct.Struct(">8I")
_FRAME: Final = struct.Struct(">6I")
_INDEX_FRAMES_AT: Final = 16
"""Where the shared memory says how many frames are good (SQLite's WalIndexHdr.mxFrame, in this machine's order)."""
_MAGIC: Final = 0x377F0682
"""Of little-endian checksums; one more for big-endian ones."""


class _Log(NamedTuple):
    file: BinaryIO
    page_size: int
    salts: tuple[int, int]
    order: str
    """Of the words that are summed, for `struct`."""

    def frame(self, number: int) -> tuple[tuple[int, ...], bytes]:
        """Header and page of a frame, from 1; empty at the end, and where a frame ends early."""
        self.file.seek(_HEADER.size + (number - 1) * (_FRAME.size + self.page_size))
        # One read: a writer who appends meanwhile could give the page to a head that was cut short.
        frame = self.file.read(_FRAME.size + self.page_size)
        if len(frame) < _FRAME.size + self.page_size:
            return (), b""
        return _FRAME.unpack_from(frame), frame[_FRAME.size :]

    def is_whole(self, number: int) -> bool:
        """Whether the frame agrees with its own checksum, which goes on from the one stored before it."""
        before, _ = self.frame(number - 1) if number > 1 else ((), b"")
        head, page = self.frame(number)
        return bool(before) and self._sum(before[4:6], _FRAME.pack(*head)[:8] + page) == head[4:6]

    def _sum(self, seed: tuple[int, ...], content: bytes) -> tuple[int, int]:
        first, second = seed
        words = struct.unpack(f"{self.order}{len(content) // 4}I", content)
        for place in range(0, len(words), 2):
            first = (first + words[place] + second) & 0xFFFFFFFF
            second = (second + words[place + 1] + first) & 0xFFFFFFFF
        return first, second


def has_lost_commits(database: Path) -> bool:
    """Whether the log beside `database`, which is open and has been read, has. Raises OSError."""
    log, index = (database.with_name(database.name + suffix) for suffix in ("-wal", "-shm"))
    try:
        with log.open("rb") as file:
            good = _good_frames(index)
            found = _whole_behind_a_commit(file, good)
            # Somebody who commits meanwhile makes frames good that were not.
            return found and _good_frames(index) == good
    except FileNotFoundError:
        return False


def _good_frames(index: Path) -> int:
    with index.open("rb") as file:
        file.seek(_INDEX_FRAMES_AT)
        words = file.read(4)
    return int(struct.unpack("=I", words)[0]) if len(words) == 4 else 0


def _whole_behind_a_commit(file: BinaryIO, good: int) -> bool:
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size:
        return False
    magic, _, page_size, _, *salts, _, _ = _HEADER.unpack(head)
    if magic & ~1 != _MAGIC or page_size < 512 or page_size & (page_size - 1):
        return False
    log = _Log(file, page_size, (salts[0], salts[1]), ">" if magic & 1 else "<")
    number, committed = good, False
    while True:
        number += 1
        head_of_frame, _ = log.frame(number)
        if not head_of_frame:
            return False
        if head_of_frame[2:4] != log.salts:
            continue
        if committed and log.is_whole(number):
            return True
        committed = committed or head_of_frame[1] != 0
