"""Digests in memory and in their two tables: exact whatever is undone, started again, moved or removed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from samlink.core.message import NewMessage
from samlink.store.contract import Accepted
from samlink.store.sqlite.engine.engine import Engine
from samlink.store.sqlite.engine.messages import digests
from samlink.testing.conformance.sample import NOW, account, at, message
from tests.store.sample import add_account, opened

WINDOW_MS = 60_000
DIGESTS = st.sampled_from([bytes([n]) * 8 for n in range(12)])


def as_list(row: NewMessage) -> list[Any]:
    """A message as it comes out of the channel."""
    return [getattr(row, name) for name in row.__struct_fields__]


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a few packets are mirrored."""
    monkeypatch.setattr(digests, "IN_MEMORY", 25)
    monkeypatch.setattr(digests, "MOVED_AT_ONCE", 5)


class Duplicates(RuleBasedStateMachine):
    """Two accounts, one that refuses duplicates and one that only counts them; held against a dictionary."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.engine = Engine.open(Path(self.folder.name))
        self.now = NOW
        self.number = 0
        self.known: dict[tuple[str, bytes], int] = {}
        self.accounts: dict[str, int] = {}
        for name, rules in (("refuses", {}), ("warns", {"duplicate": "warn"})):
            new = account(name, duplicate_window_seconds=WINDOW_MS // 1000, rules=rules)
            self.accounts[name] = self.engine.accounts.add_account(new, "hash", NOW).no

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.close()
            self.folder.cleanup()

    def accept(self, name: str, chosen: list[bytes]) -> tuple[Accepted, Accepted, dict[tuple[str, bytes], int]]:
        rows = [as_list(message(self.number + place, digest=one, price=0)) for place, one in enumerate(chosen)]
        self.number += len(chosen)
        answer = self.engine.accept.accept(self.accounts[name], rows, self.now)
        assert isinstance(answer, Accepted)
        known = dict(self.known)
        found = 0
        for one in chosen:
            repeated = self.now - known.get((name, one), 0) < WINDOW_MS
            found += repeated
            if not repeated or name == "warns":
                known[name, one] = self.now
        counted = {84: found} if found else {}
        refuses = name == "refuses"
        expected = Accepted(len(chosen), 0, counted if refuses else {}, {} if refuses else counted)
        return answer, expected, known

    @rule(name=st.sampled_from(["refuses", "warns"]), chosen=st.lists(DIGESTS, min_size=1, max_size=6))
    def accepted(self, name: str, chosen: list[bytes]) -> None:
        self.engine.db.execute("BEGIN IMMEDIATE")
        answer, expected, self.known = self.accept(name, chosen)
        self.engine.db.execute("COMMIT")
        assert answer == expected

    @rule(
        names=st.lists(st.sampled_from(["refuses", "warns"]), min_size=1, max_size=3),
        chosen=st.lists(DIGESTS, min_size=1, max_size=6),
        whole=st.booleans(),
        swept=st.booleans(),
    )
    def undone(self, names: list[str], chosen: list[bytes], whole: bool, swept: bool) -> None:
        before = dict(self.known)
        self.engine.db.execute("BEGIN IMMEDIATE")
        if swept:
            self.engine.retention.sweep(self.now, 100)
        self.engine.db.execute("SAVEPOINT step")
        for name in names:
            answer, expected, self.known = self.accept(name, chosen)
            assert answer == expected
        self.engine.db.execute("ROLLBACK TO step")
        self.engine.db.execute("ROLLBACK" if whole else "COMMIT")
        self.known = before

    @rule(moved=st.sampled_from([1, 1_000, WINDOW_MS - 1_000, WINDOW_MS]))
    def time_passes(self, moved: int) -> None:
        self.now += moved

    @rule(limit=st.sampled_from([1, 100]))
    def swept(self, limit: int) -> None:
        self.engine.retention.sweep(self.now, limit)

    @rule()
    def started_again(self) -> None:
        self.engine.close()
        self.engine = Engine.open(Path(self.folder.name))


@pytest.mark.usefixtures("little_memory")
def test_any_life_of_digests() -> None:
    run_state_machine_as_test(Duplicates, settings=settings(max_examples=60, stateful_step_count=30, deadline=None))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    add_account(tmp_path)
    engine = Engine.open(tmp_path)
    yield engine
    engine.close()


def counts(engine: Engine) -> tuple[int, int]:
    """Packets and single digests in the two tables."""
    packets = engine.db.execute("SELECT count(*) FROM digest_packet").get
    return packets, engine.db.execute("SELECT count(*) FROM digest").get


@pytest.mark.usefixtures("little_memory")
def test_memory_has_no_more_than_its_limit_and_nothing_is_forgotten(engine: Engine) -> None:
    for n in range(50):
        rows = [as_list(message(2 * n + place, digest=bytes([n, place]), price=0)) for place in range(2)]
        assert engine.accept.accept(1, rows, NOW) == Accepted(2, 0)
        packets, single = counts(engine)
        assert packets * (2 + digests.PACKET_WEIGHT) <= digests.IN_MEMORY + 2 + digests.PACKET_WEIGHT
        assert 2 * packets + single == 2 * (n + 1)
    again = [as_list(message(100 + n, digest=bytes([n, 0]), price=0)) for n in range(50)]
    assert engine.accept.accept(1, again, NOW) == Accepted(50, 0, {84: 50})
    assert engine.digests._mirror.weight <= digests.IN_MEMORY + digests.MOVED_AT_ONCE


def test_a_packet_changes_no_page_of_a_table_that_is_ordered_by_digests(engine: Engine) -> None:
    rows = [as_list(message(n, digest=bytes([n]) * 8, price=0)) for n in range(30)]
    assert engine.accept.accept(1, rows, NOW) == Accepted(30, 0)
    assert counts(engine) == (1, 0)


def test_what_an_older_samlink_remembered_is_a_duplicate_still(engine: Engine) -> None:
    engine.db.execute("INSERT INTO digest VALUES (1, ?, ?)", (b"old", NOW - 1))
    assert engine.accept.accept(1, [as_list(message(1, digest=b"old"))], NOW) == Accepted(1, 0, {84: 1})


def test_a_step_of_the_sweep_is_bounded_by_digests_too(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "SWEPT_AT_ONCE", 5)
    for packet in range(3):
        rows = [as_list(message(4 * packet + n, digest=bytes([packet, n]), price=0)) for n in range(4)]
        engine.accept.accept(1, rows, NOW)
    assert [engine.retention.sweep(NOW + 600_000, 500) for _ in range(3)] == [8, 4, 0]


def test_a_resend_of_what_was_undone_together_with_a_sweep_is_no_duplicate(engine: Engine) -> None:
    later = NOW + 600_000
    resent = message(2, digest=b"b", price=0)
    assert engine.accept.accept(1, [as_list(message(1, digest=b"a", price=0))], NOW) == Accepted(1, 0)
    engine.db.execute("BEGIN IMMEDIATE")
    assert engine.retention.sweep(later, 500) == 1, "the newest packet of all"
    assert engine.accept.accept(1, [as_list(resent)], later) == Accepted(1, 0)
    engine.db.execute("ROLLBACK")
    assert engine.accept.accept(1, [as_list(resent)], later) == Accepted(1, 0)


async def test_a_duplicate_is_known_after_a_start_and_on_every_connection(tmp_path: Path) -> None:
    demo = add_account(tmp_path)
    async with opened(tmp_path) as store:
        assert await at(store, NOW).accept(demo, [message(1, digest=b"a")]) == Accepted(1, 0)
    async with opened(tmp_path) as store:
        assert await at(store, NOW + 1).accept(demo, [message(2, digest=b"a")]) == Accepted(1, 0, {84: 1})
