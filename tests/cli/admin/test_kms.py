"""`samlink kms profile` and `samlink kms template`: what they do, and how they refuse."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Ran

Samlink = Callable[..., Ran]
BUTTONS = [{"name": "주문 보기", "type": "WL", "url_mobile": "https://shop.example/#{번호}"}]


@pytest.fixture(autouse=True)
def shop(clean_surroundings: None, samlink: Samlink) -> None:
    """An account with one profile."""
    assert samlink("account", "add", "shop").code == 0
    assert samlink("kms", "profile", "add", "shop", "KEY1", "--name", "@shop").code == 0


def listed(samlink: Samlink, what: str) -> list[dict[str, Any]]:
    """The account's profiles or templates."""
    return [json.loads(line) for line in samlink("kms", what, "list", "shop", "--json").out.splitlines()]


def test_profiles_are_added_replaced_and_removed_with_their_templates(samlink: Samlink) -> None:
    samlink("kms", "template", "add", "shop", "T1", "안녕하세요")
    samlink("kms", "profile", "add", "shop", "KEY1", "--name", "@new", "--blocked")
    samlink("kms", "profile", "add", "shop", "KEY2")
    assert listed(samlink, "profile") == [
        {"sender_key": "KEY1", "name": "@new", "blocked": True},
        {"sender_key": "KEY2", "name": "", "blocked": False},
    ]
    assert len(listed(samlink, "template")) == 1
    assert "blocked" in samlink("kms", "profile", "list", "shop").out
    assert samlink("kms", "profile", "remove", "shop", "KEY1").code == 0
    samlink("kms", "profile", "remove", "shop", "KEY1").failed_plainly("no profile 'KEY1'", code=1)
    assert listed(samlink, "template") == []


def test_a_template_comes_from_an_argument_a_file_or_stdin(samlink: Samlink) -> None:
    Path("text.txt").write_bytes("\ufeff#{이름}님\r\n반갑습니다\r\n".encode())
    Path("buttons.json").write_text(json.dumps(BUTTONS))
    Path("attachment.json").write_text(json.dumps({"button": BUTTONS}))
    add = ("kms", "template", "add", "shop")
    assert samlink(*add, "T1", "#{이름}님", "--buttons", "buttons.json").code == 0
    assert samlink(*add, "T2", "--text-file", "text.txt", "--buttons", "attachment.json").code == 0
    assert samlink(*add, "T3", "-", "--blocked", stdin="줄\n줄\n").code == 0
    found = {template["code"]: template for template in listed(samlink, "template")}
    assert [found[code]["text"] for code in ("T1", "T2", "T3")] == ["#{이름}님", "#{이름}님\n반갑습니다", "줄\n줄"]
    assert [found[code]["buttons"] for code in ("T1", "T2", "T3")] == [BUTTONS, BUTTONS, []]
    assert found["T3"]["blocked"] is True
    assert "T2" in samlink("kms", "template", "list", "shop").out


def test_a_template_is_replaced_and_removed(samlink: Samlink) -> None:
    samlink("kms", "template", "add", "shop", "T1", "하나")
    samlink("kms", "template", "add", "shop", "T1", "둘")
    assert [template["text"] for template in listed(samlink, "template")] == ["둘"]
    assert samlink("kms", "template", "remove", "shop", "T1").code == 0
    samlink("kms", "template", "remove", "shop", "T1").failed_plainly("no template 'T1'", code=1)
    assert "no templates" in samlink("kms", "template", "list", "shop").err


def test_the_profile_is_named_where_there_are_several(samlink: Samlink) -> None:
    samlink("kms", "profile", "add", "shop", "KEY2")
    samlink("kms", "template", "add", "shop", "T1", "하나").failed_plainly("2 profiles", "--sender-key", code=2)
    assert samlink("kms", "template", "add", "shop", "T1", "하나", "--sender-key", "KEY2").code == 0
    ran = samlink("kms", "template", "add", "shop", "T1", "하나", "--sender-key", "KEY3")
    ran.failed_plainly("no profile 'KEY3'", code=1)
    samlink("account", "add", "new")
    samlink("kms", "template", "add", "new", "T1", "x").failed_plainly("samlink kms profile add new", code=1)


BAD = [
    (("T 1", "text"), "CODE", 2),
    (("T" * 31, "text"), "CODE", 2),
    (("T1",), "--text-file", 2),
    (("T1", "text", "--text-file", "text.txt"), "not both", 2),
    (("T1", " "), "empty", 2),
    (("T1", "가" * 1001), "1,001", 1),
    (("T1", "a\x07"), "U+0007", 1),
    (("T1", "#{이름}님, #{번호"), "character 9", 1),
    (("T1", "--text-file", "none.txt"), "none.txt", 1),
    (("T1", "--text-file", "neither.txt"), "UTF-8", 1),
    (("T1", "x", "--buttons", "text.txt"), "not JSON", 1),
    (("T1", "x", "--buttons", "deep.json"), "deep.json", 1),
    (("T1", "x", "--buttons", "bad.json"), "no url_mobile", 1),
    (("T1", "x", "--buttons", "other.json"), "button is not a list", 1),
    (("T1", "x", "--buttons", "long.json"), "65,536", 1),
]


@pytest.mark.parametrize(("arguments", "said", "code"), BAD, ids=lambda value: str(value)[:40])
def test_a_bad_template_is_named(samlink: Samlink, arguments: tuple[str, ...], said: str, code: int) -> None:
    for name, content in {
        "text.txt": b"text",
        "neither.txt": "한글".encode("cp949") + b"\xff",
        "deep.json": b"[" * 60_000,
        "bad.json": json.dumps([{"name": "x", "type": "WL"}]).encode(),
        "other.json": b'{"item": {}}',
        "long.json": b" " * 65_537,
    }.items():
        Path(name).write_bytes(content)
    samlink("kms", "template", "add", "shop", *arguments).failed_plainly(said, code=code)
    assert listed(samlink, "template") == []


def test_a_bad_profile_is_named(samlink: Samlink) -> None:
    samlink("kms", "profile", "add", "shop", "two words").failed_plainly("SENDER_KEY", code=2)
    samlink("kms", "profile", "add", "shop", "K" * 41).failed_plainly("40", code=2)
    samlink("kms", "profile", "add", "shop", "K", "--name", "x" * 61).failed_plainly("--name", code=2)
