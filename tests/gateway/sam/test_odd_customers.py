"""A real gateway and customers whose programs are one byte off the manual: each message once, each with its result."""

from pathlib import Path

import pytest

from samlink.gateway.limits import Limits
from samlink.testing.clock import until
from samlink.testing.pictures import jpeg
from samlink.testing.raw_connection import frame_of, login_frame, raw_connection, raw_frame
from samlink.vocabulary.money import WON
from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.commands import Version
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import FileUpload
from tests.gateway.running import account, running, sms


async def test_a_second_login_tells_the_balance_of_now(tmp_path: Path) -> None:
    async with running(tmp_path, account(balance=100 * WON)) as gateway, raw_connection(gateway.port()) as raw:
        first = await raw.ask(login_frame())
        assert first.body[20:28] == b"100     "
        assert (await raw.ask(frame_of(Packet(commands.SEND_SMS, records=[sms(1)])))).response == "00000"
        second = await raw.ask(raw_frame("1096", first_login_body() + b"0" * 52))
        assert (second.command, second.response) == ("1011", "00000")
        assert second.body[20:28] == b"80      "
        assert (await raw.ask(raw_frame("1010", first_login_body("wrong")))).response == "11007"
        assert (await raw.ask(frame_of(Packet(commands.SEND_SMS, records=[sms(2)])))).response == "00000"


@pytest.mark.parametrize("version", ["SAM10", "SAM11"])
async def test_a_second_login_on_a_report_connection_is_answered(tmp_path: Path, version: str) -> None:
    async with running(tmp_path) as gateway, raw_connection(gateway.port(Service.SMS, Duty.REPORT)) as raw:
        await raw.login(version=version)
        answer = await raw.ask(raw_frame("1010", first_login_body(), version=version))
        assert (answer.command, answer.response) == ("1011", "00000")


def first_login_body(password: str = "secret") -> bytes:
    """ID and PASSWORD."""
    return b"demo".ljust(20) + password.encode().ljust(20)


async def test_a_wrong_time_is_result_3_of_its_message_alone(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        async with raw_connection(gateway.port()) as raw:
            await raw.login()
            body = bytearray(encode_body(Packet(commands.SEND_SMS, records=[sms(n) for n in (1, 2, 3)])))
            body[4 + 284 + 64 : 4 + 284 + 84] = b"20990101090000".ljust(20)
            assert (await raw.ask(raw_frame("1020", bytes(body)))).response == "00000"
        await gateway.state("done", 3)
        async with gateway.reports() as reports:
            results = await reports.taken(3)
        assert {result.message_id: result.result for result in results} == {"1": 6, "2": 3, "3": 6}
        view = gateway.views()["2"]
        assert view.reason == "unreadable field: RESERVE_DT is not YYYY-MM-DD HH:MM:SS"
        assert gateway.audit() == []


async def test_a_repeat_after_its_result_has_that_result_once_more(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        await sender.send([sms(1)])
        async with gateway.reports() as reports:
            first = await reports.taken(1)
            await gateway.state("reported", 1)
            balance = gateway.balance()
            assert (await sender.send([sms(1)])).response == "00000"
            assert await reports.taken(1) == first
        await gateway.state("reported", 1)
        assert gateway.balance() == balance
        assert gateway.views()["1"].repeats == 1


async def test_a_page_has_a_hundred_results(tmp_path: Path) -> None:
    assert Limits().results_in_push == 100
    async with running(tmp_path, account(balance=10**9, batch_limit=150)) as gateway:
        async with gateway.sender() as sender:
            await sender.send([sms(number) for number in range(150)])
        await gateway.state("done", 150)
        async with gateway.reports(Version.SAM10) as reports:
            assert [len(await reports.poll()) for _ in range(3)] == [100, 50, 0]


@pytest.mark.parametrize("extension", ["", "jpe", ".jp", "png"])
@pytest.mark.parametrize("length", [True, False], ids=["with LENGTH", "without"])
async def test_a_file_is_what_its_first_bytes_say(tmp_path: Path, extension: str, length: bool) -> None:
    content = jpeg()
    body = encode_body(Packet(commands.UPLOAD, FileUpload(extension, content)))
    if not length:
        body = b" " * 10 + body[10:]
    async with running(tmp_path) as gateway, raw_connection(gateway.port(Service.MMS)) as raw:
        await raw.login()
        answer = await raw.ask(raw_frame("2030", body))
        assert answer.response == "00000"
        assert answer.body.rstrip().endswith(b".jpg")
        nothing_known = encode_body(Packet(commands.UPLOAD, FileUpload(extension, b"GIF89a and so on")))
        assert (await raw.ask(raw_frame("2030", nothing_known))).response == "13002"


async def test_a_safe_number_receives(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        await sender.send(
            [sms(1, receiver="050212345678"), sms(2, receiver="05021234567"), sms(3, receiver="0502123456")]
        )
        await until(lambda: all(view.result is not None for view in gateway.views().values()))
        assert {key: view.result == 86 for key, view in gateway.views().items()} == {"1": False, "2": False, "3": True}


async def test_a_customer_who_wants_korean_is_refused_in_korean(tmp_path: Path) -> None:
    async with running(tmp_path, account(language="ko")) as gateway, raw_connection(gateway.port()) as raw:
        await raw.login()
        refused = await raw.ask(raw_frame("1020", b"x" * 20))
        assert refused.response == "12007"
        assert refused.message.startswith("전체요청건수 오류")


async def test_a_stranger_is_refused_in_english_whatever_the_account_wants(tmp_path: Path) -> None:
    async with running(tmp_path, account(language="ko")) as gateway, raw_connection(gateway.port()) as raw:
        refused = await raw.ask(raw_frame("1010", first_login_body("wrong")))
        assert (refused.response, refused.message) == ("11001", "login failed")
