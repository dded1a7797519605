"""What a customer chooses about its rows: `[rules]` of the settings file. All that refuses more than it must is off."""

from pathlib import Path
from typing import Final

import msgspec

from samlink.agent.judge.charset import Beyond, Unfit, fits
from samlink.vocabulary.sizes import SMS_BYTES_LIMIT, SMS_BYTES_RECOMMENDED, SUBJECT_BYTES
from samlink.vocabulary.text import CHARSET

NAME_CHARACTERS: Final = 64


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[rules]`."""

    sms_bytes: int = SMS_BYTES_RECOMMENDED
    """The longest SMS, in bytes of CP949; at most 100. Some carriers cut what is over 90."""
    long_sms_as_lms: bool = True
    """A text that is longer goes as an LMS; else it gets 78."""
    lms_subject: str = ""
    """The subject of an SMS that goes as an LMS."""
    lms_subject_bytes: int = 0
    """Or so many bytes of the text's first line, at most 120; 0: no subject."""
    unfit: Unfit = Unfit.REFUSE
    """Characters that CP949 does not have."""
    beyond_ksx1001: Beyond = Beyond.SEND
    """Characters of an SMS that CP949 has beyond KS X 1001."""
    strict_paths: bool = False
    """A symbolic link that leads out of the directory of files gets 73 too."""
    duplicate_seconds: int = 0
    """The same message to the same receiver within so many seconds gets 74; 0: it goes."""
    black_list: str = ""
    """A table of receivers that get nothing (79), in the same database."""
    black_list_column: str = "Receiver"

    def __post_init__(self) -> None:
        if not 1 <= self.sms_bytes <= SMS_BYTES_LIMIT:
            raise ValueError(f"rules.sms_bytes is {self.sms_bytes}, it must be 1 to {SMS_BYTES_LIMIT}")
        if not 0 <= self.lms_subject_bytes <= SUBJECT_BYTES:
            raise ValueError(f"rules.lms_subject_bytes must be 0 to {SUBJECT_BYTES}")
        if self.lms_subject and self.lms_subject_bytes:
            raise ValueError("rules: give lms_subject or lms_subject_bytes, not both")
        if not fits(self.lms_subject) or len(self.lms_subject.encode(CHARSET)) > SUBJECT_BYTES:
            raise ValueError(f"rules.lms_subject must have at most {SUBJECT_BYTES} bytes of CP949")
        if self.duplicate_seconds < 0:
            raise ValueError("rules.duplicate_seconds must be 0 or more")
        for name in ("black_list", "black_list_column"):
            if len(getattr(self, name)) > NAME_CHARACTERS:
                raise ValueError(f"rules.{name} must have at most {NAME_CHARACTERS} characters")


class Terms(Rules, frozen=True, kw_only=True):
    """The rules, and what else of the settings a row is judged by."""

    files: Path = Path()
    """The directory that relative file names start from, and that no file may lie outside of."""
    user_code: bool = False
    """Whether the link carries USERCODE; else the column is not read."""
