"""`samlink kms template`: the approved AlimTalk templates of an account's profiles (a message that differs gets 63)."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from samlink.cli.commands.kms.profile import state
from samlink.cli.data_directory import administer
from samlink.cli.errors import WrongUsageError
from samlink.cli.help.pages import Commands
from samlink.cli.language import _, say
from samlink.cli.options import Account, Data, Json, examples
from samlink.cli.options.files import place_of, read_bytes, read_text
from samlink.cli.output.answers import Column, answer, listing

if TYPE_CHECKING:
    from samlink.core.kakao import Template

FILE_LIMIT_BYTES = 65_536
SHOWN_CHARACTERS = 40

app = Commands(
    help="Approved AlimTalk templates: text with #{variables}, and buttons. A message that differs gets 63.",
    epilog=examples(
        "samlink kms template add shop ORDER1 '#{name}님, 주문이 접수되었습니다.'", "samlink kms template list shop"
    ),
)

_Code = Annotated[str, typer.Argument(metavar="CODE", help="The template's code at Kakao.")]
_SenderKey = Annotated[
    str | None, typer.Option("--sender-key", metavar="KEY", help="Its profile; needed when the account has several.")
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
    from samlink.operations import kakao

    content = _content(text, text_file)
    approved = (
        "" if buttons is None else kakao.approved_buttons(read_bytes(buttons, FILE_LIMIT_BYTES), place_of(buttons))
    )
    template = administer(
        data,
        lambda store: kakao.put_template(
            store, account_id, code, content, buttons=approved, sender_key=sender_key, blocked=blocked
        ),
    )
    sentence = say("Template {code} stored for {id}.", id=account_id, code=code)
    answer(sentence, {"id": account_id, **_fields(template)}, as_json=as_json)


@app.command("list", epilog=examples("samlink kms template list shop", "samlink kms template list shop --json"))
def list_templates(*, account_id: Account, data: Data = None, as_json: Json = False) -> None:
    """List the templates of all profiles of an account; --json shows them whole."""
    from samlink.operations import kakao

    listing(
        administer(data, lambda store: kakao.templates(store, account_id)),
        [
            Column(_("Sender key"), lambda template: template.sender_key),
            Column(_("Code"), lambda template: template.code),
            Column(_("Text"), _shortened),
            Column(_("Buttons"), lambda template: str(len(_buttons(template))), right=True),
            Column(_("State"), lambda template: state(template.blocked)),
        ],
        _fields,
        none=say("{id} has no templates.", id=account_id),
        as_json=as_json,
    )


@app.command(epilog=examples("samlink kms template remove shop ORDER1"))
def remove(
    *, account_id: Account, code: _Code, sender_key: _SenderKey = None, data: Data = None, as_json: Json = False
) -> None:
    """Remove a template."""
    from samlink.operations import kakao

    key = administer(data, lambda store: kakao.remove_template(store, account_id, code, sender_key))
    answer(
        say("Template {code} of {id} removed.", id=account_id, code=code),
        {"id": account_id, "sender_key": key, "code": code, "removed": True},
        as_json=as_json,
    )


def _content(text: str | None, file: Path | None) -> str:
    """The template's text, from where it was given."""
    if (text is None) == (file is None):
        raise WrongUsageError("give the text as an argument, or with --text-file, and not both.")
    return read_text(file or Path("-"), FILE_LIMIT_BYTES) if text in (None, "-") else str(text)


def _fields(template: "Template") -> dict[str, Any]:
    return {
        "sender_key": template.sender_key,
        "code": template.code,
        "text": template.text,
        "buttons": _buttons(template),
        "blocked": template.blocked,
    }


def _buttons(template: "Template") -> list[Any]:
    return json.loads(template.buttons) if template.buttons else []


def _shortened(template: "Template") -> str:
    line = " ".join(template.text.split())
    return line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 1] + "…"
