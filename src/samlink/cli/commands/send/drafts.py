"""From receivers and options to the messages of `samlink send`, checked as far as it can be before anything is sent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from samlink.cli.commands.send.compose import sendable
from samlink.cli.commands.send.kakao import KakaoOptions, kakao_messages, kakao_text
from samlink.cli.commands.send.placeholders import filled
from samlink.cli.commands.send.recipients import Recipient
from samlink.cli.commands.send.tracking import Track
from samlink.cli.errors import WrongUsageError
from samlink.cli.language import _, note, say
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.client import ClientSettings, KakaoKind, Kind, Message


def text_tracks(
    receivers: Sequence[Recipient], texts: Mapping[str, str], settings: "ClientSettings", fields: dict[str, Any]
) -> list[Track]:
    """An SMS, LMS or MMS for each receiver; `texts` are `text` and `subject`, with their placeholders.

    Raises WrongUsageError or CommandError.
    """
    from samlink.client import Kind, Message

    distinct: dict[tuple[str, ...], Track] = {}
    kinds: dict[tuple[str, ...], Kind] = {}
    for receiver, own in zip(receivers, filled(texts, receivers, kakao=False), strict=True):
        words = tuple(own.values())
        if (receiver.to, *words) in distinct:
            continue
        message = Message(**{"to": receiver.to, **own, **fields})
        if words not in kinds:
            kinds[words] = _checked_kind(message, settings, receiver)
        distinct[receiver.to, *words] = Track(message=message, kind=kinds[words])
    _say_duplicates(len(receivers) - len(distinct))
    _note_long_sms(distinct.values())
    return list(distinct.values())


def _checked_kind(message: "Message", settings: "ClientSettings", receiver: Recipient) -> "Kind":
    """What a message goes out as, when its texts can be sent. Raises WrongUsageError or CommandError."""
    from samlink.client import MessageError, pack

    where = f"{receiver.place}: " if receiver.fields else ""
    sendable(message.text, where + _("the text"))
    sendable(message.subject, f"{where}--subject")
    try:
        return pack(message, settings).kind
    except MessageError as error:
        raise WrongUsageError(where + say("{why}.", why=error)) from error


def kakao_tracks(
    receivers: Sequence[Recipient],
    kind: "KakaoKind",
    options: KakaoOptions,
    text: str,
    fields: dict[str, Any],
    *,
    settings: "ClientSettings",
) -> list[Track]:
    """A Kakao message for each receiver. Raises WrongUsageError or CommandError."""
    from samlink.client import Kind

    texts = {"text": text, "alt_text": options["fallback_text"] or "", "alt_subject": options["fallback_subject"] or ""}
    distinct: dict[tuple[str, ...], dict[str, str]] = {}
    for receiver, own in zip(receivers, filled(texts, receivers, kakao=True), strict=True):
        distinct.setdefault((receiver.to, *own.values()), {"to": receiver.to, **own})
        kakao_text(own["text"])
        sendable(own["alt_text"], "--fallback-text")
        sendable(own["alt_subject"], "--fallback-subject")
    _say_duplicates(len(receivers) - len(distinct))
    messages = kakao_messages(list(distinct.values()), kind, options, fields, settings=settings)
    return [Track(message=message, kind=Kind.KAKAO) for message in messages]


def _say_duplicates(count: int) -> None:
    if count:
        note(
            "Receivers that stand in the lists more than once: {count}. Each gets the same message once.",
            count=f"{count:,}",
        )


def _note_long_sms(tracks: Iterable[Track]) -> None:
    from samlink.vocabulary.sizes import SMS_BYTES_RECOMMENDED
    from samlink.wire.text import byte_length

    texts = {track.message.text for track in tracks if track.kind == "SMS"}
    if (longest := max(map(byte_length, texts), default=0)) > SMS_BYTES_RECOMMENDED:
        template = N_("An SMS has {size} bytes here: carriers promise {limit}, and some cut the rest.")
        note(template, size=longest, limit=SMS_BYTES_RECOMMENDED)
