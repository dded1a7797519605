"""A port for machines that watch a program: GET of a few pages (`/health`, `/metrics`), over HTTP/1.0.

It is off until it has a port, and listens on the loopback unless a token is set, which every request then carries
(`Authorization: Bearer ...`); without a token a request's Host must be this machine's, or the address that it listens
on, for a page in somebody's browser can reach the loopback by a name of its own. Nothing that it says holds a number, a
text or a password. A peer can cost little: one request for each connection, at most `REQUEST_BYTES`, `CONNECTIONS` at a
time, each for at most `REQUEST_SECONDS`. With one connection more, the oldest is closed: whoever connects and says
nothing blinds nobody.
"""

import asyncio
import hmac
import ipaddress
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, Self

import msgspec

from samlink.vocabulary.problem import N_, Problem

REQUEST_BYTES: Final = 8192
REQUEST_SECONDS: Final = 5.0
CONNECTIONS: Final = 16


class MonitorError(Problem):
    """The monitor's port cannot be opened."""


class Page(msgspec.Struct, frozen=True):
    """An answer."""

    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = {}


Pages = Mapping[str, Callable[[], Page]]
"""What a GET of each path answers. It is asked in the event loop, and takes no time worth mentioning."""


def json_page(value: object, status: HTTPStatus = HTTPStatus.OK) -> Page:
    """A page of one JSON object."""
    return Page(msgspec.json.encode(value) + b"\n", "application/json", status)


def _error(status: HTTPStatus, **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(f"{status.phrase}\n".encode(), status=status, headers=named)


class Monitor:
    """The port, open inside `async with`, or from `start` to `stop`."""

    def __init__(self, pages: Pages, host: str, port: int, token: str = "") -> None:
        """`port` 0: any that is free. `token`: what a request has to carry; empty: nothing."""
        self._host = host
        self._port = port
        self._token = token.encode()
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self._pages = {path.encode("ascii"): page for path, page in pages.items()}

    @property
    def port(self) -> int:
        """The port that is open."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Begin to listen. Raises MonitorError when the port cannot be opened."""
        try:
            self._server = await self._opened()
        except OSError as error:
            sentence = N_("the monitor port {address} cannot be opened: {why}")
            raise MonitorError("monitor.port", sentence, address=f"{self._host}:{self._port}", why=error) from error

    async def stop(self) -> None:
        """Close the port, if it is open, and its connections."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        serving = tuple(self._open.items())
        for writer, _ in serving:
            writer.transport.abort()
        await asyncio.gather(*(task for _, task in serving))
        await server.wait_closed()

    async def _opened(self) -> asyncio.Server:
        """The open port; whoever is cancelled meanwhile leaves none open."""
        server = asyncio.start_server(self._serve, self._host, self._port, limit=REQUEST_BYTES)
        opening = asyncio.ensure_future(server)
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            (await opening).close()
            raise

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

    async def _answer(self, reader: asyncio.StreamReader) -> Page:
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

    def _page(self, method: bytes, target: bytes, fields: list[bytes]) -> Page:
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
        """Whether a Host names this machine, and not a name that somebody else has made for its address."""
        name = host.decode("ascii", "replace").lower()
        name = name[1:].partition("]")[0] if name.startswith("[") else name.rpartition(":")[0] or name
        try:
            return name in {"localhost", self._host.lower()} or ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False


def _values(fields: list[bytes], name: bytes) -> list[bytes]:
    """The values of all fields of a name."""
    parted = (field.partition(b":") for field in fields)
    return [value.strip() for field, _, value in parted if field.strip().lower() == name]


def _written(answer: Page) -> bytes:
    fields = {
        "Content-Type": answer.content_type,
        "Content-Length": str(len(answer.body)),
        "Cache-Control": "no-store",
        "Connection": "close",
        **answer.headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.0 {answer.status.value} {answer.status.phrase}\r\n{head}\r\n".encode("ascii") + answer.body
