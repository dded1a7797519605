"""The Korean of samlink: extract the English from the source, check the catalogue, compile it.

    python scripts/translations.py update     rewrite samlink.po for the source as it is, and compile samlink.mo
    python scripts/translations.py prune      the same, and drop the sentences that the source no longer has
    python scripts/translations.py check      report a sentence without Korean, a placeholder that differs, a leftover

Sentences are the arguments of `_`, `N_` and whatever says one (`SPEAKERS`), and the help texts of the commands. A
sentence that the source no longer has stays in the .po as a comment (`#~`) after `update`, so that its Korean can be
moved to a reworded sentence; `check` asks for its removal (`prune`).
"""

import argparse
import ast
import io
import re
import string
import sys
from collections.abc import Iterable, Iterator
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from typer.core import TyperArgument, TyperOption

from samlink.cli.app import app
from samlink.cli.help.pages import Command, children, default_of, epilog_texts, paragraphs
from samlink.vocabulary.language import DOMAIN, FOLDER
from samlink.vocabulary.particles import PARTICLES

SOURCE: Final = FOLDER.parent
PO: Final = FOLDER / "ko" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO: Final = PO.with_suffix(".mo")
MARKERS: Final = frozenset({"_", "N_"})
SPEAKERS: Final = frozenset({"say", "tell", "note", "CommandError", "WrongUsageError", "MisuseError", "OutputError"})
"""What says a sentence of the command line: it is marked where it has a word."""
WIDTH: Final = 120
_BOTH_FORMS: Final = re.compile(
    r"은\(는\)|는\(은\)|이\(가\)|가\(이\)|을\(를\)|를\(을\)|\(으\)로|[과와]\([과와]\)|\(이\)[나라여]"
)
_FIXED: Final = re.compile(r"\}[`'\"\]]*(?:은|는|이|가|을|를|과|와|로|으로|이어야|여야)(?![가-힣])")
"""A particle right after a placeholder, which cannot fit every value."""
_WORDS: Final = re.compile("[A-Za-z]{2}")
_VALUE: Final = re.compile(r"\{[^{}]*\}")
HEADERS: Final = [
    ("Language", "ko"),
    ("Plural-Forms", "nplurals=1; plural=0;"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
]


class Korean(Catalog):
    """A catalogue whose header has neither dates nor names, so that it changes only where a sentence does."""

    header_comment = "# Korean of samlink, sorted by the English. `make translations` keeps it; write only msgstr.\n#"
    mime_headers = property(lambda _: HEADERS, lambda *_: None)

    def __init__(self) -> None:
        super().__init__(locale="ko", domain=DOMAIN, fuzzy=False)


def english() -> set[str]:
    """Every sentence of the source that has a language."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py"))
    return {text for tree in trees for node in ast.walk(tree) for text in marked(node)} | set(help_texts())


def marked(node: ast.AST) -> Iterator[str]:
    """The sentences that a call marks; from the tree, since Babel's reader misses f-strings."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
        return
    if node.func.id in MARKERS | SPEAKERS:
        texts = literals(node.args[0])
        yield from (text for text in texts if node.func.id in MARKERS or _WORDS.search(_VALUE.sub("", text)))


def literals(node: ast.expr) -> Iterator[str]:
    """The texts that an argument can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))


def help_texts() -> Iterator[str]:
    """The texts of the commands' help pages; a symbol or an example has no language."""
    texts = (text for command in commands(app.tree()) for text in texts_of(command))
    return (text for text in texts if _WORDS.search(text))


def commands(command: Command) -> Iterator[Command]:
    """A command and all below it."""
    yield command
    for child in children(command).values():
        yield from commands(child)


def texts_of(command: Command) -> Iterator[str]:
    """The help texts of one command."""
    yield from paragraphs(command.help or "")
    yield command.short_help or ""
    for line in (command.epilog or "").splitlines():
        yield from (text for text in epilog_texts(line) if not text.startswith("samlink"))
    for parameter in command.params:
        if isinstance(parameter, TyperArgument | TyperOption) and not parameter.hidden:
            yield parameter.help or ""


def defaults() -> set[str]:
    """What options are said to be without a value: words that may have a Korean, and need none."""
    return {
        default_of(parameter)
        for command in commands(app.tree())
        for parameter in command.params
        if isinstance(parameter, TyperArgument | TyperOption) and isinstance(parameter.show_default, str)
    }


def read() -> Korean:
    """The catalogue as it is."""
    with PO.open("rb") as file:
        parsed = read_po(file, locale="ko", domain=DOMAIN)
    catalog = Korean()
    for message in parsed:
        if message.id:
            catalog[message.id] = message
    catalog.obsolete = parsed.obsolete
    return catalog


def updated(old: Korean, texts: Iterable[str]) -> Korean:
    """The catalogue of `texts`, with the Korean that `old` has of them, its leftovers behind as comments."""
    known = {str(message.id): str(message.string) for message in (*old.obsolete.values(), *old) if message.id}
    new = Korean()
    for text in texts:
        new.add(text, known.pop(text, ""))
    for default in defaults() & known.keys():
        new.add(default, known.pop(default))
    new.obsolete.update((text, Message(text, korean)) for text, korean in sorted(known.items()) if korean)
    return new


def po_bytes(catalog: Korean) -> bytes:
    """The catalogue as a .po."""
    file = io.BytesIO()
    write_po(file, catalog, width=WIDTH, no_location=True, sort_output=True)
    return file.getvalue()


def mo_bytes(catalog: Korean) -> bytes:
    """The catalogue compiled for Python's gettext."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def faults(catalog: Korean, texts: set[str]) -> Iterator[str]:
    """Everything that is wrong with the catalogue, a line each."""
    pages = set(help_texts())
    known = {str(message.id): message for message in catalog if message.id}
    for text in sorted(texts - known.keys()):
        yield f"not in the catalogue, run `make translations`: {text}"
    for text in sorted(known.keys() - texts - defaults()):
        yield f"no longer in the source, run `make translations`: {text}"
    for text, message in sorted(known.items()):
        korean = str(message.string)
        if message.fuzzy:
            yield f"fuzzy: {text}"
        elif not korean:
            yield f"no Korean: {text}"
        elif text not in pages:
            yield from _differences(text, korean)
    yield from (f"a leftover, remove it: {text}" for text in sorted(map(str, catalog.obsolete)))


def _differences(text: str, korean: str) -> Iterator[str]:
    if (wanted := dict(_placeholders(text))) != (given := dict(_placeholders(korean))):
        yield f"other placeholders than in English: {text!r} {sorted(wanted.items())} {sorted(given.items())}"

    if _BOTH_FORMS.search(korean) or _FIXED.search(korean):
        yield f"a particle is written out where it depends on the word before it: {korean!r}"


def _placeholders(text: str) -> Iterator[tuple[str, str]]:
    """Names and formats in the braces of a text; Korean particles are no format, and one after text has no name."""
    if "{" not in text:
        return
    for _, name, form, _ in string.Formatter().parse(text):
        if name:
            yield name, "" if form in PARTICLES else form or ""
        elif form and form not in PARTICLES:
            yield "", form


def main() -> int:
    """Run one of the three commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("update", "prune", "check"))
    texts = english()
    command = parser.parse_args().command
    if command != "check":
        catalog = updated(read(), texts)
        if command == "prune":
            catalog.obsolete.clear()
        PO.write_bytes(po_bytes(catalog))
        MO.write_bytes(mo_bytes(catalog))
    catalog = read()
    found = list(faults(catalog, texts))
    if MO.read_bytes() != mo_bytes(catalog):
        found.append(f"{MO.name} is not compiled from {PO.name}, run `make translations`")
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
