"""Messages on their way: sent through the client library, followed to their results, shown as a table."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from samlink.cli.connection_news import told
from samlink.cli.formatting import clock, kst, masked, now_ms, result_name, telecom_name
from samlink.cli.language import is_korean
from samlink.cli.link_errors import explain, first_login
from samlink.cli.texts import say

if TYPE_CHECKING:
    from samlink.client import (
        AnyMessage,
        ClientError,
        ClientSettings,
        Kind,
        MessageKey,
        Receiver,
        Result,
        Sender,
        Service,
    )


@dataclass(slots=True, kw_only=True)
class Track:
    """One message and what is known of it. Times are UTC epoch milliseconds by this machine's clock."""

    message: "AnyMessage"
    kind: "Kind"
    submitted_ms: int | None = None
    accepted_ms: int | None = None
    result_ms: int | None = None
    key: "MessageKey | None" = None
    """Once the gateway has taken it."""
    error: "ClientError | None" = None
    result: "Result | None" = None

    @property
    def kind_name(self) -> str:
        """What it goes out as, for people: `SMS`, and `AT` rather than `KAKAO`."""
        own = self.message.kind
        return own.value if own is not None else self.kind.value

    @property
    def delivered(self) -> bool:
        """Whether its result says that it reached its receiver."""
        return self.result is not None and self.result.delivered

    def outcome(self) -> str:
        """What became of it, for a person."""
        if self.result is not None:
            return result_name(self.result.code)
        if self.error is not None:
            return explain(self.error)
        return say("track.accepted" if self.key is not None else "track.not_sent")

    def as_json(self) -> dict[str, Any]:
        """All that is known, for a program."""
        result = self.result
        return {
            "own": True,
            "to": self.key.receiver if self.key else self.message.to,
            "kind": self.kind_name,
            "group_id": self.message.group_id,
            "message_id": self.message.message_id,
            "accepted": self.key is not None,
            "accepted_at_ms": self.accepted_ms,
            "error": str(self.error) if self.error is not None else None,
            "result": result.code if result else None,
            "delivered": self.delivered if result else None,
            "name": None if result is None else result.korean if is_korean() else result.english,
            "sent_at": kst(result.sent_seconds * 1000) if result and result.sent_seconds is not None else None,
            "telecom": result.telecom if result else None,
        }


@dataclass
class Tracks:
    """All messages of one command."""

    every: list[Track]
    changed: Callable[[], None] = lambda: None
    """Called when something became known."""
    others: "list[Result]" = field(default_factory=list)
    """Results of other messages of the account, which came over our connection too."""
    cut_off: bool = False
    """Whether the report connections were broken when the waiting ended."""
    _by_id: "dict[tuple[str, str], Track]" = field(init=False)
    _news: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._by_id = {(track.message.group_id, track.message.message_id): track for track in self.every}

    @property
    def services(self) -> "tuple[Service, ...]":
        """The services that carry them."""
        return tuple(dict.fromkeys(track.kind.service for track in self.every))

    @property
    def accepted(self) -> int:
        """How many the gateway has answered, or will never get."""
        return sum(track.key is not None or track.error is not None for track in self.every)

    @property
    def settled(self) -> int:
        """How many have a result, or will never get one."""
        return sum(track.result is not None or track.error is not None for track in self.every)

    def take(self, result: "Result") -> None:
        """A result has come."""
        track = self._by_id.get((result.group_id, result.message_id))
        if track is None:
            self.others.append(result)
        elif track.result is None:
            track.result, track.result_ms = result, now_ms()
        self._tell()

    def told(self, track: Track, key: "MessageKey | None", error: "ClientError | None") -> None:
        """The sender has said what became of sending it."""
        track.key, track.error = key, error
        track.accepted_ms = now_ms() if key is not None else None
        self._tell()

    async def all_settled(self) -> None:
        """Wait until nothing is left to come."""
        while self.settled < len(self.every):
            self._news.clear()
            await self._news.wait()

    async def settled_within(self, seconds: float) -> None:
        """Wait until nothing is left to come, but no longer than `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.all_settled(), seconds)

    def _tell(self) -> None:
        self._news.set()
        self.changed()


async def send(sender: "Sender", tracks: Tracks) -> None:
    """Send all messages and wait until the gateway has answered each; those with a reserve time are waited for."""
    from samlink.client import ClientError, Failed, Held, Sent

    held: list[tuple[Track, Held]] = []
    began = now_ms()
    for track in tracks.every:
        track.submitted_ms = began
    outcomes = sender.send_many(track.message for track in tracks.every)
    for track in tracks.every:
        outcome = await anext(outcomes)
        if isinstance(outcome, Held):
            held.append((track, outcome))
        elif isinstance(outcome, Sent):
            tracks.told(track, outcome.key, None)
        elif isinstance(outcome, Failed):
            tracks.told(track, None, outcome.error)
    for track, waiting in held:
        try:
            tracks.told(track, (await waiting.sent()).key, None)
        except ClientError as error:
            tracks.told(track, None, error)


@contextlib.asynccontextmanager
async def collecting(settings: "ClientSettings", tracks: Tracks) -> AsyncIterator[None]:
    """Report connections that put results into `tracks` while the block runs. Raises CommandError."""
    from samlink.client import ClientError, Receiver

    async with Receiver(settings, tracks.services) as receiver:
        await first_login(receiver.connect(), settings)
        collector = asyncio.create_task(_collect(receiver, tracks))
        try:
            async with told(receiver):
                yield
        finally:
            tracks.cut_off = not receiver.connected
            collector.cancel()
            # What it found is in the tracks; a login that was refused later shows as results that did not come.
            with contextlib.suppress(asyncio.CancelledError, ClientError):
                await collector


async def _collect(receiver: "Receiver", tracks: Tracks) -> None:
    async for result in receiver:
        tracks.take(result)


def status_rows(tracks: Sequence[Track], *, waits: bool) -> tuple[list[str], list[tuple[str, ...]]]:
    """Headings and rows, at most 80 columns wide: what became of each message; with `waits`, its result."""
    names = ("to", "kind", "outcome", *(("sent", "telecom") if waits else ("key",)))
    rows: list[tuple[str, ...]] = []
    for track in tracks:
        row = (masked(track.key.receiver if track.key else track.message.to), track.kind_name, track.outcome())
        rows.append((*row, *(_result_cells(track.result) if waits else (_key(track),))))
    return [say(f"track.{name}") for name in names], rows


def way_columns(tracks: Sequence[Track], charges: Sequence[str]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Headings and rows: a column for each message, its way from submit to result from top to bottom."""
    lines = {
        "to": [masked(track.message.to) for track in tracks],
        "submitted": [clock(track.submitted_ms) for track in tracks],
        "accepted_at": [clock(track.accepted_ms) for track in tracks],
        "result_at": [clock(track.result_ms) for track in tracks],
        "outcome": [track.outcome() for track in tracks],
        "telecom": [telecom_name(track.result.telecom) if track.result else "-" for track in tracks],
        "charge": list(charges),
    }
    return ["", *(track.kind_name for track in tracks)], [(say(f"track.{name}"), *row) for name, row in lines.items()]


def _result_cells(result: "Result | None") -> tuple[str, str]:
    if result is None or result.sent_seconds is None:
        return "-", telecom_name(result.telecom) if result else "-"
    return kst(result.sent_seconds * 1000)[5:], telecom_name(result.telecom)


def _key(track: Track) -> str:
    return f"{track.message.group_id}/{track.message.message_id}"
