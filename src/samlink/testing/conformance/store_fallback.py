"""What every engine's store must do about Kakao's fallbacks, refunds by account, and results that come late."""

import asyncio

import msgspec

from samlink.core.message import Claimed, Fallback, NewMessage, State
from samlink.store.contract import AdminStore, Store, Submitted
from samlink.testing.conformance.sample import (
    DELIVERED,
    FAILED,
    LATER,
    LEASE,
    MINUTE,
    NOW,
    PRICE,
    TOKEN,
    WAITS,
    account,
    at,
    claimed,
    delivered,
    failed,
    message,
    owed,
)
from samlink.testing.conformance.store import WithDemo, add, states
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.services import Service

NO_FRIEND = 62
TEXT_PRICE = PRICE // 2


def kakao(number: int, **changes: object) -> NewMessage:
    """An AlimTalk message."""
    return message(number, **({"service": Service.KMS, "kind": Kind.ALIM_TALK, "kakao": '{"alt_type":"S"}'} | changes))


def instead(id: int, *, code: str = "3018", price: int = TEXT_PRICE, **changes: object) -> Fallback:
    """Kakao has no such friend: send an SMS instead of message `id`."""
    outcome = failed(id, result=NO_FRIEND, carrier="kakao", carrier_code=code)
    return Fallback(outcome, message(0, receiver="nobody", text="대체 문자", price=price, **changes))


async def sent(store: Store, account: int, count: int = 1) -> list[Claimed]:
    """Kakao messages that the carrier has."""
    await store.accept(account, [kakao(number) for number in range(count)])
    claims = await store.claim(1, count, MINUTE)
    await store.submitted(1, [(claim.id, "kakao", f"k{claim.id}") for claim in claims], MINUTE)
    return claims


class FallbackConformance(WithDemo):
    """Two messages, one result."""

    async def test_the_fallback_is_a_message_of_its_own(self, store: Store, demo: int) -> None:
        (claim,) = await sent(store, demo)
        assert await store.fall_back([instead(claim.id)]) == []
        assert await store.balance(demo) == 1_000 * PRICE - TEXT_PRICE
        (child,) = await store.claim(2, 10, MINUTE)
        assert (child.parent, child.kind, child.service) == (claim.id, Kind.SMS, Service.SMS)
        assert (child.receiver, child.text, child.account) == (claim.receiver, "대체 문자", demo)
        assert await states(store) == {State.SENDING: 1, State.SENT: 1}
        child_view, parent_view = await store.find(demo)
        assert (child_view.parent, child_view.message_id) == (claim.id, str(claim.id))
        assert (parent_view.fallback, parent_view.carrier_code) == (child.id, "3018")

    async def test_its_result_is_the_kakao_messages(self, store: Store, admin: AdminStore, demo: int) -> None:
        (claim,) = await sent(store, demo)
        await at(store, NOW).fall_back([instead(claim.id)])
        (child,) = await at(store, NOW).claim(2, 10, MINUTE)
        reports = await at(store, LATER).settle([delivered(child.id, telecom="01990")])
        assert [(r.id, r.service, r.message_id, r.result, r.telecom) for r in reports] == [
            (claim.id, Service.KMS, "0", DELIVERED, "01990")
        ]
        assert await owed(store, demo, Service.KMS, 10) == reports
        assert await owed(store, demo, Service.SMS, 10) == []
        assert await states(store) == {State.DONE: 1, State.REPORTED: 1}
        assert await store.balance(demo) == 1_000 * PRICE - TEXT_PRICE
        (_, view) = await store.find(demo)
        assert view.carrier_code == "3018", "why Kakao did not deliver it"

    async def test_a_fallback_that_fails_costs_nothing(self, store: Store, demo: int) -> None:
        (claim,) = await sent(store, demo)
        await at(store, NOW).fall_back([instead(claim.id)])
        (child,) = await at(store, NOW).claim(2, 10, MINUTE)
        (report,) = await at(store, LATER).settle([failed(child.id)])
        assert (report.id, report.result) == (claim.id, FAILED)
        assert await store.balance(demo) == 1_000 * PRICE

    async def test_a_fallback_that_expires_settles_both(self, store: Store, demo: int) -> None:
        (claim,) = await sent(store, demo)
        await at(store, NOW).fall_back([instead(claim.id, expires_at_ms=LATER)])
        assert [(r.id, r.result) for r in await at(store, LATER).expire(10)] == [(claim.id, 90)]
        assert await store.balance(demo) == 1_000 * PRICE

    async def test_the_same_again_changes_nothing(self, store: Store, demo: int) -> None:
        claims = await sent(store, demo, 2)
        twice = [instead(claim.id) for claim in claims for _ in range(2)]
        await asyncio.gather(at(store, NOW).fall_back(twice), at(store, NOW).fall_back(twice))
        assert await store.balance(demo) == 1_000 * PRICE - 2 * TEXT_PRICE
        children = await at(store, NOW).claim(2, 10, MINUTE)
        assert len(children) == 2
        assert len(await at(store, NOW).settle([delivered(child.id) for child in children])) == 2
        assert await at(store, LATER).fall_back(twice) == []
        assert await store.balance(demo) == 1_000 * PRICE - 2 * TEXT_PRICE

    async def test_nothing_else_moves_a_message_that_waits_for_its_fallback(self, store: Store, demo: int) -> None:
        (claim,) = await sent(store, demo)
        await at(store, NOW).fall_back([instead(claim.id)])
        far = NOW + 10**12
        assert (
            await at(store, NOW).settle([delivered(claim.id), failed(0, carrier="kakao", carrier_ref=f"k{claim.id}")])
            == []
        )
        assert await at(store, far).overdue(10, **WAITS) == []
        assert (await store.rescue(**WAITS)).unknown == 0
        await store.requeue([claim.id], 0)
        await at(store, NOW).unknown(1, [claim.id], 0)
        assert await store.pending([(claim.id, "", "")]) == [None]
        assert await states(store) == {State.QUEUED: 1, State.SENT: 1}

    async def test_it_can_overtake_the_carriers_answer(self, store: Store, demo: int) -> None:
        await store.accept(demo, [kakao(1), kakao(2), kakao(3)])
        sending, unknown, queued = await store.claim(1, 3, MINUTE)
        await store.unknown(1, [unknown.id, queued.id], MINUTE)
        await store.requeue([queued.id], 0)
        await store.fall_back([instead(claim.id) for claim in (sending, unknown, queued)])
        assert await states(store) == {State.SENT: 3, State.QUEUED: 3}
        assert await store.submitted(1, [(sending.id, "kakao", "k")], MINUTE) == Submitted([], [])
        children = await store.claim(2, 10, MINUTE)
        assert len(await store.settle([delivered(child.id) for child in children])) == 3

    async def test_the_kakao_price_helps_to_pay_for_it(self, store: Store, admin: AdminStore) -> None:
        poor = await add(admin, account("poor", balance=2 * PRICE))
        first, second = await sent(store, poor, 2)
        reports = await store.fall_back([instead(first.id, price=2 * PRICE), instead(second.id)])
        assert [(r.id, r.result) for r in reports] == [(first.id, NO_FRIEND)]
        assert await store.balance(poor) == 2 * PRICE - TEXT_PRICE
        _, _, view = await store.find(poor)
        assert (view.id, view.reason, view.fallback) == (first.id, "fallback: balance", None)
        assert (view.result, view.carrier_code) == (NO_FRIEND, "3018")

    async def test_a_fallback_that_a_rule_refused(self, store: Store, demo: int) -> None:
        (claim,) = await sent(store, demo)
        refused = instead(claim.id, result=88, reason="sender registered", price=0)
        (report,) = await store.fall_back([refused])
        assert report.result == NO_FRIEND
        (view,) = await store.find(demo)
        assert view.reason == "fallback: sender registered"
        assert await store.balance(demo) == 1_000 * PRICE

    async def test_by_the_carriers_reference(self, store: Store, demo: int) -> None:
        (claim,) = await sent(store, demo)
        names = [(0, "kakao", f"k{claim.id}"), (0, "kakao", "nobody's"), (99, "", ""), (claim.id, "", "")]
        found = await store.pending(names)
        assert [None if one is None else (one.id, one.kakao) for one in found] == [
            (claim.id, '{"alt_type":"S"}'),
            None,
            None,
            (claim.id, '{"alt_type":"S"}'),
        ]
        fallback = instead(0)
        fallback.outcome.carrier_ref = f"k{claim.id}"
        assert await store.fall_back([fallback]) == []
        assert await states(store) == {State.QUEUED: 1, State.SENT: 1}

    async def test_no_fallback_of_a_fallback_or_of_what_is_settled(self, store: Store, demo: int) -> None:
        first, second = await sent(store, demo, 2)
        await store.settle([delivered(first.id)])
        assert await store.fall_back([instead(first.id), instead(12345)]) == []
        await store.fall_back([instead(second.id)])
        (child,) = await store.claim(2, 10, MINUTE)
        (report,) = await store.fall_back([instead(child.id)])
        assert (report.id, report.result) == (second.id, NO_FRIEND)
        assert await states(store) == {State.DONE: 2, State.REPORTED: 1}

    async def test_it_counts_for_no_limit(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"day_limit": 1, "second_limit": 1})
        (claim,) = await sent(store, demo)
        await store.fall_back([instead(claim.id)])
        assert await states(store) == {State.QUEUED: 1, State.SENT: 1}

    # -- refunds by account
    async def test_an_account_can_say_what_is_charged(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"refund": {"7": True, "6": False}})
        other = await add(admin, account("other"))
        first, second, third = await claimed(store, demo, 3)
        await store.accept(other, [message(1)])
        (theirs,) = await store.claim(2, 1, MINUTE)
        outcomes = [failed(first.id), delivered(second.id), failed(third.id, result=8), failed(theirs.id)]
        assert len(await store.settle(outcomes)) == 4
        assert await store.balance(demo) == 999 * PRICE, "7 is paid for; 6 and 8 are not"
        assert await store.balance(other) == 1_000 * PRICE

    async def test_a_fallback_is_never_paid_for_twice(self, store: Store, admin: AdminStore, demo: int) -> None:
        await admin.set_account("demo", {"refund": {str(NO_FRIEND): True}})
        first, second = await sent(store, demo, 2)
        await store.fall_back([instead(first.id)])
        await store.settle([failed(second.id, result=NO_FRIEND)])
        assert await store.balance(demo) == 999 * PRICE - TEXT_PRICE

    # -- results by a reference that is learned later
    async def test_a_result_before_the_answer_is_left_to_be_judged(
        self, store: Store, admin: AdminStore, demo: int
    ) -> None:
        await store.accept(demo, [kakao(1), kakao(2)])
        first, second = await store.claim(1, 2, MINUTE)
        refusals = [failed(0, result=NO_FRIEND, carrier="kakao", carrier_ref=f"k{n}") for n in (1, 2)]
        assert await store.settle(refusals) == []
        answers = [(first.id, "kakao", "k1"), (second.id, "kakao", "k2")]
        submitted = await store.submitted(1, answers, MINUTE)
        for found in (submitted, await store.submitted(1, answers, MINUTE)):
            assert found.reports == []
            assert [(one.id, one.result, one.carrier_ref) for one in found.early] == [
                (first.id, NO_FRIEND, "k1"),
                (second.id, NO_FRIEND, "k2"),
            ], "until it is judged"
            assert await states(store) == {State.SENDING: 2}
        await store.fall_back([msgspec.structs.replace(instead(first.id), outcome=submitted.early[0])])
        assert len(await store.settle(submitted.early[1:])) == 1
        assert await store.submitted(1, answers, MINUTE) == Submitted([], [])
        assert await states(store) == {State.QUEUED: 1, State.SENT: 1, State.DONE: 1}
        assert await store.balance(demo) == 1_000 * PRICE - TEXT_PRICE
        assert await admin.audit() == []

    async def test_a_result_is_placed_or_kept(self, store: Store, demo: int) -> None:
        (claim,) = await sent(store, demo)
        known = failed(0, result=NO_FRIEND, carrier="kakao", carrier_ref=f"k{claim.id}")
        unknown = failed(0, result=NO_FRIEND, carrier="kakao", carrier_ref="k99")
        assert await store.place([known, unknown, failed(7), failed(0)]) == [claim.id, 0, 7, 0]
        assert await states(store) == {State.SENT: 1}, "nothing is settled"
        await store.accept(demo, [kakao(9)])
        (other,) = await store.claim(1, 1, MINUTE)
        submitted = await store.submitted(1, [(other.id, "kakao", "k99")], MINUTE)
        assert [one.id for one in submitted.early] == [other.id]

    async def test_a_result_from_long_before_the_message_is_not_its_own(
        self, store: Store, admin: AdminStore, demo: int
    ) -> None:
        for reference in ("k1", "k2"):
            await at(store, NOW - 3_600_001).settle(
                [failed(0, result=NO_FRIEND, carrier="kakao", carrier_ref=reference)]
            )
        await at(store, NOW).accept(demo, [kakao(1), message(2)])
        claims = await at(store, NOW).claim(1, 2, MINUTE)
        answers = [(claim.id, "kakao", f"k{place}") for place, claim in enumerate(claims, 1)]
        assert await at(store, NOW).submitted(1, answers, MINUTE) == Submitted([], [])
        assert await states(store) == {State.SENT: 2}
        assert await admin.audit() == []

    # -- late results
    async def test_a_late_result_is_kept_and_moves_no_money(self, store: Store, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await at(store, NOW).submitted(1, [(claim.id, "sim", "r")], MINUTE)
        await at(store, LATER).settle([failed(claim.id, result=11)], taking=LEASE)
        await at(store, LATER).delivered(TOKEN, [claim.id])
        late = delivered(0, carrier="sim", carrier_ref="r")
        week_later = LATER + 7 * 86_400_000
        assert await at(store, week_later).settle([late, late], taking=LEASE) == []
        (view,) = await store.find(demo)
        assert (view.result, view.late_result, view.state) == (11, DELIVERED, State.REPORTED)
        assert await store.balance(demo) == 1_000 * PRICE
