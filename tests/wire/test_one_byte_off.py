"""Two sessions, and one frame between them that is one byte or one field off, in either direction.

Nothing raises; no message is taken twice and no result is handed on twice; the frames beside the odd one, and the
records beside the odd one in its frame, come through as if nothing had been, if need be on the next connection.
RESP_CODE stays as it is: it alone says what was taken (manual 3.A), so another one is another answer.
"""

import enum
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise, product
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.commands import COMMANDS, COUNT, Command, Direction, Version
from samlink.wire.frame import ETX_SIZE, HEADER_FIELDS, HEADER_SIZE
from samlink.wire.records import FileNames, KmsRecord, Login, ResultRecord, SendRecord
from samlink.wire.sessions.session import Answered, Event, PollDue, Requested
from tests.wire.sessions.pair import ANSWER, Pair
from tests.wire.strategies import BOUNDED

MANY: Final = settings(BOUNDED, max_examples=100)
LOGIN: Final = Login("demo", "secret")
SENT: Final = [
    (command, version) for command in map(COMMANDS.get, ("1020", "1024", "1044", "1054")) for version in Version
]
REQUESTS, RECORDS = 3, 3
STEPS_LIMIT: Final = 2000
UNACKNOWLEDGED_SECONDS: Final = 60.0
RESPONSE: Final = range(20, 25)
"""Where RESP_CODE stands in a frame."""
RECORD: Final = 82
"""Bytes of a result in a 1031."""


class Change(enum.Enum):
    """What happens to a frame."""

    REPLACE = "another byte"
    ADD = "a byte more"
    DROP = "a byte is missing"
    FIELD = "another value of a field"


def header_fields() -> Iterator[tuple[int, int]]:
    """Where the fields of the header begin and end."""
    ends = list(accumulate((size for _, size in HEADER_FIELDS), initial=1))
    return pairwise(ends)


def body_fields(command: Command, size: int) -> Iterator[tuple[int, int]]:
    """Where the fields of a body of fixed layout begin and end in its frame."""
    layout = [COUNT.size] * command.counted
    layout += [field.size for field in command.head.fields] if command.head else []
    record = [field.size for field in command.record.fields if field.attribute != "user_code"] if command.record else []
    while record and sum(layout) + sum(record) <= size:
        layout += record
    ends = list(accumulate(layout, initial=HEADER_SIZE))
    return pairwise(ends)


@dataclass
class Spoiler:
    """One change to one frame of one direction."""

    direction: Direction
    number: int
    change: Change
    place: int
    value: bytes
    passed: int = 0
    before: bytes = b""
    """The frame that was changed."""
    record: int | None = None
    """Which of its records was, if the change is inside of one and moves nothing else."""

    def carry(self, direction: Direction, data: bytes) -> bytes:
        """What arrives of the frames that were written."""
        arrived = b""
        while data:
            end = HEADER_SIZE + int(data[12:20].strip(b" \0")) + ETX_SIZE
            frame, data = data[:end], data[end:]
            if direction is self.direction:
                self.passed += 1
                frame = self._changed(frame) if self.passed == self.number else frame
            arrived += frame
        return arrived

    def _changed(self, frame: bytes) -> bytes:
        self.before = frame
        start, end = self._span(frame)
        value = self.value[:1] if self.change is not Change.FIELD else self.value[: end - start].ljust(end - start)
        if self.change is Change.ADD:
            end = start
        elif self.change is Change.DROP:
            value = b""
        else:
            self.record = self._record_at(start, end, len(frame))
        return frame[:start] + value + frame[end:]

    def _span(self, frame: bytes) -> tuple[int, int]:
        command = COMMANDS[frame[7:12].strip(b" \0").decode()]
        fields = [*header_fields(), *body_fields(command, len(frame) - HEADER_SIZE - ETX_SIZE)]
        fields = [field for field in fields if field[0] not in RESPONSE]
        if self.change is Change.FIELD:
            return fields[self.place % len(fields)]
        places = [place for place in range(len(frame)) if place not in RESPONSE]
        place = places[self.place % len(places)]
        return place, place + 1

    def _record_at(self, start: int, end: int, size: int) -> int | None:
        head = HEADER_SIZE + COUNT.size
        return (start - head) // RECORD if head <= start and end < size and self.before[7:11] == b"1031" else None


def spoilers(frames: int) -> st.SearchStrategy[Spoiler]:
    """Any change to one of the first `frames` frames."""
    return st.builds(
        Spoiler,
        st.sampled_from(Direction),
        st.integers(1, frames),
        st.sampled_from(Change),
        st.integers(0, 2000),
        st.one_of(
            st.sampled_from([b"\0", b" ", b"0", b"1", b"9999", b"-1", b"\x01", b"\x02", b"\x03", b"\n", b"\xff"]),
            st.binary(min_size=1, max_size=50),
        ),
    )


class Odd:
    """A client and a gateway, connected as often as it takes, with a spoiler on their line."""

    def __init__(self, service: Service, duty: Duty, version: Version, spoiler: Spoiler) -> None:
        self.connection = (service, duty, version)
        self.spoiler = spoiler
        self.steps = 0
        self.now = 0.0
        self.connect()

    def connect(self) -> None:
        """Begin a connection with its login."""
        self.pair = Pair(*self.connection, now=self.now)
        self.pair.client.login(LOGIN, self.now)

    def step(self) -> None:
        """Carry what was written, or let time pass where there is nothing; begin anew after an end."""
        self.steps += 1
        assert self.steps < STEPS_LIMIT, "they go round in circles"
        client, gateway = self.pair.client, self.pair.gateway
        up = self.spoiler.carry(Direction.TO_GATEWAY, client.bytes_to_send())
        down = self.spoiler.carry(Direction.TO_CLIENT, gateway.bytes_to_send())
        if up:
            self.gateway_hears(gateway.receive(up, self.now))
        if down:
            self.client_hears(client.receive(down, self.now))
        if client.over or gateway.over:
            self.client_hears(
                client.receive(self.spoiler.carry(Direction.TO_CLIENT, gateway.bytes_to_send()), self.now)
            )
            self.client_hears(client.receive_eof())
            self.gateway_hears(gateway.receive_eof())
            self.ended()
            self.connect()
        elif not (up or down):
            self.idle()

    def idle(self) -> None:
        """Nothing is under way: time passes until something is due."""
        client, gateway = self.pair.client, self.pair.gateway
        self.now = self.pair.now = min(due for due in (client.deadline(), gateway.deadline()) if due is not None)
        self.gateway_hears(gateway.wake(self.now))
        self.client_hears(client.wake(self.now))

    def gateway_hears(self, events: list[Event]) -> None:
        """Answer what is asked."""
        gateway = self.pair.gateway
        while events:
            event = events.pop(0)
            if isinstance(event, Requested):
                if event.packet.command not in commands.LOGINS:
                    self.requested(event.packet)
                elif event.packet.head == LOGIN:
                    gateway.answer_login(ANSWER, batch_limit=RECORDS, service_class=1, now=self.now)
                else:
                    gateway.refuse(ResponseCode.LOGIN_FAILED, "login failed", self.now)
                events += gateway.resume(self.now)

    def client_hears(self, events: list[Event]) -> None:
        for event in events:
            self.heard(event)

    def requested(self, packet: Any) -> None:
        """The gateway's part."""
        raise NotImplementedError

    def heard(self, event: Event) -> None:
        """The client's part."""
        raise NotImplementedError

    def ended(self) -> None:
        """The connection is over."""


class Sending(Odd):
    """Sends requests one after the other, and none again."""

    def __init__(self, command: Command, version: Version, spoiler: Spoiler) -> None:
        self.command = command
        self.taken: Counter[tuple[str, str]] = Counter()
        self.outcomes: list[bool | None] = []
        """Of each request: whether it was taken; None: not known."""
        self.asked = False
        self.written: list[int] = []
        """How many frames had been written in each direction when a request was."""
        service = next(service for service in Service if command in commands.SEND_COMMANDS[service])
        super().__init__(service, Duty.SEND, version, spoiler)

    def run(self) -> None:
        while len(self.outcomes) < REQUESTS:
            if self.pair.client.idle and not self.asked:
                self.asked = True
                files = FileNames("a.jpg") if self.command.head else None
                self.pair.client.send_messages(
                    self.command, records_of(self.command, len(self.outcomes)), self.now, files=files
                )
            self.step()

    def requested(self, packet: Any) -> None:
        self.taken.update((record.group_id, record.message_id) for record in packet.records)
        self.pair.gateway.answer_messages(self.now)

    def heard(self, event: Event) -> None:
        if self.asked and isinstance(event, Answered) and event.packet.command is not commands.LOGIN_ANSWER:
            self.end(event.ok)

    def ended(self) -> None:
        if self.asked:
            self.end(None)

    def end(self, outcome: bool | None) -> None:
        self.asked = False
        self.outcomes.append(outcome)


def key(request: int, record: int) -> tuple[str, str]:
    """Keys that are more than one byte from each other."""
    return f"20261127{request}{request}{request}", f"{record}m{record}m{record}"


def records_of(command: Command, request: int) -> list[Any]:
    """The messages of a request."""
    assert command.record is not None
    kind: Any = KmsRecord if command.record.record is KmsRecord else SendRecord
    return [kind(*key(request, record), "0212345678", "01012345678", text="안녕하세요") for record in range(RECORDS)]


def result_of(page: int, record: int) -> ResultRecord:
    """A result of a page."""
    return ResultRecord(*key(page, record), "01012345678", 1230769810, 6, "01190")


@pytest.mark.parametrize(("command", "version"), SENT, ids=lambda one: getattr(one, "code", str(one)))
def test_messages_are_taken_once_and_their_neighbours_always(command: Command, version: Version) -> None:
    @MANY
    @given(spoilers(1 + REQUESTS))
    def once(spoiler: Spoiler) -> None:
        sending = Sending(command, version, spoiler)
        sending.run()
        assert max(sending.taken.values()) == 1
        odd = [request for request in range(REQUESTS) if key(request, 0)[0].encode() in spoiler.before]
        if spoiler.before and spoiler.before[7:11] in {b"1026", b"1021"}:
            odd = [request for request, outcome in enumerate(sending.outcomes) if outcome is not True]
            assert len(odd) <= 1
            assert len(sending.taken) == REQUESTS * RECORDS
        for request in {*range(REQUESTS)} - {*odd}:
            assert sending.outcomes[request] is True
            assert all(sending.taken[key(request, record)] == 1 for record in range(RECORDS))

    once()


class Reporting(Odd):
    """Has results delivered, page by page, until each was acknowledged."""

    def __init__(self, version: Version, spoiler: Spoiler) -> None:
        self.waiting = [[result_of(page, record) for record in range(RECORDS)] for page in range(REQUESTS)]
        self.page: list[ResultRecord] = []
        """Delivered and not acknowledged."""
        self.pushed_at = 0.0
        self.handed_on: dict[tuple[str, str], ResultRecord] = {}
        """By key: a result that is delivered again is not handed on again."""
        super().__init__(Service.SMS, Duty.REPORT, version, spoiler)

    def run(self) -> None:
        while self.waiting or self.page:
            gateway = self.pair.gateway
            if gateway.may_push and self.waiting and not self.page:
                self.take_page()
                gateway.push(self.page, self.now)
                self.pushed_at = self.now
            self.step()

    def take_page(self) -> None:
        self.page = self.waiting.pop(0) if self.waiting else []

    def idle(self) -> None:
        super().idle()
        if self.pair.version is Version.SAM11 and self.page and self.now > self.pushed_at + UNACKNOWLEDGED_SECONDS:
            self.pair.gateway.close()

    def requested(self, packet: Any) -> None:
        if self.pair.version is Version.SAM10:
            self.take_page()
            self.pair.gateway.answer_poll(self.page, self.now)
            return
        named = {(record.group_id, record.message_id) for record in packet.records}
        left = [record for record in self.page if (record.group_id, record.message_id) not in named]
        if len(left) < len(self.page):
            self.page = []
            self.waiting = [left, *self.waiting] if left else self.waiting

    def heard(self, event: Event) -> None:
        client = self.pair.client
        if isinstance(event, PollDue) and client.idle:
            client.poll(self.now)
        elif isinstance(event, Requested | Answered) and event.packet.command is commands.RESULTS:
            records: list[ResultRecord] = list(event.packet.records)
            keys = [(record.group_id, record.message_id) for record in records]
            assert len(set(keys)) == len(keys), "one page has two results of one message"
            self.handed_on = dict(zip(keys, records, strict=True)) | self.handed_on
            if isinstance(event, Requested) and not client.over:
                client.acknowledge([record.key for record in records], self.now)

    def ended(self) -> None:
        if self.page:
            self.waiting.insert(0, self.page)
            self.page = []


@pytest.mark.parametrize("version", Version)
def test_results_are_handed_on_once_and_their_neighbours_always(version: Version) -> None:
    @MANY
    @given(spoilers(1 + REQUESTS))
    def once(spoiler: Spoiler) -> None:
        reporting = Reporting(version, spoiler)
        reporting.run()
        for page, record in product(range(REQUESTS), range(RECORDS)):
            result = result_of(page, record)
            in_odd_frame = result.group_id.encode() in spoiler.before and spoiler.direction is Direction.TO_CLIENT
            handed_on = reporting.handed_on.get(key(page, record))
            if in_odd_frame and spoiler.record in {None, record}:
                assert handed_on is not None or version is Version.SAM10
            else:
                assert handed_on == result

    once()


def test_an_ended_connection_says_why() -> None:
    """The harness itself: an odd frame that is no frame ends a connection, and the next one goes on."""
    spoiler = Spoiler(Direction.TO_GATEWAY, 2, Change.REPLACE, 0, b"x")
    sending = Sending(commands.SEND_SMS, Version.SAM11, spoiler)
    sending.run()
    assert sending.outcomes == [False, True, True]
