"""What a person typed, as the values that the rest of samlink wants; what does not fit is named precisely."""

from typing import Final

from samlink.core.input import in_range
from samlink.core.input import quoted as shown
from samlink.vocabulary.services import PORT_LIMIT

__all__ = ["base_port", "in_range", "shown"]

PORTS_AFTER_BASE: Final = 5


def base_port(number: int) -> int:
    """The first of six ports. Raises InputError."""
    return in_range(number, "--base-port", 1, PORT_LIMIT - PORTS_AFTER_BASE)
