"""What every engine's store must do when a message's time is over."""

import pytest

from samlink.core.message import State
from samlink.store.contract import Accepted, Store, StoredFile, Submitted
from samlink.vocabulary.services import Service
from tests.store.conformance import Desk, WithDemo, states
from tests.store.conformance_fallback import instead, sent
from tests.store.sample import LATER, NOW, PRICE, account, claimed, delivered, failed, message

DAY = 86_400_000


async def reported(store: Store, account: int, count: int) -> list[int]:
    """`count` messages with their result acknowledged at NOW, every third failed; their ids."""
    ids = [claim.id for claim in await claimed(store, account, count)]
    await store.settle([delivered(id) if place % 3 else failed(id) for place, id in enumerate(ids, 1)], NOW)
    await store.delivered(ids, NOW)
    return ids


class RetentionConformance(WithDemo):
    """Pruned, wiped, swept."""

    # -- prune
    async def test_only_the_reported_and_old_are_pruned(self, store: Store, demo: int) -> None:
        ids = await reported(store, demo, 3)
        await store.accept(demo, [message(10), message(11, result=86, price=0)], NOW)
        assert await store.prune(NOW, 10) == 0
        assert await store.prune(NOW + 1, 10) == 3
        assert await store.prune(NOW + 1, 10) == 0
        assert [view.message_id for view in await store.find(demo)] == ["11", "10"]
        assert await states(store) == {State.QUEUED: 1, State.DONE: 1, State.REPORTED: 3}
        assert await store.settle([failed(ids[0])], NOW) == []

    async def test_pruning_goes_in_small_steps_that_each_leave_a_sound_store(
        self, store: Store, desk: Desk, demo: int
    ) -> None:
        await reported(store, demo, 10)
        steps = []
        while step := await store.prune(LATER, 4):
            steps.append(step)
            assert desk.audit() == []
        assert steps == [4, 4, 2]
        assert await store.balance(demo) == 1_000 * PRICE - 7 * PRICE

    async def test_a_pruned_key_is_new_again(self, store: Store, demo: int) -> None:
        await reported(store, demo, 2)
        assert await store.accept(demo, [message(0, text="other")], LATER) != Accepted(1, 0)
        await store.prune(LATER, 10)
        assert await store.accept(demo, [message(0, text="other")], LATER) == Accepted(1, 0)

    async def test_limits_count_what_was_pruned(self, store: Store, desk: Desk, demo: int) -> None:
        await reported(store, demo, 2)
        await store.prune(LATER, 10)
        desk.set_account("demo", day_limit=3)
        assert await store.accept(demo, [message(5), message(6)], NOW) == Accepted(2, 0, {94: 1})

    async def test_a_fallback_goes_with_its_message(self, store: Store, desk: Desk, demo: int) -> None:
        first, second = await sent(store, demo, 2)
        await store.fall_back([instead(first.id), instead(second.id)], NOW)
        children = await store.claim(2, 10, NOW, LATER)
        await store.settle([delivered(children[0].id), failed(children[1].id)], NOW)
        assert await store.prune(LATER, 10) == await store.wipe(LATER, 10) == 0, "the customer has not had the report"
        await store.delivered([first.id, second.id], NOW)
        assert await store.wipe(LATER, 1) == 2
        assert desk.audit() == []
        assert await store.prune(LATER, 1) == 2
        assert desk.audit() == []
        assert await store.prune(LATER, 10) == 2
        assert await store.find(demo) == []

    # -- wipe
    async def test_wiped_messages_keep_their_rows_only(self, store: Store, demo: int) -> None:
        ids = await reported(store, demo, 3)
        assert await store.wipe(NOW, 10) == 0
        assert await store.wipe(LATER, 2) == 2
        assert await store.wipe(LATER, 2) == 1
        assert await store.wipe(LATER, 2) == 0
        views = await store.find(demo)
        assert [(view.id, view.receiver) for view in views] == [(id, "") for id in reversed(ids)]
        assert await store.find(demo, receiver="01000000001") == []
        assert await store.prune(LATER, 2) == 2
        assert await store.prune(LATER, 2) == 1

    async def test_a_wiped_message_is_still_known(self, store: Store, demo: int) -> None:
        await reported(store, demo, 3)
        packet = [message(number) for number in range(3)]
        await store.wipe(LATER, 2)
        # The third is not wiped, so its result can go out again.
        assert await store.accept(demo, packet, LATER) == Accepted(0, 0, reported_again=1)
        assert await store.accept(demo, [*packet, message(3)], LATER) == Accepted(1, 0, reported_again=1)
        assert await store.accept(demo, [message(1, receiver="01099999999")], LATER) == Accepted(1, 0)
        assert await store.accept(demo, [message(0, text="other")], LATER) == Accepted(1, 0)
        assert await store.accept(demo, [message(1, group_id="another")], LATER) == Accepted(1, 0)
        assert await store.balance(demo) == (1_000 - 3 - 4 + 1) * PRICE

    async def test_wiping_is_the_accounts_own(self, store: Store, desk: Desk, demo: int) -> None:
        other = desk.add_account(account("other"))
        await reported(store, demo, 2)
        await store.wipe(LATER, 10)
        assert await store.accept(other, [message(0), message(1)], LATER) == Accepted(2, 0)

    async def test_a_late_result_finds_a_wiped_message(self, store: Store, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await store.submitted(1, [(claim.id, "sim", "r")], NOW, LATER)
        await store.settle([failed(claim.id, result=11)], NOW)
        await store.delivered([claim.id], NOW)
        await store.wipe(LATER, 1)
        assert await store.settle([delivered(0, carrier="sim", carrier_ref="r")], LATER) == []
        assert [view.late_result for view in await store.find(demo)] == [6]

    # -- sweep
    async def test_a_result_waits_seven_days_for_its_message(self, store: Store, demo: int) -> None:
        first, second = await claimed(store, demo, 2)
        for reference in ("r1", "r2"):
            await store.settle([delivered(0, carrier="a", carrier_ref=reference)], NOW)
        assert await store.sweep(NOW + 7 * DAY, 10) == 0
        assert len((await store.submitted(1, [(first.id, "a", "r1")], NOW, LATER)).reports) == 1
        assert await store.sweep(NOW + 7 * DAY + 1, 10) == 1
        assert await store.submitted(1, [(second.id, "a", "r2")], NOW, LATER) == Submitted([], [])

    async def test_digests_go_when_their_window_is_over(self, store: Store, desk: Desk, demo: int) -> None:
        desk.set_account("demo", duplicate_window_seconds=60)
        other = desk.add_account(account("other", duplicate_window_seconds=61))
        for no in (demo, other):
            await store.accept(no, [message(n, digest=bytes([n])) for n in range(5)], NOW)
            await store.accept(no, [message(5, digest=b"\5")], NOW)
        assert await store.sweep(NOW + 59_999, 10) == 0
        assert [await store.sweep(NOW + 60_000, 1) for _ in range(3)] == [5, 1, 0]
        assert await store.accept(other, [message(9, digest=b"\1")], NOW + 60_000) == Accepted(1, 0, {84: 1})

    # -- files
    async def test_files_take_whole_blocks(self, store: Store, demo: int) -> None:
        assert await store.file_bytes(demo) == 0
        sizes = [1, 4096, 4097]
        files = [StoredFile(demo, f"{size:032}.jpg", "jpg", size, NOW) for size in sizes]
        for file in (*files, files[0]):
            await store.add_file(file)
        assert [file.room for file in files] == [4096, 4096, 8192]
        assert await store.file_bytes(demo) == 4 * 4096
        assert await store.file_bytes(demo + 1) == 0
        assert await store.forget_file(demo, files[2].name, NOW + 1)
        assert await store.file_bytes(demo) == 2 * 4096

    async def test_files_expire_unless_they_came_again(self, store: Store, demo: int) -> None:
        old, new, again = (StoredFile(demo, f"{n:032x}.jpg", "jpg", 10, NOW + n) for n in range(3))
        for file in (old, new, again):
            await store.add_file(file)
        assert await store.expired_files(NOW + 2, 10) == [old, new]
        assert await store.expired_files(NOW + 2, 1) == [old]
        await store.add_file(StoredFile(demo, old.name, "jpg", 10, LATER))
        assert not await store.forget_file(demo, old.name, NOW + 2)
        assert await store.forget_file(demo, new.name, NOW + 2)
        assert not await store.forget_file(demo, new.name, NOW + 2)
        assert await store.file(demo, new.name) is None
        assert await store.file(demo, old.name) is not None

    @pytest.mark.parametrize("verb", ["prune", "wipe", "sweep"])
    async def test_nothing_to_remove(self, store: Store, demo: int, verb: str) -> None:
        assert await getattr(store, verb)(NOW, 10) == 0
        assert await store.reports_for(demo, Service.SMS, 0, 1) == []
