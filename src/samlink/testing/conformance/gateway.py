"""What every gateway of the UShot link protocol promises, tried over its six ports as a customer would.

Subclass `GatewayConformance` in a test module of your own and give it a fixture `gateway`:

    class TestOurs(GatewayConformance):
        @pytest.fixture
        async def gateway(self):
            yield GatewayUnderTest("127.0.0.1", ports, "account", "password")

The account may send SMS from `sender` to `receiver`, a hundred and more, and each gets a result within `WAIT_SECONDS`;
nobody else fetches its results meanwhile. What is sent is really sent: use a test account. Needs pytest and
pytest-asyncio in `asyncio_mode = "auto"` (`pip install samlink[testing]`).

The promises are the manual's (2.B, 3.B). What programs of customers get wrong, and a gateway should bear all the same,
is in `samlink.testing.tolerance`.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from typing import Final

import pytest

from samlink.testing import thin_client
from samlink.testing.clock import WAIT_SECONDS
from samlink.testing.raw_connection import frame_of, login_frame, raw_frame
from samlink.testing.thin_client import Client
from samlink.testing.tolerance.gateway_half import GatewayUnderTest, RawCustomer
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.commands import Version
from samlink.wire.packets import Packet
from samlink.wire.records import ResultRecord
from samlink.wire.sessions.session import Ended

PAGE: Final = 30
"""Messages of one request: an account's first limit (LIMIT of 1011) is seldom lower."""


@contextlib.asynccontextmanager
async def connected(
    gateway: GatewayUnderTest, duty: Duty = Duty.SEND, version: Version = Version.SAM10, service: Service = Service.SMS
) -> AsyncIterator[Client]:
    """A connection that is logged in, closed at the end."""
    async with thin_client.connected(gateway.ports[service, duty], service, duty, version, host=gateway.host) as client:
        await client.login(gateway.id, gateway.password)
        yield client


async def sent(gateway: GatewayUnderTest, count: int = 1) -> list[str]:
    """Send so many messages; their MSG_IDs."""
    records = [gateway.message() for _ in range(count)]
    async with connected(gateway) as sender:
        for first in range(0, count, PAGE):
            answer = await sender.send(records[first : first + PAGE])
            assert answer.response == ResponseCode.OK
    return [record.message_id for record in records]


async def fetched(gateway: GatewayUnderTest, wanted: list[str]) -> Counter[str]:
    """Take pushed results until each wanted one has come, acknowledging all; how often each came."""
    came: Counter[str] = Counter()
    async with connected(gateway, Duty.REPORT, Version.SAM11) as reports:
        while not set(wanted) <= came.keys():
            page = await reports.pushed()
            reports.acknowledge(page)
            came.update(one.message_id for one in page if one.group_id == gateway.group)
    return came


def mine(gateway: GatewayUnderTest, page: list[ResultRecord]) -> list[str]:
    """The MSG_IDs of this run."""
    return [one.message_id for one in page if one.group_id == gateway.group]


class GatewayConformance:
    """The promises; see the module."""

    # -- logins

    @pytest.mark.parametrize("duty", [Duty.SEND, Duty.REPORT])
    @pytest.mark.parametrize("version", [Version.SAM10, Version.SAM11])
    async def test_a_right_login_is_answered_with_the_terms(
        self, gateway: GatewayUnderTest, duty: Duty, version: Version
    ) -> None:
        async with connected(gateway, duty, version) as client:
            assert client.batch_limit.split("|")[0].isdigit(), "RESP_MESG of 1011 begins with LIMIT"

    async def test_a_wrong_password_and_an_unknown_id_are_refused_alike_and_closed(
        self, gateway: GatewayUnderTest
    ) -> None:
        said = set()
        for id, password in ((gateway.id, gateway.password[::-1] + "x"), ("nobody", gateway.password)):
            async with gateway.customer(logged_in=False) as customer:
                answer = await customer.ask(login_frame(id, password))
                assert answer.command == "1011"
                assert answer.response != ResponseCode.OK
                said.add(answer.response)
                assert await customer.frame() is None
        assert len(said) == 1, "which of the two it was must not be told"

    async def test_a_request_before_the_login_is_not_taken(self, gateway: GatewayUnderTest) -> None:
        async with gateway.customer(logged_in=False) as customer:
            customer.write(frame_of(Packet(commands.SEND_SMS, records=[gateway.message()])))
            answer = await customer.frame()
            assert answer is None or answer.response != ResponseCode.OK

    # -- messages

    async def test_each_message_gets_one_result(self, gateway: GatewayUnderTest) -> None:
        wanted = await sent(gateway, PAGE)
        came = await fetched(gateway, wanted)
        assert {came[key] for key in wanted} == {1}

    async def test_many_requests_are_answered_in_their_order(self, gateway: GatewayUnderTest) -> None:
        records = [gateway.message() for _ in range(5)]
        async with gateway.customer() as customer:
            customer.write(b"".join(frame_of(Packet(commands.SEND_SMS, records=[one])) for one in records))
            answers = [await customer.frame() for _ in records]
        assert [answer.response for answer in answers if answer is not None] == [ResponseCode.OK] * len(records)
        await fetched(gateway, [one.message_id for one in records])

    async def test_a_request_may_come_byte_by_byte(self, gateway: GatewayUnderTest) -> None:
        record = gateway.message()
        async with gateway.customer() as customer:
            await customer.write_slowly(frame_of(Packet(commands.SEND_SMS, records=[record])))
            answer = await customer.frame()
            assert answer is not None
            assert answer.response == ResponseCode.OK
        await fetched(gateway, [record.message_id])

    async def test_an_empty_request_keeps_the_connection_alive(self, gateway: GatewayUnderTest) -> None:
        async with gateway.customer() as customer:
            for _ in range(3):
                assert (await customer.ask(raw_frame("1020", b"0   "))).response == ResponseCode.OK

    async def test_the_same_message_again_is_answered_and_not_refused(self, gateway: GatewayUnderTest) -> None:
        record = gateway.message()
        async with connected(gateway) as sender:
            for _ in range(2):
                assert (await sender.send([record])).response == ResponseCode.OK
        await fetched(gateway, [record.message_id])

    # -- what cannot be read

    @pytest.mark.parametrize(
        "broken",
        [raw_frame("1020", b"x"), raw_frame("1020", b"2   "), raw_frame("9999", b"")],
        ids=["no COUNT", "COUNT without records", "an unknown command"],
    )
    async def test_a_request_that_cannot_be_read_is_refused_and_its_neighbours_are_not(
        self, gateway: GatewayUnderTest, broken: bytes
    ) -> None:
        record = gateway.message()
        async with gateway.customer() as customer:
            answer = await customer.ask(broken)
            assert answer.response.isdigit()
            assert answer.response != ResponseCode.OK
            good = await customer.ask(frame_of(Packet(commands.SEND_SMS, records=[record])))
            assert good.response == ResponseCode.OK
        await fetched(gateway, [record.message_id])

    @pytest.mark.parametrize("junk", [b"GET / HTTP/1.1\r\n\r\n", bytes(200), b"\xff" * 100])
    async def test_what_is_no_frame_ends_its_connection_and_no_other(
        self, gateway: GatewayUnderTest, junk: bytes
    ) -> None:
        async with connected(gateway) as neighbour:
            async with gateway.customer(logged_in=False) as customer:
                customer.write(junk)
                await self._is_ended(customer)
            assert (await neighbour.send([gateway.message()])).response == ResponseCode.OK

    async def test_a_connection_that_breaks_in_a_request_harms_no_other(self, gateway: GatewayUnderTest) -> None:
        async with connected(gateway) as neighbour:
            async with gateway.customer() as customer:
                customer.write(frame_of(Packet(commands.SEND_SMS, records=[gateway.message()]))[:90])
            assert (await neighbour.send([gateway.message()])).response == ResponseCode.OK

    # -- results

    @pytest.mark.parametrize("version", [Version.SAM10, Version.SAM11])
    async def test_a_result_that_was_not_acknowledged_comes_again(
        self, gateway: GatewayUnderTest, version: Version
    ) -> None:
        (key,) = await sent(gateway)
        came: list[str] = []
        async with asyncio.timeout(WAIT_SECONDS):
            while key not in came:
                async with connected(gateway, Duty.REPORT, version) as reports:
                    came = mine(gateway, await reports.pushed() if version is Version.SAM11 else await reports.poll())
        again = await fetched(gateway, [key])
        assert again[key] == 1

    async def test_a_result_that_was_acknowledged_does_not_come_again(self, gateway: GatewayUnderTest) -> None:
        first = await sent(gateway, 3)
        await fetched(gateway, first)
        second = await sent(gateway, 3)
        came = await fetched(gateway, second)
        assert not set(first) & came.keys()

    async def test_the_next_poll_acknowledges_the_one_before(self, gateway: GatewayUnderTest) -> None:
        wanted = await sent(gateway, 3)
        came: Counter[str] = Counter()
        async with connected(gateway, Duty.REPORT, Version.SAM10) as reports, asyncio.timeout(WAIT_SECONDS):
            while not set(wanted) <= came.keys():
                came.update(mine(gateway, await reports.poll()))
            await reports.poll()
        later = await sent(gateway)
        assert not set(wanted) & (await fetched(gateway, later)).keys()
        assert {came[key] for key in wanted} == {1}

    async def test_results_of_two_connections_are_each_on_one(self, gateway: GatewayUnderTest) -> None:
        came: Counter[str] = Counter()
        arrived = asyncio.Event()
        async with (
            connected(gateway, Duty.REPORT, Version.SAM11) as first,
            connected(gateway, Duty.REPORT, Version.SAM11) as second,
        ):
            takers = [asyncio.create_task(self._take(one, gateway, came, arrived)) for one in (first, second)]
            wanted = await sent(gateway, PAGE)
            async with asyncio.timeout(WAIT_SECONDS):
                while not set(wanted) <= came.keys():
                    await arrived.wait()
                    arrived.clear()
            for taker in takers:
                taker.cancel()
            await asyncio.gather(*takers, return_exceptions=True)
        assert {came[key] for key in wanted} == {1}

    # -- inside

    @staticmethod
    async def _take(reports: Client, gateway: GatewayUnderTest, came: Counter[str], arrived: asyncio.Event) -> None:
        while True:
            event = await reports.link.next_event()
            if isinstance(event, Ended):
                return
            page = list(getattr(event, "packet", Packet(commands.RESULTS)).records)
            if page:
                reports.acknowledge(page)
                came.update(mine(gateway, page))
                arrived.set()

    @staticmethod
    async def _is_ended(customer: RawCustomer) -> None:
        """Perhaps a refusal, then the end."""
        async with asyncio.timeout(WAIT_SECONDS):
            while await customer.frame() is not None:
                pass


__all__ = ["GatewayConformance", "GatewayUnderTest"]
