"""One connection as a state machine, without a socket and without a clock.

Theory of operation. Bytes go in through `receive(data, now)`, which returns events; what is to be written comes out of
`bytes_to_send()`. The owner answers a `Requested` event by one of the verbs of its side (`gateway_session.py`,
`client_session.py`), and calls `resume(now)` afterwards, for a peer may have sent its next request already: it is not
read before the answer to the last one is written. `deadline()` says when `wake(now)` wants to be called. `now` is any
clock in seconds that does not go back.

Which frames may come or go is looked up in `transitions.TRANSITIONS`; a missing key is the protocol error. A frame that
can be told apart but not be taken is answered with its RESP_CODE and the connection goes on; a stream that is no frames
ends the connection. Any bytes lead to events or to one of these two, never to another exception; memory is bounded by
the port's and state's longest frame, if the owner does not read the socket while the session is `full`.
"""

import sys
from typing import Final

import msgspec

from samlink.vocabulary.responses import ResponseCode, says_yes
from samlink.vocabulary.services import Duty, Service
from samlink.vocabulary.sizes import FILE_SIZE_LIMIT
from samlink.vocabulary.text import Charset
from samlink.wire import choices
from samlink.wire.commands import COMMANDS, LOGINS, UPLOAD, Command, Direction, Version
from samlink.wire.errors import LocalProtocolError, PeerFault, RemoteProtocolError
from samlink.wire.frame import Frame, FrameBuffer, encode_frame
from samlink.wire.packets import Packet, decode_body, decode_count, encode_body
from samlink.wire.sessions.transitions import CLOSED, CONNECTED, LOGGING_IN, TRANSITIONS, ConnectionState, Transitions
from samlink.wire.text import one_line

OK_MESSAGE: Final = "OK"
BYTES_OF_WORK: Final = 4096
"""A frame is as much work as another one of so many bytes less."""
NO_WORK_LIMIT: Final = sys.maxsize
READ_AHEAD_BYTES: Final = 64 * 1024
"""So much is read of what follows a request that is not answered yet, that request included."""


class Requested(msgspec.Struct):
    """The peer asks, and waits for the answer."""

    packet: Packet


class Answered(msgspec.Struct):
    """The peer has answered our request."""

    packet: Packet
    response: str
    """RESP_CODE."""
    message: str
    """RESP_MESG."""
    oddity: str = ""
    """How the answer differs from the manual, for a log; empty where it does not."""

    @property
    def ok(self) -> bool:
        """Whether the request was taken: RESP_CODE alone says it (manual 3.A)."""
        return says_yes(self.response)


class Refused(msgspec.Struct, gc=False):
    """We refused a frame of the peer's; the answer is written already."""

    error: PeerFault
    command: str

    def __str__(self) -> str:
        return f"refused with {self.error}"


class PollDue(msgspec.Struct, gc=False):
    """It is time to poll for results (SAM10)."""


class KeepaliveAnswered(msgspec.Struct, gc=False):
    """Our keepalive was answered: the peer lives, and a request may be sent again."""

    response: str = ResponseCode.OK
    """RESP_CODE: a refusal is a sign of life too."""
    message: str = ""
    """RESP_MESG."""


class Ended(msgspec.Struct, gc=False):
    """The connection is over; write what is left and close it."""

    reason: str
    response: ResponseCode | None = None
    """The protocol error that ended it, if one did."""


Event = Requested | Answered | Refused | PollDue | KeepaliveAnswered | Ended


class Session:
    """What both sides share: framing, transitions, keepalive bookkeeping. Use one of the two subclasses."""

    sends: Direction
    receives: Direction

    def __init__(self, service: Service, duty: Duty, now: float, *, padding: bytes = choices.PADDING_WRITTEN) -> None:
        self.service = service
        self.duty = duty
        self.version: Version | None = None
        self.state: ConnectionState = CONNECTED
        self.padding = padding
        self._out: list[bytes] = []
        self._begun = now
        self._heard = now
        self._sent = now
        self.work_done = 0
        """What frames have been to take so far: 1 for each, and 1 for each `BYTES_OF_WORK` of its body."""
        self.more_waits = False
        """The last `resume` stopped at its limit: it is to be called again."""
        self._incomplete_since: float | None = None
        """Since when a frame that has begun is awaited to its end; None when none is, or while an answer is owed."""
        self.ended_in_order = False
        """The peer has closed its side (FIN) when no answer was owed to it and no frame had begun."""
        self._no_more_comes = False
        """The peer has closed its side, and waits for the answer that is owed to it (half-close)."""

    # -- the peer's bytes

    _buffer: FrameBuffer

    def receive(self, data: bytes | bytearray | memoryview, now: float) -> list[Event]:
        """Take bytes from the peer and return what they mean. After the end, bytes are ignored."""
        self.feed(data, now)
        return self.resume(now)

    def feed(self, data: bytes | bytearray | memoryview, now: float) -> None:
        """Take bytes from the peer; `resume` tells what they mean."""
        if self.state is not CLOSED:
            self._heard = now
            self._buffer.feed(data)

    def resume(self, now: float, work_limit: int = NO_WORK_LIMIT) -> list[Event]:
        """Events of frames that have come already; to be called after each answer. No frame is begun once so much work
        is done (`work_done`); `more_waits` then."""
        events: list[Event] = []
        self.more_waits = False
        work_ends = self.work_done + work_limit
        while self.state is not CLOSED and not self.blocked:
            if self.work_done >= work_ends:
                self.more_waits = self._buffer.in_frame
                break
            try:
                frame = self._buffer.next_frame()
            except RemoteProtocolError as error:
                events += self._break_off(error, now)
                break
            if frame is None:
                if self._incomplete_since is None and self._buffer.in_frame:
                    self._incomplete_since = now
                break
            self._incomplete_since = None
            self.work_done += 1 + len(frame.body) // BYTES_OF_WORK
            events += self._take(frame, now)
        if self._no_more_comes and self.state is not CLOSED and not (self.blocked or self.more_waits):
            events += self._ended_by_peer()
        return events

    @property
    def blocked(self) -> bool:
        """Whether the next frame waits until we have answered."""
        return False

    @property
    def over(self) -> bool:
        """Whether the session has ended: nothing is read or may be sent any more."""
        return self.state is CLOSED

    @property
    def full(self) -> bool:
        """Whether the owner should stop reading the socket until `blocked` ends."""
        held = len(self._buffer)
        return self.blocked and (held > self._buffer.body_limit or self.held_bytes >= READ_AHEAD_BYTES)

    @property
    def held_bytes(self) -> int:
        """Bytes of the peer's that are held: of what was not taken apart yet, and of the request that waits for its
        answer."""
        return len(self._buffer)

    @property
    def missing_bytes(self) -> int:
        """What the frame that has begun lacks as far as is known: the rest of it, or 0."""
        return self._buffer.missing_bytes

    def bytes_to_send(self) -> bytes:
        """What is to be written now; empty when nothing is."""
        data = b"".join(self._out)
        self._out.clear()
        return data

    def receive_eof(self) -> list[Event]:
        """The peer has closed its side. The requests that it sent before are answered first: it may have closed only
        that side (half-close); then `Ended` comes out of `resume`."""
        if self.state is CLOSED:
            return []
        self._no_more_comes = True
        self.ended_in_order = not (self.blocked or self._buffer.in_frame)
        return [] if self.blocked or self.more_waits else self._ended_by_peer()

    def _ended_by_peer(self) -> list[Event]:
        cut = self._buffer.in_frame
        self.state = CLOSED
        return [Ended("the peer closed the connection" + (" inside a frame" if cut else ""))]

    def give_up_request(self, why: str, now: float) -> list[Event]:
        """End the session for a request that does not come to its end; the peer is told."""
        if self.state is CLOSED:
            return []
        return self._break_off(RemoteProtocolError(ResponseCode.SESSION_ENDED, why), now)

    def close(self) -> None:
        """End the session from our side; what is to be written stays to be written."""
        self.state = CLOSED

    def deadline(self) -> float | None:
        """When `wake` wants to be called, on the clock of `now`; None after the end."""
        raise NotImplementedError

    def wake(self, now: float) -> list[Event]:
        """Do what is due: a keepalive, or give up on a peer that is silent."""
        raise NotImplementedError

    # -- inside

    def _take(self, frame: Frame, now: float) -> list[Event]:
        raise NotImplementedError

    def _break_off(self, error: RemoteProtocolError, now: float) -> list[Event]:
        raise NotImplementedError

    def _transitions(self) -> Transitions:
        return TRANSITIONS[self.service, self.duty, self.version or Version.SAM10]

    def _command(self, frame: Frame) -> Command:
        """The frame's command, if it may come now; moves nothing."""
        command = COMMANDS.get(frame.command)
        if command is None:
            raise RemoteProtocolError(ResponseCode.UNKNOWN_COMMAND, f"unknown command {one_line(frame.command)}")
        key = (self.state, self.receives, frame.command)
        if key in self._transitions():
            return command
        if self.state in {CONNECTED, LOGGING_IN}:
            raise RemoteProtocolError(ResponseCode.NOT_LOGGED_IN, f"{frame.command} before the login")
        if command in LOGINS:
            raise RemoteProtocolError(ResponseCode.ALREADY_LOGGED_IN, "already logged in on this connection")
        if any(k[1] is self.receives and k[2] == frame.command for k in self._transitions()):
            raise RemoteProtocolError(ResponseCode.OUT_OF_TURN, f"{frame.command} out of turn")
        raise RemoteProtocolError(ResponseCode.WRONG_PORT, f"{frame.command} does not belong on this port")

    def _decode(self, frame: Frame, command: Command, count_limit: int) -> Packet:
        if frame.skipped:
            raise self._too_long(frame, command, count_limit)
        return decode_body(command, frame.body, count_limit, self._charset(command))

    def _charset(self, _command: Command) -> Charset:
        """How the texts of a command are read."""
        return Charset.CP949

    def _too_long(self, frame: Frame, command: Command, count_limit: int) -> RemoteProtocolError:
        """What to say of a body that was passed over: its COUNT or its file, if that is what made it too long."""
        if command is UPLOAD:
            return RemoteProtocolError(ResponseCode.FILE_TOO_LARGE, f"file over {FILE_SIZE_LIMIT} bytes")
        if command.counted:
            try:
                decode_count(frame.body, count_limit)
            except RemoteProtocolError as error:
                return error
        detail = f"LENGTH {frame.skipped} is over the limit of {self._buffer.body_limit}"
        return RemoteProtocolError(ResponseCode.BAD_LENGTH, detail)

    def _send(self, packet: Packet, now: float, *, response: str = "", message: str = "") -> None:
        """Write a frame and move the state. Raises LocalProtocolError: the frame may not be sent now (after the end
        nothing may), or a value does not fit; nothing is written and nothing moves."""
        following = self._transitions().get((self.state, self.sends, packet.command.code))
        if following is None:
            raise LocalProtocolError(f"{packet.command.code} cannot be sent while the connection is {self.state.value}")
        self._write(packet, now, response=response, message=message)
        self.state = following

    def _write(self, packet: Packet, now: float, *, response: str = "", message: str = "") -> None:
        """Write a frame that moves nothing, as a sign of life does. Raises LocalProtocolError: a value does not fit;
        nothing is written."""
        body = encode_body(packet, self.padding)
        frame = Frame(str(self.version), packet.command.code, response, message, body)
        self._out.append(encode_frame(frame, self.padding))
        self._sent = now

    def _end(self, reason: str, response: ResponseCode | None = None) -> list[Event]:
        self.state = CLOSED
        return [Ended(reason, response)]
