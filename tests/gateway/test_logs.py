"""Logs tell an operator what happened, and nobody what was written, to whom, or with which password."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from samlink.carriers.contract import Answer
from samlink.core.message import Claimed
from samlink.gateway.watch.peer_lines import CUSTOMER_LINES
from samlink.store.contract import StoreBusyError, StoreError, StoreFullError
from samlink.testing.clock import until
from samlink.testing.raw_connection import frame_of, login_frame, raw_connection, raw_frame
from samlink.testing.thin_client import connected
from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.packets import Packet
from samlink.wire.records import ResultRecord
from tests.gateway.running import Running, account, running, sms
from tests.gateway.scripted_carrier import ScriptedCarrier, result

TEXT = "인증번호 830194"
RECEIVER = "01098765432"
SENDER = "0212345678"
WORD = "hunter2hunter2"
MESSAGE = sms(1, text=TEXT, receiver=RECEIVER, sender=SENDER)
SECRETS = (TEXT, "830194", RECEIVER, "98765432", SENDER, WORD, "secret")


def said(logs: Sequence[Any], caplog: Any) -> str:
    """Everything that was logged, tracebacks too."""
    lines = [structlog.processors.format_exc_info(None, "", dict(line)) for line in logs]
    return "\n".join([*map(repr, lines), caplog.text])


def faulty(_: Sequence[Claimed]) -> list[Answer]:
    raise RuntimeError("the line to the carrier broke")


async def test_no_number_text_or_password_is_logged(tmp_path: Path, caplog: Any) -> None:
    with structlog.testing.capture_logs() as logs:
        async with running(tmp_path, account(), carrier=ScriptedCarrier(faulty)) as gateway:
            await strangers(gateway)
            await a_customer(gateway)
            await misplaced(gateway)
    names = {line["event"] for line in logs}
    assert {"logged_in", "login_refused", "packet_refused", "packet_not_stored", "connection_ended"} <= names
    everything = said(logs, caplog)
    assert "the line to the carrier broke" in everything
    for secret in SECRETS:
        assert secret not in everything, re.findall(f".{{0,200}}{re.escape(secret)}.{{0,50}}", everything)


async def strangers(gateway: Running) -> None:
    """Logins that fail."""
    for id, password in (("demo", WORD), ("nobody", WORD), (WORD, "x")):
        async with connected(gateway.port()) as client:
            await client.try_login(id, password)
    async with raw_connection(gateway.port(Service.SMS, Duty.REPORT)) as raw:
        raw.write(login_frame(WORD, WORD)[:-1] + b"x")
        await raw.is_closed()


async def a_customer(gateway: Running) -> None:
    """Messages that are taken, refused, not stored, lost at the carrier, and not acknowledged."""
    carrier = gateway.carrier
    async with gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([MESSAGE])
        await sender.send([sms(1, text=TEXT + "!", receiver=RECEIVER)])
        gateway.store.fail(StoreFullError("store.test", "the disk is full"), "accept")
        await sender.send([MESSAGE])
        gateway.store.recover()
        await until(lambda: carrier.submitted)
        carrier.give(result(carrier.messages[0], 8))
        await reports.pushed()
        reports.acknowledge([ResultRecord("20250616", "99", "", 0, 6)])  # its key names no message
        await reports.pushed()


async def misplaced(gateway: Running) -> None:
    """Packets in which numbers and texts stand where they do not belong."""
    packet = frame_of(Packet(commands.SEND_SMS, records=[MESSAGE]))
    body = packet[76:-1]
    async with raw_connection(gateway.port()) as raw:
        await raw.login()
        for shift in (1, 12, 52, 64, 84, 104):
            moved = body[:4] + body[4 + shift :] + body[4 : 4 + shift]
            await raw.ask(raw_frame("1020", moved))
        await raw.ask(raw_frame("1020", body[:-50]))
        await raw.ask(raw_frame(RECEIVER[:5], body))
        raw.write(body)
        await raw.is_closed()


async def one_refused(gateway: Running) -> None:
    """A connection with one packet that is refused."""
    async with raw_connection(gateway.port()) as raw:
        await raw.login()
        await raw.ask(raw_frame("1020", b"x"))


async def test_a_customer_costs_a_bounded_number_of_log_lines(tmp_path: Path) -> None:
    """Of each event a few, and how many came after those; another customer's are written as ever."""
    times = 3 * CUSTOMER_LINES
    with structlog.testing.capture_logs() as logs:
        async with running(tmp_path, account(), account("other")) as gateway:
            for _ in range(times):
                await one_refused(gateway)
            async with gateway.sender(id="other"):
                pass
    for event in ("logged_in", "packet_refused", "connection_ended"):
        lines = [line for line in logs if line["event"] == event and line["account"] == "demo"]
        assert [line.get("repeated") for line in lines] == [None] * CUSTOMER_LINES + [times - CUSTOMER_LINES], event
    assert [line["account"] for line in logs if line["event"] == "logged_in"].count("other") == 1


async def test_a_limit_that_holds_is_no_fault_of_the_store(tmp_path: Path) -> None:
    """Who asks for too much at once must not wake the operator as a disk that fails does."""
    with structlog.testing.capture_logs() as logs:
        async with running(tmp_path) as gateway, gateway.sender() as sender:
            for error in (StoreBusyError("store.test", "?"), StoreError("store.test", "?")):
                gateway.store.fail(error, "accept")
                await sender.send([MESSAGE])
    assert [line["log_level"] for line in logs if line["event"] in {"packet_put_off", "packet_not_stored"}] == [
        "warning",
        "error",
    ]
