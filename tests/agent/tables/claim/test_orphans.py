"""Rows in the sending state that are nobody's, on each kind of database."""

import pytest

from samlink.agent.tables.claim import orphans
from samlink.agent.tables.schema.mapping import Field
from tests.agent.customer import NOW, Customer, lease


def test_only_rows_without_a_key_are_nobodys(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "PAGE", 2)
    customer.insert(5)
    sent = customer.sms.claim(lease(), 10)
    customer.sms.mark_sent([row.key for row in sent[:2]], NOW)
    # Another agent left these, and somebody set one of ours by hand whose result had come.
    customer.insert(4, SendResult=1)
    customer.sms.refuse([(sent[4], 79)], NOW)
    customer.run(f"UPDATE {customer.sms.name} SET SendResult = 1 WHERE MsgID = 5")
    customer.insert(1)
    assert orphans.orphans(customer.sms, 100) == [5, 6, 7, 8, 9]
    assert orphans.orphans(customer.sms, 3) == [5, 6, 7]


def test_a_decision_leaves_rows_alone_that_an_agent_holds(customer: Customer) -> None:
    customer.insert(1)
    customer.sms.claim(lease(), 10)
    customer.insert(2, SendResult=1)
    state = customer.sms.columns[Field.STATE]
    assert orphans.decide(customer.sms, [1, 2, 3, 4], {state: 0}) == [2, 3]
    assert customer.states() == [1, 0, 0]
