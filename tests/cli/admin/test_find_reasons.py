"""Reasons as an operator sees them: an earlier samlink quoted messages in them."""

import pytest

from samlink.cli.options.rules import reason_of

OLD = "Kakao attachment: KIM 01055554406 is not a part of ATTACHMENT"


def test_a_number_in_an_old_reason_is_masked_unless_revealed() -> None:
    assert "KIM 010-****-4406 is" in reason_of(OLD)
    assert "KIM 01055554406 is" in reason_of(OLD, reveal=True)


@pytest.mark.parametrize("kept", ["file unknown: 0123456789abcdef0123456789012345.jpg", "files: 300 KB", "balance"])
def test_what_is_no_number_stays(kept: str) -> None:
    assert reason_of(kept).endswith(kept.partition(": ")[2] or kept)
