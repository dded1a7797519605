"""Routes: where a message waits for a carrier.

`[[routes]]` is one ordered table, as the rules of admission are: the first row whose conditions all hold gives the
route; a message that no row matches goes by `DEFAULT_ROUTE`. A message gets its route once, when it is accepted.
Carriers pull from the routes that they serve; several may serve one route, and one may serve several.
"""

import re
from collections.abc import Callable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Final

import msgspec

from samlink.core.account import Account
from samlink.core.message import DEFAULT_ROUTE, NewMessage
from samlink.vocabulary.kinds import KIND_NAMES
from samlink.vocabulary.problem import N_, Problem
from samlink.vocabulary.services import Service

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
"""The name of a route or a carrier. A carrier's is a folder's, too."""

_DEFAULT_ONLY: Final = frozenset({DEFAULT_ROUTE})

Check = Callable[[NewMessage, Account], bool]


class RoutingError(Problem, ValueError):
    """The settings of carriers and routes contradict each other, or a row makes no sense."""


class RouteRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of `[[routes]]`: all conditions that are given must hold, each by one of its values.

    Raises RoutingError for a value that no message can have.
    """

    route: str
    accounts: tuple[str, ...] = ()
    """Login IDs."""
    services: tuple[str, ...] = ()
    """`SMS`, `MMS`, `KMS`."""
    kinds: tuple[str, ...] = ()
    """`sms`, `lms`, `mms`, `at`, `ft`."""
    senders: tuple[str, ...] = ()
    """Digits that a sender begins with."""
    receivers: tuple[str, ...] = ()
    """Digits that a receiver begins with."""

    def __post_init__(self) -> None:
        _check_name(self.route)
        for condition, known in _KNOWN_VALUES.items():
            for value in getattr(self, condition):
                if value not in known:
                    template = N_("routes: {condition} has no {value}; there are {known}")
                    raise RoutingError(
                        "route.unknown_value", template, condition=condition, value=value, known=", ".join(known)
                    )
        for condition in ("senders", "receivers"):
            for value in getattr(self, condition):
                if not (value.isascii() and value.isdigit()):
                    template = N_("routes: {condition} are digits that a number begins with, not {value}")
                    raise RoutingError("route.not_digits", template, condition=condition, value=value)

    @property
    def matches_all(self) -> bool:
        """Whether it has no condition."""
        return not any(getattr(self, condition) for condition in CONDITIONS)


class Routing:
    """The table, ready to be asked."""

    def __init__(self, rows: Sequence[RouteRow] = ()) -> None:
        self._rows = tuple(
            (row.route, tuple(make(wanted) for name, make in CONDITIONS.items() if (wanted := getattr(row, name))))
            for row in rows
        )

    def route(self, message: NewMessage, account: Account) -> str:
        """The route of a message of this account."""
        for route, checks in self._rows:
            if all(check(message, account) for check in checks):
                return route
        return DEFAULT_ROUTE

    def assign(self, messages: Sequence[NewMessage], account: Account) -> Set[str]:
        """Give messages of one account their routes, and return these. Messages that a rule has refused get none."""
        if not self._rows:
            return _DEFAULT_ONLY
        routes: set[str] = set()
        for message in messages:
            if message.result is None:
                message.route = self.route(message, account)
                routes.add(message.route)
        return routes


def check_routes(rows: Sequence[RouteRow], served: Mapping[str, Sequence[str]]) -> None:
    """Whether each route has a carrier that serves it, and each served route a row that leads to it.

    `served` is each carrier's name and its routes. Raises RoutingError, naming the first fault.
    """
    for carrier, routes in served.items():
        _check_name(carrier)
        for route in routes:
            _check_name(route)
            if route != DEFAULT_ROUTE and all(row.route != route for row in rows):
                template = N_("carrier {carrier} serves the route {route}, but no row of routes leads to it")
                raise RoutingError("route.unreachable", template, carrier=carrier, route=route)
    known = {route for routes in served.values() for route in routes}
    for route in (*(row.route for row in rows), DEFAULT_ROUTE):
        if route not in known:
            raise RoutingError("route.unserved", N_("no carrier serves the route {route}"), route=route)
    for number, row in enumerate(rows[:-1], 1):
        if row.matches_all:
            template = N_("routes: row {row} has no condition, so that no row after it can match")
            raise RoutingError("route.shadowed", template, row=number)


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        template = N_("{name} is not a name for a carrier or a route: use up to 32 of a-z, 0-9, - and _")
        raise RoutingError("route.bad_name", template, name=name)


def _by_account(wanted: Sequence[str]) -> Check:
    ids = frozenset(wanted)
    return lambda _, account: account.id in ids


def _by_service(wanted: Sequence[str]) -> Check:
    services = frozenset(int(Service[name]) for name in wanted)
    return lambda message, _: message.service in services


def _by_kind(wanted: Sequence[str]) -> Check:
    kinds = frozenset(int(kind) for kind, name in KIND_NAMES.items() if name in wanted)
    return lambda message, _: message.kind in kinds


def _by_sender(wanted: Sequence[str]) -> Check:
    prefixes = tuple(wanted)
    return lambda message, _: message.sender.startswith(prefixes)


def _by_receiver(wanted: Sequence[str]) -> Check:
    prefixes = tuple(wanted)
    return lambda message, _: message.receiver.startswith(prefixes)


CONDITIONS: Final[Mapping[str, Callable[[Sequence[str]], Check]]] = MappingProxyType(
    {
        "accounts": _by_account,
        "services": _by_service,
        "kinds": _by_kind,
        "senders": _by_sender,
        "receivers": _by_receiver,
    }
)
"""What a row can ask of a message: the field's name, and what makes a check of its values."""

_KNOWN_VALUES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"services": tuple(service.name for service in Service), "kinds": tuple(KIND_NAMES.values())}
)
