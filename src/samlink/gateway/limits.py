"""Everything that a peer or a backlog can make grow, and how far it may."""

from typing import Final

import msgspec

from samlink.vocabulary.problem import N_
from samlink.vocabulary.setting_problems import SettingError
from samlink.wire.choices import REQUEST_BODY_LIMIT
from samlink.wire.sessions.gateway import RESULTS_LIMIT

TOO_SMALL: Final = N_("{name}: at least {least}, not {given}")
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
                raise SettingError("setting.too_small", TOO_SMALL, name=name, least=1, given=getattr(self, name))
        if self.request_bytes < LEAST_REQUEST_BYTES:
            given = self.request_bytes
            raise SettingError(
                "setting.too_small", TOO_SMALL, name="request_bytes", least=LEAST_REQUEST_BYTES, given=given
            )
        if self.results_in_push > RESULTS_LIMIT:
            template, given = N_("{name}: at most {most}, not {given}"), self.results_in_push
            raise SettingError("setting.too_big", template, name="results_in_push", most=RESULTS_LIMIT, given=given)
