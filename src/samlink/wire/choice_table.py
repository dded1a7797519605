"""The choices of `choices.py` as one table for people: docs/protocol.md and its Korean page are made from it.

A row says where the manual is open (`name`, `question`), and what samlink does (`answer`), in English and in Korean.
Each row is shown by a test that is named after it (tests/wire/test_choices.py).
"""

from typing import Final

from samlink.wire import choices_of_link, choices_of_messages
from samlink.wire.choice import Choice

CHOICES: Final[tuple[Choice, ...]] = (*choices_of_link.ROWS, *choices_of_messages.ROWS)
