"""Messages are accepted without a socket: drafts in, a value out, and all of it durable."""

from pathlib import Path
from typing import Any

import pytest

from samlink.core.message import NewMessage
from samlink.gateway import GatewayError
from samlink.gateway.acceptance import Acceptance, Accepted, Closed, Conflict, Drafts
from samlink.gateway.uploads.uploads import FileRefusedError
from samlink.store.contract import StoreFullError, StoreLostError
from samlink.store.sqlite.admin import Admin
from samlink.testing.pictures import jpeg
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.money import WON
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Service
from tests.gateway.running import NOW_MS, Running, account, running

RECEIVER = "01012345678"


def draft(number: int, **changes: Any) -> NewMessage:
    """SMS `number`, as somebody hands it in."""
    values: dict[str, Any] = {
        "group_id": "api",
        "message_id": str(number),
        "receiver": RECEIVER,
        "service": Service.SMS,
        "kind": Kind.SMS,
        "sender": "0212345678",
        "subject": "",
        "text": f"message {number}",
        "url": "",
        "user_code": "",
        "files": "",
        "due_at_ms": NOW_MS,
        "expires_at_ms": None,
        "price": 0,
    }
    return NewMessage(**(values | changes))


def acceptance_of(gateway: Running) -> tuple[Acceptance, int]:
    """The gateway's, and the number of the account `demo`."""
    acceptance: Acceptance = gateway.gateway._acceptance
    with Admin(gateway.data) as admin:
        return acceptance, admin.account("demo").no


async def test_drafts_are_judged_charged_stored_and_sent(tmp_path: Path) -> None:
    async with running(tmp_path, account(default_sender="0299998888")) as gateway:
        acceptance, number = acceptance_of(gateway)
        before = gateway.balance()
        drafts = Drafts([draft(1, sender=""), draft(2), draft(3, receiver="12")], faults={1: "RESERVE_DT"})
        accepted = await acceptance.accept(number, drafts)
        assert accepted == Accepted(3, accepted_codes(gateway), {}, {}, 0)
        assert sum(accepted.refused.values()) == 2
        found = gateway.views()
        assert found["2"].result == ResultCode.BAD_MESSAGE_FORMAT
        assert found["1"].sender == "0299998888"
        assert before - gateway.balance() == found["1"].price > 0
        async with gateway.reports() as reports:
            assert {one.message_id for one in await reports.taken(3)} == {"1", "2", "3"}


def accepted_codes(gateway: Running) -> dict[int, int]:
    """How many of the account's messages were refused, by code."""
    codes = [view.result for view in gateway.views().values() if view.message_id != "1" and view.result is not None]
    return {code: codes.count(code) for code in codes}


async def test_a_repeat_is_not_new_and_another_content_under_the_key_is_a_conflict(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        acceptance, number = acceptance_of(gateway)
        for new in (1, 0):
            accepted = await acceptance.accept(number, Drafts([draft(1)]))
            assert isinstance(accepted, Accepted)
            assert accepted.new == new
        assert await acceptance.accept(number, Drafts([draft(2), draft(1, text="x")])) == Conflict("api", "1")
        assert set(gateway.views()) == {"1"}, "all or nothing"


async def test_what_the_balance_does_not_cover_is_told_by_its_code(tmp_path: Path) -> None:
    async with running(tmp_path, account(balance=0 * WON)) as gateway:
        acceptance, number = acceptance_of(gateway)
        accepted = await acceptance.accept(number, Drafts([draft(1), draft(2)]))
        assert isinstance(accepted, Accepted)
        assert accepted.refused == {ResultCode.NO_BALANCE: 2}


async def test_a_closed_account_hands_in_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        acceptance, _ = acceptance_of(gateway)
        assert await acceptance.accept(999, Drafts([draft(1)])) == Closed()
        assert acceptance.account(999) is None


async def test_files_are_taken_and_carried(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        acceptance, number = acceptance_of(gateway)
        name = await acceptance.take_file(number, "jpg", jpeg())
        for files, result in (((name,), None), (("other.jpg",), ResultCode.CONTENT_OTHER)):
            message = draft(len(files[0]), service=Service.MMS, kind=Kind.MMS)
            await acceptance.accept(number, Drafts([message], files))
            assert message.result == result
        with pytest.raises(FileRefusedError):
            await acceptance.take_file(number, "exe", b"MZ")


async def test_a_store_that_cannot_take_them_raises_and_one_that_is_lost_is_told(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        acceptance, number = acceptance_of(gateway)
        gateway.store.fail(StoreFullError("store.test", "no room"), "accept")
        with pytest.raises(StoreFullError):
            await acceptance.accept(number, Drafts([draft(1)]))
        assert not acceptance.lost.done()
        gateway.store.fail(StoreLostError("store.test", "fsync failed"), "accept")
        with pytest.raises(StoreLostError):
            await acceptance.accept(number, Drafts([draft(1)]))
        assert acceptance.lost.result() == "fsync failed"
        with pytest.raises(GatewayError, match="the store is lost: fsync failed"):
            await gateway.ended()
