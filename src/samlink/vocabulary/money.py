"""Money is whole numbers of 1/100 won, so that no sum is ever rounded."""

from typing import Final

WON: Final = 100
"""One won."""
BALANCE_SHOWN_LIMIT_WON: Final = 99_999_999
"""The eight digits of BALANCE in the answer to a login (manual 3.B, 1011)."""
