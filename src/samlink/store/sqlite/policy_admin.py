"""The command line's verbs about what rules look up; a part of `Admin`."""

from collections.abc import Iterable

from samlink.core.kakao import Profile, Template
from samlink.store.contract import EVERYONE, FilterRow
from samlink.store.sqlite.engine import Engine
from samlink.store.sqlite.policies import opt_out_numbers
from samlink.store.sqlite.transactions import Transactions, account_number


def _holder(engine: Engine, account_id: str | None) -> int:
    return EVERYONE if account_id is None else account_number(engine, account_id)


class PolicyAdmin(Transactions):
    """Each method is one transaction of its own; all raise StoreError with a plain sentence.

    `account_id` None, where it may be, stands for everyone.
    """

    # -- senders
    def senders(self, account_id: str) -> list[str]:
        """The account's registered sender numbers."""
        with self._reading() as engine:
            return engine.senders(account_number(engine, account_id))

    def add_senders(self, account_id: str, numbers: Iterable[str], now_ms: int) -> int:
        """Register sender numbers, all or none; how many are new."""
        with self._transaction() as engine:
            no = account_number(engine, account_id)
            return sum(engine.add_sender(no, number, now_ms) for number in numbers)

    def remove_sender(self, account_id: str, number: str) -> None:
        """Take a sender number off the register."""
        with self._transaction() as engine:
            engine.remove_sender(account_number(engine, account_id), number)

    # -- filters
    def filters(self, account_id: str) -> list[FilterRow]:
        """The account's filters."""
        with self._reading() as engine:
            return engine.filters(account_number(engine, account_id))

    def add_filter(self, account_id: str, kind: str, value: str) -> bool:
        """Add a filter of `sender`, `receiver` or `words`; whether it is new."""
        with self._transaction() as engine:
            return engine.add_filter(account_number(engine, account_id), kind, value)

    def remove_filter(self, account_id: str, no: int) -> None:
        """Remove a filter by its number."""
        with self._transaction() as engine:
            engine.remove_filter(account_number(engine, account_id), no)

    # -- Kakao
    def profiles(self, account_id: str) -> list[Profile]:
        """The Kakao channels that the account may send from."""
        with self._reading() as engine:
            return engine.profiles(account_number(engine, account_id))

    def put_profile(self, account_id: str, profile: Profile) -> None:
        """Add a profile, or change the one of its sender key."""
        with self._transaction() as engine:
            engine.put_profile(account_number(engine, account_id), profile)

    def remove_profile(self, account_id: str, sender_key: str) -> None:
        """Remove a profile with its templates."""
        with self._transaction() as engine:
            engine.remove_profile(account_number(engine, account_id), sender_key)

    def templates(self, account_id: str) -> list[Template]:
        """The approved templates of all the account's profiles."""
        with self._reading() as engine:
            return engine.templates(account_number(engine, account_id))

    def put_template(self, account_id: str, template: Template) -> None:
        """Add a template, or change the one of its code."""
        with self._transaction() as engine:
            engine.put_template(account_number(engine, account_id), template)

    def remove_template(self, account_id: str, sender_key: str, code: str) -> None:
        """Remove a template."""
        with self._transaction() as engine:
            engine.remove_template(account_number(engine, account_id), sender_key, code)

    # -- opt-outs
    def add_opt_outs(self, account_id: str | None, numbers: Iterable[str], now_ms: int) -> int:
        """Add receivers that opted out, all or none; how many are new. A million take a second or two."""
        packed = opt_out_numbers(numbers)  # before the transaction, which holds up the gateway's
        with self._transaction() as engine:
            return engine.add_opt_outs(_holder(engine, account_id), packed, now_ms)

    def remove_opt_out(self, account_id: str | None, number: str) -> None:
        """Let the number be written to again."""
        with self._transaction() as engine:
            engine.remove_opt_out(_holder(engine, account_id), number)

    def opt_outs(self, account_id: str | None, *, after: str = "", limit: int = 50) -> list[str]:
        """Numbers that have opted out, in order, those after `after`."""
        with self._reading() as engine:
            return engine.opt_outs(_holder(engine, account_id), after, limit)

    def opted_out(self, account_id: str | None, number: str) -> bool:
        """Whether the number is in this list."""
        with self._reading() as engine:
            return engine.opted_out(_holder(engine, account_id), number)
