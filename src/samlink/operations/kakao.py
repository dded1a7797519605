"""What an account needs to send over Kakao: its channels' profiles (others get 64) and approved templates (63)."""

import json
import re
from typing import Any, Final

from samlink.core import input
from samlink.core.input import InputError, Place
from samlink.core.kakao import Profile, Template, attachment_fault
from samlink.operations import accounts
from samlink.operations.problems import OperationError
from samlink.store.contract import AdminStore
from samlink.vocabulary.kakao import LONGEST_TEXT_CHARACTERS, SENDER_KEY_BYTES, TEMPLATE_CODE_BYTES
from samlink.vocabulary.language import phrase
from samlink.vocabulary.problem import N_

NAME_CHARACTERS: Final = 60
_PRINTABLE: Final = re.compile(r"[!-~]+")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


async def put_profile(store: AdminStore, account_id: str, profile: Profile) -> None:
    """Add a profile, or replace the one of its sender key."""
    _check_code(profile.sender_key, phrase(N_("SENDER_KEY")), SENDER_KEY_BYTES)
    if len(profile.name) > NAME_CHARACTERS or not profile.name.isprintable():
        template = N_("--name: a name has at most {most} printable characters")
        raise InputError("profiles.bad_name", template, most=NAME_CHARACTERS)
    await accounts.named(store, account_id)
    await store.put_profile(account_id, profile)


async def profiles(store: AdminStore, account_id: str) -> list[Profile]:
    """The account's profiles."""
    await accounts.named(store, account_id)
    return await store.profiles(account_id)


async def remove_profile(store: AdminStore, account_id: str, sender_key: str) -> None:
    """Remove a profile, and its templates with it. Raises OperationError `profiles.unknown`."""
    if all(profile.sender_key != sender_key for profile in await profiles(store, account_id)):
        raise _no_profile(account_id, sender_key)
    await store.remove_profile(account_id, sender_key)


async def put_template(
    store: AdminStore,
    account_id: str,
    code: str,
    text: str,
    *,
    buttons: str = "",
    sender_key: str | None = None,
    blocked: bool = False,
) -> Template:
    """Add a template, or replace the one of its code; as it is kept.

    `buttons` is JSON, see `approved_buttons`; `sender_key` None is the account's only profile.
    """
    _check_code(code, phrase(N_("CODE")), TEMPLATE_CODE_BYTES)
    content = _content(text)
    key = await _profile(store, account_id, sender_key)
    template = Template(key, code, content, buttons, blocked)
    await store.put_template(account_id, template)
    return template


async def templates(store: AdminStore, account_id: str) -> list[Template]:
    """The templates of all profiles of the account."""
    await accounts.named(store, account_id)
    return await store.templates(account_id)


async def remove_template(store: AdminStore, account_id: str, code: str, sender_key: str | None = None) -> str:
    """Remove a template; the sender key of its profile. Raises OperationError `templates.unknown`."""
    key = await _profile(store, account_id, sender_key)
    if all((known.sender_key, known.code) != (key, code) for known in await store.templates(account_id)):
        template = N_("{id} has no template {code} there")
        raise OperationError("templates.unknown", template, id=account_id, code=input.quoted(code))
    await store.remove_template(account_id, key, code)
    return key


def approved_buttons(raw: bytes, place: str) -> str:
    """Approved buttons as compact JSON, from a JSON list or from an attachment that has nothing but buttons.

    `place` is where they were read. Raises OperationError.
    """
    try:
        value: Any = json.loads(raw)
    except (ValueError, RecursionError):
        raise OperationError("templates.not_json", N_("{place} is not JSON"), place=place) from None
    if isinstance(value, dict) and set(value) == {"button"}:
        value = value["button"]
    buttons = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if fault := attachment_fault(f'{{"button":{buttons}}}'):
        template = N_("the buttons of {place} cannot be used: {why}")
        raise OperationError("templates.bad_buttons", template, place=place, why=fault)
    return buttons if value else ""


async def _profile(store: AdminStore, account_id: str, sender_key: str | None) -> str:
    """The sender key of the profile that is meant: the one given, or the only one."""
    if sender_key is not None:
        _check_code(sender_key, "--sender-key", SENDER_KEY_BYTES)
    known = [profile.sender_key for profile in await profiles(store, account_id)]
    if sender_key is not None and sender_key not in known:
        raise _no_profile(account_id, sender_key)
    if not known:
        template = N_("{id} has no Kakao profile yet: `samlink kms profile add {id} SENDER_KEY` comes first")
        raise OperationError("templates.no_profile", template, id=account_id)
    if sender_key is None and len(known) > 1:
        template = N_("{id} has {count} profiles: name one with --sender-key")
        raise InputError("templates.which_profile", template, id=account_id, count=len(known))
    return sender_key or known[0]


def _content(text: str) -> str:
    """A template's text with LF as line breaks."""
    content = text.replace("\r\n", "\n")
    if not content.strip():
        raise InputError("text.empty", N_("the text is empty"))
    if len(content) > LONGEST_TEXT_CHARACTERS:
        template = N_("the text has {count} characters, and an AlimTalk takes {most}")
        raise OperationError(
            "templates.too_long", template, count=f"{len(content):,}", most=f"{LONGEST_TEXT_CHARACTERS:,}"
        )
    if found := _CONTROL.search(content):
        raise OperationError(
            "templates.control",
            N_("the text: character {position} is the control character {code}; only line breaks and TAB may be sent"),
            position=found.start() + 1,
            code=f"U+{ord(found.group()):04X}",
        )
    if (opened := content.rfind("#{")) > content.rfind("}"):
        template = N_("the variable that begins at character {position} has no closing brace")
        raise OperationError("templates.open_variable", template, position=opened + 1)
    return content


def _check_code(text: str, place: Place, most: int) -> None:
    if len(text) > most or not _PRINTABLE.fullmatch(text):
        template = N_("{name}: {text} has not 1 to {most} printable ASCII characters without spaces")
        raise InputError("kms.bad_code", template, name=place, text=input.quoted(text), most=most)


def _no_profile(account_id: str, sender_key: str) -> OperationError:
    template = N_("{id} has no profile {key}")
    return OperationError("profiles.unknown", template, id=account_id, key=input.quoted(sender_key))
