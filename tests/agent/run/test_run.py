"""The whole way: a row is sent over a real link, and its result comes back into the row, on each kind of database."""

import asyncio
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from samlink.agent.tables.claim import links
from samlink.agent.tables.schema.moments import month_of
from samlink.client import Service
from samlink.testing.pictures import jpeg
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway, Step, result_of
from samlink.vocabulary.responses import ResponseCode
from tests.agent.customer import NOW, Customer, lease
from tests.agent.running import logged, running, until


async def test_rows_are_sent_and_their_results_come_back(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    customer.insert(70)
    customer.insert(Receiver="0212345678")
    customer.insert(2, table="UShotMMS", Subject="제목")
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer)) == 71 and len(logged(customer, "UShotMMS")) == 2)
    assert customer.rows() == []
    rows = logged(customer)
    assert [row["sendresult"] for row in rows] == [6] * 70 + [77]
    assert str(rows[0]["senddt"])[:19] == "2009-01-01 09:30:10"
    assert rows[0]["telecom"] == "01190"
    assert len(gateway.messages) == 72


async def test_a_lost_answer_is_asked_for_again_with_the_same_keys(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    gateway.steps.extend([Step.TAKE_AND_DROP, Step.DROP, Step.TAKE_AND_DROP])
    customer.insert(40)
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer)) == 40)
    assert [row["sendresult"] for row in logged(customer)] == [6] * 40
    assert len(gateway.messages) == 40
    assert sum(len(request.records) for request in gateway.requests) > 40


async def test_a_dead_agents_rows_are_sent_with_the_keys_that_they_have(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    customer.insert(3)
    dead = customer.sms.claim(lease(), 2)
    async with running(url, gateway.settings()):
        await gateway.until(lambda: len(gateway.messages) == 3)
    keys = {(group_id, message_id) for group_id, message_id, _ in gateway.messages}
    assert {(row.group_id, row.message_id) for row in dead} < keys


async def test_one_bad_row_does_not_stop_its_batch(customer: Customer, url: sa.URL, gateway: ScriptedGateway) -> None:
    gateway.results_by_themselves = True
    gateway.refuses = lambda record: record.receiver == "01099999999"
    customer.insert(5)
    customer.insert(Receiver="01099999999")
    customer.insert(Msg="😀")
    customer.insert(Msg="종\x07")
    customer.insert(URL="u" * 80)
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer)) == 9)
    assert [row["sendresult"] for row in logged(customer)] == [6] * 5 + [79, 78, 78, 6]


async def test_rows_wait_while_the_gateway_does_not_let_us_in(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    gateway.logins.extend([Refuse(ResponseCode.LOGIN_FAILED)] * 5)
    customer.insert(3)
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer)) == 3)
    assert [row["sendresult"] for row in logged(customer)] == [6] * 3


async def test_files_are_uploaded_once_and_a_missing_one_fails_its_row_alone(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, tmp_path: Path
) -> None:
    gateway.results_by_themselves = True
    (tmp_path / "a.jpg").write_bytes(jpeg())
    (tmp_path / "empty.jpg").touch()
    for name in ("a.jpg", "a.jpg", "missing.jpg", "empty.jpg", "../a.jpg"):
        customer.insert(table="UShotMMS", File_Path1=name)
    async with running(url, gateway.settings(), files=str(tmp_path)):
        await until(lambda: len(logged(customer, "UShotMMS")) == 5)
    assert [row["sendresult"] for row in logged(customer, "UShotMMS")] == [6, 6, 78, 78, 73]
    assert len(gateway.uploads) == 1


async def test_what_may_have_been_sent_is_not_called_a_failure_when_it_cannot_be_sent_again(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    customer.insert(table="UShotMMS", File_Path1="gone.jpg")
    table = customer.tables["UShotMMS"]
    table.mark_sending(table.claim(lease(), 1), NOW)
    async with running(url, gateway.settings()):
        await until(lambda: customer.link_rows()[0]["state"] == links.UNKNOWN)
    assert customer.states("UShotMMS") == [1]


async def test_what_was_claimed_and_certainly_not_sent_is_called_a_failure(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    customer.insert(table="UShotMMS", File_Path1="gone.jpg")
    customer.tables["UShotMMS"].claim(lease(), 1)
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer, "UShotMMS")) == 1)
    assert [row["sendresult"] for row in logged(customer, "UShotMMS")] == [78]


async def test_kakao_rows_go_their_way(customer: Customer, url: sa.URL, gateway: ScriptedGateway) -> None:
    gateway.results_by_themselves = True
    values = {"Kind": "AT", "SenderKey": "k" * 40, "TemplateCode": "T1", "AltType": "N"}
    customer.insert(2, table="UShotKMS", **values, Msg="안녕 😀")
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer, "UShotKMS")) == 2)
    assert {request.command for request in gateway.requests} == {"1054"}


async def test_a_value_that_no_gateway_could_store_stops_no_other_row(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    values = {"Kind": "AT", "SenderKey": "k" * 40, "TemplateCode": "T1", "AltType": "N"}
    for count, attachment in ((20, None), (1, '{"\\ud800":1}'), (20, None)):
        customer.insert(count, table="UShotKMS", **values, Attachment=attachment)
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer, "UShotKMS")) == 41)
    assert [row["sendresult"] for row in logged(customer, "UShotKMS")] == [6] * 20 + [78] + [6] * 20


async def test_a_result_for_a_row_that_has_moved_finds_it(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    customer.insert(2)
    async with running(url, gateway.settings(), sms_result_hours=1e-9):
        await until(lambda: len(logged(customer)) == 2)
        assert [row["sendresult"] for row in logged(customer)] == [1, 1]
        gateway.deliver([result_of(record, 8) for record in gateway.messages.values()], service=Service.SMS)
        await until(lambda: [row["sendresult"] for row in logged(customer)] == [8, 8])


async def test_one_connection_is_one_login_for_bulk_and_urgent_rows(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    customer.insert(40)
    customer.insert(3, Priority=9)
    async with running(url, gateway.settings(), connections=1):
        await until(lambda: len(logged(customer)) == 43)
    assert len({request.connection for request in gateway.requests}) == 1
    assert len(gateway.login_ids) == 4, "one to send SMS, three for results"


async def test_two_agents_on_one_table_send_each_row_once(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    customer.insert(300)
    async with running(url, gateway.settings(), rows=20), running(url, gateway.settings(), rows=20):
        await until(lambda: len(logged(customer)) == 300)
    assert len(gateway.messages) == 300
    assert sum(len(request.records) for request in gateway.requests) == 300


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_the_agent_waits_for_a_database_that_fails(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    async with running(url, gateway.settings()):
        customer.run(f"ALTER TABLE {customer.sms.name} RENAME TO away")
        await asyncio.sleep(0)
        customer.run("INSERT INTO away (Sender, Receiver, Msg) VALUES ('0212345678', '01012345678', 'hello')")
        assert not gateway.messages
        customer.run(f"ALTER TABLE away RENAME TO {customer.sms.name}")
        await until(lambda: len(logged(customer)) == 1)


async def test_a_table_whose_log_refuses_rows_does_not_stop_the_others(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    live = customer.tables["UShotMMS"].name
    log = customer.tables["UShotMMS"].log_name(month_of(time.time()))
    customer.run(f"CREATE TABLE {log} AS SELECT * FROM {live} WHERE 1 = 0")
    customer.run(f"CREATE UNIQUE INDEX one_each ON {log} (Receiver)")
    customer.run(f"INSERT INTO {log} (MsgID, Receiver, Msg, SendResult, Priority) VALUES (0, '01012345678', 'a', 6, 0)")
    customer.insert(2, table="UShotMMS")
    customer.insert(2)
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer)) == 2)
        await until(lambda: customer.states("UShotMMS") == [6, 6])
        customer.run(f"DROP INDEX one_each{f' ON {log}' if customer.engine.dialect.name == 'mysql' else ''}")
        await until(lambda: len(logged(customer, "UShotMMS")) == 3)
