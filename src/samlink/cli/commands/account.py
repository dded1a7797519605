"""`samlink account`: customers' accounts, changed at once, while a gateway runs or not."""

import enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from samlink.cli import parsing
from samlink.cli.data_directory import existing, open_store, resolve, usable
from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.formatting import money, now_ms, print_json, print_note, print_pairs, print_table, won
from samlink.cli.options import Data, Json, examples
from samlink.cli.password import read_password, store_password
from samlink.cli.texts import say

if TYPE_CHECKING:
    from samlink.core.account import Account
    from samlink.store.sqlite.admin import Admin

app = typer.Typer(
    help="Add, show and change customers' accounts. Works while the gateway runs and takes effect at once.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples(
        "samlink account add shop --allow 203.0.113.7 --fee prepaid --balance 100000",
        "samlink account list",
        "samlink account topup shop 50000",
    ),
)


class Fee(enum.StrEnum):
    """FEE_TYPE in words."""

    PREPAID = "prepaid"
    POSTPAID = "postpaid"


_Id = Annotated[str, typer.Argument(metavar="ID", help="At most 20 printable ASCII characters.", show_default=False)]
_PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password (at most 20 bytes) from standard input.")
]
_Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="CIDR",
        help="A network or address that may log in; may be repeated. Nobody may by default.",
        show_default=False,
    ),
]
_FeeType = Annotated[Fee | None, typer.Option("--fee", help="How the customer pays.", show_default="prepaid")]
_SmsCost = Annotated[str | None, typer.Option(metavar="WON", help="Price of an SMS.", show_default="20")]
_LmsCost = Annotated[str | None, typer.Option(metavar="WON", help="Price of an LMS.", show_default="50")]
_MmsCost = Annotated[str | None, typer.Option(metavar="WON", help="Price of an MMS.", show_default="250")]
_BatchLimit = Annotated[
    int | None, typer.Option(metavar="N", help="Most messages of one packet, 1 to 9999.", show_default="30")
]
_Variable = Annotated[
    bool | None,
    typer.Option(
        "--variable/--fixed",
        help="LMS and MMS in commands 1044 and 1045, or in 1024 with text in 2000 bytes.",
        show_default="variable",
    ),
]
_MaxMsgSize = Annotated[
    int | None, typer.Option(metavar="N", help="Most bytes of a variable text, 2000 to 3000.", show_default="2000")
]
_Redirect = Annotated[
    str | None,
    typer.Option(metavar="HOST:PORT", help="Send logins to another node (11006).", show_default=False),
]
_CallbackUrlOnly = Annotated[
    bool | None,
    typer.Option(
        "--callback-url-only/--any-message",
        help="Whether the ID can send callback-URL messages only (service class 2).",
        show_default="any-message",
    ),
]


@app.command(
    epilog=examples(
        "samlink account add shop --allow 203.0.113.7 --balance 100000",
        "samlink account add agency --fee postpaid --allow 10.0.0.0/8 --allow 2001:db8::/32 --sms-cost 9.9",
        'printf %s "$PASSWORD" | samlink account add shop --password-stdin --allow 203.0.113.7',
    )
)
def add(
    *,
    account_id: _Id,
    password_stdin: _PasswordStdin = False,
    allow: _Allow = None,
    fee: _FeeType = None,
    balance: Annotated[
        str | None, typer.Option(metavar="WON", help="What is paid in already.", show_default="0")
    ] = None,
    sms_cost: _SmsCost = None,
    lms_cost: _LmsCost = None,
    mms_cost: _MmsCost = None,
    batch_limit: _BatchLimit = None,
    variable: _Variable = None,
    max_msg_size: _MaxMsgSize = None,
    redirect: _Redirect = None,
    callback_url_only: _CallbackUrlOnly = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Add an account. Without --password-stdin a password is generated and printed this once."""
    from samlink.core.account import Account

    parsing.account_id(account_id)
    settings = _settings(
        allow=allow,
        fee=fee,
        costs={"sms_cost": sms_cost, "lms_cost": lms_cost, "mms_cost": mms_cost},
        batch_limit=batch_limit,
        variable=variable,
        max_msg_size=max_msg_size,
        redirect=redirect,
        callback_url_only=callback_url_only,
    )
    if balance is not None:
        settings["balance"] = parsing.won_amount(balance, "--balance")
    directory = usable(resolve(data))
    chosen = read_password() if password_stdin else None
    with open_store(directory) as store:
        if _find(store, account_id) is not None:
            raise CommandError(say("account.exists", id=account_id))
        password, password_hash = store_password(directory, chosen)
        account = store.add_account(Account(no=0, id=account_id, **settings), password_hash, now_ms())
    _report_added(account, None if password_stdin else password, as_json=as_json)


@app.command("list", epilog=examples("samlink account list", "samlink account list --json | jq -r .id"))
def list_accounts(
    *,
    closed: Annotated[bool, typer.Option("--all", help="Removed accounts too.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the accounts; with --json one object a line."""
    with open_store(existing(resolve(data))) as store:
        accounts = [account for account in store.accounts() if closed or not account.closed]
    if as_json:
        for account in accounts:
            print_json(_as_json(account))
        return
    if not accounts:
        print_note(say("account.none"))
        return
    headings = [say(f"account.{name}") for name in ("id", "fee", "balance", "sms_cost", "lms_cost", "mms_cost")]
    print_table(
        [*headings, say("account.batch_limit"), say("account.allow")],
        [_row(account) for account in accounts],
        right=range(2, 7),
    )


@app.command(epilog=examples("samlink account show shop", "samlink account show shop --json"))
def show(*, account_id: _Id, data: Data = None, as_json: Json = False) -> None:
    """Show one account."""
    with open_store(existing(resolve(data))) as store:
        _show(_found(store, account_id), as_json=as_json)


@app.command(
    "set",
    epilog=examples(
        "samlink account set shop --sms-cost 8.5 --batch-limit 100",
        "samlink account set shop --allow 203.0.113.7 --allow 203.0.113.8     (replaces the whole list)",
        "samlink account set shop --new-password",
    ),
)
def set_account(
    *,
    account_id: _Id,
    password_stdin: _PasswordStdin = False,
    new_password: Annotated[
        bool, typer.Option("--new-password", help="Generate a password and print it once.")
    ] = False,
    allow: _Allow = None,
    allow_none: Annotated[bool, typer.Option("--allow-none", help="Let nobody log in.")] = False,
    fee: _FeeType = None,
    sms_cost: _SmsCost = None,
    lms_cost: _LmsCost = None,
    mms_cost: _MmsCost = None,
    batch_limit: _BatchLimit = None,
    variable: _Variable = None,
    max_msg_size: _MaxMsgSize = None,
    redirect: _Redirect = None,
    no_redirect: Annotated[bool, typer.Option("--no-redirect", help="Let logins stay here.")] = False,
    callback_url_only: _CallbackUrlOnly = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Change an account's settings; what is not named stays. --allow replaces the whole list."""
    _refuse_both("--allow", allow is not None, "--allow-none", allow_none)
    _refuse_both("--redirect", redirect is not None, "--no-redirect", no_redirect)
    _refuse_both("--password-stdin", password_stdin, "--new-password", new_password)
    changes = _settings(
        allow=[] if allow_none else allow,
        fee=fee,
        costs={"sms_cost": sms_cost, "lms_cost": lms_cost, "mms_cost": mms_cost},
        batch_limit=batch_limit,
        variable=variable,
        max_msg_size=max_msg_size,
        redirect="" if no_redirect else redirect,
        callback_url_only=callback_url_only,
    )
    if not (changes or password_stdin or new_password):
        raise WrongUsageError(say("account.nothing_to_set"))
    directory = existing(resolve(data))
    chosen = read_password() if password_stdin else None
    with open_store(directory) as store:
        _refuse_prepaid_debt(_found(store, account_id), changes)
        password, password_hash = store_password(directory, chosen) if password_stdin or new_password else (None, None)
        account = store.set_account(account_id, changes, password_hash)
    _report_set(account, password if new_password else None, as_json=as_json)


@app.command(epilog=examples("samlink account remove shop"))
def remove(*, account_id: _Id, data: Data = None, as_json: Json = False) -> None:
    """Close an account: nobody logs in with it any more; its messages and its ledger stay."""
    with open_store(existing(resolve(data))) as store:
        _found(store, account_id)
        store.close_account(account_id, now_ms())
    if as_json:
        print_json({"id": account_id, "removed": True})
    else:
        print(say("account.removed", id=account_id))


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
    added = parsing.won_amount(amount, "WON", negative=True)
    if added == 0:
        raise WrongUsageError(say("topup.zero"))
    with open_store(existing(resolve(data))) as store:
        before = _found(store, account_id)
        if before.fee_type == 1 and before.balance + added < 0:
            raise CommandError(say("topup.below_zero", id=account_id, balance=money(before.balance)))
        balance = store.top_up(account_id, added, note, now_ms())
    if as_json:
        print_json({"id": account_id, "added_won": won(added), "balance_won": won(balance)})
    else:
        print(say("topup.done", id=account_id, added=money(added), balance=money(balance)))


# -- from options to settings


def _settings(
    *,
    allow: list[str] | None,
    fee: Fee | None,
    costs: dict[str, str | None],
    batch_limit: int | None,
    variable: bool | None,
    max_msg_size: int | None,
    redirect: str | None,
    callback_url_only: bool | None,
) -> dict[str, Any]:
    """What was given, by the names of Account's fields."""
    given: dict[str, Any] = {
        name: parsing.cost(text, "--" + name.replace("_", "-")) for name, text in costs.items() if text is not None
    }
    if allow is not None:
        given["allow"] = parsing.networks(allow)
    if fee is not None:
        given["fee_type"] = 1 if fee is Fee.PREPAID else 2
    if batch_limit is not None:
        given["batch_limit"] = parsing.in_range(batch_limit, "--batch-limit", 1, parsing.BATCH_LIMIT)
    if variable is not None:
        given["variable"] = variable
    if max_msg_size is not None:
        given["max_msg_size"] = parsing.in_range(max_msg_size, "--max-msg-size", *parsing.MESSAGE_SIZES)
    if redirect is not None:
        given["redirect"] = parsing.redirect(redirect) if redirect else ""
    if callback_url_only is not None:
        given["service_class"] = 2 if callback_url_only else 1
    return given


def _refuse_both(one: str, one_given: bool, other: str, other_given: bool) -> None:
    if one_given and other_given:
        raise WrongUsageError(say("usage.not_both", one=one, other=other))


def _find(store: "Admin", account_id: str) -> "Account | None":
    return next((account for account in store.accounts() if account.id == account_id and not account.closed), None)


def _found(store: "Admin", account_id: str) -> "Account":
    account = _find(store, account_id)
    if account is None:
        raise CommandError(say("account.unknown", id=parsing.shown(account_id)))
    return account


def _refuse_prepaid_debt(account: "Account", changes: dict[str, Any]) -> None:
    if changes.get("fee_type") == 1 and account.balance < 0:
        raise CommandError(say("account.owes", id=account.id, balance=money(account.balance)))


# -- from accounts to text


def _report_added(account: "Account", password: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(account) | ({"password": password} if password else {}))
    else:
        print(say("account.added", id=account.id))
        _print_password(password)
    _warn_if_closed_to_all(account)


def _report_set(account: "Account", password: str | None, *, as_json: bool) -> None:
    _show(account, as_json=as_json, extra={"password": password} if password else {})
    if not as_json:
        _print_password(password)
    _warn_if_closed_to_all(account)


def _print_password(password: str | None) -> None:
    if password:
        print(say("account.password", password=password))
        print_note(say("account.password_once"))


def _warn_if_closed_to_all(account: "Account") -> None:
    if not account.allow:
        print_note(say("account.nobody", id=account.id))


def _show(account: "Account", *, as_json: bool, extra: dict[str, Any] | None = None) -> None:
    if as_json:
        print_json(_as_json(account) | (extra or {}))
        return
    values = {
        "id": account.id,
        "number": str(account.no),
        "fee": _fee(account),
        "balance": money(account.balance),
        "sms_cost": money(account.sms_cost),
        "lms_cost": money(account.lms_cost),
        "mms_cost": money(account.mms_cost),
        "batch_limit": str(account.batch_limit),
        "long_text": say("account.variable", size=account.max_msg_size) if account.variable else say("account.fixed"),
        "service_class": say("account.any_message" if account.service_class == 1 else "account.callback_url_only"),
        "allow": ", ".join(account.allow) or say("account.allow_nobody"),
        "redirect": account.redirect or "-",
    }
    print_pairs({say(f"account.{name}"): value for name, value in values.items()})


def _fee(account: "Account") -> str:
    return say("account.prepaid" if account.fee_type == 1 else "account.postpaid")


def _row(account: "Account") -> tuple[str, ...]:
    return (
        account.id + (f" ({say('account.closed')})" if account.closed else ""),
        _fee(account),
        money(account.balance),
        money(account.sms_cost),
        money(account.lms_cost),
        money(account.mms_cost),
        str(account.batch_limit),
        ", ".join(account.allow) or say("account.allow_nobody"),
    )


def _as_json(account: "Account") -> dict[str, Any]:
    return {
        "id": account.id,
        "number": account.no,
        "fee": (Fee.PREPAID if account.fee_type == 1 else Fee.POSTPAID).value,
        "balance_won": won(account.balance),
        "sms_cost_won": won(account.sms_cost),
        "lms_cost_won": won(account.lms_cost),
        "mms_cost_won": won(account.mms_cost),
        "batch_limit": account.batch_limit,
        "variable": account.variable,
        "max_msg_size": account.max_msg_size,
        "service_class": account.service_class,
        "allow": list(account.allow),
        "redirect": account.redirect or None,
        "closed": account.closed,
    }
