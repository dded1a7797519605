"""Starting, refusing to start, draining, and starting again."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from samlink.carriers.contract import CarrierError, CarrierResult
from samlink.gateway import Gateway, GatewayError, GatewaySettings
from samlink.gateway.settings import SettingsError, load_settings
from samlink.store.contract import Store
from samlink.store.sqlite.store import open_store
from samlink.testing.clock import until
from samlink.testing.raw_connection import raw_connection, raw_frame
from samlink.testing.thin_client import connected
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Service
from samlink.wire import commands
from samlink.wire.commands import Version
from tests.gateway.running import Running, account, running, sms
from tests.gateway.scripted_carrier import ScriptedCarrier, result


def children() -> set[int]:
    """Processes that this one has started and that run."""
    path = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return set(map(int, path.read_text().split()))


def open_files() -> int:
    """How many files and sockets this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def nothing_is_left(before: set[int]) -> bool:
    """No process, and no task but the test's own."""
    return children() <= before and asyncio.all_tasks() == {asyncio.current_task()}


# -- starting


@pytest.mark.parametrize("taken", range(6))
async def test_a_port_that_is_taken_leaves_nothing_running(tmp_path: Path, taken: int) -> None:
    before, files = children(), open_files()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        base_port = other.getsockname()[1] - taken
        gateway = Gateway(GatewaySettings(data=str(tmp_path), base_port=base_port), carriers=[ScriptedCarrier()])
        with pytest.raises(
            GatewayError, match=r"^ports \d+ to \d+ on 127\.0\.0\.1 cannot be opened: [^\n]+$"
        ) as caught:
            await gateway.start()
        assert isinstance(caught.value.__cause__, OSError)
    await until(lambda: nothing_is_left(before) and open_files() <= files)


class BrokenCarrier(ScriptedCarrier):
    """It cannot start."""

    async def start(self) -> None:
        raise CarrierError("carrier.dead", "the carrier's line is dead")


async def test_a_carrier_that_cannot_start_leaves_nothing_running(tmp_path: Path) -> None:
    before = children()
    carrier = BrokenCarrier()
    with pytest.raises(GatewayError, match=r"^the carrier's line is dead$"):
        await Gateway(GatewaySettings(data=str(tmp_path), base_port=0), carriers=[carrier]).start()
    assert carrier.stops == 1
    await until(lambda: nothing_is_left(before))


async def test_what_is_in_the_way_of_the_directory_is_said_in_one_sentence(tmp_path: Path) -> None:
    before = children()
    for name, content in (("file", b"x"), ("dir/samlink.db", b"not a database" * 100), ("key/secret.key", b"short")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        data = path if name == "file" else path.parent
        with pytest.raises(GatewayError) as caught:
            await Gateway(GatewaySettings(data=str(data), base_port=0), carriers=[ScriptedCarrier()]).start()
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) > 10
    await until(lambda: nothing_is_left(before))


IMPATIENT_WRITER = """
import sys
from samlink.store.sqlite.writer import process as writer
writer.lock.__kwdefaults__["wait_seconds"] = 0.1
sys.exit(writer.main(sys.argv[1:]))
"""
"""A writer that does not wait long for one that was just killed."""


async def open_impatiently(data: Path, clock: Callable[[], int]) -> Store:
    """`open_store` with such a writer."""
    return await open_store(data, clock=clock, writer=(sys.executable, "-c", IMPATIENT_WRITER))


async def test_a_second_gateway_on_the_same_directory_does_not_start(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        before = children()
        with pytest.raises(GatewayError, match=r"^another gateway is running on "):
            await Gateway(
                GatewaySettings(data=str(tmp_path), base_port=0),
                carriers=[ScriptedCarrier()],
                open_store=open_impatiently,
            ).start()
        assert children() == before
        assert (await sender.send([sms(1)])).response == ResponseCode.OK


async def test_two_gateways_on_two_directories_do_not_know_each_other(tmp_path: Path) -> None:
    async with running(tmp_path / "a") as first, running(tmp_path / "b", account("other")) as second:
        async with first.sender() as sender, second.sender(id="other") as other:
            await sender.send([sms(1)])
            await other.send([sms(1), sms(2)])
        await first.state("done", 1)
        await second.state("done", 2)


# -- starting again


async def test_what_was_queued_reserved_and_unreported_is_there_after_a_restart(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway:
        async with gateway.sender() as sender:
            await sender.send([sms(1), sms(2, reserve_at=gateway.clock() // 1000 + 3600), sms(3, receiver="1")])
        await gateway.state("sent", 1)
        await gateway.stop()
        await gateway.start()
        assert {name: count for name, count in (await gateway.store.counts()).items() if count} == {
            "queued": 1,
            "sent": 1,
            "done": 1,
        }
        carrier.give(result(carrier.messages[0]))
        async with gateway.reports(Version.SAM10) as reports:
            assert {one.message_id: one.result for one in await reports.polled(2)} == {"1": 6, "3": 86}
        gateway.pass_time(3600)
        await gateway.state("sent", 1)


@pytest.fixture
def no_second_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """A drain that was cut short waits no longer."""
    monkeypatch.setattr("samlink.gateway.gateway.TAKE_BACK_SECONDS", 0.05)


@pytest.mark.usefixtures("no_second_chance")
async def test_a_claim_of_a_gateway_that_died_is_unknown_and_follows_the_policy(tmp_path: Path) -> None:
    for idempotent in (False, True):
        carrier = ScriptedCarrier(idempotent=idempotent)
        carrier.hold()
        data = tmp_path / str(idempotent)
        async with running(data, carrier=carrier, waits={"drain_seconds": 0.1}) as gateway:
            async with gateway.sender() as sender:
                await sender.send([sms(1)])
            await until(lambda: carrier.submitted)  # noqa: B023
            await gateway.stop()
            carrier.release()
            await gateway.start()
            await gateway.state("sent" if idempotent else "unknown", 1)


@pytest.mark.usefixtures("no_second_chance")
async def test_an_sms_that_a_crash_left_unknown_waits_a_day_and_an_lms_three(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    carrier.hold()
    async with running(tmp_path, carrier=carrier, waits={"drain_seconds": 0.1}) as gateway:
        async with gateway.sender() as sender, gateway.sender(Service.MMS) as lms_sender:
            await sender.send([sms(1)])
            await lms_sender.send([sms(2)], commands.SEND_LMS)
        await until(lambda: len(carrier.messages) == 2)
        await gateway.stop()
        carrier.release()
        await gateway.start()
        await gateway.state("unknown", 2)
        gateway.pass_time(86_400 + 1)
        await gateway.state("done", 1)
        async with gateway.reports() as reports:
            assert [(one.message_id, one.result) for one in await reports.taken(1)] == [("1", 11)]
        gateway.pass_time(2 * 86_400)
        await gateway.state("done", 1)


# -- draining


async def test_a_drain_answers_what_was_taken_and_closes(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        async with gateway.sender() as busy, gateway.reports() as reports, connected(gateway.port()) as nobody:
            gateway.store.hold("accept")
            busy.ask_to_send([sms(1)])
            await until(lambda: gateway.store.calls["accept"])
            gateway.begin_stop()
            await reports.ended()
            await nobody.ended()
            with pytest.raises(OSError):
                await asyncio.open_connection("127.0.0.1", gateway.port())
            gateway.store.release("accept")
            assert (await busy.answer()).response == ResponseCode.OK
            await busy.ended()
            await gateway.ended()
        await gateway.start()
        async with gateway.reports() as reports:
            assert [one.message_id for one in await reports.taken(1)] == ["1"]


async def test_a_drain_waits_for_the_carrier_and_claims_no_more(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier, limits={"submits": 1, "claim_batch": 1}) as gateway:
        carrier.hold()
        async with gateway.sender() as sender:
            await sender.send([sms(1), sms(2)])
        await until(lambda: carrier.submitted)
        gateway.begin_stop()
        await until(lambda: gateway.gateway.counters.draining)
        carrier.release()
        await gateway.ended()
        assert len(carrier.submitted) == 1
        await gateway.start()
        await gateway.state("sent", 2)
        assert len(carrier.submitted) == 2


async def test_a_claim_that_a_drain_meets_goes_back_into_the_queue(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway:
        gateway.store.hold("claim")
        async with gateway.sender() as sender:
            await sender.send([sms(1)])
        gateway.store.release("claim")  # it found nothing yet
        gateway.store.hold("claim")
        await gateway.state("sending", 1)
        gateway.begin_stop()
        await until(lambda: gateway.gateway.counters.draining)
        gateway.store.release("claim")
        await gateway.ended()
        assert carrier.submitted == []
        await gateway.start()
        await gateway.state("sent", 1)


@pytest.mark.usefixtures("no_second_chance")
async def test_a_drain_ends_in_time_whatever_the_carrier_and_the_clients_do(tmp_path: Path) -> None:
    before = children()
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier, waits={"drain_seconds": 0.2}) as gateway:
        carrier.hold()
        async with gateway.sender() as sender, raw_connection(gateway.port()) as raw:
            await raw.login()
            await sender.send([sms(1)])
            await until(lambda: carrier.submitted)
            raw.write(raw_frame("1020", b"1   ")[:40])
            gateway.store.hold("accept")
            sender.ask_to_send([sms(2)])
            await until(lambda: gateway.store.calls["accept"] == 2)
            began = asyncio.get_running_loop().time()
            gateway.begin_stop()
            await gateway.ended()
            assert asyncio.get_running_loop().time() - began < 10
            await sender.ended()
    await until(lambda: nothing_is_left(before))


async def test_a_gateway_that_stops_leaves_nothing_running(tmp_path: Path) -> None:
    before = children()
    async with running(tmp_path) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1)])
        await reports.taken(1)
    await until(lambda: nothing_is_left(before))


class ForgetfulCarrier(ScriptedCarrier):
    """A fault of its own in what it brings."""

    async def results(self, limit: int) -> Sequence[CarrierResult]:
        await super().results(limit)
        raise ZeroDivisionError("a fault of ours")


async def test_the_only_carrier_ends_the_gateway_by_a_fault_of_its_own(tmp_path: Path) -> None:
    carrier = ForgetfulCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender:
        carrier.give(result(1))
        with pytest.raises(GatewayError, match=r"^the carrier scripted has failed: ZeroDivisionError$"):
            await gateway.ended()
        await sender.ended()


async def test_a_loop_that_fails_ends_the_gateway_and_says_which(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender:
        gateway.store.fail(ZeroDivisionError("a fault of ours"), "settle")  # type: ignore[arg-type]
        carrier.give(result(1))
        with pytest.raises(GatewayError, match=r"^Carriers.run has failed: a fault of ours$"):
            await gateway.ended()
        await sender.ended()


# -- settings


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("base_port = 'x'", "base_port"),
        ("base_port = 65535", "base_port"),
        ("host = 1", "host"),
        ("colour = 'red'", "colour"),
        ("data = ''", "data"),
        ("[limits]\nconnections = 0", "connections"),
        ("[limits]\nsubmits = -1", "submits"),
        ("[limits]\nresults_in_push = 1001", "results_in_push"),
        ("[limits]\nuploads = 1.5", "uploads"),
        ("[waits]\npoll_seconds = 0", "poll_seconds"),
        ("[waits]\ndrain_seconds = nan", "drain_seconds"),
        ("[waits]\nlease_seconds = inf", "lease_seconds"),
        ("[simulator]\nseed = -1", "seed"),
        ("[simulator]\nfailure_mix = { 6 = 2.0 }", "failure_mix"),
        ("base_port = ", "TOML"),
        ("\xff", "TOML"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "samlink.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        load_settings(path, **({} if "data" in text else {"data": "x"}))
    assert named in str(caught.value)
    assert "samlink.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_settings_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nothing\.toml cannot be read: No such file or directory$"):
        load_settings(tmp_path / "nothing.toml", data="x")


def test_arguments_outweigh_the_file(tmp_path: Path) -> None:
    path = tmp_path / "samlink.toml"
    path.write_text('data = "a"\nhost = "0.0.0.0"\n[simulator]\ndelay_ms = 5\n')
    settings = load_settings(path, data="b", host=None)
    assert (settings.data, settings.host, settings.simulator.delay_ms) == ("b", "0.0.0.0", 5)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp949"])
def test_a_file_that_notepad_saved_is_read(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "samlink.toml").write_text('# 설정\r\ndata = "a"\r\n', encoding=encoding, newline="")
    assert load_settings(tmp_path / "samlink.toml").data == "a"


def test_a_running_gateway_is_told_apart_from_one_that_has_ended(tmp_path: Path) -> None:
    assert Running(tmp_path).done
