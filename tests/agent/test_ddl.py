"""The statements for each database: those that are printed work where there is a server, and all are what is needed."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, oracle

from samlink.agent import ddl
from samlink.agent.ddl import DIALECTS, our_statements
from samlink.agent.presets import preset
from samlink.agent.tables.claim import links
from samlink.agent.tables.engine import engine_of
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import RowResult
from samlink.agent.tables.schema import definitions
from samlink.agent.tables.schema.mapping import own_tables
from samlink.agent.tables.settle.archive import Archive
from samlink.agent.tables.settle.logs import copied_columns, copying, log_like, widening
from samlink.agent.tables.settle.results import settle
from scripts import agent_ddl_doc
from tests.agent.customer import MONTH, NOW, lease

OTHERS = {"oracle": DIALECTS["oracle"], "mssql": DIALECTS["mssql"]}


def reflected() -> sa.Table:
    """A table as it comes back from a database that counts its ids."""
    return sa.Table(
        "sc_tran",
        sa.MetaData(),
        sa.Column("tr_num", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("tr_msg", sa.Unicode(160), nullable=False, server_default="x"),
        sa.Column("doubled", sa.Integer, sa.Computed("tr_num * 2")),
    )


def test_the_page_is_what_the_tables_give() -> None:
    written = agent_ddl_doc.DOCUMENT.read_text(encoding="utf-8")
    assert written == agent_ddl_doc.document(), "run: python scripts/agent_ddl_doc.py"


def test_what_is_printed_is_what_the_agent_makes(url: sa.URL) -> None:
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            for statement in (*our_statements(engine.dialect.name), *our_statements(engine.dialect.name, month=MONTH)):
                connection.exec_driver_sql(statement)
        assert ddl.create(engine, "UShot", own_tables()) == ()
        link_table = links.link_table(sa.MetaData(), "UShot")
        tables = [LiveTable(engine, mapping, link_table) for mapping in own_tables()]
        there = {name.lower() for name in sa.inspect(engine).get_table_names()}
        assert {table.log_name(MONTH).lower() for table in tables} <= there
    finally:
        engine.dispose()


def test_a_table_of_an_older_version_gets_the_columns_that_are_new(url: sa.URL) -> None:
    engine = engine_of(url)
    try:
        ddl.create(engine, "UShot", own_tables())
        name = LiveTable(engine, own_tables()[0], links.link_table(sa.MetaData(), "UShot")).name
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {name} DROP COLUMN Telecom")
        assert [made.lower() for made in ddl.create(engine, "UShot", own_tables())] == ["ushotsms.telecom"]
    finally:
        engine.dispose()


OSHOT = {
    "sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "mysql": "INT NOT NULL AUTO_INCREMENT PRIMARY KEY",
    "postgresql": "SERIAL PRIMARY KEY",
}


def test_oshots_own_tables_are_worked_on_and_no_column_is_added(url: sa.URL) -> None:
    """Their readers take `SELECT *` into a fixed list, and copy rows by `INSERT ... SELECT *`."""
    engine = engine_of(url)
    columns = (
        "Sender VARCHAR(15), Receiver VARCHAR(15) NOT NULL, Msg VARCHAR(160) NOT NULL, URL VARCHAR(60), "
        "ReserveDT {time}, TimeoutDT {time}, SendDT {time}, SendResult INT NOT NULL DEFAULT 0, Telecom VARCHAR(6), "
        "InsertDT {time}, mst_id INT"
    ).format(time="TIMESTAMP" if engine.name == "postgresql" else "DATETIME")
    (mapping,) = own_tables("OShot", ["SMS"], {"01190": "011"})
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE TABLE OShotSMS (MsgID {OSHOT[engine.name]}, {columns})")
            connection.exec_driver_sql("INSERT INTO OShotSMS (Sender, Receiver, Msg, mst_id) VALUES ('1', '2', 'a', 7)")
            before = connection.exec_driver_sql("SELECT * FROM OShotSMS").keys()
        assert [name.lower() for name in ddl.create(engine, "OShot", [mapping])] == ["oshotlink"]
        table = LiveTable(engine, mapping, links.link_table(sa.MetaData(), "OShot"))
        (row,) = table.claim(lease(), 10)
        assert settle({mapping.table: table}, table.links, [RowResult(*row.key, 6, None, "01190")], NOW) == []
        assert Archive(table).move(NOW, 10) == 1
        with engine.connect() as connection:
            moved = connection.exec_driver_sql(f"SELECT * FROM {table.log_name(MONTH)}")
            assert list(moved.keys()) == list(before)
            (there,) = [{name.lower(): value for name, value in row.items()} for row in moved.mappings()]
        assert (there["mst_id"], there["sendresult"], there["telecom"]) == (7, 6, "011")
    finally:
        engine.dispose()


@pytest.mark.parametrize("database", DIALECTS)
def test_every_table_has_an_index_for_claims_and_one_for_urgent_rows(database: str) -> None:
    statements = [re.sub(r'[\[\]`"]', "", statement).lower() for statement in our_statements(database)]
    for name in ("ushotsms", "ushotmms", "ushotkms"):
        assert f"create index {name}_todo on {name} (sendresult, reservedt, msgid)" in statements
        only = " where priority > 0" if database in {"postgresql", "sqlite"} else ""
        assert f"create index {name}_urgent on {name} (priority){only}" in statements


def test_oracle_folds_names_counts_ids_and_has_no_mysql_in_it() -> None:
    text = "\n".join(our_statements("oracle"))
    assert '"' not in text, "a quoted name would have to be quoted by customers too"
    assert "msgid NUMBER(19) GENERATED BY DEFAULT AS IDENTITY" in text
    assert "msg CLOB NOT NULL" in text
    assert "sender VARCHAR2(20 CHAR)" in text
    assert "reservedt DATE" in text
    assert all(len(name) <= 30 for name in re.findall(r"\w+", text.replace("CURRENT_TIMESTAMP", "")))


def test_sql_server_keeps_korean_in_whatever_charset_it_has() -> None:
    text = "\n".join(our_statements("mssql"))
    assert "[Msg] NVARCHAR(max) NOT NULL" in text
    assert "[Subject] NVARCHAR(120)" in text
    assert "[MsgID] BIGINT NOT NULL IDENTITY" in text
    assert "[ReserveDT] DATETIME2(0)" in text
    assert not re.search(r"TEXT|LIMIT", text)


@pytest.mark.parametrize("database", OTHERS)
def test_a_log_neither_counts_nor_computes_nor_demands(database: str) -> None:
    log = log_like(reflected(), "sc_log_202506", "tr_num", database=database)
    text = str(sa.schema.CreateTable(log).compile(dialect=OTHERS[database]))
    assert not re.search("IDENTITY|GENERATED|DEFAULT|NOT NULL|PRIMARY|AS \\(", text), text


@pytest.mark.parametrize("database", OTHERS)
def test_rows_are_copied_by_one_statement_that_names_every_column(database: str) -> None:
    """A log that counts nothing needs no IDENTITY_INSERT, and no column is left to its place."""
    emma = preset("emma")[0]
    values = copied_columns(emma, ["mt_pr", "reg_date", "memo"], ["mt_seq", "reg_date_tran"])
    statement = copying("em_smt_tran", "em_smt_log_202506", values, sa.column("mt_pr").in_([1, 2]))
    text = " ".join(str(statement.compile(dialect=OTHERS[database], compile_kwargs={"literal_binds": True})).split())
    assert text == (
        "INSERT INTO em_smt_log_202506 (mt_pr, reg_date, memo, reg_date_tran, mt_seq) "
        "SELECT mt_pr, reg_date, memo, reg_date, 0 AS anon_1 FROM em_smt_tran WHERE mt_pr IN (1, 2)"
    )


CHANGES = {
    "oracle": (
        "ALTER TABLE sc_log_202506 ADD tr_msg VARCHAR2(160 CHAR)",
        "ALTER TABLE sc_log_202506 MODIFY (tr_msg VARCHAR2(160 CHAR))",
    ),
    "mssql": (
        "ALTER TABLE sc_log_202506 ADD tr_msg NVARCHAR(160) NULL",
        "ALTER TABLE sc_log_202506 ALTER COLUMN tr_msg NVARCHAR(160) NULL",
    ),
}


@pytest.mark.parametrize("database", OTHERS)
def test_a_column_is_added_and_widened_in_the_databases_own_words(database: str) -> None:
    added, widened = CHANGES[database]
    log = log_like(reflected(), "sc_log_202506", "tr_num", database=database)
    assert definitions.adding(OTHERS[database], log.name, log.c["tr_msg"]) == added
    short = sa.Table("sc_log_202506", sa.MetaData(), sa.Column("tr_msg", sa.Unicode(80)))
    assert widening(OTHERS[database], reflected(), short) == [widened]


def test_a_shorter_column_of_the_table_leaves_the_logs_as_it_is() -> None:
    longer = sa.Table("sc_log_202506", sa.MetaData(), sa.Column("tr_msg", sa.Unicode(4000)))
    assert widening(mssql.dialect(), reflected(), longer) == []  # type: ignore[no-untyped-call]
    assert widening(oracle.dialect(), reflected(), longer) == []  # type: ignore[no-untyped-call]
