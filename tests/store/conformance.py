"""What every engine's store must do. A test module derives from the class and gives the two fixtures."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from samlink.core.account import Account, FeeType
from samlink.core.message import State
from samlink.store.contract import Accepted, KeyConflict, Store, StoredFile, StoreError, Submitted
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.services import Service
from tests.store.sample import (
    DELIVERED,
    FAILED,
    LATER,
    NOW,
    PRICE,
    account,
    claimed,
    delivered,
    failed,
    message,
)

NO_BALANCE = 92


class Desk:
    """The operator's side of an engine, as far as these tests need it."""

    def add_account(self, new: Account) -> int:
        """Add an account with the password hash `hash`; its number."""
        raise NotImplementedError

    def set_account(self, account_id: str, **changes: Any) -> None:
        """Change settings of an open account."""
        raise NotImplementedError

    def close_account(self, account_id: str) -> None:
        """Close an account."""
        raise NotImplementedError

    def audit(self) -> list[str]:
        """What does not agree in the whole store."""
        raise NotImplementedError


async def states(store: Store) -> dict[str, int]:
    """The counts that are not zero."""
    return {state: count for state, count in (await store.counts()).items() if count}


class WithDemo:
    """One store with one account of 1,000 messages' worth, number `demo`; sound at the end of each test."""

    @pytest.fixture
    def demo(self, desk: Desk) -> Iterator[int]:
        yield desk.add_account(account())
        assert desk.audit() == []


class StoreConformance(WithDemo):
    """A message's life and its money."""

    # -- accept
    async def test_accepted_messages_are_queued_and_charged(self, store: Store, desk: Desk, demo: int) -> None:
        assert await store.accept(demo, [message(n) for n in range(30)], NOW) == Accepted(stored=30, unpaid=0)
        assert await states(store) == {State.QUEUED: 30}
        assert await store.balance(demo) == 970 * PRICE
        assert desk.audit() == []

    async def test_an_empty_packet_is_accepted(self, store: Store, demo: int) -> None:
        assert await store.accept(demo, [], NOW) == Accepted(stored=0, unpaid=0)

    async def test_the_same_packet_again_is_known(self, store: Store, desk: Desk, demo: int) -> None:
        packet = [message(n) for n in range(30)]
        await store.accept(demo, packet, NOW)
        again = [message(n, due_at_ms=LATER) for n in range(30)]
        assert await store.accept(demo, again, LATER) == Accepted(stored=0, unpaid=0)
        assert await store.balance(demo) == 970 * PRICE
        assert await states(store) == {State.QUEUED: 30}

    async def test_a_packet_of_old_and_new_stores_the_new(self, store: Store, desk: Desk, demo: int) -> None:
        await store.accept(demo, [message(n) for n in range(20)], NOW)
        assert await store.accept(demo, [message(n) for n in range(10, 40)], NOW) == Accepted(stored=20, unpaid=0)
        assert await store.balance(demo) == 960 * PRICE
        assert desk.audit() == []

    @pytest.mark.parametrize(
        "field", ["sender", "subject", "text", "url", "user_code", "files", "kind", "service"], ids=str
    )
    async def test_other_content_under_a_used_key_refuses_the_packet(
        self, store: Store, desk: Desk, demo: int, field: str
    ) -> None:
        await store.accept(demo, [message(1)], NOW)
        other = message(1, **{field: 2 if field in ("kind", "service") else "other"})
        conflict = await store.accept(demo, [message(2), other, message(3)], NOW)
        assert conflict == KeyConflict("20250615", "1", "01000000001")
        assert await states(store) == {State.QUEUED: 1}
        assert await store.balance(demo) == 999 * PRICE
        assert desk.audit() == []

    async def test_a_key_twice_in_one_packet_follows_the_same_rule(self, store: Store, demo: int) -> None:
        assert await store.accept(demo, [message(1), message(1)], NOW) == Accepted(stored=1, unpaid=0)
        conflict = await store.accept(demo, [message(2), message(2, text="other")], NOW)
        assert conflict == KeyConflict("20250615", "2", "01000000002")
        assert await states(store) == {State.QUEUED: 1}

    async def test_a_key_is_the_accounts_own(self, store: Store, desk: Desk, demo: int) -> None:
        other = desk.add_account(account("other"))
        await store.accept(demo, [message(1)], NOW)
        assert await store.accept(other, [message(1, text="other")], NOW) == Accepted(stored=1, unpaid=0)

    async def test_one_group_and_message_id_may_go_to_many_receivers(self, store: Store, demo: int) -> None:
        packet = [message(n, message_id="1") for n in range(30)]
        assert await store.accept(demo, packet, NOW) == Accepted(stored=30, unpaid=0)

    async def test_a_balance_pays_for_the_first_that_fit(self, store: Store, desk: Desk) -> None:
        poor = desk.add_account(account("poor", balance=PRICE * 5 // 2))
        packet = [message(0), message(1), message(2), message(3, price=PRICE // 2)]
        assert await store.accept(poor, packet, NOW) == Accepted(stored=4, unpaid=2)
        assert await store.balance(poor) == PRICE // 2
        reports = await store.reports_for(poor, Service.SMS, 0, 100)
        assert [(report.message_id, report.result) for report in reports] == [("2", NO_BALANCE), ("3", NO_BALANCE)]
        assert [claim.receiver for claim in await store.claim(1, 10, NOW, LATER)] == ["01000000000", "01000000001"]
        assert await store.accept(poor, packet, NOW) == Accepted(stored=0, unpaid=0, reported_again=2)
        assert desk.audit() == []

    async def test_a_result_is_reported_once_more_when_its_message_is_sent_again(
        self, store: Store, desk: Desk, demo: int
    ) -> None:
        await store.accept(demo, [message(1, result=3, price=0), message(2)], NOW)
        (report,) = await store.reports_for(demo, Service.SMS, 0, 100)
        await store.delivered([report.id], NOW)
        for count in (1, 2):
            assert await store.accept(demo, [message(1, result=3, price=0), message(2)], LATER) == Accepted(
                0, 0, reported_again=1
            )
            assert await store.reports_for(demo, Service.SMS, 0, 100) == [report]
            await store.delivered([report.id], LATER)
            assert [view.repeats for view in await store.find(demo)] == [0, count]
        conflict = await store.accept(demo, [message(1, result=3, price=0), message(2, text="other")], LATER)
        assert isinstance(conflict, KeyConflict)
        assert await store.reports_for(demo, Service.SMS, 0, 100) == [], "a refused packet reports nothing"
        assert desk.audit() == []

    async def test_a_postpaid_balance_goes_below_zero(self, store: Store, desk: Desk) -> None:
        later = desk.add_account(account("later", fee_type=FeeType.POSTPAID, balance=0))
        assert await store.accept(later, [message(n) for n in range(3)], NOW) == Accepted(stored=3, unpaid=0)
        assert await store.balance(later) == -3 * PRICE
        assert desk.audit() == []

    async def test_what_a_rule_refused_is_settled_and_free(self, store: Store, desk: Desk, demo: int) -> None:
        await store.accept(demo, [message(1, result=86, price=0), message(2)], NOW)
        assert await states(store) == {State.QUEUED: 1, State.DONE: 1}
        (report,) = await store.reports_for(demo, Service.SMS, 0, 10)
        assert (report.message_id, report.result, report.sent_at_ms) == ("1", 86, NOW)
        assert await store.balance(demo) == 999 * PRICE
        assert desk.audit() == []

    async def test_accept_for_nobody_is_refused_whole(self, store: Store, desk: Desk) -> None:
        with pytest.raises(StoreError):
            await store.accept(99, [message(1, price=0)], NOW)
        with pytest.raises(StoreError):
            await store.accept(99, [message(1)], NOW)
        assert await states(store) == {}

    async def test_one_failing_verb_spoils_no_other(self, store: Store, desk: Desk, demo: int) -> None:
        answers = await asyncio.gather(
            store.accept(demo, [message(1)], NOW),
            store.accept(99, [message(2)], NOW),
            store.accept(demo, [message(3)], NOW),
            return_exceptions=True,
        )
        assert answers[0] == answers[2] == Accepted(stored=1, unpaid=0)
        assert isinstance(answers[1], StoreError)
        assert await states(store) == {State.QUEUED: 2}
        assert desk.audit() == []

    # -- claim
    async def test_claims_are_disjoint_and_the_oldest_due_come_first(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(n, due_at_ms=NOW - n) for n in range(6)], NOW)
        first, second = await asyncio.gather(store.claim(1, 4, NOW, LATER), store.claim(2, 4, NOW, LATER))
        assert [claim.receiver[-1] for claim in first] == ["5", "4", "3", "2"]
        assert [claim.receiver[-1] for claim in second] == ["1", "0"]
        assert await states(store) == {State.SENDING: 6}

    async def test_a_claim_has_what_a_carrier_needs(self, store: Store, demo: int) -> None:
        new = message(1, kind=3, service=2, subject="제목", url="http://a", user_code="123456789", files="a.jpg\nb.jpg")
        new.expires_at_ms = LATER
        await store.accept(demo, [new], NOW)
        (claim,) = await store.claim(1, 1, NOW, LATER)
        assert (claim.account, claim.kind, claim.sender, claim.receiver) == (demo, 3, new.sender, new.receiver)
        assert (claim.subject, claim.text, claim.url, claim.user_code) == ("제목", new.text, "http://a", "123456789")
        assert (claim.files, claim.expires_at_ms, claim.attempts) == ("a.jpg\nb.jpg", LATER, 1)

    async def test_a_reserved_message_waits_for_its_time(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(1, due_at_ms=LATER)], NOW)
        assert await store.claim(1, 1, LATER - 1, LATER) == []
        assert await store.next_due_ms() == LATER
        assert len(await store.claim(1, 1, LATER, LATER + 1)) == 1
        assert await store.next_due_ms() is None

    # -- routes
    async def test_a_carrier_gets_what_its_routes_hold(self, store: Store, demo: int) -> None:
        routes = ["default", "otp", "bulk", "otp"]
        await store.accept(demo, [message(n, route=route) for n, route in enumerate(routes)], NOW)
        first = await store.claim(1, 10, NOW, LATER, carrier="a", routes=["otp"])
        assert [claim.receiver[-1] for claim in first] == ["1", "3"]
        second = await store.claim(1, 1, NOW, LATER, carrier="b", routes=["bulk", "default"])
        assert [claim.receiver[-1] for claim in second] == ["2"]
        assert {view.carrier for view in await store.find(demo)} == {"a", "b", ""}

    async def test_what_was_once_unknown_is_its_carriers_alone(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(1), message(2)], NOW)
        unknown, refused = await store.claim(1, 2, NOW, LATER, carrier="a")
        await store.unknown(1, [unknown.id], NOW, LATER)
        assert await store.unknowns(0, 10, carrier="b") == []
        assert [found.id for found in await store.unknowns(0, 10, carrier="a")] == [unknown.id]
        await store.requeue([unknown.id, refused.id], NOW)
        assert [claim.id for claim in await store.claim(2, 10, NOW, LATER, carrier="b")] == [refused.id]
        assert [claim.id for claim in await store.claim(3, 10, NOW, LATER, carrier="a")] == [unknown.id]

    async def test_a_route_that_nobody_serves_any_more_is_the_default_one(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(1, route="gone"), message(2, route="otp"), message(3)], NOW)
        assert await store.reroute({"a": ["default"], "b": ["otp"]}, NOW) == 1
        assert len(await store.claim(1, 10, NOW, LATER, carrier="a")) == 2
        assert len(await store.claim(1, 10, NOW, LATER, carrier="b", routes=["otp"])) == 1

    async def test_what_a_carrier_that_is_gone_may_have_had_waits_for_its_report(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(1)], NOW)
        (claim,) = await store.claim(1, 1, NOW, LATER, carrier="gone")
        await store.unknown(1, [claim.id], NOW, LATER)
        await store.requeue([claim.id], NOW)
        assert await store.reroute({"gone": ["default"]}, NOW) == 0
        assert await store.reroute({"a": ["default"]}, NOW) == 1
        assert (
            await store.rescue(NOW, all_claims=False, sms_wait_until_ms=LATER, other_wait_until_ms=LATER)
        ).unknown == 1
        assert await store.unknowns(0, 10, carrier="a") == []
        assert [found.id for found in await store.unknowns(0, 10, carrier="gone")] == [claim.id]

    # -- submitted, unknown, requeue
    async def test_submitted_needs_the_claims_token(self, store: Store, demo: int) -> None:
        first, second = await claimed(store, demo, 2, token=1)
        await store.submitted(2, [(first.id, "sim", "")], NOW, LATER)
        assert await states(store) == {State.SENDING: 2}
        await store.submitted(1, [(first.id, "sim", ""), (second.id, "sim", "")], NOW, LATER)
        assert await states(store) == {State.SENT: 2}

    async def test_unknown_then_submitted_after_all(self, store: Store, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await store.unknown(1, [claim.id], NOW, LATER)
        assert await states(store) == {State.UNKNOWN: 1}
        assert [found.id for found in await store.unknowns(0, 10)] == [claim.id]
        assert await store.unknowns(claim.id, 10) == []
        await store.submitted(1, [(claim.id, "sim", "r")], NOW, LATER)
        assert await states(store) == {State.SENT: 1}
        (view,) = await store.find(demo)
        assert (view.state, view.unknowns, view.attempts) == (State.SENT, 1, 1)

    async def test_requeue_makes_it_due_again(self, store: Store, demo: int) -> None:
        first, second = await claimed(store, demo, 2)
        await store.unknown(1, [second.id], NOW, LATER)
        await store.requeue([first.id, second.id], LATER, token=2)
        assert await states(store) == {State.SENDING: 1, State.UNKNOWN: 1}
        await store.requeue([first.id], LATER, token=1)
        await store.requeue([second.id], LATER)
        assert await states(store) == {State.QUEUED: 2}
        again = await store.claim(2, 10, LATER, LATER + 1)
        assert [claim.attempts for claim in again] == [2, 2]
        await store.submitted(1, [(first.id, "sim", "")], NOW, LATER)
        assert await states(store) == {State.SENDING: 2}, "an old claim's answer does not count"

    async def test_what_is_sent_is_not_requeued(self, store: Store, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await store.submitted(1, [(claim.id, "sim", "")], NOW, LATER)
        await store.requeue([claim.id], NOW)
        await store.unknown(1, [claim.id], NOW, LATER)
        assert await states(store) == {State.SENT: 1}

    # -- settle
    async def test_settle_returns_each_report_once(self, store: Store, desk: Desk, demo: int) -> None:
        claims = await claimed(store, demo, 3)
        reports = await store.settle([delivered(claim.id) for claim in claims], NOW)
        assert [(r.id, r.account, r.result, r.telecom) for r in reports] == [
            (claim.id, demo, DELIVERED, "01190") for claim in claims
        ]
        assert reports == await store.reports_for(demo, Service.SMS, 0, 10)
        assert await store.settle([delivered(claim.id) for claim in claims], NOW) == []
        assert await store.balance(demo) == 997 * PRICE
        assert desk.audit() == []

    async def test_a_result_twice_in_one_call_counts_once(self, store: Store, desk: Desk, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        reports = await store.settle([failed(claim.id), delivered(claim.id), failed(claim.id)], NOW)
        assert [report.result for report in reports] == [FAILED]
        assert await store.balance(demo) == 1_000 * PRICE
        assert desk.audit() == []

    async def test_what_is_not_charged_is_given_back_once(self, store: Store, desk: Desk, demo: int) -> None:
        claims = await claimed(store, demo, 4)
        await store.settle([failed(claim.id) for claim in claims[:3]] + [delivered(claims[3].id)], NOW)
        await store.settle([failed(claim.id) for claim in claims], NOW)
        assert await store.balance(demo) == 999 * PRICE
        assert desk.audit() == []

    async def test_a_settled_message_keeps_its_result(self, store: Store, desk: Desk, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await store.settle([failed(claim.id, result=11)], NOW)
        assert await store.settle([delivered(claim.id)], LATER) == []
        (report,) = await store.reports_for(demo, Service.SMS, 0, 10)
        assert report.result == 11
        assert desk.audit() == []

    async def test_settle_finds_a_message_by_reference(self, store: Store, desk: Desk, demo: int) -> None:
        first, second = await claimed(store, demo, 2)
        await store.submitted(1, [(first.id, "a", "r1"), (second.id, "b", "r1")], NOW, LATER)
        (report,) = await store.settle([delivered(0, carrier="b", carrier_ref="r1")], NOW)
        assert report.id == second.id
        assert await states(store) == {State.SENT: 1, State.DONE: 1}

    async def test_a_result_before_the_answer_waits_for_it(self, store: Store, desk: Desk, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        early = failed(0, carrier="a", carrier_ref="r1")
        assert await store.settle([early, early], NOW) == []
        (report,) = (await store.submitted(1, [(claim.id, "a", "r1")], NOW, LATER)).reports
        assert (report.id, report.result) == (claim.id, FAILED)
        assert await states(store) == {State.DONE: 1}
        assert await store.settle([early], NOW) == [], "a repeat finds the settled message"
        assert await store.balance(demo) == 1_000 * PRICE
        assert desk.audit() == []

    async def test_an_answer_after_the_result_leaves_the_reference(self, store: Store, demo: int) -> None:
        (claim,) = await claimed(store, demo, 1)
        await store.settle([delivered(claim.id)], NOW)
        assert await store.submitted(1, [(claim.id, "a", "r1")], NOW, LATER) == Submitted([], [])
        assert await store.settle([failed(0, carrier="a", carrier_ref="r1")], LATER) == []
        assert await states(store) == {State.DONE: 1}

    async def test_an_unknown_or_queued_message_can_be_settled(self, store: Store, desk: Desk, demo: int) -> None:
        first, second = await claimed(store, demo, 2)
        await store.unknown(1, [first.id, second.id], NOW, LATER)
        await store.requeue([second.id], NOW)
        assert len(await store.settle([delivered(first.id), delivered(second.id)], NOW)) == 2
        assert await store.claim(2, 10, LATER, LATER) == []
        assert desk.audit() == []

    async def test_results_for_nobody_are_ignored(self, store: Store, demo: int) -> None:
        assert await store.settle([delivered(12345), delivered(0)], NOW) == []
        assert await store.settle([], NOW) == []

    # -- reports
    async def test_reports_are_the_accounts_and_services_own(self, store: Store, desk: Desk, demo: int) -> None:
        other = desk.add_account(account("other"))
        for no in (demo, other):
            packet = [message(1, result=86, price=0), message(2, result=86, price=0, service=Service.MMS)]
            await store.accept(no, packet, NOW)
        for no in (demo, other):
            for service in (Service.SMS, Service.MMS):
                (report,) = await store.reports_for(no, service, 0, 10)
                assert (report.account, report.service) == (no, service)

    async def test_reports_come_by_id_in_pages(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(n, result=86, price=0) for n in range(5)], NOW)
        page = await store.reports_for(demo, Service.SMS, 0, 3)
        rest = await store.reports_for(demo, Service.SMS, page[-1].id, 3)
        ids = [report.id for report in page + rest]
        assert ids == sorted(ids)
        assert len(ids) == 5

    async def test_delivered_ends_the_report(self, store: Store, desk: Desk, demo: int) -> None:
        claims = await claimed(store, demo, 3)
        await store.settle([delivered(claim.id) for claim in claims[:2]], NOW)
        await store.delivered([claim.id for claim in claims[1:]], NOW)
        assert await states(store) == {State.SENDING: 1, State.DONE: 1, State.REPORTED: 1}
        assert [report.id for report in await store.reports_for(demo, Service.SMS, 0, 10)] == [claims[0].id]
        await store.delivered([], NOW)

    # -- upkeep
    async def test_rescue_takes_only_ended_leases_unless_told(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(n) for n in range(3)], NOW)
        await store.claim(1, 1, NOW, NOW + 10)
        await store.claim(2, 1, NOW, NOW + 20)
        (sent,) = await store.claim(3, 1, NOW, NOW + 10)
        await store.submitted(3, [(sent.id, "sim", "")], NOW, NOW + 10)
        assert (
            await store.rescue(NOW + 10, all_claims=False, sms_wait_until_ms=LATER, other_wait_until_ms=LATER)
        ).unknown == 1
        assert await states(store) == {State.SENDING: 1, State.UNKNOWN: 1, State.SENT: 1}
        assert (
            await store.rescue(NOW + 10, all_claims=True, sms_wait_until_ms=LATER, other_wait_until_ms=LATER)
        ).unknown == 1
        assert await states(store) == {State.UNKNOWN: 2, State.SENT: 1}

    @pytest.mark.parametrize("all_claims", [False, True])
    async def test_what_is_rescued_waits_as_long_as_its_service_says(
        self, store: Store, demo: int, all_claims: bool
    ) -> None:
        packet = [
            message(1),
            message(2, service=Service.MMS, kind=Kind.LMS),
            message(3, service=Service.KMS, kind=Kind.ALIM_TALK),
        ]
        await store.accept(demo, packet, NOW)
        claims = await store.claim(1, 3, NOW, NOW + 10)
        found = await store.rescue(
            NOW + 10, all_claims=all_claims, sms_wait_until_ms=LATER, other_wait_until_ms=LATER + 1
        )
        assert found.unknown == 3
        assert await store.overdue(LATER - 1, 10) == []
        assert [late.id for late in await store.overdue(LATER, 10)] == [claims[0].id]
        assert len(await store.overdue(LATER + 1, 10)) == 3

    async def test_expire_settles_and_refunds(self, store: Store, desk: Desk, demo: int) -> None:
        await store.accept(
            demo, [message(1, expires_at_ms=LATER), message(2), message(3, expires_at_ms=LATER + 1)], NOW
        )
        assert await store.expire(LATER - 1, 10) == []
        assert len(await store.claim(1, 1, LATER, LATER)) == 1, "what has expired is not claimed"
        (report,) = await store.expire(LATER, 10)
        assert (report.message_id, report.result) == ("1", 90)
        assert await states(store) == {State.QUEUED: 1, State.SENDING: 1, State.DONE: 1}
        assert await store.balance(demo) == 998 * PRICE
        assert desk.audit() == []

    async def test_what_may_have_been_sent_never_expires(self, store: Store, demo: int) -> None:
        await store.accept(demo, [message(1, expires_at_ms=LATER)], NOW)
        (claim,) = await store.claim(1, 1, NOW, LATER)
        assert claim.unknowns == 0
        await store.unknown(1, [claim.id], NOW, LATER)
        assert [found.unknowns for found in await store.unknowns(0, 10)] == [1]
        await store.requeue([claim.id], NOW)
        assert await store.expire(LATER, 10) == []
        (again,) = await store.claim(2, 1, LATER, LATER + 10)
        assert (again.attempts, again.unknowns) == (2, 1)
        await store.unknown(2, [again.id], LATER, LATER + 20)
        assert await states(store) == {State.UNKNOWN: 1}
        assert [found.unknowns for found in await store.overdue(LATER + 20, 10)] == [2]

    async def test_overdue_are_the_sent_and_unknown_whose_wait_has_ended(self, store: Store, demo: int) -> None:
        sending, sent, unknown = await claimed(store, demo, 3)
        await store.submitted(1, [(sent.id, "sim", "")], NOW, NOW + 20)
        await store.unknown(1, [unknown.id], NOW, NOW + 10)
        assert await store.overdue(NOW + 9, 10) == []
        assert [found.id for found in await store.overdue(LATER, 10)] == [unknown.id, sent.id]
        assert [found.id for found in await store.overdue(LATER, 1)] == [unknown.id]
        assert sending.id not in [found.id for found in await store.overdue(LATER, 10)]

    async def test_find_looks_through_the_accounts_messages(self, store: Store, desk: Desk, demo: int) -> None:
        other = desk.add_account(account("other"))
        await store.accept(demo, [message(n) for n in range(5)], NOW)
        await store.accept(other, [message(1)], NOW)
        assert [view.message_id for view in await store.find(demo, limit=2)] == ["4", "3"]
        assert [view.message_id for view in await store.find(demo, receiver="01000000001")] == ["1"]
        (view,) = await store.find(demo, message_id="2")
        assert (view.account, view.receiver, view.state, view.result) == (demo, "01000000002", State.QUEUED, None)

    # -- accounts
    async def test_an_account_is_found_by_id_while_it_is_open(self, store: Store, desk: Desk, demo: int) -> None:
        found = await store.account("demo")
        assert found == (account(no=demo), "hash")
        assert await store.account("nobody") is None
        desk.close_account("demo")
        assert await store.account("demo") is None
        again = desk.add_account(account(allow=("10.0.0.0/8", "::1/128")))
        assert again != demo
        assert [(known.no, known.closed, known.allow) for known in await store.accounts()] == [
            (demo, True, ()),
            (again, False, ("10.0.0.0/8", "::1/128")),
        ]

    # -- files
    async def test_a_file_is_its_accounts_own(self, store: Store, desk: Desk, demo: int) -> None:
        other = desk.add_account(account("other"))
        file = StoredFile(demo, "d41d8cd98f00b204e9800998ecf8427e.jpg", "jpg", 1234, NOW)
        await store.add_file(file)
        await store.add_file(file)
        assert await store.file(demo, file.name) == file
        assert await store.file(other, file.name) is None
