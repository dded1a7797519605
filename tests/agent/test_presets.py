"""The presets, on tables of each family as customers have them, on each kind of database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from samlink.agent.judge.rules import Terms
from samlink.agent.judge.verdict import Refused, judge
from samlink.agent.presets import PRESETS, preset, preset_text
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import Claimed, RowResult
from samlink.agent.tables.schema.mapping import OTHER, Field
from samlink.agent.tables.settle.archive import Archive, Waits
from samlink.agent.tables.settle.results import settle
from samlink.client import Kind, Message
from samlink.testing.pictures import jpeg
from samlink.testing.scripted_gateway import ScriptedGateway
from samlink.vocabulary.results import RESULTS
from samlink.vocabulary.services import Service
from tests.agent import families
from tests.agent.customer import MONTH, NOW, Customer, lease
from tests.agent.running import running, until

AT = "2025-06-16 00:06:00"
SENT_SECONDS = 1_750_000_100
SENT_AT, NOW_AT = "2025-06-16 00:08:20", "2025-06-16 00:06:40"
NUMBERS = "'01012345678', '0212345678'"
SMT_COLUMNS = "mt_pr, date_client_req, content, callback, service_type, recipient_num, reg_date"


def tables_of(customer: Customer, name: str) -> dict[str, LiveTable]:
    """The tables of a preset."""
    mappings = preset(name)
    return {mapping.table: LiveTable(customer.engine, mapping, customer.links) for mapping in mappings}


def claimed(table: LiveTable) -> list[Claimed]:
    """All rows that are due."""
    return table.claim(lease(random=table.source[:5].encode()), 100)


def finish(table: LiveTable, rows: Sequence[Claimed], code: int = 6) -> None:
    """Give rows a result, and move them."""
    findings = [RowResult(row.group_id, row.message_id, code, SENT_SECONDS, "01190") for row in rows]
    assert settle({table.source: table}, table.links, findings, NOW) == []
    assert Archive(table).move(NOW, 100) == len(rows)


def messages(table: LiveTable, rows: Sequence[Claimed]) -> list[Any]:
    """What becomes of rows."""
    now = datetime.fromtimestamp(NOW, UTC)
    return [judge(row, table.mapping.service_of(row.values), Terms(), now) for row in rows]


def plain(rows: Sequence[Sequence[Any]]) -> list[tuple[str, ...]]:
    """Values as texts, which are the same on each database."""
    return [tuple("" if value is None else str(value)[:19].strip() for value in row) for row in rows]


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_a_word_for_every_code_and_one_for_the_rest(name: str) -> None:
    finals = {str(code) for code, result in RESULTS.items() if code not in (0, 1)}
    for mapping in preset(name):
        assert mapping.results["6"] not in {word for key, word in mapping.results.items() if key != "6"}
        assert set(mapping.results) - {OTHER} <= finals
        assert OTHER in mapping.results


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_in_korean_what_it_does(name: str) -> None:
    assert any("가" <= character <= "힣" for character in preset_text(name))


def test_there_is_no_other_preset() -> None:
    with pytest.raises(KeyError):
        preset_text("../settings")


def test_msg_data_has_sms_and_mms_in_one_table(customer: Customer) -> None:
    families.make(customer.engine, families.MSG_DATA)
    customer.run(
        "INSERT INTO MMS_CONTENTS_INFO (CONT_SEQ, FILE_CNT, MMS_BODY, MMS_SUBJECT, FILE_NAME1) "
        "VALUES (7, 2, '긴 글', '제목', 'a.jpg')"
    )
    for kind, text, key in ((4, "'짧은 글'", "NULL"), (6, "NULL", "7"), (5, "'url'", "NULL"), (6, "NULL", "8")):
        customer.run(
            "INSERT INTO MSG_DATA (REQ_DATE, CALL_TO, CALL_FROM, SMS_TXT, MSG_TYPE, CONT_SEQ, ORDER_NO) "
            f"VALUES ('{AT}', {NUMBERS}, {text}, {kind}, {key}, 'A{kind}')"
        )
    table = tables_of(customer, "msg_data")["MSG_DATA"]
    rows = claimed(table)
    sms, mms, url, lost = messages(table, rows)
    assert (sms.kind, sms.text) == (Kind.SMS, "짧은 글")
    assert (mms.kind, mms.text, mms.subject, [file.name for file in mms.files]) == (
        Kind.MMS,
        "긴 글",
        "제목",
        ["a.jpg"],
    )
    assert (url.code, lost.code) == (79, 78)
    assert customer.values("MSG_DATA", "MSG_SEQ", "CUR_STATE") == [(n, 2) for n in (1, 2, 3, 4)]
    finish(table, rows[:2])
    table.refuse([(rows[2], 79)], NOW)
    assert Archive(table).move(NOW, 100) == 1
    columns = ("MSG_SEQ", "CUR_STATE", "RSLT_CODE", "RSLT_CODE2", "RSLT_NET", "SENT_DATE", "RSLT_DATE", "ORDER_NO")
    assert plain(customer.values(f"MSG_LOG_{MONTH}", *columns)) == [
        ("1", "3", "100", "0", "SKT", NOW_AT, NOW_AT, "A4"),
        ("2", "3", "100", "0", "SKT", NOW_AT, NOW_AT, "A6"),
        ("3", "3", "410", "Q", "", NOW_AT, NOW_AT, "A5"),
    ]
    assert customer.values("MMS_CONTENTS_INFO", "CONT_SEQ") == [(7,)]


def test_a_released_row_of_a_family_keeps_its_keys(customer: Customer) -> None:
    families.make(customer.engine, families.MSG_DATA)
    insert = "INSERT INTO MSG_DATA (REQ_DATE, CALL_TO, CALL_FROM, SMS_TXT, MSG_TYPE)"
    customer.run(f"{insert} VALUES ('{AT}', {NUMBERS}, 'a', 4)")
    table = tables_of(customer, "msg_data")["MSG_DATA"]
    first = claimed(table)
    table.release(first, NOW)
    assert [(row.group_id, row.message_id) for row in table.claim_again(lease(NOW + 1), 10)] == [
        (row.group_id, row.message_id) for row in first
    ]


def test_emma_has_its_files_in_rows_of_their_own(customer: Customer) -> None:
    families.make(customer.engine, families.EMMA)
    for seq, folder, name in ((2, "NULL", "b.jpg"), (1, "'sub/dir'", "a.jpg")):
        customer.run(f"INSERT INTO em_mmt_file VALUES (5, {seq}, {folder}, '{name}')")
    insert = "INSERT INTO em_mmt_tran (mt_pr, subject, attach_file_group_key, date_client_req, content, callback,"
    for number, kind, key in ((1, "2", 5), (2, "3", 0), (3, "2", 9)):
        customer.run(
            f"{insert} service_type, recipient_num, mt_refkey) "
            f"VALUES ({number}, '제목', {key}, '{AT}', '긴 글', '0212345678', '{kind}', '01012345678', 'dept')"
        )
    table = tables_of(customer, "emma")["em_mmt_tran"]
    rows = claimed(table)
    mms, lms, lost = messages(table, rows)
    assert (mms.kind, [str(file) for file in mms.files]) == (Kind.MMS, ["sub/dir/a.jpg", "b.jpg"])
    assert (lms.kind, lms.subject, lost.code) == (Kind.LMS, "제목", 78)
    finish(table, rows[:2], 8)
    columns = ("mt_pr", "msg_status", "mt_report_code_ib", "carrier", "date_mt_sent", "date_rslt", "mt_refkey")
    assert plain(customer.values(f"em_mmt_log_{MONTH}", *columns)) == [
        (number, "3", "2003", "10001", NOW_AT, SENT_AT, "dept") for number in ("1", "2")
    ]


def test_results_of_one_page_differ_in_every_column(customer: Customer) -> None:
    """One statement writes them, into columns of texts, of numbers and of times."""
    families.make(customer.engine, families.EMMA)
    for number in range(1, 5):
        values = f"({number}, '{AT}', 'a', '0212345678', '0', '01012345678', '{AT}')"
        customer.run(f"INSERT INTO em_smt_tran ({SMT_COLUMNS}) VALUES {values}")
    table = tables_of(customer, "emma")["em_smt_tran"]
    rows = claimed(table)
    given: tuple[tuple[int, int | None, str], ...] = (
        (6, SENT_SECONDS, "01190"),
        (8, SENT_SECONDS - 60, "01690"),
        (6, None, "01990"),
        (86, SENT_SECONDS, ""),
    )
    results = [RowResult(*row.key, code, at, net) for row, (code, at, net) in zip(rows, given, strict=True)]
    assert settle({table.source: table}, table.links, results, NOW) == []
    columns = ("mt_pr", "msg_status", "mt_report_code_ib", "date_rslt", "carrier")
    assert plain(customer.values("em_smt_tran", *columns)) == [
        ("1", "3", "1000", SENT_AT, "10001"),
        ("2", "3", "2003", "2025-06-16 00:07:20", "10002"),
        ("3", "3", "1000", "", "10003"),
        ("4", "3", "3003", SENT_AT, ""),
    ]


def test_emmas_own_log_is_used_as_it_is(customer: Customer) -> None:
    """It has columns that the live table lacks, one of them NOT NULL without a default."""
    families.make(customer.engine, families.EMMA)
    families.make(customer.engine, families.EMMA_LOG, month=MONTH)
    insert = (
        "INSERT INTO em_smt_tran (mt_pr, date_client_req, content, callback, service_type, recipient_num, reg_date)"
    )
    for number, kind in ((1, "0"), (2, "1")):
        customer.run(f"{insert} VALUES ({number}, '{AT}', 'a', '0212345678', '{kind}', '01012345678', '{AT}')")
    table = tables_of(customer, "emma")["em_smt_tran"]
    rows = claimed(table)
    sms, url = messages(table, rows)
    assert isinstance(sms, Message)
    assert isinstance(url, Refused)
    finish(table, rows)
    log = customer.values(f"em_smt_log_{MONTH}", "mt_pr", "mt_seq", "mt_report_code_ib", "reg_date_tran")
    assert plain(log) == [(number, "0", "1000", AT) for number in ("1", "2")]


def test_a_log_that_is_made_has_the_columns_that_only_emmas_logs_have(customer: Customer) -> None:
    families.make(customer.engine, families.EMMA)
    insert = (
        "INSERT INTO em_smt_tran (mt_pr, date_client_req, content, callback, service_type, recipient_num, reg_date)"
    )
    customer.run(f"{insert} VALUES (1, '{AT}', 'a', '0212345678', '0', '01012345678', '{AT}')")
    table = tables_of(customer, "emma")["em_smt_tran"]
    finish(table, claimed(table))
    assert plain(customer.values(f"em_smt_log_{MONTH}", "mt_seq", "reg_date_tran")) == [("0", AT)]


def test_lgu_has_codes_of_two_digits_for_sms_and_of_four_for_mms(customer: Customer) -> None:
    families.make(customer.engine, families.LGU)
    insert = "INSERT INTO SC_TRAN (TR_SENDDATE, TR_PHONE, TR_CALLBACK, TR_MSG, TR_ETC1)"
    customer.run(f"{insert} VALUES ('{AT}', {NUMBERS}, '글', 'e')")
    customer.run(
        "INSERT INTO MMS_MSG (SUBJECT, PHONE, CALLBACK, REQDATE, MSG, FILE_CNT, FILE_PATH1) "
        f"VALUES ('제목', {NUMBERS}, '{AT}', '긴 글', 1, 'a.jpg')"
    )
    tables = tables_of(customer, "lgu")
    for name, kind in (("SC_TRAN", Kind.SMS), ("MMS_MSG", Kind.MMS)):
        rows = claimed(tables[name])
        assert [message.kind for message in messages(tables[name], rows)] == [kind]
        finish(tables[name], rows)
    sms = ("TR_NUM", "TR_SENDSTAT", "TR_RSLTSTAT", "TR_NET", "TR_REALSENDDATE", "TR_RSLTDATE", "TR_ETC1")
    assert plain(customer.values(f"SC_LOG_{MONTH}", *sms)) == [("1", "2", "06", "011", NOW_AT, SENT_AT, "e")]
    mms = ("MSGKEY", "STATUS", "RSLT", "TELCOINFO", "SENTDATE", "REPORTDATE", "EXPIRETIME")
    assert plain(customer.values(f"MMS_LOG_{MONTH}", *mms)) == [("1", "3", "1000", "SKT", NOW_AT, SENT_AT, "43200")]


@pytest.mark.parametrize(
    ("name", "table", "log"), [("emma", "em_smt_tran", "em_smt_log"), ("lgu", "SC_TRAN", "SC_LOG")]
)
def test_a_row_is_in_the_log_of_the_month_in_which_it_was_to_be_sent(
    customer: Customer, name: str, table: str, log: str
) -> None:
    """Readers build the log's name from the request's date; several months may finish together."""
    families.make(customer.engine, families.EMMA if name == "emma" else families.LGU)
    for number, at in enumerate(("2025-05-31 23:59:59", "2025-06-01 00:00:00", "2025-05-31 10:00:00"), 1):
        if name == "emma":
            values = f"({number}, '{at}', 'a', '0212345678', '0', '01012345678', '{at}')"
            customer.run(f"INSERT INTO em_smt_tran ({SMT_COLUMNS}) VALUES {values}")
        else:
            columns = "TR_SENDDATE, TR_PHONE, TR_CALLBACK, TR_MSG"
            customer.run(f"INSERT INTO SC_TRAN ({columns}) VALUES ('{at}', {NUMBERS}, 'a')")
    live = tables_of(customer, name)[table]
    finish(live, claimed(live))
    key = live.columns[Field.ID]
    assert [int(id) for (id,) in customer.values(f"{log}_202505", key)] == [1, 3]
    assert [int(id) for (id,) in customer.values(f"{log}_202506", key)] == [2]


def test_finished_rows_of_an_old_agent_go_to_the_month_of_their_result(customer: Customer) -> None:
    families.make(customer.engine, families.MSG_DATA)
    insert = "INSERT INTO MSG_DATA (REQ_DATE, CALL_TO, CALL_FROM, SMS_TXT, MSG_TYPE, CUR_STATE, RSLT_DATE)"
    customer.run(f"{insert} VALUES ('{AT}', {NUMBERS}, 'a', 4, 3, '2024-03-05 10:00:00')")
    customer.run(f"{insert} VALUES ('{AT}', {NUMBERS}, 'b', 4, 3, NULL)")
    assert Archive(tables_of(customer, "msg_data")["MSG_DATA"]).move(NOW, 10) == 2
    assert customer.values("MSG_LOG_202403", "SMS_TXT") == [("a",)]
    assert customer.values(f"MSG_LOG_{MONTH}", "SMS_TXT") == [("b",)]


def test_a_late_result_finds_its_row_in_the_month_of_the_request(customer: Customer) -> None:
    families.make(customer.engine, families.LGU)
    insert = "INSERT INTO SC_TRAN (TR_SENDDATE, TR_PHONE, TR_CALLBACK, TR_MSG)"
    customer.run(f"{insert} VALUES ('2025-05-31 10:00:00', {NUMBERS}, 'a')")
    table = tables_of(customer, "lgu")["SC_TRAN"]
    (row,) = claimed(table)
    table.mark_sent([row.key], NOW)
    assert Archive(table).move_unanswered(NOW + 25 * 3600, 10, Waits()) == 1
    assert settle({table.source: table}, table.links, [RowResult(*row.key, 6)], NOW + 26 * 3600) == []
    assert customer.values("SC_LOG_202505", "TR_SENDSTAT", "TR_RSLTSTAT") == [("2", "06")]


def test_the_identification_code_is_read_where_the_table_has_it(customer: Customer) -> None:
    families.make(customer.engine, families.LGU)
    customer.run("ALTER TABLE MMS_MSG ADD KISA_ORIGCODE VARCHAR(10)")
    tables = tables_of(customer, "lgu")
    assert Field.USER_CODE not in tables["SC_TRAN"].columns
    insert = "INSERT INTO MMS_MSG (SUBJECT, PHONE, CALLBACK, REQDATE, MSG, KISA_ORIGCODE)"
    customer.run(f"{insert} VALUES ('s', {NUMBERS}, '{AT}', 'm', '123456789')")
    (row,) = claimed(tables["MMS_MSG"])
    message = judge(row, Service.MMS, Terms(user_code=True), datetime.fromtimestamp(NOW, UTC))
    assert isinstance(message, Message)
    assert message.user_code == "123456789"


def test_a_row_whose_time_has_not_come_is_held(customer: Customer) -> None:
    families.make(customer.engine, families.LGU)
    insert = "INSERT INTO SC_TRAN (TR_SENDDATE, TR_PHONE, TR_CALLBACK, TR_MSG)"
    customer.run(f"{insert} VALUES ('2025-06-16 00:06:41', {NUMBERS}, 'a')")
    table = tables_of(customer, "lgu")["SC_TRAN"]
    assert claimed(table) == []
    assert len(table.claim(lease(NOW + 1), 10)) == 1


def test_a_table_of_sms_and_mms_waits_for_results_as_long_as_an_mms_may_take(customer: Customer) -> None:
    families.make(customer.engine, families.MSG_DATA)
    insert = "INSERT INTO MSG_DATA (REQ_DATE, CALL_TO, CALL_FROM, SMS_TXT, MSG_TYPE)"
    customer.run(f"{insert} VALUES ('{AT}', {NUMBERS}, 'a', 4)")
    table = tables_of(customer, "msg_data")["MSG_DATA"]
    table.mark_sent([(row.group_id, row.message_id) for row in claimed(table)], NOW)
    assert Archive(table).move_unanswered(NOW + 71 * 3600, 10, Waits()) == 0
    assert Archive(table).move_unanswered(NOW + 73 * 3600, 10, Waits()) == 1
    assert customer.values(f"MSG_LOG_{MONTH}", "CUR_STATE", "RSLT_CODE") == [(2, None)]


async def test_the_whole_way_from_a_row_of_another_family_to_its_result(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, tmp_path: Any
) -> None:
    gateway.results_by_themselves = True
    families.make(customer.engine, families.MSG_DATA)
    (tmp_path / "a.jpg").write_bytes(jpeg())
    customer.run(
        "INSERT INTO MMS_CONTENTS_INFO (CONT_SEQ, FILE_CNT, MMS_BODY, FILE_NAME1) VALUES (7, 2, '글', 'a.jpg')"
    )
    for kind, key in ((4, "NULL"), (6, "7")):
        insert = "INSERT INTO MSG_DATA (REQ_DATE, CALL_TO, CALL_FROM, SMS_TXT, MSG_TYPE, CONT_SEQ)"
        customer.run(f"{insert} VALUES ('{AT}', {NUMBERS}, '글', {kind}, {key})")
    async with running(url, gateway.settings(), tables=preset("msg_data"), own_tables=False, files=str(tmp_path)):
        await until(lambda: customer.values("MSG_DATA", "MSG_SEQ") == [])
    assert len(gateway.messages) == 2
    assert len(gateway.uploads) == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_type_that_chooses_the_service(customer: Customer) -> None:
    families.make(customer.engine, families.MSG_DATA)
    table = tables_of(customer, "msg_data")["MSG_DATA"]
    values: dict[Field, object] = {Field.TYPE: "4 "}
    assert table.mapping.service_of(values) is Service.SMS
    assert table.mapping.service_of({Field.TYPE: 6}) is Service.MMS
    assert table.mapping.service_of({Field.TYPE: None}) is None
