"""`samlink agent status`: the rows in the tables, and the agent's own counters, once or refreshed each second.

The tables are counted from here, so they are shown when no agent runs too; rates, connections and errors come from its
monitor port. Each is asked for in a thread of its own: a database or an agent that does not answer keeps neither the
other from being shown nor Ctrl-C from ending it.
"""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from samlink.cli.commands.agent.errors import explained
from samlink.cli.errors import CommandError
from samlink.cli.language import _, in_words, say
from samlink.cli.output.formatting import clean, console, kst, print_json
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from rich.console import RenderableType

    from samlink.agent.settings import AgentSettings
    from samlink.agent.watch.counters import ConnectionView, SeenError
    from samlink.agent.watch.overview import TableView
    from samlink.agent.watch.pages import Status
    from samlink.agent.watch.reason import Reason

T = TypeVar("T")
REFRESH_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 2.0
"""How long the agent may take to answer."""
ANSWER_BYTES: Final = 1_000_000
STALE_SECONDS: Final = 10.0
"""How long an agent's last status stays on the screen after it fell silent."""
ERRORS_SHOWN: Final = 5
_SELDOM: Final = ("unknown", "undecided", "orphaned")
"""States that are shown when there are such rows."""
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
"""Addresses that reach a listener on all addresses."""


def ask_agent(settings: "AgentSettings") -> "Status":
    """The agent's status. Raises CommandError if no agent answers, or the settings have no monitor port."""
    import msgspec

    from samlink.agent.watch.pages import Status

    place = settings.monitor
    if not place.port:
        raise CommandError("Rates, connections and errors are not known: the settings have no port under [monitor].")
    address = f"{place.host}:{place.port}"
    token = settings.monitor_token()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection = HTTPConnection(_EVERYWHERE.get(place.host, place.host), place.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/status", headers=headers)
        answer = connection.getresponse()
        return msgspec.json.decode(answer.read(ANSWER_BYTES), type=Status)
    except OSError:
        raise CommandError(
            "No agent answers at {address}; rates, connections and errors are not known.", address=address
        ) from None
    except (HTTPException, msgspec.MsgspecError):
        raise CommandError(
            "What answers at {address} is no agent of this version, or wants another token.", address=address
        ) from None
    finally:
        connection.close()


class Seen(Generic[T]):
    """The last status, and the current fault."""

    def __init__(self) -> None:
        self.value: T | None = None
        self.at = 0.0
        """When `value` was seen; `time.monotonic`."""
        self.fault = ""
        """One sentence; empty when it was seen just now."""

    def note(self, look: Callable[[], T]) -> None:
        """Look now."""
        try:
            with explained():
                value = look()
        except CommandError as error:
            self.fault = str(error)
        else:
            self.value, self.at, self.fault = value, time.monotonic(), ""


def print_status(settings: "AgentSettings", *, as_json: bool = False) -> None:
    """Print it once. Raises SettingsError, TableError, SQLAlchemyError: the tables cannot be counted. An agent that
    does not answer is said."""
    from msgspec import to_builtins

    from samlink.agent.watch.overview import COUNT_LIMIT, Overview

    settings.monitor_token()
    overview = Overview(settings)
    tables: Seen[Sequence[TableView]] = Seen()
    agent: Seen[Status] = Seen()
    try:
        tables.value, tables.at = overview.look(), time.monotonic()
    finally:
        overview.close()
    agent.note(lambda: ask_agent(settings))
    if as_json:
        said = {"tables": tables.value, "count_limit": COUNT_LIMIT, "agent": agent.value, "why": agent.fault}
        print_json(to_builtins(said, str_keys=True))
    else:
        console().print(page(tables, agent))


def watch(settings: "AgentSettings") -> None:
    """Show it in the terminal, refreshed each second, until Ctrl-C. Raises SettingsError."""
    from rich.live import Live

    from samlink.agent.watch.overview import Overview

    settings.monitor_token()
    overview = Overview(settings)
    tables: Seen[Sequence[TableView]] = Seen()
    agent: Seen[Status] = Seen()
    _again_and_again(lambda: tables.note(overview.look), lambda: overview.seconds_between)
    _again_and_again(lambda: agent.note(lambda: ask_agent(settings)), lambda: REFRESH_SECONDS)
    with _until_ctrl_c(), Live(console=console(), auto_refresh=False) as live:
        while True:
            live.update(page(tables, agent, live=True), refresh=True)
            # The first look is soon there.
            time.sleep(REFRESH_SECONDS if tables.value or tables.fault else 0.1)


def page(tables: "Seen[Sequence[TableView]]", agent: "Seen[Status]", *, live: bool = False) -> "RenderableType":
    """All of it, for a terminal or a file."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = []
    if live:
        parts.append(
            Text(
                say("samlink agent, {time} KST; Ctrl-C ends this view", time=kst(time.time_ns() // 1_000_000)),
                style="dim",
            )
        )
    if tables.value is not None:
        parts.append(_tables(tables.value))
    parts.append(_about_counting(tables))
    if agent.value is not None and time.monotonic() - agent.at < STALE_SECONDS:
        parts.extend((Text(), *_agent(agent.value)))
    if agent.fault:
        parts.append(Text(agent.fault, style="yellow"))
    return Group(*parts)


def _about_counting(tables: "Seen[Sequence[TableView]]") -> "RenderableType":
    from rich.text import Text

    from samlink.agent.watch.overview import COUNT_LIMIT

    if tables.fault:
        return Text(tables.fault, style="red")
    if tables.value is None:
        return Text(_("counting the rows ..."))
    age = time.monotonic() - tables.at
    return Text(
        say(
            "counted {seconds} s ago; a + means that many or more, since counting ends at {limit}",
            seconds=f"{age:.0f}",
            limit=f"{COUNT_LIMIT:,}",
        ),
        style="dim",
    )


_STATES: Final = {
    "waiting": N_("waiting"),
    "held": N_("held"),
    "urgent": N_("urgent"),
    "sending": N_("sending"),
    "unanswered": N_("no result yet"),
    "unknown": N_("unknown"),
    "undecided": N_("to decide"),
    "orphaned": N_("nobody's"),
    "late": N_("late"),
    "finished": N_("finished"),
}


def _tables(views: "Sequence[TableView]") -> "RenderableType":
    from samlink.agent.watch.overview import STATES

    names = [name for name in STATES if _is_worth_a_column(name, views)]
    heads = [_("table"), *(_(_STATES[name]) for name in names)]
    rows = [[view.table, *(_count(getattr(view, name)) for name in names)] for view in views]
    return _grid(heads, rows, right=range(1, len(heads)))


def _is_worth_a_column(state: str, views: "Sequence[TableView]") -> bool:
    """Whether a state has a column: no terminal is wide enough for states that are impossible or rare."""
    if state == "urgent":
        return any(view.urgent is not None for view in views)
    return state not in _SELDOM or any(getattr(view, state) for view in views)


def _count(count: int | None) -> str:
    from samlink.agent.watch.overview import COUNT_LIMIT

    return "-" if count is None else f"{count:,}+" if count >= COUNT_LIMIT else f"{count:,}"


_RATES: Final = {"claimed": N_("claimed a second"), "sent": N_("sent a second"), "results": N_("results a second")}


def _agent(status: "Status") -> "Iterator[RenderableType]":
    from rich.text import Text

    counted, health = status.counted, status.health
    if health.ok:
        said = say(
            "The agent works, since {since} KST (version {version}).",
            since=kst(int(counted.started * 1000)),
            version=counted.version,
        )
        yield Text(said, style="green")
    else:
        yield Text(say("The agent runs, but {why}.", why=_said(health.reason)), style="red")
    heads = ["", _("last 10 s"), _("last minute")]
    rates = [
        [_(_RATES[name]), f"{rate.last_10_seconds:,.1f}", f"{rate.last_minute:,.1f}"]
        for name, rate in counted.rates.items()
    ]
    yield Text()
    yield _grid(heads, rates, right=(1, 2))
    yield Text()
    yield _grid(
        [_("connection"), _("open"), _("since"), _("reason")], map(_connection, counted.connections), right=(1,)
    )
    yield Text()
    if counted.errors:
        heads = [_("last error"), _("doing"), _("why"), _("times")]
        yield _grid(heads, map(_error, counted.errors[:ERRORS_SHOWN]), right=(3,))
    else:
        yield Text(_("no errors since it started"))


DUTIES: Final = {"send": N_("send"), "report": N_("results")}


def _connection(view: "ConnectionView") -> list[str]:
    duty = _(DUTIES[view.duty])
    return [f"{view.service} {duty}", str(view.up), kst(int(view.since * 1000))[5:], _said(view.reason)]


def _error(error: "SeenError") -> list[str]:
    return [kst(int(error.at * 1000))[5:], error.what, _said(error.reason), str(error.times)]


def _said(reason: "Reason | None") -> str:
    return "" if reason is None else clean(str(in_words(reason.problem)))


def _grid(heads: Sequence[str], rows: Iterable[list[str]], *, right: Sequence[int]) -> "RenderableType":
    """A table; Korean takes two columns a letter, which rich knows."""
    from rich.table import Table
    from rich.text import Text

    # Nothing but the words: all of it has to fit a terminal of 24 lines.
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        table.add_column(Text(head), justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    return table


def _again_and_again(look: Callable[[], None], seconds_between: Callable[[], float]) -> None:
    """Run in a daemon thread, since the peer may never answer."""

    def work() -> None:
        while True:
            look()
            time.sleep(seconds_between())

    threading.Thread(target=work, daemon=True).start()


@contextlib.contextmanager
def _until_ctrl_c() -> Iterator[None]:
    """The block ends at Ctrl-C and at SIGTERM, with the terminal as it was."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)
