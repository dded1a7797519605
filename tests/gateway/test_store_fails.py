"""A full or failing store: nothing is acknowledged, and all goes on when there is room. A lost one ends everything."""

import os
import signal
import sys
from pathlib import Path

import pytest

from samlink.gateway import GatewayError
from samlink.gateway.sam import logins
from samlink.store.blobs.directory import FileStore
from samlink.store.contract import StoreError, StoreFullError, StoreLostError
from samlink.store.sqlite import store as client
from samlink.testing.clock import until
from samlink.testing.pictures import jpeg
from samlink.testing.thin_client import connected
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Service
from samlink.wire import Ended, choices
from tests.gateway.running import running, sms
from tests.gateway.scripted_carrier import ScriptedCarrier, later, lost, refused, result, taken

FULL = StoreFullError("store.test", "the disk is full")


async def test_a_packet_on_a_full_disk_is_refused_and_taken_when_it_is_sent_again(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        for error, response in (
            (FULL, ResponseCode.DISK_FULL),
            (StoreError("store.test", "?"), ResponseCode.STORE_UNAVAILABLE),
        ):
            gateway.store.fail(error, "accept")
            answer = await sender.send([sms(1)])
            assert answer.response == response
            assert answer.response.startswith("19")
            assert 0 < len(answer.message) <= 50
        assert sum((await gateway.store.counts()).values()) == 0
        gateway.store.recover()
        assert (await sender.send([sms(1)])).response == ResponseCode.OK
        assert [one.result for one in await reports.taken(1)] == [6]


async def test_a_file_on_a_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as gateway, gateway.sender(Service.MMS) as sender:
        gateway.store.fail(FULL, "add_file")
        assert (await sender.upload(jpeg())).response == ResponseCode.DISK_FULL
        gateway.store.recover()

        def full(*_: object) -> str:
            raise FULL

        with monkeypatch.context() as patch:
            patch.setattr(FileStore, "save", full)
            assert (await sender.upload(jpeg())).response == ResponseCode.DISK_FULL
        assert (await sender.upload(jpeg())).response == ResponseCode.OK


@pytest.mark.parametrize(
    ("verb", "answering", "state"),
    [
        ("claim", taken, "queued"),
        ("submitted", taken, "sending"),
        ("unknown", lost, "sending"),
        ("requeue", later(96), "sending"),
        ("settle", refused(13), "sending"),
    ],
)
async def test_what_cannot_be_recorded_of_a_carriers_answer_is_recorded_later(
    tmp_path: Path, verb: str, answering: object, state: str
) -> None:
    carrier = ScriptedCarrier(answering)  # type: ignore[arg-type]
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender:
        gateway.store.fail(FULL, verb)
        await sender.send([sms(1)])
        await until(lambda: gateway.store.calls[verb] > 2)
        await gateway.state(state, 1)
        gateway.store.recover()
        after = {"claim": "sent", "submitted": "sent", "unknown": "unknown", "requeue": "queued", "settle": "done"}
        await gateway.state(after[verb], 1)
        assert len(carrier.submitted) == 1


async def test_a_result_that_cannot_be_settled_is_acknowledged_to_the_carrier_only_later(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1)])
        await gateway.state("sent", 1)
        gateway.store.fail(FULL, "settle")
        carrier.give(result(carrier.messages[0]))
        await until(lambda: gateway.store.calls["settle"] > 2)
        assert carrier.acknowledged == []
        gateway.store.recover()
        await reports.taken(1)
        await until(lambda: carrier.acknowledged)


async def test_upkeep_survives_a_full_disk(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender:
        gateway.store.fail(FULL, "expire", "rescue", "unknowns", "overdue")
        asked = gateway.store.calls["overdue"]
        await until(lambda: gateway.store.calls["overdue"] > asked + 2)
        gateway.store.recover()
        await sender.send([sms(1, reserve_at=gateway.clock() // 1000 + 60, timeout_at=gateway.clock() // 1000 + 30)])
        gateway.pass_time(31)
        await gateway.state("done", 1)


async def test_a_gateway_that_starts_on_a_full_disk_works_as_soon_as_there_is_room(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier, waits={"drain_seconds": 0.05}) as gateway:
        async with gateway.sender() as sender:
            await sender.send([sms(1)])
        await gateway.state("sent", 1)
        carrier.give(*map(result, carrier.messages))
        await gateway.state("done", 1)
        carrier.hold()
        async with gateway.sender() as sender:
            await sender.send([sms(3)])
        await gateway.state("sending", 1)
        await gateway.stop()
        (tmp_path / "fault").write_text("full")
        gateway.write_by((sys.executable, str(Path(__file__).parents[1] / "store" / "faulty_writer.py")))
        gateway.pass_time(121)  # the leases of the one before
        await gateway.start()
        assert (await gateway.store.counts())["sending"] == 1
        (tmp_path / "fault").write_text("")
        await gateway.state("unknown", 1)
        carrier.release()
        async with gateway.sender() as sender, gateway.reports() as reports:
            await sender.send([sms(2)])
            await gateway.state("sent", 1)
            assert [one.message_id for one in await reports.taken(1)] == ["1"]


@pytest.mark.parametrize("verb", ["accept", "claim", "settle"])
async def test_a_lost_store_stops_the_gateway_with_one_sentence(tmp_path: Path, verb: str) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        gateway.store.fail(StoreLostError("store.test", "the disk failed: an fsync failed"), verb)
        sender.ask_to_send([sms(1)])
        with pytest.raises(GatewayError) as caught:
            await gateway.ended()
        assert str(caught.value) == "the store is lost: the disk failed: an fsync failed"


async def test_messages_that_a_lost_store_may_have_are_not_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        gateway.store.fail(StoreLostError("store.test", "the writer is gone"), "accept")
        sender.ask_to_send([sms(1)])
        assert isinstance(await sender.link.next_event(), Ended)
        with pytest.raises(GatewayError):
            await gateway.ended()


async def test_an_fsync_that_fails_for_a_file_stops_the_gateway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost_file(*_: object) -> str:
        raise StoreLostError("store.test", "an fsync failed: Input/output error")

    async with running(tmp_path) as gateway, gateway.sender(Service.MMS) as sender:
        monkeypatch.setattr(FileStore, "save", lost_file)
        assert (await sender.upload(jpeg())).response == ResponseCode.STORE_UNAVAILABLE
        with pytest.raises(GatewayError, match=r"^the store is lost: an fsync failed"):
            await gateway.ended()


async def test_a_writer_that_is_killed_stops_the_gateway_and_the_next_start_goes_on(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(idempotent=True)
    async with running(tmp_path, carrier=carrier) as gateway:
        async with gateway.sender() as sender:
            assert (await sender.send([sms(1), sms(2)])).response == ResponseCode.OK
            os.kill(gateway.store.writer_pid, signal.SIGKILL)
            with pytest.raises(GatewayError, match=r"^the store is lost: [^.\n]+$"):
                await gateway.ended()
        await gateway.start()
        await gateway.state("sent", 2)
        assert gateway.audit() == []


async def test_a_login_while_the_writer_stands_still_is_answered_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert logins.STORE_SECONDS < choices.LOGIN_LIMIT_SECONDS
    monkeypatch.setattr(logins, "STORE_SECONDS", 0.05)
    async with running(tmp_path) as gateway:
        os.kill(gateway.store.writer_pid, signal.SIGSTOP)
        async with connected(gateway.port()) as client:
            assert (await client.try_login("demo", "secret")).response == ResponseCode.STORE_UNAVAILABLE
            await client.ended()
        os.kill(gateway.store.writer_pid, signal.SIGCONT)
        monkeypatch.undo()
        async with gateway.sender() as sender:
            assert (await sender.send([sms(1)])).response == ResponseCode.OK


async def test_a_writer_that_stands_still_does_not_hold_up_the_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "CLOSE_WAIT_SECONDS", 0.2)
    async with running(tmp_path, waits={"drain_seconds": 0.2}) as gateway, gateway.sender() as sender:
        await sender.send([sms(1)])
        os.kill(gateway.store.writer_pid, signal.SIGSTOP)
        sender.ask_to_send([sms(2)])
        gateway.begin_stop()
        await gateway.ended()
        assert gateway.audit() == []
        await gateway.start()
        assert "1" in gateway.views()
