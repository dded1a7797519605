"""Valid exchanges put one step off: a byte dropped, added or changed, padding swapped, a frame split, repeated, moved.

Whatever comes of it: no message is taken twice, each that is taken has its result and its report, a neighbour notices
nothing, and the customer's next connection works.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from samlink.core.message import State
from samlink.testing.raw_connection import RawConnection, frame_of, login_frame, raw_connection
from samlink.vocabulary.responses import ResponseCode
from samlink.wire import commands
from samlink.wire.packets import Packet
from tests.gateway.running import Running, account, running, sms

Frames = list[bytes]
EXCHANGES: Final = 40
"""Of each kind of step; the same in every run."""


def anywhere(frames: Frames, rng: random.Random, change: Callable[[bytes, int], bytes]) -> Frames:
    """`change` one byte of one frame after the login."""
    which = rng.randrange(1, len(frames))
    place = rng.randrange(len(frames[which]))
    return [*frames[:which], change(frames[which], place), *frames[which + 1 :]]


def dropped(frames: Frames, rng: random.Random) -> Frames:
    return anywhere(frames, rng, lambda frame, at: frame[:at] + frame[at + 1 :])


def added(frames: Frames, rng: random.Random) -> Frames:
    byte = rng.choice([b" ", b"\0", b"\n", b"0", b"\x01", b"\x03", b"\xff"])
    return anywhere(frames, rng, lambda frame, at: frame[:at] + byte + frame[at:])


def changed(frames: Frames, rng: random.Random) -> Frames:
    byte = bytes([rng.randrange(256)])
    return anywhere(frames, rng, lambda frame, at: frame[:at] + byte + frame[at + 1 :])


def other_padding(frames: Frames, rng: random.Random) -> Frames:
    which = rng.randrange(1, len(frames))
    return [*frames[:which], frames[which].replace(b"  ", b"\0\0"), *frames[which + 1 :]]


def repeated(frames: Frames, rng: random.Random) -> Frames:
    which = rng.randrange(len(frames))
    return [*frames[: which + 1], *frames[which:]]


def moved(frames: Frames, rng: random.Random) -> Frames:
    which, to = rng.randrange(1, len(frames)), rng.randrange(1, len(frames))
    rest = frames[:which] + frames[which + 1 :]
    return [*rest[:to], frames[which], *rest[to:]]


def split(frames: Frames, rng: random.Random) -> Frames:
    joined = b"".join(frames)
    at = rng.randrange(len(joined))
    return [joined[:at], joined[at:]]


STEPS: Final[Sequence[Callable[[Frames, random.Random], Frames]]] = (
    dropped,
    added,
    changed,
    other_padding,
    repeated,
    moved,
    split,
)

CHANGES_NO_CONTENT: Final = frozenset({other_padding, repeated, moved, split})
"""Steps after which exactly the messages that were meant are taken, each once."""


async def say(raw: RawConnection, frames: Frames) -> Counter[str]:
    """Write all, close the sending side, and count the RESP_CODEs until the end."""
    for frame in frames:
        raw.write(frame)
        await raw.drain()
    raw.end()
    codes: Counter[str] = Counter()
    while (answer := await raw.frame()) is not None:
        codes[answer.response] += 1
    return codes


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
async def test_one_step_off_harms_nobody(tmp_path: Path, step: Callable[[Frames, random.Random], Frames]) -> None:
    rng = random.Random(step.__name__)
    async with (
        running(tmp_path, account(balance=10**9), account("neighbour", balance=10**9)) as gateway,
        gateway.sender(id="neighbour") as neighbour,
    ):
        for number in range(EXCHANGES):
            messages = [sms(3 * number + place) for place in range(3)]
            exchange = [login_frame(), *(frame_of(Packet(commands.SEND_SMS, records=[one])) for one in messages)]
            async with raw_connection(gateway.port()) as raw:
                await say(raw, step(exchange, rng))
            assert (await neighbour.send([sms(number)])).response == ResponseCode.OK
        async with raw_connection(gateway.port()) as successor:
            assert await say(successor, [login_frame(), frame_of(Packet(commands.SEND_SMS, records=[sms(9999)]))]) == {
                "00000": 2
            }
        await each_is_taken_once_and_reported(gateway)
        if step in CHANGES_NO_CONTENT:
            assert len(gateway.views()) == 3 * EXCHANGES + 1


async def each_is_taken_once_and_reported(gateway: Running) -> None:
    """All that was taken has one row, one charge, a result, and a report that its customer can take."""
    await gateway.state("queued", 0)
    await gateway.state("sending", 0)
    await gateway.state("sent", 0)
    assert gateway.audit() == []
    views = gateway.views()
    assert all(view.result is not None for view in views.values())
    async with gateway.reports() as reports:
        told = [result.message_id for result in await reports.taken(len(waiting(gateway)))]
    assert len(told) >= len(views)


def waiting(gateway: Running) -> list[int]:
    """The results that wait for the account `demo`."""
    return [view.id for view in gateway.views().values() if view.state == State.DONE]
