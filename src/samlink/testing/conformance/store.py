"""What every engine's store must do. A test module derives from the class and gives the two fixtures."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from samlink.core.account import Account, FeeType
from samlink.core.message import State
from samlink.store.contract import Accepted, AdminStore, KeyConflict, Store, StoredFile, StoreError, Submitted
from samlink.testing.conformance.sample import (
    CLOCK,
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
    unknown_ones,
)
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.services import Service

NO_BALANCE = 92


async def add(admin: AdminStore, new: Account) -> int:
    """Add an account; its number."""
    return (await admin.add_account(new, "hash")).no


async def states(store: Store) -> dict[str, int]:
    """The counts that are not zero."""
    return {state: count for state, count in (await store.counts()).items() if count}


class WithDemo:
    """One store with one account of 1,000 messages' worth, number `demo`; sound at the end of each test."""

    @pytest.fixture
    async def demo(self, admin: AdminStore) -> AsyncIterator[int]:
        """The number of the account `demo`; its store is sound when the test ends."""
        CLOCK.ms = NOW
        yield await add(admin, account())
        assert await admin.audit() == []


class StoreConformance(WithDemo):
    """A message's life and its money."""

    # -- accept
    async def test_accepted_messages_are_queued_and_charged(self, store: Store, admin: AdminStore, demo: int) -> None:
        assert await store.accept(demo, [message(n) for n in range(30)]) == Accepted(stored=30, unpaid=0)
        assert await states(store) == {State.QUEUED: 30}
        assert await store.balance(demo) == 970 * PRICE
        assert await admin.audit() == []

    async def test_an_empty_packet_is_accepted(self, store: Store, demo: int) -> None:
        assert await store.accept(demo, []) == Accepted(stored=0, unpaid=0)

    async def test_the_same_packet_again_is_known(self, store: Store, admin: AdminStore, demo: int) -> None:
        packet = [message(n) for n in range(30)]
        await at(store, NOW).accept(demo, packet)
        again = [message(n, due_at_ms=LATER) for n in range(30)]
        assert await at(store, LATER).accept(demo, again) == Accepted(stored=0, unpaid=0)
        assert await store.balance(demo) == 970 * PRICE
        assert await states(store) == {State.QUEUED: 30}

    async def test_a_packet_of_old_and_new_stores_the_new(self, store: Store, admin: AdminStore, demo: int) -> None:
        await store.accept(demo, [message(n) for n in range(20)])
        assert await store.accept(demo, [message(n) for n in range(10, 40)]) == Accepted(stored=20, unpaid=0)
        assert await store.balance(demo) == 960 * PRICE
        assert await admin.audit() == []

    @pytest.mark.parametrize(
        "field", ["sender", "subject", "text", "url", "user_code", "files", "kind", "service"], ids=str
    )
    async def test_other_content_under_a_used_key_refuses_the_packet(
        self, store: Store, admin: AdminStore, demo: int, field: str
    ) -> None:
        await store.accept(demo, [message(1)])
        other = message(1, **{field: 2 if field in ("kind", "service") else "other"})
        conflict = await store.accept(demo, [message(2), other, message(3)])
        assert conflict == KeyConflict("20250615", "1", "01000000001")
        assert await states(store) == {State.QUEUED: 1}
        assert await store.balance(demo) == 999 * PRICE
        assert await admin.audit() == []

    async def test_a_key_twice_in_one_packet_follows_the_same_rule(self, store: Store, demo: int) -> None:
        assert await store.accept(demo, [message(1), message(1)]) == Accepted(stored=1, unpaid=0)
        conflict = await store.accept(demo, [message(2), message(2, text="other")])
        assert conflict == KeyConflict("20250615", "2", "01000000002")
        assert await states(store) == {State.QUEUED: 1}

    async def test_a_key_is_the_accounts_own(self, store: Store, admin: AdminStore, demo: int) -> None:
        other = await add(admin, account("other"))
        await store.accept(demo, [message(1)])
        assert await store.accept(other, [message(1, text="other")]) == Accepted(stored=1, unpaid=0)

    async def test_one_group_and_message_id_may_go_to_many_receivers(self, store: Store, demo: int) -> None:
        packet = [message(n, message_id="1") for n in range(30)]
        assert await store.accept(demo, packet) == Accepted(stored=30, unpaid=0)

    async def test_a_balance_pays_for_the_first_that_fit(self, store: Store, admin: AdminStore) -> None:
        poor = await add(admin, account("poor", balance=PRICE * 5 // 2))
        packet = [message(0), message(1), message(2), message(3, price=PRICE // 2)]
        assert await store.accept(poor, packet) == Accepted(stored=4, unpaid=2)
        assert await store.balance(poor) == PRICE // 2
        reports = await owed(store, poor, Service.SMS, 100)
        assert [(report.message_id, report.result) for report in reports] == [("2", NO_BALANCE), ("3", NO_BALANCE)]
        assert [claim.receiver for claim in await store.claim(1, 10, MINUTE)] == ["01000000000", "01000000001"]
        assert await store.accept(poor, packet) == Accepted(stored=0, unpaid=0, reported_again=2)
        assert await admin.audit() == []

    async def test_a_result_is_reported_once_more_when_its_message_is_sent_again(
        self, store: Store, admin: AdminStore, demo: int
    ) -> None:
        await at(store, NOW).accept(demo, [message(1, result=3, price=0), message(2)])
        (report,) = await owed(store, demo, Service.SMS, 100)
        await at(store, NOW).delivered(TOKEN, [report.id])
        for count in (1, 2):
            assert await at(store, LATER).accept(demo, [message(1, result=3, price=0), message(2)]) == Accepted(
                0, 0, reported_again=1
            )
            assert await owed(store, demo, Service.SMS, 100) == [report]
            await at(store, LATER).delivered(TOKEN, [report.id])
            assert [view.repeats for view in await store.find(demo)] == [0, count]
        conflict = await at(store, LATER).accept(demo, [message(1, result=3, price=0), message(2, text="other")])
        assert isinstance(conflict, KeyConflict)
        assert await owed(store, demo, Service.SMS, 100) == [], "a refused packet reports nothing"
        assert await admin.audit() == []

    async def test_a_postpaid_balance_goes_below_zero(self, store: Store, admin: AdminStore) -> None:
        later = await add(admin, account("later", fee_type=FeeType.POSTPAID, balance=0))
        assert await store.accept(later, [message(n) for n in range(3)]) == Accepted(stored=3, unpaid=0)
        assert await store.balance(later) == -3 * PRICE
        assert await admin.audit() == []

    async def test_what_a_rule_refused_is_settled_and_free(self, store: Store, admin: AdminStore, demo: int) -> None:
        await store.accept(demo, [message(1, result=86, price=0), message(2)])
        assert await states(store) == {State.QUEUED: 1, State.DONE: 1}
        (report,) = await owed(store, demo, Service.SMS, 10)
        assert (report.message_id, report.result, report.sent_at_ms) == ("1", 86, NOW)
        assert await store.balance(demo) == 999 * PRICE
        assert await admin.audit() == []

    async def test_accept_for_nobody_is_refused_whole(self, store: Store, admin: AdminStore) -> None:
        with pytest.raises(StoreError):
            await store.accept(99, [message(1, price=0)])
        with pytest.raises(StoreError):
            await store.accept(99, [message(1)])
        assert await states(store) == {}

    async def test_one_failing_verb_spoils_no_other(self, store: Store, admin: AdminStore, demo: int) -> None:
        answers = await asyncio.gather(
            store.accept(demo, [message(1)]),
            store.accept(99, [message(2)]),
            store.accept(demo, [message(3)]),
            return_exceptions=True,
        )
        assert answers[0] == answers[2] == Accepted(stored=1, unpaid=0)
        assert isinstance(answers[1], StoreError)
        assert await states(store) == {State.QUEUED: 2}
        assert await admin.audit() == []

    # -- claim
    async def test_claims_are_disjoint_and_the_oldest_due_come_first(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(n, due_at_ms=NOW - n) for n in range(6)])
        first, second = await asyncio.gather(store.claim(1, 4, MINUTE), store.claim(2, 4, MINUTE))
        assert [claim.receiver[-1] for claim in first] == ["5", "4", "3", "2"]
        assert [claim.receiver[-1] for claim in second] == ["1", "0"]
        assert await states(store) == {State.SENDING: 6}

    async def test_a_claim_has_what_a_carrier_needs(self, store: Store, demo: int) -> None:
        new = message(1, kind=3, service=2, subject="제목", url="http://a", user_code="123456789", files="a.jpg\nb.jpg")
        new.expires_at_ms = LATER
        await store.accept(demo, [new])
        (claim,) = await store.claim(1, 1, MINUTE)
        assert (claim.account, claim.kind, claim.sender, claim.receiver) == (demo, 3, new.sender, new.receiver)
        assert (claim.subject, claim.text, claim.url, claim.user_code) == ("제목", new.text, "http://a", "123456789")
        assert (claim.files, claim.expires_at_ms, claim.attempts) == ("a.jpg\nb.jpg", LATER, 1)

    async def test_a_reserved_message_waits_for_its_time(self, store: Store, demo: int) -> None:
        await at(store, NOW).accept(demo, [message(1, due_at_ms=LATER)])
        assert await at(store, LATER - 1).claim(1, 1, 1) == []
        assert len(await at(store, LATER).claim(1, 1, 1)) == 1

    # -- routes
    async def test_a_carrier_gets_what_its_routes_hold(self, store: Store, demo: int) -> None:
        routes = ["default", "otp", "bulk", "otp"]
        await store.accept(demo, [message(n, route=route) for n, route in enumerate(routes)])
        first = await store.claim(1, 10, MINUTE, carrier="a", routes=["otp"])
        assert [claim.receiver[-1] for claim in first] == ["1", "3"]
        second = await store.claim(1, 1, MINUTE, carrier="b", routes=["bulk", "default"])
        assert [claim.receiver[-1] for claim in second] == ["2"]
        assert {view.carrier for view in await store.find(demo)} == {"a", "b", ""}

    async def test_what_was_once_unknown_is_its_carriers_alone(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(1), message(2)])
        unknown, refused = await store.claim(1, 2, MINUTE, carrier="a")
        await store.unknown(1, [unknown.id], MINUTE)
        assert await unknown_ones(store, 10, carrier="b") == []
        assert [found.id for found in await unknown_ones(store, 10, carrier="a")] == [unknown.id]
        await store.requeue([unknown.id, refused.id], 0)
        assert [claim.id for claim in await store.claim(2, 10, MINUTE, carrier="b")] == [refused.id]
        assert [claim.id for claim in await store.claim(3, 10, MINUTE, carrier="a")] == [unknown.id]

    async def test_a_route_that_nobody_serves_any_more_is_the_default_one(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(1, route="gone"), message(2, route="otp"), message(3)])
        assert await store.reroute({"a": ["default"], "b": ["otp"]}) == 1
        assert len(await store.claim(1, 10, MINUTE, carrier="a")) == 2
        assert len(await store.claim(1, 10, MINUTE, carrier="b", routes=["otp"])) == 1

    async def test_what_a_carrier_that_is_gone_may_have_had_waits_for_its_report(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(1)])
        (claim,) = await store.claim(1, 1, MINUTE, carrier="gone")
        await store.unknown(1, [claim.id], MINUTE)
        await store.requeue([claim.id], 0)
        assert await store.reroute({"gone": ["default"]}) == 0
        assert await store.reroute({"a": ["default"]}) == 1
        assert (await store.rescue(**WAITS)).unknown == 1
        assert await unknown_ones(store, 10, carrier="a") == []
        assert [found.id for found in await unknown_ones(store, 10, carrier="gone")] == [claim.id]

    # -- submitted, unknown, requeue
    async def test_submitted_needs_the_claims_token(self, store: Store, demo: int) -> None:
        first, second = await claimed(store, demo, 2, token=1)
        await store.submitted(2, [(first.id, "sim", "")], MINUTE)
        assert await states(store) == {State.SENDING: 2}
        await store.submitted(1, [(first.id, "sim", ""), (second.id, "sim", "")], MINUTE)
        assert await states(store) == {State.SENT: 2}

    async def test_unknown_then_submitted_after_all(self, store: Store, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await store.unknown(1, [claim.id], MINUTE)
        assert await states(store) == {State.UNKNOWN: 1}
        page = await store.unknowns(10)
        assert [found.id for found in page.items] == [claim.id]
        assert await unknown_ones(store, 10, after=page.cursor) == []
        await store.submitted(1, [(claim.id, "sim", "r")], MINUTE)
        assert await states(store) == {State.SENT: 1}
        (view,) = await store.find(demo)
        assert (view.state, view.unknowns, view.attempts) == (State.SENT, 1, 1)

    async def test_requeue_makes_it_due_again(self, store: Store, demo: int) -> None:
        first, second = await claimed(store, demo, 2)
        await at(store, NOW).unknown(1, [second.id], MINUTE)
        await store.requeue([first.id, second.id], MINUTE, token=2)
        assert await states(store) == {State.SENDING: 1, State.UNKNOWN: 1}
        await store.requeue([first.id], MINUTE, token=1)
        await store.requeue([second.id], MINUTE)
        assert await states(store) == {State.QUEUED: 2}
        again = await at(store, LATER).claim(2, 10, 1)
        assert [claim.attempts for claim in again] == [2, 2]
        await at(store, NOW).submitted(1, [(first.id, "sim", "")], MINUTE)
        assert await states(store) == {State.SENDING: 2}, "an old claim's answer does not count"

    async def test_what_is_sent_is_not_requeued(self, store: Store, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await store.submitted(1, [(claim.id, "sim", "")], MINUTE)
        await store.requeue([claim.id], 0)
        await store.unknown(1, [claim.id], MINUTE)
        assert await states(store) == {State.SENT: 1}

    # -- settle
    async def test_settle_returns_each_report_once(self, store: Store, admin: AdminStore, demo: int) -> None:
        claims = await claimed(store, demo, 3)
        reports = await store.settle([delivered(claim.id) for claim in claims])
        assert [(r.id, r.account, r.result, r.telecom) for r in reports] == [
            (claim.id, demo, DELIVERED, "01190") for claim in claims
        ]
        assert reports == await owed(store, demo, Service.SMS, 10)
        assert await store.settle([delivered(claim.id) for claim in claims]) == []
        assert await store.balance(demo) == 997 * PRICE
        assert await admin.audit() == []

    async def test_a_result_twice_in_one_call_counts_once(self, store: Store, admin: AdminStore, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        reports = await store.settle([failed(claim.id), delivered(claim.id), failed(claim.id)])
        assert [report.result for report in reports] == [FAILED]
        assert await store.balance(demo) == 1_000 * PRICE
        assert await admin.audit() == []

    async def test_what_is_not_charged_is_given_back_once(self, store: Store, admin: AdminStore, demo: int) -> None:
        claims = await claimed(store, demo, 4)
        await store.settle([failed(claim.id) for claim in claims[:3]] + [delivered(claims[3].id)])
        await store.settle([failed(claim.id) for claim in claims])
        assert await store.balance(demo) == 999 * PRICE
        assert await admin.audit() == []

    async def test_a_settled_message_keeps_its_result(self, store: Store, admin: AdminStore, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await at(store, NOW).settle([failed(claim.id, result=11)])
        assert await at(store, LATER).settle([delivered(claim.id)]) == []
        (report,) = await owed(store, demo, Service.SMS, 10)
        assert report.result == 11
        assert await admin.audit() == []

    async def test_settle_finds_a_message_by_reference(self, store: Store, admin: AdminStore, demo: int) -> None:
        first, second = await claimed(store, demo, 2)
        await store.submitted(1, [(first.id, "a", "r1"), (second.id, "b", "r1")], MINUTE)
        (report,) = await store.settle([delivered(0, carrier="b", carrier_ref="r1")])
        assert report.id == second.id
        assert await states(store) == {State.SENT: 1, State.DONE: 1}

    async def test_a_result_before_the_answer_waits_for_it(self, store: Store, admin: AdminStore, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        early = failed(0, carrier="a", carrier_ref="r1")
        assert await store.settle([early, early]) == []
        (report,) = (await store.submitted(1, [(claim.id, "a", "r1")], MINUTE)).reports
        assert (report.id, report.result) == (claim.id, FAILED)
        assert await states(store) == {State.DONE: 1}
        assert await store.settle([early]) == [], "a repeat finds the settled message"
        assert await store.balance(demo) == 1_000 * PRICE
        assert await admin.audit() == []

    async def test_an_answer_after_the_result_leaves_the_reference(self, store: Store, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await at(store, NOW).settle([delivered(claim.id)])
        assert await at(store, NOW).submitted(1, [(claim.id, "a", "r1")], MINUTE) == Submitted([], [])
        assert await at(store, LATER).settle([failed(0, carrier="a", carrier_ref="r1")]) == []
        assert await states(store) == {State.DONE: 1}

    async def test_an_unknown_or_queued_message_can_be_settled(
        self, store: Store, admin: AdminStore, demo: int
    ) -> None:
        first, second = await claimed(store, demo, 2)
        await at(store, NOW).unknown(1, [first.id, second.id], MINUTE)
        await store.requeue([second.id], 0)
        assert len(await at(store, NOW).settle([delivered(first.id), delivered(second.id)])) == 2
        assert await at(store, LATER).claim(2, 10, 0) == []
        assert await admin.audit() == []

    async def test_results_for_nobody_are_ignored(self, store: Store, demo: int) -> None:
        assert await store.settle([delivered(12345), delivered(0)]) == []
        assert await store.settle([]) == []

    # -- reports
    async def test_reports_are_the_accounts_and_services_own(self, store: Store, admin: AdminStore, demo: int) -> None:
        other = await add(admin, account("other"))
        for no in (demo, other):
            packet = [message(1, result=86, price=0), message(2, result=86, price=0, service=Service.MMS)]
            await store.accept(no, packet)
        for no in (demo, other):
            for service in (Service.SMS, Service.MMS):
                (report,) = await owed(store, no, service, 10)
                assert (report.account, report.service) == (no, service)

    async def test_reports_come_by_id_in_pages(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(n, result=86, price=0) for n in range(5)])
        page = await store.take_reports(LEASE, demo, Service.SMS, 3)
        rest = await store.take_reports(LEASE, demo, Service.SMS, 3, after=page.cursor)
        assert rest.cursor is None
        ids = [report.id for report in page.items + rest.items]
        assert ids == sorted(ids)
        assert len(ids) == 5

    async def test_delivered_ends_the_report(self, store: Store, admin: AdminStore, demo: int) -> None:
        claims = await claimed(store, demo, 3)
        await store.settle([delivered(claim.id) for claim in claims[:2]], taking=LEASE)
        await store.delivered(TOKEN, [claim.id for claim in claims[1:]])
        assert await states(store) == {State.SENDING: 1, State.DONE: 1, State.REPORTED: 1}
        assert [report.id for report in await owed(store, demo, Service.SMS, 10)] == [claims[0].id]
        await store.delivered(TOKEN, [])

    # -- upkeep
    async def test_rescue_takes_only_ended_leases(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(n) for n in range(3)])
        await store.claim(1, 1, 10)
        await store.claim(2, 1, 20)
        (sent,) = await store.claim(3, 1, 10)
        await store.submitted(3, [(sent.id, "sim", "")], 10)
        assert (await at(store, NOW + 9).rescue(**WAITS)).unknown == 0
        assert (await at(store, NOW + 10).rescue(**WAITS)).unknown == 1
        assert await states(store) == {State.SENDING: 1, State.UNKNOWN: 1, State.SENT: 1}
        assert (await at(store, NOW + 20).rescue(**WAITS)).unknown == 1
        assert await states(store) == {State.UNKNOWN: 2, State.SENT: 1}

    async def test_what_is_rescued_waits_as_long_as_its_service_says(self, store: Store, demo: int) -> None:
        packet = [
            message(1),
            message(2, service=Service.MMS, kind=Kind.LMS),
            message(3, service=Service.KMS, kind=Kind.ALIM_TALK),
        ]
        await at(store, NOW).accept(demo, packet)
        claims = await at(store, NOW).claim(1, 3, 10)
        found = await at(store, NOW + 10).rescue(sms_wait_ms=MINUTE - 10, other_wait_ms=MINUTE - 9)
        assert found.unknown == 3
        assert await at(store, LATER - 1).overdue(10, **WAITS) == []
        assert [late.id for late in await at(store, LATER).overdue(10, **WAITS)] == [claims[0].id]
        assert len(await at(store, LATER + 1).overdue(10, **WAITS)) == 3

    async def test_expire_settles_and_refunds(self, store: Store, admin: AdminStore, demo: int) -> None:
        await at(store, NOW).accept(
            demo, [message(1, expires_at_ms=LATER), message(2), message(3, expires_at_ms=LATER + 1)]
        )
        assert await at(store, LATER - 1).expire(10) == []
        assert len(await at(store, LATER).claim(1, 1, 0)) == 1, "what has expired is not claimed"
        (report,) = await at(store, LATER).expire(10)
        assert (report.message_id, report.result) == ("1", 90)
        assert await states(store) == {State.QUEUED: 1, State.SENDING: 1, State.DONE: 1}
        assert await store.balance(demo) == 998 * PRICE
        assert await admin.audit() == []

    async def test_what_may_have_been_sent_never_expires(self, store: Store, demo: int) -> None:
        await at(store, NOW).accept(demo, [message(1, expires_at_ms=LATER)])
        (claim,) = await at(store, NOW).claim(1, 1, MINUTE)
        assert claim.unknowns == 0
        await at(store, NOW).unknown(1, [claim.id], MINUTE)
        assert [found.unknowns for found in await unknown_ones(store, 10)] == [1]
        await store.requeue([claim.id], 0)
        assert await at(store, LATER).expire(10) == []
        (again,) = await at(store, LATER).claim(2, 1, 10)
        assert (again.attempts, again.unknowns) == (2, 1)
        await at(store, LATER).unknown(2, [again.id], 20)
        assert await states(store) == {State.UNKNOWN: 1}
        assert [found.unknowns for found in await at(store, LATER + 20).overdue(10, **WAITS)] == [2]

    async def test_overdue_are_the_sent_and_unknown_whose_wait_has_ended(self, store: Store, demo: int) -> None:
        sending, sent, unknown = await claimed(store, demo, 3)
        await at(store, NOW).submitted(1, [(sent.id, "sim", "")], 20)
        await at(store, NOW).unknown(1, [unknown.id], 10)
        assert await at(store, NOW + 9).overdue(10, **WAITS) == []
        assert [found.id for found in await at(store, LATER).overdue(10, **WAITS)] == [unknown.id, sent.id]
        assert [found.id for found in await at(store, LATER).overdue(1, **WAITS)] == [unknown.id]
        assert sending.id not in [found.id for found in await at(store, LATER).overdue(10, **WAITS)]

    async def test_overdue_is_what_was_once_unknown_and_its_carrier_does_not_claim_again(
        self, store: Store, demo: int
    ) -> None:
        await at(store, NOW).accept(demo, [message(1), message(2, service=Service.MMS, kind=Kind.LMS), message(3)])
        claims = await at(store, NOW).claim(1, 3, MINUTE, carrier="gone")
        doubtful = [claim.id for claim in claims[:2]]
        await at(store, NOW).unknown(1, doubtful, MINUTE)
        await at(store, NOW).requeue([claim.id for claim in claims], 10)
        late = at(store, NOW + 10 + MINUTE)
        assert await late.overdue(10, sms_wait_ms=MINUTE + 1, other_wait_ms=MINUTE + 1) == []
        assert [one.id for one in await late.overdue(10, sms_wait_ms=MINUTE, other_wait_ms=MINUTE + 1)] == doubtful[:1]
        assert [one.id for one in await late.overdue(10, **WAITS)] == doubtful, "any carrier may have the third"
        assert [one.id for one in await late.overdue(1, **WAITS)] == doubtful[:1]
        assert len(await late.settle([failed(id, result=11) for id in doubtful])) == 2
        assert await late.overdue(10, **WAITS) == []
        assert [one.id for one in await late.claim(2, 10, MINUTE, carrier="gone")] == [claims[2].id]

    async def test_find_looks_through_the_accounts_messages(self, store: Store, admin: AdminStore, demo: int) -> None:
        other = await add(admin, account("other"))
        await store.accept(demo, [message(n) for n in range(5)])
        await store.accept(other, [message(1)])
        assert [view.message_id for view in await store.find(demo, limit=2)] == ["4", "3"]
        assert [view.message_id for view in await store.find(demo, receiver="01000000001")] == ["1"]
        (view,) = await store.find(demo, message_id="2")
        assert (view.account, view.receiver, view.state, view.result) == (demo, "01000000002", State.QUEUED, None)

    # -- accounts
    async def test_an_account_is_found_by_id_while_it_is_open(self, store: Store, admin: AdminStore, demo: int) -> None:
        found = await store.account("demo")
        assert found == (account(no=demo), "hash")
        assert await store.account("nobody") is None
        await admin.close_account("demo")
        assert await store.account("demo") is None
        again = await add(admin, account(allow=("10.0.0.0/8", "::1/128")))
        assert again != demo
        assert [(known.no, known.closed, known.allow) for known in await store.accounts()] == [
            (demo, True, ()),
            (again, False, ("10.0.0.0/8", "::1/128")),
        ]

    # -- files
    async def test_a_file_is_its_accounts_own(self, store: Store, admin: AdminStore, demo: int) -> None:
        other = await add(admin, account("other"))
        file = StoredFile(demo, "d41d8cd98f00b204e9800998ecf8427e.jpg", "jpg", 1234, NOW)
        for _ in range(2):
            await store.add_file(demo, file.name, file.extension, file.size)
        assert await store.file(demo, file.name) == file
        assert await store.file(other, file.name) is None
