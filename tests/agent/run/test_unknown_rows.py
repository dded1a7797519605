"""Rows whose outcome is unknown, on each kind of database: never sent again by themselves, settled by their result or
by a person."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs
from structlog.typing import EventDict

from samlink.agent.agent import Agent
from samlink.agent.errors import SettingsError
from samlink.agent.flow.collector import Collector
from samlink.agent.tables.claim import links
from samlink.agent.tables.rows import RowResult
from samlink.agent.tables.settle.results import settle
from samlink.agent.unknown_rows import UnknownRows
from samlink.client import ByPeer, ClientSettings, Receiver, Sender, Service, Version
from samlink.client._terms import LoginTerms
from samlink.testing.pictures import jpeg
from samlink.testing.scripted_gateway import ScriptedGateway, Step, result_of
from samlink.testing.tolerance.vendor import HOST, Habits, Reply, Vendor, frame
from tests.agent.customer import NOW, Customer, lease
from tests.agent.running import logged, running, settings, until

DAY = 24 * 3600
STRANGER = ""
"""What a gateway that is not samlink says that it is."""


@pytest.fixture
def unknown_rows(customer: Customer, url: sa.URL) -> Iterator[UnknownRows]:
    """What a person decides with."""
    unknown_rows = UnknownRows(settings(url))
    yield unknown_rows
    unknown_rows.close()


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    """What is logged."""
    with capture_logs() as lines:
        yield lines


def unknown(customer: Customer, count: int = 1, now: float = NOW) -> list[tuple[str, str]]:
    """Rows that were being sent to a stranger when their agent died; their keys."""
    customer.insert(count)
    rows = customer.sms.claim(lease(now), 1000)
    customer.sms.mark_sending(rows, now, repeatable=False)
    return [(row.group_id, row.message_id) for row in rows]


def link_states(customer: Customer) -> list[int]:
    """States of the links, by row."""
    return [link["state"] for link in sorted(customer.link_rows(), key=lambda link: int(link["row_id"]))]


def test_what_may_have_been_sent_to_a_stranger_is_taken_over_by_nobody(customer: Customer) -> None:
    unknown(customer, 2)
    customer.insert()
    customer.sms.claim(lease(), 10)
    assert [row.row_id for row in customer.sms.claim_again(lease(NOW + DAY), 10)] == [3]


def test_an_answer_that_comes_late_still_counts(customer: Customer) -> None:
    customer.insert(3)
    rows = customer.sms.claim(lease(), 10)
    customer.sms.mark_sending(rows, NOW, repeatable=False)
    customer.sms.mark_sent([(rows[0].group_id, rows[0].message_id)], NOW + DAY)
    customer.sms.release(rows[1:2], NOW + DAY)
    customer.sms.refuse([(rows[2], 79)], NOW + DAY)
    assert link_states(customer) == [links.SENT, links.CLAIMED, links.FINISHED]


def test_a_result_settles_an_unknown_row(customer: Customer, unknown_rows: UnknownRows) -> None:
    first, _ = unknown(customer, 2)
    settle(customer.tables, customer.links, [RowResult(*first, 6)], NOW + DAY)
    assert customer.states() == [6, 1]
    assert [row.row_id for row in unknown_rows.rows(NOW + DAY)] == ["2"]


def test_unknown_rows_are_listed_when_they_are_not_on_their_way_any_more(
    customer: Customer, unknown_rows: UnknownRows
) -> None:
    keys = unknown(customer, 2)
    assert unknown_rows.rows(NOW + 60) == []
    customer.run(f"DELETE FROM {customer.sms.name} WHERE MsgID = 2")
    first, second = unknown_rows.rows(NOW + 61)
    assert (first.table, first.row_id, first.since, first.overdue, first.there) == ("UShotSMS", "1", NOW, False, True)
    assert (second.group_id, second.message_id) == keys[1]
    assert not second.there
    assert [row.overdue for row in unknown_rows.rows(NOW + DAY + 1)] == [True, True]


def test_a_person_decides_that_a_row_is_sent_again_with_its_keys(customer: Customer, unknown_rows: UnknownRows) -> None:
    keys = unknown(customer, 2)
    assert unknown_rows.resend("ushotsms", ["1", "7"], NOW + 60) == [], "it is on its way"
    assert unknown_rows.resend("ushotsms", ["1", "7"], NOW + 61) == ["1"]
    [again] = customer.sms.claim_again(lease(NOW + 61), 10)
    assert ((again.group_id, again.message_id), again.again, again.decided) == (keys[0], True, True)
    customer.sms.release([again], NOW + 61)
    [again] = customer.sms.claim_again(lease(NOW + 62), 10)
    assert again.decided, "it was not sent, so the decision stands"
    customer.sms.mark_sending([again], NOW + 62, repeatable=False)
    assert customer.sms.claim_again(lease(NOW + DAY), 10) == [], "it is carried out once"
    assert len(unknown_rows.rows(NOW + DAY)) == 2


def test_a_person_gives_a_row_its_result(customer: Customer, unknown_rows: UnknownRows) -> None:
    keys = unknown(customer, 3)
    assert unknown_rows.give_result("UShotSMS", ["1", "3"], 8, NOW + DAY) == ["1", "3"]
    assert customer.states() == [8, 1, 8]
    settle(customer.tables, customer.links, [RowResult(*keys[0], 6)], NOW + DAY)
    assert customer.states() == [8, 1, 8]
    assert unknown_rows.give_result("UShotSMS", ["1"], 6, NOW + DAY) == []
    with pytest.raises(SettingsError, match="there is no table Other"):
        unknown_rows.resend("Other", ["1"], NOW)


async def test_what_an_older_version_left_half_sent_is_not_sent_to_a_stranger(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, lines: list[EventDict]
) -> None:
    gateway.name = STRANGER
    customer.insert(4)
    rows = customer.sms.claim(lease(), 3)
    customer.sms.mark_sending(rows[:2], NOW)
    async with running(url, gateway.settings()):
        await until(lambda: link_states(customer) == [links.UNKNOWN] * 2 + [links.SENT] * 2)
    assert {key[1] for key in gateway.messages} == {"3", "4"}
    [line] = [line for line in lines if line["event"] == "outcome_unknown"]
    assert (line["rows"], line["ids"]) == (2, ("1", "2"))


async def test_undecided_rows_are_told_stay_where_they_are_and_are_decided_beside_a_running_agent(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, unknown_rows: UnknownRows, lines: list[EventDict]
) -> None:
    gateway.name = STRANGER
    gateway.results_by_themselves = True
    keys = unknown(customer, 3)
    async with running(url, gateway.settings()) as agent:
        await until(lambda: agent.counters.read().tables["UShotSMS"].undecided == 3)
        assert not gateway.messages
        assert customer.states() == [1, 1, 1]
        now = time.time()
        assert unknown_rows.give_result("UShotSMS", ["1"], 6, now) == ["1"]
        assert unknown_rows.resend("UShotSMS", ["2"], now) == ["2"]
        await until(lambda: len(logged(customer)) == 2)
    assert [key[:2] for key in gateway.messages] == [keys[1]]
    assert customer.states() == [1]
    [line] = [line for line in lines if line["event"] == "decision_needed"]
    assert (line["rows"], line["ids"], line["hours"]) == (3, ("1", "2", "3"), 24)


async def test_a_state_is_no_result(customer: Customer, url: sa.URL, gateway: ScriptedGateway) -> None:
    customer.insert(3)
    async with running(url, gateway.settings()):
        await gateway.until(lambda: len(gateway.messages) == 3)
        await until(lambda: link_states(customer) == [links.SENT] * 3)
        records = list(gateway.messages.values())
        states = [result_of(records[0], 0), result_of(records[1], 1), result_of(records[2], 8)]
        gateway.deliver(states, service=Service.SMS)
        await until(lambda: len(logged(customer)) == 1)
        assert customer.states() == [1, 1]
        gateway.deliver([result_of(record, 6) for record in records[:2]], service=Service.SMS)
        await until(lambda: len(logged(customer)) == 3)
    assert sorted(row["sendresult"] for row in logged(customer)) == [6, 6, 8]
    assert len(gateway.messages) == len(gateway.requests[0].records) == 3


@pytest.mark.parametrize("step", [Step.TAKE_AND_DROP, Step.DROP])
async def test_what_a_stranger_did_not_answer_is_not_sent_again_and_its_result_settles_it(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, lines: list[EventDict], step: Step
) -> None:
    gateway.name = STRANGER
    gateway.steps.append(step)
    customer.insert(31)
    async with running(url, gateway.settings()) as agent:
        await until(lambda: link_states(customer).count(links.SENT) in {1, 30})
        await until(lambda: link_states(customer).count(links.UNKNOWN) in {30, 1})
        gateway.deliver(
            [result_of(record) for request in gateway.requests for record in request.records], service=Service.SMS
        )
        await until(lambda: len(logged(customer)) == 31)
        assert agent.counters.read().tables["UShotSMS"].unknown in {30, 1}
    assert sum(len(request.records) for request in gateway.requests) == 31


@pytest.mark.parametrize(
    ("peer", "requests"),
    [
        (("samlink", ByPeer.AUTO), 2),
        ((STRANGER, ByPeer.AUTO), 1),
        ((STRANGER, ByPeer.YES), 2),
        (("samlink", ByPeer.NO), 1),
    ],
)
async def test_the_peer_or_the_setting_decides_whether_rows_are_sent_again(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, peer: tuple[str, ByPeer], requests: int
) -> None:
    gateway.name, setting = peer
    gateway.results_by_themselves = True
    gateway.steps.append(Step.TAKE_AND_DROP)
    customer.insert(3)
    async with running(url, gateway.settings(resend_unanswered=setting)):
        await until(lambda: len(logged(customer)) == 3)
        await gateway.until(lambda: len(gateway.requests) >= requests)
    assert len(gateway.requests) == requests


async def test_a_dead_agents_rows_go_to_a_stranger_but_for_those_that_were_on_their_way(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    """One request for each connection is marked at a time, so no more than that is in doubt after a crash."""
    gateway.name, gateway.batch_limit = STRANGER, 2
    gateway.steps.extend([Step.TAKE_AND_STAY_SILENT] * 2)
    customer.insert(9)
    async with running(url, gateway.settings(give_up_seconds=60, close_seconds=0)):
        await gateway.until(lambda: len(gateway.requests) == 2)
        states = await asyncio.to_thread(link_states, customer)
        assert sorted(states) == [links.CLAIMED] * 5 + [links.UNKNOWN] * 4
    async with running(url, gateway.settings()):
        await until(lambda: link_states(customer).count(links.SENT) == 5)
    assert link_states(customer).count(links.UNKNOWN) == 4
    assert sum(len(request.records) for request in gateway.requests) == 9


async def test_a_file_that_was_not_answered_for_leaves_no_row_in_doubt(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, tmp_path: Path
) -> None:
    gateway.name = STRANGER
    gateway.results_by_themselves = True
    gateway.steps.append(Step.TAKE_AND_DROP)
    (tmp_path / "a.jpg").write_bytes(jpeg())
    customer.insert(2, table="UShotMMS", File_Path1="a.jpg")
    async with running(url, gateway.settings(), files=str(tmp_path)):
        await until(lambda: len(logged(customer, "UShotMMS")) == 2)
    assert [row["sendresult"] for row in logged(customer, "UShotMMS")] == [6, 6]
    assert len(gateway.uploads) == 2
    assert sum(len(request.records) for request in gateway.requests) == 2


async def test_a_repeat_is_not_written_to_a_stranger_who_has_taken_the_place_of_samlink_meanwhile(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the login's terms and the request, the connection was made again, to somebody else."""
    gateway.name = STRANGER

    async def said_before(*_: object) -> LoginTerms:
        return LoginTerms(samlink=True, batch=30)

    monkeypatch.setattr(Sender, "ready", said_before)
    customer.insert(2)
    first, second = customer.sms.claim(lease(time.time() - DAY), 10)
    customer.sms.mark_sending([first], time.time() - DAY)
    async with running(url, gateway.settings()):
        await until(lambda: links.SENT in link_states(customer))
    assert link_states(customer) == [links.SENDING, links.SENT]
    assert [record.message_id for request in gateway.requests for record in request.records] == [second.message_id]


async def test_a_row_that_was_changed_while_it_was_being_sent_is_not_called_refused(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    """It may have gone out as it was before; its result still counts."""
    customer.insert()
    rows = customer.sms.claim(lease(time.time() - DAY), 10)
    customer.sms.mark_sending(rows, time.time() - DAY)
    customer.run(f"UPDATE {customer.sms.name} SET Msg = ''")
    async with running(url, gateway.settings()):
        await until(lambda: link_states(customer) != [links.SENDING])
    assert link_states(customer) == [links.UNKNOWN]
    assert gateway.requests == []
    settle(customer.tables, customer.links, [RowResult(rows[0].group_id, rows[0].message_id, 6)], time.time())
    assert customer.states() == [6]


async def test_results_that_were_polled_when_the_agent_is_told_to_stop_are_written(
    customer: Customer, url: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vendor counts them as delivered when it has written them; nobody brings them again."""
    now = time.time()
    keys = unknown(customer, 3, now)
    page = b"3   " + b"".join(
        group_id.encode().ljust(20) + message_id.encode().ljust(20) + b"01012345678 ".ljust(32) + b"6  " + b" " * 7
        for group_id, message_id in keys
    )
    stop = asyncio.Event()

    def told_to_stop(body: bytes, version: str) -> Reply:
        stop.set()
        return Reply(frame("1031", version, body=body))

    async def busy(_: Collector, receiver: Receiver) -> None:
        await receiver.connect()
        await asyncio.Event().wait()

    monkeypatch.setattr(Collector, "run", busy)  # as with the page before, when the agent is told to stop
    async with Vendor(Habits(pages=[page], page=told_to_stop)) as vendor:
        link = ClientSettings(host=HOST, base_port=vendor.base_port, id="a", password="b", version=Version.SAM10)
        await Agent(settings(url), link=link).run(stop)
    assert link_states(customer) == [links.FINISHED] * 3
