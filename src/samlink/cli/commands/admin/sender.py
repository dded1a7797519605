"""`samlink sender`: the numbers that an account has registered to send from (rule "sender registered", 88)."""

from typing import Annotated

import typer

from samlink.cli.data_directory import administer
from samlink.cli.help.pages import Commands
from samlink.cli.language import say
from samlink.cli.options import Account, Data, Json, examples
from samlink.cli.output import answers
from samlink.cli.output.answers import answer

app = Commands(
    help="Register an account's sender numbers. A message from any other gets 88. Takes effect at once.",
    epilog=examples("samlink sender add shop 02-1234-5678 1588-1234", "samlink sender list shop"),
)

_Numbers = Annotated[list[str], typer.Argument(metavar="NUMBER...", help="02…, 031…, 070…, 01x… or 15xx-xxxx.")]


@app.command(epilog=examples("samlink sender add shop 02-1234-5678", "samlink sender add shop 0212345678 15881234"))
def add(*, account_id: Account, numbers: _Numbers, data: Data = None, as_json: Json = False) -> None:
    """Register numbers: all or nothing."""
    from samlink.operations import senders

    new, known = administer(data, lambda store: senders.add(store, account_id, numbers))
    answer(
        say("Numbers registered for {id}: {new} new, {known} known already.", id=account_id, new=new, known=known),
        {"id": account_id, "added": new, "known": known},
        as_json=as_json,
    )


@app.command("list", epilog=examples("samlink sender list shop", "samlink sender list shop --json | jq -r .number"))
def list_senders(*, account_id: Account, data: Data = None, as_json: Json = False) -> None:
    """List an account's registered numbers."""
    from samlink.operations import senders

    none = say("No sender is registered for {id}: `samlink sender add {id} NUMBER` registers one.", id=account_id)
    found = administer(data, lambda store: senders.listed(store, account_id))
    answers.numbers(found, str, none=none, as_json=as_json)


@app.command(epilog=examples("samlink sender remove shop 02-1234-5678"))
def remove(*, account_id: Account, numbers: _Numbers, data: Data = None, as_json: Json = False) -> None:
    """Take numbers off the register: all or nothing."""
    from samlink.operations import senders

    count = administer(data, lambda store: senders.remove(store, account_id, numbers))
    sentence = say("Numbers removed from {id}: {count}.", id=account_id, count=count)
    answer(sentence, {"id": account_id, "removed": count}, as_json=as_json)
