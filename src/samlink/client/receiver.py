"""Receive results: an async iterator that hands each on exactly once, and acknowledges what the caller has taken."""

import asyncio
import functools
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from typing import Final, Protocol, Self

from samlink.client._report.feed import Feed, Page, key_of
from samlink.client.errors import ClientError, SettingsError
from samlink.client.keys import MessageKey
from samlink.client.results import Result
from samlink.client.settings import ClientSettings
from samlink.vocabulary.problem import N_
from samlink.vocabulary.results import STATES
from samlink.vocabulary.services import Service
from samlink.wire import ResultRecord

KEYS_REMEMBERED: Final = 50_000
"""Keys of results that were handed on, to recognize repeats; about 20 MB when full. Only results that were not
acknowledged when a connection broke can be repeated: one page for each connection."""


class SeenKeys(Protocol):
    """Where keys of results are kept that were taken; a `set` will do, and so does a database of the caller's.

    A receiver asks before it hands a result on, and adds the key when the caller came back for the next: a program that
    dies in between gets the result again after its restart.
    """

    def __contains__(self, key: object, /) -> bool:
        """Whether this `MessageKey` was added."""

    def add(self, key: MessageKey, /) -> None:
        """Remember a key."""


class RecentKeys:
    """The last `limit` keys, in memory."""

    def __init__(self, limit: int = KEYS_REMEMBERED) -> None:
        self._limit = limit
        self._keys: OrderedDict[object, None] = OrderedDict()

    def __contains__(self, key: object, /) -> bool:
        return key in self._keys

    def add(self, key: MessageKey, /) -> None:
        """Remember a key, and forget the oldest if there are too many."""
        self._keys[key] = None
        if len(self._keys) > self._limit:
            self._keys.popitem(last=False)


class Batch(list[Result]):
    """Results that came together."""

    def __init__(self, results: Iterable[Result], acknowledge: Callable[[Collection[MessageKey]], None]) -> None:
        super().__init__(results)
        self._acknowledge: Callable[[Collection[MessageKey]], None] | None = acknowledge

    def acknowledge(self) -> None:
        """The results are stored: the gateway need not deliver them again. A second call does nothing."""
        acknowledge, self._acknowledge = self._acknowledge, None
        if acknowledge is not None:
            acknowledge([result.key for result in self])


class Receiver:
    """Results of an ID's messages: `async with Receiver(settings) as receiver: async for result in receiver: ...`

    It keeps one report connection for each of `services` (unless told: SMS, MMS, and KMS for Kakao's results; a gateway
    without KMS is no failure then, and stands in `unavailable`), polls (SAM10) or is pushed to (SAM11), and makes a
    broken connection again after 10 s. It never ends by itself. Any number of receivers may run for one ID: each result
    goes to one of them; and one task at a time may iterate one receiver.

    A result is *taken* when the caller comes back for the next one, or leaves `async with` without an exception. It is
    acknowledged when all that came with it was taken (why: `samlink.client._report.feed`), so after a crash some
    results come again. Within one receiver each is handed on exactly once; beyond its life, pass a lasting `seen`. A
    RESULT of 0 or 1 is a state: it is acknowledged and not handed on. A caller that takes minutes for the results of
    one page may be dropped by the gateway for its silence: the rest of the page then comes again after the reconnect
    (SAM11), or is handed on all the same (SAM10).
    """

    def __init__(
        self, settings: ClientSettings, services: Sequence[Service] | None = None, *, seen: SeenKeys | None = None
    ) -> None:
        if services is not None and not services:
            raise SettingsError("receiver.no_service", N_("a receiver needs at least one service"))
        self.settings = settings
        self.unread: list[Result] = []
        """After `close`: what had been read by polls (SAM10) and was not taken. A gateway that is not samlink may not
        deliver it again."""
        self._seen: SeenKeys = RecentKeys() if seen is None else seen
        self._news = asyncio.Event()
        self._feeds = [
            Feed(settings, service, news=self._news.set, failed=functools.partial(self._login_failed, service))
            for service in dict.fromkeys(Service if services is None else services)
        ]
        self._optional = frozenset({Service.KMS} if services is None else ())
        """Services that a gateway may be without: not every vendor has Kakao."""
        self._tried: set[Service] = set()
        """Of these, the ones that had their first failure."""
        self._tasks: dict[Feed, asyncio.Task[None]] = {}
        self._turn = 0
        self._failure: ClientError | None = None
        self._in_hand: set[MessageKey] = set()
        """Keys of results that the caller has and has not acknowledged."""
        self._batch: Batch | None = None
        """The batch that coming back acknowledges."""
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self.close(take=kind is None)

    async def connect(self) -> None:
        """Log in now, on all services; on KMS, if it was not asked for by name, only where the gateway has it.

        Raises:
            GatewayUnreachableError: the first attempt of one failed; iterating will go on trying.
            LoginRefusedError: the gateway does not let us in.
            ClientError: the receiver is closed.
        """
        self._failure = None
        self._check_open()
        self._start()
        while not (self.connected and self._tried.issuperset(self.unavailable)):
            self._news.clear()
            await self._news.wait()
            self._check_open()
            self._check_tasks()
            if self._failure is not None:
                raise self._failure

    @property
    def connected(self) -> bool:
        """Whether its report connections are logged in at this moment, those of `unavailable` services aside."""
        return all(feed.connected or feed.service in self._optional for feed in self._feeds)

    @property
    def unavailable(self) -> list[Service]:
        """Services that were not asked for by name and are not logged in at this moment."""
        return [feed.service for feed in self._feeds if feed.service in self._optional and not feed.connected]

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Result:
        """The next result. Coming back takes the one before.

        Raises:
            LoginRefusedError: the gateway does not let us in, for good.
            SettingsError: a samlink gateway says that this is no port for results.
        """
        return (await self._next(1))[0]

    async def batches(self, limit: int = 1000, *, auto_acknowledge: bool = True) -> AsyncIterator[Batch]:
        """Results in lists of at most `limit` that came together: for callers that store many in one transaction.

        A batch is taken when the caller comes back for the next. Without `auto_acknowledge` it is taken by
        `batch.acknowledge()` only, which may be called later, from another task too: further batches come meanwhile, as
        far as the gateway delivers without an acknowledgement (SAM11: two pages; SAM10: one).

        Raises:
            LoginRefusedError: as `__anext__`.
        """
        while not self._closed:
            try:
                yield await self._next(limit, auto_acknowledge=auto_acknowledge)
            except StopAsyncIteration:
                return

    async def close(self, *, take: bool = True) -> None:
        """Close the connections. `take`: the result in hand was taken, and may be acknowledged."""
        if self._closed:
            return
        self._closed = True
        if take and self._batch is not None:
            self._batch.acknowledge()
        await asyncio.gather(*(feed.settle() for feed in self._feeds))
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        left = [record for feed in self._feeds for record in feed.left() if record.result not in STATES]
        self.unread = [result for result in map(_result, left) if result.key not in self._seen]
        self._news.set()

    # -- inside

    def _check_open(self) -> None:
        if self._closed:
            raise ClientError("receiver.closed", N_("the receiver is closed"))

    async def _next(self, limit: int, *, auto_acknowledge: bool = True) -> Batch:
        if self._batch is not None:
            self._batch.acknowledge()
            self._batch = None
        while not self._closed:
            self._start()
            if results := self._look(limit):
                batch = Batch(results, self._taken)
                self._batch = batch if auto_acknowledge else None
                return batch
            self._news.clear()
            await self._news.wait()
            self._check_tasks()
        raise StopAsyncIteration

    def _taken(self, keys: Collection[MessageKey]) -> None:
        """The caller has stored results; the pages of which nothing else is open are acknowledged."""
        for key in keys:
            self._seen.add(key)
        self._in_hand.difference_update(keys)
        for feed in self._feeds:
            for page in feed.pages:
                if page.open:
                    page.open.difference_update(keys)
                    self._acknowledge_if_over(page)

    def _acknowledge_if_over(self, page: Page) -> None:
        if page.read and not page.open:
            page.acknowledge(closing=self._closed)

    def _look(self, limit: int) -> list[Result]:
        """Results of the next feed in turn that has new ones; repeats are passed over, and count as taken."""
        for feed in (*self._feeds[self._turn :], *self._feeds[: self._turn]):
            for page in feed.pages:
                results = self._from(page, limit)
                if page.read:
                    self._acknowledge_if_over(page)
                    self._turn = (self._feeds.index(feed) + 1) % len(self._feeds)
                if results:
                    return results
        return []

    def _from(self, page: Page, limit: int) -> list[Result]:
        results: list[Result] = []
        records = page.records
        place = page.next
        while place < len(records) and len(results) < limit:
            record = records[place]
            place += 1
            if record.result in STATES:
                continue  # no result yet, and the key must stay free for it
            key = key_of(record)
            if key in self._seen:
                continue
            page.open.add(key)
            if key not in self._in_hand:  # else it came again while the caller has it, and is acknowledged with it
                self._in_hand.add(key)
                results.append(_result(record))
        page.next = place
        return results

    def _start(self) -> None:
        for feed in self._feeds:
            if feed not in self._tasks:
                task = asyncio.create_task(feed.run(), name=f"samlink report {feed.service.name}")
                self._tasks[feed] = task
                task.add_done_callback(lambda _: self._news.set())

    def _check_tasks(self) -> None:
        """Tell the caller of a feed that ended: it was refused for good. Iterating again tries again."""
        for feed, task in tuple(self._tasks.items()):
            if not task.done() or self._closed:
                continue
            if feed.service in self._optional:  # it stays ended: nobody asked for it
                self._tried.add(feed.service)
                continue
            del self._tasks[feed]
            task.result()

    def _login_failed(self, service: Service, error: ClientError) -> None:
        if service in self._optional:
            self._tried.add(service)
        else:
            self._failure = error
        self._news.set()


def _result(record: ResultRecord) -> Result:
    return Result(record.group_id, record.message_id, record.receiver, record.sent_at, record.result, record.telecom)
