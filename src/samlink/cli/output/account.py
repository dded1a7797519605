"""An account as a person and as a program read it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from samlink.cli.language import _, say
from samlink.cli.options.account import Fee
from samlink.cli.output.formatting import kst, money, print_json, print_note, print_pairs, won
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.core.account import Account

NONE: Final = "-"


_CHARSETS: Final = {
    "auto": N_("CP949, or UTF-8 where it can be nothing else"),
    "cp949": "CP949",
    "utf-8": "UTF-8",
}


def show_account(account: "Account", *, as_json: bool, extra: Mapping[str, Any] | None = None) -> None:
    """Print all of one account; `extra` goes to programs only."""
    if as_json:
        print_json(account_as_json(account) | dict(extra or {}))
    else:
        print_pairs(_pairs(account))
        if account.closed:
            print_note(_("This account was removed."))


def account_row(account: "Account") -> tuple[str, ...]:
    """The account as a row of the list."""
    return (
        account.id + (f" ({_('removed')}, {account.no})" if account.closed else ""),
        _fee(account),
        money(account.balance),
        money(account.sms_cost),
        money(account.lms_cost),
        money(account.mms_cost),
        str(account.batch_limit),
        ", ".join(account.allow) or _("nobody"),
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
        "ID": account.id,
        _("Number"): str(account.no),
        _("Fee"): _fee(account),
        _("Balance"): money(account.balance),
        _("SMS"): money(account.sms_cost),
        _("LMS"): money(account.lms_cost),
        _("MMS"): money(account.mms_cost),
        _("AlimTalk"): money(account.at_cost),
        _("FriendTalk"): money(account.ft_cost),
        _("Most a month"): _limit(account.month_limit),
        _("Most a day"): _limit(account.day_limit),
        _("Most a second"): _limit(account.second_limit),
        _("May send"): ", ".join(account.kinds),
        _("Default sender"): account.default_sender or NONE,
        _("Rules"): ", ".join(f"{name}={mode}" for name, mode in account.rules.items()) or _("all as by default"),
        _("Charged"): _charges(account.refund) or _("as the code table says"),
        _("Duplicate window"): say(_("{count} s"), count=account.duplicate_window_seconds),
        _("Batch limit"): str(account.batch_limit),
        _("LMS and MMS"): say(_("variable length, up to {size} bytes"), size=account.max_msg_size)
        if account.variable
        else _("fixed length, 2000 bytes"),
        _("Service class"): _("1: any message") if account.service_class == 1 else _("2: callback-URL messages only"),
        _("Allowed addresses"): ", ".join(account.allow) or _("nobody"),
        _("Redirect"): account.redirect or NONE,
        _("Old password until"): NONE if account.old_password_until_ms is None else kst(account.old_password_until_ms),
        _("Texts are read as"): _(_CHARSETS[account.charset]),
        _("SAM10 results acknowledged by"): _("the next poll, or an orderly close")
        if account.close_acknowledges
        else _("the next poll, or the third orderly close"),
    }


def _fee(account: "Account") -> str:
    return _("prepaid") if account.fee_type == 1 else _("postpaid")


def _limit(messages: int | None) -> str:
    return _("no limit") if messages is None else f"{messages:,}"


def _charges(refund: Mapping[str, bool]) -> str:
    return ", ".join(f"{code}={'yes' if charged else 'no'}" for code, charged in refund.items())
