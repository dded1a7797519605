"""A test of the source itself: sizes, banned calls, docstrings, and nothing that belongs to one machine.

What separates good from bad code here is the tail, not the middle: so the rules are limits, and nothing is exempt for
being old. Each rule is shown to bite by a small piece of bad code beside it. What ruff and the import contracts check
is not checked again.
"""

import ast
import collections
import datetime
import decimal
import functools
import importlib
import importlib.metadata
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

import samlink

ROOT: Final = Path(__file__).resolve().parent.parent

ROOMS: Final = frozenset(
    {"agent", "bench", "carriers", "cli", "client", "core", "gateway"}
    | {"link", "operations", "store", "testing", "vocabulary", "watch", "web", "wire"}
)
FUNCTION_LINES: Final = 50
FILE_LINES: Final = 500
FOLDER_MODULES: Final = 16
NESTING: Final = 3
POSITIONAL_PARAMETERS: Final = 5
EMPTY_NAMES: Final = frozenset({"common", "helper", "helpers", "misc", "util", "utils"})
PICKLERS: Final = frozenset({"cloudpickle", "dill", "marshal", "pickle", "shelve"})
SKIPS: Final = frozenset({"importorskip", "skip", "skipif", "xfail"})

# Written so that this file does not break its own rules.
UNFINISHED: Final = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
OF_ONE_MACHINE: Final = re.compile(
    r"(?<![\w.])/(?:work|root|home/\w+)/|file://" + r"/(?=\w)|\b(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)\b"
)
OUTERMOST: Final = re.compile(r"#.*\boutermost: *\S")

BLOCKS: Final = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path from the root of the repository, its text, its tree."""

    path: Path
    text: str
    tree: ast.Module

    @classmethod
    def of(cls, path: str, text: str) -> "Source":
        """A source from text."""
        return cls(Path(path), text, ast.parse(text))

    @property
    def shipped(self) -> bool:
        """Whether it is part of the package."""
        return self.path.parts[0] == "src"

    @property
    def is_test(self) -> bool:
        """Whether it belongs to the tests."""
        return self.path.parts[0] == "tests"

    def functions(self) -> Iterator[Function]:
        """Every function of the file, methods and nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call, with the last part of the name that it calls."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield last_name(node.func), node


def last_name(node: ast.expr) -> str:
    """`sleep` for both `sleep` and `asyncio.sleep`; empty for anything that is not a name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


Finding = tuple[int, str]
Rule = Callable[[Source], Iterable[Finding]]


def short_functions(source: Source) -> Iterator[Finding]:
    """A function is at most 50 lines, its docstring included, its decorators not."""
    for function in source.functions():
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield function.lineno, f"{function.name} has {lines} lines"


def short_files(source: Source) -> Iterator[Finding]:
    """A file is at most 500 lines."""
    lines = len(source.text.splitlines())
    if lines > FILE_LINES:
        yield 1, f"{lines} lines"


def depth_of(node: ast.AST) -> int:
    """How many blocks stand inside one another under `node`; functions and classes within begin anew."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef | ast.Lambda):
            continue
        opens = isinstance(child, BLOCKS) and not is_elif(node, child)
        deepest = max(deepest, depth_of(child) + opens)
    return deepest


def is_elif(parent: ast.AST, child: ast.AST) -> bool:
    """Whether `child` is the `elif` of `parent`, which is one block with it."""
    return isinstance(parent, ast.If) and isinstance(child, ast.If) and parent.orelse == [child]


def shallow_functions(source: Source) -> Iterator[Finding]:
    """At most three blocks (if, for, while, try, with, match) inside one another."""
    for function in source.functions():
        depth = depth_of(function)
        if depth > NESTING:
            yield function.lineno, f"{function.name} nests {depth} deep"


def few_positional_parameters(source: Source) -> Iterator[Finding]:
    """At most five parameters that can be given by position; keyword-only ones are free."""
    for function in source.functions():
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        count = len(names) - (names[:1] in (["self"], ["cls"]))
        if count > POSITIONAL_PARAMETERS:
            yield function.lineno, f"{function.name} has {count} positional parameters"


def telling_names(source: Source) -> Iterator[Finding]:
    """No module or package whose name says only that things were left over."""
    for name in (*source.path.parts[:-1], source.path.stem):
        if name in EMPTY_NAMES:
            yield 1, f"{name} says nothing"


def narrow_excepts(source: Source) -> Iterator[Finding]:
    """Everything is caught only at a task's outermost edge, by a line that ends in `# outermost: why`.

    A handler that ends by raising what it caught has caught nothing.
    """
    lines = source.text.splitlines()
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler) or OUTERMOST.search(lines[node.lineno - 1]):
            continue
        if isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None:
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(kind is None or last_name(kind) in {"Exception", "BaseException"} for kind in caught):
            yield node.lineno, "catches everything, without `# outermost: why`"


def finished(source: Source) -> Iterator[Finding]:
    """What is left to do is an issue, not a comment."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield number, line.strip()


def module_docstrings(source: Source) -> Iterator[Finding]:
    """Every module states its contract before its code; an empty file has none."""
    if source.tree.body and not ast.get_docstring(source.tree):
        yield 1, "no module docstring"


def public_docstrings(source: Source) -> Iterator[Finding]:
    """Every public class, function and method of the package has a docstring.

    A method of a class with a base may go without: what it does is then said where the base declares it. A test of a
    conformance suite is a sentence by its name.
    """
    if source.shipped:
        yield from undocumented(source.tree, required=True)


def undocumented(node: ast.Module | ast.ClassDef, *, required: bool) -> Iterator[Finding]:
    """The public definitions directly in a module or class, and in its classes, that lack a docstring."""
    for child in node.body:
        if not isinstance(child, Function | ast.ClassDef) or child.name.startswith(("_", "test_")):
            continue
        is_class = isinstance(child, ast.ClassDef)
        if (required or is_class) and not is_variant(child) and not ast.get_docstring(child):
            yield child.lineno, f"{child.name} has no docstring"
        if isinstance(child, ast.ClassDef):
            yield from undocumented(child, required=not inherits(child))


def inherits(node: ast.ClassDef) -> bool:
    """Whether a class has a base that could have documented its methods; a Protocol or a record has not."""
    return bool({last_name(base) for base in node.bases} - {"Protocol", "Struct", "NamedTuple", ""})


def is_variant(node: Function | ast.ClassDef) -> bool:
    """Whether a definition is an overload or a setter, which are described by the definition they belong to."""
    return any(last_name(mark) in {"overload", "setter", "deleter", "override"} for mark in node.decorator_list)


def no_sleeping_tests(source: Source) -> Iterator[Finding]:
    """A test waits for a signal; it never sleeps for a guessed time. `sleep(0)` gives others a turn."""
    if not source.is_test:
        return
    for name, call in source.calls():
        for argument in call.args[:1]:
            if name == "sleep" and isinstance(argument, ast.Constant) and argument.value:
                yield call.lineno, f"sleeps for {argument.value!r} s"


def no_skipped_tests(source: Source) -> Iterator[Finding]:
    """A test that cannot run fails; a machine that lacks something gets it installed."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in SKIPS and last_name(node.value) in {"mark", "pytest"}:
            yield node.lineno, f"pytest's {node.attr}"


def no_printing(source: Source) -> Iterator[Finding]:
    """Commands print; everything else logs or returns."""
    if source.is_test or (source.shipped and not {"cli", "bench"} & set(source.path.parts)):
        yield from ((call.lineno, "print()") for name, call in source.calls() if name == "print")


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Every import: its line, and the top package that it names."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Import(names=aliases):
                yield from ((node.lineno, alias.name.split(".")[0]) for alias in aliases)
            case ast.ImportFrom(module=str(module), level=0):
                yield node.lineno, module.split(".")[0]


def no_pickling(source: Source) -> Iterator[Finding]:
    """Nothing that runs what it reads."""
    yield from ((line, f"imports {name}") for line, name in imports(source) if name in PICKLERS)


def normalized(name: str) -> str:
    """The name of a distribution as an index compares it: `SQLAlchemy` is `sqlalchemy`, `a_b` is `a-b`."""
    return re.sub(r"[-_.]+", "-", name).lower()


@functools.cache
def declared() -> frozenset[str]:
    """The top packages that the package may import: the standard library's, its own, and its dependencies'."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra, more in project["optional-dependencies"].items():
        wanted += more if extra != "dev" else []
    names = {normalized(re.split(r"[^\w-]", requirement)[0]) for requirement in wanted}
    installed = importlib.metadata.packages_distributions()
    ours = {package for package, by in installed.items() if names & set(map(normalized, by))}
    return sys.stdlib_module_names | ours


def declared_imports(source: Source) -> Iterator[Finding]:
    """The package imports what pyproject.toml has installed with it, not what the tests' tools happen to bring."""
    if source.shipped:
        yield from ((line, f"imports {name}") for line, name in imports(source) if name not in declared())


RULES: Final[dict[Rule, tuple[str, str]]] = {
    short_functions: ("src/samlink/wire/a.py", "def f():\n" + "    x = 1\n" * 50),
    short_files: ("src/samlink/wire/a.py", "x = 1\n" * 501),
    shallow_functions: (
        "src/samlink/wire/a.py",
        "def f():\n for a in b:\n  if a:\n   pass\n  elif c:\n   with d:\n    while e:\n     pass",
    ),
    few_positional_parameters: ("src/samlink/wire/a.py", "def f(self, a, b, c, d, e, g=1): ..."),
    telling_names: ("src/samlink/wire/utils.py", ""),
    narrow_excepts: ("src/samlink/wire/a.py", "try:\n    f()\nexcept (OSError, Exception):  # outermost:\n    pass"),
    finished: ("src/samlink/wire/a.py", "x = 1  # TO" + "DO: y"),
    module_docstrings: ("src/samlink/wire/a.py", "x = 1"),
    public_docstrings: ("src/samlink/wire/a.py", 'class A:\n    """A."""\n    def f(self): ...'),
    no_sleeping_tests: ("tests/test_a.py", "async def f(): await asyncio.sleep(0.1)"),
    no_skipped_tests: ("tests/test_a.py", "@pytest.mark.skipif(x)\ndef test_a(): ..."),
    no_printing: ("src/samlink/wire/a.py", "print(1)"),
    no_pickling: ("src/samlink/wire/a.py", "from pickle import loads"),
    declared_imports: ("src/samlink/wire/a.py", "from click.globals import get_current_context"),
}
"""Each rule, with the path and text of a file that breaks it."""

TIDY: Final = Source.of(
    "src/samlink/wire/a.py",
    '''"""A module."""
class A(B):
    """A class."""
    def f(self, a, b, c, d, e, *, g): ...
    def _g(self):
        if self:
            try:
                pass
            except Exception:  # outermost: the task's last line of defence
                pass
            except BaseException:
                a()
                raise
        elif a:
            for b in c:
                with d:
                    pass
        elif e:
            def inner():
                if f: pass
''',
)


def tracked_files() -> list[Path]:
    """Every file that is in the repository, or would be with `git add`; vendored ones are their authors' business."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (Path(name) for name in sorted(set(filter(None, listed.split("\0")))))
    return [path for path in paths if "vendor" not in path.parts and (ROOT / path).is_file()]


def sources() -> Iterator[Source]:
    """Every Python file of the repository."""
    for path in tracked_files():
        if path.suffix == ".py":
            yield Source.of(str(path), (ROOT / path).read_text(encoding="utf-8"))


GENERIC_WORDS: Final = frozenset(
    {"BYTES", "CHARACTERS", "DEFAULT", "DIGITS", "KEPT", "LEAST", "LIMIT", "MAX", "MOST", "MS", "SIZE"}
)
"""Words of a constant's name that do not say what it is of."""
Constant = tuple[str, int, str, object]
"""Room, line, name and value of a constant."""


def constants(source: Source) -> Iterator[Constant]:
    """The constants of a module of the package that are a string or a whole number above 9, sums and products too."""
    room = source.path.parts[2] if source.shipped else ""
    for node in source.tree.body:
        if not isinstance(node, ast.AnnAssign | ast.Assign) or node.value is None:
            continue
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        if not isinstance(target, ast.Name) or not target.id.isupper():
            continue
        if all(isinstance(part, ast.Constant | ast.BinOp | ast.operator) for part in ast.walk(node.value)):
            value = eval(compile(ast.Expression(node.value), "constant", "eval"))
            if isinstance(value, str) or (type(value) is int and value > 9):
                yield room, node.lineno, target.id.strip("_"), value


def second_definitions(facts: Iterable[Constant], others: Iterable[Constant]) -> Iterator[tuple[int, str]]:
    """The constants of `others` that are facts of the vocabulary once more: the same value, and a word in common."""
    known: dict[object, list[str]] = {}
    for _, _, name, value in facts:
        known.setdefault(value, []).append(name)
    for _, line, name, value in others:
        for fact in known.get(value, ()):
            if set(name.split("_")) & set(fact.split("_")) - GENERIC_WORDS:
                yield line, f"{name} is {fact} of samlink.vocabulary"


def test_no_fact_of_the_protocol_is_written_twice() -> None:
    shipped = [source for source in sources() if source.shipped and len(source.path.parts) > 3]
    facts = [found for source in shipped if source.path.parts[2] == "vocabulary" for found in constants(source)]
    assert len(facts) > 25
    found = [
        f"{source.path}:{line}: {what}"
        for source in shipped
        if source.path.parts[2] not in ("vocabulary", "testing")
        for line, what in second_definitions(facts, constants(source))
    ]
    assert found == [], "import it from samlink.vocabulary"


def test_a_second_definition_is_found() -> None:
    source = Source.of("src/samlink/core/x.py", "SMS_TEXT_BYTES: Final = 100\nCHUNK = 100\nSMS_LIMIT = 90\n")
    fact = ("vocabulary", 1, "SMS_BYTES_LIMIT", 100)
    assert list(second_definitions([fact], constants(source))) == [
        (1, "SMS_TEXT_BYTES is SMS_BYTES_LIMIT of samlink.vocabulary")
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    found = [f"{source.path}:{line}: {what}" for source in sources() for line, what in rule(source)]
    assert not found, "\n".join([rule.__doc__ or "", *found])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_bites_where_it_should_only(rule: Rule) -> None:
    assert list(rule(Source.of(*RULES[rule])))
    assert not list(rule(TIDY))


def test_nothing_names_a_machine_or_a_package_index() -> None:
    found = []
    for path in tracked_files():
        text = (ROOT / path).read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path}: {match[0]}" for match in OF_ONE_MACHINE.finditer(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", ["/ro" + "ot/x", "'/wo" + "rk/x'", "/ho" + "me/kim/x", "https://py" + "pi.org/simple"])
def test_the_paths_and_hosts_of_a_machine_are_found(path: str) -> None:
    assert OF_ONE_MACHINE.search(path)
    assert not OF_ONE_MACHINE.search("src/network/root/work.py")


def test_a_folder_of_the_package_is_seen_at_once() -> None:
    """More modules side by side than this hide which of them belong together."""
    folders = collections.Counter(path.parent for path in (ROOT / "src").rglob("*.py") if path.name != "__init__.py")
    assert {folder: count for folder, count in folders.items() if count > FOLDER_MODULES} == {}


def test_the_package_has_the_rooms_of_the_design_and_no_other() -> None:
    package = ROOT / "src" / "samlink"
    present = {path.stem for path in package.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert present - {"__init__", "__main__", "__pycache__", "locale"} <= ROOMS


def test_the_import_contract_knows_the_same_rooms() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}
    assert frozenset(re.findall(r"\w+", " ".join(contracts["rooms"]["layers"]))) == ROOMS


ATOMS: Final = frozenset(
    {NoneType, bool, bytes, int, float, str, datetime.date, datetime.datetime, decimal.Decimal, Path, msgspec.Raw}
)
CONTAINERS: Final = frozenset({list, tuple, set, frozenset, dict, Sequence, Mapping, UnionType, Union, Final})


def structs_of(base: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """Every struct of the package that is loaded."""
    for struct in base.__subclasses__():
        if struct.__module__.partition(".")[0] == "samlink":
            yield struct
        yield from structs_of(struct)


def can_stand_in_a_cycle(kind: Any) -> bool:
    """Whether a value of this type may refer back to who holds it: everything but values that are made of values.

    Errors above all: one that is caught refers to the frames that it went through, and they to what was made of it.
    """
    if kind in ATOMS or kind is Ellipsis or (isinstance(kind, type) and issubclass(kind, Enum)):
        return False
    if get_origin(kind) in CONTAINERS:
        return any(can_stand_in_a_cycle(one) for one in get_args(kind))
    if isinstance(kind, type) and (issubclass(kind, msgspec.Struct) or hasattr(kind, "_fields")):
        return any(can_stand_in_a_cycle(one) for one in get_type_hints(kind).values())
    return True


def test_the_collector_sees_everything_that_can_stand_in_a_cycle() -> None:
    for module in pkgutil.walk_packages(samlink.__path__, "samlink."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    unseen = {struct for struct in structs_of(msgspec.Struct) if not struct.__struct_config__.gc}
    assert unseen
    found = [
        f"{struct.__module__}.{struct.__name__}.{name}: {kind}"
        for struct in unseen
        for name, kind in get_type_hints(struct).items()
        if can_stand_in_a_cycle(kind)
    ]
    assert not found, "gc=False, though it may stand in a cycle:\n" + "\n".join(sorted(found))


@pytest.mark.parametrize(
    "kind", [Exception, object, Any, Callable[[], None], list[Exception], int | OSError, tuple[Any, ...]], ids=repr
)
def test_what_can_stand_in_a_cycle_is_found(kind: Any) -> None:
    assert can_stand_in_a_cycle(kind)
    assert not can_stand_in_a_cycle(Mapping[str, list[tuple[int, ...] | None]])
