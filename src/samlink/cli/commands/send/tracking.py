"""Messages on their way: sent through the client library, followed to their results, shown as a table."""

import asyncio
import contextlib
import enum
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from samlink.cli.commands.send.connection_news import told
from samlink.cli.errors import CommandError
from samlink.cli.language import _, is_korean, note
from samlink.cli.output.formatting import clock, kst, masked, now_ms, result_name, telecom_name
from samlink.cli.output.link_errors import explain, first_login
from samlink.vocabulary.numbers import digits_of
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.cli.commands.send.resume_file import Recorded, ResumeFile
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


GIVEN_AT_ONCE: Final = 200
"""Messages that are handed to the client together; what it reads ahead at once."""
FEW: Final = 30
"""Messages that are handed over together where a resume file is written; at most twice as many have no outcome."""
OTHERS_SECONDS: Final = 0.2
"""How long to look for results of other messages before anything is sent: they come right after the login."""


class State(enum.StrEnum):
    """The certain state of a message before its result."""

    NOT_SENT = "not_sent"
    """The gateway has not taken it."""
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    """It may have been taken: it was written, and no answer came."""


_STATES: Final = {
    State.NOT_SENT: N_("not sent"),
    State.ACCEPTED: N_("accepted"),
    State.UNKNOWN: N_("may have been taken"),
}


@dataclass(slots=True, kw_only=True)
class Track:
    """One message and its progress. Times are UTC epoch milliseconds by this machine's clock."""

    message: "AnyMessage"
    kind: "Kind"
    number: int = 0
    """Its place among all, from 1."""
    to_send: bool = True
    """Whether this run sends it: not if an earlier run did, or may have done."""
    state: State = State.NOT_SENT
    submitted_ms: int | None = None
    accepted_ms: int | None = None
    result_ms: int | None = None
    key: "MessageKey | None" = None
    """Once the gateway has taken it."""
    error: "ClientError | None" = None
    result: "Result | None" = None

    @property
    def is_over(self) -> bool:
        """Whether the gateway is known to have taken it."""
        return self.state is State.ACCEPTED or self.result is not None

    @property
    def kind_name(self) -> str:
        """Its kind for people: `SMS`, and `AT` rather than `KAKAO`."""
        own = self.message.kind
        return own.value if own is not None else self.kind.value

    @property
    def delivered(self) -> bool:
        """Whether its result says that it reached its receiver."""
        return self.result is not None and self.result.delivered

    def recall(self, recorded: "Recorded") -> None:
        """Take over an earlier run's record: keys and state."""
        from samlink.client import MessageKey, Result

        self.message.group_id, self.message.message_id = recorded.group_id, recorded.message_id
        self.state = State(recorded.state)
        self.to_send = self.state is State.NOT_SENT
        receiver = digits_of(self.message.to) or self.message.to
        if self.state is State.ACCEPTED:
            self.key = MessageKey(recorded.group_id, recorded.message_id, receiver)
        if recorded.result is not None:
            self.result = Result(recorded.group_id, recorded.message_id, receiver, None, recorded.result)

    def outcome(self) -> str:
        """Its outcome, for a person."""
        if self.result is not None:
            return result_name(self.result.code)
        if self.error is not None:
            return explain(self.error)
        return _(_STATES[self.state])

    def as_json(self) -> dict[str, Any]:
        """Its progress, for a program."""
        result = self.result
        return {
            "own": True,
            "to": self.key.receiver if self.key else self.message.to,
            "kind": self.kind_name,
            "group_id": self.message.group_id,
            "message_id": self.message.message_id,
            "accepted": None if self.state is State.UNKNOWN else self.state is State.ACCEPTED,
            "state": self.state.value,
            "accepted_at_ms": self.accepted_ms,
            "error": str(self.error) if self.error is not None else None,
            "result": result.code if result else None,
            "delivered": self.delivered if result else None,
            "name": None if result is None else result.korean if is_korean() else result.english,
            "sent_at": kst(result.sent_seconds * 1000) if result and result.sent_seconds is not None else None,
            "telecom": result.telecom if result else None,
        }


class Tracks:
    """All messages of one command."""

    def __init__(self, every: Sequence[Track], resume: "ResumeFile | None" = None) -> None:
        self.every = list(every)
        self.changed: Callable[[], None] = lambda: None
        """Called on every change."""
        self.others: list[Result] = []
        """Results of other messages of the account, which came over our connection too."""
        self.cut_off = False
        """Whether the report connections were broken when they were last looked at."""
        self.robbing = False
        """Whether waiting ended because it would have taken other programs' results."""
        self.resume = resume
        """The file that hears what becomes of each."""
        self._news = asyncio.Event()
        self._by_id: dict[tuple[str, str], Track] = {}
        for number, track in enumerate(self.every, 1):
            track.number = number
            self._by_id[track.message.group_id, track.message.message_id] = track
        self.answered = sum(not track.to_send for track in self.every)
        """How many have their outcome."""
        self.heard = 0
        """How many the sender has reported in this run, as held or with an outcome."""
        self.settled = sum(_is_settled(track) for track in self.every)
        """How many have a result, or will never get one."""

    @property
    def services(self) -> "list[Service]":
        """The services that carry them."""
        return list(dict.fromkeys(track.kind.service for track in self.every))

    def count(self, state: State) -> int:
        """How many are in a state."""
        return sum(track.state is state for track in self.every)

    def is_unknown(self, message: "AnyMessage") -> bool:
        """Whether an earlier run may have got a message taken."""
        return self._by_id[message.group_id, message.message_id].state is State.UNKNOWN

    def is_own(self, result: "Result") -> bool:
        """Whether a result is of one of our messages."""
        return (result.group_id, result.message_id) in self._by_id

    def take(self, result: "Result") -> None:
        """A result has come."""
        track = self._by_id.get((result.group_id, result.message_id))
        if track is None:
            self.others.append(result)
        elif track.result is None:
            self.settled += not _is_settled(track)
            track.result, track.result_ms = result, now_ms()
            if self.resume is not None:
                self.resume.result(track.number, result.code)
        self.tell()

    def send_again(self, tracks: Iterable[Track]) -> None:
        """Send these in this run too."""
        for track in tracks:
            self.answered -= not track.to_send
            track.to_send = True

    def given(self, tracks: Sequence[Track]) -> None:
        """These are about to be written."""
        if self.resume is not None:
            self.resume.given([track.number for track in tracks])
        began = now_ms()
        for track in tracks:
            track.submitted_ms = began

    def told(self, track: Track, key: "MessageKey | None", error: "ClientError | None") -> None:
        """The sender has reported its outcome."""
        was_settled = _is_settled(track)
        track.key, track.error = key, error
        if key is not None or track.state is not State.UNKNOWN:  # else an earlier run may have got it taken
            track.state = _state(key, error)
        track.accepted_ms = now_ms() if key is not None else None
        self.answered += 1
        self.settled += _is_settled(track) - was_settled
        if self.resume is not None:
            self.resume.told(track.number, track.state)
        self.tell()

    async def all_settled(self) -> None:
        """Wait until every message is settled."""
        await self.until(lambda: self.settled >= len(self.every) or self.robbing)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition on them holds."""
        while not condition():
            news = self._news
            await news.wait()

    async def settled_within(self, seconds: float) -> None:
        """Wait until every message is settled, at most `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.all_settled(), seconds)

    def stop_waiting(self) -> None:
        """Others' results came: waiting on would take more of them."""
        self.robbing = True
        self.tell()

    def tell(self) -> None:
        """Wake all that wait for something to change."""
        self._news.set()
        self._news = asyncio.Event()  # each that waits is woken once
        self.changed()


def _state(key: "MessageKey | None", error: "ClientError | None") -> State:
    from samlink.client import OutcomeUnknownError

    if isinstance(error, OutcomeUnknownError):
        return State.UNKNOWN
    return State.ACCEPTED if key is not None else State.NOT_SENT


def _is_settled(track: Track) -> bool:
    """Whether it is final: it has a result, or was not taken. One that may have been taken waits for its result."""
    return track.result is not None or (track.state is State.NOT_SENT and track.error is not None)


async def send(
    sender: "Sender", tracks: Tracks, todo: "Sequence[Track] | None" = None, *, stop: asyncio.Event | None = None
) -> None:
    """Send messages (all, unless `todo` says which) and wait until the outcome of each is known; those with a reserve
    time are waited for. Once `stop` is set no more are begun."""
    from samlink.client import ClientError, Failed, Held, Sent

    chosen = tracks.every if todo is None else todo
    messages = _few_at_once(tracks, chosen, stop) if tracks.resume else _messages(tracks, chosen, stop)
    held: list[tuple[Track, Held]] = []
    begun = iter(chosen)
    async for outcome in sender.send_many(messages, repeated=tracks.is_unknown):
        track = next(begun)
        tracks.heard += 1
        if isinstance(outcome, Held):
            if not held:
                note("Held here until {at} (KST) and sent then: leave this running.", at=kst(int(outcome.due * 1000)))
            held.append((track, outcome))
            tracks.tell()
        elif isinstance(outcome, Sent):
            tracks.told(track, outcome.key, None)
        elif isinstance(outcome, Failed):
            tracks.told(track, None, outcome.error)
    for track, waiting in held:
        try:
            tracks.told(track, (await waiting.sent()).key, None)
        except ClientError as error:
            tracks.told(track, None, error)


async def _few_at_once(
    tracks: Tracks, chosen: Sequence[Track], stop: asyncio.Event | None
) -> "AsyncIterator[AnyMessage]":
    """Few enough in flight that a kill leaves few in doubt, and enough to keep the connection busy."""
    for start in range(0, len(chosen), FEW):
        await tracks.until(lambda start=start: start - tracks.heard <= FEW)  # type: ignore[misc]
        if stop is not None and stop.is_set():
            return
        group = chosen[start : start + FEW]
        tracks.given(group)
        for track in group:
            yield track.message


def _messages(tracks: Tracks, chosen: Sequence[Track], stop: asyncio.Event | None) -> "Iterator[AnyMessage]":
    for start in range(0, len(chosen), GIVEN_AT_ONCE):
        if stop is not None and stop.is_set():
            return
        group = chosen[start : start + GIVEN_AT_ONCE]
        tracks.given(group)
        yield from (track.message for track in group)


@contextlib.asynccontextmanager
async def collecting(settings: "ClientSettings", tracks: Tracks, *, take_others: bool = True) -> AsyncIterator[None]:
    """Report connections that put results into `tracks` while the block runs.

    Without `take_others` the first results of other messages end the collecting: they are not acknowledged, so they
    come again to the program that they are for. Raises CommandError.
    """
    from samlink.client import ClientError, Receiver

    receiver = Receiver(settings, tracks.services)
    async with _taking_the_last(receiver, tracks, take_others=take_others), receiver:
        await first_login(receiver.connect(), settings)
        collector = asyncio.create_task(_collect(receiver, tracks, take_others=take_others))
        try:
            if not take_others:
                await _refuse_if_others_wait(collector, tracks)
            async with told(receiver):
                yield
        finally:
            tracks.cut_off = not (receiver.connected or tracks.robbing)
            collector.cancel()
            # What it found is in the tracks; a login that was refused later shows as results that did not come.
            with contextlib.suppress(asyncio.CancelledError, ClientError):
                await collector


@contextlib.asynccontextmanager
async def _taking_the_last(receiver: "Receiver", tracks: Tracks, *, take_others: bool) -> AsyncIterator[None]:
    """Take the results that polls had read when `receiver` was closed: a vendor may not deliver them again."""
    try:
        yield
    finally:
        _take_all(receiver.unread, tracks, take_others=take_others)


def _take_all(results: "Iterable[Result]", tracks: Tracks, *, take_others: bool) -> None:
    for result in results:
        if take_others or tracks.is_own(result):
            tracks.take(result)


async def _collect(receiver: "Receiver", tracks: Tracks, *, take_others: bool) -> None:
    async for results in receiver.batches():
        _take_all(results, tracks, take_others=take_others)
        if not take_others and not all(map(tracks.is_own, results)):
            await receiver.close(take=False)  # unacknowledged: they come again, to whom they are for
            tracks.stop_waiting()
            return


async def _refuse_if_others_wait(collector: "asyncio.Task[None]", tracks: Tracks) -> None:
    """Raises CommandError when results of other messages wait, before anything is sent."""
    await asyncio.wait({collector}, timeout=OTHERS_SECONDS)
    if tracks.robbing:
        raise CommandError(
            "results of other messages of this account are waiting, and --wait would take them "
            "from their program: fetch them with `samlink reports`, or give --take-others; "
            "nothing was sent."
        )


def status_rows(tracks: Sequence[Track], *, waits: bool) -> tuple[list[str], list[tuple[str, ...]]]:
    """Headings and rows, at most 80 columns wide: the outcome of each message, or with `waits` its result."""
    more = [_("Sent (KST)"), _("Telecom")] if waits else ["GRP_ID/MSG_ID"]
    rows: list[tuple[str, ...]] = []
    for track in tracks:
        row = (masked(track.key.receiver if track.key else track.message.to), track.kind_name, track.outcome())
        rows.append((*row, *(_result_cells(track.result) if waits else (_key(track),))))
    return [_("To"), _("Type"), _("Result"), *more], rows


def way_columns(tracks: Sequence[Track], charges: Sequence[str]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Headings and rows: a column for each message, its way from submit to result from top to bottom."""
    lines = {
        _("To"): [masked(track.message.to) for track in tracks],
        _("Submitted"): [clock(track.submitted_ms) for track in tracks],
        _("Accepted"): [clock(track.accepted_ms) for track in tracks],
        _("Result came"): [clock(track.result_ms) for track in tracks],
        _("Result"): [track.outcome() for track in tracks],
        _("Telecom"): [telecom_name(track.result.telecom) if track.result else "-" for track in tracks],
        _("Charge"): list(charges),
    }
    return ["", *(track.kind_name for track in tracks)], [(name, *row) for name, row in lines.items()]


def _result_cells(result: "Result | None") -> tuple[str, str]:
    if result is None or result.sent_seconds is None:
        return "-", telecom_name(result.telecom) if result else "-"
    return kst(result.sent_seconds * 1000)[5:], telecom_name(result.telecom)


def _key(track: Track) -> str:
    return f"{track.message.group_id}/{track.message.message_id}"
