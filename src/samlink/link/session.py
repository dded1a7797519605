"""What a `Link` asks of a session: a protocol as a state machine, without a socket and without a clock.

`samlink.wire.Session` is one; any other protocol that answers these verbs can ride the same driver. Events are the
protocol's own values, but for the last one, a `samlink.wire.Ended`. `now` is a clock in seconds that never goes back.
"""

from typing import Any, Protocol, TypeVar


class Session(Protocol):
    """One connection's state."""

    work_done: int
    """Work that frames have been so far; `resume` counts it."""
    more_waits: bool
    """The last `resume` stopped at its limit, and frames wait."""

    @property
    def blocked(self) -> bool:
        """Whether the next frame waits until the owner has answered."""

    @property
    def over(self) -> bool:
        """Whether nothing is read or may be sent any more."""

    @property
    def full(self) -> bool:
        """Whether the socket should not be read until `blocked` ends."""

    @property
    def held_bytes(self) -> int:
        """Bytes of the peer's that are held in memory."""

    @property
    def missing_bytes(self) -> int:
        """Bytes that the frame that has begun lacks, as far as is known."""

    def feed(self, data: bytes | bytearray | memoryview, now: float) -> None:
        """Take bytes from the peer."""

    def resume(self, now: float, work_limit: int) -> list[Any]:
        """Events of the frames that have come, for so much work at most."""

    def receive_eof(self) -> list[Any]:
        """The peer has closed its side."""

    def bytes_to_send(self) -> bytes:
        """What is to be written now."""

    def give_up_request(self, why: str, now: float) -> list[Any]:
        """End for a request that does not come to its end, and tell the peer."""

    def close(self) -> None:
        """End from our side."""

    def deadline(self) -> float | None:
        """The time of the next `wake`, or None after the end."""

    def wake(self, now: float) -> list[Any]:
        """Do what is due: a keepalive, or give up on a silent peer."""


SessionT = TypeVar("SessionT", bound=Session)
