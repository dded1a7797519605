"""`samlink agent check`: all that an agent needs is tried, and nothing is sent or changed."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from samlink.cli.commands.agent.status import DUTIES, ask_agent
from samlink.cli.errors import CommandError
from samlink.cli.language import _, in_words, say
from samlink.cli.output.formatting import clean, console, print_json
from samlink.cli.output.link_errors import explain
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.agent.check import Finding
    from samlink.agent.settings import AgentSettings
    from samlink.client import ClientSettings, Duty, Service


class Checked(NamedTuple):
    """One line of the report."""

    code: str
    """`database`, `clock`, `table`, `right`, `create`, `by_hand`, `remark`, `files`, `login` or `monitor`."""
    good: bool
    sentence: str
    problem: str = ""
    """The code of the Problem, if one says what is wrong."""


def check(settings: "AgentSettings", *, as_json: bool) -> None:
    """Try everything, and print a line for each part.

    Raises:
        SettingsError: a password is missing, or a setting cannot be used.
        CommandError: a part does not work; all are tried before.
    """
    from samlink.link.loop import run_loop

    link = settings.client_settings()
    settings.database_url()
    settings.monitor_token()
    lines = [*_database(settings), _files(settings)]
    lines += run_loop(_logins(link, settings.services))
    lines += _monitor(settings)
    if as_json:
        print_json([line._asdict() for line in lines])
    else:
        _print(lines)
    if bad := sum(not line.good for line in lines):
        raise CommandError("{bad} of {count} checks failed; they are marked above.", bad=bad, count=len(lines))


def _print(lines: list[Checked]) -> None:
    from rich.text import Text

    marks = {True: (_("ok   "), "green"), False: (_("FAULT"), "bold red")}
    out = console()
    for line in lines:
        mark, style = (_("note "), "yellow") if line.code == "remark" else marks[line.good]
        out.print(Text.assemble((mark, style), "  ", clean(line.sentence)), soft_wrap=True)


def _database(settings: "AgentSettings") -> Iterator[Checked]:
    from samlink.agent.check import check_database

    for finding in check_database(settings):
        problem = finding.why.code if finding.why else ""
        yield Checked(finding.code, finding.good, _sentence(finding), problem)


_FINDINGS: Final = {
    ("database", True): N_("database: connected to {name}"),
    ("database", False): N_("database: {name} cannot be used ({detail})"),
    ("clock", True): N_("clock: that of {name} differs from this machine's by {detail} s"),
    ("clock", False): N_("clock: that of {name} differs from this machine's by {detail} s; set both by NTP"),
    ("table", False): N_(
        "table {name}: {detail}; `samlink agent init` makes the agent's own tables, and columns that are missing there"
    ),
    ("right", True): N_("table {name}: {detail}"),
    ("right", False): N_("table {name}: the database's user may not {detail}"),
    ("create", True): N_("tables of months in {name}: {detail}"),
    ("by_hand", True): N_(
        "tables of months in {name}: the database's user may make none; those of {detail} are there, and "
        "`samlink agent ddl --month` prints the next"
    ),
    ("remark", True): N_("{name}: {detail}"),
    ("create", False): N_("tables of months in {name}: the database's user may not {detail}"),
}


def _sentence(finding: "Finding") -> str:
    from samlink.agent.errors import TableError

    why = str(in_words(finding.why)) if finding.why else ""
    detail = f"{finding.detail} ({why})" if finding.detail and why else finding.detail or why
    kind = finding.code, finding.good
    if isinstance(finding.why, TableError) and not finding.why.init_helps:
        kind = "remark", True
    return say(_(_FINDINGS[kind]), name=finding.name, detail=detail)


def _files(settings: "AgentSettings") -> Checked:
    folder = (Path(settings.directory) / settings.work.files).resolve()
    good = folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
    return Checked(
        "files",
        good,
        say(_("files of MMS: {path}") if good else _("files of MMS: {path} is not a readable directory"), path=folder),
    )


async def _logins(link: "ClientSettings", services: "tuple[Service, ...]") -> list[Checked]:
    from samlink.client import Duty

    return list(await asyncio.gather(*(_login(link, service, duty) for service in services for duty in Duty)))


async def _login(link: "ClientSettings", service: "Service", duty: "Duty") -> Checked:
    """Log in, and leave before anything is asked for."""
    from samlink.client import ClientError, check_login

    host, port = link.address(service, duty)
    place = f"{service.name} {_(DUTIES[duty.value])} {host}:{port}"
    try:
        terms = await check_login(link, service, duty)
    except ClientError as error:
        return Checked("login", False, f"{place}: {explain(error, link).rstrip('.')}", error.code)
    return Checked("login", True, say(_peer(link, duty, terms.samlink), place=place))


def _peer(link: "ClientSettings", duty: "Duty", samlink: bool) -> str:
    """A line about the peer, which matters where messages are sent."""
    from samlink.client import ByPeer, Duty

    if duty is not Duty.SEND:
        return _("{place}: logged in")
    if samlink:
        return (
            _("{place}: logged in; a samlink gateway, which is idempotent, so unanswered rows are sent again")
            if link.resend_unanswered is not ByPeer.NO
            else _("{place}: logged in")
        )
    return (
        _('{place}: logged in; not a samlink gateway, and resend_unanswered = "yes": a message may go out twice')
        if link.resend_unanswered is ByPeer.YES
        else _(
            "{place}: logged in; not a samlink gateway, so an unanswered row waits for its result (resend_unanswered)"
        )
    )


def _monitor(settings: "AgentSettings") -> Iterator[Checked]:
    from samlink.link.loop import run_loop
    from samlink.watch.monitor import Monitor, MonitorError

    place = settings.monitor
    if not place.port:
        return
    address = f"{place.host}:{place.port}"

    async def try_it() -> None:
        async with Monitor({}, place.host, place.port):
            pass

    try:
        run_loop(try_it())
    except MonitorError as error:
        try:
            ask_agent(settings)
        except CommandError:
            yield Checked("monitor", False, str(in_words(error)), error.code)
        else:
            yield Checked("monitor", True, say("monitor: an agent answers at {address}", address=address))
    else:
        yield Checked("monitor", True, say("monitor: {address} is free", address=address))
