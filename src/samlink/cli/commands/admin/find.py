"""`samlink find`: where a message is, what became of it, and why."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from samlink.cli.accounts import readable_account
from samlink.cli.data_directory import existing, open_store, resolve
from samlink.cli.options import Account, AccountNumber, Closed, Data, Json, Reveal, examples
from samlink.cli.options.parsing import in_range
from samlink.cli.options.phone_numbers import receiver_number
from samlink.cli.options.rules import reason_of, without_numbers
from samlink.cli.output.formatting import (
    kst,
    masked,
    money,
    print_json,
    print_note,
    print_pairs,
    print_table,
    result_name,
    telecom_name,
    won,
)
from samlink.cli.texts import say

if TYPE_CHECKING:
    from samlink.store.contract import MessageView
    from samlink.store.sqlite.admin import Admin

MESSAGES_LIMIT = 100_000
NONE = "-"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(
        short_help="Say where a message is.",
        epilog=examples(
            "samlink find shop --to 010-1234-5678",
            "samlink find shop --message-id 20250131-000017 --details",
            "samlink find shop --limit 1000 --json | jq -r .state",
        ),
    )(find)


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

    --details adds sender, size, price, carrier, telecom and the time of each step. A Kakao message's fallback is shown
    after it. Numbers are masked, unless --reveal is given.
    """
    in_range(limit, "--limit", 1, MESSAGES_LIMIT)
    receiver = receiver_number(to, "--to") if to else ""
    with open_store(existing(resolve(data))) as store:
        account = readable_account(store, account_id, closed=closed, number=number).no
        found = store.find(account, receiver=receiver, message_id=message_id, limit=limit)
        views = _with_fallbacks(store, account, found)
    if as_json:
        for view in views:
            print_json(_as_json(view, reveal=reveal))
    elif not views:
        print_note(say("find.none"))
    elif details:
        for view in views:
            print_pairs(_details(view, reveal=reveal))
            print()
    else:
        _print(views, reveal=reveal)


def _with_fallbacks(store: "Admin", account: int, found: "list[MessageView]") -> "list[MessageView]":
    """What was found, each fallback right after its Kakao message, also one that was not found by itself."""
    known = {view.id: view for view in found}
    views: list[MessageView] = []
    for view in found:
        if view.parent in known:
            continue
        views.append(view)
        if view.fallback in known:
            views.append(known[view.fallback])
        elif view.fallback is not None:
            # A fallback's MSG_ID is the number of the message that it stands in for.
            others = store.find(account, message_id=str(view.id))
            views += [other for other in others if other.id == view.fallback]
    return views


def _print(views: "list[MessageView]", *, reveal: bool) -> None:
    names = ("no", "accepted", "to", "kind", "state", "result", "attempts", "remarks")
    rows = [
        (
            str(view.id),
            kst(view.accepted_at_ms),
            _receiver(view, reveal=reveal),
            _kind(view),
            _state(view),
            _result(view.result),
            str(view.attempts),
            "; ".join(_remarks(view, reveal=reveal)),
        )
        for view in views
    ]
    print_table([say(f"find.{name}") for name in names], rows, right=(0, 6))


def _details(view: "MessageView", *, reveal: bool) -> dict[str, str]:
    values = {
        "no": str(view.id),
        "key": _key(view),
        "to": _receiver(view, reveal=reveal),
        "kind": _kind(view),
        "accepted": kst(view.accepted_at_ms),
        "state": _state(view),
        "result": _result(view.result),
        "reason": reason_of(view.reason, reveal=reveal) or NONE,
        "attempts": str(view.attempts),
        "unknowns": str(view.unknowns),
        "carrier_code": view.carrier_code or NONE,
        "late_result": _result(view.late_result),
        "repeats": str(view.repeats),
        "charset": "UTF-8" if view.utf8 else NONE,
        "stands_for": f"#{view.parent}" if view.parent is not None else NONE,
        "fallback": f"#{view.fallback}" if view.fallback is not None else NONE,
        "sender": (view.sender if reveal else masked(view.sender)) or NONE,
        "size": _size(view),
        "price": _price(view),
        "carrier": view.carrier or NONE,
        "telecom": telecom_name(view.telecom),
        "reserved": kst(_reserved(view)),
        "expires": kst(view.expires_at_ms),
        "submitted": kst(view.submitted_at_ms),
        "sent": kst(view.sent_at_ms),
        "settled": kst(view.settled_at_ms),
        "reported": kst(view.reported_at_ms),
    }
    return {say(f"find.{name}"): value for name, value in values.items()}


def _reserved(view: "MessageView") -> int | None:
    """Until when it is held for its reserve time; None where it is not, or not any more."""
    waits = view.state == "queued" and not view.attempts and view.due_at_ms is not None
    return view.due_at_ms if waits and (view.due_at_ms or 0) > view.accepted_at_ms else None


def _state(view: "MessageView") -> str:
    if (reserved := _reserved(view)) is not None:
        return say("find.state_reserved", until=kst(reserved))
    return say(f"find.state_{view.state}")


def _size(view: "MessageView") -> str:
    if view.characters is None:
        return say("find.wiped")
    return say("find.characters", count=view.characters, subject=view.subject_characters or 0, files=view.files or 0)


def _price(view: "MessageView") -> str:
    """What it cost, and whether that was given back."""
    if view.charged is False and view.price:
        return say("find.refunded", price=money(view.price))
    return money(view.price)


def _remarks(view: "MessageView", *, reveal: bool) -> list[str]:
    """What else is to be said of a message, in few words."""
    remarks = [reason_of(view.reason, reveal=reveal)] if view.reason else []
    if view.parent is not None:
        remarks.append(say("find.is_fallback", number=view.parent))
    if view.fallback is not None:
        remarks.append(say("find.has_fallback", number=view.fallback))
    if view.carrier_code:
        remarks.append(say("find.carrier_said", code=view.carrier_code))
    if view.repeats:
        remarks.append(say("find.repeated", times=view.repeats))
    if view.utf8:
        remarks.append(say("find.in_utf8"))
    if view.late_result is not None:
        remarks.append(say("find.came_late", result=_result(view.late_result)))
    return remarks


def _receiver(view: "MessageView", *, reveal: bool) -> str:
    return (view.receiver if reveal else masked(view.receiver)) or NONE


def _key(view: "MessageView") -> str:
    """GRP_ID/MSG_ID; a fallback has none that the customer knows."""
    return NONE if view.parent is not None else f"{view.group_id}/{view.message_id}"


def _kind(view: "MessageView") -> str:
    from samlink.core.message import Kind

    return {Kind.ALIM_TALK: "AT", Kind.FRIEND_TALK: "FT"}.get(Kind(view.kind), Kind(view.kind).name)


def _result(number: int | None) -> str:
    return NONE if number is None else result_name(number)


def _as_json(view: "MessageView", *, reveal: bool) -> dict[str, Any]:
    is_fallback = view.parent is not None
    return {
        "no": view.id,
        "group_id": None if is_fallback else view.group_id,
        "message_id": None if is_fallback else view.message_id,
        "to": _receiver(view, reveal=reveal),
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
        "sender": (view.sender if reveal else masked(view.sender)) or None,
        "characters": view.characters,
        "subject_characters": view.subject_characters,
        "files": view.files,
        "price_won": won(view.price),
        "charged": view.charged,
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
