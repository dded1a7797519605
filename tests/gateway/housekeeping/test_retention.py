"""What ends by time: waits for results, and how long messages, their texts and files are kept."""

import threading
from pathlib import Path
from typing import Final

import pytest

from samlink.gateway.housekeeping import housekeeping
from samlink.gateway.settings import SettingsError, load_settings
from samlink.store.blobs.directory import FileStore
from samlink.store.contract import StoreFullError
from samlink.store.sqlite.admin import Admin
from samlink.testing.clock import until
from samlink.testing.pictures import jpeg
from samlink.vocabulary.money import WON
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Service
from samlink.wire import commands
from samlink.wire.records import FileUpload
from tests.gateway.kakao import kakao, ready
from tests.gateway.running import Running, account, running, sms
from tests.gateway.scripted_carrier import ScriptedCarrier, result

DAY: Final = 86_400
HOUR: Final = 3_600
QUIET: Final = {"digits": False}


async def sent_and_reported(gateway: Running, *numbers: int) -> None:
    """SMS with these numbers, their results taken."""
    async with gateway.sender() as sender, gateway.reports() as reports:
        assert (await sender.send([sms(number) for number in numbers])).response == ResponseCode.OK
        await reports.taken(len(numbers))
    await gateway.state("done", 0)


async def upkeep_ran(gateway: Running) -> None:
    """Wait until upkeep has gone through all its steps once, from the first to the last."""
    for _ in range(2):
        done = gateway.store.answers["expired_files"]
        await until(lambda: gateway.store.answers["expired_files"] > done)  # noqa: B023


# -- waits


async def test_an_sms_waits_a_day_and_the_others_three(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        paid = gateway.balance()
        for service, command, record in (
            (Service.SMS, commands.SEND_SMS, sms(1)),
            (Service.MMS, commands.SEND_LMS, sms(2)),
            (Service.KMS, commands.SEND_KMS, kakao(3)),
        ):
            async with gateway.sender(service) as sender:
                await sender.send([record], command)
        await gateway.state("sent", 3)
        gateway.pass_time(24 * HOUR - 60)
        await upkeep_ran(gateway)
        assert (await gateway.store.counts())["sent"] == 3
        gateway.pass_time(120)
        async with gateway.reports() as reports:
            assert [one.result for one in await reports.taken(1)] == [11]
        gateway.pass_time(48 * HOUR - 180)
        await upkeep_ran(gateway)
        assert (await gateway.store.counts())["sent"] == 2
        gateway.pass_time(120)
        for service in (Service.MMS, Service.KMS):
            async with gateway.reports(service=service) as reports:
                assert [one.result for one in await reports.taken(1)] == [11]
        assert gateway.balance() == paid
        assert gateway.audit() == []


@pytest.mark.parametrize("days", [2, 6.9])
async def test_a_result_after_the_wait_is_kept_and_not_reported(tmp_path: Path, days: float) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.reports() as reports:
        async with gateway.sender() as sender:
            await sender.send([sms(1)])
            await gateway.state("sent", 1)
            gateway.pass_time(25 * HOUR)
            assert [one.result for one in await reports.taken(1)] == [11]
            balance = gateway.balance()
            gateway.pass_time(days * DAY)
            carrier.give(result(carrier.messages[0]), result(carrier.messages[0]))
            await until(lambda: len(carrier.acknowledged) == 2)
            await sender.send([sms(2)])
            await until(lambda: len(carrier.messages) == 2)
            carrier.give(result(carrier.messages[1]))
            assert [one.message_id for one in await reports.taken(1)] == ["2"]
        view = gateway.views()["1"]
        assert (view.result, view.late_result) == (11, 6)
        assert gateway.balance() == balance - 20 * WON
        assert gateway.audit() == []


# -- messages


async def test_messages_go_in_small_steps_beside_the_traffic(tmp_path: Path) -> None:
    simulator, limits = QUIET, {"upkeep_batch": 7}
    async with running(tmp_path, account(day_limit=1000), simulator=simulator, limits=limits) as gateway:
        first = list(range(1, 41))
        await sent_and_reported(gateway, *first[:25])
        await sent_and_reported(gateway, *first[25:])
        gateway.pass_time(91 * DAY)
        await sent_and_reported(gateway, 100, 101, 102)
        await until(lambda: set(gateway.views()) == {"100", "101", "102"})
        assert gateway.store.calls["prune"] >= 40 // 7
        assert gateway.balance() == (10_000 - 43 * 20) * WON
        assert gateway.audit() == []
        # A key is known as long as its message: it would be sent again now, and is.
        await sent_and_reported(gateway, 1)
        assert set(gateway.views()) == {"1", "100", "101", "102"}
        assert gateway.audit() == []


async def test_upkeep_looks_more_often_while_there_is_more_to_remove(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "CATCHING_UP", 1_000_000)
    waits = {"upkeep_seconds": 1.0}
    async with running(tmp_path, simulator=QUIET, limits={"upkeep_batch": 1}, waits=waits) as gateway:
        await sent_and_reported(gateway, *range(1, 31))
        gateway.pass_time(91 * DAY)
        await until(lambda: not gateway.views())
        assert gateway.audit() == []


async def test_what_is_not_reported_is_kept(tmp_path: Path) -> None:
    async with running(tmp_path, simulator=QUIET) as gateway:
        async with gateway.sender() as sender:
            await sender.send([sms(1)])
            await gateway.state("done", 1)
        gateway.pass_time(365 * DAY)
        await upkeep_ran(gateway)
        async with gateway.reports() as reports:
            assert [one.message_id for one in await reports.taken(1)] == ["1"]
        await until(lambda: gateway.views() == {})
        assert gateway.audit() == []


async def test_texts_and_numbers_go_first_and_a_resend_is_still_recognised(tmp_path: Path) -> None:
    retention = {"content_days": 1.0, "message_days": 10.0}
    async with running(tmp_path, simulator=QUIET, retention=retention, limits={"upkeep_batch": 2}) as gateway:
        await sent_and_reported(gateway, *range(5))
        gateway.pass_time(1.01 * DAY)
        await until(lambda: all(not view.receiver for view in gateway.views().values()))
        balance = gateway.balance()
        async with gateway.sender() as sender:
            assert (await sender.send([sms(3), sms(4)])).response == ResponseCode.OK
        assert gateway.balance() == balance
        assert len(gateway.views()) == 5
        assert gateway.audit() == []
        gateway.pass_time(9 * DAY)
        await until(lambda: gateway.views() == {})
        assert gateway.audit() == []


async def test_a_kakao_message_and_its_fallback_go_together(tmp_path: Path) -> None:
    retention = {"content_days": 1.0, "message_days": 10.0}
    async with running(tmp_path, retention=retention) as gateway:
        await ready(gateway)
        async with gateway.sender(Service.KMS) as sender, gateway.reports(service=Service.KMS) as reports:
            packet = [kakao(62, alt_type="S", alt_text="대체"), kakao(51), kakao(63)]
            await sender.send(packet, commands.SEND_KMS)
            await reports.taken(3)
            await gateway.state("done", 0)
            gateway.pass_time(1.01 * DAY)
            await until(lambda: all(not view.receiver for view in gateway.views().values()))
            assert gateway.audit() == []
            assert (await sender.send(packet, commands.SEND_KMS)).response == ResponseCode.OK
            assert len(gateway.views()) == 4
            gateway.pass_time(9 * DAY)
            await until(lambda: gateway.views() == {})
            assert gateway.balance() == (10_000 - 20 - 8) * WON
            assert gateway.audit() == []


# -- files


async def test_a_file_expires_unless_it_is_sent_again(tmp_path: Path) -> None:
    young, old = jpeg(b"young"), jpeg(b"old")
    async with running(tmp_path, retention={"file_days": 2.0}) as gateway, gateway.sender(Service.MMS) as sender:
        names = [(await sender.upload(content)).packet.head.name for content in (young, old)]
        gateway.pass_time(1.5 * DAY)
        assert (await sender.upload(young)).packet.head.name == names[0]
        gateway.pass_time(1 * DAY)
        await until(lambda: len(list((tmp_path / "files").glob("*/*"))) == 1)
        async with gateway.reports(service=Service.MMS) as reports:
            for number, name in enumerate(names):
                await sender.send([sms(number)], commands.SEND_MMS, name)
            found = {one.message_id: one.result for one in await reports.taken(2)}
        assert found == {"0": 6, "1": 69}
        gateway.pass_time(3 * DAY)
        await until(lambda: not list((tmp_path / "files").glob("*/*")))
        assert (await sender.upload(old)).packet.head.name == names[1]
        assert len(list((tmp_path / "files").glob("*/*"))) == 1


async def test_a_file_that_comes_again_while_it_expires_is_kept(tmp_path: Path) -> None:
    async with running(tmp_path, retention={"file_days": 2.0}) as gateway, gateway.sender(Service.MMS) as sender:
        name = (await sender.upload(jpeg())).packet.head.name
        gateway.store.hold("forget_file")
        gateway.pass_time(3 * DAY)
        await until(lambda: gateway.store.calls["forget_file"])
        added = gateway.store.answers["add_file"]
        async with gateway.sender(Service.MMS) as second:
            second.session.upload(_upload(), second.link.now)
            second.link.flush()
            await until(lambda: gateway.store.answers["add_file"] > added)
            gateway.store.release("forget_file")
            assert (await second.answer()).packet.head.name == name
        assert [path.name for path in (tmp_path / "files").glob("*/*")] == [name]
        async with gateway.reports(service=Service.MMS) as reports:
            await sender.send([sms(1)], commands.SEND_MMS, name)
            assert [one.result for one in await reports.taken(1)] == [6]


async def test_upkeep_does_not_wait_for_pictures_that_are_being_looked_at(tmp_path: Path) -> None:
    looked_at = threading.Event()
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        await until(lambda: gateway.gateway._uploads._left_behind is None)
        busy = [gateway.gateway._blobs._pool.submit(looked_at.wait) for _ in range(gateway.settings.limits.uploads)]
        try:
            now = gateway.clock() // 1000
            await sender.send([sms(1, reserve_at=now + 60, timeout_at=now + 30)])
            gateway.pass_time(31)
            await gateway.state("done", 1)
            assert not any(one.done() for one in busy)
        finally:
            looked_at.set()


async def test_an_accounts_files_have_a_bound(tmp_path: Path) -> None:
    limits, retention = {"file_bytes_per_account": 3 * 4096}, {"file_days": 2.0}
    files = [jpeg(b"%d" % number) for number in range(6)]
    async with (
        running(tmp_path, account(), account("other"), limits=limits, retention=retention) as gateway,
        gateway.sender(Service.MMS) as sender,
        gateway.sender(Service.MMS, id="other") as other,
    ):
        for content in files[:2]:
            assert (await sender.upload(content)).response == ResponseCode.OK
        gateway.pass_time(1.5 * DAY)
        assert (await sender.upload(files[2])).response == ResponseCode.OK
        refused = await sender.upload(files[3])
        assert (refused.response, refused.message) == (ResponseCode.FILE_QUOTA, "file quota reached")
        assert (await sender.upload(files[2])).response == ResponseCode.OK, "it is there already"
        assert (await other.upload(files[3])).response == ResponseCode.OK
        gateway.pass_time(1 * DAY)
        await until(lambda: len(list((tmp_path / "files").glob("1/*"))) == 1)
        for content in files[3:5]:
            assert (await sender.upload(content)).response == ResponseCode.OK
        assert (await sender.upload(files[5])).response == ResponseCode.FILE_QUOTA
    assert len(list((tmp_path / "files").glob("1/*"))) == 3


async def test_files_of_an_earlier_run_count(tmp_path: Path) -> None:
    limits = {"file_bytes_per_account": 4096}
    async with running(tmp_path, limits=limits) as gateway, gateway.sender(Service.MMS) as sender:
        assert (await sender.upload(jpeg(b"1"))).response == ResponseCode.OK
    async with running(tmp_path, account("new"), limits=limits) as gateway, gateway.sender(Service.MMS) as sender:
        assert (await sender.upload(jpeg(b"2"))).response == ResponseCode.FILE_QUOTA
        assert (await sender.upload(jpeg(b"1"))).response == ResponseCode.OK


async def test_bytes_that_a_crash_left_without_a_row_go_after_the_start(tmp_path: Path) -> None:
    async with running(tmp_path, limits={"upkeep_batch": 2}) as gateway:
        await gateway.stop()
        files = FileStore(tmp_path)
        known = [files.save(1, jpeg(b"%d" % number), "jpg") for number in range(1, 4)]
        with Admin(tmp_path) as admin:
            for name in known:
                admin._engine.files.add_file([1, name, "jpg", 100, gateway.clock()])
        for account_no, number in ((1, 10), (1, 11), (1, 12), (2, 13)):
            files.save(account_no, jpeg(b"%d" % number), "jpg")
        (tmp_path / "files" / "notes").mkdir()
        (tmp_path / "files" / "1" / "README").touch()
        await gateway.start()
        await until(lambda: len(list(files.every())) == len(known))
        assert sorted(files.every()) == sorted((1, name) for name in known)
        assert (tmp_path / "files" / "1" / "README").exists(), "nothing that is not ours"
        assert (await gateway.store.file(1, known[0])) is not None


async def test_a_file_is_never_swept_between_its_bytes_and_its_row(tmp_path: Path) -> None:
    content = jpeg()
    async with running(tmp_path) as gateway:
        await gateway.stop()
        files = FileStore(tmp_path)
        files.save(1, content, "jpg")
        gateway.hold_at_start("unknown_files")
        await gateway.start()
        await until(lambda: gateway.store.calls["unknown_files"])
        async with gateway.sender(Service.MMS) as sender:
            gateway.store.hold("add_file")
            sender.session.upload(_upload(), sender.link.now)
            sender.link.flush()
            await until(lambda: gateway.store.calls["add_file"])
            gateway.store.release("unknown_files")
            await until(lambda: gateway.store.answers["unknown_files"])
            gateway.store.release("add_file")
            assert (await sender.answer()).response == ResponseCode.OK
        await upkeep_ran(gateway)
        assert len(list(files.every())) == 1


async def test_a_file_whose_row_cannot_be_added_leaves_no_bytes(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender(Service.MMS) as sender:
        gateway.store.fail(StoreFullError("store.test", "the disk is full"), "add_file")
        assert (await sender.upload(jpeg())).response == ResponseCode.DISK_FULL
        assert list(FileStore(tmp_path).every()) == []
        gateway.store.recover()
        assert (await sender.upload(jpeg())).response == ResponseCode.OK
        gateway.store.fail(StoreFullError("store.test", "the disk is full"), "add_file")
        assert (await sender.upload(jpeg())).response == ResponseCode.DISK_FULL
        assert len(list(FileStore(tmp_path).every())) == 1, "it was there before"


def _upload() -> FileUpload:
    return FileUpload("jpg", jpeg())


# -- the settings


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("message_days = 3.0", "message_days: at least 7, so that late results find their messages"),
        ("content_days = 0.0", "content_days: more than 0 days"),
        ("file_days = -1.0", "file_days: more than 0 days"),
        ("text_days = 1.0", "there is no setting retention.text_days"),
        ('message_days = "long"', "retention.message_days must be a number, not a string"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(tmp_path: Path, line: str, sentence: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'data = "{tmp_path}"\n[retention]\n{line}\n')
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_settings_of_the_section(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'data = "{tmp_path}"\n[retention]\nmessage_days = 30\ncontent_days = 7.5\n')
    kept = load_settings(file).retention
    assert (kept.message_days, kept.content_days, kept.file_days) == (30, 7.5, 30)
