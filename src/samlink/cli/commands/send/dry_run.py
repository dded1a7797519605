"""`samlink send --dry-run`: the messages that would be sent, their sizes and prices, and whether the balance suffices.

Prices and balance come from the login answer (1011), which has no prices for Kakao.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from samlink.cli.errors import CommandError
from samlink.cli.language import _, say, tell
from samlink.cli.output.formatting import money, print_json, print_table, won
from samlink.cli.output.link_errors import first_login
from samlink.vocabulary.money import WON

if TYPE_CHECKING:
    from samlink.cli.commands.send.tracking import Track
    from samlink.client import ClientSettings, LoginTerms

_COSTS: Final = {"SMS": "sms_cost", "LMS": "lms_cost", "MMS": "mms_cost"}


class Part(NamedTuple):
    """The messages of one kind."""

    kind: str
    messages: int
    shortest: int
    longest: int
    price: int | None
    """In 1/100 won; None where the login does not tell it."""

    @property
    def cost(self) -> int | None:
        """Of all of them, in 1/100 won."""
        return None if self.price is None else self.price * self.messages


async def login_terms(settings: "ClientSettings", tracks: "Sequence[Track]") -> "LoginTerms":
    """The terms of a login on the service of the first message. Raises CommandError."""
    from samlink.client import Sender

    async with Sender(settings) as sender:
        found: list[LoginTerms] = []

        async def connect() -> None:
            found.append(await sender.connect(tracks[0].kind.service))

        await first_login(connect(), settings)
        return found[0]


def parts_of(tracks: "Sequence[Track]", terms: "LoginTerms") -> list[Part]:
    """The messages by their kind."""
    kinds = dict.fromkeys(track.kind_name for track in tracks)
    return [_part(kind, [track for track in tracks if track.kind_name == kind], terms) for kind in kinds]


def _part(kind: str, tracks: "Sequence[Track]", terms: "LoginTerms") -> Part:
    encoding = "cp949" if kind in _COSTS else "utf-8"
    sizes = [len(text.encode(encoding)) for text in {track.message.text for track in tracks}]
    price = getattr(terms, _COSTS[kind]) if kind in _COSTS else None
    return Part(kind, len(tracks), min(sizes), max(sizes), price)


def show(tracks: "Sequence[Track]", terms: "LoginTerms", *, as_json: bool) -> None:
    """Print it. Raises CommandError when the balance does not suffice."""
    parts = parts_of(tracks, terms)
    known = sum(part.cost or 0 for part in parts)
    enough = terms.balance is None or not terms.prepaid or known <= terms.balance * WON
    if as_json:
        print_json(_as_json(parts, terms, known, enough=enough))
    else:
        _print(tracks, parts, terms, known)
    if not enough:
        raise CommandError(
            "The balance of {balance} does not suffice: what is beyond it gets 92.",
            balance=money((terms.balance or 0) * WON),
        )


def _print(tracks: "Sequence[Track]", parts: Sequence[Part], terms: "LoginTerms", known: int) -> None:
    tell("Nothing was sent. It would be:")
    rows = [
        (
            part.kind,
            f"{part.messages:,}",
            str(part.longest)
            if part.shortest == part.longest
            else say("{least}-{most}", least=part.shortest, most=part.longest),
            _("not told") if part.price is None else money(part.price),
            _("not told") if part.cost is None else money(part.cost),
        )
        for part in parts
    ]
    print_table([_("Type"), _("Messages"), _("Bytes"), _("Unit price"), _("Cost")], rows, right=(1, 2, 3, 4))
    untold = any(part.price is None for part in parts)
    print(
        say("Cost: {cost}, and what the login does not tell the price of.", cost=money(known))
        if untold
        else say("Cost: {cost}.", cost=money(known))
    )
    if terms.prepaid is False:
        tell("The account is postpaid.")
    elif terms.balance is not None:
        tell("Balance: {balance}.", balance=money(terms.balance * WON))
    if len({track.message.text for track in tracks}) > 1:
        tell("The first message:")
        print("\n".join(f"  {line}" for line in tracks[0].message.text.splitlines()), flush=True)


def _as_json(parts: Sequence[Part], terms: "LoginTerms", known: int, *, enough: bool) -> dict[str, Any]:
    return {
        "dry_run": True,
        "kinds": [
            {
                "kind": part.kind,
                "count": part.messages,
                "bytes": [part.shortest, part.longest],
                "price_won": None if part.price is None else won(part.price),
                "cost_won": None if part.cost is None else won(part.cost),
            }
            for part in parts
        ],
        "cost_won": won(known),
        "balance_won": terms.balance,
        "prepaid": terms.prepaid,
        "enough": enough,
    }
