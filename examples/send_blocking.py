"""Send one SMS and wait for its result, with plain blocking sockets: no asyncio, no threads. Most programs want
`samlink.client.blocking` instead (docs/client.md); this shows the protocol under it.

    SAMLINK_PASSWORD=... python examples/send_blocking.py HOST BASE_PORT ID RECEIVER SENDER TEXT

`samlink.wire.ClientSession` is the protocol without a socket: bytes go in by `receive`, events come out, and what is to
be written comes from `bytes_to_send`. Everything else here is the socket. A program that lives longer also reconnects
10 s after a connection broke; only if the login said that the gateway is samlink (`30|1|samlink` in RESP_MESG) may it
send again, with the same keys, what was not answered.
"""

import os
import socket
import sys
import time
from collections.abc import Iterator

from samlink.client import ClientSettings, Duty, Kind, Message, MessageError, Service, Version, pack
from samlink.vocabulary.responses import response
from samlink.vocabulary.results import result
from samlink.wire import (
    Answered,
    ClientSession,
    Ended,
    Event,
    KmsRecord,
    LocalProtocolError,
    Login,
    PollDue,
    SendRecord,
    commands,
)

CONNECT_SECONDS = 10.0
RECEIVE_BYTES = 65536


class BlockingLink:
    """One connection: a session and its socket."""

    def __init__(self, settings: ClientSettings, duty: Duty) -> None:
        self.socket = socket.create_connection(settings.address(Service.SMS, duty), CONNECT_SECONDS)
        self.session = ClientSession(Service.SMS, duty, Version.SAM10, time.monotonic())

    def events(self) -> Iterator[Event]:
        """Write what the session wants to say, and read, for ever; wakes the session when it wants to be woken."""
        while True:
            self.socket.sendall(self.session.bytes_to_send())
            deadline = self.session.deadline()
            self.socket.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
            try:
                data = self.socket.recv(RECEIVE_BYTES)
            except TimeoutError:
                yield from self.session.wake(time.monotonic())
                continue
            yield from self.session.receive(data, time.monotonic()) if data else self.session.receive_eof()

    def answer(self) -> Answered:
        """The answer to what was asked."""
        for event in self.events():
            if isinstance(event, Answered):
                if not event.ok:
                    raise SystemExit(f"refused: {response(event.response)}: {event.message}")
                return event
            if isinstance(event, Ended):
                raise SystemExit(event.reason)
        raise AssertionError("events never end by themselves")

    def log_in(self, login: Login) -> None:
        """Log in (1010)."""
        self.session.login(login, time.monotonic())
        self.answer()


def send(link: BlockingLink, record: SendRecord | KmsRecord) -> None:
    """Send one message (1020) and wait until the gateway has taken it."""
    link.session.send_messages(commands.SEND_SMS, [record], time.monotonic())
    link.answer()


def wait_for_result(link: BlockingLink, record: SendRecord | KmsRecord) -> int:
    """Poll (1030) until the message's result comes, and acknowledge it by polling once more (SAM10)."""
    link.session.poll(time.monotonic())
    for event in link.events():
        if isinstance(event, Ended):
            raise SystemExit(event.reason)
        results = event.packet.records if isinstance(event, Answered) else []
        if isinstance(event, PollDue) or results:
            link.session.poll(time.monotonic())
        for found in results:
            if (found.group_id, found.message_id) == (record.group_id, record.message_id):
                link.answer()
                return int(found.result)
    raise AssertionError("events never end by themselves")


def main(arguments: list[str]) -> None:
    """Send, wait, and say what became of it."""
    if len(arguments) != 6 or "SAMLINK_PASSWORD" not in os.environ:
        raise SystemExit("usage: " + (__doc__ or "").split("\n\n")[1].strip())
    try:
        send_one(*arguments)
    except (MessageError, LocalProtocolError, OSError) as error:
        raise SystemExit(f"{error}") from None


def send_one(host: str, port: str, login_id: str, *what: str) -> None:
    """Send one SMS, and wait for its result."""
    receiver, sender, text = what
    settings = ClientSettings(host=host, base_port=int(port), id=login_id, password=os.environ["SAMLINK_PASSWORD"])
    record = pack(Message(to=receiver, text=text, sender=sender, kind=Kind.SMS), settings).record
    login = Login(settings.id, settings.password)
    sending = BlockingLink(settings, Duty.SEND)
    with sending.socket:
        sending.log_in(login)
        send(sending, record)
    print(f"taken: {record.group_id}/{record.message_id}")
    reports = BlockingLink(settings, Duty.REPORT)
    with reports.socket:
        reports.log_in(login)
        print(f"result: {result(wait_for_result(reports, record))}")


if __name__ == "__main__":
    main(sys.argv[1:])
