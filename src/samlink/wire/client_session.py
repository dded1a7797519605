"""The client's side of a connection (manual 2.B, 3.B): it asks, and on SAM11 report connections it acknowledges."""

from collections.abc import Sequence
from typing import Final

from samlink.codes.responses import ResponseCode
from samlink.codes.services import Duty, Service
from samlink.wire import choices, commands
from samlink.wire.commands import SEND_COMMANDS, Command, Direction, Version
from samlink.wire.errors import LocalProtocolError, RemoteProtocolError
from samlink.wire.frame import Frame, FrameBuffer
from samlink.wire.packets import COUNT_LIMIT, Packet, body_limit
from samlink.wire.records import FileNames, FileUpload, KeyRecord, KmsRecord, Login, SendRecord
from samlink.wire.session import OK_MESSAGE, Answered, Event, KeepaliveAnswered, PollDue, Requested, Session
from samlink.wire.text import one_line
from samlink.wire.transitions import ASKED, BOTH, CLOSED, CONNECTED, KEEPALIVES, LOGGING_IN, PUSHED, READY

LOGIN_MESSAGE: Final = "Protocol"
"""RESP_MESG of a login request (manual 3.A)."""


class ClientSession(Session):
    """Events: `Answered` to a login, messages, file or poll; `Requested` for pushed results; `PollDue`;
    `KeepaliveAnswered`; `Ended`.

    Keepalives are written here; their answer is told, since the owner's next request may wait for it. A frame that a
    gateway may not send ends the session: the client reconnects and sends again what was not answered.
    """

    sends = Direction.TO_GATEWAY
    receives = Direction.TO_CLIENT

    def __init__(
        self,
        service: Service,
        duty: Duty,
        version: Version,
        now: float,
        *,
        padding: bytes = choices.PADDING_WRITTEN,
        user_code: bool = choices.USER_CODE_WRITTEN,
    ) -> None:
        super().__init__(service, duty, now, padding=padding)
        self.version = version
        self.user_code = user_code
        longest = (commands.RESULTS, commands.SEND_ANSWER_KEYS, commands.LOGIN_ANSWER, commands.UPLOAD_ANSWER)
        self._buffer = FrameBuffer(max(body_limit(command, COUNT_LIMIT) for command in longest))
        self._keepalive_asked = False
        self._poll_told = False
        """PollDue was given, and the owner has not polled yet."""

    # -- verbs

    def login(self, login: Login, now: float) -> None:
        """Log in (1010)."""
        self._send(Packet(commands.LOGIN, login), now, message=LOGIN_MESSAGE)

    def send_messages(
        self,
        command: Command,
        records: Sequence[SendRecord | KmsRecord],
        now: float,
        *,
        files: FileNames | None = None,
    ) -> None:
        """Send messages by `command` (1020, 1024, 1044, 1045; 1054 for Kakao, with `KmsRecord`s).

        Raises:
            LocalProtocolError: an answer is outstanding, there is nothing to send, `command` is no send command of this
                service, the records are of another one, or a value does not fit (it names record and field).
        """
        if command not in SEND_COMMANDS[self.service]:
            raise LocalProtocolError(f"{command.code} sends no {self.service.name} messages")
        if not records:
            raise LocalProtocolError("a send request needs at least one message")
        if command.record is None or not all(isinstance(record, command.record.record) for record in records):
            raise LocalProtocolError(f"{command.code} cannot carry these records")
        head = (files or FileNames()) if command.head is not None else None
        self._send(Packet(command, head, records, self.user_code), now)

    def upload(self, file: FileUpload, now: float) -> None:
        """Upload a file (2030), at most 307,200 bytes.

        Raises:
            LocalProtocolError: an answer is outstanding, or the file is too large.
        """
        self._send(Packet(commands.UPLOAD, file), now)

    def poll(self, now: float) -> None:
        """Ask for results (1030 of SAM10); this also acknowledges the results of the last poll on this connection."""
        if self.version is not Version.SAM10:
            raise LocalProtocolError("results are polled in SAM10 only; in SAM11 the gateway pushes")
        self._send(Packet(commands.RESULTS_TAKEN, empty=True), now)
        self._poll_told = False

    def acknowledge(self, keys: Sequence[KeyRecord], now: float) -> None:
        """Acknowledge pushed results (1030 of SAM11), those of `keys` only."""
        if self.version is not Version.SAM11:
            raise LocalProtocolError("results are acknowledged in SAM11 only; in SAM10 the next poll does it")
        packet = Packet(commands.RESULTS_TAKEN, records=keys)
        self._send(packet, now, response=ResponseCode.OK, message=OK_MESSAGE)

    @property
    def idle(self) -> bool:
        """Whether a request may be sent now."""
        return self.state is READY

    @property
    def busy_with_keepalive(self) -> bool:
        """Whether what is outstanding is only a keepalive: the next request may be sent when its answer is there."""
        return self.state is ASKED and self._keepalive_asked

    # -- inside

    def _take(self, frame: Frame, now: float) -> list[Event]:
        try:
            return self._take_frame(frame, now)
        except RemoteProtocolError as error:
            return self._break_off(error, now)

    def _take_frame(self, frame: Frame, now: float) -> list[Event]:
        logging_in = self.state is LOGGING_IN
        # An older gateway may answer a login in a version of its own only to refuse it; its reason must be heard.
        if frame.version != self.version and not (logging_in and frame.response != ResponseCode.OK):
            raise RemoteProtocolError(
                ResponseCode.WRONG_VERSION, f"VERSION {one_line(frame.version)}, ours is {self.version}"
            )
        try:
            command = self._command(frame)
        except RemoteProtocolError:
            if frame.response in {"", ResponseCode.OK}:
                raise
            # Nobody asked, but the gateway says why it ends (11009, 19003) or what it could not read.
            return self._end(one_line(f"the gateway says {frame.response} {frame.message}"))
        pushed = command is commands.RESULTS and self.version is Version.SAM11
        refusal = not pushed and frame.response not in {"", ResponseCode.OK}
        # The body of a refusal says nothing, and peers leave it out or fill it at will.
        packet = Packet(command, empty=True) if refusal else self._decode(frame, command, COUNT_LIMIT)
        self.state = self._transitions()[self.state, self.receives, command.code]
        if pushed:
            return self._pushed(packet, now)
        if self._keepalive_asked:
            self._keepalive_asked = False
            if refusal:
                return self._end(one_line(f"keepalive refused: {frame.response} {frame.message}"))
            return [KeepaliveAnswered()]
        events: list[Event] = [Answered(packet, frame.response, frame.message)]
        if logging_in and refusal:
            events += self._end(one_line(f"login refused: {frame.response} {frame.message}"))
        return events

    def _pushed(self, packet: Packet, now: float) -> list[Event]:
        if packet.records:
            return [Requested(packet)]
        self.acknowledge((), now)
        return []

    def _break_off(self, error: RemoteProtocolError, _now: float) -> list[Event]:
        return self._end(f"the gateway broke the protocol: {error.detail}", error.response)

    # -- time

    def _keepalive_due(self) -> float | None:
        if self.state is not READY or self._poll_told:
            return None
        if self.duty is Duty.SEND:
            return self._sent + choices.KEEPALIVE_SECONDS
        return self._sent + choices.POLL_SECONDS if self.version is Version.SAM10 else None

    def _give_up(self) -> tuple[float, str] | None:
        """When the peer is given up, and why; None while it waits for our owner to poll or to acknowledge."""
        if self._poll_told or self.state is PUSHED:
            return None
        if self.state is CONNECTED:
            return self._begun + choices.LOGIN_LIMIT_SECONDS, "the login was never sent"
        if self.state in {LOGGING_IN, ASKED, BOTH}:
            limit = choices.ANSWER_LIMIT_SECONDS
            return self._sent + limit, f"no answer within {limit:g} s"
        last = max(self._heard, self._sent)  # a gateway that waited for our acknowledgement was not silent
        return last + choices.SILENCE_LIMIT_SECONDS, f"silent for {choices.SILENCE_LIMIT_SECONDS:g} s"

    def deadline(self) -> float | None:
        if self.state is CLOSED:
            return None
        if (due := self._keepalive_due()) is not None:
            return due
        return limit[0] if (limit := self._give_up()) else None

    def wake(self, now: float) -> list[Event]:
        if self.state is CLOSED:
            return []
        due = self._keepalive_due()
        if due is None:
            limit = self._give_up()
            return self._end(limit[1]) if limit and now >= limit[0] else []
        if now < due:
            return []
        if self.duty is Duty.REPORT:
            self._poll_told = True
            return [PollDue()]
        self._keepalive_asked = True
        command = KEEPALIVES[self.service]
        # With the empty FILE_NAMEs: the manual's total for a COUNT of 0 is 516 bytes.
        self._send(Packet(command, FileNames() if command.head is not None else None), now)
        return []
