"""When a message goes to a carrier again.

`wait_ms` is the backoff after "not taken" (95 to 99). `resend_wait_ms` is for an unknown outcome, and only for an
idempotent carrier.
"""

from typing import Final

FIRST_WAIT_MS: Final = 2_000
LONGEST_WAIT_MS: Final = 300_000
ATTEMPTS_LIMIT: Final = 300
"""About a day of trying; then the carrier's own "not taken" becomes the message's result."""
PROMPT_RESENDS: Final = 2
"""Times that an unknown message goes again at once, as after a restart; after them, the backoff of "not taken"."""


def wait_ms(attempts: int) -> int | None:
    """How long to wait before the next attempt when `attempts` have been made; None: give up."""
    if attempts >= ATTEMPTS_LIMIT:
        return None
    return min(FIRST_WAIT_MS << min(attempts - 1, 20), LONGEST_WAIT_MS)


def resend_wait_ms(attempts: int) -> int | None:
    """How long to wait before an unknown message is submitted again; None: no more, its report is awaited."""
    return 0 if attempts <= PROMPT_RESENDS else wait_ms(attempts - PROMPT_RESENDS)
