"""Sentences from the rooms below: in Korean for who reads Korean, and none of them forgotten."""

import ast
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import samlink
from samlink.carriers.simulator import SimulatorSettings
from samlink.carriers.simulator.describe import describe
from samlink.cli.reason_texts import REASONS
from samlink.cli.reasons import in_korean
from samlink.link.free_ports import free_base_port
from tests.cli.running import Ran

Samlink = Callable[..., Ran]
PACKAGE = Path(samlink.__file__).parent
HANGUL = re.compile("[가-힣]")
LETTERS = re.compile("[a-z]{2}")
PORTS = ("--base-port", str(free_base_port()))
"""Free ones: those of the manual may be in use here."""
SPEAKERS = (
    "store",
    "core/kakao.py",
    "wire/capture.py",
    *(f"agent/{name}.py" for name in ("black_list", "columns", "duplicates", "engine", "mapping", "monitor", "quiet")),
    *(f"gateway/{name}.py" for name in ("settings", "limits", "uploads")),
    "carriers/simulator/settings.py",
    "carriers/simulator/changes.py",
    "client",
    "core/images.py",
    *(f"agent/{name}.py" for name in ("rules", "schema", "settings")),
)
"""Where every sentence that is raised, given back or found can come to an operator's eyes."""
FOR_ENGINEERS = ("the statement ", "a frame of ", "not the ", "not 7", "KakaoMessage(")
"""How sentences begin that are a fault of ours."""


def placeholders(text: str) -> set[str]:
    """The names in the braces of a text; a particle after literal text has none."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("english", "korean"), REASONS)
def test_both_languages_say_it_with_the_same_placeholders(english: str, korean: str) -> None:
    assert placeholders(korean) <= placeholders(english)
    assert HANGUL.search(korean)


def sample(node: ast.expr | None) -> str:
    """A sentence that a literal can make, with a 7 in each of its places; empty for what is no literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return ""


def sentences(path: Path) -> Iterator[str]:
    """What a file raises as an error of the store or a capture, gives back as a fault, or finds in an audit.

    Faults of a data directory are tried for themselves (tests/cli/test_faults.py).
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error"):
            yield from map(sample, () if node.func.id == "FaultError" else node.args)
        elif isinstance(node, ast.Lambda) and path.name == "auditing.py":
            yield sample(node.body)
        elif isinstance(node, ast.Return) and path.name in ("kakao.py", "images.py"):
            yield from map(
                sample, (node.value.body, node.value.orelse) if isinstance(node.value, ast.IfExp) else (node.value,)
            )


def test_every_sentence_of_the_rooms_below_has_a_korean() -> None:
    files = [path for place in SPEAKERS for path in sorted((PACKAGE / place).rglob("*.py")) or [PACKAGE / place]]
    said = {text for path in files for text in sentences(path) if " " in text and LETTERS.search(text)}
    assert len(said) > 60
    missing = [text for text in sorted(said) if not text.startswith(FOR_ENGINEERS) and in_korean(text) == text]
    assert missing == [], "write their Korean into src/samlink/cli/reason_texts.py"


def test_what_stands_in_a_sentence_is_a_reason_too() -> None:
    said = in_korean("x.toml cannot be read: No such file or directory")
    assert said == "x.toml을 읽을 수 없습니다: 그런 파일이나 디렉터리가 없습니다"
    assert in_korean("line 3: 'x' is not a digit of hex") == "3번째 줄: 'x'는 16진수 숫자가 아닙니다"
    assert in_korean("something new") == "something new"


def test_the_carrier_in_korean() -> None:
    said = describe(SimulatorSettings(delay_ms=50), journal=True)
    assert all(HANGUL.search(in_korean(part)) for part in said.split("; ")), said


@pytest.mark.parametrize(
    ("arguments", "korean"),
    [
        (["serve", "--config", "nowhere.toml"], "nowhere.toml을 읽을 수 없습니다: 그런 파일이나"),
        (["upload", "nowhere.jpg"], "nowhere.jpg를 읽을 수 없습니다: 그런 파일이나 디렉터리가 없습니다."),
        (["decode", "not.hex"], "not.hex의 내용은 전문도 16진수 덤프도 아닙니다: 1번째 줄: 'h'는"),
        (["serve", "--data", "data", *PORTS], "data/samlink.db는 samlink 데이터베이스가 아니거나 손상되었습니다"),
        (["account", "list", "--data", "data"], "data/samlink.db는 samlink 데이터베이스가"),
    ],
)
def test_failures_in_korean(
    samlink: Samlink, monkeypatch: pytest.MonkeyPatch, arguments: list[str], korean: str
) -> None:
    Path("not.hex").write_text("hello")
    Path("data").mkdir()
    Path("data/samlink.db").write_text("this is no database at all, " * 100)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    ran = samlink(*arguments)
    assert ran.code == 1
    assert korean in ran.err


def test_the_number_of_an_error_is_kept_from_the_operator(samlink: Samlink, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").write_text("")
    samlink("serve", "--data", "file/data", *PORTS).failed_plainly("the gateway cannot start: ", code=1)
    assert "Errno" not in samlink("serve", "--data", "file/data", *PORTS).err
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert "192.0.2.1의 33300 포트를 열 수 없습니다: 이 서버의" in samlink("serve", "--host", "192.0.2.1").err
