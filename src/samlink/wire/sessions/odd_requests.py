"""Requests that are one byte off the manual and have one meaning all the same (docs/protocol.md 10), for a gateway.

Nothing here is asked of a frame that can be read by the letter, so tolerance changes no exact request and costs it no
time. A form is taken only if all of it fits: what could be a message in another form is refused.
"""

from collections.abc import Mapping
from typing import Final

from samlink.wire import commands
from samlink.wire.commands import ALL_SEND_COMMANDS, COMMANDS, Command, Version
from samlink.wire.frame import Frame
from samlink.wire.packets import Packet
from samlink.wire.records import FileAnswer, LoginAnswer, Record

_BLANKS: Final = b" \0" + b"0"

_BLANK_HEADS: Final[Mapping[str, Record]] = {
    commands.LOGIN_ANSWER.code: LoginAnswer(variable=""),
    commands.UPLOAD_ANSWER.code: FileAnswer(""),
}


def usual_command(code: str) -> str:
    """COMMAND as the manual writes it; `01010` is 1010."""
    if code in COMMANDS:
        return code
    short = code.lstrip("0")
    return short if short in COMMANDS else code


def usual_version(said: str, of_login: Version | None) -> str:
    """VERSION as the manual writes it; `sam10` is SAM10, and a blank one after the login is the login's."""
    if not said and of_login is not None:
        return of_login
    return said.upper()


def says_only_that_it_lives(frame: Frame) -> bool:
    """Whether a frame is a send command of whatever port whose body holds nothing but blanks, NULs and zeros: a COUNT
    of 0, or none, and perhaps the empty record of a program that always sends its whole struct."""
    return frame.command in ALL_SEND_COMMANDS and not frame.skipped and not frame.body.strip(_BLANKS)


def refusing_packet(command: Command) -> Packet:
    """The body of an answer that refuses: of its usual length in blanks, for programs that read fixed sizes."""
    head = _BLANK_HEADS.get(command.code)
    return Packet(command, head, empty=head is None and not command.counted)
