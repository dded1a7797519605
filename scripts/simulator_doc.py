"""Write docs/simulator.md and docs/simulator.ko.md: `python scripts/simulator_doc.py`.

The table is made of the settings and of what `samlink simulator show` says of each, so that none is forgotten; the rest
stands in `simulator_text.md` and `simulator_text.ko.md`. A test fails when the pages are not what this writes.
"""

import typing
from pathlib import Path
from typing import Final, Literal

from samlink.carriers.simulator.changes import FIXED
from samlink.carriers.simulator.meanings import MEANINGS
from samlink.carriers.simulator.settings import Chance, SimulatorSettings
from samlink.cli.commands.simulator import written
from samlink.vocabulary.language import Language, translated

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = (("simulator_text.md", "simulator.md"), ("simulator_text.ko.md", "simulator.ko.md"))
HEADS: Final = (
    ("key", "value", "default", "changes while it runs", "meaning"),
    ("설정", "값", "기본값", "실행 중 변경", "의미"),
)
LANGUAGES: Final = (Language.ENGLISH, Language.KOREAN)
YES_NO: Final = (("no", "yes"), ("아니요", "예"))
KINDS: Final = {
    bool: ("true, false", "true, false"),
    int: ("whole number", "정수"),
    float: ("share, 0 to 1", "비율 0~1"),
    Chance: ("chance", "확률"),
}


def _kind(name: str, language: int) -> str:
    hint = typing.get_type_hints(SimulatorSettings)[name]
    if typing.get_origin(hint) is Literal:
        return ", ".join(typing.get_args(hint))
    if hint not in KINDS:
        return ("code to share", "코드별 비율")[language]
    return KINDS[hint][language]


def table(language: int) -> str:
    """All settings; 0 is English, 1 Korean."""
    defaults = SimulatorSettings()
    rows = [HEADS[language], tuple("---" for _ in HEADS[language])]
    for name in SimulatorSettings.__struct_fields__:
        default = written(getattr(defaults, name))
        changes = YES_NO[language][name not in FIXED]
        rows.append(
            (
                f"`{name}`",
                _kind(name, language),
                f"`{default}`",
                changes,
                translated(MEANINGS[name], LANGUAGES[language]),
            )
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def document(language: int) -> str:
    """The page."""
    text = (ROOT / "scripts" / PAGES[language][0]).read_text(encoding="utf-8")
    return text.replace("{{table}}", table(language))


if __name__ == "__main__":
    for number, (_, page) in enumerate(PAGES):
        (ROOT / "docs" / page).write_text(document(number), encoding="utf-8")
