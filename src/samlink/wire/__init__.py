"""The manual as code, sans-IO: frames, commands, and a connection's session. Needs no socket and no clock.

The tables of the manual stand in `commands.py`, the disagreements in `choices.py`, who may send what in
`sessions/transitions.py`.
"""

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire.commands import COMMANDS, Command, Direction, Version
from samlink.wire.errors import LocalProtocolError, PeerFault, ProtocolError, RemoteProtocolError
from samlink.wire.frame import Frame, FrameBuffer, encode_frame
from samlink.wire.packets import Packet, decode_body, encode_body
from samlink.wire.records import (
    FileAnswer,
    FileNames,
    FileUpload,
    KeyRecord,
    KmsRecord,
    Login,
    LoginAnswer,
    ResultRecord,
    SendRecord,
)
from samlink.wire.sessions.client import ClientSession
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import (
    Answered,
    Ended,
    Event,
    KeepaliveAnswered,
    PollDue,
    Refused,
    Requested,
    Session,
)

__all__ = [
    "COMMANDS",
    "Answered",
    "ClientSession",
    "Command",
    "Direction",
    "Duty",
    "Ended",
    "Event",
    "FileAnswer",
    "FileNames",
    "FileUpload",
    "Frame",
    "FrameBuffer",
    "GatewaySession",
    "KeepaliveAnswered",
    "KeyRecord",
    "KmsRecord",
    "LocalProtocolError",
    "Login",
    "LoginAnswer",
    "Packet",
    "PeerFault",
    "PollDue",
    "ProtocolError",
    "Refused",
    "RemoteProtocolError",
    "Requested",
    "ResponseCode",
    "ResultRecord",
    "SendRecord",
    "Service",
    "Session",
    "Version",
    "decode_body",
    "encode_body",
    "encode_frame",
]
