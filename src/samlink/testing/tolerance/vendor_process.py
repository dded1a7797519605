"""A vendor in a process of its own, to be killed: it writes down each message that comes, and answers as it likes.

    python -m samlink.testing.tolerance.vendor_process BASE_PORT JOURNAL SEED

`JOURNAL` gets a line `GRP_ID MSG_ID` for each message of each send request, before anything is answered. Of the answers
a part closes after its first half, a part is a 1026 where a 1021 is due (or the other way), a part never comes; the
rest is by the letter.
"""

import asyncio
import os
import random
import sys
from pathlib import Path
from typing import Final

from samlink.testing.tolerance.vendor import Habits, Reply, Vendor, frame, good_answer, keys_of
from samlink.wire import Frame, Version

HALVES: Final = 0.1
NO_ANSWERS: Final = 0.05
OTHER_COMMANDS: Final = 0.4
READY: Final = b"ready\n"
"""What it writes to its standard output when its ports are open."""


def _other_command(request: Frame) -> bytes:
    """1026 to SAM11, 1021 to SAM10."""
    if request.version == Version.SAM11:
        return frame("1026", "SAM11")
    return frame("1021", "SAM10", body=request.body[:4] + keys_of(request))


class Journal:
    """What came; a line is in the system's hands before its request is answered, so a killed process loses none."""

    def __init__(self, path: Path, seed: int) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._chance = random.Random(seed)

    def answer(self, request: Frame) -> Reply:
        """Write down what came, and answer in one of the ways."""
        keys = keys_of(request)
        lines = [
            keys[start : start + 20].strip() + b" " + keys[start + 20 : start + 40].strip() + b"\n"
            for start in range(0, len(keys), 40)
        ]
        os.write(self._file, b"".join(lines))
        chance = self._chance.random()
        if chance < HALVES:
            answer = good_answer(request)
            return Reply(answer[: len(answer) // 2], close=True)
        if chance < HALVES + NO_ANSWERS:
            return Reply(close=True)
        return Reply(_other_command(request) if chance < HALVES + NO_ANSWERS + OTHER_COMMANDS else good_answer(request))


async def serve(base_port: int, journal: Path, seed: int) -> None:
    """Until killed."""
    async with Vendor(Habits(answer=Journal(journal, seed).answer), fixed_port=base_port):
        os.write(sys.stdout.fileno(), READY)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
