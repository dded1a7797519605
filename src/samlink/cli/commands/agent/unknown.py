"""`samlink agent unknown` and `samlink agent decide`: rows of unknown outcome, and a person's decision about them."""

import time
from typing import TYPE_CHECKING, Annotated, Final

import typer

from samlink.cli.commands.agent.errors import explained
from samlink.cli.commands.agent.options import DEFAULT_FILE, Config, settings_from
from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.language import _, tell
from samlink.cli.options import Json
from samlink.cli.output.answers import Column, print_columns
from samlink.cli.output.formatting import clean, kst, print_json
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.agent.unknown_rows import UnknownRow


def unknown(*, config: Config = DEFAULT_FILE, as_json: Json = False) -> None:
    """List rows that a gateway other than samlink may have taken: no answer came, and they are not sent again by
    themselves. Their results may still come; of those that are overdue a person decides (`samlink agent decide`).

    First come rows in the sending state for which no agent of samlink's holds a key: another agent left them, or
    somebody set their state by hand. Nothing touches them until a person decides."""
    from samlink.agent.unknown_rows import UnknownRows

    with explained():
        unknown_rows = UnknownRows(settings_from(config))
        try:
            rows = unknown_rows.rows(time.time())
        finally:
            unknown_rows.close()
    if as_json:
        from msgspec import to_builtins

        print_json(to_builtins(rows))
    elif rows:
        columns = (
            Column(_("table"), lambda row: row.table),
            Column(_("row"), lambda row: row.row_id),
            Column(_("sent at"), lambda row: kst(row.since * 1000)),
            Column("GRP_ID", lambda row: row.group_id),
            Column("MSG_ID", lambda row: row.message_id),
            Column(_("state"), _state),
        )
        print_columns(rows, columns)
    else:
        tell("The outcome of every row that was sent is known, or its answer is being waited for.")


def decide(
    *,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="The table, as the list names it.")],
    row_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of rows.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="All rows of the table that are overdue.")] = False,
    orphaned: Annotated[
        bool, typer.Option("--orphaned", help="All rows of the table for which no agent holds a key.")
    ] = False,
    resend: Annotated[
        bool,
        typer.Option("--resend", help="Send them again, with the same keys if they have some; they may go out twice."),
    ] = False,
    result: Annotated[
        int | None, typer.Option("--result", metavar="CODE", help="The result that they have had, such as 6.")
    ] = None,
    config: Config = DEFAULT_FILE,
) -> None:
    """Decide about rows whose outcome is unknown: what the gateway's operator says of them is written into them, or
    they are sent again by the agent that runs. Rows that are not unknown any more are left as they are."""
    from samlink.agent.unknown_rows import UnknownRows

    _check_choice(row_ids or [], of_all=(overdue, orphaned), resend=resend, result=result)
    with explained():
        unknown_rows = UnknownRows(settings_from(config))
        try:
            now = time.time()
            ids = row_ids or [
                row.row_id
                for row in unknown_rows.rows(now)
                if (row.overdue if overdue else row.orphaned) and _is(row, table)
            ]
            done = (
                unknown_rows.resend(table, ids, now)
                if result is None
                else unknown_rows.give_result(table, ids, result, now)
            )
        finally:
            unknown_rows.close()
    if result is None:
        template = N_("{table}: {count} row(s) are sent again by the agent that runs")
        tell(template, count=len(done), table=table)
    else:
        tell("{table}: {count} row(s) got the result {code}", count=len(done), table=table, code=result)
    if left := [id for id in ids if id not in done]:
        raise CommandError(
            "not changed: {ids}; nothing is unknown about these rows, or they are on their way at this moment.",
            ids=clean(", ".join(left[:10])),
        )


def _check_choice(row_ids: list[str], *, of_all: tuple[bool, ...], resend: bool, result: int | None) -> None:
    from samlink.vocabulary import results

    if bool(row_ids) + sum(of_all) != 1:
        raise WrongUsageError("name the rows by their ids, or all by --overdue or --orphaned; one of the three.")
    if resend is (result is not None):
        raise WrongUsageError(
            "give --resend, or --result with the code that the gateway's operator tells; one of the two."
        )
    if result is not None and not (0 <= result <= 999 and results.result(result).final):
        raise WrongUsageError(
            "--result {code} is not a result: 0 and 1 are states, and a code has at most three digits.", code=result
        )


def _is(row: "UnknownRow", table: str) -> bool:
    return row.table.lower() == table.lower()


_STATES: Final = {
    "waits": N_("its result may come"),
    "overdue": N_("overdue, to be decided"),
    "gone": N_("the row was deleted"),
    "orphaned": N_("no agent holds a key, to be decided"),
}


def _state(row: "UnknownRow") -> str:
    if row.orphaned:
        return _(_STATES["orphaned"])
    return _(_STATES["gone" if not row.there else "overdue" if row.overdue else "waits"])
