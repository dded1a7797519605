"""What in a database can be read only with the key beside it."""

from pathlib import Path
from typing import Final

from samlink.store.sqlite.database import DATABASE_NAME, reading
from samlink.vocabulary.language import Phrase, phrase
from samlink.vocabulary.problem import N_

_PASSWORDS: Final = "SELECT count(*) FROM account WHERE closed_at_ms IS NULL AND password GLOB 'hmac-sha256$*'"
_OLD_PASSWORDS: Final = """
SELECT count(*) FROM password_change AS p JOIN account AS a ON a.no = p.account
WHERE a.closed_at_ms IS NULL AND p.old GLOB 'hmac-sha256$*' AND p.old_until_ms > unixepoch() * 1000
"""
_WIPED: Final = "SELECT EXISTS (SELECT 1 FROM message WHERE wiped = 1)"
WIPED_SINCE: Final = 2
"""The schema that brought wiped messages."""
TWO_PASSWORDS_SINCE: Final = 6
"""The schema that brought a second password, which is good for a while."""


def needs_key(data: Path) -> Phrase | None:
    """What the database in `data` has that needs `secret.key`, as words of a sentence; None if there is nothing.

    Raises StoreError: the database cannot be read.
    """
    path = data / DATABASE_NAME
    if not path.exists() or not path.stat().st_size:
        return None
    with reading(data) as connection:
        version = connection.pragma("user_version")
        passwords = connection.execute(_PASSWORDS).get if version else 0
        if version >= TWO_PASSWORDS_SINCE:
            passwords += connection.execute(_OLD_PASSWORDS).get
        if passwords:
            return phrase(N_("generated passwords ({count})"), count=passwords)
        if version >= WIPED_SINCE and connection.execute(_WIPED).get:
            return phrase(N_("messages whose text was wiped"))
    return None
