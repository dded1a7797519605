"""`samlink history`: who changed what of the accounts, and when."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from samlink.cli.data_directory import administer
from samlink.cli.errors import WrongUsageError
from samlink.cli.help.pages import command
from samlink.cli.language import _
from samlink.cli.options import AccountNumber, Closed, Data, Json, Reveal, examples
from samlink.cli.output.answers import Column, listing
from samlink.cli.output.formatting import kst, masked, money
from samlink.core.account_fields import FIELDS, Price
from samlink.core.input import in_range

if TYPE_CHECKING:
    from samlink.store.contract import TrailEntry

ENTRIES_LIMIT = 100_000
NUMBERS = frozenset({"senders", "default_sender"})
"""Settings that hold telephone numbers; receivers' numbers are masked in the store already."""
MONEY = frozenset({"balance", *(field.name for field in FIELDS if isinstance(field.form, Price))})
"""Settings stored in 1/100 won."""
NONE = "-"


@command(
    short_help="Show who changed what of the accounts.",
    epilog=examples("samlink history", "samlink history shop --limit 200", "samlink history shop --json | jq -r .who"),
)
def history(
    *,
    account_id: Annotated[str | None, typer.Argument(metavar="ID", help="Only one account's changes.")] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Most changes.")] = 50,
    before: Annotated[
        int | None, typer.Option("--before", metavar="NO", help="Only changes before this number.")
    ] = None,
    closed: Closed = False,
    number: AccountNumber = None,
    reveal: Reveal = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show administrative changes, newest first: who made each, when, what was before and what is now.

    Passwords are never in it. Numbers are masked, unless --reveal is given; those of receivers always are.
    """
    from samlink.operations import accounts, search

    in_range(limit, "--limit", 1, ENTRIES_LIMIT)
    if account_id is None and (closed or number is not None):
        raise WrongUsageError("--closed and --number need an ID.")

    which = None if account_id is None else accounts.Which(account_id, closed=closed, number=number)
    listing(
        administer(data, lambda store: search.history(store, which, before=before, limit=limit)),
        [
            Column(_("No"), lambda entry: str(entry.no), right=True),
            Column(_("When (KST)"), lambda entry: kst(entry.at_ms)),
            Column(_("Who"), lambda entry: entry.who),
            Column(_("Account"), _account),
            Column(_("Command"), lambda entry: entry.tool),
            Column(_("Change"), lambda entry: "; ".join(_changes(entry, reveal=reveal))),
        ],
        lambda entry: _as_json(entry, reveal=reveal),
        none=_("Nothing was changed yet."),
        as_json=as_json,
    )


def _account(entry: "TrailEntry") -> str:
    return _("everyone") if entry.account == 0 else entry.account_id or NONE


def _changes(entry: "TrailEntry", *, reveal: bool) -> list[str]:
    """Each setting as `name: old → new`."""
    old, new = (_shown(values, reveal=reveal) for values in (entry.old, entry.new))
    changes = []
    for name in {**old, **new}:
        if name not in new:
            changes.append(f"- {name}: {_text(name, old[name])}")
        elif name not in old:
            changes.append(f"+ {name}: {_text(name, new[name])}")
        else:
            changes.append(f"{name}: {_text(name, old[name])} → {_text(name, new[name])}")
    return changes


def _shown(values: dict[str, Any], *, reveal: bool) -> dict[str, Any]:
    return {name: _masked(value) if name in NUMBERS and not reveal else value for name, value in values.items()}


def _masked(value: Any) -> Any:
    return [masked(number) for number in value] if isinstance(value, list) else masked(str(value))


def _text(name: str, value: Any) -> str:
    if name in MONEY and isinstance(value, int):
        return money(value)
    if isinstance(value, list):
        return ", ".join(_text(name, part) for part in value) or NONE
    if isinstance(value, dict):
        return ", ".join(f"{key}={part}" for key, part in value.items()) or NONE
    return NONE if value in ("", None) else str(value)


def _as_json(entry: "TrailEntry", *, reveal: bool) -> dict[str, Any]:
    return {
        "no": entry.no,
        "at": kst(entry.at_ms),
        "at_ms": entry.at_ms,
        "who": entry.who,
        "tool": entry.tool,
        "verb": entry.verb,
        "account": entry.account,
        "id": entry.account_id or None,
        "old": _shown(entry.old, reveal=reveal),
        "new": _shown(entry.new, reveal=reveal),
    }
