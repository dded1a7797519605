"""The texts of the command line, in its reader's language."""

from samlink.vocabulary import reader as reading
from samlink.vocabulary.reader import _, is_korean, reader

__all__ = ["_", "is_korean", "reader", "say"]


def say(template: str, /, **values: object) -> str:
    """A template of `_`, filled in; an error among the values (`why`) is said in the reader's language too."""
    return reading.say(template, **{name: _in_words(value, name == "why") for name, value in values.items()})


def _in_words(value: object, reason: bool) -> object:
    """A sentence of a room below that is no Problem yet is looked up by its English."""
    value = reading.in_words(value)
    if isinstance(value, Exception) or (reason and isinstance(value, str)):
        from samlink.cli.reasons import plain

        return plain(str(value))
    return value
