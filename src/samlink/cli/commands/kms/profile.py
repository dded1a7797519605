"""`samlink kms profile`: the Kakao channels that an account may send from (others get 64)."""

import re
from typing import Annotated

import typer

from samlink.cli.accounts import existing_account
from samlink.cli.data_directory import existing, open_store, resolve
from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.language import _, say
from samlink.cli.options import Account, Data, Json, examples
from samlink.cli.options.parsing import shown
from samlink.cli.output.formatting import print_json, print_note, print_table

SENDER_KEY_CHARACTERS = 40
NAME_CHARACTERS = 60
_SENDER_KEY = re.compile(rf"[!-~]{{1,{SENDER_KEY_CHARACTERS}}}")

app = typer.Typer(
    help="The Kakao channels that an account may send from; a message of another gets 64.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples("samlink kms profile add shop 3f2a91c0 --name '@shop'", "samlink kms profile list shop"),
)

_Key = Annotated[
    str, typer.Argument(metavar="SENDER_KEY", help="The channel's profile key at Kakao.", show_default=False)
]


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

    profile = Profile(checked_sender_key(sender_key, "SENDER_KEY"), _name(name), blocked)
    with open_store(existing(resolve(data))) as store:
        existing_account(store, account_id)
        store.put_profile(account_id, profile)
    if as_json:
        print_json({"id": account_id, **_fields(profile.sender_key, profile.name, blocked)})
    else:
        print(say(_("Profile stored for {id}."), id=account_id))


@app.command("list", epilog=examples("samlink kms profile list shop", "samlink kms profile list shop --json"))
def list_profiles(*, account_id: Account, data: Data = None, as_json: Json = False) -> None:
    """List an account's profiles."""
    with open_store(existing(resolve(data))) as store:
        existing_account(store, account_id)
        profiles = store.profiles(account_id)
    if as_json:
        for profile in profiles:
            print_json(_fields(profile.sender_key, profile.name, profile.blocked))
    elif profiles:
        print_table(
            [_("Sender key"), _("Name"), _("State")],
            [(profile.sender_key, profile.name, state(profile.blocked)) for profile in profiles],
        )
    else:
        print_note(
            say(_("{id} has no Kakao profile: `samlink kms profile add {id} SENDER_KEY` adds one."), id=account_id)
        )


@app.command(epilog=examples("samlink kms profile remove shop 3f2a91c0"))
def remove(*, account_id: Account, sender_key: _Key, data: Data = None, as_json: Json = False) -> None:
    """Remove a profile, and its templates with it."""
    with open_store(existing(resolve(data))) as store:
        existing_account(store, account_id)
        if all(profile.sender_key != sender_key for profile in store.profiles(account_id)):
            raise CommandError(_("{id} has no profile {key}."), id=account_id, key=shown(sender_key))
        store.remove_profile(account_id, sender_key)
    if as_json:
        print_json({"id": account_id, "sender_key": sender_key, "removed": True})
    else:
        print(say(_("Profile and its templates removed from {id}."), id=account_id))


def checked_sender_key(text: str, name: str) -> str:
    """A sender key as the wire's 40 bytes can carry it. Raises WrongUsageError."""
    if not _SENDER_KEY.fullmatch(text):
        raise WrongUsageError(
            _("{name}: {text} has not 1 to {most} printable ASCII characters without spaces."),
            name=_(name),
            text=shown(text),
            most=SENDER_KEY_CHARACTERS,
        )
    return text


def state(blocked: bool) -> str:
    """Whether it can be used, in a word."""
    return _("blocked") if blocked else _("in use")


def _name(text: str) -> str:
    if len(text) > NAME_CHARACTERS or not text.isprintable():
        raise WrongUsageError(_("--name: a name has at most {most} printable characters."), most=NAME_CHARACTERS)
    return text


def _fields(sender_key: str, name: str, blocked: bool) -> dict[str, object]:
    return {"sender_key": sender_key, "name": name, "blocked": blocked}
