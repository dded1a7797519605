"""A gateway that is watched: what it counts, what `/health` and `/metrics` answer, and what they never say."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from samlink.gateway import GatewayError, GatewaySettings
from samlink.gateway.settings import TlsSettings
from samlink.gateway.watch import events, watcher
from samlink.gateway.watch.counters import QUIET_SECONDS, Counters
from samlink.gateway.watch.health import QUEUE_GRACE_SECONDS, STORE_GRACE_SECONDS, health_of, oldest_due_seconds
from samlink.gateway.watch.metrics import METRICS, PREFIX
from samlink.link.free_ports import free_base_port
from samlink.store.contract import StoreFullError
from samlink.testing.clock import until
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Duty, Service
from samlink.watch.events import Event
from samlink.watch.settings import Monitoring
from tests.gateway.running import NOW_MS, PASSWORD, Machine, Running, running, sms
from tests.gateway.scripted_carrier import ScriptedCarrier, result


async def got(port: int, path: str) -> tuple[int, str]:
    """The answer to a GET."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body


async def metrics(port: int) -> dict[tuple[str, ...], float]:
    """Name and labels of each sample, and its number."""
    _, body = await got(port, "/metrics")
    return {
        (sample.name.removeprefix(PREFIX), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }


def watched(path: Path, **settings: Any) -> Any:
    """A gateway with a monitor's port, and that port."""
    port = free_base_port()
    return running(path, monitor=Monitoring(port=port), **settings), port


async def test_what_messages_do_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "COUNT_SECONDS", 0.01)
    carrier = ScriptedCarrier()
    gateways, port = watched(tmp_path, carrier=carrier)
    async with gateways as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1), sms(2), sms(3, receiver="12")])
        await sender.send([sms(1, text="another")])
        await until(lambda: len(carrier.messages) == 2)
        await gateway.state("sent", 2)
        await until(lambda: gateway.gateway.counters.waiting.get("in_flight") == 2)
        carrier.give(result(carrier.messages[0]), result(carrier.messages[1], 8))
        await reports.taken(3)
        await until(lambda: gateway.gateway.counters.delivered == 3)
        found = await metrics(port)
        status, health = await got(port, "/health")
    name = carrier.name
    expected = {
        ("messages_accepted_total", "SMS"): 3,
        ("messages_refused_total", str(int(ResultCode.BAD_RECEIVER))): 1,
        ("packets_refused_total", ResponseCode.KEY_REUSED.value): 1,
        ("messages_claimed_total", name): 2,
        ("messages_answered_total", name, "taken"): 2,
        ("results_total", "6"): 1,
        ("results_total", "8"): 1,
        ("results_delivered_total",): 3,
        ("connections", "SMS", "send"): 1,
        ("connections", "SMS", "report"): 1,
        ("logins_total", "SMS", "send"): 1,
        ("healthy",): 1,
        ("clock_doubted",): 0,
    }
    assert {key: found.get(key) for key in expected} == expected
    assert (status, json.loads(health)["ok"]) == (200, True)


async def test_a_store_that_fails_makes_it_unhealthy_after_a_while_and_well_again(tmp_path: Path) -> None:
    gateways, port = watched(tmp_path)
    async with gateways as gateway:
        counters: Counters = gateway.gateway.counters
        now = counters.clock()
        counters.clock = lambda: now
        gateway.store.fail(StoreFullError("store.test", "no room"), "claim")
        await until(lambda: counters.store_failing_since == now)
        assert (await got(port, "/health"))[0] == 200
        for _ in range(3):
            now += STORE_GRACE_SECONDS / 2
            await failed_again(counters)
        status, body = await got(port, "/health")
        assert status == 503
        assert json.loads(body)["why"].startswith("the store has failed for ")
        gateway.store.recover()
        now += QUIET_SECONDS + 1
        assert (await got(port, "/health"))[0] == 200


def test_a_store_that_keeps_nothing_of_what_comes_is_unhealthy() -> None:
    now = 1_000_000.0
    counters = Counters("1", lambda: now)
    for event, well in ((events.PacketPutOff("busy"), True), (events.PacketNotStored("no room"), False)):
        for _ in range(5):
            counters.hear(event)
            now += STORE_GRACE_SECONDS / 3
        assert health_of(counters).ok is well, event
    now += QUIET_SECONDS
    assert health_of(counters).ok


async def failed_again(counters: Counters) -> None:
    """Wait for the store's next failure."""
    before = counters.store_failures.total()
    await until(lambda: counters.store_failures.total() > before)


def test_a_queue_that_nobody_carries_is_unhealthy_and_a_doubted_clock_is_told() -> None:
    counters = Counters("1", lambda: 1_000_000.0)
    due_ms = int((1_000_000 - QUEUE_GRACE_SECONDS) * 1000)
    for event, well in (
        (events.BacklogCounted(3, due_ms, 0, 0), True),
        (events.ClockDoubted("ahead", 90_000), True),
        (events.BacklogCounted(3, due_ms - 1000, 0, 0), False),
        (events.BacklogCounted(0, None, 9, 9), True),
        (events.Draining(), False),
    ):
        counters.hear(event)
        assert health_of(counters).ok is well, event
    assert "clock" in health_of(counters).parts["clock"]


async def test_a_clock_that_jumps_makes_no_message_due_for_an_hour(tmp_path: Path) -> None:
    machine = Machine()
    async with running(tmp_path, machine=machine) as gateway:
        counters: Counters = gateway.gateway.counters
        machine.jump(3600)
        await until(lambda: counters.clock_doubted)
        counters.hear(events.BacklogCounted(1, NOW_MS, 0, 0))
        assert oldest_due_seconds(counters) < QUEUE_GRACE_SECONDS
        assert health_of(counters).ok


async def test_no_account_number_text_or_password_is_exposed(tmp_path: Path) -> None:
    gateways, port = watched(tmp_path)
    async with gateways as gateway, gateway.sender() as sender:
        await sender.send([sms(1, text="830194", receiver="01098765432")])
        pages = [(await got(port, path))[1] for path in ("/metrics", "/health")]
    for secret in ("830194", "98765432", PASSWORD, "demo"):
        assert not any(secret in page for page in pages)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"host": "0.0.0.0"}, "beyond this machine it needs token_env or token_file"),
        ({"host": ""}, "monitor.host is '':"),
        ({"port": 65536}, "monitor.port is 65536"),
    ],
)
def test_a_port_for_everybody_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Monitoring(**({"port": 9000} | settings))


@pytest.mark.parametrize(("port", "extra"), [(23300, False), (23305, False), (24303, True)])
def test_a_port_of_the_customers_is_refused(port: int, extra: bool) -> None:
    tls = TlsSettings(certificate_file="c", key_file="k", ports="extra", base_port=24300) if extra else None
    with pytest.raises(ValueError, match=f"monitor.port {port} is one of the ports of customers"):
        GatewaySettings(data="data", base_port=23300, tls=tls, monitor=Monitoring(port=port))


async def test_a_host_that_nobody_knows_is_said_in_words(tmp_path: Path) -> None:
    place = Monitoring(host="nobody.invalid", port=free_base_port(), token_env="HOME")
    with pytest.raises(GatewayError, match=r"cannot be opened: [A-Z][a-z]+ \D+$"):
        await Running(tmp_path, monitor=place).start()


async def test_a_token_is_asked_for_and_a_port_that_is_taken_stops_the_start(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("Kx7-secret-Q2\n")
    token.chmod(0o600)
    port = free_base_port()
    async with running(tmp_path / "data", monitor=Monitoring(port=port, token_file=str(token))):
        assert (await got(port, "/health"))[0] == 401
        second = Running(tmp_path / "other", monitor=Monitoring(port=port))
        with pytest.raises(GatewayError, match=f"127.0.0.1:{port} cannot be opened"):
            await second.start()
    token.chmod(0o644)
    third = Running(tmp_path / "other", monitor=Monitoring(port=port, token_file=str(token)))
    with pytest.raises(GatewayError, match="others can read"):
        await third.start()


def test_each_metric_stands_once_and_each_counted_event_is_told() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event) and kind.name]
    assert len({kind.name for kind in kinds}) == len(kinds)
    assert all(kind.name.replace("_", "").isalnum() and kind.name.islower() for kind in kinds)


def test_connections_are_those_that_are_open() -> None:
    counters = Counters("1")
    for _ in range(3):
        counters.hear(events.LoggedIn(Service.SMS, Duty.SEND, "SAM11", tls=False))
    counters.hear(events.ConnectionEnded(Service.SMS, Duty.SEND, "closed by the peer"))
    assert counters.connections == {(Service.SMS, Duty.SEND): 2}
