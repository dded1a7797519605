"""Passwords on the command line: read from standard input, never an argument."""

import getpass
import sys

from samlink.cli.language import _
from samlink.core import input
from samlink.vocabulary.sizes import PASSWORD_BYTES


def read_password(*, weak: bool) -> str:
    """The password on standard input, its line break left out; a terminal is asked without an echo.

    Raises InputError if the login's 20 bytes cannot carry it, or if it is shorter than 12 without `weak`.
    """
    if sys.stdin.isatty():
        return input.password(getpass.getpass(_("Password: ")), weak=weak)
    # A few bytes more than fit are enough to see that it is too long.
    return input.password(sys.stdin.readline(PASSWORD_BYTES * 4).rstrip("\r\n"), weak=weak)
