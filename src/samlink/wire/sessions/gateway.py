"""The gateway's side of a connection (manual 2.B, 3.B): it answers, and on SAM11 report connections it pushes."""

import hashlib
from collections.abc import Sequence
from typing import Final

from samlink.vocabulary.language import Language
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.responses import response as response_of
from samlink.vocabulary.services import Duty, Service
from samlink.vocabulary.text import Charset
from samlink.wire import choices, commands
from samlink.wire.commands import ALL_SEND_COMMANDS, SEND_COMMANDS, Command, Direction, Version
from samlink.wire.errors import LocalProtocolError, RemoteProtocolError
from samlink.wire.frame import ETX_SIZE, HEADER_SIZE, Frame, FrameBuffer, encode_frame
from samlink.wire.packets import Packet, body_limit, encode_body
from samlink.wire.records import FileAnswer, KeyRecord, Login, LoginAnswer, ResultRecord
from samlink.wire.sessions.odd_requests import refusing_packet, says_only_that_it_lives, usual_command, usual_version
from samlink.wire.sessions.session import OK_MESSAGE, Event, Refused, Requested, Session
from samlink.wire.sessions.transitions import (
    ASKED,
    BOTH,
    CLOSED,
    CONNECTED,
    GATEWAY_TRANSITIONS,
    LOGGING_IN,
    PUSHED,
    READY,
    Transitions,
    answer_of,
)
from samlink.wire.text import one_line

RESULTS_LIMIT: Final = 1000
"""The most results of one 1031 that our gateway writes (82 KB), and keys of one 1030 that it reads."""


class GatewaySession(Session):
    """Events: `Requested` (login, messages, file, poll, acknowledgement), `Refused`, `Ended`.

    Each `Requested` but an acknowledgement (1030 of SAM11) is answered by exactly one of `answer_login`,
    `answer_messages`, `answer_file`, `answer_poll` or `refuse`. Signs of life (COUNT 0, in either direction) give no
    event, move no state and wait for nothing: one of the client's is answered here, and whether one of ours is
    answered changes nothing. An acknowledgement is an event whenever it names a key, also after the push was over.

    Every verb raises LocalProtocolError when its frame may not be sent now, also after the end: the peer may have
    closed the connection while its request was being worked on.
    """

    sends = Direction.TO_CLIENT
    receives = Direction.TO_GATEWAY

    def __init__(
        self, service: Service, duty: Duty, now: float, *, frame_limit_seconds: float = choices.FRAME_LIMIT_SECONDS
    ) -> None:
        super().__init__(service, duty, now)
        self._frame_limit_seconds = frame_limit_seconds
        self._silence_limit_seconds = choices.SILENCE_LIMITS_SECONDS[duty]
        self._buffer = FrameBuffer(max(body_limit(command, 0) for command in commands.LOGINS))
        self.charset = Charset.CP949
        """How the texts of messages are read from now on; the owner sets it once it knows whose they are."""
        self.language = Language.ENGLISH
        """Of RESP_MESG in a refusal from now on; set like the charset. An address (11006) and `OK` have no language."""
        self._credentials = b""
        """A digest of the ID and the password of the login."""
        self._asked: Packet | None = None
        self._asked_command = ""
        self._asked_bytes = 0
        self._batch_limit = 0

    # -- verbs

    def answer_login(
        self, answer: LoginAnswer, *, batch_limit: int, service_class: int, now: float, name: str = choices.SAMLINK_NAME
    ) -> None:
        """Let the client in (1011); RESP_MESG is `batch_limit|service_class|` (manual 3.B), and our name after it."""
        self._outstanding(*commands.LOGINS)
        packet = Packet(commands.LOGIN_ANSWER, answer)
        self._send(packet, now, response=ResponseCode.OK, message=f"{batch_limit}|{service_class}|{name}")
        self._asked = None
        self.set_batch_limit(batch_limit)
        self._buffer.skip_limit = choices.SKIPPED_BODY_LIMIT

    def set_batch_limit(self, batch_limit: int) -> None:
        """The greatest COUNT of one send request from now on."""
        self._batch_limit = batch_limit
        if self.duty is Duty.SEND:
            sizes = [body_limit(command, batch_limit) for command in SEND_COMMANDS[self.service]]
            if self.service is Service.MMS:
                sizes.append(body_limit(commands.UPLOAD, 0))
            longest = min(max(sizes), choices.REQUEST_BODY_LIMIT)
            self._buffer.body_limit = max(longest, choices.KEEPALIVE_BODY_LIMIT)
        else:
            self._buffer.body_limit = body_limit(commands.RESULTS_TAKEN, RESULTS_LIMIT)

    def answer_messages(self, now: float) -> None:
        """The messages are durable: 1026, or 1021 with the request's keys."""
        asked = self._outstanding(*SEND_COMMANDS[self.service])
        version = self._version()
        if version is Version.SAM10:
            packet = Packet(commands.SEND_ANSWER, empty=True)
        else:
            keys = [KeyRecord(record.group_id, record.message_id) for record in asked.records]
            packet = Packet(commands.SEND_ANSWER_KEYS, records=keys)
        self._send(packet, now, response=ResponseCode.OK, message=OK_MESSAGE)
        self._asked = None

    def answer_file(self, name: str, now: float) -> None:
        """The file is durable under `name` (2040)."""
        self._outstanding(commands.UPLOAD)
        packet = Packet(commands.UPLOAD_ANSWER, FileAnswer(name))
        self._send(packet, now, response=ResponseCode.OK, message=OK_MESSAGE)
        self._asked = None

    def answer_poll(self, results: Sequence[ResultRecord], now: float) -> None:
        """What there is for a poll of SAM10 (1031); an empty sequence says that there is nothing."""
        self._outstanding(commands.RESULTS_TAKEN)
        self._send(Packet(commands.RESULTS, records=results), now, response=ResponseCode.OK, message=OK_MESSAGE)
        self._asked = None

    def push(self, results: Sequence[ResultRecord], now: float) -> None:
        """Push results (1031 of SAM11), at least one; only when `may_push`."""
        if self.version is not Version.SAM11:
            raise LocalProtocolError("results are pushed in SAM11 only; in SAM10 the client polls")
        if not results:
            raise LocalProtocolError("there are no results to push; a sign of life goes by itself")
        self._send(Packet(commands.RESULTS, records=results), now, response=ResponseCode.OK, message=OK_MESSAGE)

    @property
    def may_push(self) -> bool:
        """Whether a push may be written now."""
        return self._pushes and self.state in {READY, ASKED}

    def refuse(self, response: ResponseCode, detail: str, now: float) -> None:
        """Answer the outstanding request with an error (RESP_MESG is `detail`); a refused login ends the session."""
        if self._asked is None or self.over:
            raise LocalProtocolError("there is no request to refuse")
        self._write_refusal(self._asked_command, response, detail, now)
        self._asked = None
        self._heard = max(self._heard, now)
        self.state = CLOSED if self.state is LOGGING_IN else {ASKED: READY, BOTH: PUSHED}.get(self.state, self.state)

    # -- inside

    @property
    def _pushes(self) -> bool:
        return self.version is Version.SAM11 and self.duty is Duty.REPORT

    @property
    def held_bytes(self) -> int:
        """See `Session.held_bytes`."""
        return len(self._buffer) + (self._asked_bytes if self._asked is not None else 0)

    @property
    def blocked(self) -> bool:
        """Whether an answer of ours is owed."""
        return self._asked is not None

    def _outstanding(self, *wanted: Command) -> Packet:
        if self._asked is None:
            raise LocalProtocolError("there is no request to answer")
        if all(self._asked.command is not command for command in wanted):
            raise LocalProtocolError(f"{self._asked.command.code} is not answered by this verb")
        return self._asked

    def _send(self, packet: Packet, now: float, *, response: str = "", message: str = "") -> None:
        super()._send(packet, now, response=response, message=message)
        # A client that waits for our answer has every reason to be silent: its silence is counted from the answer on.
        self._heard = max(self._heard, now)

    def _version(self) -> Version:
        return self.version or Version.SAM10

    def _take(self, frame: Frame, now: float) -> list[Event]:
        frame.command = usual_command(frame.command)
        try:
            self._check_version(frame)
        except RemoteProtocolError as error:
            return self._refuse_frame(frame, error, now)
        try:
            packet = self._read(frame)
        except RemoteProtocolError as error:
            if self.state not in {CONNECTED, LOGGING_IN} and says_only_that_it_lives(frame):
                return self._answer_sign_of_life(frame.command, now)
            return self._refuse_frame(frame, error, now)
        command = packet.command
        if self._is_sign_of_life(packet):
            return self._answer_sign_of_life(command.code, now)
        self.state = self._transitions()[self.state, self.receives, command.code]
        if command is commands.RESULTS_TAKEN and self.version is Version.SAM11:
            return [Requested(packet)]
        self._asked = packet
        self._asked_command = command.code
        self._asked_bytes = HEADER_SIZE + len(frame.body) + ETX_SIZE
        return [Requested(packet)]

    def _read(self, frame: Frame) -> Packet:
        command = self._command(frame)
        if command is commands.RESULTS_TAKEN and self.version is Version.SAM10:
            return Packet(command, empty=True)  # a poll, whatever its body
        packet = self._decode(frame, command, self._count_limit(command))
        if command in commands.LOGINS:
            self._check_login(packet.head)
        return packet

    def _charset(self, command: Command) -> Charset:
        return self.charset if command.code in ALL_SEND_COMMANDS else Charset.CP949

    def _check_login(self, login: Login) -> None:
        """Whether a second login says what the first one did."""
        given = hashlib.blake2b(f"{login.id}\0{login.password}".encode()).digest()
        if self.state is CONNECTED:
            self._credentials = given
        elif given != self._credentials:
            raise RemoteProtocolError(ResponseCode.ALREADY_LOGGED_IN, "already logged in on this connection")

    def _transitions(self) -> Transitions:
        return GATEWAY_TRANSITIONS[self.service, self.duty, self._version()]

    def _count_limit(self, command: Command) -> int:
        if command is commands.RESULTS:
            return 0  # a client has no results to give: only its sign of life is taken (docs/protocol.md 1)
        return RESULTS_LIMIT if command is commands.RESULTS_TAKEN else self._batch_limit

    def _is_sign_of_life(self, packet: Packet) -> bool:
        """Whether a request says no more than that its sender lives: a COUNT of 0, but for the poll of SAM10."""
        command = packet.command
        if packet.records or not command.counted:
            return False
        return command is not commands.RESULTS_TAKEN or self.version is Version.SAM11

    def _answer_sign_of_life(self, command: str, now: float) -> list[Event]:
        """1026 or 1021 on a send port, 1031 or 1030 on a report port; nothing to a 1030, which is an answer itself."""
        if command == commands.RESULTS_TAKEN.code:
            return []
        answer = answer_of(command, self._version(), self.duty)
        empty = Packet(answer, empty=not answer.counted)
        self._write(empty, now, response=ResponseCode.OK, message=OK_MESSAGE)
        self._heard = max(self._heard, now)
        return []

    def _check_version(self, frame: Frame) -> None:
        if frame.version not in Version.__members__:
            frame.version = usual_version(frame.version, self.version)
        if frame.version not in Version.__members__:
            raise RemoteProtocolError(
                ResponseCode.WRONG_VERSION, f"VERSION {one_line(frame.version)} is not SAM10 or SAM11"
            )
        if self.version is None:
            self.version = Version(frame.version)
            if frame.nul_padded:
                self.padding = b"\0"
        elif frame.version != self.version:
            raise RemoteProtocolError(ResponseCode.WRONG_VERSION, f"VERSION {frame.version}, login had {self.version}")

    def _refuse_frame(self, frame: Frame, error: RemoteProtocolError, now: float) -> list[Event]:
        if frame.command == commands.RESULTS_TAKEN.code and self.state in {PUSHED, BOTH}:
            # An acknowledgement cannot be answered and asked for again: the results go out on the next connection.
            return self._break_off(error, now)
        self._write_refusal(frame.command, error.response, error.detail, now)
        events: list[Event] = [Refused(error.fault, frame.command)]
        if self.state in {CONNECTED, LOGGING_IN}:
            events += self._end(f"refused before the login: {error.detail}", error.response)
        return events

    def _break_off(self, error: RemoteProtocolError, now: float) -> list[Event]:
        if self.state is CONNECTED and error.response is ResponseCode.BAD_LENGTH:
            error = RemoteProtocolError(error.response, f"{error.detail} before login")
        self._write_refusal(self._lost_command(), error.response, error.detail, now)
        return [Refused(error.fault, ""), *self._end(error.detail, error.response)]

    def _ended_by_peer(self) -> list[Event]:
        if self._buffer.in_frame:
            self._say_what_is_missing(self._heard)
        return super()._ended_by_peer()

    def _say_what_is_missing(self, now: float) -> None:
        detail = f"frame not whole: {self._buffer.describe_missing()}"
        self._write_refusal(self._lost_command(), ResponseCode.BAD_FRAME, detail, now)

    def _lost_command(self) -> str:
        """Which request an unreadable frame most likely was; empty for the usual one of the duty."""
        return commands.LOGIN.code if self.state is CONNECTED else ""

    def _write_refusal(self, request: str, response: ResponseCode, detail: str, now: float) -> None:
        version = self._version()
        command = answer_of(request, version, self.duty)
        body = encode_body(refusing_packet(command), self.padding)
        if self.language is Language.KOREAN and response is not ResponseCode.REDIRECT:
            detail = response_of(response).korean_message(detail)
        frame = Frame(version, command.code, response.value, detail, body)
        self._out.append(encode_frame(frame, self.padding))
        self._sent = now

    # -- time

    def deadline(self) -> float | None:
        if self.state is CLOSED:
            return None
        if self.state in {CONNECTED, LOGGING_IN}:
            return self._begun + choices.LOGIN_LIMIT_SECONDS
        if self.blocked:
            return self._heard + choices.ANSWER_LIMIT_SECONDS if self._no_more_comes else None
        due = self._heard + self._silence_limit_seconds
        if self._incomplete_since is not None:
            due = min(due, self._incomplete_since + self._frame_limit_seconds)
        return min(due, self._sent + choices.KEEPALIVE_SECONDS) if self._pushes else due

    def wake(self, now: float) -> list[Event]:
        if self.state is CLOSED:
            return []
        if self.state in {CONNECTED, LOGGING_IN}:
            if now < self._begun + choices.LOGIN_LIMIT_SECONDS:
                return []
            return self._end(f"no login within {choices.LOGIN_LIMIT_SECONDS:g} s")
        if self.blocked:
            overdue = self._no_more_comes and now >= self._heard + choices.ANSWER_LIMIT_SECONDS
            return self._end("the peer closed the connection before its answer came") if overdue else []
        if now >= self._heard + self._silence_limit_seconds:
            return self._end(f"silent for {self._silence_limit_seconds:g} s")
        if self._incomplete_since is not None and now >= self._incomplete_since + self._frame_limit_seconds:
            self._say_what_is_missing(now)
            return self._end(f"a frame was not whole after {self._frame_limit_seconds:g} s")
        if self._pushes and now >= self._sent + choices.KEEPALIVE_SECONDS:
            self._write(Packet(commands.RESULTS), now, response=ResponseCode.OK, message=OK_MESSAGE)
        return []
