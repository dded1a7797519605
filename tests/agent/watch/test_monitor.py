"""The monitor's port: what it says, and how little anybody can do to it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from samlink.agent.watch import events
from samlink.agent.watch.counters import AgentCounters
from samlink.agent.watch.health import LOGIN_GRACE_SECONDS
from samlink.agent.watch.pages import pages_of
from samlink.vocabulary.services import Duty, Service
from samlink.watch.monitor import CONNECTIONS, REQUEST_BYTES, Monitor, MonitorError
from tests.agent.customer import because

TOKEN = "Kx7-secret-Q2"
REPORT = (Service.SMS, Duty.REPORT)


class Watched:
    """Counters that somebody watches, and their clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.counters = AgentCounters("1.2", ["UShotSMS"], [REPORT], lambda: self.now)
        self.counters.hear(events.RowsClaimed("UShotSMS", 3))
        self.counters.hear(events.ResultsWritten({6: 2, 8: 1}))
        self.counters.hear(events.RowRefused("UShotSMS", "1", 77, because("no number")))


@pytest.fixture
def watched() -> Watched:
    """An agent that has done something."""
    return Watched()


@pytest.fixture
async def monitor(watched: Watched) -> AsyncIterator[Monitor]:
    """An open port."""
    async with Monitor(pages_of(watched.counters), "127.0.0.1", 0) as monitor:
        yield monitor


async def asked(monitor: Monitor, request: bytes) -> tuple[int, str]:
    """The status and the body that answer these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", monitor.port)
    writer.write(request)
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body


async def got(monitor: Monitor, path: str, *fields: str) -> tuple[int, str]:
    """The answer to a GET."""
    return await asked(monitor, "\r\n".join((f"GET {path} HTTP/1.1", "Host: 127.0.0.1:9433", *fields, "", "")).encode())


async def test_health_is_200_and_503_with_a_sentence(monitor: Monitor, watched: Watched) -> None:
    code, body = await got(monitor, "/health")
    assert (code, json.loads(body)["ok"]) == (200, True)
    watched.now += LOGIN_GRACE_SECONDS + 1
    code, body = await got(monitor, "/health?x=1")
    health = json.loads(body)
    assert (code, health["ok"]) == (503, False)
    assert health["why"] == "no SMS report connection has been logged in for 46 s"
    assert (health["parts"]["database"]["ok"], health["parts"]["gateway"]["ok"]) == (True, False)


async def test_metrics_are_what_prometheus_reads(monitor: Monitor) -> None:
    code, body = await got(monitor, "/metrics")
    assert code == 200
    samples = {
        (sample.name, tuple(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }
    assert samples["samlink_agent_rows_claimed_total", ("UShotSMS",)] == 3
    assert samples["samlink_agent_results_total", ("8",)] == 1
    assert samples["samlink_agent_rows_refused_total", ("77", "UShotSMS")] == 1
    assert samples["samlink_agent_connections", ("report", "SMS")] == 0
    assert samples["samlink_agent_healthy", ()] == 1


async def test_status_has_all_counters(monitor: Monitor) -> None:
    code, body = await got(monitor, "/status")
    status: dict[str, Any] = json.loads(body)
    assert code == 200
    assert status["counted"]["tables"]["UShotSMS"]["claimed"] == 3
    assert status["counted"]["results"] == {"6": 2, "8": 1}
    assert status["health"]["ok"]


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST /health HTTP/1.1\r\n\r\n", HTTPStatus.METHOD_NOT_ALLOWED),
        (b"HEAD /metrics HTTP/1.0\r\n\r\n", HTTPStatus.METHOD_NOT_ALLOWED),
        (b"GET / HTTP/1.1\r\n\r\n", HTTPStatus.NOT_FOUND),
        (b"GET /../health HTTP/1.1\r\n\r\n", HTTPStatus.NOT_FOUND),
        (b"GET /health\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"GET /health HTTP/2\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"\xff\x00\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"GET /health HTTP/1.1\r\nX: " + b"x" * REQUEST_BYTES, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    ],
)
async def test_anything_but_a_get_of_a_page_is_refused(
    monitor: Monitor, request_bytes: bytes, status: HTTPStatus
) -> None:
    assert (await asked(monitor, request_bytes))[0] == status


async def test_silent_peers_keep_nobody_out(monitor: Monitor) -> None:
    silent = [await asyncio.open_connection("127.0.0.1", monitor.port) for _ in range(CONNECTIONS)]
    for _ in range(CONNECTIONS):
        assert (await got(monitor, "/health"))[0] == HTTPStatus.OK
    oldest, _ = silent[0]
    with contextlib.suppress(ConnectionResetError):
        assert await oldest.read() == b"", "it had to go"
    for _, writer in silent:
        writer.close()


async def test_a_peer_that_says_nothing_is_closed_in_time(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samlink.watch.monitor.REQUEST_SECONDS", 0.01)
    reader, writer = await asyncio.open_connection("127.0.0.1", monitor.port)
    with contextlib.suppress(ConnectionResetError):
        assert await reader.read() == b""
    writer.close()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", HTTPStatus.OK),
        ("LOCALHOST:9433", HTTPStatus.OK),
        ("127.1.2.3", HTTPStatus.OK),
        ("[::1]:9433", HTTPStatus.OK),
        ("evil.example:9433", HTTPStatus.MISDIRECTED_REQUEST),
        ("192.0.2.1", HTTPStatus.MISDIRECTED_REQUEST),
        ("", HTTPStatus.MISDIRECTED_REQUEST),
        ("\N{SNOWMAN}", HTTPStatus.MISDIRECTED_REQUEST),
    ],
)
async def test_without_a_token_only_this_machines_names_are_answered(
    monitor: Monitor, host: str, status: HTTPStatus
) -> None:
    assert (await asked(monitor, f"GET /status HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()))[0] == status


async def test_a_token_has_to_be_shown(watched: Watched) -> None:
    async with Monitor(pages_of(watched.counters), "127.0.0.1", 0, TOKEN) as monitor:
        for path in ("/health", "/metrics", "/status", "/nothing"):
            assert (await got(monitor, path))[0] == HTTPStatus.UNAUTHORIZED
        assert (await got(monitor, "/health", f"Authorization: Bearer {TOKEN}x"))[0] == HTTPStatus.UNAUTHORIZED
        assert (await got(monitor, "/health", f"authorization:  Bearer {TOKEN}"))[0] == HTTPStatus.OK
        assert (await got(monitor, "/health", f"authorization: Bearer {TOKEN}", "Host: db"))[0] == HTTPStatus.OK


async def test_a_port_that_is_taken_is_named(monitor: Monitor, watched: Watched) -> None:
    with pytest.raises(MonitorError, match=f"127.0.0.1:{monitor.port} cannot be opened"):
        await Monitor(pages_of(watched.counters), "127.0.0.1", monitor.port).start()
