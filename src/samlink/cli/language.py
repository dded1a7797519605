"""The language of the person at the terminal."""

import os


def is_korean() -> bool:
    """Whether they read Korean: LC_ALL, else LC_MESSAGES, else LANG begins with `ko`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value.lower().startswith("ko")
    return False
