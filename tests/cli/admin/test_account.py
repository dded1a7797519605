"""`samlink account` and `samlink ledger`: what they do, and how they refuse."""

import json
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samlink.store.credentials import Credentials
from samlink.store.sqlite.admin import Admin
from samlink.store.sqlite.engine.engine import Engine
from tests.cli.running import Ran

Samlink = Callable[..., Ran]
DATA = Path("samlink-data")


def add(samlink: Samlink, *options: str, account: str = "shop") -> dict[str, Any]:
    """Add an account; the JSON that says so."""
    ran = samlink("account", "add", account, "--json", *options)
    assert ran.code == 0, ran
    found: dict[str, Any] = json.loads(ran.out)
    return found


def stored_hash(account: str) -> str:
    """The password's hash in the store."""
    engine = Engine.open(DATA)
    found = engine.accounts.account(account)
    engine.close()
    assert found is not None
    return found[1]


def test_a_generated_password_is_printed_once_and_works(samlink: Samlink) -> None:
    ran = samlink("account", "add", "shop", "--allow", "203.0.113.7")
    assert ran.code == 0
    password = ran.out.splitlines()[1].removeprefix("Password: ")
    assert len(password) == 20
    assert password not in ran.err
    assert Credentials.open(DATA).verify(stored_hash("shop"), password)
    assert password not in samlink("account", "show", "shop").out
    assert password not in samlink("account", "list", "--json").out


def test_a_password_from_stdin_works_and_is_never_printed(samlink: Samlink) -> None:
    ran = samlink("account", "add", "shop", "--password-stdin", stdin="Chosen-Long-1\n")
    assert ran.code == 0
    assert "Chosen-Long-1" not in ran.out + ran.err
    assert Credentials.open(DATA).verify(stored_hash("shop"), "Chosen-Long-1")


def test_the_data_directory_is_for_its_owner_only(samlink: Samlink) -> None:
    add(samlink)
    assert stat.S_IMODE(DATA.stat().st_mode) == 0o700


def test_an_account_that_nobody_can_use_says_so(samlink: Samlink) -> None:
    ran = samlink("account", "add", "shop")
    assert "Nobody can log in as shop yet" in ran.err
    assert "--allow 203.0.113.7" in ran.err
    assert "Nobody" not in samlink("account", "set", "shop", "--allow", "203.0.113.7").err


def test_every_setting_arrives(samlink: Samlink) -> None:
    said = add(
        samlink,
        *("--allow", "203.0.113.7,10.0.0.0/8", "--allow", "2001:db8::/32", "--fee", "postpaid", "--balance", "1,234.5"),
        *("--sms-cost", "9.9", "--lms-cost", "30", "--mms-cost", "100.25", "--batch-limit", "100", "--fixed"),
        *("--max-msg-size", "3000", "--redirect", "203.0.113.9:33300", "--callback-url-only"),
        *("--at-cost", "6.5", "--ft-cost", "12", "--month-limit", "300000", "--day-limit", "0"),
        *("--second-limit", "none", "--duplicate-window", "60", "--rule", "duplicate=on"),
        *("--rule", "friendtalk-hours=WARN", "--charge-code", "8=yes", "--charge-code", "06=no"),
        *("--default-sender", "1588-1234", "--kinds", "ft, SMS", "--charset", "utf-8", "--close-acknowledges"),
        *("--language", "ko"),
    )
    del said["password"]
    assert said == {
        "id": "shop",
        "number": 1,
        "fee": "postpaid",
        "balance_won": 1234.5,
        "sms_cost_won": 9.9,
        "lms_cost_won": 30,
        "mms_cost_won": 100.25,
        "at_cost_won": 6.5,
        "ft_cost_won": 12,
        "month_limit": 300000,
        "day_limit": 0,
        "second_limit": None,
        "duplicate_window_seconds": 60,
        "rules": {"duplicate": "on", "FriendTalk hours": "warn"},
        "charge_codes": {"8": True, "6": False},
        "default_sender": "15881234",
        "kinds": ["sms", "ft"],
        "batch_limit": 100,
        "variable": False,
        "max_msg_size": 3000,
        "service_class": 2,
        "allow": ["203.0.113.7/32", "10.0.0.0/8", "2001:db8::/32"],
        "redirect": "203.0.113.9:33300",
        "old_password_until_ms": None,
        "closed": False,
        "charset": "utf-8",
        "language": "ko",
        "close_acknowledges": True,
    }
    assert json.loads(samlink("account", "show", "shop", "--json").out) == said


def test_set_changes_what_is_named_and_nothing_else(samlink: Samlink) -> None:
    before = add(samlink, "--allow", "10.0.0.0/8", "--redirect", "h:1")
    ran = samlink("account", "set", "shop", "--sms-cost", "8.5", "--allow-none", "--no-redirect", "--json")
    assert json.loads(ran.out) == {name: value for name, value in before.items() if name != "password"} | {
        "sms_cost_won": 8.5,
        "allow": [],
        "redirect": None,
    }


def test_a_new_password_replaces_the_old_one(samlink: Samlink) -> None:
    old = add(samlink)["password"]
    new = json.loads(samlink("account", "set", "shop", "--new-password", "--json").out)["password"]
    credentials = Credentials.open(DATA)
    assert credentials.verify(stored_hash("shop"), new)
    assert not credentials.verify(stored_hash("shop"), old)
    assert samlink("account", "set", "shop", "--password-stdin", stdin="Chosen-Long-1").code == 0
    assert credentials.verify(stored_hash("shop"), "Chosen-Long-1")


def test_list_shows_open_accounts_and_all_when_asked(samlink: Samlink) -> None:
    add(samlink)
    add(samlink, account="other")
    assert samlink("account", "remove", "other", "--yes").code == 0
    assert [json.loads(line)["id"] for line in samlink("account", "list", "--json").out.splitlines()] == ["shop"]
    assert len(samlink("account", "list", "--all", "--json").out.splitlines()) == 2
    table = samlink("account", "list", "--all").out
    assert "shop" in table
    assert "other (removed, 2)" in table


def test_removing_has_to_be_confirmed(samlink: Samlink) -> None:
    add(samlink, "--balance", "500")
    samlink("account", "remove", "shop").failed_plainly("shop", "500 won", "--yes", code=2)
    assert samlink("account", "show", "shop").code == 0


def test_a_removed_account_can_still_be_read(samlink: Samlink) -> None:
    add(samlink, "--balance", "5000")
    samlink("account", "topup", "shop", "7", "--note", "cash-7")
    assert samlink("account", "remove", "shop", "--yes").code == 0
    for command in ("ledger", "find", "history"):
        samlink(command, "shop").failed_plainly("--closed", code=1)
    assert "5,007 won" in samlink("account", "show", "shop", "--closed").out
    add(samlink, "--balance", "1")
    assert "cash-7" not in samlink("ledger", "shop").out
    assert "cash-7" in samlink("ledger", "shop", "--closed").out
    assert samlink("find", "shop", "--closed").code == 0
    assert samlink("account", "remove", "shop", "--yes").code == 0
    assert "cash-7" not in samlink("ledger", "shop", "--closed").out
    assert "cash-7" in samlink("ledger", "shop", "--number", "1").out
    samlink("ledger", "shop", "--number", "7").failed_plainly("number 7", "account list --all", code=1)
    assert "account remove" in samlink("history", "shop", "--number", "1").out
    assert "account remove" in samlink("history", "shop", "--closed").out
    samlink("history", "--closed").failed_plainly("need an ID", code=2)
    samlink("ledger", "other", "--closed").failed_plainly("'other'", code=1)


def test_an_empty_list_says_how_to_begin(samlink: Samlink) -> None:
    add(samlink)
    samlink("account", "remove", "shop", "--yes")
    ran = samlink("account", "list")
    assert ran.code == 0
    assert "samlink account add" in ran.err


def test_top_ups_stand_in_the_ledger(samlink: Samlink) -> None:
    add(samlink, "--balance", "1000")
    assert "1,550.5 won" in samlink("account", "topup", "shop", "550.5", "--note", "cash").out
    assert samlink("account", "topup", "shop", "-0.5").code == 0
    lines = [json.loads(line) for line in samlink("ledger", "shop", "--json").out.splitlines()]
    assert [(line["amount_won"], line["note"]) for line in lines] == [
        (-0.5, ""),
        (550.5, "cash"),
        (1000, "first balance"),
    ]
    assert "550.5 won" in samlink("ledger", "shop").out
    assert len(samlink("ledger", "shop", "--limit", "1").out.splitlines()) == 2
    only = samlink("ledger", "shop", "--before", str(lines[1]["no"]), "--json").out.splitlines()
    assert [json.loads(line)["no"] for line in only] == [lines[2]["no"]]


def test_an_operator_with_a_korean_locale_reads_korean(samlink: Samlink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert "shop 계정을 추가했습니다." in samlink("account", "add", "shop", "--balance", "1000").out
    assert "1,000원" in samlink("account", "list").out
    samlink("account", "show", "none").failed_plainly("'none' 계정이 없습니다", code=1)


BAD_SETTINGS = [
    (("--allow", "10.0.0.1/8"), ("--allow", "'10.0.0.1/8'", "10.0.0.0/8")),
    (("--allow", "shop.example"), ("--allow", "'shop.example'")),
    (("--allow", "10.0.0.0/33"), ("--allow", "10.0.0.0/33")),
    (("--allow", "::ffff:203.0.113.0/120"), ("--allow", "203.0.113.0/24")),
    (("--allow", "::ffff:203.0.113.7"), ("--allow", "203.0.113.7/32")),
    (("--sms-cost", "abc"), ("--sms-cost", "'abc'")),
    (("--sms-cost", "20.555"), ("--sms-cost", "two decimals")),
    (("--lms-cost", "-1"), ("--lms-cost", "negative")),
    (("--mms-cost", "10000"), ("--mms-cost", "9999.9")),
    (("--mms-cost", "1000.25"), ("--mms-cost", "1000")),
    (("--batch-limit", "0"), ("--batch-limit", "1 to 9999")),
    (("--batch-limit", "10000"), ("--batch-limit", "9999")),
    (("--batch-limit", "many"), ("--batch-limit", "not a number")),
    (("--max-msg-size", "1999"), ("--max-msg-size", "2000 to 3000")),
    (("--max-msg-size", "3001"), ("--max-msg-size", "3000")),
    (("--redirect", "somewhere"), ("--redirect", "HOST:PORT")),
    (("--redirect", "a.example:70000"), ("--redirect", "65535")),
    (("--fee", "free"), ("--fee", "prepaid")),
    (("--at-cost", "free"), ("--at-cost", "'free'")),
    (("--month-limit", "-1"), ("--month-limit", "'-1'", "none")),
    (("--day-limit", "many"), ("--day-limit", "'many'")),
    (("--second-limit", "1000000001"), ("--second-limit", "1,000,000,000")),
    (("--duplicate-window", "0"), ("--duplicate-window", "1 to 604800")),
    (("--rule", "duplicate"), ("--rule", "'duplicate'", "NAME=MODE")),
    (("--rule", "duplicate=maybe"), ("--rule", "warn")),
    (("--rule", "no-such=on"), ("'no-such'", "samlink account rules")),
    (("--rule", "Balance=off"), ("--rule", "cannot be switched")),
    (("--charge-code", "8"), ("--charge-code", "'8'", "CODE=yes")),
    (("--charge-code", "12=yes"), ("--charge-code", "'12'", "final")),
    (("--charge-code", "0=yes"), ("--charge-code", "'0'")),
    (("--default-sender", "050-1234-5678"), ("--default-sender", "050")),
    (("--default-sender", "123"), ("--default-sender", "'123'")),
    (("--kinds", "sms,fax"), ("--kinds", "'fax'", "sms, lms, mms, at, ft")),
    (("--kinds", ""), ("--kinds",)),
]


@pytest.mark.parametrize(("options", "said"), BAD_SETTINGS, ids=" ".join)
def test_a_bad_setting_is_named(samlink: Samlink, options: tuple[str, ...], said: tuple[str, ...]) -> None:
    samlink("account", "add", "shop", *options).failed_plainly(*said, code=2)
    assert not DATA.exists()
    add(samlink)
    samlink("account", "set", "shop", *options).failed_plainly(*said, code=2)


@pytest.mark.parametrize("amount", ["nan", "inf", "1e20", "1.234", "", "-1"])
def test_a_bad_balance_is_named(samlink: Samlink, amount: str) -> None:
    samlink("account", "add", "shop", f"--balance={amount}").failed_plainly("--balance", code=2)


@pytest.mark.parametrize("account", ["", "two words", "가게", "x" * 21, "tab\t"])
def test_an_impossible_id_is_refused(samlink: Samlink, account: str) -> None:
    samlink("account", "add", account).failed_plainly("ID", "20", code=2)


@pytest.mark.parametrize("password", ["", "x" * 21, "비밀번호", "two words", "\u20ac" * 30])
def test_an_impossible_password_is_refused_and_not_shown(samlink: Samlink, password: str) -> None:
    ran = samlink("account", "add", "shop", "--password-stdin", stdin=password + "\n")
    ran.failed_plainly("password", code=2)
    assert not password or password not in ran.err


def test_a_short_password_is_taken_only_when_told_to(samlink: Samlink) -> None:
    for command in ("add", "set"):
        ran = samlink("account", command, "shop", "--password-stdin", stdin="elevenchars\n")
        ran.failed_plainly("at least 12", "--allow-weak", code=2)
        ran = samlink("account", command, "shop", "--password-stdin", "--allow-weak", stdin="short\n")
        assert ran.code == 0
        assert Credentials.open(DATA).verify(stored_hash("shop"), "short")


def test_the_old_password_ends_at_its_time_or_at_once(samlink: Samlink) -> None:
    add(samlink)
    ran = samlink("account", "set", "shop", "--new-password", "--overlap", "7d", "--json")
    until_ms = json.loads(ran.out)["old_password_until_ms"]
    assert abs(until_ms - time.time() * 1000 - 7 * 86_400_000) < 600_000
    ran = samlink("account", "set", "shop", "--end-old-password", "--json")
    assert json.loads(ran.out)["old_password_until_ms"] is None
    for options in (("--overlap", "7d"), ("--new-password", "--overlap", "1y"), ("--new-password", "--overlap", "91d")):
        samlink("account", "set", "shop", *options).failed_plainly("--overlap", code=2)


def test_history_tells_who_changed_what(samlink: Samlink) -> None:
    samlink("history").failed_plainly("--data", code=1)
    add(samlink)
    samlink("account", "set", "shop", "--sms-cost", "8.5", "--new-password")
    samlink("sender", "add", "shop", "02-1234-5678")
    ran = samlink("history", "shop", "--json")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["verb"] for line in lines] == ["add_senders", "change_password", "add_account"]
    assert lines[1]["new"]["sms_cost"] == 850
    assert lines[0]["new"] == {"senders": ["021-****-5678"]}
    assert all(line["who"] and line["at_ms"] for line in lines)
    assert [line["tool"] for line in lines[1:]] == ["samlink account set", "samlink account add"]
    table = samlink("history").out
    assert "sms_cost: 20 won → 8.5 won" in table
    assert "0212345678" not in table
    assert "0212345678" in samlink("history", "--reveal").out
    samlink("history", "nobody").failed_plainly("no account 'nobody'", code=1)


def test_accounts_that_exist_or_do_not(samlink: Samlink) -> None:
    add(samlink)
    samlink("account", "add", "shop").failed_plainly("shop already", code=1)
    for command in (["show"], ["remove"], ["set", "--fixed"], ["topup", "5"]):
        ran = samlink("account", command[0], "nobody", *command[1:])
        ran.failed_plainly("no account 'nobody'", code=1)
    samlink("ledger", "nobody").failed_plainly("no account 'nobody'", code=1)


def test_money_that_is_not_there(samlink: Samlink) -> None:
    add(samlink, "--balance", "10")
    samlink("account", "topup", "shop", "-11").failed_plainly("10 won", "below zero", code=1)
    samlink("account", "topup", "shop", "0").failed_plainly("0 won", code=2)
    add(samlink, "--fee", "postpaid", account="late")
    assert samlink("account", "topup", "late", "-5").code == 0
    samlink("account", "set", "late", "--fee", "prepaid").failed_plainly("-5 won", code=1)


def test_what_contradicts_itself_is_refused(samlink: Samlink) -> None:
    add(samlink)
    samlink("account", "set", "shop").failed_plainly("nothing to change", code=2)
    for options in (
        ("--allow", "::1", "--allow-none"),
        ("--redirect", "h:1", "--no-redirect"),
        ("--new-password", "--password-stdin"),
    ):
        samlink("account", "set", "shop", *options).failed_plainly("not both", code=2)


def test_a_wrong_data_directory_is_named_and_left_alone(samlink: Samlink) -> None:
    samlink("account", "list", "--data", "nowhere").failed_plainly("nowhere", "--data", code=1)
    assert not Path("nowhere").exists()
    Path("file").touch()
    samlink("account", "list", "--data", "file").failed_plainly("file is not a directory", code=1)
    samlink("account", "add", "shop", "--data", "file").failed_plainly("file is not a directory", code=1)
    Path("photos").mkdir()
    Path("photos/cat.jpg").touch()
    samlink("account", "add", "shop", "--data", "photos").failed_plainly("photos", "cat.jpg", code=1)
    assert [path.name for path in Path("photos").iterdir()] == ["cat.jpg"]
    Path("other").mkdir()
    Path("other/samlink.db").write_bytes(b"no database at all" * 100)
    samlink("account", "list", "--data", "other").failed_plainly("not a samlink database", code=1)


def test_a_newer_database_is_left_alone(samlink: Samlink) -> None:
    add(samlink)
    engine = Engine.open(DATA)
    engine.db.pragma("user_version", 999)
    engine.close()
    samlink("account", "list").failed_plainly("newer samlink", "999", code=1)


def test_the_environment_names_the_data_directory(samlink: Samlink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMLINK_DATA", "elsewhere")
    add(samlink)
    with Admin(Path("elsewhere")) as admin:
        assert [account.id for account in admin.accounts()] == ["shop"]


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0"])
def test_an_account_that_is_open_to_every_address_is_said(samlink: Samlink, network: str) -> None:
    assert network in samlink("account", "add", "shop", "--allow", network).err
    assert "every address" not in samlink("account", "set", "shop", "--allow", "203.0.113.7").err
    assert "every address" in samlink("account", "set", "shop", "--allow", f"10.0.0.0/8,{network}").err
