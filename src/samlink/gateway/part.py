"""What a gateway is made of: parts that are started one after another, and stopped in the reverse order."""

from typing import Protocol


class Part(Protocol):
    """One contract for all parts (listener, carriers, caches, mailboxes, uploads, watcher, …).

    tests/gateway/test_parts.py tries it on each.
    """

    async def start(self) -> None:
        """Begin to work; once. Whether it fails, or is cancelled, `stop` is what follows."""

    async def stop(self) -> None:
        """Leave nothing running: no task, port, process or thread.

        It may be called before `start`, after a `start` that failed or was cancelled, and again.
        """
