"""The words that every room shares: which service, which duty, which port (manual 1.C.1 and 2.B).

The gateway listens on six ports, two for each service: customers send on one and take results from the other.
"""

import enum
from typing import Final

DEFAULT_BASE_PORT: Final = 33300
"""The manual's first port; the other five follow it."""


PORT_LIMIT: Final = 65535


class Service(enum.IntEnum):
    """What a pair of ports carries. The number is stored with each message, so it never changes."""

    SMS = 1
    MMS = 2
    """LMS travels here too."""
    KMS = 3
    """Kakao."""


class Duty(enum.Enum):
    """What a connection is for: to send messages, or to take their results."""

    SEND = "send"
    REPORT = "report"


PORT_OFFSETS: Final[dict[tuple[Service, Duty], int]] = {
    (Service.SMS, Duty.SEND): 0,
    (Service.SMS, Duty.REPORT): 1,
    (Service.MMS, Duty.SEND): 2,
    (Service.MMS, Duty.REPORT): 3,
    (Service.KMS, Duty.SEND): 4,
    (Service.KMS, Duty.REPORT): 5,
}
"""Offset of each of the six ports from the base port."""


BASE_PORT_LIMIT: Final = PORT_LIMIT - max(PORT_OFFSETS.values())


def port_of(service: Service, duty: Duty, base_port: int = DEFAULT_BASE_PORT) -> int:
    """The TCP port of a service and a duty, counted from `base_port`."""
    return base_port + PORT_OFFSETS[service, duty]
