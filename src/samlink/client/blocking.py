"""`Sender` and `Receiver` for programs without asyncio: scripts, cron jobs, Django's request threads.

    from samlink.client import ClientSettings, Message
    from samlink.client.blocking import Sender

    with Sender(ClientSettings(host="127.0.0.1", id="demo", password=...)) as sender:
        sent = sender.send(Message(to="010-1234-5678", text="안녕하세요", sender="02-1234-5678"))

They run `samlink.client`'s own on one event loop, in one daemon thread of the process that begins with the first call.
Any thread may call them, several at a time; their messages share connections and requests. Errors, and everything not
said here, are as in `samlink.client.Sender` and `Receiver`. Those still open at the interpreter's exit are closed.

After a fork the child has no loop and no connections: an object that was opened before is refused there
(`blocking.forked`), and closing it does nothing. A server that forks its workers opens its sender in each worker, at
the first request for example. Callbacks of the settings and `seen` are called in the loop's thread, and may not call
back into this module.
"""

import asyncio
import atexit
import os
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from samlink.client import receiver, sender
from samlink.client._terms import LoginTerms
from samlink.client.errors import ClientError
from samlink.client.messages import AnyMessage, Held, Outcome, Sent
from samlink.client.receiver import Batch, SeenKeys
from samlink.client.results import Result
from samlink.client.sender import Unfinished
from samlink.client.settings import ClientSettings
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import Service

ValueT = TypeVar("ValueT")
CHUNK: Final = 1000
"""Messages that `send_many` reads before it sends them."""
CHUNK_SECONDS: Final = 0.1
"""How long it reads, where the caller's iterable is slow."""


class _LoopThread(threading.Thread):
    """The event loop of this process."""

    def __init__(self) -> None:
        super().__init__(name="samlink client", daemon=True)
        self.pid = os.getpid()
        self.loop = asyncio.new_event_loop()

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def call(self, coroutine: Coroutine[Any, Any, ValueT]) -> ValueT:
        """Run a coroutine on the loop and wait for it; an interrupted wait cancels it."""
        problem = self._refusal()
        if problem is not None:
            coroutine.close()
            raise problem
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def _refusal(self) -> ClientError | None:
        if self.pid != os.getpid():
            return ClientError(
                "blocking.forked", N_("this was opened before the process forked; open one in the child")
            )
        if threading.current_thread() is self:
            return ClientError("blocking.own_thread", N_("a callback of the client cannot wait for the client"))
        return None


class _Process:
    """The loop's thread of this process, once there is one, and the senders and receivers open on it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: _LoopThread | None = None
        self.opened: weakref.WeakSet[_Front] = weakref.WeakSet()
        atexit.register(self.close)

    def thread(self) -> _LoopThread:
        """The thread; begun if need be."""
        with self._lock:
            if self._thread is None:
                self._thread = _LoopThread()
                self._thread.start()
            return self._thread

    def close(self) -> None:
        """At the interpreter's exit: close those still open."""
        for one in tuple(self.opened):
            one._end()


_process = _Process()


def _after_fork() -> None:
    global _process  # noqa: PLW0603 - the child begins with none of its parent's
    _process = _Process()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class _Front:
    """A context manager on the loop's thread, closed at the interpreter's exit."""

    _behind: Any
    _takes = False
    """Whether leaving without an exception takes what is in hand."""

    def __init__(self, settings: ClientSettings) -> None:
        self.settings = settings
        self._thread = _process.thread()
        _process.opened.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._end(**{"take": kind is None} if self._takes else {})

    def _end(self, **how: bool) -> Any:
        """Close; in a process that was forked since, do nothing and return None."""
        if self._thread.pid != os.getpid():
            return None
        _process.opened.discard(self)
        return self._thread.call(self._behind.close(**how))

    @property
    def connected(self) -> bool:
        """Whether every connection that was needed by now is logged in at this moment."""
        return bool(self._behind.connected)


class Sender(_Front):
    """`samlink.client.Sender`, whose calls wait."""

    def __init__(self, settings: ClientSettings, *, connections: int = 1) -> None:
        self._behind = self._sender = sender.Sender(settings, connections=connections)
        super().__init__(settings)

    def connect(self, service: Service) -> LoginTerms:
        """Open the connections of a service now; the terms of the login."""
        return self._thread.call(self._sender.connect(service))

    def send(self, message: AnyMessage, *, timeout_seconds: float | None = None) -> Sent:
        """Send one message and wait until the gateway has taken it."""
        return self._thread.call(self._sender.send(message, timeout_seconds=timeout_seconds))

    def send_many(
        self,
        messages: Iterable[AnyMessage],
        *,
        urgent: bool = False,
        repeated: Callable[[AnyMessage], bool] | None = None,
    ) -> Iterator[Outcome]:
        """Send many messages; their outcomes come in the same order. The iterable is read in the caller's thread, at
        most `CHUNK` messages and about `CHUNK_SECONDS` at a time; its fault is raised after the outcomes before it."""
        source = iter(messages)
        while True:
            chunk, fault = _read(source)
            if chunk:
                yield from self._thread.call(self._outcomes(chunk, urgent, repeated))
            if fault is not None:
                raise fault
            if not chunk:
                return

    async def _outcomes(
        self, chunk: list[AnyMessage], urgent: bool, repeated: Callable[[AnyMessage], bool] | None
    ) -> list[Outcome]:
        return [outcome async for outcome in self._sender.send_many(chunk, urgent=urgent, repeated=repeated)]

    def sent(self, held: Held) -> Sent:
        """Wait until a message that was held for its reserve time was sent."""
        return self._thread.call(held.sent())

    def upload(self, file: Path | bytes, extension: str = "") -> str:
        """Upload a file; its name for `Message.files`."""
        return self._thread.call(self._sender.upload(file, extension))

    @property
    def unfinished(self) -> Unfinished:
        """The messages that were left when the sender was closed."""
        return self._sender.unfinished

    def close(self) -> Unfinished:
        """Wait for the answers that are on their way, and close; return the messages that were left."""
        unfinished: Unfinished | None = self._end()
        return unfinished or Unfinished()


class Receiver(_Front):
    """`samlink.client.Receiver`, whose iterators wait: `for result in receiver: ...`. One thread iterates at a time."""

    _takes = True

    def __init__(
        self, settings: ClientSettings, services: Sequence[Service] | None = None, *, seen: SeenKeys | None = None
    ) -> None:
        self._behind = self._receiver = receiver.Receiver(settings, services, seen=seen)
        super().__init__(settings)

    def connect(self) -> None:
        """Log in now, on all services."""
        self._thread.call(self._receiver.connect())

    def __iter__(self) -> Iterator[Result]:
        return self.results()

    def results(self, *, quiet_seconds: float | None = None) -> Iterator[Result]:
        """Results for ever, or until none came for `quiet_seconds`. Coming back takes the one before."""
        for batch in self.batches(1, quiet_seconds=quiet_seconds):
            yield from batch

    def batches(
        self, limit: int = 1000, *, auto_acknowledge: bool = True, quiet_seconds: float | None = None
    ) -> Iterator[Batch]:
        """Results in lists, as `samlink.client.Receiver.batches`; until none came for `quiet_seconds`, if given."""
        source = self._receiver.batches(limit, auto_acknowledge=auto_acknowledge)
        while True:
            batch = self._thread.call(_next(source, quiet_seconds))
            if batch is None:
                return
            yield Batch(batch, lambda _, batch=batch: self._thread.call(_acknowledge(batch)))  # type: ignore[misc]

    @property
    def unread(self) -> list[Result]:
        """After `close`: results that were read and not taken, and may not be delivered again."""
        return self._receiver.unread

    def close(self, *, take: bool = True) -> None:
        """Close the connections. `take`: the result in hand was taken, and may be acknowledged."""
        self._end(take=take)


def _read(source: Iterator[AnyMessage]) -> tuple[list[AnyMessage], Exception | None]:
    """The next messages, and what the iterator raised instead of one."""
    chunk: list[AnyMessage] = []
    ends = time.monotonic() + CHUNK_SECONDS
    try:
        for message in source:
            chunk.append(message)
            if len(chunk) == CHUNK or time.monotonic() > ends:
                break
    except Exception as fault:  # outermost: the caller's code; told after the outcomes before it
        return chunk, fault
    return chunk, None


async def _next(source: Any, quiet_seconds: float | None) -> Batch | None:
    """The next batch, or None at the end or after a silence."""
    try:
        async with asyncio.timeout(quiet_seconds):
            batch: Batch = await anext(source)
            return batch
    except (StopAsyncIteration, TimeoutError):
        return None


async def _acknowledge(batch: Batch) -> None:
    batch.acknowledge()
