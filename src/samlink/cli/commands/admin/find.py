"""`samlink find`: where a message is, what became of it, and why."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from samlink.cli.data_directory import administer
from samlink.cli.help.pages import command
from samlink.cli.language import _, say
from samlink.cli.options import Account, AccountNumber, Closed, Data, Json, Reveal, examples
from samlink.cli.options.rules import reason_of, without_numbers
from samlink.cli.output.answers import Column, listing
from samlink.cli.output.formatting import kst, masked, money, print_pairs, result_name, telecom_name, won
from samlink.core.input import in_range
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.store.contract import MessageView

MESSAGES_LIMIT = 100_000
NONE = "-"


@command(
    short_help="Say where a message is.",
    epilog=examples(
        "samlink find shop --to 010-1234-5678",
        "samlink find shop --message-id 20250131-000017 --details",
        "samlink find shop --limit 1000 --json | jq -r .state",
    ),
)
def find(
    *,
    account_id: Account,
    to: Annotated[str, typer.Option("--to", metavar="NUMBER", help="Only messages to this receiver.")] = "",
    message_id: Annotated[str, typer.Option("--message-id", metavar="MSG_ID", help="Only of this MSG_ID.")] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Most messages.")] = 20,
    details: Annotated[bool, typer.Option("--details", help="All that is known of each, below one another.")] = False,
    reveal: Reveal = False,
    closed: Closed = False,
    number: AccountNumber = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show an account's messages, newest first: state, result, the rule that refused it, attempts, fallback.

    --details adds sender, size, price, route, carrier, telecom and the time of each step. A Kakao message's fallback is
    shown after it. Numbers are masked, unless --reveal is given.
    """
    from samlink.operations import accounts, search

    in_range(limit, "--limit", 1, MESSAGES_LIMIT)

    which = accounts.Which(account_id, closed=closed, number=number)
    views = administer(data, lambda store: search.find(store, which, receiver=to, message_id=message_id, limit=limit))
    columns = _columns(reveal=reveal)
    if details and views and not as_json:
        for view in views:
            print_pairs({one.heading: one.cell(view) for name, one in columns.items() if name != "remarks"})
            print()
        return
    shown = [columns[name] for name in _LISTED]
    none = _("No such message was accepted.")
    listing(views, shown, lambda view: _as_json(view, reveal=reveal), none=none, as_json=as_json)


_LISTED: Final = ("no", "accepted", "to", "kind", "state", "result", "attempts", "remarks")


def _columns(*, reveal: bool) -> dict[str, Column]:
    """All that is known of a message; the list shows `_LISTED` of it, --details all but the remarks."""
    return {
        "no": Column(_("No"), lambda view: str(view.id), right=True),
        "key": Column("GRP_ID/MSG_ID", lambda view: "/".join(_key(view)) or NONE),
        "accepted": Column(_("Accepted (KST)"), lambda view: kst(view.accepted_at_ms)),
        "to": Column(_("To"), lambda view: _number(view.receiver, reveal) or NONE),
        "kind": Column(_("Type"), _kind),
        "state": Column(_("State"), _state),
        "result": Column(_("Result"), lambda view: _result(view.result)),
        "rule": Column(_("Rule"), lambda view: reason_of(view.reason, reveal=reveal) or NONE),
        "attempts": Column(_("Attempts"), lambda view: str(view.attempts), right=True),
        "remarks": Column(_("Remarks"), lambda view: "; ".join(_remarks(view, reveal=reveal))),
        "unknowns": Column(_("Outcome unknown"), lambda view: str(view.unknowns)),
        "carrier_code": Column(_("Carrier's code"), lambda view: view.carrier_code or NONE),
        "late_result": Column(_("Late result"), lambda view: _result(view.late_result)),
        "repeats": Column(_("Sent again after its result"), lambda view: str(view.repeats)),
        "charset": Column(_("Text came in"), lambda view: "UTF-8" if view.utf8 else NONE),
        "parent": Column(_("Stands in for"), lambda view: NONE if view.parent is None else f"#{view.parent}"),
        "fallback": Column(_("Fallback"), lambda view: NONE if view.fallback is None else f"#{view.fallback}"),
        "sender": Column(_("Sender"), lambda view: _number(view.sender, reveal) or NONE),
        "size": Column(_("Size"), _size),
        "price": Column(_("Price"), _price),
        "route": Column(_("Route"), lambda view: view.route),
        "carrier": Column(_("Carrier"), lambda view: view.carrier or NONE),
        "telecom": Column(_("Telecom"), lambda view: telecom_name(view.telecom)),
        "reserved": Column(_("Reserved until (KST)"), lambda view: kst(_reserved(view))),
        "expires": Column(_("Not sent after (KST)"), lambda view: kst(view.expires_at_ms)),
        "submitted": Column(_("Given to the carrier (KST)"), lambda view: kst(view.submitted_at_ms)),
        "sent": Column(_("Sent (KST)"), lambda view: kst(view.sent_at_ms)),
        "settled": Column(_("Result came (KST)"), lambda view: kst(view.settled_at_ms)),
        "reported": Column(_("Result acknowledged (KST)"), lambda view: kst(view.reported_at_ms)),
    }


def _reserved(view: "MessageView") -> int | None:
    """Until when it is held for its reserve time; None where it is not, or not any more."""
    waits = view.state == "queued" and not view.attempts and view.due_at_ms is not None
    return view.due_at_ms if waits and (view.due_at_ms or 0) > view.accepted_at_ms else None


_STATES: Final = {
    "queued": N_("queued"),
    "sending": N_("sending"),
    "unknown": N_("outcome unknown"),
    "sent": N_("sent, result awaited"),
    "done": N_("done, report waiting"),
    "reported": N_("reported"),
}


def _state(view: "MessageView") -> str:
    if (reserved := _reserved(view)) is not None:
        return say("reserved until {until}", until=kst(reserved))
    return _(_STATES[view.state])


def _size(view: "MessageView") -> str:
    if view.characters is None:
        return _("wiped")
    template = N_("{count} characters, subject {subject}, files {files}")
    return say(template, count=view.characters, subject=view.subject_characters or 0, files=view.files or 0)


def _price(view: "MessageView") -> str:
    """The price, and whether it was refunded."""
    if view.charged is False and view.price:
        return say("{price}, given back", price=money(view.price))
    return money(view.price)


def _remarks(view: "MessageView", *, reveal: bool) -> list[str]:
    """Further remarks on a message, in few words."""
    remarks = [reason_of(view.reason, reveal=reveal)] if view.reason else []
    if view.parent is not None:
        remarks.append(say("stands in for #{number}", number=view.parent))
    if view.fallback is not None:
        remarks.append(say("fallback #{number}", number=view.fallback))
    if view.carrier_code:
        remarks.append(say("carrier's code {code}", code=view.carrier_code))
    if view.repeats:
        remarks.append(say("sent again after its result {times} times", times=view.repeats))
    if view.utf8:
        remarks.append(_("text in UTF-8"))
    if view.late_result is not None:
        remarks.append(say("later {result}", result=_result(view.late_result)))
    return remarks


def _number(number: str, reveal: bool) -> str:
    return number if reveal else masked(number)


def _key(view: "MessageView") -> tuple[str, ...]:
    """GRP_ID and MSG_ID; a fallback has none that the customer knows."""
    return () if view.parent is not None else (view.group_id, view.message_id)


def _kind(view: "MessageView") -> str:
    from samlink.vocabulary.kinds import Kind

    return {Kind.ALIM_TALK: "AT", Kind.FRIEND_TALK: "FT"}.get(Kind(view.kind), Kind(view.kind).name)


def _result(number: int | None) -> str:
    return NONE if number is None else result_name(number)


def _as_json(view: "MessageView", *, reveal: bool) -> dict[str, Any]:
    group_id, message_id = _key(view) or (None, None)
    return {
        "no": view.id,
        "group_id": group_id,
        "message_id": message_id,
        "to": _number(view.receiver, reveal) or NONE,
        "kind": _kind(view),
        "accepted_at": kst(view.accepted_at_ms),
        "accepted_at_ms": view.accepted_at_ms,
        "state": view.state,
        "result": view.result,
        "name": None if view.result is None else result_name(view.result).partition(" ")[2],
        "reason": (view.reason if reveal else without_numbers(view.reason)) or None,
        "attempts": view.attempts,
        "unknowns": view.unknowns,
        "carrier_code": view.carrier_code or None,
        "late_result": view.late_result,
        "repeats": view.repeats,
        "charset": "utf-8" if view.utf8 else None,
        "stands_for": view.parent,
        "fallback": view.fallback,
        "sender": _number(view.sender, reveal) or None,
        "characters": view.characters,
        "subject_characters": view.subject_characters,
        "files": view.files,
        "price_won": won(view.price),
        "charged": view.charged,
        "route": view.route,
        "carrier": view.carrier or None,
        "telecom": view.telecom or None,
        "reserved_until": _time(_reserved(view)),
        "expires_at": _time(view.expires_at_ms),
        "submitted_at": _time(view.submitted_at_ms),
        "sent_at": _time(view.sent_at_ms),
        "result_at": _time(view.settled_at_ms),
        "reported_at": _time(view.reported_at_ms),
    }


def _time(at_ms: int | None) -> str | None:
    return None if at_ms is None else kst(at_ms)
