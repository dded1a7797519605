"""`samlink kms template`: the approved AlimTalk templates of an account's profiles (a message that differs gets 63)."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from samlink.cli.accounts import existing_account
from samlink.cli.commands.kms.profile import checked_sender_key, state
from samlink.cli.data_directory import existing, open_store, resolve
from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.language import _, say
from samlink.cli.options import Account, Data, Json, examples
from samlink.cli.options.files import place_of, read_bytes, read_text
from samlink.cli.options.parsing import shown
from samlink.cli.output.formatting import print_json, print_note, print_table

if TYPE_CHECKING:
    from samlink.core.kakao import Template
    from samlink.store.sqlite.admin import Admin

CODE_CHARACTERS = 30
TEXT_CHARACTERS = 1000
"""Of an AlimTalk; a template's variables may become longer or shorter."""
FILE_LIMIT_BYTES = 65_536
SHOWN_CHARACTERS = 40
_CODE = re.compile(rf"[!-~]{{1,{CODE_CHARACTERS}}}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

app = typer.Typer(
    help="Approved AlimTalk templates: text with #{variables}, and buttons. A message that differs gets 63.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples(
        "samlink kms template add shop ORDER1 '#{name}님, 주문이 접수되었습니다.'", "samlink kms template list shop"
    ),
)

_Code = Annotated[str, typer.Argument(metavar="CODE", help="The template's code at Kakao.", show_default=False)]
_SenderKey = Annotated[
    str | None,
    typer.Option(
        "--sender-key", metavar="KEY", help="Its profile; needed when the account has several.", show_default=False
    ),
]


@app.command(
    epilog=examples(
        "samlink kms template add shop ORDER1 '#{name}님, 주문이 접수되었습니다.'",
        "samlink kms template add shop ORDER1 --sender-key 3f2a91c0 --text-file order1.txt --buttons order1.json",
        'order1.json: [{"name": "주문 보기", "type": "WL", "url_mobile": "https://shop.example/#{no}"}]',
    )
)
def add(
    *,
    account_id: Account,
    code: _Code,
    text: Annotated[
        str | None, typer.Argument(metavar="[TEXT|-]", help="The template's text; - reads it from standard input.")
    ] = None,
    text_file: Annotated[
        Path | None, typer.Option("--text-file", metavar="FILE", help="Where the text stands, in UTF-8.")
    ] = None,
    buttons: Annotated[
        Path | None, typer.Option("--buttons", metavar="FILE", help="The approved buttons: a JSON list.")
    ] = None,
    sender_key: _SenderKey = None,
    blocked: Annotated[bool, typer.Option("--blocked/--open", help="Whether it may not be used.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Add a template, or replace the one of that code. Whatever stands between #{ and } may differ in a message."""
    from samlink.core.kakao import Template

    if not _CODE.fullmatch(code):
        raise WrongUsageError(
            _("{name}: {text} has not 1 to {most} printable ASCII characters without spaces."),
            name=_("CODE"),
            text=shown(code),
            most=CODE_CHARACTERS,
        )
    content = _content(text, text_file)
    approved = "" if buttons is None else _buttons(buttons)
    with open_store(existing(resolve(data))) as store:
        key = _profile(store, account_id, sender_key)
        template = Template(key, code, content, approved, blocked)
        store.put_template(account_id, template)
    if as_json:
        print_json({"id": account_id, **_fields(template)})
    else:
        print(say(_("Template {code} stored for {id}."), id=account_id, code=code))


@app.command("list", epilog=examples("samlink kms template list shop", "samlink kms template list shop --json"))
def list_templates(*, account_id: Account, data: Data = None, as_json: Json = False) -> None:
    """List the templates of all profiles of an account; --json shows them whole."""
    with open_store(existing(resolve(data))) as store:
        existing_account(store, account_id)
        templates = store.templates(account_id)
    if as_json:
        for template in templates:
            print_json(_fields(template))
    elif templates:
        headings = [_("Sender key"), _("Code"), _("Text"), _("Buttons"), _("State")]
        print_table(headings, map(_row, templates), right=(3,))
    else:
        print_note(say(_("{id} has no templates."), id=account_id))


@app.command(epilog=examples("samlink kms template remove shop ORDER1"))
def remove(
    *, account_id: Account, code: _Code, sender_key: _SenderKey = None, data: Data = None, as_json: Json = False
) -> None:
    """Remove a template."""
    with open_store(existing(resolve(data))) as store:
        key = _profile(store, account_id, sender_key)
        if all((known.sender_key, known.code) != (key, code) for known in store.templates(account_id)):
            raise CommandError(_("{id} has no template {code} there."), id=account_id, code=shown(code))
        store.remove_template(account_id, key, code)
    if as_json:
        print_json({"id": account_id, "sender_key": key, "code": code, "removed": True})
    else:
        print(say(_("Template {code} of {id} removed."), id=account_id, code=code))


def _profile(store: "Admin", account_id: str, sender_key: str | None) -> str:
    """The profile that is meant: the one that was given, or the only one."""
    existing_account(store, account_id)
    known = [profile.sender_key for profile in store.profiles(account_id)]
    if sender_key is not None and checked_sender_key(sender_key, "--sender-key") not in known:
        raise CommandError(_("{id} has no profile {key}."), id=account_id, key=shown(sender_key))
    if sender_key is None and not known:
        raise CommandError(
            _("{id} has no Kakao profile yet: `samlink kms profile add {id} SENDER_KEY` comes first."), id=account_id
        )
    if sender_key is None and len(known) > 1:
        raise WrongUsageError(
            _("{id} has {count} profiles: name one with --sender-key."), id=account_id, count=len(known)
        )
    return sender_key or known[0]


def _content(text: str | None, file: Path | None) -> str:
    """The template's text, with LF as line breaks."""
    if (text is None) == (file is None):
        raise WrongUsageError(_("give the text as an argument, or with --text-file, and not both."))
    read = read_text(file or Path("-"), FILE_LIMIT_BYTES) if text in (None, "-") else str(text)
    content = read.replace("\r\n", "\n")
    if not content.strip():
        raise WrongUsageError(_("the text is empty."))
    if len(content) > TEXT_CHARACTERS:
        raise CommandError(
            _("the text has {count} characters, and an AlimTalk takes {most}."),
            count=f"{len(content):,}",
            most=f"{TEXT_CHARACTERS:,}",
        )
    if found := _CONTROL.search(content):
        code = f"U+{ord(found.group()):04X}"
        raise CommandError(
            _("{name}: character {position} is the control character {code}; only line breaks and TAB may be sent."),
            name=_("the text"),
            position=found.start() + 1,
            code=code,
        )
    if (opened := content.rfind("#{")) > content.rfind("}"):
        raise CommandError(
            _("the variable that begins at character {position} has no closing brace."), position=opened + 1
        )
    return content


def _buttons(file: Path) -> str:
    """The approved buttons as compact JSON: from a list, or from the attachment that customers have."""
    from samlink.core.kakao import attachment_fault

    raw = read_bytes(file, FILE_LIMIT_BYTES)
    try:
        value: Any = json.loads(raw)
    except (ValueError, RecursionError):
        raise CommandError(_("{place} is not JSON."), place=place_of(file)) from None
    if isinstance(value, dict) and set(value) == {"button"}:
        value = value["button"]
    buttons = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if fault := attachment_fault(f'{{"button":{buttons}}}'):
        raise CommandError(_("the buttons of {place} cannot be used: {why}."), place=place_of(file), why=fault)
    return buttons if value else ""


def _fields(template: "Template") -> dict[str, Any]:
    return {
        "sender_key": template.sender_key,
        "code": template.code,
        "text": template.text,
        "buttons": json.loads(template.buttons) if template.buttons else [],
        "blocked": template.blocked,
    }


def _row(template: "Template") -> tuple[str, ...]:
    line = " ".join(template.text.split())
    buttons = len(json.loads(template.buttons)) if template.buttons else 0
    short = line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 1] + "…"
    return template.sender_key, template.code, short, str(buttons), state(template.blocked)
