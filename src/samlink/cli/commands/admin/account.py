"""`samlink account`: customers' accounts, changed at once, while a gateway runs or not."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from samlink.cli.data_directory import administer, existing, keep_out_of_git, resolve, usable
from samlink.cli.errors import WrongUsageError
from samlink.cli.help.pages import Commands
from samlink.cli.language import _, note, say, tell
from samlink.cli.options import AccountNumber, Closed, Data, Json, examples
from samlink.cli.options.account import Settings, takes_settings
from samlink.cli.options.password import read_password
from samlink.cli.options.rules import rule_list, rule_modes, rule_name
from samlink.cli.output.account import account_as_json, account_columns, show_account
from samlink.cli.output.answers import Column, answer, listing
from samlink.cli.output.formatting import money, print_json, result_name, won
from samlink.core import input
from samlink.vocabulary.language import phrase
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.core.account import Account
    from samlink.store.contract import AdminStore
    from samlink.store.credentials import Credentials

app = Commands(
    help="Add, show and change customers' accounts. Works while the gateway runs and takes effect at once.",
    epilog=examples(
        "samlink account add shop --allow 203.0.113.7 --fee prepaid --balance 100000",
        "samlink account list",
        "samlink account topup shop 50000",
    ),
)


RULES_HELP = "\n\n" + rule_list()

_Id = Annotated[str, typer.Argument(metavar="ID", help="At most 20 printable ASCII characters.")]
_PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password (12 to 20 bytes) from standard input.")
]
_AllowWeak = Annotated[bool, typer.Option("--allow-weak", help="Take a chosen password of fewer than 12 bytes.")]
_NewPassword = Annotated[bool, typer.Option("--new-password", help="Generate a password and print it once.")]
_Overlap = Annotated[
    str | None,
    typer.Option(
        "--overlap",
        metavar="TIME",
        help="How long the password before is good too: 7d, 12h, 30m. Without it its sessions end now.",
    ),
]
_EndOldPassword = Annotated[
    bool, typer.Option("--end-old-password", help="End the password before the last change, and its sessions.")
]


@app.command(
    epilog=examples(
        "samlink account add shop --allow 203.0.113.7 --balance 100000",
        "samlink account add agency --fee postpaid --allow 10.0.0.0/8 --allow 2001:db8::/32 --sms-cost 9.9",
        'printf %s "$PASSWORD" | samlink account add shop --password-stdin --allow 203.0.113.7',
        "samlink account add alerts --kinds sms,at --day-limit 10000 --rule duplicate=on --charge-code 8=yes",
    )
    + RULES_HELP
)
@takes_settings
def add(
    *,
    account_id: _Id,
    password_stdin: _PasswordStdin = False,
    allow_weak: _AllowWeak = False,
    balance: Annotated[
        str | None, typer.Option(metavar="WON", help="What is paid in already.", show_default="0")
    ] = None,
    settings: Settings,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Add an account. Without --password-stdin a password is generated and printed this once."""
    from samlink.operations import accounts

    input.account_id(account_id)
    if balance is not None:
        settings["balance"] = input.won_amount(balance, "--balance")
    directory = usable(resolve(data))
    chosen = read_password(weak=allow_weak) if password_stdin else None
    keep_out_of_git(directory)
    done = administer(
        data, lambda store: accounts.add(store, _credentials(directory), account_id, settings, chosen=chosen), new=True
    )
    if as_json:
        print_json(account_as_json(done.account) | ({"password": done.password} if done.password else {}))
    else:
        tell("Account {id} added.", id=done.account.id)
        _print_password(done.password)
    _warn_if_open_to_nobody_or_all(done.account)


@app.command("list", epilog=examples("samlink account list", "samlink account list --json | jq -r .id"))
def list_accounts(
    *,
    closed: Annotated[bool, typer.Option("--all", help="Removed accounts too.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the accounts; with --json one object a line."""
    from samlink.operations import accounts

    found = administer(data, lambda store: accounts.listed(store, closed=closed))
    listing(
        found,
        account_columns(),
        account_as_json,
        none=_("There are no accounts yet; `samlink account add ID` adds one."),
        as_json=as_json,
    )


@app.command(epilog=examples("samlink account show shop", "samlink account show shop --json"))
def show(
    *, account_id: _Id, closed: Closed = False, number: AccountNumber = None, data: Data = None, as_json: Json = False
) -> None:
    """Show one account."""
    from samlink.operations import accounts

    which = accounts.Which(account_id, closed=closed, number=number)
    account = administer(data, lambda store: accounts.readable(store, which))
    show_account(account, as_json=as_json)


@app.command(
    "set",
    epilog=examples(
        "samlink account set shop --sms-cost 8.5 --batch-limit 100",
        "samlink account set shop --allow 203.0.113.7 --allow 203.0.113.8     (replaces the whole list)",
        "samlink account set shop --new-password --overlap 7d",
        "samlink account set shop --month-limit 300000 --second-limit none",
        "samlink account set shop --rule advertisement-form=warn --rule user-code=on",
    )
    + RULES_HELP,
)
@takes_settings
def set_account(
    *,
    account_id: _Id,
    password_stdin: _PasswordStdin = False,
    allow_weak: _AllowWeak = False,
    new_password: _NewPassword = False,
    overlap: _Overlap = None,
    end_old_password: _EndOldPassword = False,
    settings: Settings,
    allow_none: Annotated[bool, typer.Option("--allow-none", help="Let nobody log in.")] = False,
    no_redirect: Annotated[bool, typer.Option("--no-redirect", help="Let logins stay here.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Change an account's settings; what is not named stays. --allow replaces the whole list."""
    from samlink.operations import accounts

    _refuse_both("--allow", "allow" in settings, "--allow-none", allow_none)
    _refuse_both("--redirect", "redirect" in settings, "--no-redirect", no_redirect)
    _refuse_both("--password-stdin", password_stdin, "--new-password", new_password)
    _refuse_both("--end-old-password", end_old_password, "--overlap", overlap is not None)
    if overlap is not None and not (password_stdin or new_password):
        raise WrongUsageError("--overlap needs --new-password or --password-stdin.")
    overlap_ms = None if overlap is None else input.duration_ms(overlap, "--overlap")
    changes = settings | ({"allow": ()} if allow_none else {}) | ({"redirect": ""} if no_redirect else {})
    if not (changes or password_stdin or new_password or end_old_password):
        raise WrongUsageError("nothing to change was given (see `samlink account set --help`).")
    directory = existing(resolve(data))
    chosen = read_password(weak=allow_weak) if password_stdin else None
    password = accounts.Password(chosen, overlap_ms) if password_stdin or new_password else None
    done = administer(
        data,
        lambda store: accounts.change(
            store, _credentials(directory), account_id, changes, password=password, end_old_password=end_old_password
        ),
    )
    show_account(done.account, as_json=as_json, extra={"password": done.password} if done.password else {})
    if not as_json:
        _print_password(done.password)
    _warn_if_open_to_nobody_or_all(done.account)


@app.command(epilog=examples("samlink account rules shop", "samlink account rules shop --json | jq -r .name"))
def rules(*, account_id: _Id, data: Data = None, as_json: Json = False) -> None:
    """List every admission rule in the order of precedence: its result code, its mode here and by default.

    The first rule that is on and refuses a message decides its code. `warn` lets it go and says so in the gateway's
    log.
    """
    from samlink.operations import accounts

    found = rule_modes(administer(data, lambda store: accounts.named(store, account_id)))
    listing(
        found,
        [
            Column(_("Rule"), lambda rule: rule_name(rule.name)),
            Column(_("Result code"), lambda rule: result_name(rule.result)),
            Column(_("Mode"), lambda rule: rule.mode),
            Column(_("Default"), lambda rule: rule.default if rule.switchable else "-"),
        ],
        lambda rule: rule._asdict(),
        none="",
        as_json=as_json,
    )


@app.command(epilog=examples("samlink account remove shop --yes"))
def remove(
    *,
    account_id: _Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do it: there is no way back.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Close an account for good: nobody logs in with it any more; its messages and its ledger stay.

    `account show`, `history`, `ledger` and `find` read it with --closed, also when the ID is given to another account.
    """
    from samlink.operations import accounts

    async def closed(store: "AdminStore") -> None:
        account = await accounts.named(store, account_id)
        if not yes:
            template = N_("account {id}, balance {balance}, would be closed for good: give --yes to do it.")
            raise WrongUsageError(template, id=account_id, balance=money(account.balance))
        await accounts.close(store, account_id)

    administer(data, closed)
    answer(
        say("Account {id} removed: nobody logs in with it any more; its messages and its ledger stay.", id=account_id),
        {"id": account_id, "removed": True},
        as_json=as_json,
    )


@app.command(
    context_settings={"ignore_unknown_options": True},
    epilog=examples("samlink account topup shop 50000", "samlink account topup shop -500 --note 'entered twice'"),
)
def topup(
    *,
    account_id: _Id,
    amount: Annotated[str, typer.Argument(metavar="WON", help="Negative to correct an earlier one.")],
    note: Annotated[str, typer.Option(help="A word for the ledger.")] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Add to an account's balance, with a line in its ledger."""
    from samlink.operations.money import top_up

    added = input.won_amount(amount, phrase(N_("WON")), negative=True)
    balance = administer(data, lambda store: top_up(store, account_id, added, note))
    if added < 0:
        taken = money(-added)
        said = say(
            "{taken} taken off {id}: the balance is {balance}.", id=account_id, taken=taken, balance=money(balance)
        )
    else:
        said = say(
            "{added} added to {id}: the balance is {balance}.",
            id=account_id,
            added=money(added),
            balance=money(balance),
        )
    answer(said, {"id": account_id, "added_won": won(added), "balance_won": won(balance)}, as_json=as_json)


def _refuse_both(one: str, one_given: bool, other: str, other_given: bool) -> None:
    if one_given and other_given:
        raise WrongUsageError("give either {one} or {other}, not both.", one=one, other=other)


def _credentials(directory: Path) -> "Credentials":
    from samlink.store.credentials import Credentials

    return Credentials.open(directory)


def _print_password(password: str | None) -> None:
    if password:
        tell("Password: {password}", password=password)
        note("Keep it now: it is stored as a hash only and cannot be shown again.")


def _warn_if_open_to_nobody_or_all(account: "Account") -> None:
    if not account.allow:
        template = N_(
            "Nobody can log in as {id} yet, since no address is allowed: `samlink account set "
            "{id} --allow 203.0.113.7` allows one."
        )
        note(template, id=account.id)
    if everywhere := [network for network in account.allow if network.endswith("/0")]:
        template = N_("{id} can log in from every address ({networks}): only the password is in the way of a stranger.")
        note(template, id=account.id, networks=", ".join(everywhere))
