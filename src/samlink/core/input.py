"""Texts that an operator or a program gives, read into values, or refused with the place and what would be right.

Every function raises InputError. `place` is the name that the reader knows the value by: `--balance`, `balance`, or
an argument's.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from samlink.vocabulary.language import Phrase
from samlink.vocabulary.money import BALANCE_SHOWN_LIMIT_WON, WON
from samlink.vocabulary.numbers import DIGITS_LEAST, DIGITS_MOST, digits_of, is_receiver, is_sender, mask_digits
from samlink.vocabulary.problem import N_, Problem
from samlink.vocabulary.services import BASE_PORT_LIMIT, PORT_LIMIT
from samlink.vocabulary.sizes import COST_CHARACTERS, ID_BYTES, PASSWORD_BYTES, RESP_MESG_BYTES
from samlink.vocabulary.times import DAY_MS, HOUR_MS

Place = str | Phrase
"""What the reader calls the thing that a value was given for."""
PASSWORD_CHARACTERS: Final = 12
"""Fewest of a chosen password, unless a weak one is allowed."""
DURATION_DAYS: Final = 90
SHOWN_CHARACTERS: Final = 40

_PRINTABLE: Final = re.compile(r"[!-~]+")
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_AMOUNT: Final = re.compile(r"[-+]?[\d,]*\.?\d*", re.ASCII)
_DURATION: Final = re.compile(r"(\d{1,6})([dhm])", re.ASCII)
_UNITS_MS: Final = {"d": DAY_MS, "h": HOUR_MS, "m": 60_000}
_MAPPED_PREFIX_BITS: Final = 96
"""Of ::ffff:0:0/96, the addresses of IPv4 in IPv6."""


class InputError(Problem):
    """A value that is malformed or out of range. Nothing was changed."""


def quoted(text: str) -> str:
    """`text` in quotes, at most 40 characters of it, without control characters."""
    elided = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    return "'" + "".join(char if char.isprintable() else "?" for char in elided) + "'"


def quoted_number(text: str) -> str:
    """What was given for a telephone number, as `quoted`, its inner digits masked."""
    return quoted(mask_digits(text))


def account_id(text: str) -> str:
    """An account's ID: 1 to 20 printable ASCII characters without spaces."""
    if len(text) > ID_BYTES or not _PRINTABLE.fullmatch(text):
        template = N_("{id} cannot be an account's ID: it has 1 to {limit} printable ASCII characters and no space")
        raise InputError("account.bad_id", template, id=quoted(text), limit=ID_BYTES)
    return text


def password(text: str, *, weak: bool = False) -> str:
    """A chosen password: 12 to 20 printable ASCII characters without spaces, or with `weak` fewer. Never shown."""
    if not text:
        raise InputError("password.empty", N_("the password is empty"))
    if len(text.encode(errors="replace")) > PASSWORD_BYTES:
        template = N_("the password is longer than the {limit} bytes that the login has for it")
        raise InputError("password.too_long", template, limit=PASSWORD_BYTES)
    if not _PRINTABLE.fullmatch(text):
        template = N_("the password may hold printable ASCII characters only, and no space")
        raise InputError("password.bad_character", template)
    if len(text) < PASSWORD_CHARACTERS and not weak:
        template = N_("a chosen password has at least {least} characters; --allow-weak takes a shorter one")
        raise InputError("password.too_short", template, least=PASSWORD_CHARACTERS)
    return text


def duration_ms(text: str, place: Place) -> int:
    """A duration such as `7d`, `12h` or `30m`, up to 90 days, in milliseconds."""
    found = _DURATION.fullmatch(text)
    ms = int(found[1]) * _UNITS_MS[found[2]] if found else 0
    if not 0 < ms <= DURATION_DAYS * _UNITS_MS["d"]:
        template = N_("{name}: {text} is not a time such as 7d, 12h or 30m, up to {days} days")
        raise InputError("duration.unreadable", template, name=place, text=quoted(text), days=DURATION_DAYS)
    return ms


def won_amount(text: str, place: Place, *, negative: bool = False) -> int:
    """An amount such as `20`, `20.5` or `1,234.56` won, in 1/100 won."""
    try:
        # Not all that Decimal reads: the exponent of 1e999999 alone would cost seconds.
        amount = Decimal(text.replace(",", "") if _AMOUNT.fullmatch(text) else "") * WON
        whole = int(amount)
    except InvalidOperation:
        template = N_("{name}: {text} is not an amount of won such as 20 or 20.5")
        raise InputError("won.unreadable", template, name=place, text=quoted(text)) from None
    if whole != amount:
        raise InputError("won.too_fine", N_("{name}: {text} has more than two decimals"), name=place, text=quoted(text))
    if whole < 0 and not negative:
        raise InputError("won.negative", N_("{name}: {text} is negative"), name=place, text=quoted(text))
    if abs(whole) > BALANCE_SHOWN_LIMIT_WON * WON:
        template = N_("{name}: {text} is more than {limit} won")
        raise InputError("won.too_much", template, name=place, text=quoted(text), limit=f"{BALANCE_SHOWN_LIMIT_WON:,}")
    return whole


def price(amount: int, place: Place, given: str = "") -> int:
    """A price (1/100 won) that six characters can show (1011): 20.0, 999.99, 9999.9."""
    whole, rest = divmod(amount, WON)
    written = f"{whole}.{rest // 10}" if rest % 10 == 0 else f"{whole}.{rest:02}"
    if amount < 0 or len(written) > COST_CHARACTERS:
        template = N_(
            "{name}: {text} does not fit the {limit} characters that a price has on the link: "
            "at most 9999.9, and two decimals only below 1000"
        )
        raise InputError("cost.too_long", template, name=place, text=quoted(given or written), limit=COST_CHARACTERS)
    return amount


def in_range(number: int, place: Place, least: int, most: int) -> int:
    """`number`, if it is from `least` to `most`."""
    if not least <= number <= most:
        template = N_("{name} is from {least} to {most}, not {number}")
        raise InputError("number.out_of_range", template, name=place, least=least, most=most, number=number)
    return number


def base_port(number: int) -> int:
    """The first of the gateway's six ports."""
    return in_range(number, "--base-port", 1, BASE_PORT_LIMIT)


def networks(texts: Iterable[str], place: Place) -> tuple[str, ...]:
    """Networks in CIDR form, in the order given, each once; one text may hold several, separated by commas."""
    return tuple(dict.fromkeys(network(part.strip(), place) for text in texts for part in text.split(",")))


def network(text: str, place: Place) -> str:
    """A network such as 203.0.113.0/24, or one address as the network of itself."""
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError:
        template = N_("{name}: {text} is not a network such as 203.0.113.0/24 or an address such as 203.0.113.7")
        raise InputError("allow.unreadable", template, name=place, text=quoted(text)) from None
    try:
        ipaddress.ip_network(text)
    except ValueError:
        template = N_("{name}: {text} is an address inside a network; the network is {meant}")
        raise InputError("allow.host_bits", template, name=place, text=quoted(text), meant=str(found)) from None
    mapped = found.network_address.ipv4_mapped if isinstance(found, ipaddress.IPv6Network) else None
    if mapped is not None and found.prefixlen >= _MAPPED_PREFIX_BITS:
        raise InputError(
            "allow.mapped",
            N_("{name}: {text} is IPv4 written as IPv6, which no connection has; write {meant}"),
            name=place,
            text=quoted(text),
            meant=f"{mapped}/{found.prefixlen - _MAPPED_PREFIX_BITS}",
        )
    return str(found)


def redirect(text: str, place: Place) -> str:
    """`HOST:PORT`, as RESP_MESG carries it to a login that belongs to another node (11006)."""
    host, _, port = text.rpartition(":")
    good = len(text) <= RESP_MESG_BYTES and _HOST.fullmatch(host) and port.isascii() and port.isdigit()
    if not good or not 1 <= int(port) <= PORT_LIMIT:
        template = N_("{name}: {text} is not HOST:PORT with a port from 1 to 65535, {limit} characters at most")
        raise InputError("redirect.bad", template, name=place, text=quoted(text), limit=RESP_MESG_BYTES)
    return text


def phone_number(text: str, place: Place) -> str:
    """The digits of a telephone number: hyphens and a leading 82 are taken away."""
    digits = digits_of(text)
    if digits is None:
        raise not_a_number(text, place)
    return digits


def not_a_number(text: str, place: Place) -> InputError:
    """The error of a text that is no telephone number."""
    template = N_("{name}: {text} is not a telephone number of {least} to {most} digits")
    return InputError("phone.bad", template, name=place, text=quoted_number(text), least=DIGITS_LEAST, most=DIGITS_MOST)


def sender_number(text: str, place: Place) -> str:
    """The digits of a number that may be a message's sender."""
    digits = phone_number(text, place)
    if not is_sender(digits):
        template = N_("{name}: {text} cannot be a sender: numbers of 02, 031, 070, 01x and 15xx-xxxx can, 050x cannot")
        raise InputError("phone.not_sender", template, name=place, text=quoted_number(text))
    return digits


def receiver_number(text: str, place: Place) -> str:
    """The digits of a number that can receive messages."""
    digits = phone_number(text, place)
    if not is_receiver(digits):
        template = N_("{name}: {text} is not a mobile number, 01x with 10 or 11 digits")
        raise InputError("phone.not_receiver", template, name=place, text=quoted_number(text))
    return digits


def distinct(texts: Iterable[str], read: Callable[[str, Place], str], place: Place) -> list[str]:
    """What `read` makes of each text, in order, each once."""
    return list(dict.fromkeys(read(text, place) for text in texts))
