"""`samlink agent`: rows of a customer's tables are sent, and their results come back into them."""

import gc
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from samlink.cli.commands.agent.bench import bench
from samlink.cli.commands.agent.errors import explained
from samlink.cli.commands.agent.options import DEFAULT_FILE, Config, database_url, settings_from
from samlink.cli.commands.agent.unknown import decide, unknown
from samlink.cli.errors import CommandError, WrongUsageError, writing
from samlink.cli.help.pages import Commands
from samlink.cli.language import tell
from samlink.cli.options import Json, examples, one_of
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.agent.settings import AgentSettings

COLLECTED_AT: Final = 20_000
"""Objects that the garbage collector of a running agent waits for."""
Prefix = Annotated[str, typer.Option("--prefix", metavar="WORD", help="What names of tables begin with.")]

app = Commands(
    help="The agent: rows of your own tables are sent, and their results come back into them.",
    epilog=examples(
        "samlink agent init --url sqlite:///shop.sqlite",
        "samlink agent init --url mysql+pymysql://agent@db.example/shop --host 203.0.113.7 --id shop",
        "samlink agent init --url postgresql+psycopg://agent@db.example/shop --preset emma",
        "samlink agent check",
        "samlink agent run",
        "samlink agent unknown",
        "samlink agent decide UShotSMS 71 72 --result 6",
        "samlink agent ddl oracle",
    ),
)


app.command(short_help="Measure an agent on this machine.")(bench)
app.command(short_help="List rows whose outcome is unknown.")(unknown)
app.command(short_help="Decide about rows whose outcome is unknown.")(decide)


@app.command(short_help="Write a settings file, and make the tables.")
def init(
    *,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="The database, without a password.")] = None,
    host: Annotated[str, typer.Option("--host", metavar="ADDR", help="The gateway's address.")] = "127.0.0.1",
    account_id: Annotated[str, typer.Option("--id", metavar="ID", help="The account to log in with.")] = "demo",
    base_port: Annotated[int, typer.Option("--base-port", metavar="N", help="The first of six ports.")] = 33300,
    prefix: Prefix = "UShot",
    presets: Annotated[
        list[str] | None,
        typer.Option(
            "--preset", metavar="NAME", help="Work on the tables of another agent as they are: msg_data, emma or lgu."
        ),
    ] = None,
    config: Config = DEFAULT_FILE,
) -> None:
    """Write a settings file with comments, and make the tables that are missing. Without --url: only the tables.

    The database's password comes from SAMLINK_DB_PASSWORD, or from a file that the settings name. With --preset the
    file has the mapping of that agent's tables, to be changed at will; the tables themselves have to be there.
    """
    with explained():
        from samlink.agent.ddl import create_tables, create_views
        from samlink.agent.settings import settings_of

        if url is not None:
            text = _text(
                url, host=host, account_id=account_id, base_port=base_port, prefix=prefix, presets=presets or ()
            )
            written = settings_of(text, config)
            _write(config, text)
            tell("wrote {path}", path=config)
            _require_password(written, config)
        elif not config.exists():
            raise WrongUsageError("--url is missing: the database, such as mysql+pymysql://agent@db.example/shop.")
        settings = settings_from(config)
        tables = create_tables(settings)
        _print_made(tables)
        views, refused = create_views(settings)
    _print_made(views)
    if not (tables or views):
        tell("all tables are there")
    for name in refused:
        tell("the database refused a view over {name} and its logs; rows are sent without it.", name=name)


def _print_made(names: Sequence[str]) -> None:
    for name in names:
        tell("made {name}", name=name)


def _require_password(settings: "AgentSettings", path: Path) -> None:
    from samlink.agent.errors import SettingsError

    try:
        settings.database_url()
    except SettingsError as error:
        template = N_("{why}; set it, or name a file in {path}, then run `samlink agent init` again without --url.")
        raise WrongUsageError(template, why=error, path=path) from None


@app.command(short_help="Print the statements that make the tables.")
def ddl(
    *,
    database: Annotated[str, typer.Argument(metavar="DATABASE", help="sqlite, mysql, postgresql, oracle or mssql.")],
    prefix: Prefix = "UShot",
    month: Annotated[str, typer.Option("--month", metavar="YYYYMM", help="The logs of a month instead.")] = "",
    rights_of: Annotated[
        str, typer.Option("--grants", metavar="USER", help="The rights that this user of the database needs instead.")
    ] = "",
    config: Config = DEFAULT_FILE,
) -> None:
    """Print the statements that make the agent's tables, for a database in which the agent may make none.

    The logs of each month have to be made before it begins then; --month prints them. --grants prints what the agent's
    user needs, for the tables of the settings file if there is one, and for no more than these.
    """
    with explained():
        from samlink.agent.ddl import DIALECTS, our_statements
        from samlink.agent.settings import is_prefix

        one_of(database, DIALECTS, "DATABASE")
        if not is_prefix(prefix):
            raise WrongUsageError("--prefix {name} must be a word of at most 20 letters, digits and _.", name=prefix)
        if month and not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", month):
            raise WrongUsageError("--month {name} is not a month such as 202506.", name=month)
        wanted = _grants(database, prefix, rights_of, config) if rights_of else our_statements(database, prefix, month)
        for statement in wanted:
            print(f"{statement};\n")


def _grants(database: str, prefix: str, user: str, config: Path) -> Iterable[str]:
    from samlink.agent.ddl import DIALECTS
    from samlink.agent.judge.rules import Terms
    from samlink.agent.rights import GRANTING, grants
    from samlink.agent.tables.schema.mapping import own_tables

    one_of(database, dict.fromkeys(GRANTING, ""), "DATABASE")
    if not config.exists():
        return grants(DIALECTS[database], own_tables(prefix), Terms(), prefix, user=user)
    settings = settings_from(config)
    url = settings.database_url()
    schema = url.database or "" if database == "mysql" else ""
    prefix = settings.work.prefix
    return grants(DIALECTS[database], settings.mappings, settings.terms, prefix, user=user, schema=schema)


@app.command(short_help="Send rows and write results back, until Ctrl-C.")
def run(
    *,
    config: Config = DEFAULT_FILE,
    log_json: Annotated[bool, typer.Option("--log-json", help="One JSON object a line on stderr.")] = False,
    log_level: Annotated[
        str, typer.Option("--log-level", metavar="LEVEL", help="debug, info, warning or error.")
    ] = "info",
) -> None:
    """Send rows and write results back, until SIGTERM or Ctrl-C. Any number of agents may run on the same tables.

    A second signal ends it at once: no row that was on its way is sent twice.
    """
    from samlink.cli.commands.serve.logs import configure_logs, level_of
    from samlink.link.loop import run_loop

    level = level_of(log_level)
    with explained():
        settings = settings_from(config)
        configure_logs(as_json=log_json, level=level)
        run_loop(_run(settings))
    tell("The agent has stopped.")


@app.command(short_help="Try the settings, the database and the login.")
def check(*, config: Config = DEFAULT_FILE, as_json: Json = False) -> None:
    """Try the settings, the tables with the rights to them, the clocks, the files, each login at the gateway, and the
    monitor's port. Nothing is sent or changed."""
    from samlink.cli.commands.agent.checks import check as try_everything

    with explained():
        try_everything(settings_from(config), as_json=as_json)


@app.command(short_help="Watch the tables and the agent.")
def status(
    *,
    config: Config = DEFAULT_FILE,
    once: Annotated[bool, typer.Option("--once", help="Print it once, and end.")] = False,
    as_json: Json = False,
) -> None:
    """Show the rows of each table by what they wait for, and, when the settings have a monitor port, what the agent
    says of itself: rates, connections, the last errors. In a terminal it is refreshed each second until Ctrl-C.

    Rows of one state are counted up to 100,000, and less often when counting takes long.
    """
    from samlink.cli.commands.agent.status import print_status, watch

    with explained():
        settings = settings_from(config)
        if as_json or once or not sys.stdout.isatty():
            print_status(settings, as_json=as_json)
        else:
            watch(settings)


async def _run(settings: "AgentSettings") -> None:
    from samlink.agent.agent import Agent
    from samlink.agent.watch.events import Started, Stopping
    from samlink.cli.commands.serve.run import stop_on_signals
    from samlink.watch import service_manager
    from samlink.watch.events import Event

    def hear(event: Event) -> None:
        if isinstance(event, Started):
            # What is there now stays: the collector leaves it out, and looks less often at rows that come and go.
            gc.freeze()
            gc.set_threshold(COLLECTED_AT)
            tell(
                "the agent works on {tables}; rows with a result move to their month's table. Ctrl-C stops it.",
                tables=", ".join(event.tables),
            )
            service_manager.tell(service_manager.READY)
        elif isinstance(event, Stopping):
            service_manager.tell(service_manager.STOPPING)

    with stop_on_signals() as stop:
        agent = Agent(settings)
        agent.events.subscribe(hear)
        await agent.run(stop)


def _text(url: str, *, host: str, account_id: str, base_port: int, prefix: str, presets: Sequence[str]) -> str:
    from samlink.agent.presets import PRESETS
    from samlink.agent.template import settings_file

    for name in presets:
        one_of(name, PRESETS, "--preset")
    return settings_file(
        url=url,
        needs_password=database_url(url).get_backend_name() != "sqlite",
        host=host,
        id=account_id,
        base_port=base_port,
        prefix=prefix,
        presets=presets,
    )


def _write(path: Path, text: str) -> None:
    try:
        with writing(path), path.open("x", encoding="utf-8") as file:
            file.write(text)
    except CommandError as error:
        if not isinstance(error.__cause__, FileExistsError):
            raise
        raise WrongUsageError(
            "{path} is there already; it is used as it is, so leave --url out, or choose another --config.", path=path
        ) from None
