"""Rows that a gateway which is not samlink refuses with codes of its own: the row's trouble, never the table's."""

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from samlink.agent.flow.rejections import LONGEST_PAUSE, REMEMBERED, TIMES, Rejections
from samlink.agent.tables.rows import Claimed
from samlink.client import PacketRefusedError
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway
from samlink.vocabulary.responses import ResponseCode
from tests.agent.customer import Customer
from tests.agent.run.test_unknown_rows import STRANGER
from tests.agent.running import logged, running, until

BAD = "01099999999"


def rejected(*numbers: int) -> list[tuple[Claimed, PacketRefusedError]]:
    """Rows that were refused alone."""
    error = PacketRefusedError("20001", "RECEIVER ERROR", from_samlink=False)
    return [(Claimed(number, "G", str(number), {}), error) for number in numbers]


def heard(known: Rejections, *numbers: int, taken: int = 1) -> list[int]:
    """Rows that are given up after they were refused once more."""
    return [row.row_id for row, _ in known.hear(rejected(*numbers), taken)]


def test_a_row_is_given_up_when_it_is_refused_alone_for_the_third_time() -> None:
    known = Rejections()
    assert [heard(known, 1), heard(known, 1, 2), heard(known, 1, 2), heard(known, 2)] == [[], [], [1], [2]]
    [(_, refused)] = [known.hear(rejected(3), 1) for _ in range(TIMES)][-1]
    assert refused.code == 79
    assert "20001" in str(refused.reason)
    assert "RECEIVER ERROR" in str(refused.reason)


def test_while_nothing_is_taken_one_row_at_most_is_given_up_and_the_wait_grows() -> None:
    known = Rejections()
    rounds = [heard(known, 1, 2, 3, taken=0) for _ in range(TIMES)]
    assert rounds == [[], [], [1]]
    assert known.pause == 4
    assert heard(known, 2, 3, taken=0) == [2]
    for _ in range(10):
        heard(known, 3, 4, taken=0)
    assert known.pause == LONGEST_PAUSE
    assert heard(known, 5, taken=1) == []
    assert known.pause == 1


def test_what_another_feeder_had_taken_tells_that_the_gateway_is_well() -> None:
    known = Rejections()
    for _ in range(TIMES - 1):
        heard(known, 1, 2, taken=0)
    assert known.in_vain
    known.hear([], 1)
    assert not known.in_vain
    assert heard(known, 1, 2, taken=0) == [1, 2]


def test_what_is_remembered_is_bounded() -> None:
    known = Rejections()
    for _ in range(TIMES - 1):
        heard(known, 0)
    heard(known, *range(1, REMEMBERED + 1))
    assert heard(known, 0) == [], "it is counted anew"


def odd(gateway: ScriptedGateway) -> None:
    """A vendor with codes of its own, which does not take one receiver."""
    gateway.name = STRANGER
    gateway.refuses = lambda record: record.receiver == BAD
    gateway.results_by_themselves = True


async def test_one_row_that_a_stranger_refuses_stops_no_other_and_gets_79(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    odd(gateway)
    customer.insert(2)
    customer.insert(Receiver=BAD)
    customer.insert(2)
    with capture_logs() as lines:
        async with running(url, gateway.settings()):
            await until(lambda: len(logged(customer)) == 5)
    assert [row["sendresult"] for row in logged(customer)] == [6, 6, 79, 6, 6]
    [line] = [line for line in lines if line["event"] == "row_refused"]
    assert ResponseCode.BAD_FIELD in line["reason"]
    assert "bad field" in line["reason"], "the vendor's words"
    alone = [request for request in gateway.requests if [record.receiver for record in request.records] == [BAD]]
    assert len(alone) == TIMES


async def test_a_single_row_that_a_stranger_refuses_gets_79(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    odd(gateway)
    customer.insert(Receiver=BAD)
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer)) == 1)
    assert [row["sendresult"] for row in logged(customer)] == [79]
    assert len(gateway.requests) == TIMES


async def test_more_rejected_rows_than_one_claim_holds_do_not_stop_the_table(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    odd(gateway)
    customer.insert(6, Receiver=BAD)
    customer.insert(2)
    async with running(url, gateway.settings(), rows=4, claims=1):
        await until(lambda: len(logged(customer)) == 8)
    assert sorted(row["sendresult"] for row in logged(customer)) == [6, 6, *[79] * 6]
    first_good = next(n for n, request in enumerate(gateway.requests) if request.records[-1].receiver != BAD)
    alone = [request for request in gateway.requests[:first_good] if len(request.records) == 1]
    assert len(alone) < 2 * 4 + 1, "good rows were tried in the second round"


@pytest.mark.parametrize("code", [ResponseCode.BAD_FIELD, ResponseCode.LOGIN_FAILED, ResponseCode.OVERLOADED])
async def test_what_a_stranger_refuses_for_a_while_goes_afterwards(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, code: ResponseCode
) -> None:
    """None of its codes means what one of ours does."""
    gateway.name = STRANGER
    gateway.results_by_themselves = True
    gateway.steps.extend([Refuse(code)] * 4)
    customer.insert(2)
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer)) == 2)
    assert [row["sendresult"] for row in logged(customer)] == [6, 6]


async def test_nothing_is_halved_or_given_up_where_that_is_set(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    odd(gateway)
    customer.insert()
    customer.insert(Receiver=BAD)
    async with running(url, gateway.settings(halve_refused=False)):
        await gateway.until(lambda: len(gateway.requests) > 2 * TIMES)
        assert {row["sendresult"] for row in customer.rows()} == {1}
        gateway.refuses = lambda _: False
        await until(lambda: len(logged(customer)) == 2)
