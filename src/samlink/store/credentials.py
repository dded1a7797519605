"""Passwords: made, hashed and verified. A hash carries its scheme; a password is never kept, shown or logged.

A password that a person chose is hashed with argon2id, slowly on purpose (about 160 ms and 64 MiB): verify those in a
bounded pool. One that `generate_password` made has 119 bits, which nobody guesses however fast the hash is, and is
stored as a SHA-256 keyed by a secret beside the database (about 2 µs): a thousand customers may reconnect at once.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import string
from collections.abc import Collection
from pathlib import Path
from typing import Final

import argon2

from samlink.store import durable
from samlink.store.contract import StoreError
from samlink.store.faults import Fault, FaultError
from samlink.store.private_folders import make_private
from samlink.store.sqlite.keyed import needs_key
from samlink.vocabulary.problem import N_

GENERATED_LENGTH: Final = 20
"""Characters of a generated password; the login's PASSWORD has 20 bytes."""
KEY_NAME: Final = "secret.key"
KEY_BYTES: Final = 32

_ALPHABET: Final = string.ascii_letters + string.digits
_KEYED: Final = "hmac-sha256$"
_SLOW: Final = "$argon2id$"


def generate_password() -> str:
    """A new password of 20 letters and digits (119 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(GENERATED_LENGTH))


class Credentials:
    """Hashes and verifies with the key of one data directory."""

    __slots__ = ("_argon2", "_key")

    def __init__(self, key: bytes) -> None:
        """`key`: 32 secret bytes."""
        self._key = key
        self._argon2 = argon2.PasswordHasher()

    @classmethod
    def open(cls, data: Path, *, accept: Collection[Fault] = ()) -> "Credentials":
        """With the key in `data`/secret.key (mode 0600), made on first use.

        Raises StoreError: it cannot be read. Raises FaultError, unless that is in `accept`: it is gone, and the
        database has hashes that were made with it.
        """
        path = data / KEY_NAME
        try:
            make_private(data)
            if not path.exists():
                if Fault.MISSING_KEY not in accept and (fault := key_fault(data)) is not None:
                    raise fault
                _create(path, secrets.token_bytes(KEY_BYTES))
            key = path.read_bytes()
        except OSError as error:
            template = N_("{path} cannot be read: {why}")
            raise StoreError("store.key_not_read", template, path=str(path), why=error) from error
        if len(key) != KEY_BYTES:
            template = N_("{path} is damaged: it has {size} bytes instead of {needed}")
            raise StoreError("store.key_damaged", template, path=str(path), size=len(key), needed=KEY_BYTES)
        return cls(key)

    def hash_generated(self, password: str) -> str:
        """The hash of a password that `generate_password` made."""
        return _KEYED + hmac.new(self._key, password.encode(), hashlib.sha256).hexdigest()

    def hash_chosen(self, password: str) -> str:
        """The hash of a password that a person chose; takes about 160 ms."""
        return self._argon2.hash(password)

    def digest(self, content: bytes) -> str:
        """32 hexadecimal digits that say whether content is the same, and without the key nothing about it."""
        return hmac.new(self._key, b"digest:" + content, hashlib.sha256).hexdigest()[:32]

    @staticmethod
    def is_slow(password_hash: str) -> bool:
        """Whether to verify this hash takes about 160 ms, and so belongs in a pool."""
        return password_hash.startswith(_SLOW)

    def verify(self, password_hash: str, password: str) -> bool:
        """Whether `password` is the one that was hashed. False for a hash of no known scheme, an empty one too."""
        if password_hash.startswith(_KEYED):
            return hmac.compare_digest(password_hash, self.hash_generated(password))
        if not password_hash.startswith(_SLOW):
            return False
        try:
            return self._argon2.verify(password_hash, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def key_fault(data: Path) -> FaultError | None:
    """The fault of a data directory whose database needs a key that is gone; None if it does not. Raises StoreError."""
    if (data / KEY_NAME).exists() or not (kept := needs_key(data)):
        return None
    template = N_(
        "{data} has lost its {key}, and its database has {kept}; put the key back from a backup, or accept a new"
        " one and give those accounts new passwords"
        " (`samlink serve --accept {fault}` goes on with what is there)"
    )
    return FaultError(Fault.MISSING_KEY, "fault.missing_key", template, data=str(data), key=KEY_NAME, kept=kept)


def _create(path: Path, content: bytes) -> None:
    """Make `path` appear whole and on the disk, or leave the one that another process made first."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        durable.write(draft, content)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    durable.sync(path.parent)
