"""`samlink sender`: the numbers that an account has registered to send from (rule "sender registered", 88)."""

from typing import Annotated

import typer

from samlink.cli.accounts import existing_account
from samlink.cli.data_directory import existing, open_store, resolve
from samlink.cli.errors import CommandError
from samlink.cli.language import _, say
from samlink.cli.options import Account, Data, Json, examples
from samlink.cli.options.parsing import shown
from samlink.cli.options.phone_numbers import sender_number
from samlink.cli.output.formatting import print_json, print_note

app = typer.Typer(
    help="Register an account's sender numbers. A message from any other gets 88. Takes effect at once.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples("samlink sender add shop 02-1234-5678 1588-1234", "samlink sender list shop"),
)

_Numbers = Annotated[
    list[str], typer.Argument(metavar="NUMBER...", help="02…, 031…, 070…, 01x… or 15xx-xxxx.", show_default=False)
]


@app.command(epilog=examples("samlink sender add shop 02-1234-5678", "samlink sender add shop 0212345678 15881234"))
def add(*, account_id: Account, numbers: _Numbers, data: Data = None, as_json: Json = False) -> None:
    """Register numbers: all of them, or none when one has not the form of a sender."""
    given = _digits(numbers)
    with open_store(existing(resolve(data))) as store:
        existing_account(store, account_id)
        new = store.add_senders(account_id, given)
    if as_json:
        print_json({"id": account_id, "added": new, "known": len(given) - new})
    else:
        print(
            say(
                _("Numbers registered for {id}: {new} new, {known} known already."),
                id=account_id,
                new=new,
                known=len(given) - new,
            )
        )


@app.command("list", epilog=examples("samlink sender list shop", "samlink sender list shop --json | jq -r .number"))
def list_senders(*, account_id: Account, data: Data = None, as_json: Json = False) -> None:
    """List an account's registered numbers."""
    with open_store(existing(resolve(data))) as store:
        existing_account(store, account_id)
        numbers = store.senders(account_id)
    for number in numbers:
        if as_json:
            print_json({"number": number})
        else:
            print(number)
    if not numbers and not as_json:
        print_note(
            say(_("No sender is registered for {id}: `samlink sender add {id} NUMBER` registers one."), id=account_id)
        )


@app.command(epilog=examples("samlink sender remove shop 02-1234-5678"))
def remove(*, account_id: Account, numbers: _Numbers, data: Data = None, as_json: Json = False) -> None:
    """Take numbers off the register: all of them, or none when one is not registered."""
    given = _digits(numbers)
    with open_store(existing(resolve(data))) as store:
        existing_account(store, account_id)
        registered = set(store.senders(account_id))
        for number in given:
            if number not in registered:
                raise CommandError(
                    _("{number} is not registered for {id}; nothing was removed."), id=account_id, number=shown(number)
                )
        store.remove_senders(account_id, given)
    if as_json:
        print_json({"id": account_id, "removed": len(given)})
    else:
        print(say(_("Numbers removed from {id}: {count}."), id=account_id, count=len(given)))


def _digits(numbers: list[str]) -> list[str]:
    return list(dict.fromkeys(sender_number(number, _("NUMBER")) for number in numbers))
