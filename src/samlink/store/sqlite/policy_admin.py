"""The command line's verbs about what rules look up; a part of `Admin`."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import asdict

from samlink.core.kakao import Profile, Template
from samlink.store.contract import EVERYONE, FilterRow
from samlink.store.sqlite.engine.admin.policies import opt_out_numbers
from samlink.store.sqlite.engine.engine import Engine
from samlink.store.sqlite.transactions import Transactions, account_number
from samlink.vocabulary.numbers import mask_number


def _holder(engine: Engine, account_id: str | None) -> int:
    return EVERYONE if account_id is None else account_number(engine, account_id)


def _filter(kind: str, value: str) -> dict[str, str]:
    return {f"filter {kind}": value if kind == "words" else mask_number(value)}


def _by_name(what: str, rows: Sequence[Profile | Template]) -> dict[str, Any]:
    return {f"{what} {name}": value for row in rows for name, value in asdict(row).items()}


def _templates(engine: Engine, account: int, sender_key: str, code: str) -> list[Template]:
    return [
        known for known in engine.policies.templates(account) if (known.sender_key, known.code) == (sender_key, code)
    ]


class PolicyAdmin(Transactions):
    """See `samlink.store.contract.admin.AdminStore`; each method is one transaction of its own."""

    # -- senders
    def senders(self, account_id: str) -> list[str]:
        with self._reading() as engine:
            return engine.policies.senders(account_number(engine, account_id))

    def add_senders(self, account_id: str, numbers: Iterable[str]) -> int:
        with self._changing("add_senders") as (engine, change):
            no = account_number(engine, account_id)
            added = [number for number in numbers if engine.policies.add_sender(no, number, self._clock())]
            change.of(no, {}, {"senders": added} if added else {})
            return len(added)

    def remove_senders(self, account_id: str, numbers: Iterable[str]) -> None:
        with self._changing("remove_senders") as (engine, change):
            no = account_number(engine, account_id)
            gone = list(dict.fromkeys(numbers))
            for number in gone:
                engine.policies.remove_sender(no, number)
            change.of(no, {"senders": gone}, {})

    # -- filters
    def filters(self, account_id: str) -> list[FilterRow]:
        with self._reading() as engine:
            return engine.policies.filters(account_number(engine, account_id))

    def add_filter(self, account_id: str, kind: str, value: str) -> bool:
        with self._changing("add_filter") as (engine, change):
            no = account_number(engine, account_id)
            added = engine.policies.add_filter(no, kind, value)
            change.of(no, {}, _filter(kind, value) if added else {})
            return added

    def remove_filter(self, account_id: str, no: int) -> None:
        with self._changing("remove_filter") as (engine, change):
            account = account_number(engine, account_id)
            known = {row.no: row for row in engine.policies.filters(account)}
            engine.policies.remove_filter(account, no)
            change.of(account, _filter(known[no].kind, known[no].value), {})

    # -- Kakao
    def profiles(self, account_id: str) -> list[Profile]:
        with self._reading() as engine:
            return engine.policies.profiles(account_number(engine, account_id))

    def put_profile(self, account_id: str, profile: Profile) -> None:
        with self._changing("put_profile") as (engine, change):
            no = account_number(engine, account_id)
            before = [known for known in engine.policies.profiles(no) if known.sender_key == profile.sender_key]
            engine.policies.put_profile(no, profile)
            change.of(no, _by_name("profile", before), _by_name("profile", [profile]))

    def remove_profile(self, account_id: str, sender_key: str) -> None:
        with self._changing("remove_profile") as (engine, change):
            no = account_number(engine, account_id)
            gone = [known for known in engine.policies.profiles(no) if known.sender_key == sender_key]
            with_it = [known for known in engine.policies.templates(no) if known.sender_key == sender_key]
            engine.policies.remove_profile(no, sender_key)
            change.of(no, _by_name("profile", gone) | {"templates": [known.code for known in with_it]}, {})

    def templates(self, account_id: str) -> list[Template]:
        with self._reading() as engine:
            return engine.policies.templates(account_number(engine, account_id))

    def put_template(self, account_id: str, template: Template) -> None:
        with self._changing("put_template") as (engine, change):
            no = account_number(engine, account_id)
            before = _templates(engine, no, template.sender_key, template.code)
            engine.policies.put_template(no, template)
            change.of(no, _by_name("template", before), _by_name("template", [template]))

    def remove_template(self, account_id: str, sender_key: str, code: str) -> None:
        with self._changing("remove_template") as (engine, change):
            no = account_number(engine, account_id)
            gone = _templates(engine, no, sender_key, code)
            engine.policies.remove_template(no, sender_key, code)
            change.of(no, _by_name("template", gone), {})

    # -- opt-outs
    def add_opt_outs(self, account_id: str | None, numbers: Iterable[str]) -> int:
        packed = opt_out_numbers(numbers)  # before the transaction, which holds up the gateway's
        with self._changing("add_opt_outs") as (engine, change):
            no = _holder(engine, account_id)
            new = engine.policies.add_opt_outs(no, packed, self._clock())
            shown = {"opt_out": mask_number(f"0{packed[0]}")} if len(packed) == 1 else {"opt_outs": new}
            change.of(no, {}, shown if new else {})
            return new

    def remove_opt_outs(self, account_id: str | None, numbers: Iterable[str]) -> None:
        with self._changing("remove_opt_outs") as (engine, change):
            no = _holder(engine, account_id)
            gone = list(dict.fromkeys(numbers))
            for number in gone:
                engine.policies.remove_opt_out(no, number)
            change.of(no, {"opt_out": mask_number(gone[0])} if len(gone) == 1 else {"opt_outs": len(gone)}, {})

    def opt_outs(self, account_id: str | None, *, after: str = "", limit: int = 50) -> list[str]:
        with self._reading() as engine:
            return engine.policies.opt_outs(_holder(engine, account_id), after, limit)

    def opted_out(self, account_id: str | None, number: str) -> bool:
        with self._reading() as engine:
            return engine.policies.opted_out(_holder(engine, account_id), number)
