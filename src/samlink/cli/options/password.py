"""Passwords on the command line: read from standard input, generated, hashed; never an argument."""

import getpass
import sys
from pathlib import Path

from samlink.cli.language import _
from samlink.cli.options import parsing


def read_password(*, weak: bool) -> str:
    """The password on standard input, its line break left out; a terminal is asked without an echo.

    Raises WrongUsageError when it is not one that the login's 20 bytes can carry, or shorter than it has to be without
    `weak`.
    """
    if sys.stdin.isatty():
        return parsing.password(getpass.getpass(_("Password: ")), weak=weak)
    # One byte more than fits with a line break is enough to see that it is too long.
    return parsing.password(sys.stdin.readline(parsing.PASSWORD_BYTES * 4).rstrip("\r\n"), weak=weak)


def store_password(data: Path, chosen: str | None) -> tuple[str, str]:
    """A password and its hash for the accounts in `data`: the chosen one, or else a new one. Raises StoreError."""
    from samlink.store.credentials import Credentials, generate_password

    credentials = Credentials.open(data)
    if chosen is not None:
        return chosen, credentials.hash_chosen(chosen)
    password = generate_password()
    return password, credentials.hash_generated(password)
