"""A clock that tests move, for the tests of carriers."""

from collections.abc import Sequence

from samlink.carriers.contract import CarrierResult

START_MS = 1_767_225_600_000


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now_ms = START_MS

    def __call__(self) -> int:
        return self.now_ms


def ids(results: Sequence[CarrierResult]) -> list[int]:
    """The ids that results name."""
    return [result.id for result in results]
