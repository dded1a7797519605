"""The count of results: nothing lost, nothing twice."""

import pytest

from samlink.bench.findings import BenchError
from samlink.bench.tally import Tally
from samlink.vocabulary.results import ResultCode

DELIVERED = int(ResultCode.DELIVERED)


def test_the_tally_wants_one_result_of_each() -> None:
    tally = Tally()
    assert tally.begin(2) == range(2)
    assert tally.begin(1) == range(2, 3)
    tally.accepted = 3
    for number in range(3):
        tally.came(number, DELIVERED)
    assert tally.missing == 0
    assert tally.verify() == 3


@pytest.mark.parametrize(
    ("came", "said"),
    [
        ([(0, DELIVERED)], "1 without"),
        ([(0, DELIVERED), (0, DELIVERED)], "1 without a result, 1 with several"),
        ([(0, DELIVERED), (1, DELIVERED), (1, DELIVERED)], "1 with several"),
        ([(0, DELIVERED), (1, int(ResultCode.HANDSET_OFF))], "1 failed"),
    ],
)
def test_the_tally_finds_what_is_lost_doubled_or_failed(came: list[tuple[int, int]], said: str) -> None:
    tally = Tally()
    tally.begin(2)
    tally.accepted = 2
    for number, result in came:
        tally.came(number, result)
    with pytest.raises(BenchError, match=said):
        tally.verify()
