"""The duplicate block, on each kind of database: who goes, who does not, and for how long."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from samlink.agent.ddl import create_rule_tables
from samlink.agent.errors import TableError
from samlink.agent.judge.duplicates import Duplicates, digest_of
from samlink.agent.judge.judge import Judge
from samlink.agent.judge.rules import Terms
from samlink.agent.judge.verdict import Follows, Refused
from samlink.agent.tables.rows import Claimed
from samlink.client import Message
from samlink.vocabulary.services import Service
from tests.agent.customer import NOW, Customer, lease

SECONDS = 60
TERMS = Terms(duplicate_seconds=SECONDS)


def new_judge(customer: Customer) -> Judge:
    """What a new agent judges by."""
    create_rule_tables(customer.engine, TERMS, "UShot")
    return Judge(customer.engine, TERMS, "UShot")


def claimed(customer: Customer, now: float = NOW, random: bytes = b"first") -> list[Claimed]:
    """All rows that wait."""
    return customer.sms.claim(lease(now, random), 100)


def verdicts(judge: Judge, rows: list[Claimed], now: float = NOW) -> list[Any]:
    """What becomes of rows: `send`, a code, or `follow`."""
    words = []
    for _, verdict in judge.judged(rows, lambda _: Service.SMS, now):
        words.append(int(verdict.code) if isinstance(verdict, Refused) else type(verdict).__name__)
    return words


SEND, FOLLOW = Message.__name__, Follows.__name__


def test_the_first_of_equal_rows_goes(customer: Customer) -> None:
    customer.insert(2)
    customer.insert(Receiver="01099998888")
    customer.insert(Msg="다른 글")
    customer.insert(Receiver="010-1234-5678")
    judge = new_judge(customer)
    assert verdicts(judge, claimed(customer)) == [SEND, FOLLOW, SEND, SEND, FOLLOW]


def test_a_row_that_equals_one_of_an_earlier_claim_is_a_duplicate_while_the_time_lasts(customer: Customer) -> None:
    for later, verdict in ((0, SEND), (SECONDS, 74), (SECONDS + 1, SEND)):
        customer.insert()
        rows = claimed(customer, NOW + later, b"%05d" % later)
        assert verdicts(new_judge(customer), rows, NOW + later) == [verdict], "a new agent each time, as after a crash"


def test_a_row_that_is_taken_over_is_no_duplicate_of_itself(customer: Customer) -> None:
    customer.insert(2)
    judge = new_judge(customer)
    assert verdicts(judge, customer.sms.claim(lease(), 1)) == [SEND]
    again = customer.sms.claim_again(lease(NOW + 61), 10)
    assert verdicts(new_judge(customer), again) == [SEND]
    assert verdicts(judge, claimed(customer)) == [74], "the one that was taken over still stands in its way"


def test_a_row_that_was_not_sent_is_claimed_again_and_goes(customer: Customer) -> None:
    customer.insert(2)
    judge = new_judge(customer)
    rows = claimed(customer)
    assert verdicts(judge, rows) == [SEND, FOLLOW]
    judge.give_back([(row.group_id, row.message_id) for row in rows])
    customer.sms.release(rows, NOW)
    assert verdicts(judge, customer.sms.claim_again(lease(random=b"other"), 100)) == [SEND, FOLLOW]


def test_a_row_that_was_refused_stands_in_nobodys_way(customer: Customer) -> None:
    customer.insert(Sender="1")
    customer.insert()
    assert verdicts(new_judge(customer), claimed(customer)) == [76, SEND]


def test_agents_at_the_same_time_send_a_message_once(customer: Customer) -> None:
    customer.insert(40)
    judge = new_judge(customer)
    claims = [customer.sms.claim(lease(random=b"%05d" % number), 10) for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        found = [word for words in threads.map(lambda rows: verdicts(judge, rows), claims) for word in words]
    assert found.count(SEND) == 1
    assert set(found) == {SEND, FOLLOW, 74}


def test_digests_are_forgotten(customer: Customer) -> None:
    customer.insert()
    judge = new_judge(customer)
    verdicts(judge, claimed(customer))
    judge.forget(NOW + SECONDS)
    assert len(customer.values("ushotdigest", "digest")) == 2, "and one that everybody changes first"
    judge.forget(NOW + SECONDS + 1)
    assert len(customer.values("ushotdigest", "digest")) == 1


def test_a_table_of_digests_that_is_missing_is_named(customer: Customer) -> None:
    with pytest.raises(TableError, match="no table ushotdigest"):
        Duplicates(customer.engine, "UShot", SECONDS)


def test_a_digest_is_of_receiver_and_content() -> None:
    message = Message(to="01012345678", text="안녕", sender="15881234")
    same = Message(to="01012345678", text="안녕", sender="0212345678", user_code="7")
    others = [
        Message(to="01012345679", text="안녕"),
        Message(to="01012345678", text="안녕 "),
        Message(to="01012345678", text="안녕", subject="제목"),
        Message(to="01012345678", text="안녕", url="u"),
        Message(to="01012345678", text="안녕", files=("a.jpg",)),
    ]
    assert digest_of(message) == digest_of(same)
    assert len({digest_of(each) for each in (message, *others)}) == 6
