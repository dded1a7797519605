"""What every engine's store must do about limits and duplicates."""

import asyncio
import datetime

from samlink.core.message import State
from samlink.store.contract import Accepted, Store
from samlink.vocabulary.services import Service
from tests.store.conformance import Desk, WithDemo, states
from tests.store.sample import NOW, PRICE, account, failed, message

MIDNIGHT = int(datetime.datetime(2025, 6, 30, 15, tzinfo=datetime.UTC).timestamp()) * 1000
"""When July begins in Korea."""
MINUTE = 60_000


async def refused(store: Store, account: int) -> list[tuple[str, int]]:
    """(message ID, result) of every settled message of the account."""
    return [(report.message_id, report.result) for report in await store.reports_for(account, Service.SMS, 0, 1_000)]


class LimitsConformance(WithDemo):
    """Limits a month, a day, a second, and duplicates."""

    async def test_the_first_of_a_packet_fit_into_the_day(self, store: Store, desk: Desk, demo: int) -> None:
        desk.set_account("demo", day_limit=5)
        assert await store.accept(demo, [message(n) for n in range(3)], NOW) == Accepted(3, 0)
        assert await store.accept(demo, [message(n) for n in range(3, 7)], NOW) == Accepted(4, 0, {94: 2})
        assert await refused(store, demo) == [("5", 94), ("6", 94)]
        assert await store.balance(demo) == 995 * PRICE
        assert await store.accept(demo, [message(n) for n in range(7)], NOW) == Accepted(0, 0, reported_again=2)
        (view,) = await store.find(demo, message_id="6")
        assert (view.result, view.reason) == (94, "daily limit")

    async def test_a_day_ends_at_koreas_midnight(self, store: Store, desk: Desk, demo: int) -> None:
        desk.set_account("demo", day_limit=1, month_limit=3)
        for number, now_ms in enumerate((MIDNIGHT - 1, MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + MINUTE)):
            await store.accept(demo, [message(number)], now_ms)
        assert await refused(store, demo) == [("1", 94), ("3", 94)]

    async def test_a_month_is_the_calendars(self, store: Store, desk: Desk, demo: int) -> None:
        desk.set_account("demo", month_limit=3)
        day = 24 * 60 * MINUTE
        for number, now_ms in enumerate((MIDNIGHT - 20 * day, MIDNIGHT - day, MIDNIGHT - 1, MIDNIGHT - 1)):
            await store.accept(demo, [message(number)], now_ms)
        assert await store.accept(demo, [message(n) for n in range(4, 8)], MIDNIGHT) == Accepted(4, 0, {93: 1})
        assert await refused(store, demo) == [("3", 93), ("7", 93)]

    async def test_a_second_is_the_clocks(self, store: Store, desk: Desk, demo: int) -> None:
        desk.set_account("demo", second_limit=2)
        assert await store.accept(demo, [message(n) for n in range(3)], NOW) == Accepted(3, 0, {95: 1})
        assert await store.accept(demo, [message(3)], NOW + 1_000) == Accepted(1, 0)
        assert await store.accept(demo, [message(4)], NOW + 999) == Accepted(1, 0), "one more in the second begun"
        assert await store.accept(demo, [message(5)], NOW + 1_001) == Accepted(1, 0, {95: 1})
        assert await store.accept(demo, [message(6)], NOW + 2_000) == Accepted(1, 0)

    async def test_what_a_rule_refused_uses_nothing_up(self, store: Store, desk: Desk, demo: int) -> None:
        desk.set_account("demo", day_limit=1, second_limit=1)
        packet = [message(1, result=86, price=0), message(2, result=86, price=0, digest=b"same"), message(3)]
        assert await store.accept(demo, packet, NOW) == Accepted(3, 0)
        assert await refused(store, demo) == [("1", 86), ("2", 86)]

    async def test_a_limit_set_today_counts_what_went_before_it(self, store: Store, desk: Desk, demo: int) -> None:
        await store.accept(demo, [message(n) for n in range(4)], NOW)
        desk.set_account("demo", day_limit=5)
        assert await store.accept(demo, [message(4), message(5)], NOW) == Accepted(2, 0, {94: 1})
        desk.set_account("demo", day_limit=None)
        assert await store.accept(demo, [message(6)], NOW) == Accepted(1, 0)

    async def test_what_failed_was_sent_all_the_same(self, store: Store, desk: Desk, demo: int) -> None:
        desk.set_account("demo", day_limit=1)
        await store.accept(demo, [message(1)], NOW)
        await store.settle([failed(1)], NOW)
        assert await store.accept(demo, [message(2)], NOW) == Accepted(1, 0, {94: 1})

    async def test_the_precedence_of_the_codes(self, store: Store, desk: Desk) -> None:
        poor = desk.add_account(account("poor", balance=PRICE, month_limit=3, day_limit=2, second_limit=1))
        packet = [message(n, digest=bytes([n])) for n in range(3)] + [message(3, digest=b"\0")]
        assert await store.accept(poor, packet, NOW) == Accepted(4, 0, {95: 2, 84: 1})
        assert await refused(store, poor) == [("1", 95), ("2", 95), ("3", 84)]
        assert await store.accept(poor, [message(4)], NOW + 1_000) == Accepted(1, 1)
        desk.set_account("poor", day_limit=1)
        assert await store.accept(poor, [message(5)], NOW + 1_000) == Accepted(1, 0, {94: 1})
        desk.set_account("poor", month_limit=1)
        assert await store.accept(poor, [message(6)], NOW + 1_000) == Accepted(1, 0, {93: 1})

    async def test_a_duplicate_within_the_window(self, store: Store, desk: Desk, demo: int) -> None:
        desk.set_account("demo", duplicate_window_seconds=60)
        assert await store.accept(demo, [message(1, digest=b"a"), message(2, digest=b"b")], NOW) == Accepted(2, 0)
        packet = [message(3, digest=b"a"), message(4, digest=b"c"), message(5, digest=b"c"), message(6)]
        assert await store.accept(demo, packet, NOW + MINUTE - 1) == Accepted(4, 0, {84: 2})
        assert await refused(store, demo) == [("3", 84), ("5", 84)]
        assert await store.accept(demo, [message(7, digest=b"a")], NOW + MINUTE) == Accepted(1, 0)
        assert await store.accept(demo, [message(8, digest=b"a")], NOW + MINUTE + 1) == Accepted(1, 0, {84: 1})

    async def test_a_resend_is_no_duplicate(self, store: Store, demo: int) -> None:
        packet = [message(n, digest=bytes([n])) for n in range(30)]
        assert await store.accept(demo, packet, NOW) == Accepted(30, 0)
        assert await store.accept(demo, packet, NOW) == Accepted(0, 0)
        assert await store.accept(demo, [*packet, message(30, digest=b"\0")], NOW) == Accepted(1, 0, {84: 1})

    async def test_what_was_refused_makes_nothing_a_duplicate(self, store: Store, desk: Desk) -> None:
        poor = desk.add_account(account("poor", balance=0))
        assert await store.accept(poor, [message(1, digest=b"a"), message(2, digest=b"a")], NOW) == Accepted(2, 2)
        assert await store.accept(poor, [message(3, digest=b"a", price=0)], NOW) == Accepted(1, 0)

    async def test_duplicates_are_the_accounts_own(self, store: Store, desk: Desk, demo: int) -> None:
        other = desk.add_account(account("other"))
        for no in (demo, other):
            assert await store.accept(no, [message(1, digest=b"a")], NOW) == Accepted(1, 0)

    async def test_limits_that_only_warn_or_are_off(self, store: Store, desk: Desk, demo: int) -> None:
        rules = {"daily limit": "warn", "monthly limit": "off", "duplicate": "warn"}
        desk.set_account("demo", day_limit=1, month_limit=1, rules=rules)
        packet = [message(n, digest=b"a") for n in range(3)]
        assert await store.accept(demo, packet, NOW) == Accepted(3, 0, {}, {94: 2, 84: 2})
        assert await states(store) == {State.QUEUED: 3}

    async def test_limits_hold_over_several_connections(self, store: Store, desk: Desk) -> None:
        poor = desk.add_account(account("poor", balance=70 * PRICE, day_limit=50))
        rich = desk.add_account(account("rich", balance=40 * PRICE, day_limit=50))
        packets = [(no, [message(n, group_id=f"{c}") for n in range(9)]) for c in range(12) for no in (poor, rich)]
        answers = await asyncio.gather(*(store.accept(no, packet, NOW) for no, packet in packets))
        taken = {poor: 0, rich: 0}
        for (no, packet), answer in zip(packets, answers, strict=True):
            assert isinstance(answer, Accepted)
            taken[no] += len(packet) - answer.unpaid - answer.limited.get(94, 0)
        assert taken == {poor: 50, rich: 40}
        assert await store.balance(poor) == 20 * PRICE
        assert await store.balance(rich) == 0
        assert await states(store) == {State.QUEUED: 90, State.DONE: 2 * 12 * 9 - 90}

    async def test_the_last_money_goes_to_one_connection_only(self, store: Store, desk: Desk) -> None:
        poor = desk.add_account(account("poor", balance=PRICE))
        answers = await asyncio.gather(*(store.accept(poor, [message(n)], NOW) for n in range(20)))
        assert sorted(answer.unpaid for answer in answers if isinstance(answer, Accepted)) == [0] + [1] * 19
        assert await store.balance(poor) == 0
