"""Names and places: no folder that shows no shape, no name for two things, no citation of a page that is not here.

What is allowed beyond a rule stands in one list for each; a list may shrink, and grows only by somebody who says why.
"""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.test_tidy import ROOT, Source, sources, tracked_files

FOLDER_MODULES: Final = 15

WIDER_FOLDERS: Final = {
    "src/samlink/agent/tables": 16,
    "src/samlink/store/sqlite/engine": 21,
    "src/samlink/vocabulary": 19,  # each module is one fact that every room shares
    "tests/agent": 20,
    "tests/client": 30,
    "tests/gateway": 20,
    "tests/kill": 20,
    "tests/store": 20,
    "tests/wire": 16,
}
"""Folders with more modules than that, and how many they may have."""

GERUNDS: Final = frozenset({"advertising", "blocking", "housekeeping", "masking", "parsing", "routing"})
"""Nouns of the trade that end as verbs do."""

GERUNDS_LEFT: Final = frozenset({"copying", "formatting", "mapping", "timekeeping", "tracking"})

METAPHORS: Final = re.compile(
    r"(?:^|_)(?:crowd|desk|door|doorway|ground|keeper|lane|marks|patience|room|told|town|turns)(?:_|$)"
)
METAPHORS_LEFT: Final = frozenset({"crowd", "doorway", "turns"})

TWICE_IN_A_ROOM: Final = frozenset(
    {
        "bench.findings",
        "cli.account",
        "cli.bench",
        "cli.errors",
        "cli.profile",
        "cli.run",
        "client.kakao",
        "store.admin",
        "testing.gateway",
    }
)

NEVER_MEET: Final = ({"agent", "gateway"}, {"client", "store"}, {"core", "wire"})
"""Rooms on one line: neither knows the other, so that a name for the same in both is no confusion."""

NAMED_TWICE: Final = frozenset(
    {
        "Accepted",
        "Accounts",
        "Answer",
        "Change",
        "Claimed",
        "Connection",
        "Fallback",
        "Fault",
        "Field",
        "Journal",
        "Kind",
        "Limits",
        "Link",
        "Outcome",
        "Page",
        "Part",
        "Plan",
        "Policies",
        "Rate",
        "Reader",
        "Receiver",
        "Refused",
        "Retention",
        "Row",
        "Rules",
        "Sender",
        "Session",
        "SettingsError",
        "State",
        "Status",
        "Step",
        "Terms",
        "Uploads",
        "Verdict",
        "Work",
    }
)
"""Public classes whose name stands for two things today."""

CITED: Final = re.compile(r"(?<![\w/.-])((?:[\w.-]+/)*[\w-]+\.md)\b")


def modules(folder: str) -> Iterator[Path]:
    """Every module of ours under a folder of the repository, packages' own aside."""
    for path in tracked_files():
        if path.suffix == ".py" and path.parts[0] == folder and path.stem not in ("__init__", "__main__"):
            yield path


def test_no_folder_has_more_modules_than_can_be_seen_at_once() -> None:
    count = Counter(str(path.parent) for folder in ("src", "tests", "scripts") for path in modules(folder))
    found = {folder: number for folder, number in count.items() if number > WIDER_FOLDERS.get(folder, FOLDER_MODULES)}
    assert not found, "folders with too many modules side by side: find the rooms inside them"


def test_a_room_has_no_two_modules_of_one_name() -> None:
    places = defaultdict(list)
    for path in modules("src"):
        places[f"{path.parts[2]}.{path.stem}"].append(str(path))
    found = {name: paths for name, paths in places.items() if len(paths) > 1 and name not in TWICE_IN_A_ROOM}
    assert not found, "one name for two modules of a room"


def test_no_module_is_named_after_an_activity_or_a_picture() -> None:
    stems = {path.stem for path in modules("src")}
    gerunds = {stem for stem in stems if stem.endswith("ing") and stem not in GERUNDS}
    assert gerunds <= GERUNDS_LEFT, "name the thing, not the doing"
    pictures = {stem for stem in stems if METAPHORS.search(stem)}
    assert pictures <= METAPHORS_LEFT, "use the trade's word"


def public_classes(source: Source) -> Iterator[str]:
    """The public classes at the top of a module."""
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def may_share(paths: list[Path]) -> bool:
    """Whether a name may stand in all of these: one for each of the rooms that never meet."""
    rooms = [path.parts[2] for path in paths]
    return len(set(rooms)) == len(rooms) and any(set(rooms) <= line for line in NEVER_MEET)


def test_no_class_name_means_two_things() -> None:
    places = defaultdict(list)
    for source in sources():
        if source.shipped:
            for name in public_classes(source):
                places[name].append(source.path)
    found = {
        name: [str(path) for path in paths]
        for name, paths in places.items()
        if len(paths) > 1 and name not in NAMED_TWICE and not may_share(paths)
    }
    assert not found, "one name for two things: name each after what it is"


def test_migrations_are_numbered_without_a_gap_or_a_double() -> None:
    """Two with one number would be run in the order of their names, and a third would move them."""
    names = sorted(path.name for path in tracked_files() if path.parent.name == "migrations" and path.suffix == ".sql")
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_every_page_that_is_cited_is_in_the_repository() -> None:
    """A docstring or page that names another one names it so that it can be opened."""
    pages = {str(path) for path in tracked_files()}
    names = {Path(page).name for page in pages}
    found = []
    for path in tracked_files():
        if path.suffix not in {".py", ".md", ".sql", ".toml", ".sh", ".yml"} or path == Path("tests/test_names.py"):
            continue
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1):
            cited = {page for page in CITED.findall(line) if Path(page).name not in names}
            found += [f"{path}:{number}: {page}" for page in cited]
    assert not found, "\n".join(found)
