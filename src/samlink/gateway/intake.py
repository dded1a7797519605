"""The one translator inward: records of the wire become messages, each judged by the admission rules."""

from collections.abc import Sequence
from typing import Final

from samlink.codes.services import Service
from samlink.core.account import Account
from samlink.core.admission import refusal
from samlink.core.message import SERVICE_OF_KIND, Kind, NewMessage
from samlink.wire import commands
from samlink.wire.packets import Packet
from samlink.wire.records import SendRecord

FILES_SEPARATOR: Final = "\n"


def kind_of(packet: Packet) -> Kind:
    """What the messages of a send request are: 1020 SMS; the others MMS with a file, LMS without (PROTOCOL.md 4)."""
    if packet.command is commands.SEND_SMS:
        return Kind.SMS
    return Kind.MMS if packet.head is not None and packet.head.given else Kind.LMS


def file_names(packet: Packet) -> Sequence[str]:
    """The files that a send request names."""
    return packet.head.given if packet.head is not None else ()


def new_messages(packet: Packet, account: Account, now_ms: int) -> list[NewMessage]:
    """The messages of a send request, those that a rule refuses with their result and without a price."""
    kind = kind_of(packet)
    service = SERVICE_OF_KIND[kind]
    price = account.price(kind)
    files = FILES_SEPARATOR.join(file_names(packet))
    messages: list[NewMessage] = []
    for record in packet.records:
        message = _new_message(record, kind, service, files)
        # Only an SMS waits in the gateway for its time; LMS and MMS go at once (manual 3.B, 1024 and 1044).
        reserved_ms = record.reserve_at * 1000 if record.reserve_at is not None and kind is Kind.SMS else now_ms
        message.due_at_ms = max(reserved_ms, now_ms)
        message.result = refusal(message, account, now_ms)
        message.price = price if message.result is None else 0
        messages.append(message)
    return messages


def _new_message(record: SendRecord, kind: Kind, service: Service, files: str) -> NewMessage:
    return NewMessage(
        record.group_id,
        record.message_id,
        record.receiver,
        service,
        kind,
        record.sender,
        record.subject,
        record.text,
        record.url,
        record.user_code,
        files,
        0,
        None if record.timeout_at is None else record.timeout_at * 1000,
        0,
    )
