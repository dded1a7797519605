"""Results on report connections: polled, pushed, acknowledged, given again, shared, and never to two at once."""

import asyncio
from pathlib import Path

from samlink.store.contract import StoreFullError
from samlink.testing.clock import until
from samlink.testing.raw_connection import raw_connection, raw_frame
from samlink.testing.thin_client import Client
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.choices import KEEPALIVE_SECONDS
from samlink.wire.commands import Version
from samlink.wire.records import ResultRecord
from tests.gateway.running import Running, account, running, sms


async def settled(gateway: Running, count: int, start: int = 1, **changes: object) -> None:
    """Have the account `demo` be owed `count` results."""
    done = (await gateway.store.counts())["done"]
    async with gateway.sender() as sender:
        for first in range(start, start + count, 30):
            batch = range(first, min(first + 30, start + count))
            assert (await sender.send([sms(number, **changes) for number in batch])).response == ResponseCode.OK
    await gateway.state("done", done + count)


def ids(results: list[ResultRecord]) -> list[str]:
    """Their MSG_IDs."""
    return [one.message_id for one in results]


# -- SAM10


async def test_the_next_poll_acknowledges_and_a_broken_connection_does_not(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        await settled(gateway, 3)
        async with gateway.reports(Version.SAM10) as reports:
            assert ids(await reports.poll()) == ["1", "2", "3"]
            await reports.close(at_once=True)
        async with gateway.reports(Version.SAM10) as reports:
            assert ids(await reports.poll()) == ["1", "2", "3"]
            assert await reports.poll() == []
            await gateway.state("reported", 3)
        async with gateway.reports(Version.SAM10) as reports:
            assert await reports.poll() == []


async def test_a_poll_brings_at_most_a_page(tmp_path: Path) -> None:
    async with running(tmp_path, limits={"results_in_push": 2}) as gateway, gateway.reports(Version.SAM10) as reports:
        await settled(gateway, 5)
        pages = [ids(await reports.poll()) for _ in range(4)]
        assert pages == [["1", "2"], ["3", "4"], ["5"], []]


async def test_a_poller_that_vanishes_leaves_its_results_to_another(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.reports(Version.SAM10) as first:
        await settled(gateway, 2)
        async with gateway.reports(Version.SAM10) as second:
            assert ids(await first.poll()) == ["1", "2"]
            assert await second.poll() == []
            await first.close(at_once=True)
            assert ids(await second.polled(2)) == ["1", "2"]


async def test_a_poll_that_waits_for_the_store_is_answered_in_a_drain(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        await settled(gateway, 1)
        async with gateway.reports(Version.SAM10) as reports:
            gateway.store.hold("take_reports")
            asked = gateway.store.calls["take_reports"]
            polling = asyncio.create_task(reports.poll())
            await until(lambda: gateway.store.calls["take_reports"] > asked)
            gateway.begin_stop()
            await until(lambda: gateway.gateway.counters.draining)
            gateway.store.release("take_reports")
            assert ids(await polling) == ["1"]
            await reports.ended()
            await gateway.ended()


# -- SAM11


async def test_a_result_is_delivered_when_its_own_key_is_acknowledged(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        await settled(gateway, 4)
        async with gateway.reports() as reports:
            page = await reports.pushed()
            assert ids(page) == ["1", "2", "3", "4"]
            reports.acknowledge([page[2], page[0]])
            again = await reports.pushed()
            assert ids(again) == ["2", "4"]
            await gateway.state("reported", 2)
            await reports.close(at_once=True)
        async with gateway.reports() as reports:
            assert ids(await reports.taken(2)) == ["2", "4"]
        await gateway.state("reported", 4)


async def test_keys_of_others_acknowledge_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        await settled(gateway, 1)
        async with gateway.reports() as reports:
            [result] = await reports.pushed()
            stranger = ResultRecord("20250616", "99", "", 0, 6)
            reports.acknowledge([stranger])
            assert await reports.pushed() == [result]
            reports.acknowledge([stranger, result, result])
            await gateway.state("reported", 1)


async def test_who_acknowledges_nothing_is_given_a_pause(tmp_path: Path) -> None:
    async with running(tmp_path, waits={"redelivery_seconds": 300.0}) as gateway:
        await settled(gateway, 1)
        async with gateway.reports() as careless:
            [result] = await careless.pushed()
            careless.acknowledge([ResultRecord("20250616", "99", "", 0, 6)])
            async with gateway.reports() as careful:
                assert await careful.taken(1) == [result]
            await gateway.state("reported", 1)


async def test_a_key_stands_for_one_result_each_time_it_is_named(tmp_path: Path) -> None:
    """Results of one key differ in RECEIVER, which an acknowledgement does not name."""
    async with running(tmp_path) as gateway:
        async with gateway.sender() as sender:
            await sender.send([sms(1), sms(1, receiver="01011110001"), sms(1, receiver="01011110002")])
        await gateway.state("done", 3)
        async with gateway.reports() as reports:
            page = await reports.pushed()
            assert len(page) == 3
            reports.acknowledge(page[:1])
            rest = await reports.pushed()
            assert len(rest) == 2
            reports.acknowledge(rest)
            await gateway.state("reported", 3)


async def test_a_push_that_nobody_acknowledges_ends_the_connection(tmp_path: Path) -> None:
    async with running(tmp_path, waits={"acknowledgement_seconds": 1.0}) as gateway, gateway.reports() as deaf:
        await settled(gateway, 1)
        assert ids(await deaf.pushed()) == ["1"]
        async with gateway.reports() as hearing:
            assert ids(await hearing.taken(1)) == ["1"]
        await deaf.ended()
        await gateway.state("reported", 1)


async def test_an_acknowledgement_that_is_not_handled_yet_is_not_overtaken_by_a_push(tmp_path: Path) -> None:
    """Results come in while an acknowledgement waits for the store: both are delivered, once."""
    async with running(tmp_path, limits={"marks_waiting": 1}) as gateway, gateway.reports() as reports:
        seen: list[str] = []
        for number in range(1, 60):
            async with gateway.sender() as sender:
                sender.ask_to_send([sms(number)])
                page = await reports.pushed()
                reports.acknowledge(page)
                seen += ids(page)
                await sender.answer()
        assert sorted(map(int, seen)) == list(range(1, 60))
        await gateway.state("reported", 59)


async def test_an_unanswered_sign_of_life_holds_up_no_result(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, raw_connection(gateway.port(Service.SMS, Duty.REPORT)) as raw:
        await raw.login(version="SAM11")
        [link] = gateway.gateway._listener._links
        link.session.wake(link.now + KEEPALIVE_SECONDS)
        link.flush()
        keepalive = await raw.frame()
        assert keepalive is not None
        assert (keepalive.body, keepalive.response) == (b"0   ", "00000")
        await settled(gateway, 1)
        pushed = await raw.frame()
        assert pushed is not None
        assert pushed.body.startswith(b"1   ")


async def test_a_sign_of_life_that_crosses_a_push_acknowledges_nothing_and_takes_nothing_back(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        await settled(gateway, 1)
        async with raw_connection(gateway.port(Service.SMS, Duty.REPORT)) as raw:
            await raw.login(version="SAM11")
            pushed = await raw.frame()
            assert pushed is not None
            raw.write(raw_frame("1030", b"0   ", version="SAM11"))
            raw.write(raw_frame("1030", b"1   " + pushed.body[4:44], version="SAM11"))
            await gateway.state("reported", 1)


async def test_a_key_that_comes_late_is_good_until_its_result_goes_out_again(tmp_path: Path) -> None:
    async with running(tmp_path, waits={"redelivery_seconds": 300.0}) as gateway:
        await settled(gateway, 2)
        async with raw_connection(gateway.port(Service.SMS, Duty.REPORT)) as raw:
            await raw.login(version="SAM11")
            pushed = await raw.frame()
            assert pushed is not None
            keys = [pushed.body[place : place + 40] for place in (4, 86)]
            raw.write(raw_frame("1030", b"1   " + keys[1], version="SAM11"))
            raw.write(raw_frame("1030", b"1   " + keys[0], version="SAM11"))
            await gateway.state("reported", 2)


# -- SAM10: customers that connect for each poll


async def test_the_third_orderly_end_after_the_same_page_is_its_acknowledgement(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        await settled(gateway, 3)
        for _ in range(3):
            assert await polled_once(gateway) == 3
        await gateway.state("reported", 3)
        assert await polled_once(gateway) == 0


async def test_an_account_may_have_the_first_orderly_end_counted(tmp_path: Path) -> None:
    async with running(tmp_path, account(close_acknowledges=True)) as gateway:
        await settled(gateway, 3)
        assert await polled_once(gateway) == 3
        await gateway.state("reported", 3)


async def test_an_end_that_came_before_the_answer_or_with_a_reset_acknowledges_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, account(close_acknowledges=True)) as gateway:
        await settled(gateway, 1)
        async with raw_connection(gateway.port(Service.SMS, Duty.REPORT)) as raw:
            await raw.login()
            raw.write(raw_frame("1030", b""))
            raw.end()
            answer = await raw.frame()
            assert answer is not None
            assert answer.body.startswith(b"1   ")
            assert await raw.is_closed()
        async with raw_connection(gateway.port(Service.SMS, Duty.REPORT)) as raw:
            await raw.login()
            assert (await raw.ask(raw_frame("1030", b""))).body.startswith(b"1   ")
            raw.reset()
        await until(lambda: gateway.connections == 0)
        assert (await gateway.store.counts())["reported"] == 0
        assert await polled_once(gateway) == 1


async def polled_once(gateway: Running) -> int:
    """Connect, poll, read the answer and close, as PHP does; how many results came."""
    async with raw_connection(gateway.port(Service.SMS, Duty.REPORT)) as raw:
        await raw.login()
        answer = await raw.ask(raw_frame("1030", b""))
        raw.end()
        assert await raw.is_closed()
    await until(lambda: gateway.connections == 0)
    return int(answer.body[:4])


async def test_an_acknowledgement_that_cannot_be_read_frees_the_results(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        await settled(gateway, 1)
        async with raw_connection(gateway.port(Service.SMS, Duty.REPORT)) as raw:
            await raw.login(version="SAM11")
            assert (await raw.frame()) is not None
            raw.write(raw_frame("1030", b"2   " + b"x" * 40, version="SAM11"))
            assert await raw.is_closed()
        async with gateway.reports() as reports:
            assert ids(await reports.taken(1)) == ["1"]


# -- several at once


async def test_connections_of_both_versions_share_and_none_gets_the_same(tmp_path: Path) -> None:
    count = 600
    limits = {"results_in_push": 7, "reports_in_memory": 50}
    async with running(tmp_path, account(balance=10**9), limits=limits) as gateway:
        await settled(gateway, count)
        seen: list[str] = []

        async def push(reports: Client) -> None:
            while True:
                page = await reports.pushed()
                seen.extend(ids(page))
                reports.acknowledge(page)

        async def poll(reports: Client) -> None:
            while True:
                seen.extend(ids(await reports.poll()))

        async with (
            gateway.reports() as first,
            gateway.reports() as second,
            gateway.reports(Version.SAM10) as third,
            gateway.reports(Version.SAM10) as fourth,
        ):
            tasks = [asyncio.create_task(work) for work in (push(first), push(second), poll(third), poll(fourth))]
            await settled_meanwhile(gateway, count)
            await gateway.state("reported", 2 * count)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert len(seen) == len(set(seen)) == 2 * count


async def settled_meanwhile(gateway: Running, count: int) -> None:
    """Send `count` more while results are taken."""
    async with gateway.sender() as sender:
        for first in range(count + 1, 2 * count + 1, 30):
            await sender.send([sms(number) for number in range(first, first + 30)])


async def test_what_a_broken_connection_had_goes_to_one_that_waits(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.reports() as first, gateway.reports() as second:
        await settled(gateway, 1)
        pushes = [asyncio.create_task(client.pushed()) for client in (first, second)]
        done, waiting = await asyncio.wait(pushes, return_when=asyncio.FIRST_COMPLETED)
        assert len(done) == 1
        holder = first if pushes[0] in done else second
        await holder.close(at_once=True)
        [other] = waiting
        assert ids(await other) == ["1"]


async def test_results_settled_while_nobody_was_connected_wait_in_the_store(tmp_path: Path) -> None:
    limits = {"reports_in_memory": 10, "results_in_push": 4}
    async with running(tmp_path, account(balance=10**9), limits=limits) as gateway:
        await settled(gateway, 700)
        async with gateway.reports() as reports:
            results = await reports.taken(700)
        assert sorted(map(int, ids(results))) == list(range(1, 701))
        await gateway.state("reported", 700)
        async with gateway.reports(Version.SAM10) as reports:
            assert await reports.poll() == []


async def test_each_account_and_service_has_results_of_its_own(tmp_path: Path) -> None:
    async with running(tmp_path, account(), account("other")) as gateway:
        await settled(gateway, 1)
        async with gateway.sender(Service.MMS) as sender:
            await sender.send([sms(2)], commands.SEND_LMS)
        async with gateway.sender(id="other") as sender:
            await sender.send([sms(3)])
        await gateway.state("done", 3)
        for id, service, expected in (
            ("demo", Service.SMS, "1"),
            ("demo", Service.MMS, "2"),
            ("other", Service.SMS, "3"),
        ):
            async with gateway.reports(Version.SAM10, service, id) as reports:
                assert ids(await reports.poll()) == [expected]
                assert await reports.poll() == []


# -- a store that cannot


async def test_acknowledgements_are_recorded_when_the_disk_has_room_again(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.reports() as reports:
        gateway.store.fail(StoreFullError("store.test", "the disk is full"), "delivered")
        await settled(gateway, 3)
        await reports.taken(3)
        tried = gateway.store.calls["delivered"]
        await until(lambda: gateway.store.calls["delivered"] > tried + 2)
        gateway.store.recover()
        await gateway.state("reported", 3)
        await settled(gateway, 1, start=4)
        assert ids(await reports.taken(1)) == ["4"]


async def test_results_that_cannot_be_read_are_read_later(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        await settled(gateway, 2)
        gateway.store.fail(StoreFullError("store.test", "not now"), "take_reports")
        async with gateway.reports() as pushing, gateway.reports(Version.SAM10) as polling:
            assert await polling.poll() == []
            gateway.store.recover()
            assert len(await pushing.taken(2)) == 2
