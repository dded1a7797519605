"""The gateway's clock: what time it is, in the unit of the store."""

import time


def wall_clock_ms() -> int:
    """Now, UTC epoch ms."""
    return time.time_ns() // 1_000_000
