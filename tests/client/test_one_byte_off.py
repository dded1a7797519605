"""Any exchange with a vendor, put one byte off: nothing comes twice, nothing is called sent that did not come, no
result is handed on twice, and the connection or its successor goes on.

RESP_CODE itself stays as it is: it alone says what was taken (manual 3.A), so a change of it is another answer and not
an odd one.
"""

import asyncio
import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samlink.client import ClientError, Message, OutcomeUnknownError, Sent
from samlink.testing.tolerance.client_half import OwnClient, Place
from samlink.testing.tolerance.client_rows import LAST, result
from samlink.testing.tolerance.vendor import HOST, Habits, Reply, Vendor, frame, good_answer, good_login
from samlink.wire import Frame, Version
from samlink.wire.frame import HEADER_SIZE

RESPONSE = range(20, 25)
"""Where RESP_CODE stands in a frame."""
SECONDS = 30.0


class Change(enum.Enum):
    """What happens to the bytes of one frame."""

    DROP = "a byte is missing"
    ADD = "a byte more"
    REPLACE = "another byte"
    NULS = "NULs for blanks"
    SPLIT = "in two segments"
    REPEAT = "the frame twice"
    CUT = "the connection ends before the frame does"


@dataclass
class Fault:
    """One change, to the frame of this number that a vendor writes."""

    change: Change
    number: int
    place: int
    byte: int
    written: int = field(default=0)

    def applied(self, data: bytes) -> Reply:
        """A frame, or what becomes of it."""
        self.written += 1
        return self._changed(data) if self.written == self.number else Reply(data)

    def _changed(self, data: bytes) -> Reply:
        place = self.place % len(data)
        if place in RESPONSE:
            place = HEADER_SIZE - 1
        match self.change:
            case Change.DROP:
                return Reply(data[:place] + data[place + 1 :])
            case Change.ADD:
                return Reply(data[:place] + bytes([self.byte]) + data[place:])
            case Change.REPLACE:
                return Reply(data[:place] + bytes([self.byte]) + data[place + 1 :])
            case Change.NULS:
                return Reply(data.replace(b" ", b"\0"))
            case Change.SPLIT:
                return Reply(data, one_by_one=True)
            case Change.REPEAT:
                return Reply(data * 2)
            case Change.CUT:
                return Reply(data[:place], close=True)


faults = st.builds(
    Fault,
    change=st.sampled_from(Change),
    number=st.integers(1, 3),
    place=st.one_of(st.integers(0, 90), st.integers(0, 400)),
    byte=st.one_of(st.sampled_from(b"\0\1\2\3 019\n\xff"), st.integers(0, 255)),
)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that waits for a missing byte gives up soon; the waits themselves have tests of their own."""
    monkeypatch.setattr("samlink.wire.choices.ANSWER_LIMIT_SECONDS", 0.2)
    monkeypatch.setattr("samlink.wire.choices.KEEPALIVE_SECONDS", 0.2)
    monkeypatch.setattr("samlink.wire.choices.POLL_SECONDS", 0.01)


many = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@many
@given(fault=faults, version=st.sampled_from(Version), sizes=st.lists(st.integers(1, 3), min_size=2, max_size=3))
async def test_messages_come_once_and_what_is_said_of_them_is_true(
    fault: Fault, version: Version, sizes: list[int]
) -> None:
    habits = Habits(
        login=lambda request: fault.applied(good_login(request)),
        answer=lambda request: fault.applied(good_answer(request)),
    )
    async with asyncio.timeout(SECONDS), Vendor(habits) as vendor:
        client = OwnClient(Place(HOST, vendor.base_port, version))
        async with client:
            for number, size in enumerate(sizes):
                await send_and_check(client, vendor, [f"R{number}M{place}" for place in range(size)])
            await send_and_check(client, vendor, ["LAST"], must_be_sent=fault.written > fault.number)
    assert not [key for key, times in vendor.taken.items() if times > 1]


async def send_and_check(
    client: OwnClient, vendor: Vendor, names: Sequence[str], *, must_be_sent: bool = False
) -> None:
    """Send messages in one call, and compare what is said of each with what the vendor has."""
    given = [Message(to="01012345678", text="안녕", group_id="G", message_id=name) for name in names]
    outcomes = [outcome async for outcome in client.sender.send_many(given)]
    for name, outcome in zip(names, outcomes, strict=True):
        came = vendor.taken["G", name]
        if isinstance(outcome, Sent):
            assert came == 1
        else:
            error: ClientError = outcome.error  # type: ignore[union-attr]
            assert isinstance(error, OutcomeUnknownError) or came == 0, error
            assert not must_be_sent, error


@many
@given(fault=faults, version=st.sampled_from(Version))
async def test_results_come_through_and_none_twice(fault: Fault, version: Version) -> None:
    pages = [b"2   " + result("A1") + result("A2"), b"1   " + result("B"), b"1   " + result(LAST)]

    def login(request: Frame) -> Reply:
        return Reply(good_login(request))

    def page(body: bytes, spoken: str) -> Reply:
        whole = frame("1031", spoken, body=body)
        return Reply(whole) if LAST.encode() in body else fault.applied(whole)

    async with asyncio.timeout(SECONDS), Vendor(Habits(login=login, pages=pages, page=page)) as vendor:
        client = OwnClient(Place(HOST, vendor.base_port, version))
        async with client:
            got = Counter(await client.receive(LAST))
    assert set(got.values()) == {1}
    assert got[LAST, 6] == 1
