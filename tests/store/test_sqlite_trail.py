"""The trail: whoever changes anything leaves an entry with it, and no entry can be taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

from samlink.core.kakao import Profile, Template
from samlink.store.contract import StoreError
from samlink.store.sqlite.admin import Admin
from samlink.store.sqlite.database import open_database
from samlink.testing.conformance.sample import NOW, account

RECEIVER = "01098765432"
SENDER = "0212345678"
SECRET = "$argon2id$the-hash"
KEY = "a" * 40
Verb = Callable[[Admin], object]

READING = frozenset(
    {"account", "accounts", "audit", "counts", "filters", "find", "ledger", "opt_outs", "opted_out"}
) | {
    "clock_doubt",
    "profiles",
    "senders",
    "templates",
    "trail",
}
CHANGING: dict[str, Verb] = {
    "add_account": lambda admin: admin.add_account(account("shop"), SECRET),
    "set_account": lambda admin: admin.set_account("shop", {"sms_cost": 7, "allow": ("10.0.0.0/8",)}),
    "change_password": lambda admin: admin.change_password("shop", SECRET + "2", old_for_ms=0),
    "top_up": lambda admin: admin.top_up("shop", 500, "cash"),
    "add_senders": lambda admin: admin.add_senders("shop", [SENDER]),
    "remove_senders": lambda admin: admin.remove_senders("shop", [SENDER]),
    "add_filter": lambda admin: admin.add_filter("shop", "receiver", RECEIVER),
    "remove_filter": lambda admin: admin.remove_filter("shop", 1),
    "put_profile": lambda admin: admin.put_profile("shop", Profile(KEY, "@shop", False)),
    "put_template": lambda admin: admin.put_template("shop", Template(KEY, "T1", "#{name}님", "", False)),
    "remove_template": lambda admin: admin.remove_template("shop", KEY, "T1"),
    "remove_profile": lambda admin: admin.remove_profile("shop", KEY),
    "add_opt_outs": lambda admin: admin.add_opt_outs(None, [RECEIVER]),
    "remove_opt_outs": lambda admin: admin.remove_opt_outs(None, [RECEIVER]),
    "confirm_clock": lambda admin: admin.confirm_clock(),
    "rise_above": lambda admin: admin.rise_above(10),
    "doubt_queued": lambda admin: admin.doubt_queued(),
    "close_account": lambda admin: admin.close_account("shop"),
}
"""Every verb that changes something, in an order in which each can."""


def public_verbs() -> set[str]:
    """What an operator's tool may ask of the store."""
    found = {name for one in Admin.__mro__ for name in vars(one) if not name.startswith("_") and one is not object}
    return {name for name in found if callable(getattr(Admin, name))}


def test_every_verb_of_the_operator_either_reads_or_leaves_an_entry(tmp_path: Path) -> None:
    assert public_verbs() - {"close"} == READING | CHANGING.keys(), "a new verb belongs into one of the two"
    with Admin(tmp_path, tool="samlink test") as admin:
        for count, do in enumerate(CHANGING.values(), 1):
            do(admin)
            assert [entry.verb for entry in reversed(admin.trail())] == list(CHANGING)[:count]
        entries = admin.trail()
        assert all(entry.old or entry.new for entry in entries)
        assert {entry.tool for entry in entries} == {"samlink test"}
        assert all(entry.who for entry in entries)


def test_an_entry_says_what_was_and_what_is(tmp_path: Path) -> None:
    with Admin(tmp_path, clock=lambda: NOW) as admin:
        admin.add_account(account("shop", sms_cost=9), SECRET)
        admin.set_account("shop", {"sms_cost": 7, "batch_limit": 30})
        entry = admin.trail("shop")[0]
        assert (entry.account_id, entry.old, entry.new) == ("shop", {"sms_cost": 9}, {"sms_cost": 7})
        admin.change_password("shop", SECRET, old_for_ms=0)
        assert admin.trail()[0].new == {"password_no": 2, "old_password_until_ms": NOW}


def test_no_secret_and_no_receiver_is_in_it(tmp_path: Path) -> None:
    with Admin(tmp_path) as admin:
        for do in CHANGING.values():
            do(admin)
        everything = repr(admin.trail())
    assert "010-****-5432" in everything
    for secret in (RECEIVER, RECEIVER[1:], SECRET, "argon2"):
        assert secret not in everything


def test_what_changes_nothing_or_fails_leaves_nothing(tmp_path: Path) -> None:
    with Admin(tmp_path) as admin:
        admin.add_account(account("shop"), SECRET)
        admin.add_senders("shop", [SENDER])
        before = admin.trail()
        admin.set_account("shop", {"batch_limit": 30})
        admin.add_senders("shop", [SENDER])
        admin.set_account("shop", {}, end_old_password=True)
        failing: list[Verb] = [
            lambda admin: admin.set_account("shop", {"batch_limit": 0}),
            lambda admin: admin.add_account(account("shop"), SECRET),
            lambda admin: admin.remove_filter("shop", 5),
            lambda admin: admin.close_account("nobody"),
        ]
        for do in failing:
            with pytest.raises(StoreError):
                do(admin)
        assert admin.trail() == before


@pytest.mark.parametrize("statement", ["UPDATE trail SET who = 'nobody'", "DELETE FROM trail"])
def test_it_is_never_rewritten(tmp_path: Path, statement: str) -> None:
    with Admin(tmp_path) as admin:
        admin.add_account(account("shop"), SECRET)
    db = open_database(tmp_path)
    with pytest.raises(apsw.ConstraintError, match="append-only"):
        db.execute(statement)
    db.close()


def test_entries_come_in_pages_and_by_account(tmp_path: Path) -> None:
    with Admin(tmp_path) as admin:
        for id in ("one", "two"):
            admin.add_account(account(id), SECRET)
            for cost in range(3):
                admin.set_account(id, {"sms_cost": cost})
        admin.close_account("one")
        assert [entry.no for entry in admin.trail("two")] == [8, 7, 6, 5]
        assert [entry.no for entry in admin.trail(limit=2)] == [9, 8]
        assert [entry.no for entry in admin.trail(before=8, limit=2)] == [7, 6]


def test_two_who_change_parts_of_one_setting_do_not_undo_each_other(tmp_path: Path) -> None:
    """What is to change is worked out inside the transaction, from what is there then."""
    with Admin(tmp_path) as one, Admin(tmp_path) as other:
        one.add_account(account("shop"), SECRET)
        before = one.account("shop")
        other.set_account("shop", lambda now: {"rules": now.rules | {"user code": "on"}})
        changed = one.set_account("shop", lambda now: {"rules": now.rules | {"duplicate": "on"}})
        assert before.rules == {}
        assert changed.rules == {"user code": "on", "duplicate": "on"}


def test_who_is_named_behind_sudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "kim")
    with Admin(tmp_path) as admin:
        admin.add_account(account("shop"), SECRET)
        assert admin.trail()[0].who.endswith(" for kim")


def state_of(admin: Admin) -> tuple[Any, ...]:
    """What is known of passwords."""
    found = admin.account("shop")
    return found.password_no, found.old_password_until_ms


def test_two_passwords_overlap_until_a_time_or_a_word(tmp_path: Path) -> None:
    with Admin(tmp_path, clock=lambda: NOW) as admin:
        engine = admin._engine
        no = admin.add_account(account("shop"), "first").no
        assert state_of(admin) == (1, None)
        admin.change_password("shop", "second", old_for_ms=10)
        assert engine.accounts.account("shop") == (admin.account("shop"), "second")
        assert [engine.accounts.old_password(no, at) for at in (NOW, NOW + 9, NOW + 10)] == ["first", "first", None]
        admin.change_password("shop", "third", old_for_ms=20)
        assert engine.accounts.old_password(no, NOW) == "second"
        admin.set_account("shop", {}, end_old_password=True)
        assert (state_of(admin), engine.accounts.old_password(no, NOW)) == ((3, None), None)
        admin.change_password("shop", "fourth")
        assert (state_of(admin), engine.accounts.old_password(no, NOW)) == ((4, None), None)
        known = admin.account("shop")
    assert [known.accepts_password(number, NOW) for number in (3, 4, 5)] == [False, True, False]
