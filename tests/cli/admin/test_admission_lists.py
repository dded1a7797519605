"""`samlink sender`, `optout`, `filter` and `account rules`: what they do, and how they refuse."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samlink.cli.options.rules import RULE_NAMES
from samlink.core.limits import BALANCE, DUPLICATE, LIMIT_RULES
from samlink.core.rules import RULES
from samlink.store.sqlite.admin import Admin
from samlink.vocabulary.numbers import mask_digits
from tests.cli.running import Ran

Samlink = Callable[..., Ran]
DATA = Path("samlink-data")


@pytest.fixture(autouse=True)
def shop(clean_surroundings: None, samlink: Samlink) -> None:
    """An account."""
    assert samlink("account", "add", "shop").code == 0


def lines(ran: Ran) -> list[dict[str, Any]]:
    """The JSON lines that a command has printed."""
    assert ran.code == 0, ran
    return [json.loads(line) for line in ran.out.splitlines()]


# -- rules


def test_the_names_on_help_pages_are_those_of_the_rules(samlink: Samlink) -> None:
    known = [rule.name for rule in RULES] + [rule.name for rule in LIMIT_RULES if rule is not BALANCE]
    assert list(RULE_NAMES) == known
    for command in ("add", "set"):
        help_page = samlink("account", command, "--help").out
        assert all(name in help_page for name in known)


def test_every_rule_is_listed_with_its_code_mode_and_default(samlink: Samlink) -> None:
    samlink("account", "set", "shop", "--rule", "Sender_Registered=warn", "--rule", "duplicate=on")
    found = {rule["name"]: rule for rule in lines(samlink("account", "rules", "shop", "--json"))}
    assert list(found) == [*RULE_NAMES, BALANCE.name]
    expected = {"name": "sender registered", "result": 88, "mode": "warn", "default": "on", "switchable": True}
    assert found["sender registered"] == expected
    assert (found[DUPLICATE.name]["mode"], found[DUPLICATE.name]["default"]) == ("on", "off")
    assert found[BALANCE.name]["switchable"] is False
    table = samlink("account", "rules", "shop").out
    assert "88 sender not registered" in table
    assert "warn" in table


def test_every_rule_says_what_it_means_in_korean(samlink: Samlink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    rows = samlink("account", "rules", "shop").out.splitlines()[1:]
    for row, name in zip(rows, [*RULE_NAMES, BALANCE.name], strict=True):
        assert re.match(rf"{name} \(.*[가-힣].*\)  ", row), row


def test_settings_of_rules_and_charges_add_up_and_go_back(samlink: Samlink) -> None:
    samlink("account", "set", "shop", "--rule", "duplicate=on", "--charge-code", "8=yes")
    samlink("account", "set", "shop", "--rule", "user-code=on", "--charge-code", "69=yes")
    samlink("account", "set", "shop", "--rule", "duplicate=default", "--charge-code", "8=default")
    [shown] = lines(samlink("account", "show", "shop", "--json"))
    assert (shown["rules"], shown["charge_codes"]) == ({"user code": "on"}, {"69": True})
    ran = samlink("account", "set", "shop", "--month-limit", "7", "--default-sender", "15881234")
    for part in ("user code=on", "69=yes", "15881234"):
        assert part in ran.out
    [shown] = lines(samlink("account", "set", "shop", "--month-limit", "none", "--default-sender", "none", "--json"))
    assert (shown["month_limit"], shown["default_sender"]) == (None, None)


# -- senders


def test_senders_are_registered_in_every_form_and_once(samlink: Samlink) -> None:
    [said] = lines(
        samlink("sender", "add", "shop", "02-1234-5678", "+82 10-1234-5678", "1588-1234", "0212345678", "--json")
    )
    assert said == {"id": "shop", "added": 3, "known": 0}
    assert "0 new, 1 known" in samlink("sender", "add", "shop", "0212345678").out
    assert samlink("sender", "list", "shop").out.split() == ["01012345678", "0212345678", "15881234"]
    assert "Numbers removed from shop: 1." in samlink("sender", "remove", "shop", "02-1234-5678").out
    assert [line["number"] for line in lines(samlink("sender", "list", "shop", "--json"))] == [
        "01012345678",
        "15881234",
    ]


@pytest.mark.parametrize("number", ["050-1234-5678", "12345678", "0101234567890", "전화", "02-1234"])
def test_what_cannot_be_a_sender_takes_the_others_with_it(samlink: Samlink, number: str) -> None:
    ran = samlink("sender", "add", "shop", "0212345678", number)
    ran.failed_plainly("NUMBER", mask_digits(number), code=2)
    assert number not in ran.err or number == mask_digits(number)
    assert samlink("sender", "list", "shop").out == ""


def test_senders_that_are_not_there(samlink: Samlink) -> None:
    samlink("sender", "add", "shop", "0212345678")
    samlink("sender", "remove", "shop", "0212345678", "0312345678").failed_plainly("'0312345678'", code=1)
    assert samlink("sender", "list", "shop").out.split() == ["0212345678"]
    samlink("account", "add", "two")
    assert "samlink sender add two" in samlink("sender", "list", "two").err


# -- opt-outs


def test_opt_outs_of_one_and_of_all(samlink: Samlink) -> None:
    assert "1 new, 0 known" in samlink("optout", "add", "--account", "shop", "010-1234-5678").out
    assert "1 new, 0 known" in samlink("optout", "add", "--all", "010-8765-4321").out
    assert samlink("optout", "list", "--account", "shop").out == "010-****-5678\n"
    assert samlink("optout", "list", "--all", "--reveal").out == "01087654321\n"
    assert lines(samlink("optout", "list", "--all", "--json")) == [{"number": "01087654321"}]
    assert samlink("optout", "list", "--all", "--after", "01087654321").err == "No number has opted out there.\n"


def test_check_says_which_list_has_the_number(samlink: Samlink) -> None:
    samlink("optout", "add", "--account", "shop", "01012345678")
    assert samlink("optout", "check", "01012345678").code == 0
    ran = samlink("optout", "check", "01012345678", "--account", "shop", "--json")
    assert (ran.code, json.loads(ran.out)) == (1, {"account": True, "everyone": False})
    samlink("optout", "add", "--all", "01012345678")
    assert "everyone" in samlink("optout", "check", "01012345678", "--account", "shop").out


def test_removed_opt_outs_may_be_written_to_again(samlink: Samlink) -> None:
    samlink("optout", "add", "--account", "shop", "01012345678", "01012345679")
    ran = samlink("optout", "remove", "--account", "shop", "01012345678", "01000000000")
    ran.failed_plainly("010-****-0000", "nothing was removed", code=1)
    assert "Numbers removed: 2." in samlink("optout", "remove", "--account", "shop", "01012345678", "01012345679").out
    assert samlink("optout", "list", "--account", "shop").out == ""


def test_a_file_is_imported_in_all_forms(samlink: Samlink) -> None:
    Path("out.txt").write_bytes(b"\xef\xbb\xbf01012345678\r\n010-1234-5679\r\n\r\n +82 10 1234 5680 \r\n01012345678")
    [said] = lines(samlink("optout", "import", "--account", "shop", "out.txt", "--json"))
    assert said == {"account": "shop", "added": 3, "known": 0}
    ran = samlink("optout", "import", "--account", "shop", "-", stdin="01012345681\n01012345678\n")
    assert "1 new, 1 known" in ran.out


BAD_ROWS = [
    ("01012345678\nnumber\n", ("line 2 of out.txt", "other characters")),
    ("01012345678\n\n0212345678\n01012345679\n", ("line 3 of out.txt", "01x with 10 or 11 digits")),
    ("01012345678,01012345679\n", ("line 1", "more than one value")),
    ("010123456789\nx\ny\n", ("line 1", "3 bad lines in all")),
    ("이름\n", ("line 1", "other characters")),
    ("1" * 5000 + "\n", ("line 1", "01x")),
    ("\n\n", ("out.txt has no number",)),
    ("", ("out.txt has no number",)),
]


@pytest.mark.parametrize(("content", "said"), BAD_ROWS, ids=lambda value: str(value)[:30])
def test_a_bad_row_is_named_and_nothing_of_the_file_is_taken(
    samlink: Samlink, content: str, said: tuple[str, ...]
) -> None:
    Path("out.txt").write_text(content)
    ran = samlink("optout", "import", "--all", "out.txt")
    ran.failed_plainly(*said, code=1)
    assert "01012345678" not in ran.err
    assert samlink("optout", "list", "--all").out == ""


def test_many_numbers_arrive_whole(samlink: Samlink) -> None:
    count = 100_000
    Path("out.txt").write_text("".join(f"010{number:08}\n" for number in range(0, count * 100, 100)))
    assert "100,000 new" in samlink("optout", "import", "--all", "out.txt").out
    with Admin(DATA) as admin:
        assert len(admin.opt_outs(None, limit=count + 1)) == count


def test_whose_opt_outs_has_to_be_said(samlink: Samlink) -> None:
    samlink("optout", "add", "01012345678").failed_plainly("--account", "--all", code=2)
    samlink("optout", "add", "--all", "--account", "shop", "01012345678").failed_plainly("not both", code=2)
    samlink("optout", "add", "--account", "none", "01012345678").failed_plainly("'none'", code=1)
    samlink("optout", "add", "--all", "0212345678").failed_plainly("'021***5678'", "mobile", code=2)
    samlink("optout", "list", "--all", "--limit", "0").failed_plainly("--limit", code=2)
    samlink("optout", "import", "--all", "nothing.txt").failed_plainly("nothing.txt", code=1)


# -- filters


def test_filters_are_added_listed_and_removed(samlink: Samlink) -> None:
    assert samlink("filter", "add", "shop", "--kind", "words", " 당첨 축하 ").out == "Filter added to shop.\n"
    assert "already" in samlink("filter", "add", "shop", "--kind", "words", "당첨 축하").out
    samlink("filter", "add", "shop", "--kind", "receiver", "010-1234-5678")
    table = samlink("filter", "list", "shop").out
    assert "당첨 축하" in table
    assert "010-****-5678" in table
    assert "01012345678" in samlink("filter", "list", "shop", "--reveal").out
    assert samlink("filter", "remove", "shop", "--kind", "words", "당첨 축하").code == 0
    samlink("filter", "remove", "shop", "--kind", "words", "당첨 축하").failed_plainly("no filter", code=1)
    samlink("filter", "remove", "shop", "--kind", "sender", "01012345678").failed_plainly("no filter", code=1)
    assert lines(samlink("filter", "list", "shop", "--json")) == [{"kind": "receiver", "value": "01012345678"}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--kind", "words", " "), ("1 to 100",)),
        (("--kind", "words", "가" * 101), ("1 to 100",)),
        (("--kind", "words", "a\nb"), ("printable",)),
        (("--kind", "sender", "abc"), ("'abc'",)),
        (("--kind", "colour", "red"), ("--kind",)),
        (("대출",), ("--kind",)),
    ],
    ids=str,
)
def test_a_bad_filter_is_named(samlink: Samlink, options: tuple[str, ...], said: tuple[str, ...]) -> None:
    samlink("filter", "add", "shop", *options).failed_plainly(*said, code=2)
    assert "no filters" in samlink("filter", "list", "shop").err


@pytest.mark.parametrize(
    "command",
    [
        ("sender", "add", "none", "0212345678"),
        ("sender", "list", "none"),
        ("filter", "add", "none", "--kind", "words", "x"),
        ("filter", "list", "none"),
        ("optout", "list", "--account", "none"),
        ("kms", "profile", "add", "none", "KEY"),
        ("kms", "profile", "remove", "none", "KEY"),
        ("kms", "template", "add", "none", "T", "text"),
        ("kms", "template", "list", "none"),
        ("account", "rules", "none"),
        ("find", "none"),
    ],
    ids=" ".join,
)
def test_an_account_that_is_not_there(samlink: Samlink, command: tuple[str, ...]) -> None:
    samlink(*command).failed_plainly("no account 'none'", code=1)
    samlink(*command, "--data", "nowhere").failed_plainly("nowhere", "--data", code=1)
    assert not Path("nowhere").exists()


def test_opt_outs_from_a_column_of_a_table_as_excel_saves_it(samlink: Samlink) -> None:
    Path("export.csv").write_bytes("이름,휴대폰\n가,010-1234-5678\n나,1012345679\n".encode("cp949"))
    ran = samlink("optout", "import", "--all", "export.csv", "--column", "휴대폰")
    ran.failed_plainly("1 of 2", "line 3", "0 at its beginning", code=2)
    assert samlink("optout", "list", "--all").out == ""
    Path("export.csv").write_bytes("이름,휴대폰\n가,010-1234-5678\n나,010-1234-5679\n".encode("utf-16"))
    assert samlink("optout", "import", "--all", "export.csv", "--column", "2").code == 0
    assert len(samlink("optout", "list", "--all").out.splitlines()) == 2
