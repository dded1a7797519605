"""Keys of messages: what a result names a message by, and how keys are made that nobody else makes.

GRP_ID and MSG_ID are 20 bytes each (manual 3.B); the gateway knows a message by both and its receiver
(docs/protocol.md 4).
"""

import base64
import itertools
import os
import secrets
import time
from datetime import datetime
from typing import Final, NamedTuple

from samlink.client.errors import MessageError
from samlink.vocabulary.language import phrase
from samlink.vocabulary.numbers import mask_number
from samlink.vocabulary.problem import N_
from samlink.vocabulary.sizes import KEY_BYTES
from samlink.vocabulary.times import KST

_COUNTER_LIMIT: Final = 16**8


class MessageKey(NamedTuple):
    """What a message is known by, as its result carries it back."""

    group_id: str
    message_id: str
    receiver: str
    """Digits, as they went over the wire."""

    def __repr__(self) -> str:
        return f"MessageKey({self.group_id}/{self.message_id} {mask_number(self.receiver)})"


def check_key(value: str, field: str) -> str:
    """`value`, if it can be a GRP_ID or MSG_ID. Raises MessageError: it cannot; names `field`."""
    if not 0 < len(value) <= KEY_BYTES or not value.isascii():
        raise MessageError(
            "message.bad_key", N_("{field} must be 1 to {limit} ASCII characters"), field=phrase(field), limit=KEY_BYTES
        )
    if not value.isprintable() or value != value.strip(" "):
        template = N_("{field} begins or ends with a space, or has a control character")
        raise MessageError("message.key_edges", template, field=phrase(field))
    return value


class KeyMaker:
    """Makes GRP_IDs and MSG_IDs.

    A MSG_ID is 12 characters of A to Z and 2 to 7, drawn at random (60 bits) once for each process, and 8 hexadecimal
    digits that count up: 20 bytes, unique without a store and without asking anybody. A GRP_ID is the second in which
    the process began to make keys, `YYYYMMDDHHMMSS` in KST, 14 bytes, as in the manual's example. A forked child and a
    counter that is used up draw again.
    """

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Draw the random part again and count from 0."""
        self.group_id = f"{datetime.fromtimestamp(time.time(), KST):%Y%m%d%H%M%S}"
        self._prefix = base64.b32encode(secrets.token_bytes(8)).decode("ascii")[:12]
        self._counter = itertools.count()

    def message_id(self) -> str:
        """The next MSG_ID, 20 bytes."""
        number = next(self._counter)
        if number >= _COUNTER_LIMIT:
            self.renew()
            number = next(self._counter)
        return f"{self._prefix}{number:08X}"


KEYS: Final = KeyMaker()
"""The keys of this process."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=KEYS.renew)
