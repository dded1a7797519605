"""`samlink kms profile`: the Kakao channels that an account may send from (others get 64)."""

from typing import TYPE_CHECKING, Annotated

import typer

from samlink.cli.data_directory import administer
from samlink.cli.help.pages import Commands
from samlink.cli.language import _, say
from samlink.cli.options import Account, Data, Json, examples
from samlink.cli.output.answers import Column, answer, listing

if TYPE_CHECKING:
    from samlink.core.kakao import Profile

app = Commands(
    help="The Kakao channels that an account may send from; a message of another gets 64.",
    epilog=examples("samlink kms profile add shop 3f2a91c0 --name '@shop'", "samlink kms profile list shop"),
)

_Key = Annotated[str, typer.Argument(metavar="SENDER_KEY", help="The channel's profile key at Kakao.")]


@app.command(
    epilog=examples(
        "samlink kms profile add shop 3f2a91c0 --name '@shop'",
        "samlink kms profile add shop 3f2a91c0 --blocked     (its messages get 64)",
    )
)
def add(
    *,
    account_id: Account,
    sender_key: _Key,
    name: Annotated[str, typer.Option("--name", help="A name for people.")] = "",
    blocked: Annotated[bool, typer.Option("--blocked/--open", help="Whether nothing may be sent from it.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Add a profile, or replace the one of that key."""
    from samlink.core.kakao import Profile
    from samlink.operations import kakao

    profile = Profile(sender_key, name, blocked)
    administer(data, lambda store: kakao.put_profile(store, account_id, profile))
    answer(say("Profile stored for {id}.", id=account_id), {"id": account_id, **_fields(profile)}, as_json=as_json)


@app.command("list", epilog=examples("samlink kms profile list shop", "samlink kms profile list shop --json"))
def list_profiles(*, account_id: Account, data: Data = None, as_json: Json = False) -> None:
    """List an account's profiles."""
    from samlink.operations import kakao

    listing(
        administer(data, lambda store: kakao.profiles(store, account_id)),
        [
            Column(_("Sender key"), lambda profile: profile.sender_key),
            Column(_("Name"), lambda profile: profile.name),
            Column(_("State"), lambda profile: state(profile.blocked)),
        ],
        _fields,
        none=say("{id} has no Kakao profile: `samlink kms profile add {id} SENDER_KEY` adds one.", id=account_id),
        as_json=as_json,
    )


@app.command(epilog=examples("samlink kms profile remove shop 3f2a91c0"))
def remove(*, account_id: Account, sender_key: _Key, data: Data = None, as_json: Json = False) -> None:
    """Remove a profile, and its templates with it."""
    from samlink.operations import kakao

    administer(data, lambda store: kakao.remove_profile(store, account_id, sender_key))
    answer(
        say("Profile and its templates removed from {id}.", id=account_id),
        {"id": account_id, "sender_key": sender_key, "removed": True},
        as_json=as_json,
    )


def _fields(profile: "Profile") -> dict[str, object]:
    return {"sender_key": profile.sender_key, "name": profile.name, "blocked": profile.blocked}


def state(blocked: bool) -> str:
    """Whether it can be used, in a word."""
    return _("blocked") if blocked else _("in use")
