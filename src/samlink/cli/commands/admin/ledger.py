"""`samlink ledger`: what an account was charged, given back and paid in."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from samlink.cli.data_directory import administer
from samlink.cli.help.pages import command
from samlink.cli.language import _, say
from samlink.cli.options import Account, AccountNumber, Closed, Data, Json, examples
from samlink.cli.output.answers import Column, listing
from samlink.cli.output.formatting import kst, won
from samlink.cli.output.formatting import money as money_text
from samlink.core.input import in_range
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.store.contract import LedgerEntry

LINES_LIMIT = 100_000


@command(
    short_help="Show an account's charges and top-ups.",
    epilog=examples(
        "samlink ledger shop",
        "samlink ledger shop --limit 1000 --json",
        "samlink ledger shop --before 42",
        "samlink ledger shop --closed",
    ),
)
def ledger(
    *,
    account_id: Account,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Most lines.")] = 50,
    before: Annotated[int | None, typer.Option("--before", metavar="NO", help="Only lines before this number.")] = None,
    closed: Closed = False,
    number: AccountNumber = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show an account's ledger, newest line first: top-ups, charges, refunds."""
    from samlink.operations import accounts, money

    in_range(limit, "--limit", 1, LINES_LIMIT)
    which = accounts.Which(account_id, closed=closed, number=number)
    listing(
        administer(data, lambda store: money.ledger(store, which, before=before, limit=limit)),
        [
            Column(_("No"), lambda line: str(line.no), right=True),
            Column(_("Time (KST)"), lambda line: kst(line.at_ms)),
            Column(_("Entry"), _cause),
            Column(_("Amount"), lambda line: money_text(line.amount), right=True),
            Column(_("Messages"), lambda line: str(line.messages or "-"), right=True),
            Column(_("Note"), lambda line: line.note or (f"#{line.message}" if line.message else "")),
        ],
        _as_json,
        none=say("The ledger of {id} is empty.", id=account_id),
        as_json=as_json,
    )


_CAUSES: Final = {"top-up": N_("top-up"), "charge": N_("charge"), "refund": N_("refund")}


def _cause(line: "LedgerEntry") -> str:
    """The cause of an entry; a negative top-up corrects an earlier one."""
    return _("correction") if line.cause == "top-up" and line.amount < 0 else _(_CAUSES[line.cause])


def _as_json(line: "LedgerEntry") -> dict[str, Any]:
    return {
        "no": line.no,
        "at": kst(line.at_ms),
        "at_ms": line.at_ms,
        "cause": line.cause,
        "amount_won": won(line.amount),
        "messages": line.messages,
        "message": line.message,
        "note": line.note,
    }
