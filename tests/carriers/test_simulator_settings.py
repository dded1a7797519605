"""Settings are refused when they are told, with the field's name."""

import tomllib
from typing import Any

import pytest

from samlink.carriers.simulator import Chance, SimulatedCarrier, SimulatorSettings, settings_from


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ({"failure_mix": {6: 0.5, 60: 0.1}}, "failure_mix"),
        ({"failure_mix": {7: 1.5}}, "failure_mix"),
        ({"failure_mix": {7: 0.6, 8: 0.6}}, "failure_mix"),
        ({"refused_result": 6}, "refused_result"),
        ({"later_result": 6}, "later_result"),
        ({"delay_ms": -1}, "delay_ms"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**64}, "seed"),
        ({"throughput": -5}, "throughput"),
        ({"later_attempts": 0}, "later_attempts"),
        ({"batch_limit": 0}, "batch_limit"),
        ({"open_limit": 10}, "open_limit"),
        ({"lost_rest_taken": 1.1}, "lost_rest_taken"),
        ({"journal_segments": 1}, "journal_segments"),
        ({"journal_segment_bytes": 10}, "journal_segment_bytes"),
        ({"never": {"share": 2}}, "never"),
        ({"over_throughput": "drop"}, "over_throughput"),
        ({"no_such_thing": 1}, "no_such_thing"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(table: dict[str, Any], field: str) -> None:
    with pytest.raises(ValueError, match=field):
        settings_from(table)


def test_a_share_is_refused_where_it_is_written() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Chance(-0.1)


def test_settings_come_from_toml() -> None:
    text = """
    seed = 7
    delay_ms = 50
    failure_mix = { 7 = 0.1, 59 = 0.05 }
    answer_lost = { share = 0.01 }
    never = { receivers = ["01012345678"] }
    """
    assert settings_from(tomllib.loads(text)) == SimulatorSettings(
        seed=7,
        delay_ms=50,
        failure_mix={7: 0.1, 59: 0.05},
        answer_lost=Chance(0.01),
        never=Chance(receivers=frozenset({"01012345678"})),
    )


def test_it_says_that_it_is_simulated() -> None:
    assert str(SimulatedCarrier().describe()) == (
        "simulated carrier, no message leaves this machine; the receiver's last two digits choose the result; "
        "no journal"
    )


def test_it_says_what_is_set() -> None:
    settings = SimulatorSettings(
        digits=False,
        failure_mix={7: 0.1},
        delay_ms=10,
        delay_spread_ms=5,
        throughput=300,
        held=True,
        answer_lost=Chance(0.25, frozenset({"01012345678"})),
        idempotent=False,
    )
    assert str(SimulatedCarrier(settings).describe()) == (
        "simulated carrier, no message leaves this machine; failures 0.1 of 7; results after 10 to 15 ms; "
        "300 messages/s; held: takes nothing; answer lost 0.25, 1 listed; does not recognise repeats; no journal"
    )


def test_it_says_no_receiver() -> None:
    settings = SimulatorSettings(never=Chance(receivers=frozenset({"01012345678"})))
    assert "01012345678" not in str(SimulatedCarrier(settings).describe())


def test_a_settings_file_of_before_0_2_is_still_read() -> None:
    assert settings_from({"drops_repeats": False}) == SimulatorSettings(idempotent=False)
