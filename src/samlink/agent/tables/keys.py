"""Keys of rows: made once, when a row is first claimed, and written down with the claim. Pure.

GRP_ID is the claim's: the second, and 40 random bits. MSG_ID is the row's own id, so that a person finds one by the
other. The id alone would not do: an emptied table counts from 1 again, and the gateway would take a new message for the
old one and never send it.
"""

import base64
import hashlib
from datetime import datetime
from typing import Final

from samlink.vocabulary.sizes import KEY_BYTES

RANDOM_BYTES: Final = 5


def group_id(now: datetime, random: bytes) -> str:
    """The GRP_ID of one claim, 20 bytes: `YYMMDDHHMMSS` of `now` (Korean time) and `random`, 5 bytes, in base 32."""
    return f"{now:%y%m%d%H%M%S}{base64.b32encode(random[:RANDOM_BYTES]).decode('ascii')}"


def message_id(row_id: str) -> str:
    """The MSG_ID of a row, at most 20 bytes: its id if that is a number, else a digest of it.

    Other ids may hold what the wire's text does not carry, or differ in case only, which some databases do not see.
    """
    if row_id.isascii() and row_id.isdigit() and len(row_id) <= KEY_BYTES:
        return row_id
    digest = hashlib.sha256(row_id.encode()).digest()
    return base64.b32encode(digest).decode("ascii")[:KEY_BYTES]
