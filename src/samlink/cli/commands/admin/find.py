"""`samlink find`: where a message is, what became of it, and why."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from samlink.cli.data_directory import administer
from samlink.cli.language import _, say
from samlink.cli.options import Account, AccountNumber, Closed, Data, Json, Reveal, examples
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
from samlink.core.input import in_range
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.store.contract import MessageView

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
    from samlink.operations import accounts, search

    in_range(limit, "--limit", 1, MESSAGES_LIMIT)

    which = accounts.Which(account_id, closed=closed, number=number)
    views = administer(data, lambda store: search.find(store, which, receiver=to, message_id=message_id, limit=limit))
    if as_json:
        for view in views:
            print_json(_as_json(view, reveal=reveal))
    elif not views:
        print_note(_("No such message was accepted."))
    elif details:
        for view in views:
            print_pairs(_details(view, reveal=reveal))
            print()
    else:
        _print(views, reveal=reveal)


def _print(views: "list[MessageView]", *, reveal: bool) -> None:
    headings = [_("No"), _("Accepted (KST)"), _("To"), _("Type"), _("State"), _("Result"), _("Attempts"), _("Remarks")]
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
    print_table(headings, rows, right=(0, 6))


def _details(view: "MessageView", *, reveal: bool) -> dict[str, str]:
    return {
        _("No"): str(view.id),
        "GRP_ID/MSG_ID": _key(view),
        _("To"): _receiver(view, reveal=reveal),
        _("Type"): _kind(view),
        _("Accepted (KST)"): kst(view.accepted_at_ms),
        _("State"): _state(view),
        _("Result"): _result(view.result),
        _("Rule"): reason_of(view.reason, reveal=reveal) or NONE,
        _("Attempts"): str(view.attempts),
        _("Outcome unknown"): str(view.unknowns),
        _("Carrier's code"): view.carrier_code or NONE,
        _("Late result"): _result(view.late_result),
        _("Sent again after its result"): str(view.repeats),
        _("Text came in"): "UTF-8" if view.utf8 else NONE,
        _("Stands in for"): f"#{view.parent}" if view.parent is not None else NONE,
        _("Fallback"): f"#{view.fallback}" if view.fallback is not None else NONE,
        _("Sender"): (view.sender if reveal else masked(view.sender)) or NONE,
        _("Size"): _size(view),
        _("Price"): _price(view),
        _("Carrier"): view.carrier or NONE,
        _("Telecom"): telecom_name(view.telecom),
        _("Reserved until (KST)"): kst(_reserved(view)),
        _("Not sent after (KST)"): kst(view.expires_at_ms),
        _("Given to the carrier (KST)"): kst(view.submitted_at_ms),
        _("Sent (KST)"): kst(view.sent_at_ms),
        _("Result came (KST)"): kst(view.settled_at_ms),
        _("Result acknowledged (KST)"): kst(view.reported_at_ms),
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
        return say(_("reserved until {until}"), until=kst(reserved))
    return _(_STATES[view.state])


def _size(view: "MessageView") -> str:
    if view.characters is None:
        return _("wiped")
    return say(
        _("{count} characters, subject {subject}, files {files}"),
        count=view.characters,
        subject=view.subject_characters or 0,
        files=view.files or 0,
    )


def _price(view: "MessageView") -> str:
    """The price, and whether it was refunded."""
    if view.charged is False and view.price:
        return say(_("{price}, given back"), price=money(view.price))
    return money(view.price)


def _remarks(view: "MessageView", *, reveal: bool) -> list[str]:
    """Further remarks on a message, in few words."""
    remarks = [reason_of(view.reason, reveal=reveal)] if view.reason else []
    if view.parent is not None:
        remarks.append(say(_("stands in for #{number}"), number=view.parent))
    if view.fallback is not None:
        remarks.append(say(_("fallback #{number}"), number=view.fallback))
    if view.carrier_code:
        remarks.append(say(_("carrier's code {code}"), code=view.carrier_code))
    if view.repeats:
        remarks.append(say(_("sent again after its result {times} times"), times=view.repeats))
    if view.utf8:
        remarks.append(_("text in UTF-8"))
    if view.late_result is not None:
        remarks.append(say(_("later {result}"), result=_result(view.late_result)))
    return remarks


def _receiver(view: "MessageView", *, reveal: bool) -> str:
    return (view.receiver if reveal else masked(view.receiver)) or NONE


def _key(view: "MessageView") -> str:
    """GRP_ID/MSG_ID; a fallback has none that the customer knows."""
    return NONE if view.parent is not None else f"{view.group_id}/{view.message_id}"


def _kind(view: "MessageView") -> str:
    from samlink.vocabulary.kinds import Kind

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
