"""`samlink filter`: messages that an account refuses to send (rules "sender filter" and the like, 80)."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from samlink.cli.data_directory import administer
from samlink.cli.help.pages import Commands
from samlink.cli.language import _, say
from samlink.cli.options import Account, Data, Json, Reveal, examples, one_of
from samlink.cli.output.answers import Column, answer, listing
from samlink.cli.output.formatting import masked
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.store.contract import FilterRow

app = Commands(
    help="Filters of an account. What fits one of them is not sent and gets 80. Takes effect at once.",
    epilog=examples("samlink filter add shop --kind words 대출", "samlink filter list shop"),
)


_KINDS: Final = {"sender": N_("sender"), "receiver": N_("receiver"), "words": N_("words")}
_Kind = Annotated[str, typer.Option("--kind", metavar="|".join(_KINDS), help="What it looks at.")]
_Value = Annotated[
    str, typer.Argument(metavar="VALUE", help="A number, or words that a text may not have, whatever their case.")
]


@app.command(
    epilog=examples(
        "samlink filter add shop --kind words '당첨 축하'", "samlink filter add shop --kind receiver 010-1234-5678"
    )
)
def add(*, account_id: Account, kind: _Kind, value: _Value, data: Data = None, as_json: Json = False) -> None:
    """Add a filter."""
    from samlink.operations import filters

    one_of(kind, _KINDS, "--kind")
    given, new = administer(data, lambda store: filters.add(store, account_id, kind, value))
    answer(
        say(_("Filter added to {id}.") if new else _("{id} has that filter already."), id=account_id),
        {"id": account_id, "kind": kind, "value": given, "new": new},
        as_json=as_json,
    )


@app.command("list", epilog=examples("samlink filter list shop", "samlink filter list shop --json"))
def list_filters(*, account_id: Account, reveal: Reveal = False, data: Data = None, as_json: Json = False) -> None:
    """List an account's filters; receivers' numbers are masked, unless --reveal or --json is given."""
    from samlink.operations import filters

    listing(
        administer(data, lambda store: filters.listed(store, account_id)),
        [Column(_("Kind"), lambda row: _(_KINDS[row.kind])), Column(_("Value"), lambda row: _shown(row, reveal))],
        lambda row: {"kind": row.kind, "value": row.value},
        none=say("{id} has no filters.", id=account_id),
        as_json=as_json,
    )


@app.command(epilog=examples("samlink filter remove shop --kind words '당첨 축하'"))
def remove(*, account_id: Account, kind: _Kind, value: _Value, data: Data = None, as_json: Json = False) -> None:
    """Remove a filter."""
    from samlink.operations import filters

    one_of(kind, _KINDS, "--kind")
    given = administer(data, lambda store: filters.remove(store, account_id, kind, value))
    answer(
        say("Filter removed from {id}.", id=account_id),
        {"id": account_id, "kind": kind, "value": given, "removed": True},
        as_json=as_json,
    )


def _shown(row: "FilterRow", reveal: bool) -> str:
    return masked(row.value) if row.kind == "receiver" and not reveal else row.value
