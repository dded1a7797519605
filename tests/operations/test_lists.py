"""Lists of numbers and filters: all or nothing, also when the process dies between two numbers."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from samlink.core.input import InputError
from samlink.operations import filters, optouts, senders
from samlink.operations.problems import OperationError
from samlink.store.contract import AdminStore, StoreError
from samlink.store.sqlite.admin import SqliteAdminStore

SENDERS = ["0212345678", "0311234567", "15881234"]
RECEIVERS = ["01011110001", "01011110002", "01011110003"]

KILLED_AT_THE_SECOND = """
import asyncio, os, signal, sys
from pathlib import Path
from samlink.operations import optouts, senders
from samlink.store.sqlite.admin import SqliteAdminStore
from samlink.store.sqlite.engine.admin.policies import Policies

verb, remove, numbers = sys.argv[2], getattr(Policies, sys.argv[2]), sys.argv[3:]
seen = []

def dies(*arguments):
    seen.append(arguments)
    if len(seen) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return remove(*arguments)

setattr(Policies, verb, dies)

async def main():
    async with SqliteAdminStore(Path(sys.argv[1])) as store:
        await (senders if verb == "remove_sender" else optouts).remove(store, "shop", numbers)

asyncio.run(main())
"""


async def listed(store: AdminStore) -> tuple[list[str], list[str]]:
    """Both lists of the account."""
    return await senders.listed(store, "shop"), await optouts.listed(store, "shop")


@pytest.mark.parametrize(("verb", "numbers"), [("remove_sender", SENDERS), ("remove_opt_out", RECEIVERS)])
async def test_a_removal_that_is_killed_half_way_has_removed_nothing(
    store: AdminStore, tmp_path: Path, verb: str, numbers: list[str]
) -> None:
    await senders.add(store, "shop", SENDERS)
    await optouts.add(store, "shop", RECEIVERS)
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLED_AT_THE_SECOND, str(tmp_path), verb, *numbers],
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert await listed(store) == (SENDERS, RECEIVERS)


async def test_a_number_that_is_taken_off_meanwhile_stops_the_whole_removal(store: AdminStore, tmp_path: Path) -> None:
    await optouts.add(store, "shop", RECEIVERS)

    class Overtaken(SqliteAdminStore):
        async def opted_out(self, account_id: str | None, number: str) -> bool:
            if number == RECEIVERS[2]:
                await store.remove_opt_outs(account_id, [number])
                return True
            return await super().opted_out(account_id, number)

    async with Overtaken(tmp_path) as other:
        with pytest.raises(StoreError):
            await optouts.remove(other, "shop", RECEIVERS)
    assert await optouts.listed(store, "shop") == RECEIVERS[:2]


@pytest.mark.parametrize(
    ("remove", "numbers", "code"),
    [
        (senders.remove, [SENDERS[0], "0319999999"], "sender.unknown"),
        (senders.remove, [SENDERS[0], "01"], "phone.bad"),
        (optouts.remove, [RECEIVERS[0], "01099990000"], "optout.unknown"),
        (optouts.remove, [RECEIVERS[0], "0212345678"], "phone.not_receiver"),
    ],
)
async def test_one_number_that_cannot_be_removed_keeps_the_others(
    store: AdminStore,
    remove: Callable[[AdminStore, str, list[str]], Awaitable[int]],
    numbers: list[str],
    code: str,
) -> None:
    await senders.add(store, "shop", SENDERS)
    await optouts.add(store, "shop", RECEIVERS)
    with pytest.raises((OperationError, InputError)) as caught:
        await remove(store, "shop", numbers)
    assert caught.value.code == code
    assert await listed(store) == (SENDERS, RECEIVERS)


async def test_numbers_are_added_as_people_write_them_and_counted_once(store: AdminStore) -> None:
    assert await senders.add(store, "shop", ["02-1234-5678", "+82 2 1234 5678", "1588-1234"]) == (2, 0)
    assert await senders.add(store, "shop", ["15881234", "070-1234-5678"]) == (1, 1)
    assert await optouts.add(store, None, ["010-1111-0001"]) == (1, 0)
    assert await optouts.check(store, "01011110001", "shop") == optouts.OptedOut(account=False, everyone=True)
    assert await optouts.check(store, "01011110002", None) == optouts.OptedOut(account=None, everyone=False)


async def test_an_unknown_opt_out_is_masked(store: AdminStore) -> None:
    with pytest.raises(OperationError) as caught:
        await optouts.remove(store, "shop", ["01012345678"])
    assert "1234" not in str(caught.value)


async def test_a_filter_is_removed_as_it_was_added(store: AdminStore) -> None:
    assert await filters.add(store, "shop", "receiver", "010-1234-5678") == ("01012345678", True)
    assert await filters.add(store, "shop", "receiver", "01012345678") == ("01012345678", False)
    assert await filters.add(store, "shop", "words", " 당첨 축하 ") == ("당첨 축하", True)
    assert await filters.remove(store, "shop", "receiver", "010-1234-5678") == "01012345678"
    assert [row.value for row in await filters.listed(store, "shop")] == ["당첨 축하"]
    with pytest.raises(OperationError) as caught:
        await filters.remove(store, "shop", "receiver", "010-1234-5678")
    assert "1234" not in str(caught.value)
    for words in ("", "x" * 101, "a\x00b"):
        with pytest.raises(InputError):
            await filters.add(store, "shop", "words", words)
