"""The settings of an account as one table: what each may hold, how it is typed, and what it is called.

The command line's options, the views of an account and its validation are made from `FIELDS`. A new setting is a row
here, a line of `core.account.Account`, and its column in the store (a migration, and a line in `accounts.sql`).

Nothing heavy is imported, because help pages are made from this table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from samlink.core import input
from samlink.core.input import InputError, Place, quoted
from samlink.vocabulary.kinds import KIND_NAMES
from samlink.vocabulary.language import Language
from samlink.vocabulary.problem import N_
from samlink.vocabulary.sizes import COUNT_LIMIT, FIXED_TEXT_BYTES, VARIABLE_TEXT_BYTES
from samlink.vocabulary.text import Charset

NONE: Final = "none"
DEFAULT: Final = "default"
KINDS: Final = tuple(KIND_NAMES.values())
"""What an account may send, as `Account.kinds` names it."""
MODES: Final = ("off", "warn", "on")
LIMIT_MOST: Final = 1_000_000_000
"""Messages of a period."""
WINDOW_SECONDS_MOST: Final = 7 * 86_400


class Form(Protocol):
    """What a setting may hold. Both methods raise InputError; `place` is the setting's name for who gave it."""

    def read(self, given: Any, place: Place) -> Any:
        """The value of what was typed."""

    def check(self, value: Any, place: Place) -> None:
        """Refuse a value that no account can have."""


class Price(Form):
    """1/100 won, in the six characters that the login answer has."""

    def read(self, given: str, place: Place) -> int:
        return input.price(input.won_amount(given, place), place, given)

    def check(self, value: int, place: Place) -> None:
        input.price(value, place)


class Limit(Form):
    """The most messages of a period, or None."""

    def read(self, given: str, place: Place) -> int | None:
        """A number, or None for `none`."""
        if given.lower() == NONE:
            return None
        value = int(given[:11]) if given.isascii() and given.isdigit() else -1
        self.check(value, place, given)
        return value

    def check(self, value: int | None, place: Place, given: str = "") -> None:
        if value is not None and not 0 <= value <= LIMIT_MOST:
            template = N_("{name}: {text} is not a number of messages up to {most}, nor `none`")
            raise InputError(
                "limit.unreadable", template, name=place, text=quoted(given or str(value)), most=f"{LIMIT_MOST:,}"
            )


@dataclass(frozen=True, slots=True)
class Number(Form):
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def read(self, given: int, place: Place) -> int:
        return input.in_range(given, place, self.least, self.most)

    def check(self, value: int, place: Place) -> None:
        input.in_range(value, place, self.least, self.most)


@dataclass(frozen=True, slots=True)
class Choice(Form):
    """One of a few values; each has a word to type, and a text for people. Two words that are flags make a switch."""

    words: Mapping[str, Any]
    """Word → value."""
    texts: Mapping[Any, str]
    """Value → template of its text."""
    switch: bool = False

    def read(self, given: str, place: Place) -> Any:
        if given not in self.words:
            raise _not_one_of(given, place, self.words)
        return self.words[given]

    def check(self, value: Any, place: Place) -> None:
        if value not in self.words.values():
            raise _not_one_of(str(value), place, self.words)


class Networks(Form):
    """Networks in CIDR form."""

    def read(self, given: Iterable[str], place: Place) -> tuple[str, ...]:
        """Each once, in the order given."""
        return input.networks(given, place)

    def check(self, value: tuple[str, ...], place: Place) -> None:
        input.networks(value, place)


class Redirect(Form):
    """`HOST:PORT`, or empty."""

    def read(self, given: str, place: Place) -> str:
        return input.redirect(given, place)

    def check(self, value: str, place: Place) -> None:
        if value:
            input.redirect(value, place)


class Sender(Form):
    """A sender's number, or empty."""

    def read(self, given: str, place: Place) -> str:
        """Its digits; empty for `none`."""
        return "" if given.lower() == NONE else input.sender_number(given, place)

    def check(self, value: str, place: Place) -> None:
        if value:
            input.sender_number(value, place)


class Kinds(Form):
    """Kinds of messages."""

    def read(self, given: str, place: Place) -> tuple[str, ...]:
        """The kinds of a list with commas, in our order."""
        named = {part.strip().lower() for part in given.split(",")}
        self.check(tuple(sorted(named)), place)
        return tuple(kind for kind in KINDS if kind in named)

    def check(self, value: tuple[str, ...], place: Place) -> None:
        for kind in value:
            if kind not in KINDS:
                raise _not_one_of(kind, place, KINDS)


class Rules(Form):
    """Rule name → mode; what is given is merged into what the account has, and None takes a rule out."""

    def read(self, given: Mapping[str, str | None], place: Place) -> Mapping[str, str | None]:
        """As it is: names are read where all rules are known."""
        self.check({name: mode for name, mode in given.items() if mode is not None}, place)
        return given

    def check(self, value: Mapping[str, str], place: Place) -> None:
        for mode in value.values():
            if mode not in MODES:
                raise _not_one_of(mode, place, MODES)


class Charges(Form):
    """Result code → whether it is charged; merged as `Rules`."""

    def read(self, given: Iterable[str], place: Place) -> dict[str, bool | None]:
        """`8=yes`, `69=no`, `6=default`."""
        return dict(self._read_one(text, place) for text in given)

    def _read_one(self, text: str, place: Place) -> tuple[str, bool | None]:
        meanings: dict[str, bool | None] = {"yes": True, "no": False, DEFAULT: None}
        code, _, charged = (part.strip().lower() for part in text.partition("="))
        if charged not in meanings:
            template = N_("{name}: {text} is not CODE=yes, CODE=no or CODE=default")
            raise InputError("charge.unreadable", template, name=place, text=quoted(text))
        if not (code.isascii() and code.isdigit() and len(code) <= 3):
            raise _not_final(code, place)
        self.check({str(int(code)): True}, place)
        return str(int(code)), meanings[charged]

    def check(self, value: Mapping[str, bool], place: Place) -> None:
        from samlink.vocabulary.results import RESULTS  # noqa: PLC0415 - a table that help pages do without

        for code in value:
            if not (code.isdigit() and int(code) in RESULTS and RESULTS[int(code)].final):
                raise _not_final(code, place)


def _not_one_of(text: str, place: Place, known: Iterable[str]) -> InputError:
    template = N_("{name}: {text} is not one of {known}")
    return InputError("choice.unknown", template, name=place, text=quoted(text), known=", ".join(known))


def _not_final(code: str, place: Place) -> InputError:
    template = N_("{name}: {code} is not the code of a final result")
    return InputError("charge.unknown", template, name=place, code=quoted(code))


class Field(NamedTuple):
    """One setting of an account."""

    name: str
    """Of `Account`, and of the column."""
    form: Form
    title: str
    """Of its line in a view of the account."""
    help: str
    default: str
    """As help pages show it; empty: not shown."""
    option: str = ""
    """On the command line, where that is not `--name`."""
    metavar: str = ""

    @property
    def place(self) -> str:
        """The name in errors: the option."""
        return (self.option or f"--{self.name.replace('_', '-')}").partition("/")[0]

    def read(self, given: Any) -> Any:
        """The value of what was typed. Raises InputError."""
        return self.form.read(given, self.place)


FIELDS: Final = (
    Field(
        "allow",
        Networks(),
        N_("Allowed addresses"),
        N_("A network or address that may log in; may be repeated. Nobody may by default."),
        "",
        metavar="CIDR",
    ),
    Field(
        "fee_type",
        Choice({"prepaid": 1, "postpaid": 2}, {1: N_("prepaid"), 2: N_("postpaid")}),
        N_("Fee"),
        N_("How the customer pays."),
        "prepaid",
        option="--fee",
    ),
    Field("sms_cost", Price(), N_("SMS"), N_("Price of an SMS."), "20", metavar="WON"),
    Field("lms_cost", Price(), N_("LMS"), N_("Price of an LMS."), "50", metavar="WON"),
    Field("mms_cost", Price(), N_("MMS"), N_("Price of an MMS."), "250", metavar="WON"),
    Field("at_cost", Price(), N_("AlimTalk"), N_("Price of an AlimTalk."), "8", metavar="WON"),
    Field("ft_cost", Price(), N_("FriendTalk"), N_("Price of a FriendTalk."), "15", metavar="WON"),
    Field(
        "month_limit",
        Limit(),
        N_("Most a month"),
        N_("Most messages a month (KST); more get 93."),
        "none, no limit",
        metavar="N|none",
    ),
    Field(
        "day_limit",
        Limit(),
        N_("Most a day"),
        N_("Most messages a day (KST); more get 94."),
        "none, no limit",
        metavar="N|none",
    ),
    Field(
        "second_limit",
        Limit(),
        N_("Most a second"),
        N_("Most messages a second; more get 95."),
        "none, no limit",
        metavar="N|none",
    ),
    Field(
        "duplicate_window_seconds",
        Number(1, WINDOW_SECONDS_MOST),
        N_("Duplicate window"),
        N_("How long the same receiver and text are a duplicate (84), where the rule is not off."),
        "600",
        option="--duplicate-window",
        metavar="SECONDS",
    ),
    Field(
        "rules",
        Rules(),
        N_("Rules"),
        N_("Switch a rule; may be repeated. `default` is a mode too. The names stand below."),
        "",
        option="--rule",
        metavar="NAME=off|warn|on",
    ),
    Field(
        "refund",
        Charges(),
        N_("Charged"),
        N_("Whether a message with that result is charged; may be repeated. `default`: as the code table says."),
        "",
        option="--charge-code",
        metavar="CODE=yes|no",
    ),
    Field(
        "default_sender",
        Sender(),
        N_("Default sender"),
        N_("SENDER of a message that has none."),
        NONE,
        metavar="NUMBER|none",
    ),
    Field(
        "kinds",
        Kinds(),
        N_("May send"),
        N_("What it may send; anything else gets 61."),
        ",".join(KINDS),
        metavar="KIND,…",
    ),
    Field(
        "batch_limit",
        Number(1, COUNT_LIMIT),
        N_("Batch limit"),
        N_("Most messages of one packet, 1 to 9999."),
        "30",
        metavar="N",
    ),
    Field(
        "variable",
        Choice(
            {"variable": True, "fixed": False},
            {True: N_("variable length"), False: N_("fixed length, 2000 bytes")},
            switch=True,
        ),
        N_("LMS and MMS"),
        N_("LMS and MMS in commands 1044 and 1045, or in 1024 with text in 2000 bytes."),
        "variable",
        option="--variable/--fixed",
    ),
    Field(
        "max_msg_size",
        Number(FIXED_TEXT_BYTES, VARIABLE_TEXT_BYTES),
        N_("Most bytes of a text"),
        N_("Most bytes of a variable text, 2000 to 3000."),
        "2000",
        metavar="N",
    ),
    Field("redirect", Redirect(), N_("Redirect"), N_("Send logins to another node (11006)."), "", metavar="HOST:PORT"),
    Field(
        "charset",
        Choice(
            {str(charset): str(charset) for charset in Charset},
            {
                Charset.AUTO: N_("CP949, or UTF-8 where it can be nothing else"),
                Charset.CP949: N_("CP949"),
                Charset.UTF_8: N_("UTF-8"),
            },
        ),
        N_("Texts are read as"),
        N_("How texts are read; `auto` takes for UTF-8 what can hardly be CP949."),
        "auto",
    ),
    Field(
        "language",
        Choice(
            {str(language): str(language) for language in Language},
            {Language.ENGLISH: N_("English"), Language.KOREAN: N_("Korean")},
        ),
        N_("Refusals are in"),
        N_("Language of RESP_MESG when a request is refused: `en`, or `ko` for Korean in CP949."),
        "en",
    ),
    Field(
        "close_acknowledges",
        Choice(
            {"close-acknowledges": True, "poll-acknowledges": False},
            {True: N_("the next poll, or an orderly close"), False: N_("the next poll, or the third orderly close")},
            switch=True,
        ),
        N_("SAM10 results acknowledged by"),
        N_("Whether a SAM10 report connection that is closed in order acknowledges its last results at once."),
        "poll-acknowledges",
        option="--close-acknowledges/--poll-acknowledges",
    ),
    Field(
        "service_class",
        Choice(
            {"callback-url-only": 2, "any-message": 1},
            {1: N_("1: any message"), 2: N_("2: callback-URL messages only")},
            switch=True,
        ),
        N_("Service class"),
        N_("Whether the ID can send callback-URL messages only (service class 2)."),
        "any-message",
        option="--callback-url-only/--any-message",
    ),
)
"""In the order of the help page."""

BY_NAME: Final = {field.name: field for field in FIELDS}
