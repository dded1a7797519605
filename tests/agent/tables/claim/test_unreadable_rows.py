"""Rows that wait too long, and rows that no driver can read, on each kind of database."""

import pytest

from samlink.agent.driver_errors import ROW_ERRORS, is_about_a_value
from samlink.agent.judge.expired_rows import expire
from samlink.agent.tables.claim.unreadable_rows import set_aside
from tests.agent.customer import NOW, Customer, lease

UNREADABLE = {"sqlite": ("Msg", "CAST(x'ff' AS TEXT)"), "postgresql": ("TimeoutDT", "'infinity'")}
"""What a driver can make nothing of, and a customer can insert. MariaDB's hands over all that it has."""


def spoil(customer: Customer, id: int) -> bool:
    """Make a row unreadable, if that is possible."""
    if (found := UNREADABLE.get(customer.engine.dialect.name)) is None:
        return False
    column, value = found
    customer.run(f"UPDATE {customer.sms.name} SET {column} = {value} WHERE MsgID = {id}")
    return True


def states(customer: Customer) -> list[int]:
    """SendResult of each row, which can be read however odd the row is."""
    return [state for _, state in customer.values("UShotSMS", "MsgID", "SendResult")]


def test_rows_whose_timeout_passes_while_they_wait_are_told_so(customer: Customer) -> None:
    customer.insert(TimeoutDT="2025-06-16 00:06:40")
    customer.insert(TimeoutDT="2025-06-16 00:06:41")
    customer.insert()
    customer.insert(2, TimeoutDT="2025-06-15 00:00:00")
    assert expire(customer.sms, NOW, 2) == 2
    assert expire(customer.sms, NOW, 100) == 1
    assert expire(customer.sms, NOW, 100) == 0
    assert customer.states() == [75, 0, 0, 75, 75]
    assert expire(customer.tables["UShotMMS"], NOW, 100) == 0


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_is_no_timeout_does_not_pass(customer: Customer) -> None:
    for value in ("", "0000-00-00 00:00:00", "1999", "2025-02-30 00:00:00"):
        customer.insert(TimeoutDT=value)
    assert expire(customer.sms, NOW, 100) == 0


def test_a_row_that_cannot_be_read_is_set_aside_and_the_others_go(customer: Customer) -> None:
    customer.insert(9)
    odd = [id for id in (2, 7, 8) if spoil(customer, id)]
    if odd:
        with pytest.raises(ROW_ERRORS) as refused:
            customer.sms.claim(lease(), 100)
        assert is_about_a_value(refused.value)
    assert set_aside(customer.sms, 3, NOW) == [str(id) for id in odd if id < 4], "of the first page that has some"
    while set_aside(customer.sms, 3, NOW):
        assert states(customer).count(79) <= len(odd)
    assert [row.row_id for row in customer.sms.claim(lease(), 100)] == [id for id in range(1, 10) if id not in odd]
    assert [id for id, state in enumerate(states(customer), 1) if state == 79] == odd


def test_a_row_that_cannot_be_read_any_more_after_it_was_claimed_waits_for_its_result(customer: Customer) -> None:
    customer.insert(3)
    customer.sms.claim(lease(), 100)
    spoilt = spoil(customer, 2)
    assert set_aside(customer.sms, 100, NOW) == (["2"] if spoilt else [])
    assert len(customer.sms.claim_again(lease(NOW + 61), 100)) == (2 if spoilt else 3)
    assert states(customer) == [1, 1, 1]
