"""Nobody keeps the loop from the others by what it has pipelined: counted in frames, not in time."""

import asyncio
from typing import Final

import pytest

from samlink.link import Link, Turns
from samlink.link.turns import BACKLOG_WORK_IN_TURN, WORK_IN_TURN
from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.packets import Packet
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import READ_AHEAD_BYTES, Requested
from tests.link.test_driver import KEEPALIVE, LOGIN, Gateway, gateway, log_in, raw_client, request, send

FRAMES: Final = 20_000
MANY_TURNS: Final = 30
"""More turns of the loop than a request and its answer take."""


class Flood:
    """Somebody with work for ever, who tells when the loop did some of it."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.reads = True

    def take_turn(self, work_limit: int) -> tuple[int, bool]:
        """As much as is allowed."""
        self.done.append(work_limit)
        return work_limit, True

    def adjust_reading(self) -> None:
        """Nothing is read."""


async def test_backlogs_share_what_is_done_in_a_turn_and_go_round() -> None:
    turns = Turns(asyncio.get_running_loop())
    floods = [Flood() for _ in range(20)]
    for flood in floods:
        turns.run(flood)
    assert all(sum(flood.done) == WORK_IN_TURN and turns.waits(flood) for flood in floods)
    for turn in range(1, 101):
        await asyncio.sleep(0)
        assert sum(sum(flood.done) for flood in floods) <= 20 * WORK_IN_TURN + turn * BACKLOG_WORK_IN_TURN
    shares = [sum(flood.done) for flood in floods]
    assert min(shares) >= max(shares) - WORK_IN_TURN


async def test_who_has_had_its_turn_waits_for_the_next_one_however_it_asks() -> None:
    turns = Turns(asyncio.get_running_loop())
    flood = Flood()
    assert turns.run(flood)
    assert not turns.run(flood)
    assert flood.done == [WORK_IN_TURN]


class SharedTurns(Gateway):
    """A port whose links share their turns."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(Service.SMS, duty, None)
        self.turns = Turns(asyncio.get_running_loop())

    def make_link(self) -> Link[GatewaySession]:
        """A link of a connection that has come."""
        return Link(self.make_session, on_connected=self.connected, turns=self.turns)


async def answer_polls(link: Link[GatewaySession]) -> None:
    """Serve a connection that polls."""
    while isinstance(await link.next_event(), Requested):
        link.session.answer_poll((), link.now)
        link.flush()


async def a_backlog(turns: Turns, link: Link[GatewaySession]) -> None:
    """Wait until the link has more work than one turn allows."""
    stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    adjust = link.adjust_reading

    def told() -> None:
        adjust()
        if turns.waits(link) and not stopped.done():
            stopped.set_result(None)

    link.adjust_reading = told  # type: ignore[method-assign]
    await stopped


FLOODS: Final = {
    Duty.SEND: (LOGIN, KEEPALIVE),
    Duty.REPORT: (
        LOGIN.replace(b"SAM11", b"SAM10"),
        request(Packet(commands.RESULTS_TAKEN, empty=True)).replace(b"SAM11", b"SAM10"),
    ),
}


@pytest.mark.parametrize("duty", FLOODS)
async def test_a_good_customer_is_answered_after_few_frames_of_one_who_floods(duty: Duty) -> None:
    port = SharedTurns(duty)
    server = await asyncio.get_running_loop().create_server(port.make_link, "127.0.0.1", 0)
    port.port = server.sockets[0].getsockname()[1]
    login, frame = FLOODS[duty]
    async with server, raw_client(port) as peer:
        await send(peer, login)
        flooder = await port.logged_in()
        serving = asyncio.create_task(answer_polls(flooder))
        writing = asyncio.create_task(send(peer, frame * FRAMES))
        await a_backlog(port.turns, flooder)
        before = flooder.session.work_done
        client, link = await log_in(port, duty)
        assert flooder.session.work_done - before <= MANY_TURNS * BACKLOG_WORK_IN_TURN < FRAMES / 10
        assert flooder.session.held_bytes <= READ_AHEAD_BYTES
        writing.cancel()
        serving.cancel()
        for one in (flooder, link, client):
            one.close(at_once=True)
            await one.closed


async def test_all_that_was_pipelined_is_answered_in_the_end() -> None:
    async with gateway() as port, raw_client(port) as peer:
        await send(peer, LOGIN)
        await port.logged_in()
        reader, writer = await asyncio.open_connection(sock=peer)
        writer.write(KEEPALIVE * FRAMES)
        first = await reader.readuntil(b"\x03")
        assert b"1011" in first
        for _ in range(FRAMES):
            assert b"1021" in await reader.readuntil(b"\x03")
        writer.close()
