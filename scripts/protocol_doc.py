"""Write docs/protocol.md from the tables of the wire and of the codes: `python scripts/protocol_doc.py`.

The sentences stand in `protocol_text.md` beside this file, with `{{…}}` where a table belongs; everything that the code
knows comes from the code. A test fails when docs/protocol.md is not what this writes.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from samlink.codes.responses import RESPONSES
from samlink.codes.results import RESULTS
from samlink.codes.services import DEFAULT_BASE_PORT, PORT_OFFSETS, Duty, Service, port_of
from samlink.wire.choice_table import CHOICES
from samlink.wire.commands import COMMANDS, SEND_COMMANDS, SEND_KMS, Command, Direction, Table, Version
from samlink.wire.frame import HEADER_FIELDS
from samlink.wire.packets import record_size
from samlink.wire.transitions import REPORT_TRANSITIONS, TRANSITIONS, Transitions

ROOT: Final = Path(__file__).resolve().parent.parent
TEXT: Final = ROOT / "scripts" / "protocol_text.md"
DOCUMENT: Final = ROOT / "docs" / "protocol.md"
PLACE: Final = re.compile(r"\{\{(\w+)(?: (\w+))?\}\}")


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def ports(_: str) -> str:
    """The six ports and the send commands of each service."""
    rows = [
        (
            service.name,
            str(port_of(service, Duty.SEND)),
            str(port_of(service, Duty.REPORT)),
            ", ".join(command.code for command in SEND_COMMANDS[service]),
        )
        for service in Service
    ]
    assert len(PORT_OFFSETS) == 2 * len(rows)
    assert min(PORT_OFFSETS.values()) == 0 < DEFAULT_BASE_PORT
    return markdown(("service", "send port", "report port", "send commands"), rows)


def header(_: str) -> str:
    """The frame's fields."""
    said = {
        "VERSION": "`SAM10` or `SAM11`",
        "COMMAND": "four digits",
        "LENGTH": "bytes of BODY",
        "RESP_CODE": "`00000` is success, anything else an error; empty in a request",
        "RESP_MESG": "`OK`, or what is wrong; empty in a request, but `Protocol` in a 1010",
    }
    rows = [
        ("SOH", "1", "0x01"),
        *((name, str(size), said[name]) for name, size in HEADER_FIELDS),
        ("STX", "1", "0x02"),
        ("BODY", "LENGTH", "any bytes: LENGTH alone delimits it"),
        ("ETX", "1", "0x03"),
    ]
    return markdown(("field", "bytes", "what it says"), rows)


def commands(_: str) -> str:
    """Every command, who sends it, and how long the manual says that its body is."""
    rows = [
        (f"[{command.code}](#{command.code})", command.korean, command.english, _senders(command), command.manual_total)
        for command in COMMANDS.values()
    ]
    return markdown(("command", "the manual's name", "in English", "direction", "body, by the manual"), rows)


def _senders(command: Command) -> str:
    found = {direction for table in TRANSITIONS.values() for _, direction, code in table if code == command.code}
    return "either" if len(found) == len(Direction) else ", ".join(direction.value for direction in found)


def command(code: str) -> str:
    """One command: its name, its fields, its layouts."""
    it = COMMANDS[code]
    parts = [f'<a id="{code}"></a>', f"**{code} {it.english}** ({it.korean}), {_senders(it)}. {_body_of(it)}"]
    rows: list[tuple[str, ...]] = []
    if it.counted:
        rows.append(("COUNT", "4", "number", "yes", "", "times that the fields below the line repeat"))
    rows += [*_rows(it.head), *([("—",) * 6] if rows and it.record else []), *_rows(it.record)]
    if rows:
        parts.append(markdown(("field", "bytes", "kind", "needed", "in the program", "note"), rows))
    return "\n\n".join(parts)


def _rows(table: Table | None) -> list[tuple[str, ...]]:
    if table is None:
        return []
    return [
        (
            field.name,
            str(field.size) if field.size else f"{field.counted_by}, at most {field.limit}",
            field.kind.value,
            "yes" if field.required else "no",
            f"`{table.record.__name__}.{field.attribute}`" if field.attribute else "",
            field.note,
        )
        for field in table.fields
    ]


def _body_of(it: Command) -> str:
    said = ["Not in the manual." if it is SEND_KMS else f"The manual's total: {it.manual_total}."]
    if it.user_code:
        without, with_it = (record_size(it, user_code=user_code) for user_code in (False, True))
        length = " and MSG_LEN" if it.record and any(field.counted_by for field in it.record.fields) else ""
        said.append(f"A record takes {without}{length} bytes without USERCODE, {with_it}{length} with it.")
    elif it.record is not None:
        lengths = [field.counted_by for field in it.record.fields if field.counted_by]
        counted = f" and what {', '.join(lengths)} say" if lengths else ""
        said.append(f"A record takes {record_size(it, user_code=False)} bytes{counted}.")
    if it.may_be_empty:
        said.append("The body may be empty.")
    if it.may_end_early:
        said.append("A shorter body is read as far as whole fields go.")
    return " ".join(said)


def transitions(which: str) -> str:
    """The transitions of a kind of connection."""
    service, duty = Service.MMS, Duty.SEND
    tables: dict[str, Transitions] = {
        "login": {key: to for key, to in TRANSITIONS[service, duty, Version.SAM10].items() if key[2][:3] == "101"},
        "send10": _after_login(TRANSITIONS[service, duty, Version.SAM10]),
        "send11": _after_login(TRANSITIONS[service, duty, Version.SAM11]),
        "report10": REPORT_TRANSITIONS[Version.SAM10],
        "report11": REPORT_TRANSITIONS[Version.SAM11],
    }
    rows = [
        (state.value, direction.value, code, following.value)
        for (state, direction, code), following in tables[which].items()
    ]
    return markdown(("state", "direction", "command", "state after it"), rows)


def _after_login(table: Transitions) -> Transitions:
    return {key: to for key, to in table.items() if key[2][:3] != "101"}


def choices(section: str) -> str:
    """What samlink does where the manual leaves a section open."""
    rows = [(choice.name, choice.question, choice.answer) for choice in CHOICES if choice.section == section]
    return markdown(("where the manual is open", "question", "what samlink does"), rows)


def responses(_: str) -> str:
    """Every response code."""
    rows = [(row.code, row.english, row.korean, row.again.value) for row in RESPONSES.values()]
    return markdown(("RESP_CODE", "meaning", "뜻", "sending it again can help"), rows)


def results(_: str) -> str:
    """Every result code."""
    rows = [
        (
            str(row.number),
            row.english,
            row.korean,
            row.group.value,
            "yes" if row.final else "no",
            "yes" if row.charged else "no",
            "yes" if row.resend else "no",
        )
        for row in RESULTS.values()
    ]
    return markdown(("RESULT", "meaning", "뜻", "group", "final", "charged", "send again"), rows)


PARTS: Final[dict[str, Callable[[str], str]]] = {
    function.__name__: function
    for function in (ports, header, commands, command, transitions, choices, responses, results)
}


def document() -> str:
    """What docs/protocol.md has to be.

    Raises:
        KeyError: the text names a table that there is none of.
    """
    return PLACE.sub(lambda place: PARTS[place[1]](place[2] or ""), TEXT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
