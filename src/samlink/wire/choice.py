"""What a row of `choice_table.CHOICES` says."""

from typing import NamedTuple


class Korean(NamedTuple):
    """A choice's texts in Korean, for docs/protocol.ko.md."""

    name: str
    question: str
    answer: str


class Choice(NamedTuple):
    """One disagreement: where the manual leaves it open, and what samlink does."""

    name: str
    section: str
    question: str
    answer: str
    ko: Korean
