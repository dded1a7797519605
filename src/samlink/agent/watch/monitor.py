"""A port for programs that watch the agent: GET `/health`, `/metrics` and `/status`, over HTTP/1.0.

    /health    200, or 503 when a part does not work: {"ok": false, "why": "...", "parts": {"database": {...}, ...}}
    /metrics   Prometheus's text
    /status    all counters as JSON (`samlink.agent.watch.counters.Counted`), with the health

It is off until it has a port, and listens on the loopback unless a token is set, which every request must then carry
(`Authorization: Bearer ...`). Without a token a request's Host must be this machine's, or the address that it listens
on, since a page in a browser can reach the loopback by a name of its own. No answer holds a telephone number, a text or
a password. A peer costs little: one request for each connection, at most `REQUEST_BYTES`, `CONNECTIONS` at a time, each
for at most `REQUEST_SECONDS`. With one connection more, the oldest is closed, so that silent peers lock nobody out.
"""

import asyncio
import hmac
import ipaddress
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import msgspec

from samlink.agent.errors import MonitorError
from samlink.agent.watch.counters import Counted, Counters
from samlink.agent.watch.health import Health, health_of
from samlink.vocabulary.problem import N_

REQUEST_BYTES: Final = 8192
REQUEST_SECONDS: Final = 5.0
CONNECTIONS: Final = 16
_JSON: Final = "application/json"


class Status(msgspec.Struct, frozen=True):
    """What `/status` answers."""

    counted: Counted
    health: Health


class _Answer(msgspec.Struct, frozen=True):
    status: HTTPStatus
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = {}


def _error(status: HTTPStatus, **headers: str) -> _Answer:
    return _Answer(status, f"{status.phrase}\n".encode(), headers={k.replace("_", "-"): v for k, v in headers.items()})


class Monitor:
    """The port, open inside `async with`, or from `open` to `close`."""

    def __init__(self, counters: Counters, host: str, port: int, token: str = "") -> None:
        """`port` 0: any free one. `token`: what a request must carry; empty: nothing."""
        self._counters = counters
        self._host = host
        self._port = port
        self._token = token.encode()
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self._pages: dict[bytes, Callable[[], _Answer]] = {
            b"/health": self._health,
            b"/metrics": self._metrics,
            b"/status": self._status,
        }

    @property
    def port(self) -> int:
        """The port that is open."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Listen. Raises MonitorError if the port cannot be opened."""
        try:
            self._server = await asyncio.start_server(self._serve, self._host, self._port, limit=REQUEST_BYTES)
        except OSError as error:
            template = N_("the monitor port {address} cannot be opened: {why}")
            address = f"{self._host}:{self._port}"
            raise MonitorError("monitor.port", template, address=address, why=error) from error

    async def close(self) -> None:
        """Close the port, if it is open, and its connections."""
        if self._server is None:
            return
        self._server.close()
        serving = tuple(self._open.items())
        for writer, _ in serving:
            writer.transport.abort()
        await asyncio.gather(*(task for _, task in serving))
        await self._server.wait_closed()

    # -- connections

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= CONNECTIONS:
            oldest = next(iter(self._open))
            oldest.transport.abort()
            del self._open[oldest]
        task = asyncio.current_task()
        assert task is not None
        self._open[writer] = task
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                writer.write(_written(await self._answer(reader)))
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except (OSError, TimeoutError):
            writer.transport.abort()
        finally:
            self._open.pop(writer, None)

    async def _answer(self, reader: asyncio.StreamReader) -> _Answer:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return _error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        except asyncio.IncompleteReadError:
            return _error(HTTPStatus.BAD_REQUEST)
        line, *fields = head[:-4].split(b"\r\n")
        match line.split(b" "):
            case [method, target, version] if version.startswith(b"HTTP/1."):
                return self._page(method, target, fields)
        return _error(HTTPStatus.BAD_REQUEST)

    def _page(self, method: bytes, target: bytes, fields: list[bytes]) -> _Answer:
        if not self._may(fields):
            return _error(HTTPStatus.UNAUTHORIZED, WWW_Authenticate="Bearer")
        if not (self._token or all(map(self._is_here, _values(fields, b"host")))):
            return _error(HTTPStatus.MISDIRECTED_REQUEST)
        page = self._pages.get(target.partition(b"?")[0])
        if page is None:
            return _error(HTTPStatus.NOT_FOUND)
        return page() if method == b"GET" else _error(HTTPStatus.METHOD_NOT_ALLOWED, Allow="GET")

    def _may(self, fields: list[bytes]) -> bool:
        if not self._token:
            return True
        given = _values(fields, b"authorization")
        return len(given) == 1 and hmac.compare_digest(given[0], b"Bearer " + self._token)

    def _is_here(self, host: bytes) -> bool:
        """Whether a Host names this machine, and is not a name that somebody else has given to its address."""
        name = host.decode("ascii", "replace").lower()
        name = name[1:].partition("]")[0] if name.startswith("[") else name.rpartition(":")[0] or name
        try:
            return name in {"localhost", self._host.lower()} or ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False

    # -- pages

    def _health(self) -> _Answer:
        health = health_of(self._counters.read())
        status = HTTPStatus.OK if health.ok else HTTPStatus.SERVICE_UNAVAILABLE
        return _Answer(status, msgspec.json.encode(health) + b"\n", _JSON)

    def _metrics(self) -> _Answer:
        from samlink.agent.watch.metrics import CONTENT_TYPE, metrics_text  # noqa: PLC0415 - only who is scraped needs it

        return _Answer(HTTPStatus.OK, metrics_text(self._counters.read()), CONTENT_TYPE)

    def _status(self) -> _Answer:
        counted = self._counters.read()
        return _Answer(HTTPStatus.OK, msgspec.json.encode(Status(counted, health_of(counted))) + b"\n", _JSON)


def _values(fields: list[bytes], name: bytes) -> list[bytes]:
    """The values of all fields of a name."""
    parted = (field.partition(b":") for field in fields)
    return [value.strip() for field, _, value in parted if field.strip().lower() == name]


def _written(answer: _Answer) -> bytes:
    fields = {
        "Content-Type": answer.content_type,
        "Content-Length": str(len(answer.body)),
        "Cache-Control": "no-store",
        "Connection": "close",
        **answer.headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.0 {answer.status.value} {answer.status.phrase}\r\n{head}\r\n".encode("ascii") + answer.body
