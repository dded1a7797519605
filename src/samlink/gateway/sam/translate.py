"""The one translator inward: records of the wire become drafts of messages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from samlink.core.kakao_parts import KakaoParts
from samlink.core.message import NewMessage
from samlink.gateway.acceptance import Drafts
from samlink.vocabulary.kakao import TEMPLATED
from samlink.vocabulary.kinds import SERVICE_OF_KIND, Kind
from samlink.wire import commands
from samlink.wire.packets import Packet
from samlink.wire.records import KmsRecord, SendRecord

_TEMPLATED_KINDS: Final = frozenset(kind.value for kind in TEMPLATED)


def drafts_of(packet: Packet, now_ms: int) -> Drafts:
    """The messages of a send request that came at `now_ms` (UTC epoch ms)."""
    files: Sequence[str] = getattr(packet.head, "given", ())
    make = _MAKERS.get(packet.command.code, _text_message)
    messages: list[NewMessage] = []
    faults: dict[int, str] = {}
    in_utf8 = 0
    for place, record in enumerate(packet.records):
        message = make(record, bool(files), now_ms)
        if record.utf8:
            message.utf8 = True
            in_utf8 += 1
        if record.fault:
            faults[place] = record.fault
        messages.append(message)
    return Drafts(messages, files, faults, in_utf8)


def _sms(record: SendRecord, _with_files: bool, now_ms: int) -> NewMessage:
    message = _text_of_kind(record, Kind.SMS, now_ms)
    # Only an SMS waits in the gateway for its time; all others go at once (manual 3.B, 1024 and 1044).
    if record.reserve_at is not None:
        message.due_at_ms = max(record.reserve_at * 1000, now_ms)
    return message


def _text_message(record: SendRecord, with_files: bool, now_ms: int) -> NewMessage:
    """LMS without a file, MMS with one, whatever the command (docs/protocol.md)."""
    return _text_of_kind(record, Kind.MMS if with_files else Kind.LMS, now_ms)


def _text_of_kind(record: SendRecord, kind: Kind, now_ms: int) -> NewMessage:
    return _message(record, kind, now_ms, record.subject, record.url)


def _message(record: Any, kind: Kind, now_ms: int, subject: str = "", url: str = "") -> NewMessage:
    return NewMessage(
        record.group_id,
        record.message_id,
        record.receiver,
        SERVICE_OF_KIND[kind],
        kind,
        record.sender,
        subject,
        record.text,
        url,
        record.user_code,
        "",
        now_ms,
        None if record.timeout_at is None else record.timeout_at * 1000,
        0,
    )


def _kakao_message(record: KmsRecord, _with_files: bool, now_ms: int) -> NewMessage:
    message = _message(record, Kind.ALIM_TALK if record.kind in _TEMPLATED_KINDS else Kind.FRIEND_TALK, now_ms)
    message.kakao = KakaoParts(
        record.kind,
        record.ad,
        record.sender_key,
        record.template_code,
        record.attachment,
        record.alt_type or "N",
        record.alt_subject,
        record.alt_text,
    ).to_json()
    return message


_MAKERS: Final[Mapping[str, Callable[[Any, bool, int], NewMessage]]] = {
    commands.SEND_SMS.code: _sms,
    commands.SEND_KMS.code: _kakao_message,
}
"""By command; every other makes an LMS or MMS."""
