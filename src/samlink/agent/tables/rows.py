"""Rows as they leave a table and come back to it, and their keys. Pure.

A row gets its keys once, when it is first claimed, and they are stored with the claim. GRP_ID is the claim's: the
second, and 40 random bits. MSG_ID is the row's id, so that a person finds one by the other. The id alone would not do:
a table that was emptied counts from 1 again, and the gateway would take a new message for a duplicate and never send
it.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from samlink.agent.errors import RowError
from samlink.agent.tables.schema.mapping import Field
from samlink.vocabulary.sizes import KEY_BYTES

RANDOM_BYTES: Final = 5
Key = tuple[str, str]
"""GRP_ID and MSG_ID."""


class ClaimLease(msgspec.Struct, frozen=True):
    """One claim: when, until when, and the random part of its GRP_ID."""

    now: float
    """UTC epoch seconds."""
    until: float
    random: bytes
    """`RANDOM_BYTES` bytes."""


class Claimed(msgspec.Struct, frozen=True):
    """A row that this agent has claimed."""

    row_id: Any
    group_id: str
    message_id: str
    values: Mapping[Field, Any]
    again: bool = False
    """Whether an agent claimed it before and died, and may have sent it."""
    lease_until: int = 0
    """UTC epoch seconds; tells our claim from that of an agent that has taken the row over."""
    fault: RowError | None = None
    """Why its part in the table of `contents` is missing."""
    decided: bool = False
    """Whether it may have been sent before, and a person has decided to send it again."""

    @property
    def key(self) -> Key:
        """GRP_ID and MSG_ID."""
        return self.group_id, self.message_id


class RowResult(msgspec.Struct, frozen=True):
    """The result of one message, to be written into its row."""

    group_id: str
    message_id: str
    code: int
    sent_seconds: int | None = None
    """UTC epoch seconds."""
    telecom: str = ""

    @property
    def key(self) -> Key:
        """GRP_ID and MSG_ID."""
        return self.group_id, self.message_id


def group_id(now: datetime, random: bytes) -> str:
    """The GRP_ID of one claim, 20 bytes: `YYMMDDHHMMSS` of `now` (KST) and `random`, 5 bytes, in base 32."""
    return f"{now:%y%m%d%H%M%S}{base64.b32encode(random[:RANDOM_BYTES]).decode('ascii')}"


def message_id(row_id: str) -> str:
    """The MSG_ID of a row, at most 20 bytes: its id if that is a number, else a digest of it.

    An id of text may hold characters that the wire cannot carry, or differ from another by case only, which some
    databases ignore.
    """
    if row_id.isascii() and row_id.isdigit() and len(row_id) <= KEY_BYTES:
        return row_id
    digest = hashlib.sha256(row_id.encode()).digest()
    return base64.b32encode(digest).decode("ascii")[:KEY_BYTES]
