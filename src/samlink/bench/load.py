"""The load generator: customers' connections on `samlink.link`, the messages they send and the results they take.

Every message has a number, which is its MSG_ID; GRP_ID is one for each run. Each result is counted against its number
(`tally`). Receivers are 010-0000-xx06: nobody's.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from typing import Any, Final

import msgspec

from samlink.bench.findings import BenchError, Plan
from samlink.bench.tally import Tally
from samlink.link import Link, open_link
from samlink.vocabulary.problem import N_
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import (
    Answered,
    ClientSession,
    Ended,
    Event,
    KeepaliveAnswered,
    KeyRecord,
    Login,
    LoginAnswer,
    Requested,
    SendRecord,
    Version,
    commands,
)

SENDER: Final = "0212345678"
_RECEIVERS: Final = tuple(f"0100000{number:02}06" for number in range(100))
_LOOK_SECONDS: Final = 0.5
_LOOKS_A_SECOND: Final = 200_000
"""Messages a second: no sooner than that can those that are missing be there."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send, and as whom."""

    host: str
    send_port: int
    report_port: int
    id: str
    password: str


def record(group: str, number: int) -> SendRecord:
    """The message of that number: an SMS of 71 bytes, as most of them are."""
    return SendRecord(
        group,
        str(number),
        SENDER,
        _RECEIVERS[number % 100],
        text=f"[samlink] 인증번호는 {number % 1_000_000:06}입니다. 타인에게 알려주지 마십시오. 감사합니다.",
    )


Write = Callable[[str, int], SendRecord]
"""Makes the message of a number in a group; `record` is one."""


class Load:
    """A customer with several connections. `start`, then `send` and `send_paced`, `settle` at the end, `stop`."""

    def __init__(self, target: Target, plan: Plan, write: Write = record) -> None:
        self._target = target
        self._plan = plan
        self._write = write
        self._has_user_code = bool(write("", 0).user_code)
        self._group = f"b{time.time_ns():x}"[-20:]
        self._senders: list[Link[ClientSession]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._batch = plan.batch
        self.tally = Tally()

    async def start(self) -> None:
        """Log in on all connections. Raises BenchError."""
        for _ in range(self._plan.report_connections):
            link, _ = await self._log_in(Duty.REPORT, self._target.report_port)
            self._tasks.append(asyncio.create_task(self._take_results(link)))
        for _ in range(self._plan.connections):
            link, limit = await self._log_in(Duty.SEND, self._target.send_port)
            self._senders.append(link)
            self._batch = min(self._batch, limit)

    async def send(self, messages: int) -> float:
        """Send `messages` as fast as they are answered; the seconds that it took."""
        numbers = self.tally.begin(messages)
        starts = iter(numbers[:: self._batch])
        began = time.perf_counter()
        await self._together([self._send_some(link, starts, numbers.stop) for link in self._senders])
        return time.perf_counter() - began

    async def send_paced(self, pace: float, seconds: float) -> list[float]:
        """Send `pace` messages a second for `seconds`, each request at its time however slow the last one was.

        Returns each request's seconds from the time at which it was due to its answer.
        """
        requests = max(len(self._senders), int(pace * seconds / self._batch))
        first = self.tally.begin(requests * self._batch).start
        interval = self._batch / pace
        began = time.perf_counter() + interval
        taken: list[float] = []

        async def of_one(link: Link[ClientSession], place: int) -> None:
            for request in range(place, requests, len(self._senders)):
                due = began + request * interval
                if (wait := due - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                start = first + request * self._batch
                await self._send_one(link, start, start + self._batch)
                taken.append(time.perf_counter() - due)

        await self._together([of_one(link, place) for place, link in enumerate(self._senders)])
        return taken

    async def settle(self) -> None:
        """Wait until every message that was accepted has its result. Raises BenchError when results stop coming."""
        tally, moved_at = self.tally, time.perf_counter()
        results = tally.results
        while tally.missing > 0:
            self._raise_failures()
            await asyncio.sleep(min(_LOOK_SECONDS, tally.missing / _LOOKS_A_SECOND))
            now = time.perf_counter()
            if tally.results > results:
                results, moved_at = tally.results, now
            elif now - moved_at > self._plan.stall_seconds:
                template = N_("{missing} of {sent} accepted messages have no result: they are lost")
                raise BenchError("bench.lost", template, missing=tally.missing, sent=tally.accepted)
        self._raise_failures()

    async def stop(self) -> None:
        """Close all connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for link in self._senders:
            link.close()

    # -- inside

    async def _log_in(self, duty: Duty, port: int) -> tuple[Link[ClientSession], int]:
        """A connection that is logged in, and how many messages one of its requests may carry."""
        target = self._target

        def make_session(now: float) -> ClientSession:
            return ClientSession(Service.SMS, duty, Version.SAM11, now, user_code=self._has_user_code)

        try:
            link = await open_link(target.host, port, make_session)
        except OSError as error:
            template = N_("the gateway at {host}:{port} cannot be reached: {why}")
            raise BenchError("bench.unreachable", template, host=target.host, port=port, why=error) from error
        link.session.login(Login(target.id, target.password), link.now)
        link.flush()
        event = await self._answer(link)
        if not isinstance(event, Answered) or event.response != ResponseCode.OK:
            said = f"{event.response} {event.message}" if isinstance(event, Answered) else str(event)
            template = N_("the login at {host}:{port} was refused: {why}")
            raise BenchError("bench.login_refused", template, host=target.host, port=port, why=said)
        assert isinstance(event.packet.head, LoginAnswer)
        limit = event.message.partition("|")[0]
        return link, int(limit) if limit.isdigit() else 1

    async def _send_some(self, link: Link[ClientSession], starts: Iterator[int], end: int) -> None:
        for start in starts:
            await self._send_one(link, start, min(start + self._batch, end))

    async def _send_one(self, link: Link[ClientSession], start: int, end: int) -> None:
        records = [self._write(self._group, number) for number in range(start, end)]
        await self._ready(link)
        link.session.send_messages(commands.SEND_SMS, records, link.now)
        link.flush()
        event = await self._answer(link)
        if not isinstance(event, Answered) or event.response != ResponseCode.OK:
            said = event.reason if isinstance(event, Ended) else f"{getattr(event, 'response', event)}"
            raise BenchError("bench.not_accepted", N_("a request was not accepted: {why}"), why=said)
        self.tally.accepted += end - start

    async def _ready(self, link: Link[ClientSession]) -> None:
        """Until a request may be written: one connection may have been idle for so long that it keeps itself alive."""
        while link.session.busy_with_keepalive:
            await self._event(link)
        if link.session.over:
            raise BenchError("bench.not_accepted", N_("a request was not accepted: {why}"), why=link.reason)

    async def _answer(self, link: Link[ClientSession]) -> Event:
        event = await self._event(link)
        while isinstance(event, KeepaliveAnswered):  # of the time before the request
            event = await self._event(link)
        return event

    async def _event(self, link: Link[ClientSession]) -> Event:
        try:
            async with asyncio.timeout(self._plan.stall_seconds):
                event: Event = await link.next_event()
                return event
        except TimeoutError:
            template = N_("a request was not answered within {seconds} s")
            raise BenchError("bench.not_answered", template, seconds=f"{self._plan.stall_seconds:g}") from None

    async def _take_results(self, link: Link[ClientSession]) -> None:
        try:
            while True:
                event = await link.next_event()
                if not isinstance(event, Requested):
                    template = N_("a report connection ended: {why}")
                    raise BenchError("bench.report_ended", template, why=getattr(event, "reason", event))
                keys = self._count(event)
                link.session.acknowledge(keys, link.now)
                link.flush()
        finally:
            link.close()

    def _count(self, event: Requested) -> list[KeyRecord]:
        came, group = self.tally.came, self._group
        keys: list[KeyRecord] = []
        for found in event.packet.records:
            if found.group_id != group:
                raise BenchError(
                    "bench.others",
                    N_("the account has results of other messages: give the benchmark an account of its own"),
                )
            came(int(found.message_id), found.result)
            keys.append(KeyRecord(found.group_id, found.message_id))
        return keys

    async def _together(self, sending: Sequence[Coroutine[Any, Any, None]]) -> None:
        """Run all to their end, or to the first failure, which is raised."""
        tasks = [asyncio.create_task(one) for one in sending]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._raise_failures()

    def _raise_failures(self) -> None:
        for task in self._tasks:
            if task.done() and (error := task.exception()) is not None:
                raise error


@contextlib.asynccontextmanager
async def opened(target: Target, plan: Plan, write: Write = record) -> AsyncIterator[Load]:
    """A load on its connections; they are closed at the end. Raises BenchError."""
    load = Load(target, plan, write)
    try:
        await load.start()
        yield load
    finally:
        await load.stop()
