"""An account as a person and as a program read it."""

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from samlink.cli.language import _, note, say
from samlink.cli.output.answers import Column
from samlink.cli.output.formatting import kst, money, print_json, print_pairs, won
from samlink.core.account_fields import BY_NAME, FIELDS, Charges, Choice, Field, Limit, Price, Rules

if TYPE_CHECKING:
    from samlink.core.account import Account

NONE: Final = "-"
_JSON_NAMES: Final = {"fee_type": "fee", "refund": "charge_codes"}
_IN_LIST: Final = ("fee_type", "balance", "sms_cost", "lms_cost", "mms_cost", "batch_limit", "allow")


def show_account(account: "Account", *, as_json: bool, extra: Mapping[str, Any] | None = None) -> None:
    """Print all of one account; `extra` goes to programs only."""
    if as_json:
        print_json(account_as_json(account) | dict(extra or {}))
        return
    old_password = account.old_password_until_ms
    print_pairs(
        {"ID": account.id, _("Number"): str(account.no), _("Balance"): money(account.balance)}
        | {_(field.title): _text(field, getattr(account, field.name)) for field in FIELDS}
        | {_("Old password until"): NONE if old_password is None else kst(old_password)}
    )
    if account.closed:
        note("This account was removed.")


def account_columns() -> list[Column]:
    """Of the list of accounts."""
    columns = [Column("ID", _id)]
    for name in _IN_LIST:
        field = BY_NAME.get(name)
        heading = _("Balance") if field is None else _(field.title)
        columns.append(Column(heading, functools.partial(_cell, name), right=name not in ("fee_type", "allow")))
    return columns


def account_as_json(account: "Account") -> dict[str, Any]:
    """All of the account."""
    return {
        "id": account.id,
        "number": account.no,
        "balance_won": won(account.balance),
        **dict(_for_programs(field, getattr(account, field.name)) for field in FIELDS),
        "old_password_until_ms": account.old_password_until_ms,
        "closed": account.closed,
    }


def _id(account: "Account") -> str:
    return f"{account.id} ({_('removed')}, {account.no})" if account.closed else account.id


def _cell(name: str, account: "Account") -> str:
    value = getattr(account, name)
    return money(value) if name == "balance" else _text(BY_NAME[name], value)


def _for_programs(field: Field, value: Any) -> tuple[str, Any]:
    name = _JSON_NAMES.get(field.name, field.name)
    if isinstance(field.form, Price):
        return f"{name}_won", won(value)
    if isinstance(field.form, Choice) and not field.form.switch:
        return name, next(word for word, meant in field.form.words.items() if meant == value)
    return name, None if value == "" else value


def _text(field: Field, value: Any) -> str:
    match field.form:
        case Price():
            return money(value)
        case Limit():
            return _("no limit") if value is None else f"{value:,}"
        case Choice(texts=texts):
            return _(texts[value])
        case Rules():
            return ", ".join(f"{name}={mode}" for name, mode in value.items()) or _("all as by default")
        case Charges():
            said = (f"{code}={'yes' if charged else 'no'}" for code, charged in value.items())
            return ", ".join(said) or _("as the code table says")
    if field.name == "allow":
        return ", ".join(value) or _("nobody")
    if field.name == "duplicate_window_seconds":
        return say(_("{count} s"), count=value)
    return (", ".join(value) if isinstance(value, tuple) else str(value)) or NONE
