"""The gateway's end of the pipe to its writer process."""

import asyncio
import os
from typing import Any, Final, TypeVar, cast

import msgspec

from samlink.store.contract.changes import Change, ChangeFeed
from samlink.store.contract.problems import StoreError, StoreFullError, StoreLostError, writer_gone
from samlink.store.sqlite.writer import channel
from samlink.store.sqlite.writer.channel import Answer, Status
from samlink.store.sqlite.writer.verbs import Verb
from samlink.vocabulary.problem import N_

T = TypeVar("T")
MAX_OUTSTANDING: Final = 1024
"""Most requests that wait for the writer; who asks more waits until there is room."""

_ERRORS: Final = {Status.FAILED: StoreError, Status.FULL: StoreFullError, Status.LOST: StoreLostError}
_TEXT: Final = msgspec.msgpack.Decoder(str)
_PROBLEM: Final[msgspec.msgpack.Decoder[channel.Problem]] = msgspec.msgpack.Decoder(channel.Problem)


def _problem(answer: Answer) -> StoreError:
    code, template, values = _PROBLEM.decode(answer.value)
    remade = {name: _value(value) for name, value in values.items()}
    return _ERRORS[Status(answer.status)].remade(code, template, remade)


def _value(value: channel.Value) -> object:
    """A value of a problem; an error of the system is one again, to be said in the reader's language."""
    return OSError(*value, os.strerror(*value)) if isinstance(value, list) else value


class Link(asyncio.Protocol):
    """Requests out, answers in; one future for each request."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[StoreError | None] = self.loop.create_future()
        self.lost: asyncio.Future[str] = self.loop.create_future()
        self._why_lost = "its writer has ended"
        self.changes = ChangeFeed()
        self._pending: dict[int, asyncio.Future[msgspec.Raw]] = {}
        self._room: asyncio.Event = asyncio.Event()
        self._number = 0
        self._out: list[bytes] = []
        self._buffer = bytearray()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Answer)
        self._transport: asyncio.Transport | None = None

    # -- requests
    async def ask(self, verb: Verb[T], *arguments: Any) -> T:
        """Send one request and wait for its answer; raises what the writer says went wrong."""
        while len(self._pending) >= MAX_OUTSTANDING and not self.lost.done():
            self._room.clear()
            await self._room.wait()
        if self.lost.done():
            raise writer_gone()
        self._number += 1
        try:
            payload = self._encoder.encode((self._number, verb.name, arguments))
        except UnicodeEncodeError as error:
            # Texts are made `storable` where they come in; one that was not must not cost its neighbours their link.
            template = N_("{verb}: a text has half of a surrogate pair")
            raise StoreError("store.text_not_storable", template, verb=verb.name) from error
        if len(payload) > channel.MAX_FRAME_BYTES:
            template = N_("{verb}: {size} bytes are more than one request may have")
            raise StoreError("store.request_too_long", template, verb=verb.name, size=len(payload))
        answer: asyncio.Future[msgspec.Raw] = self.loop.create_future()
        self._pending[self._number] = answer
        # What is asked in one turn of the loop leaves in one write, and so reaches the writer as one round.
        if not self._out:
            self.loop.call_soon(self._flush)
        self._out += (channel.HEAD.pack(len(payload)), payload)
        return verb.decode(await answer)

    def _flush(self) -> None:
        if self._transport is not None:
            self._transport.write(b"".join(self._out))
        self._out.clear()

    async def finish(self) -> None:
        """Wait until all that was asked is answered, then close."""
        await asyncio.gather(*self._pending.values(), return_exceptions=True)
        if self._transport is not None:
            self._transport.close()

    # -- asyncio.Protocol
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The pipe is open."""
        # uvloop's transports do not derive from asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answers, or parts of them."""
        self._buffer += data
        for frame in channel.frames(self._buffer):
            self._take(self._decoder.decode(frame))
        self._room.set()

    def _take(self, answer: Answer) -> None:
        if answer.number == 0:
            self._event(answer)
            return
        waiting = self._pending.pop(answer.number)
        if waiting.done():
            return
        if answer.status == Status.DONE:
            waiting.set_result(answer.value)
        else:
            waiting.set_exception(_problem(answer))

    def _event(self, answer: Answer) -> None:
        if answer.status != Status.DONE:
            problem = _problem(answer)
            if answer.status == Status.LOST:
                self._why_lost = str(problem)
            if not self.ready.done():
                self.ready.set_result(problem)
            return
        text = _TEXT.decode(answer.value)
        if text == channel.READY:
            if not self.ready.done():
                self.ready.set_result(None)
        elif text == channel.ACCOUNTS_CHANGED:
            self.changes.tell(Change.ACCOUNTS)

    def connection_lost(self, _: Exception | None) -> None:
        """The writer has ended."""
        self._transport = None
        self.lost.set_result(self._why_lost)
        if not self.ready.done():
            self.ready.set_result(writer_gone())
        for waiting in self._pending.values():
            if not waiting.done():
                waiting.set_exception(writer_gone())
        self._pending.clear()
        self._room.set()
        self.changes.end()
