"""The first row whose conditions hold gives a message its route."""

from typing import Any

import msgspec
import pytest

from samlink.core.account import Account
from samlink.core.message import DEFAULT_ROUTE, NewMessage
from samlink.core.routing import CONDITIONS, RouteRow, Routing, RoutingError, check_routes
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.services import Service

ACCOUNT = Account(no=1, id="bank")


def message(**changes: Any) -> NewMessage:
    """An SMS that is to be routed."""
    values: dict[str, Any] = {
        "group_id": "1",
        "message_id": "1",
        "receiver": "01012345678",
        "service": int(Service.SMS),
        "kind": int(Kind.SMS),
        "sender": "15771000",
        "subject": "",
        "text": "안녕하세요",
        "url": "",
        "user_code": "",
        "files": "",
        "due_at_ms": 0,
        "expires_at_ms": None,
        "price": 0,
    }
    return NewMessage(**(values | changes))


@pytest.mark.parametrize(
    ("condition", "matching", "other"),
    [
        ("accounts", "bank", "shop"),
        ("services", "SMS", "KMS"),
        ("kinds", "sms", "lms"),
        ("senders", "1577", "1588"),
        ("receivers", "010", "011"),
    ],
)
def test_a_row_matches_by_each_of_its_conditions(condition: str, matching: str, other: str) -> None:
    def route(*values: str) -> str:
        return Routing([RouteRow(route="otp", **{condition: values})]).route(message(), ACCOUNT)

    assert condition in CONDITIONS
    assert route(matching) == "otp"
    assert route(other) == DEFAULT_ROUTE
    assert route(other, matching) == "otp", "one of its values is enough"


def test_all_conditions_of_a_row_must_hold() -> None:
    routing = Routing([RouteRow(route="otp", accounts=("bank",), kinds=("lms",))])
    assert routing.route(message(), ACCOUNT) == DEFAULT_ROUTE
    assert routing.route(message(kind=int(Kind.LMS)), ACCOUNT) == "otp"


def test_the_first_row_that_matches_wins() -> None:
    rows = [RouteRow(route="a", receivers=("0101",)), RouteRow(route="b", receivers=("010",)), RouteRow(route="c")]
    routing = Routing(rows)
    receivers = ("01011112222", "01022223333", "01133334444")
    assert [routing.route(message(receiver=receiver), ACCOUNT) for receiver in receivers] == ["a", "b", "c"]


def test_without_rows_everything_is_on_the_default_route() -> None:
    assert Routing().route(message(), ACCOUNT) == DEFAULT_ROUTE
    assert Routing().assign([message()], ACCOUNT) == {DEFAULT_ROUTE}


def test_what_a_rule_has_refused_goes_nowhere() -> None:
    packet = [message(), message(receiver="01133334444"), message(result=86)]
    assert Routing([RouteRow(route="a", receivers=("010",))]).assign(packet, ACCOUNT) == {"a", DEFAULT_ROUTE}
    assert [one.route for one in packet] == ["a", DEFAULT_ROUTE, DEFAULT_ROUTE]
    assert Routing([RouteRow(route="a")]).assign(packet[2:], ACCOUNT) == set()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"route": "OTP"}, "OTP is not a name for a carrier or a route: use up to 32 of a-z, 0-9, - and _"),
        ({"route": "otp", "services": ["sms"]}, "routes: services has no sms; there are SMS, MMS, KMS"),
        ({"route": "otp", "kinds": ["mail"]}, "routes: kinds has no mail; there are sms, lms, mms, at, ft"),
        ({"route": "otp", "senders": ["02-1"]}, "routes: senders are digits that a number begins with, not 02-1"),
    ],
)
def test_a_row_that_no_message_can_match_is_refused(row: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        msgspec.convert(row, RouteRow)


@pytest.mark.parametrize(
    ("rows", "served", "said"),
    [
        (["otp"], {"kt": ["default"]}, "no carrier serves the route otp"),
        ([], {"kt": ["default", "otp"]}, "carrier kt serves the route otp, but no row of routes leads to it"),
        (["otp"], {"kt": ["otp"]}, "no carrier serves the route default"),
        (["otp", "bulk"], {"kt": ["default", "otp", "bulk"]}, "routes: row 1 has no condition"),
        ([], {"K T": ["default"]}, "K T is not a name"),
    ],
)
def test_routes_and_carriers_must_fit_each_other(rows: list[str], served: dict[str, list[str]], said: str) -> None:
    with pytest.raises(RoutingError, match=said):
        check_routes([RouteRow(route=name) for name in rows], served)


def test_carriers_may_share_a_route() -> None:
    check_routes([RouteRow(route="otp", kinds=("sms",))], {"kt": ["otp", "default"], "lg": ["otp"]})
