"""A client and a gateway with a false wire between them, driven at random: what one says, the other hears, in order."""

from collections import deque
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.commands import Command, Version
from samlink.wire.records import FileNames, FileUpload, KeyRecord, Login, Record, ResultRecord, SendRecord
from samlink.wire.sessions.session import Answered, Ended, Event, KeepaliveAnswered, PollDue, Requested
from samlink.wire.sessions.transitions import ConnectionState
from tests.wire.sessions.pair import ANSWER, Pair
from tests.wire.strategies import BOUNDED, packets, table_records

PIECES: Final = st.sampled_from([1, 2, 10, 76, 77, 100, 5000, None])
SHORT: Final = settings(BOUNDED, max_examples=15, stateful_step_count=40)
CONNECTIONS: Final = list(product(Service, Duty, Version))


def records_of(command: Command, user_code: bool) -> st.SearchStrategy[list[Any]]:
    """One to three messages of a command."""
    assert command.record is not None
    return st.lists(table_records(command.record, user_code=user_code), min_size=1, max_size=3)


class Conversation(RuleBasedStateMachine):
    """One connection. What was said is remembered until the other side has heard it."""

    service = Service.SMS
    duty = Duty.SEND
    version = Version.SAM11

    def __init__(self) -> None:
        super().__init__()
        self.asked: deque[object] = deque()
        """What the client has asked, and the gateway has not heard."""
        self.answered: deque[str] = deque()
        """RESP_CODEs that the gateway has given, and the client has not heard."""
        self.pushed: deque[list[Record]] = deque()
        self.acknowledged: deque[list[Record]] = deque()
        self.to_answer: Requested | None = None
        self.to_acknowledge: list[Any] = []
        self.poll_due = False
        self.ended: list[str] = []

    @initialize(padding=st.sampled_from([b" ", b"\0"]), user_code=st.booleans())
    def connect(self, padding: bytes, user_code: bool) -> None:
        self.pair = Pair(self.service, self.duty, self.version, padding, user_code)

    # -- the client's verbs

    def alive(self) -> bool:
        return hasattr(self, "pair") and not self.ended

    def client_is(self, state: ConnectionState) -> bool:
        return self.alive() and self.pair.client.state is state

    @precondition(lambda self: self.client_is(ConnectionState.CONNECTED))
    @rule()
    def log_in(self) -> None:
        self.pair.client.login(Login("demo", "secret"), self.pair.now)
        self.asked.append(Login("demo", "secret"))

    @precondition(lambda self: self.client_is(ConnectionState.READY) and self.duty is Duty.SEND)
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        command = data.draw(st.sampled_from(commands.SEND_COMMANDS[self.service]))
        records = data.draw(records_of(command, self.pair.client.user_code))
        files = FileNames("a.jpg") if command.head is not None else None
        self.pair.client.send_messages(command, records, self.pair.now, files=files)
        self.asked.append(records)

    @precondition(lambda self: self.client_is(ConnectionState.READY) and self.duty is Duty.SEND)
    @precondition(lambda self: self.service is Service.MMS)
    @rule(content=st.binary(max_size=300))
    def upload(self, content: bytes) -> None:
        file = FileUpload("jpg", content)
        self.pair.client.upload(file, self.pair.now)
        self.asked.append(file)

    @precondition(lambda self: self.client_is(ConnectionState.READY) and self.duty is Duty.REPORT)
    @precondition(lambda self: self.version is Version.SAM10)
    @rule()
    def poll(self) -> None:
        self.pair.client.poll(self.pair.now)
        self.asked.append([])

    @precondition(lambda self: self.alive() and self.to_acknowledge)
    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        keys = [KeyRecord(record.group_id, record.message_id) for record in self.to_acknowledge]
        taken = data.draw(st.lists(st.sampled_from(keys), max_size=len(keys)))
        self.pair.client.acknowledge(taken, self.pair.now)
        self.acknowledged.append(list(taken))
        self.to_acknowledge = []

    # -- the gateway's verbs

    @precondition(lambda self: self.alive() and self.to_answer is not None)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        assert self.to_answer is not None
        command, self.to_answer = self.to_answer.packet.command, None
        gateway, now = self.pair.gateway, self.pair.now
        self.answered.append("00000")
        if command is commands.LOGIN:
            gateway.answer_login(ANSWER, batch_limit=30, service_class=1, now=now)
        elif command is commands.UPLOAD:
            gateway.answer_file("a.jpg", now)
        elif command is commands.RESULTS_TAKEN:
            results = data.draw(packets(commands.RESULTS, least=1)).records
            gateway.answer_poll(results, now)
        else:
            gateway.answer_messages(now)
        self.heard_by_gateway(gateway.resume(now))

    @precondition(lambda self: self.alive() and self.to_answer is not None)
    @precondition(lambda self: self.pair.gateway.state is not ConnectionState.LOGGING_IN)
    @rule()
    def refuse(self) -> None:
        self.to_answer = None
        self.pair.gateway.refuse(ResponseCode.OVERLOADED, "overloaded", self.pair.now)
        self.answered.append("19004")
        self.heard_by_gateway(self.pair.gateway.resume(self.pair.now))

    @precondition(lambda self: self.alive() and self.pair.gateway.may_push)
    @rule(packet=packets(commands.RESULTS, least=1))
    def push(self, packet: Any) -> None:
        self.pair.gateway.push(packet.records, self.pair.now)
        self.pushed.append(list(packet.records))

    # -- the wire and the clock

    @precondition(lambda self: self.alive())
    @rule(size=PIECES)
    def bring_to_gateway(self, size: int | None) -> None:
        self.heard_by_gateway(self.pair.deliver_to_gateway(size))

    @precondition(lambda self: self.alive())
    @rule(size=PIECES)
    def bring_to_client(self, size: int | None) -> None:
        self.heard_by_client(self.pair.deliver_to_client(size))

    @precondition(lambda self: self.alive())
    @rule(seconds=st.sampled_from([0.1, 4.0, 9.0, 31.0]))
    def wait(self, seconds: float) -> None:
        self.pair.now += seconds
        self.heard_by_gateway(self.pair.gateway.wake(self.pair.now))
        self.heard_by_client(self.pair.client.wake(self.pair.now))

    @precondition(lambda self: not self.alive())
    @rule()
    def rest(self) -> None:
        assert self.pair.client.over or self.pair.gateway.over

    # -- what each hears

    def heard_by_gateway(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Ended):
                self.end(event)
                continue
            assert isinstance(event, Requested), event
            if event.packet.command is commands.RESULTS_TAKEN and self.version is Version.SAM11:
                if event.packet.records:
                    assert list(event.packet.records) == self.next_acknowledged()
                continue
            assert self.to_answer is None
            self.to_answer = event
            said = event.packet.head if event.packet.head and not event.packet.records else list(event.packet.records)
            assert said == self.asked.popleft()

    def next_acknowledged(self) -> list[Record]:
        """What the client has acknowledged next; acknowledgements of nothing are not told apart from keepalives'."""
        while not self.acknowledged[0]:
            self.acknowledged.popleft()
        return self.acknowledged.popleft()

    def heard_by_client(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case Ended():
                    self.end(event)
                case Answered():
                    assert event.response == self.answered.popleft()
                case Requested():
                    assert list(event.packet.records) == self.pushed.popleft()
                    self.to_acknowledge = list(event.packet.records)
                case _:
                    assert isinstance(event, PollDue | KeepaliveAnswered), event

    def end(self, event: Ended) -> None:
        """Nobody ends a connection for anything but time."""
        assert event.response is None, event
        assert any(word in event.reason for word in ("no login", "no answer", "never sent", "silent")), event
        self.ended.append(event.reason)

    @invariant()
    def nothing_is_asked_twice_at_once(self) -> None:
        assert len(self.asked) <= 1
        assert len(self.pushed) <= 1

    @invariant()
    def what_is_held_is_bounded(self) -> None:
        if self.alive():
            for session in (self.pair.client, self.pair.gateway):
                assert len(session._buffer) <= 77 + session._buffer.body_limit + 100_000


@pytest.mark.parametrize(
    ("service", "duty", "version"), CONNECTIONS, ids=lambda value: getattr(value, "name", str(value))
)
def test_what_one_says_the_other_hears(service: Service, duty: Duty, version: Version) -> None:
    kind = type("Conversation", (Conversation,), {"service": service, "duty": duty, "version": version})
    run_state_machine_as_test(kind, settings=SHORT)


@pytest.mark.parametrize("padding", [b" ", b"\0"], ids=["spaces", "NULs"])
@pytest.mark.parametrize("user_code", [False, True], ids=["without", "with"])
@pytest.mark.parametrize("version", Version)
def test_a_day_in_the_life_one_byte_at_a_time(padding: bytes, user_code: bool, version: Version) -> None:
    pair = Pair(Service.MMS, Duty.SEND, version, padding, user_code).logged_in()
    message = SendRecord("g", "m", "0212345678", "01012345678", text="펲", user_code="123456789" if user_code else "")
    for command in commands.SEND_COMMANDS[Service.MMS]:
        files = FileNames("a.jpg") if command.head is not None else None
        pair.client.send_messages(command, [message] * 3, 0.0, files=files)
        heard: list[Event] = []
        while not heard:
            heard += pair.deliver_to_gateway(1)
        (event,) = heard
        assert isinstance(event, Requested)
        assert list(event.packet.records) == [message] * 3
        assert (event.packet.head, event.packet.user_code) == (files, user_code)
        pair.gateway.answer_messages(0.0)
        answers: list[Event] = []
        while not answers:
            answers += pair.deliver_to_client(1)
        assert isinstance(answers[0], Answered)
        expected = [KeyRecord("g", "m")] * 3 if version is Version.SAM11 else []
        assert list(answers[0].packet.records) == expected


def test_thousand_results_are_pushed_in_one_frame() -> None:
    pair = Pair(Service.SMS, Duty.REPORT, Version.SAM11).logged_in()
    results = [ResultRecord("g", str(number), "01012345678", 1230769810, 6, "01190") for number in range(1000)]
    pair.gateway.push(results, 0.0)
    (event,) = pair.deliver_to_client()
    assert isinstance(event, Requested)
    assert list(event.packet.records) == results
    pair.client.acknowledge([KeyRecord(result.group_id, result.message_id) for result in results], 0.0)
    (acknowledged,) = pair.deliver_to_gateway()
    assert isinstance(acknowledged, Requested)
    assert len(acknowledged.packet.records) == 1000
