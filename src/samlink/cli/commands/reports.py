"""`samlink reports`: the results of an account's messages, each once."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from samlink.cli.commands.send.connection_news import told
from samlink.cli.errors import CommandError
from samlink.cli.help.pages import command
from samlink.cli.language import is_korean, note
from samlink.cli.options import Json, LinkOptions, examples, one_of, seconds_up_to
from samlink.cli.options.groups import takes
from samlink.cli.output.formatting import clean, kst, masked, result_name, telecom_name

if TYPE_CHECKING:
    from samlink.client import ClientSettings, Receiver, Result, Service

IDLE_SECONDS = 2.0
IDLE_LIMIT_SECONDS = 86_400.0


@command(
    short_help="Print results of messages, each once.",
    epilog=examples(
        "samlink reports                      what is there, then end",
        "samlink reports --follow --json      stay, one object a line",
        "samlink reports --service kms        Kakao's only",
        "samlink reports --version SAM10      poll for them",
    ),
)
@takes(LinkOptions, "link")
def reports(
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Stay and wait for more, until Ctrl-C.")] = False,
    idle: Annotated[
        float, typer.Option("--idle", metavar="SECONDS", help="Without --follow: end when none has come for so long.")
    ] = IDLE_SECONDS,
    version: Annotated[
        str | None,
        typer.Option(
            "--version", metavar="SAM10|SAM11", help="Poll for results, or have them pushed.", show_default="SAM11"
        ),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(
            "--service",
            metavar="sms|mms|kms",
            help="Only results of this service; may be repeated. LMS come on mms, Kakao's on kms.",
            show_default="all that the gateway has",
        ),
    ] = None,
    link: LinkOptions,
    as_json: Json = False,
) -> None:
    """Print the results of the account's messages, each once: of SMS, LMS, MMS and Kakao.

    A result is acknowledged to the gateway after it was written to standard output, and then does not come again. It
    goes to one report connection only: while this runs, another program of the same account does not see it. The
    password comes from SAMLINK_PASSWORD or from the profile, never from an argument.
    """
    from samlink.cli.options.profile import connection_settings, version_of
    from samlink.client import Service
    from samlink.link.loop import run_loop

    seconds_up_to(IDLE_LIMIT_SECONDS, idle, "--idle")
    known = {one.name.lower(): one for one in Service}
    services = [one_of(name, known, "--service") for name in service or ()] or None
    more = {} if version is None else {"version": version_of(version, "--version")}
    settings = connection_settings(link, **more)
    count = run_loop(_reports(settings, services, idle_seconds=None if follow else idle, as_json=as_json))
    if not count and not as_json:
        note("No results are waiting.")


def line_of(result: "Result") -> str:
    """One result as a line for a person."""
    at = "-" if result.sent_seconds is None else kst(result.sent_seconds * 1000)
    name = result_name(result.code)
    key = f"{result.group_id}/{result.message_id}"
    return clean(f"{at}  {masked(result.receiver)}  {telecom_name(result.telecom):<11}  {key}  {name}")


def fields_of(result: "Result") -> dict[str, Any]:
    """One result for a program."""
    return {
        "group_id": result.group_id,
        "message_id": result.message_id,
        "to": result.receiver,
        "result": result.code,
        "delivered": result.delivered,
        "name": result.korean if is_korean() else result.english,
        "sent_at": None if result.sent_seconds is None else kst(result.sent_seconds * 1000),
        "telecom": result.telecom,
    }


async def _reports(
    settings: "ClientSettings", services: "list[Service] | None", *, idle_seconds: float | None, as_json: bool
) -> int:
    """Print results until Ctrl-C, or until none has come for `idle_seconds`; how many there were."""
    from samlink.cli.commands.serve.run import stop_on_signals
    from samlink.cli.output.link_errors import explained, first_login
    from samlink.client import Receiver

    with stop_on_signals() as stop, explained(settings):
        async with Receiver(settings, services) as receiver:
            await first_login(receiver.connect(), settings)
            if receiver.unavailable:
                note("The gateway takes no login for Kakao's results (KMS): results of SMS, LMS and MMS only.")
            async with told(receiver):
                count = await _print_all(receiver, stop, idle_seconds=idle_seconds, as_json=as_json)
            cut_off = not (receiver.connected or stop.is_set())
        _print(receiver.unread, as_json=as_json)  # a vendor may not deliver it again
        count += len(receiver.unread)
        if cut_off:
            raise CommandError(
                "the connection to the gateway broke after {count} results; there may be more.", count=count
            )
        return count


async def _print_all(receiver: "Receiver", stop: asyncio.Event, *, idle_seconds: float | None, as_json: bool) -> int:
    count = 0
    batches = receiver.batches()
    stopped = asyncio.create_task(stop.wait())
    while True:
        # Coming back for the next list takes the one before, which is written and flushed by now.
        coming = asyncio.ensure_future(anext(batches))
        await asyncio.wait({coming, stopped}, timeout=idle_seconds, return_when=asyncio.FIRST_COMPLETED)
        if not coming.done():
            coming.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await coming
            stopped.cancel()
            return count
        results = coming.result()
        _print(results, as_json=as_json)
        count += len(results)


def _print(results: "Sequence[Result]", *, as_json: bool) -> None:
    for result in results:
        print(json.dumps(fields_of(result), ensure_ascii=False) if as_json else line_of(result))
    sys.stdout.flush()
