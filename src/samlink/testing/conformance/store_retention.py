"""What every engine's store must do when a message's time is over."""

from samlink.core.message import State
from samlink.store.contract import Accepted, AdminStore, Store, StoredFile, Submitted
from samlink.testing.conformance.sample import (
    LATER,
    LEASE,
    MINUTE,
    NOW,
    PRICE,
    TOKEN,
    account,
    at,
    claimed,
    delivered,
    failed,
    message,
    owed,
)
from samlink.testing.conformance.store import WithDemo, add, states
from samlink.testing.conformance.store_fallback import instead, sent
from samlink.vocabulary.services import Service

DAY = 86_400_000


async def add_file(store: Store, file: StoredFile) -> None:
    """Add a file at its time."""
    await at(store, file.stored_at_ms).add_file(file.account, file.name, file.extension, file.size)


async def reported(store: Store, account: int, count: int) -> list[int]:
    """`count` messages with their result acknowledged at NOW, every third failed; their ids."""
    ids = [claim.id for claim in await claimed(store, account, count)]
    await store.settle([delivered(id) if place % 3 else failed(id) for place, id in enumerate(ids, 1)], taking=LEASE)
    await store.delivered(TOKEN, ids)
    return ids


class RetentionConformance(WithDemo):
    """Pruned, wiped, swept."""

    # -- prune
    async def test_only_the_reported_and_old_are_pruned(self, store: Store, demo: int) -> None:
        ids = await reported(store, demo, 3)
        await at(store, NOW).accept(demo, [message(10), message(11, result=86, price=0)])
        assert await at(store, NOW).prune(0, 10) == 0
        assert await at(store, NOW + 1).prune(0, 10) == 3
        assert await at(store, NOW + 1).prune(0, 10) == 0
        assert [view.message_id for view in await store.find(demo)] == ["11", "10"]
        assert await states(store) == {State.QUEUED: 1, State.DONE: 1, State.REPORTED: 3}
        assert await at(store, NOW).settle([failed(ids[0])]) == []

    async def test_pruning_goes_in_small_steps_that_each_leave_a_sound_store(
        self, store: Store, admin: AdminStore, demo: int
    ) -> None:
        await reported(store, demo, 10)
        steps = []
        while step := await at(store, LATER).prune(0, 4):
            steps.append(step)
            assert await admin.audit() == []
        assert steps == [4, 4, 2]
        assert await store.balance(demo) == 1_000 * PRICE - 7 * PRICE

    async def test_a_pruned_key_is_new_again(self, store: Store, demo: int) -> None:
        await reported(store, demo, 2)
        assert await at(store, LATER).accept(demo, [message(0, text="other")]) != Accepted(1, 0)
        await at(store, LATER).prune(0, 10)
        assert await at(store, LATER).accept(demo, [message(0, text="other")]) == Accepted(1, 0)

    async def test_limits_count_what_was_pruned(self, store: Store, admin: AdminStore, demo: int) -> None:
        await reported(store, demo, 2)
        await at(store, LATER).prune(0, 10)
        await admin.set_account("demo", {"day_limit": 3})
        assert await at(store, NOW).accept(demo, [message(5), message(6)]) == Accepted(2, 0, {94: 1})

    async def test_a_fallback_goes_with_its_message(self, store: Store, admin: AdminStore, demo: int) -> None:
        first, second = await sent(store, demo, 2)
        await at(store, NOW).fall_back([instead(first.id), instead(second.id)])
        children = await at(store, NOW).claim(2, 10, MINUTE)
        await at(store, NOW).settle([delivered(children[0].id), failed(children[1].id)], taking=LEASE)
        assert await at(store, LATER).prune(0, 10) == await at(store, LATER).wipe(0, 10) == 0, (
            "the customer has not had the report"
        )
        await at(store, NOW).delivered(TOKEN, [first.id, second.id])
        assert await at(store, LATER).wipe(0, 1) == 2
        assert await admin.audit() == []
        assert await at(store, LATER).prune(0, 1) == 2
        assert await admin.audit() == []
        assert await at(store, LATER).prune(0, 10) == 2
        assert await store.find(demo) == []

    # -- wipe
    async def test_wiped_messages_keep_their_rows_only(self, store: Store, demo: int) -> None:
        ids = await reported(store, demo, 3)
        assert await at(store, NOW).wipe(0, 10) == 0
        assert await at(store, LATER).wipe(0, 2) == 2
        assert await at(store, LATER).wipe(0, 2) == 1
        assert await at(store, LATER).wipe(0, 2) == 0
        views = await store.find(demo)
        assert [(view.id, view.receiver) for view in views] == [(id, "") for id in reversed(ids)]
        assert await store.find(demo, receiver="01000000001") == []
        assert await at(store, LATER).prune(0, 2) == 2
        assert await at(store, LATER).prune(0, 2) == 1

    async def test_a_wiped_message_is_still_known(self, store: Store, demo: int) -> None:
        await reported(store, demo, 3)
        packet = [message(number) for number in range(3)]
        await at(store, LATER).wipe(0, 2)
        # The third is not wiped, so its result can go out again.
        assert await at(store, LATER).accept(demo, packet) == Accepted(0, 0, reported_again=1)
        assert await at(store, LATER).accept(demo, [*packet, message(3)]) == Accepted(1, 0, reported_again=1)
        assert await at(store, LATER).accept(demo, [message(1, receiver="01099999999")]) == Accepted(1, 0)
        assert await at(store, LATER).accept(demo, [message(0, text="other")]) == Accepted(1, 0)
        assert await at(store, LATER).accept(demo, [message(1, group_id="another")]) == Accepted(1, 0)
        assert await store.balance(demo) == (1_000 - 3 - 4 + 1) * PRICE

    async def test_wiping_is_the_accounts_own(self, store: Store, admin: AdminStore, demo: int) -> None:
        other = await add(admin, account("other"))
        await reported(store, demo, 2)
        await at(store, LATER).wipe(0, 10)
        assert await at(store, LATER).accept(other, [message(0), message(1)]) == Accepted(2, 0)

    async def test_a_late_result_finds_a_wiped_message(self, store: Store, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await at(store, NOW).submitted(1, [(claim.id, "sim", "r")], MINUTE)
        await at(store, NOW).settle([failed(claim.id, result=11)], taking=LEASE)
        await at(store, NOW).delivered(TOKEN, [claim.id])
        await at(store, LATER).wipe(0, 1)
        assert await at(store, LATER).settle([delivered(0, carrier="sim", carrier_ref="r")], taking=LEASE) == []
        assert [view.late_result for view in await store.find(demo)] == [6]

    # -- sweep
    async def test_a_result_waits_seven_days_for_its_message(self, store: Store, demo: int) -> None:
        first, second = await claimed(store, demo, 2)
        for reference in ("r1", "r2"):
            await at(store, NOW).settle([delivered(0, carrier="a", carrier_ref=reference)])
        assert await at(store, NOW + 7 * DAY).sweep(10) == 0
        assert len((await at(store, NOW).submitted(1, [(first.id, "a", "r1")], MINUTE)).reports) == 1
        assert await at(store, NOW + 7 * DAY + 1).sweep(10) == 1
        assert await at(store, NOW).submitted(1, [(second.id, "a", "r2")], MINUTE) == Submitted([], [])

    async def test_digests_go_when_their_window_is_over(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"duplicate_window_seconds": 60})
        other = await add(admin, account("other", duplicate_window_seconds=61))
        for no in (demo, other):
            await at(store, NOW).accept(no, [message(n, digest=bytes([n])) for n in range(5)])
            await at(store, NOW).accept(no, [message(5, digest=b"\5")])
        assert await at(store, NOW + 59_999).sweep(10) == 0
        assert [await at(store, NOW + 60_000).sweep(1) for _ in range(3)] == [5, 1, 0]
        assert await at(store, NOW + 60_000).accept(other, [message(9, digest=b"\1")]) == Accepted(1, 0, {84: 1})

    # -- files
    async def test_files_take_whole_blocks(self, store: Store, demo: int) -> None:
        assert await store.file_bytes(demo) == 0
        sizes = [1, 4096, 4097]
        files = [StoredFile(demo, f"{size:032}.jpg", "jpg", size, NOW) for size in sizes]
        for file in (*files, files[0]):
            await add_file(store, file)
        assert [file.room for file in files] == [4096, 4096, 8192]
        assert await store.file_bytes(demo) == 4 * 4096
        assert await store.file_bytes(demo + 1) == 0
        assert await store.forget_file(files[2])
        assert await store.file_bytes(demo) == 2 * 4096

    async def test_files_expire_unless_they_came_again(self, store: Store, demo: int) -> None:
        old, new, again = (StoredFile(demo, f"{n:032x}.jpg", "jpg", 10, NOW + n) for n in range(3))
        for file in (old, new, again):
            await add_file(store, file)
        assert await at(store, LATER).expired_files(MINUTE - 2, 10) == [old, new]
        assert await at(store, LATER).expired_files(MINUTE - 2, 1) == [old]
        await add_file(store, StoredFile(demo, old.name, "jpg", 10, LATER))
        assert not await store.forget_file(old)
        assert await store.forget_file(new)
        assert not await store.forget_file(new)
        assert await store.file(demo, new.name) is None
        assert await store.file(demo, old.name) is not None

    async def test_nothing_to_remove(self, store: Store, demo: int) -> None:
        assert [await store.prune(0, 10), await store.wipe(0, 10), await store.sweep(10)] == [0, 0, 0]
        assert await owed(store, demo, Service.SMS, 1) == []
