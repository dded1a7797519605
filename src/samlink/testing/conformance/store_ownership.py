"""Two owners of one store.

Neither gets what the other holds, an ended lease is taken over, an old token changes nothing.
"""

import asyncio

from samlink.core.message import State
from samlink.store.contract import Store
from samlink.store.contract.values import Lease
from samlink.testing.conformance.sample import LATER, MINUTE, NOW, WAITS, at, delivered, failed, message
from samlink.testing.conformance.store import WithDemo, states
from samlink.vocabulary.services import Service

SMS = Service.SMS


class OwnershipConformance(WithDemo):
    """Tokens, leases, renewal, rescue."""

    # -- claims
    async def test_every_token_is_higher_than_the_ones_before(self, store: Store) -> None:
        tokens = [await store.register(name) for name in ("one", "two", "one")]
        assert tokens == sorted(set(tokens))
        assert tokens[0] > 0

    async def test_two_owners_never_claim_the_same(self, store: Store, demo: int) -> None:
        one, two = await store.register("one"), await store.register("two")
        await store.accept(demo, [message(n) for n in range(20)])
        found = await asyncio.gather(*(store.claim(token, 3, MINUTE) for token in (one, two) * 4))
        ids = [claim.id for claims in found for claim in claims]
        assert len(ids) == len(set(ids)) == 20

    async def test_what_a_lease_leaves_behind_is_taken_over_and_its_token_changes_nothing(
        self, store: Store, demo: int
    ) -> None:
        one, two = await store.register("one"), await store.register("two")
        await at(store, NOW).accept(demo, [message(1)])
        (claim,) = await store.claim(one, 10, MINUTE)
        assert (await at(store, LATER).rescue(**WAITS)).unknown == 1
        await store.requeue([claim.id], 0)
        (again,) = await store.claim(two, 10, MINUTE)
        assert again.id == claim.id
        await store.submitted(one, [(claim.id, "a", "r1")], MINUTE)
        await store.unknown(one, [claim.id], MINUTE)
        await store.requeue([claim.id], 0, token=one)
        assert await store.renew(one, [claim.id], MINUTE) == []
        assert await states(store) == {State.SENDING: 1}
        await store.submitted(two, [(claim.id, "a", "r2")], MINUTE)
        assert await states(store) == {State.SENT: 1}

    async def test_a_renewed_lease_is_not_rescued(self, store: Store, demo: int) -> None:
        one, two = await store.register("one"), await store.register("two")
        await at(store, NOW).accept(demo, [message(1), message(2)])
        kept, left = await store.claim(one, 10, MINUTE)
        assert await at(store, LATER - 1).renew(one, [kept.id, left.id + 1], MINUTE) == [kept.id]
        assert await store.renew(two, [left.id], MINUTE) == []
        assert (await at(store, LATER).rescue(**WAITS)).unknown == 1
        assert await states(store) == {State.SENDING: 1, State.UNKNOWN: 1}

    async def test_an_ended_lease_is_not_renewed(self, store: Store, demo: int) -> None:
        one = await store.register("one")
        await at(store, NOW).accept(demo, [message(1)])
        (claim,) = await store.claim(one, 10, MINUTE)
        assert await at(store, LATER).renew(one, [claim.id], MINUTE) == []

    # -- reports
    async def test_a_report_is_with_one_owner_at_a_time(self, store: Store, demo: int) -> None:
        one, two = Lease(await store.register("one"), MINUTE), Lease(await store.register("two"), MINUTE)
        await at(store, NOW).accept(demo, [message(n, result=86, price=0) for n in range(5)])
        first = await store.take_reports(one, demo, SMS, 3)
        second = await store.take_reports(two, demo, SMS, 10)
        assert [len(first.items), len(second.items)] == [3, 2]
        assert not {report.id for report in first.items} & {report.id for report in second.items}
        again = await store.take_reports(one, demo, SMS, 10)
        assert [report.id for report in again.items] == [report.id for report in first.items], "its own come again"

    async def test_the_settled_are_taken_by_who_settles_them(self, store: Store, demo: int) -> None:
        one, two = Lease(await store.register("one"), MINUTE), Lease(await store.register("two"), MINUTE)
        await at(store, NOW).accept(demo, [message(1), message(2)])
        first, second = await store.claim(one.token, 10, MINUTE)
        (mine,) = await store.settle([delivered(first.id)], taking=one)
        (free,) = await store.settle([failed(second.id)])
        assert [report.id for report in (await store.take_reports(two, demo, SMS, 10)).items] == [free.id]
        await store.delivered(two.token, [mine.id, free.id])
        assert await states(store) == {State.DONE: 1, State.REPORTED: 1}, "who does not hold it cannot deliver it"
        await store.delivered(one.token, [mine.id])
        assert await states(store) == {State.REPORTED: 2}

    async def test_a_report_is_taken_over_when_its_lease_has_ended(self, store: Store, demo: int) -> None:
        one, two = Lease(await store.register("one"), MINUTE), Lease(await store.register("two"), MINUTE)
        await at(store, NOW).accept(demo, [message(n, result=86, price=0) for n in range(2)])
        kept, left = (await store.take_reports(one, demo, SMS, 10)).items
        assert await at(store, LATER - 1).renew_reports(one, [kept.id]) == [kept.id]
        assert [one.id for one in (await at(store, LATER).take_reports(two, demo, SMS, 10)).items] == [left.id]
        assert await store.renew_reports(one, [kept.id, left.id]) == [kept.id]
        await store.delivered(one.token, [left.id])
        assert await states(store) == {State.DONE: 2}

    async def test_a_result_that_is_to_be_reported_again_is_free(self, store: Store, demo: int) -> None:
        await at(store, NOW).accept(demo, [message(1, result=86, price=0)])
        one, other = Lease(await store.register("one"), MINUTE), Lease(await store.register("other"), MINUTE)
        (report,) = (await store.take_reports(one, demo, SMS, 10)).items
        assert (await store.take_reports(other, demo, SMS, 10)).items == []
        await store.accept(demo, [message(1, result=86, price=0)])
        assert (await store.take_reports(other, demo, SMS, 10)).items == [report]

    # -- changes
    async def test_each_reader_hears_of_the_changes_from_its_beginning_on(self, store: Store) -> None:
        readers = [store.changes() for _ in range(2)]
        await store.close()
        for reader in readers:
            assert [change async for change in reader] == [], "it ends with the store"
        assert [change async for change in store.changes()] == [], "after the end it ends at once"
