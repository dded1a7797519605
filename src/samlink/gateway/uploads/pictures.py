"""Pictures are decoded in a few processes with limits (`picture_check`), which accounts have in rotation.

One that takes more than its limit is refused, its process is killed, and the next picture gets a new one. One account
never has all processes. They end with the gateway, whatever they are doing.
"""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process, SubprocessStreamProtocol
from typing import Final

from samlink.gateway.places import Places
from samlink.gateway.uploads import picture_check
from samlink.gateway.uploads.picture_check import CPU_SECONDS, REQUEST
from samlink.gateway.watch.events import PictureTooCostly
from samlink.store.contract import StoreError
from samlink.vocabulary.problem import N_
from samlink.watch.events import Events

COMMAND: Final = (sys.executable, "-P", picture_check.__file__)
"""By its path: by its name the whole gateway would be imported before it, and the first picture would wait for that."""
WALL_SECONDS: Final = 30.0
"""For one picture, while the processor may be others': a picture is not to blame for that."""
STREAM_BYTES: Final = 1 << 16
ATTEMPTS: Final = 2
"""A process that somebody else has killed proves nothing about the picture."""


class _Checker(Process):
    """A process whose transport can be closed: `asyncio.create_subprocess_exec` keeps that to itself."""

    def __init__(
        self,
        transport: asyncio.SubprocessTransport,
        protocol: SubprocessStreamProtocol,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(transport, protocol, loop)
        self.transport = transport


class Pictures:
    """So many processes, each begun when it is needed."""

    def __init__(self, processes: int, events: Events, *, wall_seconds: float = WALL_SECONDS) -> None:
        self._places = Places(processes)
        self._events = events
        self._wall_seconds = wall_seconds
        self._idle: list[_Checker] = []
        self._all: set[_Checker] = set()
        self._closed = False

    async def fault(self, account: int, extension: str, content: bytes) -> str:
        """What is wrong with a picture of the account, as one phrase; empty when nothing is.

        Raises:
            StoreError: no process can be had, or the machine is so busy that it does not come to its end.
        """
        async with self._places.place(account):
            for _ in range(ATTEMPTS):
                process = await self._process()
                answer = await self._ask(process, extension, content)
                if answer is not None:
                    return answer
                if process.returncode == -signal.SIGXCPU:
                    break
            self._events.tell(PictureTooCostly(account, len(content)))
            return f"the {extension} takes over {CPU_SECONDS} s to decode"

    async def _process(self) -> _Checker:
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
            _kill(process)
        self._all = {process for process in self._all if process.returncode is None}
        if self._closed:
            raise StoreError("pictures.closed", N_("no picture is looked at any more: the gateway is stopping"))
        try:
            process = await _begun()
        except OSError as error:
            template = N_("no process can be started to look at a picture: {why}")
            raise StoreError("pictures.no_process", template, why=error) from error
        self._all.add(process)
        if self._closed:
            await self._end(process)
            raise StoreError("pictures.closed", N_("no picture is looked at any more: the gateway is stopping"))
        return process

    async def _ask(self, process: _Checker, extension: str, content: bytes) -> str | None:
        """Its answer; None when it died."""
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self._wall_seconds):
                process.stdin.write(REQUEST.pack(extension.encode("ascii"), len(content)) + content)
                await process.stdin.drain()
                (size,) = await process.stdout.readexactly(1)
                answer = (await process.stdout.readexactly(size)).decode()
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._end(process)
            return None
        except TimeoutError:
            await self._end(process)
            template = N_("a picture could not be looked at within {seconds} s")
            raise StoreError("pictures.slow", template, seconds=f"{self._wall_seconds:g}") from None
        except BaseException:
            _kill(process)
            raise
        self._idle.append(process)
        return answer

    async def _end(self, process: _Checker) -> None:
        _kill(process)
        await process.wait()
        self._all.discard(process)

    async def stop(self) -> None:
        """End all processes, and begin no other."""
        self._closed = True
        every = list(self._all)
        self._idle.clear()
        for process in every:
            _kill(process)
        await asyncio.gather(*(process.wait() for process in every))
        self._all.clear()


async def _begun() -> _Checker:
    """A new process, in a session of its own: a Ctrl-C in the terminal is for the gateway. Raises OSError."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.subprocess_exec(
        lambda: SubprocessStreamProtocol(limit=STREAM_BYTES, loop=loop),
        *COMMAND,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,
    )
    return _Checker(transport, protocol, loop)


def _kill(process: _Checker) -> None:
    """Close its pipes as well, with what was not written yet. Whoever ends it stays in `_all` until it is seen to be
    dead, so that `stop` waits for it though its own wait may be cancelled."""
    if process.stdin is not None and not process.stdin.is_closing():
        process.stdin.transport.abort()
    process.transport.close()
