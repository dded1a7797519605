"""The options that are an account's settings, declared once for the commands that add and change accounts.

`Options` is the list; `takes_settings` puts it into a command's signature, and gives the command what was typed by the
names of `samlink.core.account.Account`, checked. Only what was typed is in it.
"""

import enum
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, TypedDict, TypeVar, cast

import typer

from samlink.cli.errors import WrongUsageError
from samlink.cli.language import _
from samlink.cli.options import parsing
from samlink.cli.options.groups import takes
from samlink.cli.options.rules import checked_rules

if TYPE_CHECKING:
    from samlink.core.account import Account

R = TypeVar("R")
Settings = dict[str, Any]
"""Settings by the names of Account's fields."""
NONE: Final = "none"
DEFAULT: Final = "default"
KINDS: Final = ("sms", "lms", "mms", "at", "ft")
LIMIT_MOST: Final = 1_000_000_000
WINDOW_SECONDS_MOST: Final = 7 * 86_400
_PLACE: Final = "settings"
_CHARGES: Final[Mapping[str, bool | None]] = {"yes": True, "no": False, DEFAULT: None}


class Fee(enum.StrEnum):
    """FEE_TYPE in words."""

    PREPAID = "prepaid"
    POSTPAID = "postpaid"


def _cost(what: str, standard: str) -> Any:
    return typer.Option(metavar="WON", help=f"Price of {what}.", show_default=standard)


def _limit(period: str, code: int) -> Any:
    return typer.Option(
        metavar="N|none", help=f"Most messages a {period}; more get {code}.", show_default="none, no limit"
    )


class TextCharset(enum.StrEnum):
    """`core.account.Charset`, for the command line."""

    AUTO = "auto"
    CP949 = "cp949"
    UTF_8 = "utf-8"


class Options(TypedDict):
    """What was typed, None for what was not."""

    allow: Annotated[
        list[str] | None,
        typer.Option(
            "--allow",
            metavar="CIDR",
            help="A network or address that may log in; may be repeated. Nobody may by default.",
            show_default=False,
        ),
    ]
    fee: Annotated[Fee | None, typer.Option("--fee", help="How the customer pays.", show_default="prepaid")]
    sms_cost: Annotated[str | None, _cost("an SMS", "20")]
    lms_cost: Annotated[str | None, _cost("an LMS", "50")]
    mms_cost: Annotated[str | None, _cost("an MMS", "250")]
    at_cost: Annotated[str | None, _cost("an AlimTalk", "8")]
    ft_cost: Annotated[str | None, _cost("a FriendTalk", "15")]
    month_limit: Annotated[str | None, _limit("month (KST)", 93)]
    day_limit: Annotated[str | None, _limit("day (KST)", 94)]
    second_limit: Annotated[str | None, _limit("second", 95)]
    duplicate_window: Annotated[
        int | None,
        typer.Option(
            metavar="SECONDS",
            help="How long the same receiver and text are a duplicate (84), where the rule is not off.",
            show_default="600",
        ),
    ]
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="NAME=off|warn|on",
            help="Switch a rule; may be repeated. `default` is a mode too. The names stand below.",
            show_default=False,
        ),
    ]
    charge_code: Annotated[
        list[str] | None,
        typer.Option(
            "--charge-code",
            metavar="CODE=yes|no",
            help="Whether a message with that result is charged; may be repeated. `default`: as the code table says.",
            show_default=False,
        ),
    ]
    default_sender: Annotated[
        str | None,
        typer.Option(metavar="NUMBER|none", help="SENDER of a message that has none.", show_default=NONE),
    ]
    kinds: Annotated[
        str | None,
        typer.Option(metavar="KIND,…", help="What it may send; anything else gets 61.", show_default=",".join(KINDS)),
    ]
    batch_limit: Annotated[
        int | None, typer.Option(metavar="N", help="Most messages of one packet, 1 to 9999.", show_default="30")
    ]
    variable: Annotated[
        bool | None,
        typer.Option(
            "--variable/--fixed",
            help="LMS and MMS in commands 1044 and 1045, or in 1024 with text in 2000 bytes.",
            show_default="variable",
        ),
    ]
    max_msg_size: Annotated[
        int | None, typer.Option(metavar="N", help="Most bytes of a variable text, 2000 to 3000.", show_default="2000")
    ]
    redirect: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Send logins to another node (11006).", show_default=False),
    ]
    charset: Annotated[
        TextCharset | None,
        typer.Option(
            "--charset",
            help="How texts are read; `auto` takes for UTF-8 what can hardly be CP949.",
            show_default="auto",
        ),
    ]
    close_acknowledges: Annotated[
        bool | None,
        typer.Option(
            "--close-acknowledges/--poll-acknowledges",
            help="Whether a SAM10 report connection that is closed in order acknowledges its last results at once.",
            show_default="poll-acknowledges",
        ),
    ]
    callback_url_only: Annotated[
        bool | None,
        typer.Option(
            "--callback-url-only/--any-message",
            help="Whether the ID can send callback-URL messages only (service class 2).",
            show_default="any-message",
        ),
    ]


def takes_settings(command: Callable[..., R]) -> Callable[..., R]:
    """`command` with `Options` in the place of its parameter `settings`, which then gets what they say, checked."""

    @functools.wraps(command)
    def called(**values: Any) -> R:
        return command(**values | {_PLACE: checked(values[_PLACE])})

    return takes(Options, _PLACE)(called)


def checked(given: Options) -> Settings:
    """What was typed, by the names of Account's fields. `rules` and `refund` hold what is to change, see `merged`.

    Raises WrongUsageError.
    """
    costs = ("sms_cost", "lms_cost", "mms_cost", "at_cost", "ft_cost")
    limits = ("month_limit", "day_limit", "second_limit")
    found: Settings = {}
    for name in (*costs, *limits):
        if (text := cast("str | None", given.get(name))) is not None:
            read = parsing.cost if name in costs else _limit_of
            found[name] = read(text, _option(name))
    for name, value in (*_texts(given), *_switches(given), *_numbers(given)):
        if value is not None:
            found[name] = value
    return found


def merged(changes: Settings, account: "Account") -> Settings:
    """`changes` with whole `rules` and `refund`: what the account has, but for what changes; None takes one out."""
    whole = dict(changes)
    for name in ("rules", "refund"):
        if name in changes:
            values: dict[str, Any] = getattr(account, name) | changes[name]
            whole[name] = {key: value for key, value in values.items() if value is not None}
    return whole


def _texts(given: Options) -> Iterable[tuple[str, object]]:
    if given["allow"] is not None:
        yield "allow", parsing.networks(given["allow"])
    if given["redirect"] is not None:
        yield "redirect", parsing.redirect(given["redirect"])
    if given["default_sender"] is not None:
        yield "default_sender", _default_sender(given["default_sender"])
    if given["kinds"] is not None:
        yield "kinds", _kinds(given["kinds"])
    if given["rule"] is not None:
        yield "rules", checked_rules(given["rule"])
    if given["charge_code"] is not None:
        yield "refund", dict(map(_charge, given["charge_code"]))


def _switches(given: Options) -> Iterable[tuple[str, object]]:
    yield "variable", given["variable"]
    yield "close_acknowledges", given["close_acknowledges"]
    yield "charset", None if given["charset"] is None else given["charset"].value
    if given["fee"] is not None:
        yield "fee_type", 1 if given["fee"] is Fee.PREPAID else 2
    if given["callback_url_only"] is not None:
        yield "service_class", 2 if given["callback_url_only"] else 1


def _numbers(given: Options) -> Iterable[tuple[str, object]]:
    ranges = (
        ("batch_limit", given["batch_limit"], 1, parsing.BATCH_LIMIT),
        ("max_msg_size", given["max_msg_size"], *parsing.MESSAGE_SIZES),
    )
    for name, number, least, most in ranges:
        if number is not None:
            yield name, parsing.in_range(number, _option(name), least, most)
    if (seconds := given["duplicate_window"]) is not None:
        least, most = 1, WINDOW_SECONDS_MOST
        yield "duplicate_window_seconds", parsing.in_range(seconds, "--duplicate-window", least, most)


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _limit_of(text: str, name: str) -> int | None:
    if text.lower() == NONE:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:11]) <= LIMIT_MOST):
        raise WrongUsageError(
            _("{name}: {text} is not a number of messages up to {most}, nor `none`."),
            name=_(name),
            text=parsing.shown(text),
            most=f"{LIMIT_MOST:,}",
        )
    return int(text)


def _default_sender(text: str) -> str:
    from samlink.cli.options.phone_numbers import sender_number

    return "" if text.lower() == NONE else sender_number(text, "--default-sender")


def _kinds(text: str) -> tuple[str, ...]:
    given = {part.strip().lower() for part in text.split(",")}
    for kind in sorted(given - set(KINDS)):
        raise WrongUsageError(
            _("--kinds: {text} is not one of {known}."), text=parsing.shown(kind), known=", ".join(KINDS)
        )
    return tuple(kind for kind in KINDS if kind in given)


def _charge(text: str) -> tuple[str, bool | None]:
    """`69=yes` as the result code and whether it is charged; None for as the code table says."""
    from samlink.vocabulary.results import RESULTS

    code, _sep, charged = (part.strip().lower() for part in text.partition("="))
    if charged not in _CHARGES:
        raise WrongUsageError(
            _("--charge-code: {text} is not CODE=yes, CODE=no or CODE=default."), text=parsing.shown(text)
        )
    if not (code.isascii() and code.isdigit() and len(code) <= 3 and int(code) in RESULTS and RESULTS[int(code)].final):
        raise WrongUsageError(_("--charge-code: {code} is not the code of a final result."), code=parsing.shown(code))
    return str(int(code)), _CHARGES[charged]
