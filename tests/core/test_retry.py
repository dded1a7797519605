"""When a message goes to a carrier again."""

from itertools import pairwise

from samlink.core.retry import (
    ATTEMPTS_LIMIT,
    FIRST_WAIT_MS,
    LONGEST_WAIT_MS,
    PROMPT_RESENDS,
    resend_wait_ms,
    wait_ms,
)


def test_what_was_not_taken_waits_longer_and_longer_up_to_a_limit_and_ends() -> None:
    waits = [wait_ms(attempts) for attempts in range(1, ATTEMPTS_LIMIT)]
    known = [wait for wait in waits if wait is not None]
    assert len(known) == len(waits)
    assert known[:3] == [FIRST_WAIT_MS, 2 * FIRST_WAIT_MS, 4 * FIRST_WAIT_MS]
    assert all(shorter <= longer for shorter, longer in pairwise(known))
    assert max(known) == LONGEST_WAIT_MS
    assert wait_ms(ATTEMPTS_LIMIT) is None
    assert wait_ms(10**9) is None
    assert 20 < sum(known) / 3_600_000 < 30, "hours: about a day"


def test_an_unknown_message_goes_again_at_once_and_then_as_slowly() -> None:
    assert [resend_wait_ms(attempts) for attempts in range(1, PROMPT_RESENDS + 1)] == [0] * PROMPT_RESENDS
    assert resend_wait_ms(PROMPT_RESENDS + 1) == FIRST_WAIT_MS
    assert resend_wait_ms(PROMPT_RESENDS + ATTEMPTS_LIMIT) is None
