"""The client's side of a connection (manual 2.B, 3.B): it asks, and on SAM11 report connections it acknowledges.

It writes by the letter and reads whatever has only one reading (docs/protocol.md 10): an answer is known by what is
outstanding and means what its RESP_CODE says, in any VERSION and with any body. So `transitions.TRANSITIONS` binds what
this side sends; what it may receive is said here.
"""

from collections.abc import Sequence
from typing import Final

from samlink.vocabulary.responses import ResponseCode, says_yes
from samlink.vocabulary.services import Duty, Service
from samlink.vocabulary.sizes import COUNT_LIMIT
from samlink.wire import choices, commands
from samlink.wire.commands import COMMANDS, SEND_COMMANDS, Command, Direction, Version
from samlink.wire.errors import LocalProtocolError, RemoteProtocolError
from samlink.wire.frame import Frame, FrameBuffer
from samlink.wire.packets import Packet, body_limit
from samlink.wire.records import FileAnswer, FileNames, FileUpload, KeyRecord, KmsRecord, Login, SendRecord
from samlink.wire.sessions.session import OK_MESSAGE, Answered, Event, KeepaliveAnswered, PollDue, Requested, Session
from samlink.wire.sessions.transitions import ASKED, CLOSED, CONNECTED, KEEPALIVES, LOGGING_IN, PUSHED, READY
from samlink.wire.sessions.transitions import SEND_ANSWERS as TRANSITION_ANSWERS
from samlink.wire.text import one_line
from samlink.wire.tolerant import read_file_name, read_keys, read_login_answer, read_results

LOGIN_MESSAGE: Final = "Protocol"
"""RESP_MESG of a login request (manual 3.A)."""
PAGES_READ_AHEAD: Final = 2
"""Pushed pages that are read before one of them is acknowledged."""
UNREADABLE_PAGE: Final = "it has results of which none can be read"
_NOTHING: Final = b"0 \0\r\n\t"
"""What the body of a 1031 is made of that has no results."""
SEND_ANSWERS: Final = frozenset({commands.SEND_ANSWER.code, commands.SEND_ANSWER_KEYS.code})
"""Either answers a send request, whatever the version."""


class ClientSession(Session):
    """Events: `Answered` to a login, messages, file or poll; `Requested` for pushed results; `PollDue`;
    `KeepaliveAnswered`; `Ended`.

    Keepalives are written here; their answer is told, since the owner's next request may wait for it. What has no
    reading at all ends the session: then the outcome of what is outstanding is not known.

    Up to `PAGES_READ_AHEAD` pushed pages may wait for their acknowledgement; the owner acknowledges each, in any order,
    and so one of which nothing can be read: it has no records, and none are acknowledged.
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
        self._asked = commands.LOGIN
        """The last request."""
        self._variable = False
        """VARIABLE_YN of the login: LMS and MMS go in 1044 and 1045."""
        self._pages = 0
        """Pushed pages that are not acknowledged."""
        self._poll_told = False
        """PollDue was given, and the owner has not polled yet."""

    # -- verbs

    def login(self, login: Login, now: float) -> None:
        """Log in (1010)."""
        self._send(Packet(commands.LOGIN, login), now, message=LOGIN_MESSAGE)

    def send_messages(
        self, command: Command, records: Sequence[SendRecord | KmsRecord], now: float, *, files: FileNames | None = None
    ) -> None:
        """Send messages by `command` (1020, 1024, 1044, 1045; 1054 for Kakao, with `KmsRecord`s). Raises
        LocalProtocolError: an answer is outstanding, there is nothing to send, `command` is no send command of this
        service, the records are of another one, or a value does not fit (it names record and field)."""
        if command not in SEND_COMMANDS[self.service]:
            raise LocalProtocolError(f"{command.code} sends no {self.service.name} messages")
        if not records:
            raise LocalProtocolError("a send request needs at least one message")
        if command.record is None or not all(isinstance(record, command.record.record) for record in records):
            raise LocalProtocolError(f"{command.code} cannot carry these records")
        head = (files or FileNames()) if command.head is not None else None
        self._send(Packet(command, head, records, self.user_code), now)

    def upload(self, file: FileUpload, now: float) -> None:
        """Upload a file (2030), at most 307,200 bytes. Raises LocalProtocolError: an answer is outstanding, or the file
        is too large."""
        self._send(Packet(commands.UPLOAD, file), now)

    def poll(self, now: float) -> None:
        """Ask for results (1030 of SAM10); this also acknowledges the results of the last poll on this connection."""
        if self.version is not Version.SAM10:
            raise LocalProtocolError("results are polled in SAM10 only; in SAM11 the gateway pushes")
        self._send(Packet(commands.RESULTS_TAKEN, empty=True), now)
        self._poll_told = False

    def acknowledge(self, keys: Sequence[KeyRecord], now: float) -> None:
        """Acknowledge the results of one pushed page (1030 of SAM11), those of `keys` only. A key with `raw` bytes goes
        back in them."""
        if self.version is not Version.SAM11:
            raise LocalProtocolError("results are acknowledged in SAM11 only; in SAM10 the next poll does it")
        self._pages = max(0, self._pages - 1)
        self._send_taken(Packet(commands.RESULTS_TAKEN, records=keys), now)

    def keep_alive(self, now: float) -> None:
        """Show life on a report connection of SAM11 by a 1031 of COUNT 0, which nobody has to answer; `wake` does it
        too, after 30 s of silence."""
        if self.version is not Version.SAM11 or self.duty is not Duty.REPORT:
            raise LocalProtocolError("a COUNT 0 of a client goes over report connections of SAM11 only")
        self._send(Packet(commands.RESULTS), now)
        self.state = READY
        self._keepalive_asked = True

    @property
    def blocked(self) -> bool:
        return self._pages >= PAGES_READ_AHEAD

    @property
    def idle(self) -> bool:
        """Whether a request may be sent now."""
        return self.state is READY

    @property
    def busy_with_keepalive(self) -> bool:
        """Whether what is outstanding is only a keepalive: the next request may be sent when its answer is there."""
        return self.state is ASKED and self._keepalive_asked

    # -- inside: what comes

    def _take(self, frame: Frame, now: float) -> list[Event]:
        try:
            return self._take_frame(frame, now)
        except RemoteProtocolError as error:
            return self._break_off(error, now)

    def _take_frame(self, frame: Frame, now: float) -> list[Event]:
        if self.state is LOGGING_IN:
            return self._login_came(frame)
        if self.state is CONNECTED:
            raise self._unexpected(frame)
        if self.duty is Duty.SEND:
            return self._answer_came(frame)
        if self.version is Version.SAM10:
            return self._poll_answer_came(frame)
        return self._push_came(frame, now)

    def _login_came(self, frame: Frame) -> list[Event]:
        answer = self._answer(frame, commands.LOGIN_ANSWER)
        if not answer.ok:
            return [answer, *self._end(one_line(f"login refused: {frame.response} {frame.message}"))]
        if frame.command != commands.LOGIN_ANSWER.code:
            raise self._unexpected(frame)
        answer.packet.head = read_login_answer(frame.body)
        self._variable = answer.packet.head.variable == "Y"
        self.state = READY
        return [answer]

    def _answer_came(self, frame: Frame) -> list[Event]:
        """Something on a send connection: whatever refuses, refuses what is outstanding."""
        if self.state is not ASKED:
            return self._nobody_asked(frame)
        if self._keepalive_asked:
            self.state, self._keepalive_asked = READY, False
            return [_kept_alive(frame)]
        uploaded = self._asked is commands.UPLOAD
        answer = self._answer(frame, commands.UPLOAD_ANSWER if uploaded else commands.SEND_ANSWER_KEYS)
        if answer.ok and uploaded and frame.command == commands.UPLOAD_ANSWER.code:
            answer.packet.head = FileAnswer(read_file_name(frame.body))
        elif answer.ok and not uploaded and frame.command in SEND_ANSWERS:
            answer.packet.records = read_keys(frame.body)
            answer.oddity = self._oddity(frame, answer.packet)
        elif answer.ok:
            raise self._unexpected(frame)
        self.state = READY
        return [answer]

    def _poll_answer_came(self, frame: Frame) -> list[Event]:
        """Something on a report connection of SAM10: results are taken whether or not they were asked for, and anything
        else tells that there are none."""
        polled = self.state is ASKED
        answer = self._answer(frame, commands.RESULTS)
        if frame.command == commands.RESULTS.code:
            answer.packet.records = read_results(frame.body, self.padding)
            if not answer.packet.records and frame.body.strip(_NOTHING):
                answer.oddity = UNREADABLE_PAGE
        elif not polled:
            return self._nobody_asked(frame)
        self.state = READY
        return [answer] if polled or answer.packet.records else []

    def _push_came(self, frame: Frame, now: float) -> list[Event]:
        """Something on a report connection of SAM11: results, or the answer to our own COUNT 0, which may not come."""
        if frame.command == commands.RESULTS.code:
            records = read_results(frame.body, self.padding)
            if records or frame.body.strip(_NOTHING):
                self._pages += 1
                self.state = PUSHED
                return [Requested(Packet(commands.RESULTS, records=records))]
            self._send_taken(Packet(commands.RESULTS_TAKEN), now)
            return []
        if not self._keepalive_asked and frame.command != commands.RESULTS_TAKEN.code:
            return self._nobody_asked(frame)
        self._keepalive_asked = False
        return [_kept_alive(frame)]

    def _nobody_asked(self, frame: Frame) -> list[Event]:
        if says_yes(frame.response):
            raise self._unexpected(frame)
        # The gateway says why it ends (11009, 19003), or what it could not read.
        return self._end(one_line(f"the gateway says {frame.response} {frame.message}"))

    def _unexpected(self, frame: Frame) -> RemoteProtocolError:
        """What to say of a frame that answers nothing of ours."""
        try:
            self._command(frame)
        except RemoteProtocolError as error:
            return error
        return RemoteProtocolError(ResponseCode.OUT_OF_TURN, f"{one_line(frame.command)} out of turn")

    def _answer(self, frame: Frame, usual: Command) -> Answered:
        """An answer without its body: a refusal's says nothing, and peers leave it out or fill it at will."""
        response, message = _said(frame)
        return Answered(Packet(COMMANDS.get(frame.command, usual), empty=True), response, message)

    def _oddity(self, frame: Frame, packet: Packet) -> str:
        """How an answer that takes our messages is not by the letter."""
        due = TRANSITION_ANSWERS[self.version or Version.SAM10].code
        if frame.version != self.version:
            return one_line(f"it is in {frame.version}")
        if frame.command != due:
            return f"it is a {frame.command}, and not a {due}"
        if frame.command == commands.SEND_ANSWER_KEYS.code and not packet.records:
            return f"its {len(frame.body)} bytes name no messages"
        return "a 1026 has no body" if frame.body and not packet.records else ""

    def _send_taken(self, packet: Packet, now: float) -> None:
        """Write a 1030 of SAM11; pages that are not acknowledged stay so."""
        self._send(packet, now, response=ResponseCode.OK, message=OK_MESSAGE)
        self.state = PUSHED if self._pages else READY

    def _send(self, packet: Packet, now: float, *, response: str = "", message: str = "") -> None:
        super()._send(packet, now, response=response, message=message)
        self._asked = packet.command

    def _break_off(self, error: RemoteProtocolError, _now: float) -> list[Event]:
        return self._end(f"the gateway broke the protocol: {error.detail}", error.response)

    # -- inside: time

    def _keepalive_due(self) -> float | None:
        if self.state is not READY or self._poll_told:
            return None
        if self.duty is Duty.SEND:
            return self._sent + choices.KEEPALIVE_SECONDS
        if self.version is Version.SAM10:
            return self._sent + choices.POLL_SECONDS
        return max(self._heard, self._sent) + choices.KEEPALIVE_SECONDS

    def _give_up(self) -> tuple[float, str] | None:
        """When the peer is given up, and why; None while nothing is outstanding. That it lives at all is the socket's
        business then (`link`)."""
        if self.state is CONNECTED:
            return self._begun + choices.LOGIN_LIMIT_SECONDS, "the login was never sent"
        if self.state in {LOGGING_IN, ASKED}:
            limit = choices.ANSWER_LIMIT_SECONDS
            return self._sent + limit, f"no answer within {limit:g} s"
        return None

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
        if self.duty is Duty.SEND:
            # With the empty FILE_NAMEs where a command has them: the manual's total for a COUNT of 0 is 516 bytes.
            command = self._keepalive_command()
            self._send(Packet(command, FileNames() if command.head is not None else None), now)
            self._keepalive_asked = True
        elif self.version is Version.SAM10:
            self._poll_told = True
            return [PollDue()]
        else:
            self.keep_alive(now)
        return []

    def _keepalive_command(self) -> Command:
        """The send request whose COUNT 0 shows that we live; one that this login may send messages by."""
        return commands.SEND_LMS if self._variable and self.service is Service.MMS else KEEPALIVES[self.service]


def _said(frame: Frame) -> tuple[str, str]:
    """RESP_CODE, in its one form for yes, and RESP_MESG."""
    return ResponseCode.OK if says_yes(frame.response) else frame.response, frame.message


def _kept_alive(frame: Frame) -> KeepaliveAnswered:
    return KeepaliveAnswered() if says_yes(frame.response) else KeepaliveAnswered(frame.response, frame.message)
