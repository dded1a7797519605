"""The options of `samlink send` that only a Kakao message has, and the messages that they make."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypedDict

import typer

from samlink.cli.commands.send.compose import refuse_controls
from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.options import one_of
from samlink.cli.options.files import read_text
from samlink.vocabulary.kakao import ATTACHMENT_BYTES
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.client import ClientSettings, Fallback, KakaoKind, KakaoMessage

KAKAO_TYPES: Final = "at, ai, ft, fi, fw"
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class KakaoOptions(TypedDict):
    """What was typed, None for what was not."""

    template: Annotated[
        str | None, typer.Option("--template", metavar="CODE", help="For at and ai: the approved template.")
    ]
    sender_key: Annotated[
        str | None, typer.Option("--sender-key", metavar="KEY", help="For Kakao: the channel's profile key.")
    ]
    attachment: Annotated[
        Path | None,
        typer.Option(
            "--attachment", metavar="FILE", help="For Kakao: JSON with button, item, item_highlight, image, extra."
        ),
    ]
    ad: Annotated[bool | None, typer.Option("--ad", help="For Kakao: it is an advertisement.")]
    fallback: Annotated[
        str | None,
        typer.Option(
            "--fallback",
            metavar="none|sms|lms|auto",
            help="For Kakao: what goes out when Kakao says no for good; --from is its sender.",
            show_default="none",
        ),
    ]
    fallback_text: Annotated[
        str | None,
        typer.Option("--fallback-text", metavar="TEXT", help="The fallback's text.", show_default="the message's own"),
    ]
    fallback_subject: Annotated[
        str | None, typer.Option("--fallback-subject", metavar="TEXT", help="The fallback's subject.")
    ]


def kakao_messages(
    receivers: Sequence[dict[str, str]],
    kind: "KakaoKind",
    options: KakaoOptions,
    fields: dict[str, Any],
    *,
    settings: "ClientSettings",
) -> "list[KakaoMessage]":
    """A message for each receiver (`to`, `text`, `alt_text`, `alt_subject`), checked before anything is sent.

    Raises WrongUsageError or CommandError.
    """
    from samlink.client import KakaoMessage, MessageError, pack

    if not options["sender_key"]:
        raise WrongUsageError("a Kakao message needs the profile key of its channel: --sender-key KEY.")
    if kind in ("AT", "AI") and not options["template"]:
        raise WrongUsageError("an AlimTalk needs an approved template: --template CODE.")
    if _fallback(options["fallback"]) == "none":
        _refuse_fallback_texts(options)
    parts: dict[str, Any] = {
        "kind": kind,
        "sender_key": options["sender_key"],
        "template_code": options["template"] or "",
        "attachment": _attachment(options["attachment"]),
        "ad": bool(options["ad"]),
        "fallback": _fallback(options["fallback"]),
    }
    messages = [KakaoMessage(**(parts | receiver | fields)) for receiver in receivers]
    try:
        for message in messages:
            pack(message, settings)
    except MessageError as error:
        raise WrongUsageError("{why}.", why=error) from error
    return messages


def _refuse_fallback_texts(options: KakaoOptions) -> None:
    for name, given in (("text", options["fallback_text"]), ("subject", options["fallback_subject"])):
        if given:
            raise WrongUsageError(
                "{name} is for a fallback only: --fallback with sms, lms or auto.", name=f"--fallback-{name}"
            )


def refuse_kakao_options(options: Mapping[str, object]) -> None:
    """Raise WrongUsageError when one was given for another message than Kakao's."""
    for name, value in options.items():
        if value:
            template = N_("{name} is for Kakao messages only: --type with one of {types}.")
            raise WrongUsageError(template, name="--" + name.replace("_", "-"), types=KAKAO_TYPES)


def refuse_text_options(**options: object) -> None:
    """Raise WrongUsageError when one was given that a Kakao message has not."""
    for name, value in options.items():
        if value:
            raise WrongUsageError("{name} is not for Kakao messages.", name=f"--{name}")


def kakao_text(text: str) -> str:
    """`text`, when it has no control characters; Kakao carries what CP949 cannot."""
    refuse_controls(text, _CONTROL, N_("the text"))
    return text


def _attachment(file: Path | None) -> str:
    from samlink.client import MessageError, attachment_text

    if file is None:
        return ""
    try:
        return attachment_text(read_text(file, ATTACHMENT_BYTES))
    except MessageError as error:
        raise CommandError("{path} cannot be used: {why}.", path=file, why=error) from None


def _fallback(text: str | None) -> "Fallback":
    from samlink.client import Fallback

    return one_of(text or "none", {fallback.value: fallback for fallback in Fallback}, "--fallback")
