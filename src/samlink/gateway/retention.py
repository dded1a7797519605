"""How long finished things are kept."""

from typing import Final

import msgspec

from samlink.vocabulary.problem import N_
from samlink.vocabulary.setting_problems import SettingError

LATE_RESULT_DAYS: Final = 7.0


class Retention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long finished things are kept; the section `[retention]` of the settings file. Days."""

    message_days: float = 90.0
    """From its result until a message that was reported is removed. So long its key is known: a resend is recognised,
    and a late result finds it."""
    content_days: float | None = None
    """From its result until a message's text and numbers are wiped, if that is to be before it is removed."""
    file_days: float = 30.0
    """From the last upload of a file until it is removed."""

    def __post_init__(self) -> None:
        if self.message_days < LATE_RESULT_DAYS:
            template = N_("message_days: at least {least}, so that late results find their messages")
            raise SettingError("retention.message_days", template, least=f"{LATE_RESULT_DAYS:g}")
        for name in ("content_days", "file_days"):
            if (days := getattr(self, name)) is not None and days <= 0:
                raise SettingError("retention.no_days", N_("{name}: more than 0 days"), name=name)
