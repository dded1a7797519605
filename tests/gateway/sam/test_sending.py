"""Send connections: every command in every form, keys, money, and what refuses a packet or a message."""

import asyncio
import itertools
from pathlib import Path
from typing import Any

import pytest

from samlink.core.account import FeeType, ServiceClass
from samlink.gateway.acceptance import LONG_REQUEST_MESSAGES
from samlink.testing.clock import until
from samlink.testing.pictures import jpeg
from samlink.testing.raw_connection import login_frame, raw_connection, raw_frame
from samlink.vocabulary.money import WON
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Service
from samlink.wire import commands
from samlink.wire.commands import Command, Version
from samlink.wire.records import SendRecord
from tests.gateway.running import NOW_MS, Running, account, running, sms
from tests.gateway.scripted_carrier import ScriptedCarrier, result

KST_NOW = NOW_MS // 1000
COMMANDS: tuple[tuple[Service, Command], ...] = (
    (Service.SMS, commands.SEND_SMS),
    (Service.MMS, commands.SEND_FIXED),
    (Service.MMS, commands.SEND_LMS),
    (Service.MMS, commands.SEND_MMS),
)
PICTURE = jpeg(bytes(range(256)) * 4)


async def test_every_command_is_carried_in_both_versions_layouts_and_paddings(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    numbers = itertools.count(1)
    async with running(tmp_path, carrier=carrier) as gateway:
        forms = itertools.product(COMMANDS, Version, (False, True), (b" ", b"\0"))
        for (service, command), version, user_code, padding in forms:
            async with gateway.sender(service, version, user_code=user_code, padding=padding) as sender:
                records = [
                    sms(next(numbers), user_code="302590001" if user_code else "", timeout_at=KST_NOW + 60)
                    for _ in range(3)
                ]
                answer = await sender.send(records, command)
            assert answer.response == ResponseCode.OK
            keys = [(key.group_id, key.message_id) for key in answer.packet.records]
            assert keys == ([("20250616", one.message_id) for one in records] if version is Version.SAM11 else [])
            await gateway.state("sent", int(records[-1].message_id))
            last = carrier.messages[-1]
            assert (last.text, last.sender, last.user_code) == (records[-1].text, "0212345678", records[-1].user_code)
            assert last.expires_at_ms == NOW_MS + 60_000


async def test_a_kind_is_what_command_and_files_make_it(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender(Service.MMS) as sender:
        name = (await sender.upload(PICTURE, "Jpg")).packet.head.name
        await sender.send([sms(1)], commands.SEND_FIXED)
        await sender.send([sms(2)], commands.SEND_FIXED, name)
        await sender.send([sms(3)], commands.SEND_LMS)
        await sender.send([sms(4)], commands.SEND_MMS, name, name)
        await until(lambda: len(carrier.messages) == 4)
        kinds = {message.receiver[-1]: (message.kind, message.files) for message in carrier.messages}
        assert kinds == {"1": (2, ""), "2": (3, name), "3": (2, ""), "4": (3, f"{name}\n{name}")}
        assert gateway.balance() == 10_000 * WON - 2 * 50 * WON - 2 * 250 * WON


async def test_a_client_that_pads_with_nuls_is_answered_in_nuls(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        for padding, foreign in ((b"\0", b" "), (b" ", b"\0")):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port())
            writer.write(login_frame(padding=padding))
            answer = await reader.readexactly(76 + 33 + 1)
            writer.close()
            assert answer[20:25] == b"00000"
            assert padding * 3 in answer
            assert foreign not in answer


# -- keys


async def test_a_packet_that_is_sent_again_is_answered_again_and_goes_out_once(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway:
        paid = gateway.balance()
        packet = [sms(1), sms(2)]
        async with gateway.sender() as sender:
            assert (await sender.send(packet)).response == ResponseCode.OK
            assert (await sender.send(packet)).response == ResponseCode.OK
        async with gateway.sender(version=Version.SAM11) as sender:
            assert len((await sender.send([*packet, sms(3)])).packet.records) == 3
        await gateway.state("sent", 3)
        assert gateway.balance() == paid - 3 * 20 * WON
        assert len(carrier.messages) == 3


async def test_a_resend_beside_its_first_that_is_still_being_stored_goes_out_once(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as first, gateway.sender() as second:
        gateway.store.hold("accept")
        for sender in (first, second):
            sender.ask_to_send([sms(1)])
        await until(lambda: gateway.store.calls["accept"] == 2)
        await first.close(at_once=True)
        gateway.store.release("accept")
        assert (await second.answer()).response == ResponseCode.OK
        await gateway.state("sent", 1)
        assert len(carrier.messages) == 1


async def test_a_used_key_with_another_content_refuses_the_packet_and_is_named(tmp_path: Path) -> None:
    long = {"group_id": "G" * 20, "message_id": "M" * 20}
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        await sender.send([sms(1, **long)])
        answer = await sender.send([sms(2), sms(1, text="다른 글", **long)])
        assert answer.response == ResponseCode.KEY_REUSED
        assert f"{'G' * 20}/{'M' * 20}" in answer.message
        counts = await gateway.store.counts()
        assert sum(counts.values()) == 1
        same_key_other_receiver = sms(1, receiver="01099990001", **long)
        assert (await sender.send([same_key_other_receiver])).response == ResponseCode.OK


async def test_another_accounts_keys_are_its_own(tmp_path: Path) -> None:
    async with running(tmp_path, account(), account("other")) as gateway:
        async with gateway.sender() as sender:
            await sender.send([sms(1)])
        async with gateway.sender(id="other") as sender:
            assert (await sender.send([sms(1, text="other")])).response == ResponseCode.OK


# -- packets that are refused whole


async def test_more_than_the_batch_limit_is_refused_and_the_connection_goes_on(tmp_path: Path) -> None:
    async with running(tmp_path, account(batch_limit=3)) as gateway:
        for service, command in COMMANDS:
            async with gateway.sender(service) as sender:
                answer = await sender.send([sms(number) for number in range(4)], command)
                assert answer.response == "12007"
                assert answer.message == "COUNT 4 is over the limit of 3"
                assert (await sender.send([sms(service)], command)).response == ResponseCode.OK
        assert sum((await gateway.store.counts()).values()) == 2


async def test_kms_logs_in_and_keeps_alive(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        for version in Version:
            async with gateway.sender(Service.KMS, version) as sender, gateway.reports(version, Service.KMS) as reports:
                assert sender.session.wake(sender.link.now + 31) == []
                sender.link.flush()
                await until(lambda: sender.session.idle)
                assert reports.session.idle


# -- messages that are refused: each gets its result


async def results_of(gateway: Running, records: list[SendRecord], service: Service = Service.SMS) -> dict[str, int]:
    """The results of a packet that is taken, by MSG_ID."""
    command = commands.SEND_SMS if service is Service.SMS else commands.SEND_LMS
    async with gateway.sender(service) as sender, gateway.reports(service=service) as reports:
        answer = await sender.send(records, command)
        assert answer.response == ResponseCode.OK, answer
        return {one.message_id: one.result for one in await reports.taken(len(records))}


async def test_what_the_rules_refuse_arrives_as_results_and_costs_nothing(tmp_path: Path) -> None:
    url_only = account("url", service_class=ServiceClass.CALLBACK_URL_ONLY)
    async with running(tmp_path, account(max_msg_size=2000), url_only) as gateway:
        balance = gateway.balance()
        found = await results_of(
            gateway,
            [sms(1, text=""), sms(2, receiver="0212345678"), sms(3, timeout_at=KST_NOW - 1), sms(4, receiver="0101")],
        )
        assert found == {"1": 3, "2": 86, "3": 90, "4": 86}
        assert await results_of(gateway, [sms(5, text="가" * 1001)], Service.MMS) == {"5": 60}
        assert gateway.balance() == balance
        assert await results_of(gateway, [sms(6, text="가" * 1000)], Service.MMS) == {"6": 6}
        async with gateway.sender(id="url") as sender, gateway.reports(id="url") as reports:
            await sender.send([sms(1), sms(2, url="http://example.kr")])
            assert {one.message_id: one.result for one in await reports.taken(2)} == {"1": 61, "2": 6}
        assert gateway.audit() == []


async def test_a_prepaid_balance_that_covers_a_part_pays_for_the_first(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    one_by_one = running(tmp_path, account(balance=50 * WON), carrier=carrier)
    async with one_by_one as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(number) for number in range(4)])
        await gateway.state("sent", 2)
        assert {one.message_id: one.result for one in await reports.taken(2)} == {"2": 92, "3": 92}
        assert gateway.balance() == 10 * WON
        carrier.give(result(carrier.messages[0], 8))  # not charged: the price comes back
        await reports.taken(1)
        assert gateway.balance() == 30 * WON
        assert gateway.audit() == []


async def test_a_postpaid_account_pays_later(tmp_path: Path) -> None:
    postpaid = account(fee_type=FeeType.POSTPAID, balance=0)
    async with running(tmp_path, postpaid) as gateway, gateway.sender() as sender:
        await sender.send([sms(1)])
        assert gateway.balance() == -20 * WON


# -- files


async def test_a_file_is_kept_for_its_account_alone(tmp_path: Path) -> None:
    async with running(tmp_path, account(), account("other")) as gateway:
        async with gateway.sender(Service.MMS) as sender:
            name = (await sender.upload(PICTURE, "JPG")).packet.head.name
            assert name.endswith(".jpg")
            assert (await sender.upload(PICTURE, "jpg")).packet.head.name == name
            assert (await sender.send([sms(1)], commands.SEND_MMS, name)).response == ResponseCode.OK
            stored = list((tmp_path / "files").glob("*/*"))
            assert [path.read_bytes() for path in stored] == [PICTURE]
        async with gateway.sender(Service.MMS, id="other") as sender:
            assert (await sender.send([sms(1)], commands.SEND_MMS, name)).response == ResponseCode.OK
            assert (await sender.send([sms(2)], commands.SEND_FIXED, "../1/" + name)).response == ResponseCode.OK
            assert (await sender.send([sms(3)], commands.SEND_LMS)).response == ResponseCode.OK
            async with gateway.reports(service=Service.MMS, id="other") as reports:
                results = {record.message_id: record.result for record in await reports.taken(3)}
        assert results == {"1": ResultCode.CONTENT_OTHER, "2": ResultCode.CONTENT_OTHER, "3": ResultCode.DELIVERED}


async def test_files_that_are_not_taken(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender(Service.MMS, Version.SAM11) as sender:
        for content, extension, response in (
            (b"MZ" + b"x" * 998, "exe", ResponseCode.FILE_EXTENSION),
            (b"x" * 1000, "", ResponseCode.FILE_EXTENSION),
            (b"", "jpg", ResponseCode.FILE_LENGTH_WRONG),
            (jpeg(size=300 * 1024), "jpg", ResponseCode.OK),
            (jpeg(), "bmp", ResponseCode.FILE_DAMAGED),
            (jpeg()[:-40], "jpg", ResponseCode.FILE_DAMAGED),
            (b"x" * 1000, "jpg", ResponseCode.FILE_DAMAGED),
        ):
            answer = await sender.upload(content, extension)
            assert answer.response == response, answer.message
            assert 0 < len(answer.message.encode("cp949")) <= 50
    assert len(list((tmp_path / "files").glob("*/*"))) == 1


async def test_a_file_that_is_too_large_or_lies_about_its_length_is_refused(tmp_path: Path) -> None:
    size = 300 * 1024 + 1
    async with running(tmp_path) as gateway, raw_connection(gateway.port(Service.MMS)) as raw:
        await raw.login()
        answer = await raw.ask(raw_frame("2030", f"{size:<10}jpg".encode() + b"x" * size))
        assert (answer.command, answer.response) == ("2040", ResponseCode.FILE_TOO_LARGE)
        answer = await raw.ask(raw_frame("2030", b"5         jpgfour"))
        assert (answer.command, answer.response) == ("2040", ResponseCode.FILE_LENGTH_WRONG)
    assert not list((tmp_path / "files").glob("*/*"))


async def test_an_upload_belongs_on_the_mms_port(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, raw_connection(gateway.port()) as raw:
        await raw.login()
        answer = await raw.ask(raw_frame("2030", b"1         jpgx"))
        assert answer.response == ResponseCode.WRONG_PORT


@pytest.mark.parametrize("field", ["group_id", "message_id", "receiver"])
async def test_a_message_without_its_key_gets_no_guess(tmp_path: Path, field: str) -> None:
    """It is refused, or its result is 3: never sent."""
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        answer = await sender.send([sms(1, **{field: ""})])
        if answer.response == ResponseCode.OK:
            assert [one.result for one in await reports.taken(1)] == [3]
        assert carrier.submitted == []


async def test_one_account_has_one_long_request_in_work_and_others_pass(tmp_path: Path) -> None:
    rich: dict[str, Any] = {"batch_limit": LONG_REQUEST_MESSAGES, "balance": 10_000_000 * WON}
    async with running(tmp_path, account(**rich), account("other", **rich)) as gateway:
        records = [sms(number) for number in range(LONG_REQUEST_MESSAGES)]
        async with gateway.sender() as first, gateway.sender() as second, gateway.sender(id="other") as other:
            gateway.store.hold("accept")
            sent = [asyncio.create_task(first.send(records))]
            await until(lambda: gateway.store.calls["accept"] == 1)
            sent.append(asyncio.create_task(second.send(records)))
            sent.append(asyncio.create_task(other.send(records)))
            await until(lambda: gateway.store.calls["accept"] == 2)
            async with gateway.sender() as third:
                sent.append(asyncio.create_task(third.send([sms(LONG_REQUEST_MESSAGES)])))
                await until(lambda: gateway.store.calls["accept"] == 3)
                assert len(gateway.gateway._acceptance._long_requests._waiting) == 1
                gateway.store.release("accept")
                answers = await asyncio.gather(*sent)
        assert {answer.response for answer in answers} == {ResponseCode.OK}
        assert gateway.store.calls["accept"] == len(sent)
