"""How long the gateway waits: for carriers, for customers, for its own store."""

from typing import Final

import msgspec

from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import Service
from samlink.vocabulary.setting_problems import SettingError
from samlink.wire.choices import FRAME_LIMIT_SECONDS

LONGEST_WAIT_SECONDS: Final = 366 * 86400.0


class Waits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the gateway waits for what; the section `[waits]` of the settings file. Seconds."""

    lease_seconds: float = 120.0
    """A claim whose submit has not ended by then is UNKNOWN."""
    sms_result_seconds: float = 24 * 3600.0
    """For an SMS's result, from the carrier's answer; then the message is settled with 11."""
    other_result_seconds: float = 72 * 3600.0
    """For the result of an LMS, MMS or Kakao message."""
    frame_seconds: float = FRAME_LIMIT_SECONDS
    """From the first byte of a request to its last, also while it waits for its turn; then the connection is cut."""
    carrier_retry_seconds: float = 10.0
    """Before a carrier that did not start, or ended by itself, is started again, while another one is there."""
    poll_seconds: float = 1.0
    """Between looks at the queue when nothing announces itself."""
    upkeep_seconds: float = 1.0
    drain_seconds: float = 10.0
    store_retry_seconds: float = 1.0
    """After the store could not do it (a full disk)."""
    acknowledgement_seconds: float = 60.0
    """For the 1030 of a push; without it the connection is closed and the results go to another one."""
    redelivery_seconds: float = 5.0
    """Before a connection that acknowledged nothing of a push gets results again."""
    login_failure_seconds: float = 0.5
    """From a login to its refusal for a wrong ID or password: which of the two it was cannot be told by the time."""

    def result_wait_ms(self, service: int) -> int:
        """How long a message of `service` waits for its result, ms."""
        return int(1000 * (self.sms_result_seconds if service == Service.SMS else self.other_result_seconds))

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if not 0 < getattr(self, name) <= LONGEST_WAIT_SECONDS:
                template = N_("{name}: more than 0 seconds and at most {most}")
                raise SettingError("waits.out_of_range", template, name=name, most=f"{LONGEST_WAIT_SECONDS:.0f}")
