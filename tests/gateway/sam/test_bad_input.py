"""Any bytes on any port in any state: an error or a close, nobody else notices, and memory stays bounded."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samlink.link import driver
from samlink.testing.clock import until
from samlink.testing.raw_connection import RawConnection, frame_of, login_frame, raw_connection, raw_frame
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import PORT_OFFSETS, Duty, Service
from samlink.wire import commands
from samlink.wire.choices import SILENCE_LIMITS_SECONDS
from samlink.wire.frame import Frame
from samlink.wire.packets import Packet
from samlink.wire.records import FileNames, FileUpload, KeyRecord
from tests.gateway.running import Running, account, running, sms

EXAMPLES = 60
PORTS = sorted(PORT_OFFSETS, key=lambda port: PORT_OFFSETS[port])


# -- any bytes, on one gateway that must not notice


class Unmoved:
    """A gateway, a customer whose connection must stay, and the loop that both live in while an example runs."""

    def __init__(self, runner: asyncio.Runner, data: Path) -> None:
        self.runner = runner
        self._context = contextlib.AsyncExitStack()
        runner.run(self._start(data))

    async def _start(self, data: Path) -> None:
        limits = {"refusals_in_row": 5}
        self.gateway = await self._context.enter_async_context(running(data, account(balance=10**9), limits=limits))
        self.customer = await self._context.enter_async_context(raw_connection(self.gateway.port()))
        await self.customer.login()

    def stop(self) -> None:
        """Stop the gateway."""
        self.runner.run(self._context.aclose())

    def try_out(self, port: tuple[Service, Duty], *parts: bytes, version: str | None = None) -> None:
        """Write `parts` to a port, logged in when a `version` is given; every answer must be a frame with a code."""
        with structlog.testing.capture_logs() as logs:
            self.runner.run(self._try_out(port, parts, version))
        faults = [line for line in logs if line["log_level"] in {"error", "critical"}]
        assert not faults

    async def _try_out(self, port: tuple[Service, Duty], parts: tuple[bytes, ...], version: str | None) -> None:
        async with raw_connection(self.gateway.port(*port)) as raw:
            if version is not None:
                await raw.login(version=version)
            for part in parts:
                raw.write(part)
                await raw.drain()
            raw.end()
            while (frame := await raw.frame()) is not None:
                assert is_whole_answer(frame), frame
        answer = await self.customer.ask(frame_of(Packet(commands.SEND_SMS)))
        assert answer.response == ResponseCode.OK
        assert not self.gateway.done


def is_whole_answer(frame: Frame) -> bool:
    """Whether it is a command of the gateway's with a code and a message that a person can read."""
    known = frame.command in {"1011", "1026", "1021", "1030", "1031", "2040"}
    said = frame.response == "" or (frame.response.isdigit() and 0 < len(frame.message.encode("cp949")) <= 50)
    return known and said and frame.version in {"SAM10", "SAM11"}


@pytest.fixture(scope="module")
def unmoved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unmoved]:
    with asyncio.Runner() as runner:
        made = Unmoved(runner, tmp_path_factory.mktemp("unmoved"))
        yield made
        made.stop()


some_bytes = st.binary(max_size=300)
ports = st.sampled_from(PORTS)
numbers = st.sampled_from(["", "0", "1", "3", "-1", "9999", "99999999", "1 1", "x", "４"])


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A frame of any command with a body that is nearly right."""
    known = frame_of(
        draw(
            st.sampled_from(
                [
                    Packet(commands.SEND_SMS, records=[sms(1)]),
                    Packet(commands.SEND_FIXED, FileNames("a.jpg"), [sms(2)]),
                    Packet(commands.SEND_LMS, records=[sms(3), sms(4)]),
                    Packet(commands.SEND_MMS, FileNames(), [sms(5)], user_code=True),
                    Packet(commands.UPLOAD, FileUpload("jpg", b"\x01\x02\x03")),
                    Packet(commands.RESULTS_TAKEN, records=[KeyRecord("1", "2")]),
                    Packet(commands.RESULTS_TAKEN, empty=True),
                    Packet(commands.RESULTS, records=[]),
                ]
            )
        ),
        draw(st.sampled_from(["SAM10", "SAM11", "SAM12"])),
    )
    at = draw(st.integers(0, len(known) - 1))
    change = draw(st.sampled_from(["none", "byte", "cut", "insert", "count", "length"]))
    match change:
        case "byte":
            return known[:at] + draw(st.binary(min_size=1, max_size=1)) + known[at + 1 :]
        case "cut":
            return known[:at]
        case "insert":
            return known[:at] + draw(some_bytes) + known[at:]
        case "count":
            return known[:76] + draw(numbers).encode("cp949")[:4].ljust(4) + known[80:]
        case "length":
            return known[:12] + draw(numbers).encode("cp949")[:8].ljust(8) + known[20:]
        case _:
            return known


anything = st.lists(requests() | some_bytes | st.just(login_frame()), min_size=1, max_size=5)
TRIED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@TRIED
@given(port=ports, parts=anything)
def test_any_bytes_before_the_login(unmoved: Unmoved, port: tuple[Service, Duty], parts: list[bytes]) -> None:
    unmoved.try_out(port, *parts)


@TRIED
@given(port=ports, parts=anything, version=st.sampled_from(["SAM10", "SAM11"]))
def test_any_bytes_after_the_login(
    unmoved: Unmoved, port: tuple[Service, Duty], parts: list[bytes], version: str
) -> None:
    unmoved.try_out(port, *parts, version=version)


# -- frames that lie


@contextlib.asynccontextmanager
async def logged_in(data: Path, service: Service) -> AsyncIterator[tuple[Running, RawConnection]]:
    """A gateway and a raw send connection that is logged in."""
    async with running(data) as gateway, raw_connection(gateway.port(service)) as raw:
        await raw.login()
        yield gateway, raw


async def test_counts_and_lengths_that_lie_are_refused_and_the_connection_goes_on(tmp_path: Path) -> None:
    record = frame_of(Packet(commands.SEND_LMS, records=[sms(1)]))[80:-1]
    short = record.replace(b"14  ", b"9   ", 1) if record.startswith(b"14  ") else b"9   " + record[4:]
    lies: list[tuple[bytes, ResponseCode]] = [
        (raw_frame("1044", b"2   " + record), ResponseCode.BAD_LAYOUT),
        (raw_frame("1044", b"0   " + record), ResponseCode.BAD_LAYOUT),
        (raw_frame("1044", b"    " + record), ResponseCode.BAD_COUNT),
        (raw_frame("1044", b"-1  " + record), ResponseCode.BAD_COUNT),
        (raw_frame("1044", b"99  " + record), ResponseCode.BAD_COUNT),
        (raw_frame("1044", b"1   " + short), ResponseCode.BAD_LAYOUT),
        (raw_frame("1044", b"1   " + b"9999" + record[4:]), ResponseCode.BAD_LAYOUT),
        (raw_frame("1044", b"1   " + b"x   " + record[4:]), ResponseCode.BAD_NUMBER),
        (raw_frame("1044", b"1   " + record + b"y"), ResponseCode.BAD_LAYOUT),
        (raw_frame("2030", b"9999999999jpgx"), ResponseCode.FILE_LENGTH_WRONG),
        (raw_frame("2030", b"0         jpgx"), ResponseCode.FILE_LENGTH_WRONG),
        (raw_frame("2030", b""), ResponseCode.BAD_LAYOUT),
        (raw_frame("1025", b""), ResponseCode.UNKNOWN_COMMAND),
        (raw_frame("1020", b"1   "), ResponseCode.WRONG_PORT),
        (raw_frame("1030", b""), ResponseCode.WRONG_PORT),
        (raw_frame("1044", b"0   ", version="SAM11"), ResponseCode.WRONG_VERSION),
    ]
    async with logged_in(tmp_path, Service.MMS) as (gateway, raw):
        told = []
        for data, response in lies:
            answer = await raw.ask(data)
            told.append((answer.response, data[7:12], answer.message))
            same_class = answer.response[:2] == response[:2] and answer.response != ResponseCode.OK
            assert same_class, (data[76:100], answer)
        assert (await raw.ask(raw_frame("1044", b"1   " + record))).response == ResponseCode.OK, told
        assert sum((await gateway.store.counts()).values()) == 1


@pytest.mark.parametrize("length", ["99999999", "-1", "", "1e3", "4194305"])
async def test_a_length_that_cannot_be_ends_the_connection_with_a_reason(tmp_path: Path, length: str) -> None:
    async with logged_in(tmp_path, Service.SMS) as (_, raw):
        answer = await raw.ask(raw_frame("1020", b"0   ", length=length))
        assert answer.response == ResponseCode.BAD_LENGTH
        assert await raw.is_closed()


@pytest.mark.parametrize(
    ("field", "value", "response", "said"),
    [
        ("message_id", b"\x07".ljust(20), ResponseCode.BAD_FIELD, "MSG_ID"),
        ("receiver", b"0101\xb0\x00\x00\x00\x00\x00\x00\x00", ResponseCode.BAD_FIELD, "RECEIVER"),
    ],
)
async def test_a_refusal_names_field_and_record(
    tmp_path: Path, field: str, value: bytes, response: ResponseCode, said: str
) -> None:
    at = {"receiver": 52, "message_id": 20}[field]
    body = bytearray(frame_of(Packet(commands.SEND_SMS, records=[sms(1), sms(2)]))[76:-1])
    start = 4 + 284 + at
    body[start : start + len(value)] = value
    async with logged_in(tmp_path, Service.SMS) as (_, raw):
        answer = await raw.ask(raw_frame("1020", bytes(body)))
        assert answer.response == response
        assert said in answer.message
        assert "2" in answer.message
        assert len(answer.message.encode("cp949")) <= 50


async def test_requests_that_do_not_wait_for_their_answers_are_answered_in_order(tmp_path: Path) -> None:
    packets = b"".join(frame_of(Packet(commands.SEND_SMS, records=[sms(number)])) for number in range(200))
    async with running(tmp_path) as gateway, raw_connection(gateway.port()) as raw:
        raw.write(login_frame() + packets)
        for _ in range(201):
            answer = await raw.frame()
            assert answer is not None
            assert answer.response == ResponseCode.OK
        await gateway.state("done", 200)


@pytest.mark.parametrize(("duty", "version"), [(Duty.SEND, "SAM10"), (Duty.REPORT, "SAM11")])
async def test_who_is_refused_again_and_again_is_let_go(tmp_path: Path, duty: Duty, version: str) -> None:
    gateway = running(tmp_path, limits={"refusals_in_row": 3})
    async with gateway as one, raw_connection(one.port(Service.SMS, duty)) as raw:
        await raw.login(version=version)
        for _ in range(3):
            answer = await raw.ask(raw_frame("1025", b"", version=version))
            assert answer.response == ResponseCode.UNKNOWN_COMMAND
        assert await raw.is_closed()


async def test_a_packet_that_is_taken_makes_up_for_those_that_were_refused(tmp_path: Path) -> None:
    gateway = running(tmp_path, limits={"refusals_in_row": 3})
    async with gateway as one, raw_connection(one.port(Service.MMS)) as raw:
        await raw.login()
        bad = raw_frame("2030", b"1         exex")
        for data in (bad, bad, frame_of(Packet(commands.SEND_LMS, records=[sms(1)])), bad, bad):
            assert (await raw.ask(data)).command in {"1026", "2040"}
        raw.write(bad)
        assert await raw.is_closed()


# -- memory


async def test_a_peer_that_never_reads_is_read_no_further_and_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "WRITE_STALL_SECONDS", 0.5)
    async with running(tmp_path) as gateway, gateway.sender() as other:
        await until(lambda: gateway.connections == 1)
        line = socket.create_connection(("127.0.0.1", gateway.port()))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.setblocking(False)
        flood = login_frame(version="SAM11") + frame_of(Packet(commands.SEND_SMS), "SAM11") * 100_000
        writing = asyncio.create_task(asyncio.get_running_loop().sock_sendall(line, flood))
        await until(lambda: gateway.connections == 2 or writing.done())
        most = 0
        link: Any
        while gateway.connections == 2:
            for link in gateway.gateway._listener._links:
                waiting = len(link._events) * 1_000 + len(link.session._buffer)
                most = max(most, link._transport.get_write_buffer_size() + waiting if link._transport else 0)
            assert (await other.send([sms(1)])).response == ResponseCode.OK
        assert 0 < most < 2 * driver.WRITE_BUFFER_BYTES + 512 * 1024
        with contextlib.suppress(ConnectionError):
            await writing
        line.close()


async def test_a_peer_that_says_nothing_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as gateway:
        monkeypatch.setitem(SILENCE_LIMITS_SECONDS, Duty.SEND, 0.2)
        async with raw_connection(gateway.port()) as silent:
            await silent.login()
            assert await silent.is_closed()
        monkeypatch.setattr("samlink.wire.choices.LOGIN_LIMIT_SECONDS", 0.1)
        async with raw_connection(gateway.port()) as nobody:
            assert await nobody.is_closed()
        await until(lambda: gateway.connections == 0)
