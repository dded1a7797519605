"""`samlink send`: messages to one or many receivers, and with --wait their results."""

import contextlib
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, TypedDict

import typer

from samlink.cli.commands.send import compose, dry_run
from samlink.cli.commands.send.drafts import kakao_tracks, text_tracks
from samlink.cli.commands.send.kakao import KakaoOptions, refuse_kakao_options, refuse_text_options
from samlink.cli.commands.send.recipients import Recipient, recipients
from samlink.cli.commands.send.report import notes_on_the_unsent, progress, report
from samlink.cli.commands.send.run import Plan, carry_out
from samlink.cli.commands.send.tracking import State, Track, Tracks
from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.help.pages import command
from samlink.cli.language import _, note
from samlink.cli.options import Json, LinkOptions, examples, seconds_up_to
from samlink.cli.options.groups import takes
from samlink.core.input import phone_number, quoted
from samlink.vocabulary.problem import N_
from samlink.vocabulary.text import composed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from samlink.cli.commands.send.resume_file import ResumeFile
    from samlink.client import ClientSettings, KakaoKind, Kind

SIGNALLED: Final = 128
"""Added to a signal's number: the exit code of a command that it ended."""
OUTCOME_UNKNOWN: Final = 3
"""Exit code: of some messages it is not known whether they were taken."""

WAIT_SECONDS = 300.0
WAIT_LIMIT_SECONDS = 604_800.0
"""A week: results can be three days late."""


_Text = Annotated[str, typer.Argument(metavar="TEXT|-", help="The text; - reads it from standard input.")]
_To = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="NUMBER", help="A receiver; may be repeated, or several with commas."),
]
_ToFile = Annotated[
    list[Path] | None,
    typer.Option("--to-file", metavar="FILE", help="A list of receivers: text, CSV or TSV; - is standard input."),
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
    str | None,
    typer.Option("--reserve", metavar="TIME", help="When to send, not in the past: '2025-01-31 09:00:00' (KST), +10m."),
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
        "--wait", help="Wait for the results; exit with 1 if any failed. Results of other messages are left alone."
    ),
]


class ListOptions(TypedDict):
    """Options for lists of receivers and for keys; None where not typed."""

    column: Annotated[
        str | None,
        typer.Option(
            "--column",
            metavar="NAME|N",
            help="The column of the list that holds the receivers, where it is not found by itself.",
        ),
    ]
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume",
            metavar="FILE",
            help="Write down what becomes of each message; if FILE is there, send only what was certainly not taken.",
        ),
    ]
    dry_run: Annotated[bool | None, typer.Option("--dry-run", help="Send nothing: show kind, bytes, cost and balance.")]
    group_id: Annotated[
        str | None, typer.Option("--group-id", metavar="GRP_ID", help="The messages' GRP_ID.", show_default="made up")
    ]
    message_id: Annotated[
        str | None,
        typer.Option("--message-id", metavar="MSG_ID", help="The one message's MSG_ID.", show_default="made up"),
    ]
    uploaded: Annotated[
        list[str] | None, typer.Option("--uploaded", metavar="NAME", help="A picture by the name that an upload gave.")
    ]
    take_others: Annotated[
        bool | None, typer.Option("--take-others", help="With --wait: take and print results of other messages too.")
    ]


_WaitLimit = Annotated[float, typer.Option("--wait-limit", metavar="SECONDS", help="How long to wait for them.")]


@command(
    epilog=examples(
        "samlink send --id shop --to 010-1234-5678 --from 02-1234-5678 --wait 안녕하세요",
        "samlink send --to-file members.txt --subject 공지 --type lms --wait - < notice.txt",
        "samlink send --to-file members.csv --dry-run '{이름}님, {금액}원이 결제되었습니다'",
        "samlink send --to-file members.csv --resume june.jsonl '{이름}님, 안녕하세요'     go on where it ended",
        "samlink send --to 01012345678 --file photo.jpg --reserve +10m '사진을 보냅니다'",
        "samlink send --to 01012345678 --from 02-1234-5678 --type at --sender-key KEY --template ORDER1 "
        "--fallback auto --wait '김하나님, 주문이 접수되었습니다.'",
    )
)
@takes(ListOptions, "lists")
@takes(KakaoOptions, "kakao")
@takes(LinkOptions, "link")
def send(
    *,
    text: _Text,
    to: _To = None,
    to_file: _ToFile = None,
    lists: ListOptions,
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
    link: LinkOptions,
    as_json: Json = False,
) -> int:
    """Send a message to one or many receivers.

    A list is text, CSV or TSV, in UTF-8, UTF-16 or CP949. With a header, {NAME} in the text stands for the column NAME
    of each line, and {2} for the second column where there is none. Every number is judged before anything is sent.

    The exit code is 0 when the gateway has taken all of them, and with --wait when all were delivered; 1 when some were
    not; 3 when it is not known of some whether they were taken: these are listed, for you to decide. Ctrl-C and SIGTERM
    end it in order, with true figures; --resume FILE lets the same command go on later. The password comes from
    SAMLINK_PASSWORD or from the profile, never from an argument.
    """
    from samlink.cli.options.profile import connection_settings

    seconds_up_to(WAIT_LIMIT_SECONDS, wait_limit, "--wait-limit")
    receivers = recipients(to or (), to_file or (), lists["column"])
    settings = connection_settings(link)
    fields = {
        "sender": phone_number(sender, "--from") if sender else "",
        "reserve_at": compose.moment(reserve, "--reserve"),
        "timeout_at": compose.moment(timeout, "--timeout"),
    } | _keys(lists, len(receivers))
    compose.check_times(fields["reserve_at"], fields["timeout_at"])
    content = _Content(compose.message_text(text), composed(subject), url, file, lists["uploaded"])
    tracks = _tracks(receivers, content, compose.kind_of(kind), settings=settings, kakao=kakao, fields=fields)
    return _carry_out(settings, tracks, lists, wait_seconds=wait_limit if wait else None, as_json=as_json)


def _carry_out(
    settings: "ClientSettings", tracks: list[Track], lists: ListOptions, *, wait_seconds: float | None, as_json: bool
) -> int:
    from samlink.link.loop import run_loop

    if lists["dry_run"]:
        dry_run.show(tracks, run_loop(dry_run.login_terms(settings, tracks)), as_json=as_json)
        return 0
    with _resumed(lists["resume"], settings.id, tracks) as resume:
        plan = Plan(
            settings=settings,
            tracks=Tracks(tracks, resume),
            wait_seconds=wait_seconds,
            take_others=bool(lists["take_others"]),
        )
        return _run(plan, lists["resume"], as_json=as_json)


class _Content(NamedTuple):
    """What is sent, as it was typed."""

    text: str
    subject: str
    url: str
    file: list[Path] | None
    uploaded: list[str] | None


def _keys(lists: ListOptions, count: int) -> dict[str, Any]:
    """GRP_ID and MSG_ID where they were given."""
    if lists["message_id"] is not None and count > 1:
        raise WrongUsageError(
            "--message-id names one message, and there are {count} receivers: give --group-id alone, or --resume FILE.",
            count=f"{count:,}",
        )
    given = {"group_id": lists["group_id"], "message_id": lists["message_id"]}
    return {name: _key(value, "--" + name.replace("_", "-")) for name, value in given.items() if value is not None}


def _key(text: str, name: str) -> str:
    from samlink.client.errors import MessageError
    from samlink.client.keys import check_key
    from samlink.vocabulary.sizes import KEY_BYTES

    try:
        if text:
            return check_key(text, name)
    except MessageError:
        pass
    template = N_("{name}: {text} is not 1 to {limit} printable ASCII characters.")
    raise WrongUsageError(template, name=_(name), text=quoted(text), limit=KEY_BYTES)


def _tracks(
    receivers: list[Recipient],
    content: _Content,
    kind: "Kind | KakaoKind | None",
    *,
    settings: "ClientSettings",
    kakao: KakaoOptions,
    fields: dict[str, Any],
) -> list[Track]:
    from samlink.client import KakaoKind

    if isinstance(kind, KakaoKind):
        refuse_text_options(subject=content.subject, url=content.url, file=content.file, uploaded=content.uploaded)
        return kakao_tracks(receivers, kind, kakao, content.text, fields, settings=settings)
    refuse_kakao_options(kakao)
    fields |= {
        "kind": kind,
        "url": compose.sendable(content.url, "--url"),
        "files": compose.files(content.file or (), content.uploaded or ()),
    }
    return text_tracks(receivers, {"text": content.text, "subject": content.subject}, settings, fields)


@contextlib.contextmanager
def _resumed(path: Path | None, account_id: str, tracks: list[Track]) -> "Iterator[ResumeFile | None]":
    """The file of --resume; what it says of the messages is put into them."""
    from samlink.cli.commands.send.resume_file import open_resume_file

    if path is None:
        yield None
        return
    file = open_resume_file(path, account_id, [track.message for track in tracks])
    try:
        for number, track in enumerate(tracks, 1):
            if number in file.found:
                track.recall(file.found[number])
        if file.found:
            _say_how_far(path, tracks)
        yield file
    finally:
        file.close()


def _say_how_far(path: Path, tracks: list[Track]) -> None:
    states = [track.state for track in tracks]
    note(
        "{path}: {accepted} of {total} were accepted before, {unknown} may have been taken; {rest} are sent now.",
        path=path,
        total=f"{len(states):,}",
        accepted=f"{states.count(State.ACCEPTED):,}",
        unknown=f"{states.count(State.UNKNOWN):,}",
        rest=f"{states.count(State.NOT_SENT):,}",
    )


def _run(plan: Plan, resume: Path | None, *, as_json: bool) -> int:
    from samlink.link.loop import run_loop

    tracks, waits = plan.tracks, plan.wait_seconds is not None
    try:
        with progress(tracks, waits=waits):
            signal_number = run_loop(carry_out(plan))
    except KeyboardInterrupt:  # before the loop took signals over: nothing was sent yet
        signal_number = signal.SIGINT
    except CommandError:
        if tracks.count(State.NOT_SENT) < len(tracks.every):
            report(tracks, waits=waits, as_json=as_json)
            notes_on_the_unsent(tracks, resume)
        raise
    report(tracks, waits=waits, as_json=as_json)
    if signal_number:
        note("Interrupted: what was accepted is sent all the same; `samlink reports` shows its results.")
        notes_on_the_unsent(tracks, resume)
        return SIGNALLED + signal_number
    return _exit_code(plan, resume)


def _exit_code(plan: Plan, resume: Path | None) -> int:
    tracks = plan.tracks
    unsettled = len(tracks.every) - tracks.settled
    unknown = any(track.state is State.UNKNOWN and track.result is None for track in tracks.every)
    if unknown:
        notes_on_the_unsent(tracks, resume)
        return OUTCOME_UNKNOWN
    if plan.wait_seconds is None:
        return 0 if tracks.count(State.ACCEPTED) == len(tracks.every) else 1
    if unsettled and tracks.robbing:
        template = N_(
            "results of other messages of this account came, so {count} of ours were not "
            "waited for: they and the others' are left for the program that takes them; "
            "--take-others takes all."
        )
        raise CommandError(template, count=unsettled)
    if unsettled and tracks.cut_off:
        raise CommandError(
            "the gateway went away before {count} of the results came; `samlink reports` fetches them when it is back.",
            count=unsettled,
        )
    if unsettled:
        template = N_(
            "no result came for {count} within {seconds} s; another report connection of the account may have taken it."
        )
        raise CommandError(template, count=unsettled, seconds=f"{plan.wait_seconds:g}")
    return 0 if all(track.delivered for track in tracks.every) else 1
