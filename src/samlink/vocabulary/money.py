"""Money: always an integer of 1/100 won."""

from typing import Final

from samlink.vocabulary.language import Phrase, phrase
from samlink.vocabulary.problem import N_

WON: Final = 100
"""One won."""
BALANCE_SHOWN_LIMIT_WON: Final = 99_999_999
"""The eight digits of BALANCE in the answer to a login (manual 3.B, 1011)."""


def won_text(amount: int) -> Phrase:
    """1/100 won as people read them: `1,234.5 won`."""
    whole, rest = divmod(abs(amount), WON)
    decimals = f".{rest:02}".rstrip("0") if rest else ""
    return phrase(N_("{amount} won"), amount=f"{'-' if amount < 0 else ''}{whole:,}{decimals}")
