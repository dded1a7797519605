"""A gateway's session whose client is logged in, and what it has written."""

from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.frame import Frame, FrameBuffer, encode_frame
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import Login
from samlink.wire.sessions.gateway import GatewaySession
from tests.wire.sessions.pair import ANSWER, SMS


def request(packet: Packet, version: str = "SAM11", *, message: str = "", padding: bytes = b" ") -> bytes:
    """A request's frame."""
    return encode_frame(Frame(version, packet.command.code, "", message, encode_body(packet, padding)), padding)


LOGIN = request(Packet(commands.LOGIN, Login("demo", "secret")))
LOGIN_10 = request(Packet(commands.LOGIN, Login("demo", "secret")), "SAM10")
ONE_SMS = request(Packet(commands.SEND_SMS, records=[SMS]))


def ready(
    service: Service = Service.SMS, duty: Duty = Duty.SEND, version: str = "SAM11", batch_limit: int = 30
) -> GatewaySession:
    """A session whose client is logged in at 0 s."""
    session = GatewaySession(service, duty, 0.0)
    assert len(session.receive(LOGIN if version == "SAM11" else LOGIN_10, 0.0)) == 1
    session.answer_login(ANSWER, batch_limit=batch_limit, service_class=1, now=0.0)
    assert session.bytes_to_send()
    return session


def written(session: GatewaySession) -> list[Frame]:
    """The frames that wait to be written."""
    buffer = FrameBuffer(1_000_000)
    buffer.feed(session.bytes_to_send())
    found: list[Frame] = []
    while (frame := buffer.next_frame()) is not None:
        found.append(frame)
    assert not buffer.in_frame
    return found


def answer(session: GatewaySession) -> tuple[str, str, str]:
    """Command, RESP_CODE and RESP_MESG of the one frame that waits to be written."""
    (frame,) = written(session)
    return frame.command, frame.response, frame.message
