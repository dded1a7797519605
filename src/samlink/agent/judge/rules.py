"""`[rules]` of the settings file. By default every rule that refuses more rows than necessary is off."""

from pathlib import Path
from typing import Final

import msgspec

from samlink.agent.errors import SettingsError, require_range
from samlink.agent.judge.charset import Beyond, Unfit, fits
from samlink.vocabulary.problem import N_
from samlink.vocabulary.sizes import SMS_BYTES_LIMIT, SMS_BYTES_RECOMMENDED, SUBJECT_BYTES
from samlink.vocabulary.text import CHARSET

NAME_CHARACTERS: Final = 64


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[rules]`."""

    sms_bytes: int = SMS_BYTES_RECOMMENDED
    """The longest SMS, in bytes of CP949; at most 100. Some carriers cut text over 90."""
    long_sms_as_lms: bool = True
    """Whether a longer text goes as an LMS; else it gets 78."""
    lms_subject: str = ""
    """The subject of an SMS that goes as an LMS."""
    lms_subject_bytes: int = 0
    """Or this many bytes of the text's first line, at most 120; 0: no subject."""
    unfit: Unfit = Unfit.REFUSE
    """For characters that CP949 lacks."""
    beyond_ksx1001: Beyond = Beyond.SEND
    """For characters of an SMS that CP949 has beyond KS X 1001."""
    strict_paths: bool = False
    """Whether a symbolic link that leads out of the directory of files gets 73 too."""
    duplicate_seconds: int = 0
    """The same message to the same receiver within this time gets 74; 0: never."""
    black_list: str = ""
    """A table of receivers that get nothing (79), in the same database."""
    black_list_column: str = "Receiver"

    def __post_init__(self) -> None:
        require_range("rules.sms_bytes", self.sms_bytes, 1, SMS_BYTES_LIMIT)
        require_range("rules.lms_subject_bytes", self.lms_subject_bytes, 0, SUBJECT_BYTES)
        if self.lms_subject and self.lms_subject_bytes:
            template = N_("[rules]: give lms_subject or lms_subject_bytes, not both")
            raise SettingsError("settings.two_subjects", template)
        if not fits(self.lms_subject) or len(self.lms_subject.encode(CHARSET)) > SUBJECT_BYTES:
            template = N_("rules.lms_subject may have at most {limit} bytes of CP949")
            raise SettingsError("settings.subject_too_long", template, limit=SUBJECT_BYTES)
        if self.duplicate_seconds < 0:
            raise SettingsError("settings.negative", N_("{name} must be 0 or more"), name="rules.duplicate_seconds")
        for name in ("black_list", "black_list_column"):
            if len(getattr(self, name)) > NAME_CHARACTERS:
                template = N_("{name} may have at most {limit} characters")
                raise SettingsError("settings.too_long", template, name=f"rules.{name}", limit=NAME_CHARACTERS)


class Terms(Rules, frozen=True, kw_only=True):
    """The rules, and the other settings by which a row is judged."""

    files: Path = Path()
    """The directory of files: relative names start there, and no file may lie outside."""
    user_code: bool = False
    """Whether the link carries USERCODE; if not, the column is not read."""
