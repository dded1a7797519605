"""When to try again a message that a carrier did not take.

Only for "not taken" (95 to 99): an unknown outcome is never tried again by these rules.
"""

from typing import Final

FIRST_WAIT_MS: Final = 2_000
LONGEST_WAIT_MS: Final = 300_000
ATTEMPTS_LIMIT: Final = 300
"""About a day of trying; then the carrier's own "not taken" becomes the message's result."""


def wait_ms(attempts: int) -> int | None:
    """How long to wait before the next attempt when `attempts` have been made; None: give up."""
    if attempts >= ATTEMPTS_LIMIT:
        return None
    return min(FIRST_WAIT_MS << min(attempts - 1, 20), LONGEST_WAIT_MS)
