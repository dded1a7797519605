"""What all connections hold of requests together, over real sockets: bounded, and fair to those who finish theirs."""

import asyncio
import contextlib
from pathlib import Path
from typing import Final

from samlink.gateway.limits import LEAST_REQUEST_BYTES
from samlink.testing.clock import a_moment, until
from samlink.testing.raw_connection import RawConnection, raw_connection, raw_frame
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Service
from samlink.wire import commands
from samlink.wire.choices import REQUEST_BODY_LIMIT
from samlink.wire.packets import record_size
from samlink.wire.sessions.session import READ_AHEAD_BYTES
from tests.gateway.running import Running, account, running, sms

SLOW: Final = 24
SENT: Final = 2 << 20
"""What each slow peer has sent of its 32 MiB."""
READ: Final = 256 * 1024
SHARED: Final = LEAST_REQUEST_BYTES - REQUEST_BODY_LIMIT
"""What may be read of long requests at will, beside the one whose turn it is."""


def held(gateway: Running) -> int:
    """Bytes of requests that all connections hold now."""
    return sum(link.session.held_bytes for link in gateway.gateway._listener._links)


async def slow_peers(stack: contextlib.AsyncExitStack, gateway: Running) -> list[RawConnection]:
    """Peers that announce 32 MiB of Kakao messages, and have sent a part of them."""
    peers = [await stack.enter_async_context(raw_connection(gateway.port(Service.KMS))) for _ in range(SLOW)]
    for peer in peers:
        await peer.login()
        peer.write(raw_frame(commands.SEND_KMS.code, b"9999" + b" " * SENT, length=str(REQUEST_BODY_LIMIT))[:-1])
    return peers


async def test_slow_peers_fill_no_more_than_the_budget_and_hold_up_no_small_request(tmp_path: Path) -> None:
    big, limits = account(batch_limit=9999), {"request_bytes": LEAST_REQUEST_BYTES}
    async with (
        contextlib.AsyncExitStack() as stack,
        running(tmp_path, big, limits=limits, waits={"frame_seconds": 4.0}) as gateway,
    ):
        peers = await slow_peers(stack, gateway)
        bound = SHARED + READ + SENT + (SLOW + 1) * (READ_AHEAD_BYTES + 1)
        await until(lambda: held(gateway) > SENT)
        async with gateway.sender() as sender:
            for number in range(20):
                assert (await sender.send([sms(number)])).response == ResponseCode.OK
                assert held(gateway) <= bound < SLOW * SENT / 5
        assert all(await asyncio.gather(*(peer.is_closed() for peer in peers))), "none was whole in time"
        await until(lambda: held(gateway) == 0)
        async with gateway.sender() as sender:
            messages = [sms(number, message_id=f"big-{number}") for number in range(9999)]
            assert (await sender.send(messages)).response == ResponseCode.OK
        assert gateway.gateway._listener._budget.held_bytes == 0


async def test_long_requests_of_many_are_all_taken_one_after_another(tmp_path: Path) -> None:
    rich = account(batch_limit=9999, fee_type=2)
    async with (
        contextlib.AsyncExitStack() as stack,
        running(tmp_path, rich, limits={"request_bytes": LEAST_REQUEST_BYTES}) as gateway,
    ):
        senders = [await stack.enter_async_context(gateway.sender()) for _ in range(6)]
        for number, sender in enumerate(senders):
            sender.ask_to_send([sms(place, group_id=f"group-{number}") for place in range(9999)])
        most = 0
        answers = asyncio.gather(*(sender.answer() for sender in senders))
        while not answers.done():
            most = max(most, held(gateway))
            await a_moment()
        assert [answer.response for answer in await answers] == [ResponseCode.OK] * len(senders)
        longest = 9999 * record_size(commands.SEND_SMS, user_code=False) + 100
        assert READ_AHEAD_BYTES < most <= SHARED + READ + longest + len(senders) * (READ_AHEAD_BYTES + 1)
        assert gateway.gateway._listener._budget.held_bytes == 0


async def test_a_gateway_stops_at_once_though_long_requests_wait_for_their_turn(tmp_path: Path) -> None:
    big, limits = account(batch_limit=9999), {"request_bytes": LEAST_REQUEST_BYTES}
    async with (
        contextlib.AsyncExitStack() as stack,
        running(tmp_path, big, limits=limits, waits={"drain_seconds": 1000.0}) as gateway,
    ):
        peers = await slow_peers(stack, gateway)
        budget = gateway.gateway._listener._budget
        await until(lambda: sum(len(share._waiting) for share in budget._shares.values()) >= SLOW / 2)
        await gateway.stop()
        assert all(await asyncio.gather(*(peer.is_closed() for peer in peers)))
        assert budget.held_bytes == 0


async def test_a_customer_who_dribbles_holds_up_no_upload_of_another(tmp_path: Path) -> None:
    async with (
        contextlib.AsyncExitStack() as stack,
        running(tmp_path, account(batch_limit=9999), account("good")) as gateway,
    ):
        for _ in range(40):
            peer = await stack.enter_async_context(raw_connection(gateway.port(Service.KMS)))
            await peer.login()
            peer.write(raw_frame(commands.SEND_KMS.code, b"9999" + b" " * SENT, length=str(REQUEST_BODY_LIMIT))[:-1])
        share = next(iter(gateway.gateway._listener._budget._shares.values()))
        await until(lambda: share.tight)
        async with gateway.sender(Service.MMS, id="good") as sender:
            for number in range(5):
                content = b"sis" + bytes([number]) * 250_000
                assert (await sender.upload(content, "sis")).response == ResponseCode.OK
        assert share.tight
