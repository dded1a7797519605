"""Everything that a peer or a backlog can make grow, and how far it may."""

from typing import Final

import msgspec

from samlink.vocabulary.services import Service
from samlink.wire.choices import FRAME_LIMIT_SECONDS, REQUEST_BODY_LIMIT
from samlink.wire.gateway_session import RESULTS_LIMIT

LONGEST_WAIT_SECONDS: Final = 366 * 86400.0
LATE_RESULT_DAYS: Final = 7.0
LEAST_REQUEST_BYTES: Final = REQUEST_BODY_LIMIT + (1 << 20)


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The gateway's limits; the section `[limits]` of the settings file."""

    connections: int = 2000
    """All ports together; one more is closed at once. Fewer where the process may not open so many files."""
    connections_per_address: int = 200
    connections_before_login: int = 500
    """Of all: those that have not sent a login yet. For one more, the oldest of the address with most has to go."""
    connections_before_login_per_address: int = 100
    connections_per_account: int = 64
    request_bytes: int = 64 << 20
    """What all connections hold together of requests that are being received or not answered yet, beyond 64 KiB for
    each. When half of it is full, those with longer requests wait for their turn. At least 33 MiB: the longest request
    has 32 MiB. What a request becomes while it is worked on is a few times as much."""
    logins_waiting: int = 64
    """Logins that wait for a slow check, as wrong ones do. When there are more, the address that has most of them is
    told to try again (11008)."""
    password_checks: int = 2
    """Threads that check slowly hashed passwords: 64 MiB and 160 ms each."""
    results_in_push: int = 100
    """Results of one 1031. 100 is the manual's own example, and C programs size their buffers by it."""
    reports_in_memory: int = 2000
    """Results that wait in memory for one account and service; the store has the others."""
    marks_waiting: int = 4
    """Acknowledgements of one report connection that wait for their commit."""
    claim_batch: int = 500
    """Messages of one claim and one submit."""
    submits: int = 4
    """Batches at the carrier at once."""
    refusals_in_row: int = 100
    """Packets of one connection that were refused for a fault of their own, and none taken between; then it is closed.
    A client that repeats what cannot be taken would fill the log."""
    uploads: int = 2
    """Files that are being written at once."""
    pictures: int = 2
    """Processes that look at uploaded pictures, each with limits of its own of time and memory; no account has all."""
    file_bytes_per_account: int = 1 << 30
    """Room for the files of one account, in whole blocks of 4 KiB; a new one beyond it is refused (13005) until others
    expire. 1 GiB are some 3,500 of the largest."""
    upkeep_batch: int = 500

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: at least 1, not {getattr(self, name)}")
        if self.request_bytes < LEAST_REQUEST_BYTES:
            raise ValueError(f"request_bytes: at least {LEAST_REQUEST_BYTES}, not {self.request_bytes}")
        if self.results_in_push > RESULTS_LIMIT:
            raise ValueError(f"results_in_push: at most {RESULTS_LIMIT}, not {self.results_in_push}")


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
            raise ValueError(f"message_days: at least {LATE_RESULT_DAYS:g}, so that late results find their messages")
        for name in ("content_days", "file_days"):
            if (days := getattr(self, name)) is not None and days <= 0:
                raise ValueError(f"{name}: more than 0 days")


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
                raise ValueError(f"{name}: more than 0 seconds and at most {LONGEST_WAIT_SECONDS:.0f}")
