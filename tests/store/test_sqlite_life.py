"""Random lives of messages against a model: codes, states, balances, ledger, limits, fallbacks, one report for each."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from samlink.core.account import FeeType
from samlink.core.message import NewMessage, State
from samlink.store.sqlite.engine.engine import Engine
from samlink.store.sqlite.engine.messages.reports import SAM, SQL
from samlink.testing.conformance.sample import NOW, account, delivered, failed, message
from tests.store.life_model import (
    BALANCE,
    DAY_LIMIT,
    LEASE,
    MONTH_LIMIT,
    NO_FRIEND,
    POSTPAID,
    PREPAID,
    SECOND_LIMIT,
    WINDOW_SECONDS,
    Model,
)

Rule = TypeVar("Rule", bound=Callable[..., Any])
DAY = 86_400_000
ACCOUNTS = st.sampled_from([PREPAID, PREPAID, POSTPAID])
LIMITS = {
    "day_limit": DAY_LIMIT,
    "month_limit": MONTH_LIMIT,
    "second_limit": SECOND_LIMIT,
    "duplicate_window_seconds": WINDOW_SECONDS,
}
NEW = st.fixed_dictionaries(
    {
        "key": st.integers(0, 3) | st.integers(0, 99),
        "text": st.sampled_from([*"aaaaaaaaa", "b"]),
        "price": st.sampled_from([0, 1, 1, 3]),
        "refused": st.sampled_from([False, False, False, True]),
        "expires": st.sampled_from([False, False, True]),
        "digest": st.sampled_from([None, None, None, b"x", b"y"]),
    }
)


def when(*states: State) -> Callable[[Rule], Rule]:
    """A rule for when there are messages in these states only: chance alone would seldom bring one to its end."""
    return precondition(lambda self: bool(self.model.ids(*states)))


def as_list(struct: msgspec.Struct) -> list[Any]:
    """A struct as the writer decodes it."""
    return list(msgspec.structs.astuple(struct))


class Life(RuleBasedStateMachine):
    """Two accounts, a hundred keys each, one carrier."""

    def __init__(self) -> None:
        super().__init__()
        self.data = Path(tempfile.mkdtemp(prefix="samlink-life-"))
        self.engine = Engine.open(self.data)
        self.engine.epochs.first_id = 1  # the model counts from there
        self.model = Model(NOW)
        self.known = self.model.known
        self.token = 0
        self.early: dict[str, int] = {}

    def teardown(self) -> None:
        self.engine.close()
        shutil.rmtree(self.data)

    @contextlib.contextmanager
    def commit(self) -> Iterator[Engine]:
        self.engine.db.execute("BEGIN IMMEDIATE")
        yield self.engine
        self.engine.db.execute("COMMIT")

    @property
    def now(self) -> int:
        return self.model.now

    @initialize()
    def accounts(self) -> None:
        with self.commit() as engine:
            engine.accounts.add_account(account("prepaid", balance=BALANCE, **LIMITS), "hash", NOW)
            engine.accounts.add_account(account("postpaid", balance=0, fee_type=FeeType.POSTPAID), "hash", NOW)

    def some(self, data: st.DataObject, *states: State) -> list[int]:
        """Ids in these states, mostly all of them: else few messages would ever come to their end."""
        ids = self.model.ids(*states)
        return data.draw(st.just(ids) | st.just(ids) | st.lists(st.sampled_from(ids), unique=True)) if ids else []

    # -- accept
    def new_message(self, new: dict[str, Any]) -> NewMessage:
        return message(
            new["key"],
            text=new["text"],
            price=0 if new["refused"] else new["price"],
            result=86 if new["refused"] else None,
            expires_at_ms=self.now + 50 if new["expires"] else None,
            due_at_ms=self.now,
            digest=new["digest"],
        )

    @rule(account=ACCOUNTS, new=st.lists(NEW, min_size=1, max_size=8))
    def accept(self, account: int, new: list[dict[str, Any]]) -> None:
        rows = [self.new_message({**one, "digest": one["digest"] if account == PREPAID else None}) for one in new]
        with self.commit() as engine:
            answer = engine.accept.accept(account, [as_list(row) for row in rows], self.now)
        assert answer == self.model.accept(account, rows)

    # -- to the carrier
    @when(State.QUEUED)
    @rule(limit=st.sampled_from([0, 1, 5, 50]))
    def claim(self, limit: int) -> None:
        self.token += 1
        with self.commit() as engine:
            claims = engine.carry.claim(self.token, limit, self.now, self.now + LEASE)
        ready = set(self.model.ids(State.QUEUED)) - set(self.model.expired())
        assert len(claims) == min(limit, len(ready))
        for claim in claims:
            known = self.known[claim[0]]
            assert claim[0] in ready
            assert (claim[1], claim[6], claim[15]) == (known.account, known.text, known.parent)
            known.state, known.token, known.deadline_at_ms = State.SENDING, self.token, self.now + LEASE

    @precondition(lambda self: self.token)
    @rule(data=st.data(), back=st.integers(0, 2))
    def submitted(self, data: st.DataObject, back: int) -> None:
        token = max(1, self.token - back)
        ids = self.some(data, *State)
        with self.commit() as engine:
            reports, _ = engine.carry.submitted(
                token, [(id, "sim", f"r{id}") for id in ids], self.now, self.now + LEASE
            )
        for id in ids:
            known = self.known[id]
            if known.token == token and known.state in (State.SENDING, State.UNKNOWN):
                known.state, known.deadline_at_ms, known.has_reference = State.SENT, self.now + LEASE, True
        reported = []
        for id in ids:
            result = self.early.pop(f"r{id}", None)
            if result is not None:
                reported += self.model.settle_open([id], result)
        assert sorted(report[0] for report in reports) == sorted(reported)

    @when(State.SENDING)
    @rule(data=st.data())
    def unknown(self, data: st.DataObject) -> None:
        ids = self.some(data, *State)
        with self.commit() as engine:
            engine.carry.unknown(self.token, ids, self.now, self.now + LEASE)
        for id in ids:
            known = self.known[id]
            if known.state == State.SENDING and known.token == self.token:
                known.state, known.deadline_at_ms, known.was_unknown = State.UNKNOWN, self.now + LEASE, True

    @when(State.SENDING, State.UNKNOWN)
    @rule(data=st.data(), mine=st.booleans())
    def requeue(self, data: st.DataObject, mine: bool) -> None:
        ids = self.some(data, *State)
        with self.commit() as engine:
            engine.carry.requeue(ids, self.now, self.token if mine else None)
        for id in ids:
            known = self.known[id]
            if known.state in (State.SENDING, State.UNKNOWN) and not (mine and known.token != self.token):
                known.state, known.token = State.QUEUED, 0

    @when(State.SENDING)
    @rule(all_claims=st.booleans())
    def rescue(self, all_claims: bool) -> None:
        with self.commit() as engine:
            if all_claims:
                engine.carry.end_leases()
            found = engine.carry.rescue(self.now, self.now + LEASE, self.now + LEASE)
        ids = [id for id in self.model.ids(State.SENDING) if all_claims or self.known[id].deadline_at_ms <= self.now]
        assert found.unknown == len(ids)
        for id in ids:
            known = self.known[id]
            known.state, known.deadline_at_ms, known.was_unknown = State.UNKNOWN, self.now + LEASE, True

    # -- results
    @rule(data=st.data(), result=st.sampled_from([6, 7]))
    def settle(self, data: st.DataObject, result: int) -> None:
        ids = self.some(data, *State)
        with self.commit() as engine:
            reports = engine.settle.settle([as_list(outcome(id, result)) for id in ids], self.now)
        assert sorted(report[0] for report in reports) == self.model.settle_open(ids, result)

    @when(State.SENDING, State.UNKNOWN, State.SENT)
    @rule(data=st.data(), result=st.sampled_from([6, 7]))
    def settle_by_reference(self, data: st.DataObject, result: int) -> None:
        ids = self.some(data, State.SENDING, State.UNKNOWN, State.SENT)
        outcomes = [as_list(outcome(0, result, carrier="sim", carrier_ref=f"r{id}")) for id in ids]
        with self.commit() as engine:
            reports = engine.settle.settle(outcomes, self.now)
        named = [id for id in ids if self.known[id].has_reference]
        assert sorted(report[0] for report in reports) == self.model.settle_open(named, result)
        for id in set(ids) - set(named):
            self.early.setdefault(f"r{id}", result)

    @when(State.SENDING, State.UNKNOWN, State.SENT)
    @rule(
        data=st.data(),
        price=st.sampled_from([0, 2, 2, 9]),
        refused=st.sampled_from([False, False, False, True]),
        of_fallbacks_too=st.sampled_from([False, False, False, True]),
    )
    def fall_back(self, data: st.DataObject, price: int, refused: bool, of_fallbacks_too: bool) -> None:
        flight = self.some(data, State.SENDING, State.UNKNOWN, State.SENT)
        ids = [id for id in flight if of_fallbacks_too or self.known[id].parent is None]
        row = message(0, text="c", price=0 if refused else price, result=88 if refused else None, due_at_ms=self.now)
        with self.commit() as engine:
            pairs = [(as_list(outcome(id, NO_FRIEND)), as_list(row)) for id in ids]
            reports = engine.fallback.fall_back(pairs, self.now)
        reported = [self.model.fall_back(id, row) for id in ids]
        assert [report[0] for report in reports] == [id for id in reported if id is not None]

    @when(State.DONE)
    @rule(data=st.data())
    def report(self, data: st.DataObject) -> None:
        ids = self.some(data, *State)
        with self.commit() as engine:
            for number in self.model.balance:
                engine.reports.take((1, LEASE), number, 1, 1_000, (0, self.now))
            engine.reports.delivered(1, ids, self.now)
        for id in ids:
            if self.known[id].state == State.DONE:
                self.known[id].state = State.REPORTED

    @when(State.SENDING, State.SENT)
    @rule(result=st.sampled_from([6, 7]))
    def finish(self, result: int) -> None:
        """Bring what is claimed to its end: chance alone seldom does."""
        ids = self.model.ids(State.SENDING, State.SENT)
        with self.commit() as engine:
            reports = engine.settle.settle([as_list(outcome(id, result)) for id in ids], self.now, (1, LEASE))
            engine.reports.delivered(1, [report[0] for report in reports], self.now)
        assert sorted(report[0] for report in reports) == self.model.settle_open(ids, result)
        for report in reports:
            self.known[report[0]].state = State.REPORTED

    # -- time
    @rule(milliseconds=st.sampled_from([1, 60, LEASE, LEASE, 59_000, DAY, DAY, 20 * DAY]), limit=st.integers(0, 4))
    def pass_time(self, milliseconds: int, limit: int) -> None:
        self.model.now += milliseconds
        ids = self.model.expired()
        # A fallback's report is its parent's.
        owed = {self.known[id].parent or id: id for id in ids}
        with self.commit() as engine:
            reports = engine.settle.expire(self.now, limit)
        assert len(reports) == min(limit, len(ids))
        for report in reports:
            assert self.model.settle(owed[report[0]], 90) == report[0]

    @when(State.REPORTED)
    @rule(age=st.sampled_from([0, 1, 1_000, DAY]), limit=st.sampled_from([1, 3, 50]))
    def prune(self, age: int, limit: int) -> None:
        self.remove("prune", self.now - age, limit)

    @when(State.REPORTED)
    @rule(age=st.sampled_from([0, 1, 1_000]), limit=st.sampled_from([1, 3, 50]))
    def wipe(self, age: int, limit: int) -> None:
        self.remove("wipe", self.now - age, limit)

    def remove(self, verb: str, before_ms: int, limit: int) -> None:
        """Which go first is the store's to say; that they may go, and how many, is the model's."""
        old = self.model.old(before_ms, wiped=(False, True) if verb == "prune" else (False,))
        with self.commit() as engine:
            count = getattr(engine.retention, verb)(before_ms, limit)
            unwiped = "WHERE NOT wiped" if verb == "wipe" else ""
            left = {row[0] for row in engine.db.execute(f"SELECT id FROM message {unwiped}").fetchall()}
        gone = [id for id in old if id not in left]
        assert len(gone) == min(limit, len(old))
        assert count == self.model.gone(gone, wiped=verb == "wipe")

    @rule(limit=st.integers(1, 4))
    def sweep(self, limit: int) -> None:
        """Forgets nothing that still counts."""
        with self.commit() as engine:
            engine.retention.sweep(self.now, limit)
            kept: list[tuple[Any, ...]] = engine.db.execute("SELECT carrier_ref FROM early_result").fetchall()
        references = {row[0] for row in kept}
        self.early = {reference: result for reference, result in self.early.items() if reference in references}

    # -- the command line
    @rule(amount=st.integers(1, 5))
    def top_up(self, amount: int) -> None:
        with self.commit() as engine:
            engine.money.top_up(PREPAID, amount, "", self.now)
        self.model.balance[PREPAID] += amount

    @rule(account=ACCOUNTS, pays=st.booleans())
    def refunds(self, account: int, pays: bool) -> None:
        with self.commit() as engine:
            engine.accounts.set_account(
                "prepaid" if account == PREPAID else "postpaid", {"refund": {"7": True} if pays else {}}
            )
        self.model.pays_for_failures[account] = pays

    # -- what always holds
    @invariant()
    def agrees(self) -> None:
        if not self.engine.accounts.accounts():
            return
        rows: list[tuple[Any, ...]] = self.engine.db.execute("SELECT id, state FROM message_state").fetchall()
        assert dict(rows) == {id: known.state.value for id, known in self.known.items()}
        assert self.engine.search.counts() == self.model.counts()
        whole = {"service": 1, "way": SAM, "after": 0, "token": 1, "now": self.now, "limit": 1_000}
        for number, balance in self.model.balance.items():
            assert self.engine.money.balance(number) == balance
            reports: list[tuple[Any, ...]] = self.engine.db.execute(
                SQL["takeable"], whole | {"account": number}
            ).fetchall()
            owed = [id for id in self.model.ids(State.DONE) if self.known[id].account == number]
            assert [report[0] for report in reports] == sorted(owed)
            assert all(report[7] == self.known[report[0]].result for report in reports)
        waiting = self.model.ids(State.SENT, State.UNKNOWN)
        overdue = [id for id in waiting if self.known[id].deadline_at_ms <= self.now]
        found = self.engine.carry.overdue(self.now, 1_000, -1, -1)
        assert sorted(row[0] for row in found) == sorted(overdue)
        assert self.engine.audit.audit() == []


def outcome(id: int, result: int, **changes: object) -> Any:
    """Charged when delivered."""
    return delivered(id, **changes) if result == 6 else failed(id, result=result, **changes)


def test_random_lives_agree_with_the_model() -> None:
    run_state_machine_as_test(Life, settings=settings(max_examples=150, stateful_step_count=50, deadline=None))
