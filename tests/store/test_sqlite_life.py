"""Random lives of messages against a model of a few lines: states, balances, ledger, one report for each."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
from samlink.core.message import State
from samlink.store.contract import Accepted, KeyConflict
from samlink.store.sqlite.engine import Engine
from tests.store.sample import NOW, account, delivered, failed, message

PREPAID, POSTPAID = 1, 2
BALANCE = 20
LEASE = 1_000
KEYS = st.integers(0, 11)
NEW = st.tuples(KEYS, st.sampled_from(["a", "a", "a", "b"]), st.sampled_from([0, 1, 3]), st.booleans(), st.booleans())


class Known:
    """What the model knows of a message."""

    def __init__(self, account: int, text: str, price: int, expires_at_ms: int | None) -> None:
        self.account, self.text, self.price, self.expires_at_ms = account, text, price, expires_at_ms
        self.state = State.QUEUED
        self.token = 0
        self.deadline_at_ms = 0
        self.result: int | None = None
        self.was_unknown = False


class Life(RuleBasedStateMachine):
    """Two accounts, twelve keys each, one carrier."""

    def __init__(self) -> None:
        super().__init__()
        self.data = Path(tempfile.mkdtemp(prefix="samlink-life-"))
        self.engine = Engine.open(self.data)
        self.now = NOW
        self.token = 0
        self.balance = {PREPAID: BALANCE, POSTPAID: 0}
        self.keys: dict[tuple[int, int], int] = {}
        self.known: dict[int, Known] = {}
        self.early: dict[str, bool] = {}

    def teardown(self) -> None:
        self.engine.close()
        shutil.rmtree(self.data)

    @contextlib.contextmanager
    def commit(self) -> Iterator[Engine]:
        self.engine.db.execute("BEGIN IMMEDIATE")
        yield self.engine
        self.engine.db.execute("COMMIT")

    @initialize()
    def accounts(self) -> None:
        with self.commit() as engine:
            engine.add_account(account("prepaid", balance=BALANCE), "hash", NOW)
            engine.add_account(account("postpaid", balance=0, fee_type=FeeType.POSTPAID), "hash", NOW)

    def ids(self, *states: State) -> list[int]:
        return [id for id, known in self.known.items() if known.state in states]

    def expired(self) -> list[int]:
        """Never what may have been sent: 90 says that it was not."""
        queued = ((id, self.known[id]) for id in self.ids(State.QUEUED))
        return [id for id, known in queued if not known.was_unknown and (known.expires_at_ms or 1 << 60) <= self.now]

    def some(self, data: st.DataObject, *states: State) -> list[int]:
        ids = self.ids(*states)
        return data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []

    # -- accept
    @rule(account=st.sampled_from([PREPAID, POSTPAID]), new=st.lists(NEW, max_size=5))
    def accept(self, account: int, new: list[tuple[int, str, int, bool, bool]]) -> None:
        rows = [
            message(
                key,
                text=text,
                price=0 if refused else price,
                result=86 if refused else None,
                expires_at_ms=self.now + 50 if expires else None,
                due_at_ms=self.now,
            )
            for key, text, price, refused, expires in new
        ]
        with self.commit() as engine:
            answer = engine.accept(account, [list(msgspec.structs.astuple(row)) for row in rows], self.now)
        assert answer == self.expected(account, rows)

    def expected(self, account: int, rows: list[Any]) -> Accepted | KeyConflict:
        fresh: dict[int, Any] = {}
        for row in rows:
            key = int(row.message_id)
            known = self.known[self.keys[account, key]].text if (account, key) in self.keys else None
            if key in fresh:
                known = fresh[key].text
            if known is None:
                fresh[key] = row
            elif known != row.text:
                return KeyConflict(row.group_id, row.message_id, row.receiver)
        unpaid, left = 0, self.balance[account]
        for key, row in fresh.items():
            id = self.keys[account, key] = len(self.known) + 1
            known_new = self.known[id] = Known(account, row.text, row.price, row.expires_at_ms)
            known_new.result = row.result
            left -= row.price
            if row.price and account == PREPAID and (left < 0 or unpaid):
                known_new.result, known_new.price = 92, 0
                unpaid += 1
            self.balance[account] -= known_new.price
            if known_new.result is not None:
                known_new.state = State.DONE
        return Accepted(len(fresh), unpaid)

    # -- to the carrier
    @rule(limit=st.integers(0, 8))
    def claim(self, limit: int) -> None:
        self.token += 1
        with self.commit() as engine:
            claims = engine.claim(self.token, limit, self.now, self.now + LEASE)
        ready = [id for id in self.ids(State.QUEUED) if id not in self.expired()]
        assert len(claims) == min(limit, len(ready))
        for claim in claims:
            known = self.known[claim[0]]
            assert claim[0] in ready
            assert (claim[1], claim[6]) == (known.account, known.text)
            known.state, known.token, known.deadline_at_ms = State.SENDING, self.token, self.now + LEASE

    @precondition(lambda self: self.token)
    @rule(data=st.data(), back=st.integers(0, 2))
    def submitted(self, data: st.DataObject, back: int) -> None:
        token = max(1, self.token - back)
        ids = self.some(data, *State)
        with self.commit() as engine:
            reports = engine.submitted(token, [(id, "sim", f"r{id}") for id in ids], self.now, self.now + LEASE)
        for id in ids:
            known = self.known[id]
            if known.token == token and known.state in (State.SENDING, State.UNKNOWN):
                known.state, known.deadline_at_ms = State.SENT, self.now + LEASE
        owed = [id for id in ids if f"r{id}" in self.early and self.known[id].result is None]
        assert sorted(report[0] for report in reports) == sorted(owed)
        for id in owed:
            self.settled(id, good=self.early[f"r{id}"])
        for id in ids:
            self.early.pop(f"r{id}", None)

    @rule(data=st.data())
    def unknown(self, data: st.DataObject) -> None:
        ids = self.some(data, *State)
        with self.commit() as engine:
            engine.unknown(self.token, ids, self.now, self.now + LEASE)
        for id in ids:
            known = self.known[id]
            if known.state == State.SENDING and known.token == self.token:
                known.state, known.deadline_at_ms = State.UNKNOWN, self.now + LEASE
                known.was_unknown = True

    @rule(data=st.data(), mine=st.booleans())
    def requeue(self, data: st.DataObject, mine: bool) -> None:
        ids = self.some(data, *State)
        with self.commit() as engine:
            engine.requeue(ids, self.now, self.token if mine else None)
        for id in ids:
            known = self.known[id]
            if known.state in (State.SENDING, State.UNKNOWN) and not (mine and known.token != self.token):
                known.state, known.token = State.QUEUED, 0

    @rule(all_claims=st.booleans())
    def rescue(self, all_claims: bool) -> None:
        with self.commit() as engine:
            found = engine.rescue(self.now, all_claims, self.now + LEASE)
        ids = [id for id in self.ids(State.SENDING) if all_claims or self.known[id].deadline_at_ms <= self.now]
        assert found.unknown == len(ids)
        for id in ids:
            self.known[id].state, self.known[id].deadline_at_ms = State.UNKNOWN, self.now + LEASE
            self.known[id].was_unknown = True

    # -- results
    def settled(self, id: int, *, good: bool) -> None:
        known = self.known[id]
        known.state, known.result = State.DONE, 6 if good else 7
        if not good:
            self.balance[known.account] += known.price

    @rule(data=st.data(), good=st.booleans())
    def settle(self, data: st.DataObject, good: bool) -> None:
        ids = self.some(data, *State)
        outcomes = [msgspec.structs.astuple(delivered(id) if good else failed(id)) for id in ids]
        with self.commit() as engine:
            reports = engine.settle([list(outcome) for outcome in outcomes], self.now)
        fresh = [id for id in ids if self.known[id].result is None]
        assert [report[0] for report in reports] == fresh
        for id in fresh:
            self.settled(id, good=good)

    @rule(data=st.data(), good=st.booleans())
    def settle_by_reference(self, data: st.DataObject, good: bool) -> None:
        ids = self.some(data, State.SENDING, State.UNKNOWN, State.SENT)
        make = delivered if good else failed
        outcomes = [msgspec.structs.astuple(make(0, carrier="sim", carrier_ref=f"r{id}")) for id in ids]
        with self.commit() as engine:
            reports = engine.settle([list(outcome) for outcome in outcomes], self.now)
        sent = [id for id in ids if self.known[id].state == State.SENT]
        assert [report[0] for report in reports] == sent
        for id in ids:
            if id in sent:
                self.settled(id, good=good)
            else:
                self.early.setdefault(f"r{id}", good)

    @rule(data=st.data())
    def report(self, data: st.DataObject) -> None:
        ids = self.some(data, *State)
        with self.commit() as engine:
            engine.delivered(ids, self.now)
        for id in ids:
            if self.known[id].state == State.DONE:
                self.known[id].state = State.REPORTED

    @rule(milliseconds=st.integers(1, LEASE), limit=st.integers(0, 4))
    def pass_time(self, milliseconds: int, limit: int) -> None:
        self.now += milliseconds
        ids = self.expired()
        with self.commit() as engine:
            reports = engine.expire(self.now, limit)
        assert len(reports) == min(limit, len(ids))
        for report in reports:
            assert report[0] in ids
            self.settled(report[0], good=False)
            self.known[report[0]].result = 90

    @rule(amount=st.integers(1, 5))
    def top_up(self, amount: int) -> None:
        with self.commit() as engine:
            engine.top_up(PREPAID, amount, "", self.now)
        self.balance[PREPAID] += amount

    # -- what always holds
    @invariant()
    def agrees(self) -> None:
        if not self.engine.accounts():
            return
        rows: list[tuple[Any, ...]] = self.engine.db.execute("SELECT id, state FROM message_state").fetchall()
        stored = dict(rows)
        assert stored == {id: known.state.value for id, known in self.known.items()}
        counted = self.engine.counts()
        assert counted == {state.value: len(self.ids(state)) for state in State}
        for number, balance in self.balance.items():
            assert self.engine.balance(number) == balance
            reports = self.engine.reports_for(number, 1, 0, 1_000)
            owed = [id for id in self.ids(State.DONE) if self.known[id].account == number]
            assert [report[0] for report in reports] == sorted(owed)
            assert all(report[7] == self.known[report[0]].result for report in reports)
        overdue = [id for id in self.ids(State.SENT, State.UNKNOWN) if self.known[id].deadline_at_ms <= self.now]
        assert sorted(row[0] for row in self.engine.overdue(self.now, 1_000)) == sorted(overdue)
        assert self.engine.audit() == []


def test_random_lives_agree_with_the_model() -> None:
    run_state_machine_as_test(Life, settings=settings(max_examples=100, stateful_step_count=30, deadline=None))
