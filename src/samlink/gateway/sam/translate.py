"""The one translator inward: records of the wire become messages, each judged by the admission rules."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from samlink.core.kakao import TEMPLATED
from samlink.core.kakao_parts import KakaoParts
from samlink.core.limits import DUPLICATE
from samlink.core.message import REASON_CHARACTERS, SERVICE_OF_KIND, Kind, NewMessage, storable
from samlink.core.rules import Context, Judgement, judge
from samlink.vocabulary.results import ResultCode
from samlink.wire import commands
from samlink.wire.packets import Packet
from samlink.wire.records import KmsRecord, SendRecord

UNREADABLE: Final = "unreadable field"
"""The reason of a message of which something cannot be read, though its packet can."""
FILES_SEPARATOR: Final = "\n"
DIGEST_BYTES: Final = 8
_EMPTY_DIGEST: Final = hashlib.blake2b(digest_size=DIGEST_BYTES)
_TEMPLATED_KINDS: Final = frozenset(kind.value for kind in TEMPLATED)


class Intake(msgspec.Struct, gc=False):
    """The messages of one packet, judged."""

    messages: list[NewMessage]
    warnings: Mapping[str, int]
    """Rules that would have refused messages, had they not only warned, and how many."""
    in_utf8: int = 0
    """Texts that were read as UTF-8."""


def file_names(packet: Packet) -> Sequence[str]:
    """The files that a send request names."""
    return getattr(packet.head, "given", ())


def new_messages(packet: Packet, context: Context, file_fault: tuple[int, str] | None = None) -> Intake:
    """The messages of a send request, those that a rule refuses with their result and without a price.

    `file_fault` is the result and the reason for which the packet's files stop what no rule stops. SENDER is the
    account's own when the customer left it out.
    """
    account, now_ms = context.account, context.now_ms
    make = _MAKERS.get(packet.command.code, _text_message)
    files = FILES_SEPARATOR.join(file_names(packet))
    with_digest = account.rules.get(DUPLICATE.name, "off") != "off"
    warnings: Counter[str] = Counter()
    messages: list[NewMessage] = []
    in_utf8 = 0
    for record in packet.records:
        message = make(record, files, now_ms)
        if not message.sender:
            message.sender = account.default_sender
        if record.utf8:
            message.utf8 = True
            in_utf8 += 1
        # A message that cannot be read is refused before any rule is asked: nobody knows what it would have said.
        result, reason, detail, warned = _unreadable(record.fault) if record.fault else judge(message, context)
        if result is None and file_fault is not None:
            message.result, message.reason = file_fault
        elif result is None:
            message.price = account.price(Kind(message.kind))
        else:
            message.result = result
            message.reason = storable(f"{reason}: {detail}" if detail else reason)[:REASON_CHARACTERS]
        if with_digest:
            message.digest = digest(message)
        if warned:
            warnings.update(warned)
        messages.append(message)
    return Intake(messages, warnings, in_utf8)


def _unreadable(fault: str) -> Judgement:
    return Judgement(ResultCode.BAD_MESSAGE_FORMAT, UNREADABLE, fault)


def digest(message: NewMessage) -> bytes:
    """8 bytes that are the same for the same receiver and content, whatever the key and the times."""
    content = (
        f"{message.receiver}\0{message.kind}\0{message.subject}\0{message.text}\0{message.url}\0{message.files}\0"
        f"{message.kakao}"
    )
    made = _EMPTY_DIGEST.copy()  # in less time than a new one is set up
    made.update(content.encode("utf-8", "replace"))
    return made.digest()


def _sms(record: SendRecord, files: str, now_ms: int) -> NewMessage:
    message = _message(record, Kind.SMS, files, now_ms)
    # Only an SMS waits in the gateway for its time; all others go at once (manual 3.B, 1024 and 1044).
    if record.reserve_at is not None:
        message.due_at_ms = max(record.reserve_at * 1000, now_ms)
    return message


def _text_message(record: SendRecord, files: str, now_ms: int) -> NewMessage:
    """LMS without a file, MMS with one, whatever the command (PROTOCOL.md 4)."""
    return _message(record, Kind.MMS if files else Kind.LMS, files, now_ms)


def _message(record: SendRecord, kind: Kind, files: str, now_ms: int) -> NewMessage:
    return NewMessage(
        record.group_id,
        record.message_id,
        record.receiver,
        SERVICE_OF_KIND[kind],
        kind,
        record.sender,
        record.subject,
        record.text,
        record.url,
        record.user_code,
        files,
        now_ms,
        None if record.timeout_at is None else record.timeout_at * 1000,
        0,
    )


def _kakao_message(record: KmsRecord, files: str, now_ms: int) -> NewMessage:
    kind = Kind.ALIM_TALK if record.kind in _TEMPLATED_KINDS else Kind.FRIEND_TALK
    parts = KakaoParts(
        record.kind,
        record.ad,
        record.sender_key,
        record.template_code,
        record.attachment,
        record.alt_type or "N",
        record.alt_subject,
        record.alt_text,
    )
    return NewMessage(
        record.group_id,
        record.message_id,
        record.receiver,
        SERVICE_OF_KIND[kind],
        kind,
        record.sender,
        "",
        record.text,
        "",
        record.user_code,
        files,
        now_ms,
        None if record.timeout_at is None else record.timeout_at * 1000,
        0,
        kakao=parts.to_json(),
    )


_MAKERS: Final[Mapping[str, Callable[[Any, str, int], NewMessage]]] = {
    commands.SEND_SMS.code: _sms,
    commands.SEND_KMS.code: _kakao_message,
}
"""By command; every other makes an LMS or MMS."""
