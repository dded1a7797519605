"""The customer's side: send messages, and receive their results.

    import asyncio
    from samlink.client import ClientSettings, Message, Receiver, Sender

    async def main() -> None:
        settings = ClientSettings(host="127.0.0.1", id="demo", password=...)
        async with Sender(settings) as sender, Receiver(settings) as receiver:
            sent = await sender.send(Message(to="010-1234-5678", text="안녕하세요", sender="02-1234-5678"))
            async for result in receiver:
                print(result.key, result.korean, result.sent_at)
                if result.key == sent.key:
                    break

    asyncio.run(main())

In a web application one sender lives as long as the program, and a handler gives its call a time of its own:

    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with Sender(settings) as app.state.sender:
            yield

    await app.state.sender.send(message, timeout_seconds=5)  # OutcomeUnknownError: it may have been sent
    app.state.sender.connected                               # for a readiness probe, after `connect`

`Sender.send_many` takes any number of messages, `Sender(settings, connections=4)` keeps several connections busy. A
program without asyncio uses `samlink.client.blocking`. docs/client.md is a tutorial.

A `KakaoMessage` goes the same way, and its result comes to the same `Receiver`. Its body is an
extension of ours: the manual has none, so only a samlink gateway understands it.
"""

from samlink.client._connection import check_login
from samlink.client._pack.kakao import attachment_text
from samlink.client._pack.message import Packed, pack
from samlink.client._send.uploads import read_file, spelled
from samlink.client._terms import LoginTerms
from samlink.client.errors import (
    ClientError,
    GatewayUnreachableError,
    LoginRefusedError,
    MessageError,
    OutcomeUnknownError,
    PacketRefusedError,
    RefusedError,
    SenderClosedError,
    SenderFullError,
    SettingsError,
)
from samlink.client.kakao import Fallback, KakaoMessage
from samlink.client.keys import MessageKey
from samlink.client.messages import AnyMessage, Failed, Held, Kind, Message, Outcome, Sent
from samlink.client.receiver import Batch, Receiver, RecentKeys, SeenKeys
from samlink.client.results import Result
from samlink.client.sender import Sender, Unfinished
from samlink.client.settings import ByPeer, ClientSettings, ConnectionNews
from samlink.vocabulary.kakao import KakaoKind
from samlink.vocabulary.responses import Again, Response, ResponseClass, ResponseCode
from samlink.vocabulary.results import ResultCode, ResultMeaning
from samlink.vocabulary.services import Duty, Service
from samlink.wire import Version

__all__ = [
    "Again",
    "AnyMessage",
    "Batch",
    "ByPeer",
    "ClientError",
    "ClientSettings",
    "ConnectionNews",
    "Duty",
    "Failed",
    "Fallback",
    "GatewayUnreachableError",
    "Held",
    "KakaoKind",
    "KakaoMessage",
    "Kind",
    "LoginRefusedError",
    "LoginTerms",
    "Message",
    "MessageError",
    "MessageKey",
    "Outcome",
    "OutcomeUnknownError",
    "Packed",
    "PacketRefusedError",
    "Receiver",
    "RecentKeys",
    "RefusedError",
    "Response",
    "ResponseClass",
    "ResponseCode",
    "Result",
    "ResultCode",
    "ResultMeaning",
    "SeenKeys",
    "Sender",
    "SenderClosedError",
    "SenderFullError",
    "Sent",
    "Service",
    "SettingsError",
    "Unfinished",
    "Version",
    "attachment_text",
    "check_login",
    "pack",
    "read_file",
    "spelled",
]
