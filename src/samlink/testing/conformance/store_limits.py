"""What every engine's store must do about limits and duplicates."""

import asyncio
import datetime

from samlink.core.message import State
from samlink.store.contract import Accepted, AdminStore, Store
from samlink.testing.conformance.sample import NOW, PRICE, account, at, failed, message, owed
from samlink.testing.conformance.store import WithDemo, add, states
from samlink.vocabulary.services import Service

MIDNIGHT = int(datetime.datetime(2025, 6, 30, 15, tzinfo=datetime.UTC).timestamp()) * 1000
"""When July begins in Korea."""
MINUTE = 60_000


async def refused(store: Store, account: int) -> list[tuple[str, int]]:
    """(message ID, result) of every settled message of the account."""
    return [(report.message_id, report.result) for report in await owed(store, account, Service.SMS, 1_000)]


class LimitsConformance(WithDemo):
    """Limits a month, a day, a second, and duplicates."""

    async def test_the_first_of_a_packet_fit_into_the_day(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"day_limit": 5})
        assert await store.accept(demo, [message(n) for n in range(3)]) == Accepted(3, 0)
        assert await store.accept(demo, [message(n) for n in range(3, 7)]) == Accepted(4, 0, {94: 2})
        assert await refused(store, demo) == [("5", 94), ("6", 94)]
        assert await store.balance(demo) == 995 * PRICE
        assert await store.accept(demo, [message(n) for n in range(7)]) == Accepted(0, 0, reported_again=2)
        (view,) = await store.find(demo, message_id="6")
        assert (view.result, view.reason) == (94, "daily limit")

    async def test_a_day_ends_at_koreas_midnight(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"day_limit": 1, "month_limit": 3})
        for number, now_ms in enumerate((MIDNIGHT - 1, MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + MINUTE)):
            await at(store, now_ms).accept(demo, [message(number)])
        assert await refused(store, demo) == [("1", 94), ("3", 94)]

    async def test_a_month_is_the_calendars(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"month_limit": 3})
        day = 24 * 60 * MINUTE
        for number, now_ms in enumerate((MIDNIGHT - 20 * day, MIDNIGHT - day, MIDNIGHT - 1, MIDNIGHT - 1)):
            await at(store, now_ms).accept(demo, [message(number)])
        assert await at(store, MIDNIGHT).accept(demo, [message(n) for n in range(4, 8)]) == Accepted(4, 0, {93: 1})
        assert await refused(store, demo) == [("3", 93), ("7", 93)]

    async def test_a_second_is_the_clocks(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"second_limit": 2})
        assert await at(store, NOW).accept(demo, [message(n) for n in range(3)]) == Accepted(3, 0, {95: 1})
        assert await at(store, NOW + 1_000).accept(demo, [message(3)]) == Accepted(1, 0)
        assert await at(store, NOW + 999).accept(demo, [message(4)]) == Accepted(1, 0), "one more in the second begun"
        assert await at(store, NOW + 1_001).accept(demo, [message(5)]) == Accepted(1, 0, {95: 1})
        assert await at(store, NOW + 2_000).accept(demo, [message(6)]) == Accepted(1, 0)

    async def test_what_a_rule_refused_uses_nothing_up(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"day_limit": 1, "second_limit": 1})
        packet = [message(1, result=86, price=0), message(2, result=86, price=0, digest=b"same"), message(3)]
        assert await store.accept(demo, packet) == Accepted(3, 0)
        assert await refused(store, demo) == [("1", 86), ("2", 86)]

    async def test_a_limit_set_today_counts_what_went_before_it(
        self, store: Store, admin: AdminStore, demo: int
    ) -> None:
        await store.accept(demo, [message(n) for n in range(4)])
        await admin.set_account("demo", {"day_limit": 5})
        assert await store.accept(demo, [message(4), message(5)]) == Accepted(2, 0, {94: 1})
        await admin.set_account("demo", {"day_limit": None})
        assert await store.accept(demo, [message(6)]) == Accepted(1, 0)

    async def test_what_failed_was_sent_all_the_same(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"day_limit": 1})
        await store.accept(demo, [message(1)])
        await store.settle([failed(1)])
        assert await store.accept(demo, [message(2)]) == Accepted(1, 0, {94: 1})

    async def test_the_precedence_of_the_codes(self, store: Store, admin: AdminStore) -> None:
        poor = await add(admin, account("poor", balance=PRICE, month_limit=3, day_limit=2, second_limit=1))
        packet = [message(n, digest=bytes([n])) for n in range(3)] + [message(3, digest=b"\0")]
        assert await at(store, NOW).accept(poor, packet) == Accepted(4, 0, {95: 2, 84: 1})
        assert await refused(store, poor) == [("1", 95), ("2", 95), ("3", 84)]
        assert await at(store, NOW + 1_000).accept(poor, [message(4)]) == Accepted(1, 1)
        await admin.set_account("poor", {"day_limit": 1})
        assert await at(store, NOW + 1_000).accept(poor, [message(5)]) == Accepted(1, 0, {94: 1})
        await admin.set_account("poor", {"month_limit": 1})
        assert await at(store, NOW + 1_000).accept(poor, [message(6)]) == Accepted(1, 0, {93: 1})

    async def test_a_duplicate_within_the_window(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"duplicate_window_seconds": 60})
        assert await at(store, NOW).accept(demo, [message(1, digest=b"a"), message(2, digest=b"b")]) == Accepted(2, 0)
        packet = [message(3, digest=b"a"), message(4, digest=b"c"), message(5, digest=b"c"), message(6)]
        assert await at(store, NOW + MINUTE - 1).accept(demo, packet) == Accepted(4, 0, {84: 2})
        assert await refused(store, demo) == [("3", 84), ("5", 84)]
        assert await at(store, NOW + MINUTE).accept(demo, [message(7, digest=b"a")]) == Accepted(1, 0)
        assert await at(store, NOW + MINUTE + 1).accept(demo, [message(8, digest=b"a")]) == Accepted(1, 0, {84: 1})

    async def test_a_resend_is_no_duplicate(self, store: Store, demo: int) -> None:
        packet = [message(n, digest=bytes([n])) for n in range(30)]
        assert await store.accept(demo, packet) == Accepted(30, 0)
        assert await store.accept(demo, packet) == Accepted(0, 0)
        assert await store.accept(demo, [*packet, message(30, digest=b"\0")]) == Accepted(1, 0, {84: 1})

    async def test_what_was_refused_makes_nothing_a_duplicate(self, store: Store, admin: AdminStore) -> None:
        poor = await add(admin, account("poor", balance=0))
        assert await store.accept(poor, [message(1, digest=b"a"), message(2, digest=b"a")]) == Accepted(2, 2)
        assert await store.accept(poor, [message(3, digest=b"a", price=0)]) == Accepted(1, 0)

    async def test_duplicates_are_the_accounts_own(self, store: Store, admin: AdminStore, demo: int) -> None:
        other = await add(admin, account("other"))
        for no in (demo, other):
            assert await store.accept(no, [message(1, digest=b"a")]) == Accepted(1, 0)

    async def test_limits_that_only_warn_or_are_off(self, store: Store, admin: AdminStore, demo: int) -> None:
        rules = {"daily limit": "warn", "monthly limit": "off", "duplicate": "warn"}
        await admin.set_account("demo", {"day_limit": 1, "month_limit": 1, "rules": rules})
        packet = [message(n, digest=b"a") for n in range(3)]
        assert await store.accept(demo, packet) == Accepted(3, 0, {}, {94: 2, 84: 2})
        assert await states(store) == {State.QUEUED: 3}

    async def test_limits_hold_over_several_connections(self, store: Store, admin: AdminStore) -> None:
        poor = await add(admin, account("poor", balance=70 * PRICE, day_limit=50))
        rich = await add(admin, account("rich", balance=40 * PRICE, day_limit=50))
        packets = [(no, [message(n, group_id=f"{c}") for n in range(9)]) for c in range(12) for no in (poor, rich)]
        answers = await asyncio.gather(*(store.accept(no, packet) for no, packet in packets))
        taken = {poor: 0, rich: 0}
        for (no, packet), answer in zip(packets, answers, strict=True):
            assert isinstance(answer, Accepted)
            taken[no] += len(packet) - answer.unpaid - answer.limited.get(94, 0)
        assert taken == {poor: 50, rich: 40}
        assert await store.balance(poor) == 20 * PRICE
        assert await store.balance(rich) == 0
        assert await states(store) == {State.QUEUED: 90, State.DONE: 2 * 12 * 9 - 90}

    async def test_the_last_money_goes_to_one_connection_only(self, store: Store, admin: AdminStore) -> None:
        poor = await add(admin, account("poor", balance=PRICE))
        answers = await asyncio.gather(*(store.accept(poor, [message(n)]) for n in range(20)))
        assert sorted(answer.unpaid for answer in answers if isinstance(answer, Accepted)) == [0] + [1] * 19
        assert await store.balance(poor) == 0
