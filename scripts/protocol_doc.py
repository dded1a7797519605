"""Write docs/protocol.md and its Korean page from the tables of the wire: `python scripts/protocol_doc.py`.

The sentences stand in `protocol_text.md` and `protocol_text.ko.md` beside this file, with `{{…}}` where a table
belongs; everything that the code knows comes from the code, and the choices from `protocol_choices.toml`. What a table
says in English has its Korean in `protocol_korean.toml`. A test fails when a page is not what this writes, or when a
Korean is missing.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from samlink.vocabulary.responses import RESPONSES
from samlink.vocabulary.results import RESULTS
from samlink.vocabulary.services import DEFAULT_BASE_PORT, PORT_OFFSETS, Duty, Service, port_of
from samlink.wire.commands import COMMANDS, SEND_COMMANDS, SEND_KMS, Command, Direction, Table, Version
from samlink.wire.frame import HEADER_FIELDS
from samlink.wire.packets import record_size
from samlink.wire.sessions.transitions import REPORT_TRANSITIONS, TRANSITIONS, Transitions

ROOT: Final = Path(__file__).resolve().parent.parent
KOREAN: Final[dict[str, str]] = tomllib.loads((ROOT / "scripts" / "protocol_korean.toml").read_text(encoding="utf-8"))
"""What tables say in Korean, by the English."""
CHOICES: Final[list[dict[str, Any]]] = tomllib.loads(
    (ROOT / "scripts" / "protocol_choices.toml").read_text(encoding="utf-8")
)["choice"]
"""Where the manual is open: `section`, `name`, `question` and samlink's `answer`; in `ko` the last three in Korean."""
PLACE: Final = re.compile(r"\{\{(\w+)(?: (\w+))?\}\}")


class Language(NamedTuple):
    """One of the two pages."""

    suffix: str
    korean: bool

    @property
    def text(self) -> Path:
        """Its sentences."""
        return ROOT / "scripts" / f"protocol_text{self.suffix}"

    @property
    def document(self) -> Path:
        """The page."""
        return ROOT / "docs" / f"protocol{self.suffix}"

    def say(self, english: str) -> str:
        """A word or sentence of a table in this language; English where there is no Korean yet."""
        return KOREAN.get(english, english) if self.korean else english

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        """A table whose headings are given in English."""
        return markdown([self.say(heading) for heading in head], rows)


ENGLISH: Final = Language(".md", korean=False)
KOREAN_PAGE: Final = Language(".ko.md", korean=True)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def ports(page: Language, _: str) -> str:
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
    return page.table(("service", "send port", "report port", "send commands"), rows)


def header(page: Language, _: str) -> str:
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
        *((name, str(size), page.say(said[name])) for name, size in HEADER_FIELDS),
        ("STX", "1", "0x02"),
        ("BODY", "LENGTH", page.say("any bytes: LENGTH alone delimits it")),
        ("ETX", "1", "0x03"),
    ]
    return page.table(("field", "bytes", "what it says"), rows)


def commands(page: Language, _: str) -> str:
    """Every command, who sends it, and how long the manual says that its body is."""
    rows = [
        (
            f"[{command.code}](#{command.code})",
            command.korean,
            command.english,
            _senders(page, command),
            page.say(command.manual_total),
        )
        for command in COMMANDS.values()
    ]
    return page.table(("command", "the manual's name", "in English", "direction", "body, by the manual"), rows)


def _senders(page: Language, command: Command) -> str:
    found = {direction for table in TRANSITIONS.values() for _, direction, code in table if code == command.code}
    return (
        page.say("either")
        if len(found) == len(Direction)
        else ", ".join(page.say(direction.value) for direction in found)
    )


def command(page: Language, code: str) -> str:
    """One command: its name, its fields, its layouts."""
    it = COMMANDS[code]
    parts = [f'<a id="{code}"></a>', _title(page, it)]
    rows: list[tuple[str, ...]] = []
    if it.counted:
        said = ("number", "yes", "", "times that the fields below the line repeat")
        rows.append(("COUNT", "4", *map(page.say, said)))
    rows += [*_rows(page, it.head), *([("—",) * 6] if rows and it.record else []), *_rows(page, it.record)]
    if rows:
        parts.append(page.table(("field", "bytes", "kind", "needed", "in the program", "note"), rows))
    return "\n\n".join(parts)


def _title(page: Language, it: Command) -> str:
    names = (it.korean, it.english) if page.korean else (it.english, it.korean)
    return f"**{it.code} {names[0]}** ({names[1]}), {_senders(page, it)}. {_body_of(page, it)}"


def _rows(page: Language, table: Table | None) -> list[tuple[str, ...]]:
    if table is None:
        return []
    return [
        (
            field.name,
            str(field.size)
            if field.size
            else page.say("{field}, at most {limit}").format(field=field.counted_by, limit=field.limit),
            page.say(field.kind.value),
            page.say("yes" if field.required else "no"),
            f"`{table.record.__name__}.{field.attribute}`" if field.attribute else "",
            page.say(field.note),
        )
        for field in table.fields
    ]


def _body_of(page: Language, it: Command) -> str:
    """What is to be said of the length of a body."""
    total = "Not in the manual." if it is SEND_KMS else "The manual's total: {total}."
    said = [page.say(total).format(total=page.say(it.manual_total))]
    lengths = [field.counted_by for field in it.record.fields if field.counted_by] if it.record else []
    if it.user_code:
        without, with_it = (record_size(it, user_code=user_code) for user_code in (False, True))
        taken = "A record takes {without} and MSG_LEN bytes without USERCODE, {with_it} and MSG_LEN with it."
        if not lengths:
            taken = "A record takes {without} bytes without USERCODE, {with_it} with it."
        said.append(page.say(taken).format(without=without, with_it=with_it))
    elif it.record is not None:
        taken = "A record takes {size} bytes and what {lengths} say." if lengths else "A record takes {size} bytes."
        said.append(page.say(taken).format(size=record_size(it, user_code=False), lengths=", ".join(lengths)))
    if it.may_be_empty:
        said.append(page.say("The body may be empty."))
    if it.may_end_early:
        said.append(page.say("A shorter body is read as far as whole fields go."))
    return " ".join(said)


def transitions(page: Language, which: str) -> str:
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
        (page.say(state.value), page.say(direction.value), code, page.say(following.value))
        for (state, direction, code), following in tables[which].items()
    ]
    return page.table(("state", "direction", "command", "state after it"), rows)


def _after_login(table: Transitions) -> Transitions:
    return {key: to for key, to in table.items() if key[2][:3] != "101"}


def choices(page: Language, section: str) -> str:
    """What samlink does where the manual leaves a section open."""
    said = (choice["ko"] if page.korean else choice for choice in CHOICES if choice["section"] == section)
    rows = [(it["name"], it["question"], it["answer"]) for it in said]
    return page.table(("where the manual is open", "question", "what samlink does"), rows)


def responses(page: Language, _: str) -> str:
    """Every response code."""
    rows = [(row.code, row.english, row.korean, page.say(row.again.value)) for row in RESPONSES.values()]
    return page.table(("RESP_CODE", "meaning", "뜻", "sending it again can help"), rows)


def results(page: Language, _: str) -> str:
    """Every result code."""
    rows = [
        (
            str(row.number),
            row.english,
            row.korean,
            page.say(row.group.value),
            *(page.say("yes" if said else "no") for said in (row.final, row.charged, row.resend)),
        )
        for row in RESULTS.values()
    ]
    return page.table(("RESULT", "meaning", "뜻", "group", "final", "charged", "send again"), rows)


PARTS: Final[dict[str, Callable[[Language, str], str]]] = {
    function.__name__: function
    for function in (ports, header, commands, command, transitions, choices, responses, results)
}


def document(page: Language) -> str:
    """What the page has to be.

    Raises:
        KeyError: the text names a table that there is none of.
    """
    return PLACE.sub(lambda place: PARTS[place[1]](page, place[2] or ""), page.text.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for each in (ENGLISH, KOREAN_PAGE):
        each.document.write_text(document(each), encoding="utf-8")
