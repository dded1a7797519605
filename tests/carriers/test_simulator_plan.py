"""What happens to a message is a function of the settings, the seed and the message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.carriers.contract import Verdict
from samlink.carriers.simulator.plan import DIGIT_RESULTS, TELECOMS, draws, loss_of, planner, reference_of, telecom_of
from samlink.carriers.simulator.settings import Chance, SimulatorSettings
from samlink.testing.conformance.carrier import batch, claimed
from samlink.vocabulary.results import NETWORK_RESULTS

ALL_CODES = [5, 7, 8, 9, 10, 11, 13, 14, 15, 16, 20, 21, 22, 23, 28, 29, 36, 37, 50, 51, 52, 53, 54, 59]
SEEDS = st.integers(0, 2**64 - 1)
IDS = st.integers(1, 2**63 - 1)
SHARES = st.floats(0, 1)
CHANCES = st.builds(Chance, share=SHARES)


def settings_with_chances() -> st.SearchStrategy[SimulatorSettings]:
    return st.builds(
        SimulatorSettings,
        seed=SEEDS,
        delay_ms=st.integers(0, 10_000),
        delay_spread_ms=st.integers(0, 10_000),
        result_late=CHANCES,
        result_twice=CHANCES,
        never=CHANCES,
        refused=CHANCES,
        later=CHANCES,
        by_reference=CHANCES,
        answer_lost=CHANCES,
        lost_mid_batch=CHANCES,
        lost_rest_taken=SHARES,
    )


def test_the_codes_are_those_that_a_network_can_give() -> None:
    assert sorted(NETWORK_RESULTS) == sorted([*ALL_CODES, 6])


@pytest.mark.parametrize("code", ALL_CODES)
@pytest.mark.parametrize("seed", [0, 7])
def test_the_last_two_digits_choose_every_code(code: int, seed: int) -> None:
    for settings in (SimulatorSettings(seed=seed), SimulatorSettings(seed=seed, failure_mix={9: 1.0})):
        assert planner(settings)(claimed(1, f"010123456{code:02}")).result == code


@pytest.mark.parametrize("digits", [f"{number:02}" for number in range(100) if f"{number:02}" not in DIGIT_RESULTS])
def test_any_other_digits_are_delivered(digits: str) -> None:
    assert planner(SimulatorSettings())(claimed(1, f"010123456{digits}")).result == 6


def test_06_is_delivered_whatever_the_failure_mix_says() -> None:
    settings = SimulatorSettings(failure_mix={9: 1.0})
    assert planner(settings)(claimed(1, "01012345606")).result == 6
    assert planner(settings)(claimed(1, "01012345678")).result == 9


@pytest.mark.parametrize("settings", [SimulatorSettings(digits=False), SimulatorSettings(digits=False, seed=3)])
def test_digits_can_be_switched_off(settings: SimulatorSettings) -> None:
    assert planner(settings)(claimed(1, "01012345605")).result == 6


def test_the_failure_mix_is_kept_to() -> None:
    plan_of = planner(SimulatorSettings(failure_mix={7: 0.2, 59: 0.1}))
    results = [plan_of(claimed(message_id)).result for message_id in range(1, 10_001)]
    assert set(results) == {6, 7, 59}
    assert results.count(7) == pytest.approx(2_000, rel=0.1)
    assert results.count(59) == pytest.approx(1_000, rel=0.1)


def test_the_delay_is_spread_evenly() -> None:
    plan_of = planner(SimulatorSettings(delay_ms=100, delay_spread_ms=9))
    waits = [plan_of(claimed(message_id)).wait_ms for message_id in range(1, 5_001)]
    assert set(waits) == set(range(100, 110))
    assert all(waits.count(wait_ms) == pytest.approx(500, rel=0.25) for wait_ms in set(waits))


@given(settings=settings_with_chances(), message_id=IDS, attempts=st.integers(1, 4))
def test_the_same_seed_and_id_give_the_same_plan(settings: SimulatorSettings, message_id: int, attempts: int) -> None:
    message = claimed(message_id, attempts=attempts)
    assert planner(settings)(message) == planner(settings)(message)
    assert loss_of(settings, [message]) == loss_of(settings, [message])


@given(settings=settings_with_chances(), message_id=IDS)
def test_a_plan_is_one_that_can_be_carried_out(settings: SimulatorSettings, message_id: int) -> None:
    plan = planner(settings)(claimed(message_id))
    assert plan.verdict is not Verdict.LATER or 95 <= plan.result <= 99
    assert plan.verdict is Verdict.LATER or plan.result in NETWORK_RESULTS
    assert plan.wait_ms >= 0
    assert 0 <= plan.copies <= 2


@given(seed=SEEDS, message_id=IDS)
def test_another_seed_or_id_draws_other_numbers(seed: int, message_id: int) -> None:
    drawn = draws(seed, message_id)
    assert drawn != draws(seed ^ 1, message_id)
    assert drawn != draws(seed, message_id + 1)
    assert all(0 <= number < 2**32 for number in drawn)


def test_a_share_takes_its_part_and_is_not_tied_to_another() -> None:
    settings = SimulatorSettings(result_twice=Chance(0.5), by_reference=Chance(0.5))
    plans = [planner(settings)(claimed(message_id)) for message_id in range(1, 4_001)]
    for copies in (1, 2):
        for by_reference in (False, True):
            count = sum(plan.copies == copies and plan.by_reference is by_reference for plan in plans)
            assert count == pytest.approx(1_000, rel=0.15)


@pytest.mark.parametrize(("share", "copies"), [(0.0, 1), (1.0, 2)])
def test_no_share_is_none_and_a_whole_share_is_all(share: float, copies: int) -> None:
    plan_of = planner(SimulatorSettings(result_twice=Chance(share), delay_spread_ms=1))
    assert {plan_of(claimed(message_id)).copies for message_id in range(1, 500)} == {copies}


def test_a_listed_receiver_and_no_other() -> None:
    plan_of = planner(SimulatorSettings(never=Chance(receivers=frozenset({"01099998888"}))))
    assert plan_of(claimed(1, "01099998888")).copies == 0
    assert plan_of(claimed(2, "01099998887")).copies == 1


def test_later_ends_after_its_attempts() -> None:
    plan_of = planner(SimulatorSettings(later=Chance(1.0), later_attempts=2, later_result=99))
    plans = [plan_of(claimed(1, attempts=attempts)) for attempts in (1, 2, 3)]
    assert [plan.verdict for plan in plans] == [Verdict.LATER, Verdict.LATER, Verdict.TAKEN]
    assert plans[0].result == 99


@pytest.mark.parametrize("chance", [Chance(1.0), Chance(receivers=frozenset({"01012345678"}))])
def test_an_answer_is_lost_at_the_first_attempt_only(chance: Chance) -> None:
    settings = SimulatorSettings(answer_lost=chance)
    assert loss_of(settings, batch(1, 30)) is not None
    assert loss_of(settings, batch(1, 30, attempts=2)) is None


def test_a_share_of_the_batches_loses_its_answer() -> None:
    settings = SimulatorSettings(answer_lost=Chance(0.25))
    lost = [loss_of(settings, batch(first, 30)) for first in range(1, 30_001, 30)]
    assert sum(loss is not None for loss in lost) == pytest.approx(250, rel=0.2)


@given(seed=SEEDS, count=st.integers(2, 50))
def test_a_break_comes_after_the_first_and_before_the_last_message(seed: int, count: int) -> None:
    loss = loss_of(SimulatorSettings(seed=seed, lost_mid_batch=Chance(1.0)), batch(1, count))
    assert loss is not None
    assert 1 <= loss.answered < count


def test_a_break_comes_at_the_listed_receiver() -> None:
    settings = SimulatorSettings(lost_mid_batch=Chance(receivers=frozenset({"01011112222"})), lost_rest_taken=0.0)
    messages = [*batch(1, 4), claimed(5, "01011112222"), *batch(6, 2)]
    loss = loss_of(settings, messages)
    assert loss is not None
    assert (loss.answered, loss.rest_taken) == (4, False)


@pytest.mark.parametrize(
    ("receiver", "telecom"),
    [
        ("0111234567", "01190"),
        ("0171234567", "01190"),
        ("0161234567", "01690"),
        ("0181234567", "01690"),
        ("0191234567", "01990"),
        ("01012345078", "01190"),
        ("01012345178", "01690"),
        ("01012345278", "01990"),
        ("", "01190"),
    ],
)
def test_the_network_follows_from_the_receiver(receiver: str, telecom: str) -> None:
    assert telecom_of(receiver) == telecom


@given(receiver=st.text(max_size=12))
def test_any_receiver_has_a_network(receiver: str) -> None:
    assert telecom_of(receiver) in TELECOMS


@given(one=IDS, other=IDS)
def test_references_differ_when_ids_do(one: int, other: int) -> None:
    assert (reference_of(one) == reference_of(other)) is (one == other)
