"""Who may send what, and when: every transition of a connection as data. A missing key is the protocol error.

    CONNECTED ── 1010 ──► LOGGING_IN ── 1011 ──► READY          (a refused login ends the connection)

    a send connection                    READY ── 1020 1024 1044 1045 2030 ──► ASKED ── 1026/1021, 2040 ──► READY
    a report connection of SAM10         READY ── 1030 ──► ASKED ── 1031 ──► READY
    a report connection of SAM11         READY ── 1031 (gateway) ──► PUSHED ── 1030 (client) ──► READY
                                         READY ── 1031 (client)  ──► ASKED  ── 1030 (gateway) ──► READY
                                         and both at once: BOTH

There is at most one outstanding request in each direction, and that is what the states say.
"""

import enum
from collections.abc import Mapping
from typing import Final

from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.commands import SEND_COMMANDS, Command, Direction, Version

TO_GATEWAY, TO_CLIENT = Direction


class ConnectionState(enum.Enum):
    """What is outstanding on a connection."""

    CONNECTED = "connected"
    LOGGING_IN = "logging in"
    READY = "ready"
    ASKED = "asked"
    """The client's request waits for the gateway's answer."""
    PUSHED = "pushed"
    """The gateway's results wait for the client's acknowledgement (SAM11)."""
    BOTH = "asked and pushed"
    CLOSED = "closed"


CONNECTED, LOGGING_IN, READY, ASKED, PUSHED, BOTH, CLOSED = ConnectionState

Transitions = Mapping[tuple[ConnectionState, Direction, str], ConnectionState]

LOGIN_TRANSITIONS: Final[Transitions] = {
    (CONNECTED, TO_GATEWAY, "1010"): LOGGING_IN,
    (CONNECTED, TO_GATEWAY, "1096"): LOGGING_IN,
    (LOGGING_IN, TO_CLIENT, "1011"): READY,
}

SECOND_LOGIN_TRANSITIONS: Final[Transitions] = {
    (READY, TO_GATEWAY, "1010"): ASKED,
    (READY, TO_GATEWAY, "1096"): ASKED,
    (PUSHED, TO_GATEWAY, "1010"): BOTH,
    (PUSHED, TO_GATEWAY, "1096"): BOTH,
    (ASKED, TO_CLIENT, "1011"): READY,
    (BOTH, TO_CLIENT, "1011"): PUSHED,
}
"""Of a gateway only, and only with the ID and password of the first login."""

REPORT_TRANSITIONS: Final[Mapping[Version, Transitions]] = {
    Version.SAM10: {(READY, TO_GATEWAY, "1030"): ASKED, (ASKED, TO_CLIENT, "1031"): READY},
    Version.SAM11: {
        (READY, TO_CLIENT, "1031"): PUSHED,
        (PUSHED, TO_GATEWAY, "1030"): READY,
        (READY, TO_GATEWAY, "1031"): ASKED,
        (ASKED, TO_CLIENT, "1030"): READY,
        (PUSHED, TO_GATEWAY, "1031"): BOTH,
        (ASKED, TO_CLIENT, "1031"): BOTH,
        (BOTH, TO_GATEWAY, "1030"): ASKED,
        (BOTH, TO_CLIENT, "1030"): PUSHED,
        (READY, TO_GATEWAY, "1030"): READY,
        (ASKED, TO_GATEWAY, "1030"): ASKED,
    },
}

SEND_ANSWERS: Final[Mapping[Version, Command]] = {
    Version.SAM10: commands.SEND_ANSWER,
    Version.SAM11: commands.SEND_ANSWER_KEYS,
}


def _send_transitions(service: Service, version: Version) -> Transitions:
    requests = {(READY, TO_GATEWAY, command.code): ASKED for command in SEND_COMMANDS[service]}
    upload = {(READY, TO_GATEWAY, "2030"): ASKED, (ASKED, TO_CLIENT, "2040"): READY}
    return {
        **requests,
        (ASKED, TO_CLIENT, SEND_ANSWERS[version].code): READY,
        **(upload if service is Service.MMS else {}),
    }


TRANSITIONS: Final[Mapping[tuple[Service, Duty, Version], Transitions]] = {
    (service, duty, version): {
        **LOGIN_TRANSITIONS,
        **(REPORT_TRANSITIONS[version] if duty is Duty.REPORT else _send_transitions(service, version)),
    }
    for service in Service
    for duty in Duty
    for version in Version
}


GATEWAY_TRANSITIONS: Final[Mapping[tuple[Service, Duty, Version], Transitions]] = {
    key: {**table, **SECOND_LOGIN_TRANSITIONS} for key, table in TRANSITIONS.items()
}
"""The same with what a gateway takes and our clients never send."""


REPORT_ANSWERS: Final[Mapping[Version, Command]] = {
    Version.SAM10: commands.RESULTS,
    Version.SAM11: commands.RESULTS_TAKEN,
}


def answer_of(request: str, version: Version, duty: Duty = Duty.SEND) -> Command:
    """The command that answers `request`; for one that is unknown, or of another port, what the duty's requests get."""
    fixed = {"1010": commands.LOGIN_ANSWER, "1096": commands.LOGIN_ANSWER, "2030": commands.UPLOAD_ANSWER}
    return fixed.get(request) or (REPORT_ANSWERS if duty is Duty.REPORT else SEND_ANSWERS)[version]


KEEPALIVES: Final[Mapping[Service, Command]] = {
    Service.SMS: commands.SEND_SMS,
    Service.MMS: commands.SEND_FIXED,
    Service.KMS: commands.SEND_KMS,
}
"""The send request whose COUNT 0 shows that a client lives."""
