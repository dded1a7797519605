"""A clock that tests move, for the tests of carriers."""

from collections.abc import Sequence

from samlink.carriers.contract import CarrierResult

START_MS = 1_767_225_600_000


def ids(results: Sequence[CarrierResult]) -> list[int]:
    """The ids that results name."""
    return [result.id for result in results]
