"""The command line's side of the store."""

import functools
import re
from collections.abc import Mapping
from pathlib import Path

import apsw
import pytest

from samlink.core.account import FeeType
from samlink.core.message import State
from samlink.store.contract import StoreError
from samlink.store.sqlite.admin import Admin
from samlink.testing.conformance.sample import LEASE, NOW, PRICE, TOKEN, account, at, claimed, failed
from tests.store.sample import audit, opened


def test_an_account_is_added_changed_and_closed(tmp_path: Path) -> None:
    with Admin(tmp_path) as admin:
        added = admin.add_account(account(allow=("10.0.0.0/8",)), "hash")
        assert added == account(no=1, allow=("10.0.0.0/8",))
        changed = admin.set_account("demo", {"batch_limit": 300, "variable": False, "allow": ()})
        assert changed == account(no=1, batch_limit=300, variable=False)
        assert admin.account("demo") == changed
        admin.close_account("demo")
        with pytest.raises(StoreError, match="there is no account demo"):
            admin.account("demo")
        assert [known.closed for known in admin.accounts()] == [True]
        assert admin.add_account(account(balance=0), "hash").no == 2
    assert audit(tmp_path) == []


def test_what_cannot_be_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with Admin(tmp_path) as admin:
        admin.add_account(account(balance=10), "hash")
        with pytest.raises(StoreError, match="there is an account demo already"):
            admin.add_account(account(), "hash")
        with pytest.raises(StoreError, match="out of range"):
            admin.add_account(account("x" * 21), "hash")
        with pytest.raises(StoreError, match="out of range"):
            admin.set_account("demo", {"batch_limit": 0})
        with pytest.raises(StoreError, match="no setting balance"):
            admin.set_account("demo", {"balance": 5})
        for missing in (admin.close_account, lambda id: admin.top_up(id, 1, "")):
            with pytest.raises(StoreError, match="there is no account nobody"):
                missing("nobody")
        with pytest.raises(StoreError, match="below zero"):
            admin.top_up("demo", -11, "")
        assert admin.account("demo").balance == 10
    assert audit(tmp_path) == []


def test_a_debt_cannot_become_prepaid(tmp_path: Path) -> None:
    with Admin(tmp_path) as admin:
        admin.add_account(account(balance=0, fee_type=FeeType.POSTPAID), "hash")
        admin.top_up("demo", -5, "a correction")
        with pytest.raises(StoreError):
            admin.set_account("demo", {"fee_type": FeeType.PREPAID})


async def test_the_ledger_says_what_happened(tmp_path: Path) -> None:
    with Admin(tmp_path) as admin:
        demo = admin.add_account(account(), "hash").no
        async with opened(tmp_path) as store:
            (claim, *_) = await claimed(store, demo, 3)
            await store.settle([failed(claim.id)])
        assert admin.top_up("demo", 7, "by transfer") == 998 * PRICE + 7
        lines = [(line.cause, line.amount, line.messages, line.message, line.note) for line in admin.ledger("demo")]
        assert lines == [
            ("top-up", 7, 0, None, "by transfer"),
            ("refund", PRICE, 1, claim.id, ""),
            ("charge", -3 * PRICE, 3, None, ""),
            ("top-up", 1_000 * PRICE, 0, None, "first balance"),
        ]
        assert [line.cause for line in admin.ledger("demo", before=admin.ledger("demo")[1].no)] == ["charge", "top-up"]
        assert admin.counts()[State.SENDING] == 2
        assert [view.state for view in admin.find("demo", receiver="01000000000")] == [State.DONE]


TAMPERINGS = {
    "UPDATE account SET balance = balance + 1": "account demo .* its ledger sums up to",
    "UPDATE message SET price = price + 1 WHERE id = [2]": "ledger entry 2 charges account number 1",
    "UPDATE message SET charge = 1 WHERE id = [2]": "message [2] names ledger entry 1, which is not a charge",
    "UPDATE message SET charged = 0 WHERE id = [2]": "message [2] is not charged, but its price",
    "UPDATE message SET charged = 1 WHERE id = [1]": "refunds message [1], which is not owed that",
    "DELETE FROM content WHERE id = [3]": "message [3] waits, but has no content",
    "INSERT INTO early_result VALUES ('sim', 'r[3]', 6, 1, '', 1, '', 1)": "message [3] waits, although carrier sim",
    "UPDATE message SET parent = [1] WHERE id = [2]": "message [2] stands in for message [1], and the two do not agree",
    "UPDATE message SET fallback = [3] WHERE id = [2]": "message [2] waits for message [3], which does not stand in",
    "UPDATE usage SET messages = 4": r"account number 1 has -1 messages on 2025-06-16 against those",
    "UPDATE message SET counted = 0 WHERE id = [1]": r"account number 1 has -1 messages",
    "DELETE FROM report WHERE message = [1]": "message [1] has a result, and its report does not agree",
    "UPDATE message SET reported_at_ms = 1 WHERE id = [2]": "message [2] has a result, and its report does not agree",
    "INSERT INTO report VALUES (1, 1, 1, 99, NULL, NULL, 0)": "message 99 has a result, and its report does not agree",
    "DROP TRIGGER ledger_is_never_deleted; DELETE FROM ledger WHERE cause = 'refund'": "was not refunded",
}
"""Numbers in brackets are the messages, by the order in which they were accepted."""


def with_ids(text: str, ids: Mapping[str, str]) -> str:
    """`text` with the messages' ids in the place of the numbers in brackets."""
    return functools.reduce(lambda done, place: done.replace(place, ids[place]), ids, text)


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_audit_finds_what_does_not_agree(tmp_path: Path, tampering: str) -> None:
    with Admin(tmp_path) as admin:
        demo = admin.add_account(account(), "hash").no
    async with opened(tmp_path) as store:
        claims = await claimed(store, demo, 3)
        await store.submitted(1, [(claim.id, "sim", f"r{claim.id}") for claim in claims], 0)
        await store.settle([failed(claims[0].id), failed(claims[1].id, charged=True)])
    assert audit(tmp_path) == []
    db = apsw.Connection(str(tmp_path / "samlink.db"))
    ids = {f"[{place}]": str(claim.id) for place, claim in enumerate(claims, 1)}
    db.execute(with_ids(tampering, ids))
    db.close()
    found = audit(tmp_path)
    assert any(re.search(with_ids(TAMPERINGS[tampering], ids), sentence) for sentence in found), found


PRUNED_TAMPERINGS = {
    "UPDATE pruned_charge SET total = total + 1": "ledger entry 2 charges account number 1",
    "DELETE FROM pruned_charge": "3 messages, but 0 messages",
    "UPDATE pruned_charge SET refunds = 2": r"account number 1 had -1 refunds of 0.00 won against",
    "UPDATE pruned_charge SET refunded_total = 0": r"account number 1 had \+0 refunds of 20.00 won against",
    "UPDATE usage SET pruned = 2": r"account number 1 has -1 messages on 2025-06-16",
}


@pytest.mark.parametrize("tampering", PRUNED_TAMPERINGS)
async def test_audit_proves_what_was_pruned_too(tmp_path: Path, tampering: str) -> None:
    with Admin(tmp_path) as admin:
        demo = admin.add_account(account(), "hash").no
    async with opened(tmp_path) as store:
        ids = [claim.id for claim in await claimed(store, demo, 3)]
        await at(store, NOW).settle([failed(id, charged=id != ids[0]) for id in ids], taking=LEASE)
        await at(store, NOW).delivered(TOKEN, ids)
        assert await at(store, NOW + 1).prune(0, 10) == 3
    assert audit(tmp_path) == []
    db = apsw.Connection(str(tmp_path / "samlink.db"))
    db.execute(tampering)
    db.close()
    found = audit(tmp_path)
    assert any(re.search(PRUNED_TAMPERINGS[tampering], sentence) for sentence in found), found
