"""What rules look up: changed by the command line, read by the gateway."""

import array
import asyncio
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samlink.core.kakao import Profile, Template
from samlink.store.contract import EVERYONE, FilterRow, PolicyRows, PolicyVersion, StoreError
from samlink.store.contract.changes import Change
from samlink.store.sqlite.admin import Admin
from samlink.store.sqlite.engine.admin import policies
from samlink.testing.conformance.sample import account
from tests.store.sample import opened

KEY = "a" * 40
PROFILE = Profile(KEY, "우리 가게")
TEMPLATE = Template(KEY, "order-1", "#{name}님, 주문이 접수되었습니다", '[{"name":"배송 조회","type":"DS"}]')


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[Admin]:
    with Admin(tmp_path) as admin:
        admin.add_account(account(), "hash")
        admin.add_account(account("other"), "hash")
        yield admin


async def policy(data: Path, account: int, *, with_opt_outs: bool = True) -> PolicyRows:
    async with opened(data) as store:
        return await store.policy(account, with_opt_outs=with_opt_outs)


async def test_an_account_without_any(tmp_path: Path, admin: Admin) -> None:
    assert await policy(tmp_path, 1) == PolicyRows(PolicyVersion(1, 0, 0), (), (), (), (), b"")
    assert (await policy(tmp_path, 1, with_opt_outs=False)).opted_out is None


async def test_the_gateway_reads_what_the_command_line_wrote(tmp_path: Path, admin: Admin) -> None:
    assert admin.add_senders("demo", ["0212345678", "15881234", "0212345678"]) == 2
    assert admin.add_filter("demo", "words", "무료")
    assert admin.add_filter("demo", "receiver", "01000000000")
    assert not admin.add_filter("demo", "words", "무료")
    admin.put_profile("demo", PROFILE)
    admin.put_template("demo", TEMPLATE)
    assert admin.add_opt_outs("demo", ["01012345678", "0101234567", "01012345678"]) == 2
    assert admin.add_opt_outs(None, ["01099999999"]) == 1
    assert await policy(tmp_path, 1) == PolicyRows(
        PolicyVersion(1, 6, 1),
        ("0212345678", "15881234"),
        (FilterRow(1, "words", "무료"), FilterRow(2, "receiver", "01000000000")),
        (PROFILE,),
        (TEMPLATE,),
        array.array("Q", (101234567, 1012345678)).tobytes(),
    )
    assert (await policy(tmp_path, EVERYONE)).opted_out == array.array("Q", (1099999999,)).tobytes()
    assert (await policy(tmp_path, 2)).version == PolicyVersion(2, 0, 0)
    async with opened(tmp_path) as store:
        assert await store.policy_versions() == [PolicyVersion(0, 0, 1), PolicyVersion(1, 6, 1)]


def test_what_is_put_again_is_changed(admin: Admin) -> None:
    admin.put_profile("demo", PROFILE)
    admin.put_template("demo", TEMPLATE)
    blocked = Profile(KEY, "새 이름", blocked=True)
    admin.put_profile("demo", blocked)
    changed = Template(KEY, "order-1", "다른 글", blocked=True)
    admin.put_template("demo", changed)
    assert admin.profiles("demo") == [blocked]
    assert admin.templates("demo") == [changed]
    assert admin.profiles("other") == []


def test_what_is_removed_is_gone(admin: Admin) -> None:
    admin.add_senders("demo", ["0212345678"])
    admin.add_filter("demo", "sender", "0212345678")
    admin.put_profile("demo", PROFILE)
    admin.put_template("demo", TEMPLATE)
    admin.put_template("demo", Template(KEY, "order-2", "글"))
    admin.add_opt_outs("demo", ["01012345678"])
    admin.remove_senders("demo", ["0212345678"])
    admin.remove_filter("demo", 1)
    admin.remove_template("demo", KEY, "order-1")
    assert [template.code for template in admin.templates("demo")] == ["order-2"]
    admin.remove_profile("demo", KEY)
    assert admin.opted_out("demo", "01012345678")
    assert not admin.opted_out(None, "01012345678")
    admin.remove_opt_outs("demo", ["01012345678"])
    assert not admin.opted_out("demo", "01012345678")
    left = (admin.senders("demo"), admin.filters("demo"), admin.profiles("demo"), admin.templates("demo"))
    assert left == ([], [], [], [])
    assert admin.add_filter("demo", "words", "다시")
    assert [found.no for found in admin.filters("demo")] == [2], "a filter's number is not used again"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda admin: admin.remove_senders("demo", ["0212345678"]), "the sender 0212345678 is not registered"),
        (lambda admin: admin.remove_filter("demo", 7), "there is no filter 7"),
        (lambda admin: admin.remove_profile("demo", KEY), "there is no profile"),
        (lambda admin: admin.put_template("demo", TEMPLATE), "there is no profile"),
        (lambda admin: admin.remove_template("demo", KEY, "x"), "has no template x"),
        (lambda admin: admin.remove_opt_outs("demo", ["01012345678"]), r"010-\*\*\*\*-5678 has not opted out here"),
        (lambda admin: admin.remove_opt_outs(None, ["01012345678"]), r"010-\*\*\*\*-5678 has not opted out here"),
        (lambda admin: admin.add_filter("demo", "weather", "rain"), "cannot be"),
        (lambda admin: admin.add_senders("demo", ["0212345678", "0letters12"]), "cannot be"),
        (lambda admin: admin.add_opt_outs("demo", ["01012345678", "10-123"]), "not '10-123'"),
        (lambda admin: admin.senders("nobody"), "there is no account nobody"),
        (lambda admin: admin.add_opt_outs("nobody", ["01012345678"]), "there is no account nobody"),
    ],
)
def test_what_cannot_be_is_refused_whole(
    tmp_path: Path, admin: Admin, wrong: Callable[[Admin], object], words: str
) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        wrong(admin)
    assert "\n" not in str(caught.value)
    assert admin.senders("demo") == admin.opt_outs("demo") == []


async def test_many_opt_outs_come_in_order_and_in_pages(
    tmp_path: Path, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "PAGE", 7_000)
    numbers = [f"010{n:08d}" for n in random.Random(1).sample(range(10**8), 30_000)]
    assert admin.add_opt_outs(None, numbers) == 30_000
    assert admin.add_opt_outs(None, numbers[:100]) == 0
    found = array.array("Q", (await policy(tmp_path, EVERYONE)).opted_out or b"")
    assert found.tolist() == sorted(map(int, numbers))
    first = admin.opt_outs(None, limit=20_000)
    assert first + admin.opt_outs(None, after=first[-1], limit=20_000) == sorted(numbers)


async def test_the_gateway_hears_of_a_changed_policy(tmp_path: Path, admin: Admin) -> None:
    async with opened(tmp_path) as store:
        changes = store.changes()
        await asyncio.to_thread(admin.add_senders, "demo", ["0212345678"])
        assert await anext(changes) is Change.ACCOUNTS
        assert await store.policy_versions() == [PolicyVersion(1, 1, 0)]
