"""Results that are owed: when they are given, and given again."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from samlink.carriers.contract import CarrierResult
from samlink.carriers.simulator.memory import RememberedIds
from samlink.carriers.simulator.outbox import OpenResult, Outbox
from tests.carriers.sample import ids


def owed(message_id: int, *, due_ms: int = 0, left: int = 1, reference: str = "") -> OpenResult:
    return OpenResult(
        0 if reference else message_id,
        reference,
        6,
        0,
        "01190",
        message=message_id,
        receiver="010-****-5678",
        due_ms=due_ms,
        left=left,
    )


def given_at(outbox: Outbox, now_ms: int) -> list[CarrierResult]:
    outbox.advance(now_ms)
    return outbox.fetch(1_000, now_ms)


def test_results_are_given_when_they_are_due_and_in_that_order() -> None:
    outbox = Outbox(1_000)
    outbox.add([owed(1, due_ms=30), owed(2, due_ms=10), owed(3)], 0)
    assert ids(given_at(outbox, 0)) == [3]
    assert outbox.deadline_ms() == 10
    assert ids(given_at(outbox, 10)) == [2]
    assert ids(given_at(outbox, 29)) == []
    assert ids(given_at(outbox, 30)) == [1]


def test_what_is_not_acknowledged_is_given_again_within_two_periods() -> None:
    outbox = Outbox(1_000)
    outbox.add([owed(1), owed(2)], 0)
    first = given_at(outbox, 0)
    outbox.acknowledge(first[:1])
    assert outbox.deadline_ms() == 1_000
    assert given_at(outbox, 1_000) == []
    assert outbox.deadline_ms() == 2_000
    assert ids(given_at(outbox, 2_000)) == [2]
    assert ids(given_at(outbox, 4_000)) == []
    assert ids(given_at(outbox, 5_000)) == [2]


def test_nothing_is_swept_when_everything_is_acknowledged() -> None:
    outbox = Outbox(1_000)
    outbox.add([owed(1)], 0)
    outbox.acknowledge(given_at(outbox, 0))
    given_at(outbox, 1_000)
    assert outbox.deadline_ms() is None
    assert not outbox.open


def test_one_acknowledged_after_it_was_queued_again_is_not_given() -> None:
    outbox = Outbox(1_000)
    outbox.add([owed(1)], 0)
    late = given_at(outbox, 0)
    outbox.advance(1_000)
    outbox.advance(2_000)
    outbox.acknowledge(late)
    assert given_at(outbox, 2_000) == []


def test_a_result_that_is_given_twice_wants_two_acknowledgements() -> None:
    outbox = Outbox(1_000)
    outbox.add([owed(1, left=2)], 0)
    first, second = given_at(outbox, 0)
    assert outbox.acknowledge([first]) == [1]
    assert 1 in outbox.open
    assert outbox.acknowledge([second]) == [1]
    assert not outbox.open
    assert outbox.acknowledge([second]) == []


def test_the_same_message_taken_again_is_owed_beside_the_first() -> None:
    outbox = Outbox(1_000)
    outbox.add([owed(1, due_ms=5)], 0)
    outbox.add([owed(1, due_ms=9)], 0)
    assert ids(given_at(outbox, 5)) == [1]
    assert ids(given_at(outbox, 9)) == [1]
    assert outbox.open[1].left == 2


def test_a_result_by_reference_is_acknowledged_by_it() -> None:
    outbox = Outbox(1_000)
    outbox.add([owed(1, reference="abc"), owed(2, reference="def")], 0)
    results = given_at(outbox, 0)
    assert [(result.id, result.reference) for result in results] == [(0, "abc"), (0, "def")]
    assert outbox.acknowledge([results[1]]) == [2]
    assert list(outbox.open) == [1]


def test_give_again_gives_what_was_fetched_at_once() -> None:
    outbox = Outbox(1_000)
    outbox.add([owed(1), owed(2, due_ms=50)], 0)
    given_at(outbox, 0)
    outbox.give_again()
    assert ids(given_at(outbox, 0)) == [1]
    assert ids(given_at(outbox, 50)) == [2]


@given(
    dues=st.lists(st.integers(0, 100), min_size=1, max_size=40),
    steps=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10), st.booleans()), max_size=60),
)
def test_every_result_is_given_until_it_is_acknowledged(
    dues: Sequence[int], steps: Sequence[tuple[int, int, bool]]
) -> None:
    outbox, now_ms = Outbox(20), 0
    outbox.add([owed(number, due_ms=due_ms) for number, due_ms in enumerate(dues, start=1)], 0)
    acknowledged: list[int] = []
    for pause_ms, limit, acknowledge in steps:
        now_ms += pause_ms
        outbox.advance(now_ms)
        fetched = outbox.fetch(limit, now_ms)
        assert len(fetched) <= limit
        assert all(dues[result.id - 1] <= now_ms for result in fetched)
        if acknowledge:
            acknowledged += outbox.acknowledge(fetched)
    for later_ms in range(100, 300, 20):
        acknowledged += outbox.acknowledge(given_at(outbox, now_ms + later_ms))
    assert sorted(acknowledged) == list(range(1, len(dues) + 1))
    assert outbox.deadline_ms() is None or not outbox.open


@given(at_least=st.integers(1, 20), sizes=st.lists(st.integers(1, 20), max_size=30))
def test_the_latest_ids_are_remembered_and_less_than_three_times_as_many(at_least: int, sizes: Sequence[int]) -> None:
    remembered, told = RememberedIds(at_least), 0
    for size in sizes:
        some = range(told + 1, told + 1 + min(size, at_least))
        remembered.add(some)
        told += len(some)
        latest = set(range(max(1, told - at_least + 1), told + 1))
        assert remembered.known(latest | {told + 1}) == latest
        assert len(remembered) < 3 * at_least
