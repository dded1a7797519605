"""`samlink send`: messages to one or many receivers, and with --wait their results."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from samlink.cli import composing
from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.formatting import console, print_json, print_note, print_table
from samlink.cli.kakao_options import (
    KakaoOptions,
    kakao_messages,
    kakao_text,
    refuse_kakao_options,
    refuse_text_options,
)
from samlink.cli.option_groups import takes
from samlink.cli.options import AccountId, BasePort, Host, Json, Profile, examples
from samlink.cli.parsing import base_port as checked_base_port
from samlink.cli.texts import say

if TYPE_CHECKING:
    from samlink.cli.tracking import Track, Tracks
    from samlink.client import ClientSettings, KakaoMessage

WAIT_SECONDS = 300.0
WAIT_LIMIT_SECONDS = 604_800.0
"""A week: results can be three days late."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(
        epilog=examples(
            "samlink send --id shop --to 010-1234-5678 --from 02-1234-5678 --wait 안녕하세요",
            "samlink send --to-file members.txt --subject 공지 --type lms --wait - < notice.txt",
            "samlink send --to 01012345678 --file photo.jpg --reserve +10m '사진을 보냅니다'",
            "samlink send --to 01012345678 --from 02-1234-5678 --type at --sender-key KEY --template ORDER1 "
            "--fallback auto --wait '김하나님, 주문이 접수되었습니다.'",
        )
    )(send)


_Text = Annotated[str, typer.Argument(metavar="TEXT|-", help="The text; - reads it from standard input.")]
_To = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="NUMBER", help="A receiver; may be repeated, or several with commas."),
]
_ToFile = Annotated[
    list[Path] | None, typer.Option("--to-file", metavar="FILE", help="A file with a receiver on each line.")
]
_From = Annotated[str, typer.Option("--from", metavar="NUMBER", help="The number to call back.")]
_Subject = Annotated[str, typer.Option("--subject", help="For LMS and MMS: the subject.")]
_File = Annotated[
    list[Path] | None,
    typer.Option("--file", metavar="FILE", help="A picture to upload, or a name that `samlink upload` printed."),
]
_Url = Annotated[str, typer.Option("--url", help="For SMS: the callback URL.")]
_Type = Annotated[
    str | None,
    typer.Option(
        "--type",
        metavar="KIND",
        help="sms, lms or mms, else the text's bytes and the files decide; at, ai, ft, fi, fw: over Kakao.",
    ),
]
_Reserve = Annotated[
    str | None, typer.Option("--reserve", metavar="TIME", help="When to send: '2025-01-31 09:00:00' (KST), +10m.")
]
_Timeout = Annotated[
    str | None,
    typer.Option(
        "--timeout", metavar="TIME", help="After this it is not sent any more: '2025-01-31 09:00:00' (KST), +10m."
    ),
]
_Wait = Annotated[
    bool,
    typer.Option(
        "--wait",
        help="Wait for the results; exit with 1 if any failed. Other results of the account are taken too.",
    ),
]
_WaitLimit = Annotated[float, typer.Option("--wait-limit", metavar="SECONDS", help="How long to wait for them.")]


@takes(KakaoOptions, "kakao")
def send(
    *,
    text: _Text,
    to: _To = None,
    to_file: _ToFile = None,
    sender: _From = "",
    subject: _Subject = "",
    file: _File = None,
    url: _Url = "",
    kind: _Type = None,
    kakao: KakaoOptions,
    reserve: _Reserve = None,
    timeout: _Timeout = None,
    wait: _Wait = False,
    wait_limit: _WaitLimit = WAIT_SECONDS,
    account_id: AccountId = None,
    host: Host = None,
    base_port: BasePort = None,
    profile: Profile = None,
    as_json: Json = False,
) -> int:
    """Send a message to one or many receivers.

    The exit code is 0 when the gateway has taken all of them, and with --wait when all were delivered. While it waits,
    results of the account's other messages can come here too: they are printed, and do not come again elsewhere. The
    password comes from SAMLINK_PASSWORD or from the profile, never from an argument.
    """
    from samlink.cli.profile import connection_settings
    from samlink.client import KakaoKind

    _check_numbers(base_port, wait_limit)
    receivers = composing.receivers(to or (), to_file or ())
    settings = connection_settings(host=host, base_port=base_port, account_id=account_id, profile=profile)
    chosen, content = composing.kind_of(kind), composing.message_text(text)
    fields: dict[str, Any] = {
        "sender": composing.phone_number(sender, "--from") if sender else "",
        "reserve_at": composing.moment(reserve, "--reserve"),
        "timeout_at": composing.moment(timeout, "--timeout"),
    }
    composing.check_times(fields["reserve_at"], fields["timeout_at"])
    if isinstance(chosen, KakaoKind):
        refuse_text_options(subject=subject, url=url, file=file)
        tracks = _kakao_tracks(kakao_messages(receivers, chosen, kakao, text=kakao_text(content), **fields))
    else:
        refuse_kakao_options(kakao)
        fields |= _text_fields(content, subject, url, file) | {"kind": chosen}
        tracks = _tracks(receivers, settings, fields)
    return _run(settings, tracks, wait_seconds=wait_limit if wait else None, as_json=as_json)


def _check_numbers(base_port: int | None, wait_limit: float) -> None:
    if base_port is not None:
        checked_base_port(base_port)
    if not 0 < wait_limit <= WAIT_LIMIT_SECONDS:
        limit = f"{WAIT_LIMIT_SECONDS:g}"
        raise WrongUsageError(say("number.not_above_zero", name="--wait-limit", number=f"{wait_limit:g}", most=limit))


def _text_fields(content: str, subject: str, url: str, file: list[Path] | None) -> dict[str, Any]:
    """What only SMS, LMS and MMS have."""
    return {
        "text": composing.sendable(content, say("text.the_text")),
        "subject": composing.sendable(subject, "--subject"),
        "url": composing.sendable(url, "--url"),
        "files": composing.files(file or ()),
    }


def _tracks(receivers: tuple[str, ...], settings: "ClientSettings", fields: dict[str, Any]) -> "Tracks":
    """A message for each receiver, checked as far as it can be before anything is sent."""
    from samlink.cli.tracking import Track, Tracks
    from samlink.client import Message, MessageError
    from samlink.client.packing import kind_of

    messages = [Message(to=receiver, **fields) for receiver in receivers]
    try:
        kind = kind_of(messages[0], settings)
    except MessageError as error:
        raise WrongUsageError(say("link.other", why=str(error).rstrip("."))) from error
    return Tracks([Track(message=message, kind=kind) for message in messages])


def _kakao_tracks(messages: "list[KakaoMessage]") -> "Tracks":
    from samlink.cli.tracking import Track, Tracks
    from samlink.client import Kind

    return Tracks([Track(message=message, kind=Kind.KAKAO) for message in messages])


def _run(settings: "ClientSettings", tracks: "Tracks", *, wait_seconds: float | None, as_json: bool) -> int:
    from samlink.cli.serving import run_loop

    waits = wait_seconds is not None
    try:
        _note_what_is_held(tracks)
        with _progress(tracks, waits=waits):
            run_loop(_send(settings, tracks, wait_seconds))
    except KeyboardInterrupt:
        _report(tracks, waits=waits, as_json=as_json)
        print_note(say("send.interrupted"))
        if unsent := sum(track.key is None for track in tracks.every):
            print_note(say("send.unsent", count=unsent))
        return 130
    _report(tracks, waits=waits, as_json=as_json)
    unsettled = len(tracks.every) - tracks.settled
    if wait_seconds is not None and unsettled:
        if tracks.cut_off:
            raise CommandError(say("send.cut_off", count=unsettled))
        raise CommandError(say("send.no_result", count=unsettled, seconds=f"{wait_seconds:g}"))
    good = all(track.delivered if waits else track.key is not None for track in tracks.every)
    return 0 if good else 1


async def _send(settings: "ClientSettings", tracks: "Tracks", wait_seconds: float | None) -> None:
    from samlink.cli.link_errors import first_login
    from samlink.cli.tracking import collecting
    from samlink.cli.tracking import send as send_tracks
    from samlink.client import Sender

    async with contextlib.AsyncExitStack() as stack:
        if wait_seconds is not None:
            await stack.enter_async_context(collecting(settings, tracks))
        sender = await stack.enter_async_context(Sender(settings))
        for service in tracks.services:
            await first_login(sender.connect(service), settings)
        await send_tracks(sender, tracks)
        if wait_seconds is not None:
            await tracks.settled_within(wait_seconds)


def _note_what_is_held(tracks: "Tracks") -> None:
    first = tracks.every[0]
    if first.message.reserve_at is not None and first.kind != "SMS":
        print_note(say("send.held", at=f"{first.message.reserve_at:%Y-%m-%d %H:%M:%S}"))


@contextlib.contextmanager
def _progress(tracks: "Tracks", *, waits: bool) -> Iterator[None]:
    """A bar on stderr for many receivers, when a person is looking."""
    if len(tracks.every) < 2 or not sys.stderr.isatty():
        yield
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        total = len(tracks.every)
        accepted = progress.add_task(say("send.accepted"), total=total)
        settled = progress.add_task(say("send.results"), total=total) if waits else None

        def changed() -> None:
            progress.update(accepted, completed=tracks.accepted)
            if settled is not None:
                progress.update(settled, completed=tracks.settled)

        tracks.changed = _seldom(changed, every=max(1, total // 200))
        yield
        changed()


def _seldom(call: Callable[[], None], *, every: int) -> Callable[[], None]:
    """`call`, at every so-manieth time: counting all messages for each of them would take long."""
    count = 0

    def counted() -> None:
        nonlocal count
        count += 1
        if count % every == 0:
            call()

    return counted


def _report(tracks: "Tracks", *, waits: bool, as_json: bool) -> None:
    if as_json:
        _report_as_json(tracks)
        return
    from samlink.cli.tracking import status_rows

    print_table(*status_rows(tracks.every, waits=waits))
    print(_summary(tracks.every, waits=waits), flush=True)
    if tracks.others:
        from samlink.cli.commands.reports import line_of

        print(say("send.others", count=len(tracks.others)))
        for result in tracks.others:
            print(line_of(result))


def _report_as_json(tracks: "Tracks") -> None:
    from samlink.cli.commands.reports import fields_of

    for track in tracks.every:
        print_json(track.as_json())
    for result in tracks.others:
        print_json({"own": False} | fields_of(result))


def _summary(tracks: "list[Track]", *, waits: bool) -> str:
    if waits:
        return say("send.delivered", count=sum(track.delivered for track in tracks), total=len(tracks))
    return say("send.taken", count=sum(track.key is not None for track in tracks), total=len(tracks))
