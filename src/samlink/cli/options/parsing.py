"""What a person typed, as the values that the rest of samlink wants; what does not fit is named precisely.

Every function takes the text and the name of the option or argument it was given for, and raises WrongUsageError.
"""

import ipaddress
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from samlink.cli.errors import WrongUsageError
from samlink.cli.language import _
from samlink.cli.output.formatting import WON

ID_BYTES: Final = 20
PASSWORD_BYTES: Final = 20
PASSWORD_CHARACTERS: Final = 12
"""Fewest of a chosen password, unless told otherwise."""
DURATION_DAYS: Final = 90
_DURATION: Final = re.compile(r"(\d{1,6})([dhm])", re.ASCII)
_UNITS_MS: Final = {"d": 86_400_000, "h": 3_600_000, "m": 60_000}
COST_CHARACTERS: Final = 6
"""A price has six characters in the login answer (1011)."""
MONEY_LIMIT_WON: Final = 99_999_999
"""The login answer's BALANCE shows no more."""
BATCH_LIMIT: Final = 9999
MAPPED_PREFIX_BITS: Final = 96
"""Of ::ffff:0:0/96, which holds the addresses of IPv4."""
MESSAGE_SIZES: Final = (2000, 3000)
PORT_LIMIT: Final = 65535
PORTS_AFTER_BASE: Final = 5
REDIRECT_BYTES: Final = 50
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_CONTROL_FREE: Final = re.compile(r"[!-~]+")


def account_id(text: str) -> str:
    """An account's ID: 1 to 20 printable ASCII characters without spaces."""
    if not text or len(text) > ID_BYTES or not _CONTROL_FREE.fullmatch(text):
        raise WrongUsageError(
            _("{id} cannot be an account's ID: it has 1 to {limit} printable ASCII characters and no space."),
            id=shown(text),
            limit=ID_BYTES,
        )
    return text


def password(text: str, *, weak: bool) -> str:
    """A chosen password: 12 to 20 printable ASCII characters without spaces, or (`weak`) fewer. It is never shown, not
    even when wrong."""
    if not text:
        raise WrongUsageError(_("the password is empty."))
    if len(text.encode(errors="replace")) > PASSWORD_BYTES:
        raise WrongUsageError(
            _("the password is longer than the {limit} bytes that the login has for it."), limit=PASSWORD_BYTES
        )
    if not _CONTROL_FREE.fullmatch(text):
        raise WrongUsageError(_("the password may hold printable ASCII characters only, and no space."))
    if len(text) < PASSWORD_CHARACTERS and not weak:
        raise WrongUsageError(
            _("a chosen password has at least {least} characters; --allow-weak takes a shorter one."),
            least=PASSWORD_CHARACTERS,
        )
    return text


def duration_ms(text: str, name: str) -> int:
    """A time like `7d`, `12h` or `30m`, up to 90 days, in ms."""
    found = _DURATION.fullmatch(text)
    ms = int(found[1]) * _UNITS_MS[found[2]] if found else 0
    if not 0 < ms <= DURATION_DAYS * _UNITS_MS["d"]:
        raise WrongUsageError(
            _("{name}: {text} is not a time such as 7d, 12h or 30m, up to {days} days."),
            name=_(name),
            text=shown(text),
            days=DURATION_DAYS,
        )
    return ms


def won_amount(text: str, name: str, *, negative: bool = False) -> int:
    """An amount like `20`, `20.5` or `1,234.56` won, in 1/100 won."""
    try:
        amount = Decimal(text.replace(",", "")) * WON
        whole = int(amount)
    except (InvalidOperation, ValueError, OverflowError):
        raise WrongUsageError(
            _("{name}: {text} is not an amount of won such as 20 or 20.5."), name=_(name), text=shown(text)
        ) from None
    if whole != amount:
        raise WrongUsageError(_("{name}: {text} has more than two decimals."), name=_(name), text=shown(text))
    if whole < 0 and not negative:
        raise WrongUsageError(_("{name}: {text} is negative."), name=_(name), text=shown(text))
    if abs(whole) > MONEY_LIMIT_WON * WON:
        raise WrongUsageError(
            _("{name}: {text} is more than {limit} won."), name=_(name), text=shown(text), limit=f"{MONEY_LIMIT_WON:,}"
        )
    return whole


def cost(text: str, name: str) -> int:
    """A price in 1/100 won that the six characters of the login answer can say: `20.0`, `999.99`, `9999.9`."""
    amount = won_amount(text, name)
    whole, rest = divmod(amount, WON)
    written = f"{whole}.{rest // 10}" if rest % 10 == 0 else f"{whole}.{rest:02}"
    if len(written) > COST_CHARACTERS:
        raise WrongUsageError(
            _(
                "{name}: {text} does not fit the {limit} characters that a price has on the link: "
                "at most 9999.9, and two decimals only below 1000."
            ),
            name=_(name),
            text=shown(text),
            limit=COST_CHARACTERS,
        )
    return amount


def network(text: str) -> str:
    """A network in CIDR form, or one address."""
    try:
        found = ipaddress.ip_network(text)
    except ValueError:
        pass
    else:
        return _unmapped(found, text)
    try:
        meant = str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise WrongUsageError(
            _("--allow: {text} is not a network such as 203.0.113.0/24 or an address such as 203.0.113.7."),
            text=shown(text),
        ) from None
    raise WrongUsageError(
        _("--allow: {text} is an address inside a network; the network is {meant}."), text=shown(text), meant=meant
    )


def _unmapped(found: ipaddress.IPv4Network | ipaddress.IPv6Network, text: str) -> str:
    """The network, unless it is one of IPv4 in IPv6's clothes."""
    mapped = found.network_address.ipv4_mapped if isinstance(found, ipaddress.IPv6Network) else None
    if mapped is None or found.prefixlen < MAPPED_PREFIX_BITS:
        return str(found)
    meant = ipaddress.ip_network(f"{mapped}/{found.prefixlen - MAPPED_PREFIX_BITS}")
    raise WrongUsageError(
        _("--allow: {text} is IPv4 written as IPv6, which no connection has; write {meant}."),
        text=shown(text),
        meant=str(meant),
    )


def networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Networks in the order given, each once; several may stand in one text, with commas."""
    return tuple(dict.fromkeys(network(part.strip()) for text in texts for part in text.split(",")))


def in_range(number: int, name: str, least: int, most: int) -> int:
    """`number`, when it is from `least` to `most`."""
    if not least <= number <= most:
        raise WrongUsageError(
            _("{name} is from {least} to {most}, not {number}."), name=_(name), number=number, least=least, most=most
        )
    return number


def base_port(number: int) -> int:
    """The first of six ports."""
    return in_range(number, "--base-port", 1, PORT_LIMIT - PORTS_AFTER_BASE)


def redirect(text: str) -> str:
    """`HOST:PORT` as a login's RESP_MESG carries it."""
    host, _sep, port = text.rpartition(":")
    good = _HOST.fullmatch(host) and port.isascii() and port.isdigit() and 1 <= int(port) <= PORT_LIMIT
    if not good or len(text) > REDIRECT_BYTES:
        raise WrongUsageError(
            _("--redirect: {text} is not HOST:PORT with a port from 1 to 65535, {limit} characters at most."),
            text=shown(text),
            limit=REDIRECT_BYTES,
        )
    return text


def shown(text: str) -> str:
    """What was typed, in quotes, short and without control characters."""
    elided = text if len(text) <= 40 else text[:39] + "…"
    return "'" + "".join(char if char.isprintable() else "?" for char in elided) + "'"
