"""The machine's clock, which a single node's store goes by."""

import time


def wall_clock_ms() -> int:
    """UTC epoch milliseconds."""
    return time.time_ns() // 1_000_000
