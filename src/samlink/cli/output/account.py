"""An account as a person and as a program read it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from samlink.cli.options.account import Fee
from samlink.cli.output.formatting import kst, money, print_json, print_note, print_pairs, won
from samlink.cli.texts import say

if TYPE_CHECKING:
    from samlink.core.account import Account

NONE: Final = "-"


def show_account(account: "Account", *, as_json: bool, extra: Mapping[str, Any] | None = None) -> None:
    """Print all of one account; `extra` goes to programs only."""
    if as_json:
        print_json(account_as_json(account) | dict(extra or {}))
    else:
        print_pairs({say(f"account.{name}"): value for name, value in _pairs(account).items()})
        if account.closed:
            print_note(say("account.is_closed"))


def account_row(account: "Account") -> tuple[str, ...]:
    """The account as a row of the list."""
    return (
        account.id + (f" ({say('account.closed')}, {account.no})" if account.closed else ""),
        _fee(account),
        money(account.balance),
        money(account.sms_cost),
        money(account.lms_cost),
        money(account.mms_cost),
        str(account.batch_limit),
        ", ".join(account.allow) or say("account.allow_nobody"),
    )


def account_as_json(account: "Account") -> dict[str, Any]:
    """All of the account."""
    return {
        "id": account.id,
        "number": account.no,
        "fee": (Fee.PREPAID if account.fee_type == 1 else Fee.POSTPAID).value,
        "balance_won": won(account.balance),
        "sms_cost_won": won(account.sms_cost),
        "lms_cost_won": won(account.lms_cost),
        "mms_cost_won": won(account.mms_cost),
        "at_cost_won": won(account.at_cost),
        "ft_cost_won": won(account.ft_cost),
        "month_limit": account.month_limit,
        "day_limit": account.day_limit,
        "second_limit": account.second_limit,
        "duplicate_window_seconds": account.duplicate_window_seconds,
        "rules": dict(account.rules),
        "charge_codes": dict(account.refund),
        "default_sender": account.default_sender or None,
        "kinds": list(account.kinds),
        "batch_limit": account.batch_limit,
        "variable": account.variable,
        "max_msg_size": account.max_msg_size,
        "service_class": account.service_class,
        "allow": list(account.allow),
        "redirect": account.redirect or None,
        "old_password_until_ms": account.old_password_until_ms,
        "charset": account.charset,
        "close_acknowledges": account.close_acknowledges,
        "closed": account.closed,
    }


def _pairs(account: "Account") -> dict[str, str]:
    return {
        "id": account.id,
        "number": str(account.no),
        "fee": _fee(account),
        "balance": money(account.balance),
        "sms_cost": money(account.sms_cost),
        "lms_cost": money(account.lms_cost),
        "mms_cost": money(account.mms_cost),
        "at_cost": money(account.at_cost),
        "ft_cost": money(account.ft_cost),
        "month_limit": _limit(account.month_limit),
        "day_limit": _limit(account.day_limit),
        "second_limit": _limit(account.second_limit),
        "kinds": ", ".join(account.kinds),
        "default_sender": account.default_sender or NONE,
        "rules": ", ".join(f"{name}={mode}" for name, mode in account.rules.items()) or say("account.rules_default"),
        "charge_codes": _charges(account.refund) or say("account.charges_default"),
        "duplicate_window": say("account.seconds", count=account.duplicate_window_seconds),
        "batch_limit": str(account.batch_limit),
        "long_text": say("account.variable", size=account.max_msg_size) if account.variable else say("account.fixed"),
        "service_class": say("account.any_message" if account.service_class == 1 else "account.callback_url_only"),
        "allow": ", ".join(account.allow) or say("account.allow_nobody"),
        "redirect": account.redirect or NONE,
        "old_password": NONE if account.old_password_until_ms is None else kst(account.old_password_until_ms),
        "charset": say(f"account.charset_{account.charset.replace('-', '')}"),
        "sam10_acknowledges": say("account.by_close" if account.close_acknowledges else "account.by_poll"),
    }


def _fee(account: "Account") -> str:
    return say("account.prepaid" if account.fee_type == 1 else "account.postpaid")


def _limit(messages: int | None) -> str:
    return say("account.no_limit") if messages is None else f"{messages:,}"


def _charges(refund: Mapping[str, bool]) -> str:
    return ", ".join(f"{code}={'yes' if charged else 'no'}" for code, charged in refund.items())
