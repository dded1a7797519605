"""An account: a customer's login, its limits and its prices.

What each setting may hold stands in `core.account_fields`, and `Account.validate` checks it; the store's CHECK
constraints are the last line of defence.
"""

import enum
import functools
import ipaddress
from collections.abc import Iterable

import msgspec

from samlink.core import input
from samlink.core.account_fields import FIELDS
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.language import Language
from samlink.vocabulary.money import WON
from samlink.vocabulary.text import Charset


class FeeType(enum.IntEnum):
    """FEE_TYPE of the login answer (manual 3.B, 1011)."""

    PREPAID = 1
    POSTPAID = 2


class ServiceClass(enum.IntEnum):
    """The second part of a good login's RESP_MESG (manual 3.B)."""

    ANY = 1
    CALLBACK_URL_ONLY = 2


class Account(msgspec.Struct, kw_only=True, frozen=True):
    """A customer's account as the store keeps it, without its password.

    Money is in 1/100 won. `allow` are networks in CIDR form; an empty list lets nobody in.
    """

    no: int
    """Internal number; never reused, so that an ID given out again does not inherit old messages."""
    id: str
    fee_type: int = FeeType.PREPAID
    sms_cost: int = 20 * WON
    lms_cost: int = 50 * WON
    mms_cost: int = 250 * WON
    balance: int = 0
    batch_limit: int = 30
    variable: bool = True
    max_msg_size: int = 2000
    service_class: int = ServiceClass.ANY
    allow: tuple[str, ...] = ()
    redirect: str = ""
    """`ip:port` that logins are sent to (11006); empty: none."""
    closed: bool = False
    at_cost: int = 8 * WON
    ft_cost: int = 15 * WON
    month_limit: int | None = None
    """Most messages in a calendar month (KST); more get 93. None: no limit, as for the two below."""
    day_limit: int | None = None
    """Most messages in a day (KST); more get 94."""
    second_limit: int | None = None
    """Most messages in a second of the clock; more get 95."""
    duplicate_window_seconds: int = 600
    """How long the same receiver and content are a duplicate (84), when that rule is not off."""
    default_sender: str = ""
    """SENDER of a message that has none."""
    kinds: tuple[str, ...] = ("sms", "lms", "mms", "at", "ft")
    """What it may send."""
    rules: dict[str, str] = {}
    """Rule name → `off`, `warn` or `on`; a rule that is not here is as it is by default."""
    refund: dict[str, bool] = {}
    """Result code as text → whether a message with it is charged, against the code table."""
    password_no: int = 1
    """Counts the account's passwords: 1 is the first."""
    old_password_until_ms: int | None = None
    """Until when the password before is good too (UTC, epoch ms); None when it is not."""
    charset: str = Charset.AUTO
    """How MSG and SUBJECT are read."""
    language: str = Language.ENGLISH
    """Of RESP_MESG when a request is refused: `en` or `ko`."""
    close_acknowledges: bool = False
    """A SAM10 report connection that ends in order has its last page acknowledged the first time, not the third: for
    customers that connect for each poll."""

    def validate(self) -> None:
        """Check the ID and every setting. Raises InputError, with the setting's name, for the first that cannot be."""
        input.account_id(self.id)
        for field in FIELDS:
            field.form.check(getattr(self, field.name), field.name)

    def price(self, kind: Kind) -> int:
        """What one message of `kind` costs, in 1/100 won."""
        match kind:
            case Kind.SMS:
                return self.sms_cost
            case Kind.LMS:
                return self.lms_cost
            case Kind.MMS:
                return self.mms_cost
            case Kind.ALIM_TALK:
                return self.at_cost
            case Kind.FRIEND_TALK:
                return self.ft_cost

    def accepts_password(self, no: int, now_ms: int) -> bool:
        """Whether who came in with password number `no` may stay."""
        if no == self.password_no:
            return True
        return no == self.password_no - 1 and (self.old_password_until_ms or 0) > now_ms

    def allows(self, address: str) -> bool:
        """Whether `address` (IPv4 or IPv6) is in one of the allowed networks."""
        return in_networks(address, self.allow)


def in_networks(address: str, networks: Iterable[str]) -> bool:
    """Whether `address` is in one of `networks`; what cannot be read, on either side, lets nobody in."""
    try:
        peer = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped is not None:
        peer = peer.ipv4_mapped
    return any((network := _network(text)) is not None and peer in network for text in networks)


@functools.lru_cache(maxsize=4096)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return None
