"""What the admission rules look up: registered senders, filters, Kakao's profiles and templates, opt-outs."""

import array
import re
import sys
from collections.abc import Iterable
from typing import Any, Final

import apsw

from samlink.core.kakao import Profile, Template
from samlink.store.contract import FilterRow, PolicyRows, PolicyVersion, StoreError
from samlink.store.contract.problems import profile_unknown
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.verbs import Verbs
from samlink.vocabulary.numbers import mask_number
from samlink.vocabulary.problem import N_

SQL: Final = statements.load("policy")
PAGE: Final = 500_000
"""Opt-outs that are read in one step."""

_NUMBER: Final = re.compile(r"0[1-9]\d{0,10}", re.ASCII)


def opt_out_number(number: str) -> int:
    """`number` as it is kept: without its leading zero. Raises StoreError for what is no number of a person."""
    if not _NUMBER.fullmatch(number):
        template = N_("an opt-out is a number of 2 to 12 digits with its leading zero, not {number}")
        raise StoreError("store.opt_out_malformed", template, number=repr(number[:20]))
    return int(number)


def opt_out_numbers(numbers: Iterable[str]) -> "array.array[int]":
    """Many of them, ascending and each once. Raises StoreError for the first that is malformed."""
    return array.array("q", sorted({opt_out_number(number) for number in numbers}))


class Policies(Verbs):
    """The verbs about what rules look up; each change counts up the account's version."""

    # -- for the gateway
    def policy_versions(self) -> list[PolicyVersion]:
        return [PolicyVersion(*row) for row in self._db.execute(SQL["versions"])]

    def policy(self, account: int, with_opt_outs: bool) -> PolicyRows:
        # The version first: what changes from here on makes it older than the store's, and is read again.
        found: list[tuple[Any, ...]] = self._db.execute(SQL["version"], (account,)).fetchall()
        return PolicyRows(
            version=PolicyVersion(*found[0]) if found else PolicyVersion(account, 0, 0),
            senders=tuple(self.senders(account)),
            filters=tuple(self.filters(account)),
            profiles=tuple(self.profiles(account)),
            templates=tuple(self.templates(account)),
            opted_out=self._packed_opt_outs(account) if with_opt_outs else None,
        )

    def _packed_opt_outs(self, account: int) -> bytes:
        packed: list[bytes] = []
        last: int | None = 0
        while last is not None:
            rows: list[tuple[Any, ...]] = self._db.execute(SQL["packed_opt_outs"], (account, last, PAGE)).fetchall()
            page, last = rows[0]
            packed.append(page or b"")
        numbers = array.array("Q", b"".join(packed))
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers.tobytes()

    # -- senders
    def senders(self, account: int) -> list[str]:
        """The account's registered sender numbers."""
        return [row[0] for row in self._db.execute(SQL["senders"], (account,))]

    def add_sender(self, account: int, number: str, now_ms: int) -> bool:
        """Register a sender number; whether it is new."""
        return self._change(account, "add_sender", (account, number, now_ms))

    def remove_sender(self, account: int, number: str) -> None:
        """Raises StoreError when it is not registered."""
        if not self._change(account, "remove_sender", (account, number)):
            raise StoreError("store.sender_unknown", N_("the sender {number} is not registered"), number=number)

    # -- filters
    def filters(self, account: int) -> list[FilterRow]:
        """The account's filters, in the order they were made."""
        return [FilterRow(*row) for row in self._db.execute(SQL["filters"], (account,))]

    def add_filter(self, account: int, kind: str, value: str) -> bool:
        """Add a filter of `sender`, `receiver` or `words`; whether it is new."""
        return self._change(account, "add_filter", (account, kind, value))

    def remove_filter(self, account: int, no: int) -> None:
        """Remove a filter by its number. Raises StoreError when the account has none of it."""
        if not self._change(account, "remove_filter", (account, no)):
            raise StoreError("store.filter_unknown", N_("there is no filter {no}"), no=no)

    # -- Kakao
    def profiles(self, account: int) -> list[Profile]:
        """The Kakao channels that the account may send from."""
        rows = self._db.execute(SQL["profiles"], (account,))
        return [Profile(str(key), str(name), bool(blocked)) for key, name, blocked in rows]

    def put_profile(self, account: int, profile: Profile) -> None:
        """Add a profile, or change the one of its sender key."""
        self._change(account, "put_profile", (account, profile.sender_key, profile.name, int(profile.blocked)))

    def remove_profile(self, account: int, sender_key: str) -> None:
        """Remove a profile with its templates. Raises StoreError when there is none."""
        if not self._change(account, "remove_profile", (account, sender_key)):
            raise profile_unknown(sender_key)

    def templates(self, account: int) -> list[Template]:
        """The approved templates of all the account's profiles."""
        rows = self._db.execute(SQL["templates"], (account,))
        return [
            Template(str(key), str(code), str(text), str(buttons), bool(blocked))
            for key, code, text, buttons, blocked in rows
        ]

    def put_template(self, account: int, template: Template) -> None:
        """Add a template, or change the one of its code. Raises StoreError when the account has not the profile."""
        row = (template.sender_key, template.code, template.text, template.buttons, int(template.blocked))
        if all(profile.sender_key != template.sender_key for profile in self.profiles(account)):
            raise profile_unknown(template.sender_key)
        self._change(account, "put_template", (account, *row))

    def remove_template(self, account: int, sender_key: str, code: str) -> None:
        """Raises StoreError when there is none."""
        if not self._change(account, "remove_template", (account, sender_key, code)):
            template = N_("the profile {key} has no template {code}")
            raise StoreError("store.template_unknown", template, key=sender_key, code=code)

    # -- opt-outs
    def add_opt_outs(self, account: int, numbers: "array.array[int]", now_ms: int) -> int:
        """Add what `opt_out_numbers` made, to the account's list or (0) to everyone's; how many are new."""
        if not numbers:
            return 0
        self._db.execute(SQL["add_opt_outs"], {"account": account, "numbers": apsw.carray(numbers), "now": now_ms})
        if new := self._db.changes():
            self._db.execute(SQL["opt_outs_changed"], (account,))
        return new

    def remove_opt_out(self, account: int, number: str) -> None:
        """Raises StoreError when the number has not opted out there."""
        self._db.execute(SQL["remove_opt_out"], (account, opt_out_number(number)))
        if not self._db.changes():
            raise StoreError("store.opt_out_unknown", N_("{number} has not opted out here"), number=mask_number(number))
        self._db.execute(SQL["opt_outs_changed"], (account,))

    def opt_outs(self, account: int, after: str, limit: int) -> list[str]:
        """Up to `limit` numbers that have opted out, in order, those after `after` (empty: from the first)."""
        last = opt_out_number(after) if after else 0
        return [f"0{row[0]}" for row in self._db.execute(SQL["opt_outs"], (account, last, limit))]

    def opted_out(self, account: int, number: str) -> bool:
        """Whether the number is in this list; everyone's list is one of its own."""
        return bool(self._db.execute(SQL["opted_out"], (account, opt_out_number(number))).fetchall())

    # -- inside
    def _change(self, account: int, statement: str, bindings: tuple[Any, ...]) -> bool:
        """Do it and count the version up; whether anything changed."""
        try:
            self._db.execute(SQL[statement], bindings)
        except apsw.ConstraintError as error:
            raise StoreError("store.entry_malformed", N_("that cannot be: {why}"), why=str(error)) from error
        changed = bool(self._db.changes())
        if changed:
            self._db.execute(SQL["lists_changed"], (account,))
        return changed
