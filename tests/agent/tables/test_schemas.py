"""Tables in another schema than the session's: on MariaDB in another database."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from samlink.agent.check import check_database
from samlink.agent.ddl import DIALECTS, create_views
from samlink.agent.errors import SettingsError, TableError
from samlink.agent.judge.rules import Terms
from samlink.agent.preconditions import look
from samlink.agent.presets import preset
from samlink.agent.rights import grants
from samlink.agent.tables.claim.unlocked import UnlockedTable
from samlink.agent.tables.engine import engine_of
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import RowResult
from samlink.agent.tables.schema.mapping import TableMapping, own_tables
from samlink.agent.tables.settle.archive import Archive
from samlink.agent.tables.settle.results import settle
from samlink.link.free_ports import free_base_port
from samlink.testing.scripted_gateway import ScriptedGateway
from samlink.wire.records import SendRecord
from tests.agent import families, servers
from tests.agent.customer import NOW, Customer, lease
from tests.agent.running import running, settings, until
from tests.agent.test_rights import SERVERS, excessive, faults

AT = "2025-06-16 00:06:00"


@pytest.fixture
def schema(customer: Customer) -> str:
    """A schema with the tables of MSG_DATA, into which the agent's sessions do not look by themselves."""
    return made_in(customer)


def made_in(customer: Customer) -> str:
    """Make that schema."""
    is_mysql = customer.engine.dialect.name == "mysql"
    name = f"sms_{customer.engine.url.database}" if is_mysql else "sms"
    customer.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4" if is_mysql else f"CREATE SCHEMA {name}")
    families.make(customer.engine, families.MSG_DATA.replace("CREATE TABLE ", f"CREATE TABLE {name}."))
    columns = "CONT_SEQ, FILE_CNT, MMS_BODY, MMS_SUBJECT"
    customer.run(f"INSERT INTO {name}.MMS_CONTENTS_INFO ({columns}) VALUES (7, 0, '긴 글', '제목')")
    return name


def mapping_in(schema: str, **changes: Any) -> TableMapping:
    """The preset, for tables in a schema."""
    (mapping,) = preset("msg_data")
    return msgspec.structs.replace(mapping, table=f"{schema}.MSG_DATA", view="{table}_ALL", **changes)


def insert(customer: Customer, schema: str, kind: int, key: str = "NULL") -> None:
    """Insert a row to send."""
    customer.run(
        f"INSERT INTO {schema}.MSG_DATA (REQ_DATE, CALL_TO, CALL_FROM, SMS_TXT, MSG_TYPE, CONT_SEQ) "
        f"VALUES ('{AT}', '01012345678', '0212345678', '짧은 글', {kind}, {key})"
    )


def values(customer: Customer, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of all rows."""
    with customer.engine.connect() as connection:
        rows = connection.execute(sa.text(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1")).all()
    return [tuple(row) for row in rows]


def columns_of(customer: Customer, view: str) -> list[str]:
    """The columns of a view."""
    with customer.engine.connect() as connection:
        return list(connection.execute(sa.text(f"SELECT * FROM {view}")).keys())


def names_in(customer: Customer, schema: str | None) -> set[str]:
    """The tables and views in a schema, in lower case."""
    inspector = sa.inspect(customer.engine)
    return {name.lower() for name in (*inspector.get_table_names(schema), *inspector.get_view_names(schema))}


@SERVERS
async def test_an_agent_with_the_rights_that_are_printed_sends_from_another_schema(
    customer: Customer, url: sa.URL, schema: str, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    mapping, kind, database = mapping_in(schema), customer.engine.dialect.name, str(url.database)
    user = "guest@localhost" if kind == "mysql" else f"guest_{database}"
    customer.run("CREATE OR REPLACE USER guest@localhost" if kind == "mysql" else f"CREATE ROLE {user} LOGIN")
    usual = database if kind == "mysql" else ""
    printed = [*grants(DIALECTS[kind], [mapping], Terms(), "UShot", user=user, schema=usual)]
    assert not any("CREATE" in line for line in printed if schema not in line), printed
    for statement in printed:
        customer.run(statement)
    guest = url.set(username=user.partition("@")[0])
    work: dict[str, Any] = {"tables": (mapping,), "own_tables": False}
    findings = check_database(settings(guest, **work))
    assert (faults(findings), excessive(findings)) == ([], [])
    assert [finding.name for finding in findings if finding.code == "create"] == [schema]
    insert(customer, schema, 4)
    insert(customer, schema, 6, "7")
    async with running(guest, gateway.settings(), **work):
        await until(lambda: values(customer, f"{schema}.MSG_DATA", "MSG_SEQ") == [])
        customer.run(f"ALTER TABLE {schema}.MSG_DATA ADD extra VARCHAR(5)")
        insert(customer, schema, 4)
        await until(lambda: values(customer, f"{schema}.MSG_DATA", "MSG_SEQ") == [])
        view = f"{schema}.MSG_DATA_ALL" if kind == "mysql" else f"{schema}.msg_data_all"
        await until(lambda: "extra" in columns_of(customer, view))
    assert [code for _, code in values(customer, view, "MSG_SEQ", "RSLT_CODE")] == [100, 100, 100]
    texts = [message.text for message in gateway.messages.values() if isinstance(message, SendRecord)]
    assert sorted(texts) == ["긴 글", "짧은 글", "짧은 글"]
    assert not any(name.startswith("msg_") for name in names_in(customer, None))


@SERVERS
def test_a_log_may_be_in_a_third_schema(customer: Customer, url: sa.URL, schema: str) -> None:
    third = url.database if url.get_backend_name() == "mysql" else "public"
    table = LiveTable(customer.engine, mapping_in(schema, log=f"{third}.{{table}}_{{month}}"), customer.links)
    insert(customer, schema, 4)
    (row,) = table.claim(lease(), 10)
    assert settle({table.source: table}, table.links, [RowResult(*row.key, 6)], NOW) == []
    assert Archive(table).move(NOW, 10) == 1
    assert "msg_data_202506" in names_in(customer, None)
    customer.run(f"ALTER TABLE {schema}.MSG_DATA ADD COLUMN note VARCHAR(20)")
    insert(customer, schema, 4)
    (row,) = table.claim(lease(random=b"54321"), 10)
    assert settle({table.source: table}, table.links, [RowResult(*row.key, 6)], NOW) == []
    assert Archive(table).move(NOW, 10) == 1


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_a_table_without_transactions_is_known_there_too(customer: Customer, url: sa.URL, schema: str) -> None:
    customer.run(f"ALTER TABLE {schema}.MSG_DATA ENGINE=MyISAM")
    insert(customer, schema, 4)
    (table,) = look(customer.engine, settings(url, (mapping_in(schema),), own_tables=False)).tables.values()
    assert isinstance(table, UnlockedTable)
    (row,) = table.claim(lease(), 10)
    assert settle({table.source: table}, table.links, [RowResult(*row.key, 6)], NOW) == []
    assert Archive(table).move(NOW, 10) == 1
    assert values(customer, f"{schema}.MSG_LOG_202506", "RSLT_CODE") == [(100,)]


async def test_through_a_pooler_too(tmp_path: Path, gateway: ScriptedGateway) -> None:
    gateway.results_by_themselves = True
    with servers.postgresql(tmp_path) as databases, servers.pgbouncer(tmp_path, databases, free_base_port()) as pooled:
        customer = Customer(engine_of(pooled))
        schema = made_in(customer)
        async with running(pooled, gateway.settings(), tables=(mapping_in(schema),), own_tables=False):
            insert(customer, schema, 4)
            await until(lambda: values(customer, f"{schema}.MSG_DATA", "MSG_SEQ") == [])
            await until(lambda: "msg_data_all" in names_in(customer, schema))
        assert values(customer, f"{schema}.msg_data_all", "RSLT_CODE") == [(100,)]
        customer.engine.dispose()


@SERVERS
def test_init_makes_the_view_beside_its_table(customer: Customer, url: sa.URL, schema: str) -> None:
    made, refused = create_views(settings(url, (mapping_in(schema),), own_tables=False))
    assert [name.lower() for name in made] == [f"{schema}.msg_data_all"]
    assert refused == ()


@pytest.mark.parametrize("setting", [{"table": "nowhere.UShotSMS"}, {"log": "nowhere.{table}_{month}"}])
def test_a_schema_that_is_not_there_is_refused(customer: Customer, url: sa.URL, setting: dict[str, Any]) -> None:
    mapping = msgspec.structs.replace(own_tables()[0], **setting)
    with pytest.raises(TableError) as refusal:
        LiveTable(customer.engine, mapping, customer.links)
    assert refusal.value.code == "table.schema_missing"
    codes = [finding.why.code for finding in check_database(settings(url, (mapping,), own_tables=False)) if finding.why]
    assert "table.schema_missing" in codes


def test_a_name_longer_than_a_link_can_hold_is_refused() -> None:
    with pytest.raises(SettingsError) as refusal:
        mapping_in("s" * 60)
    assert refusal.value.code == "mapping.long_name"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_sqlite_table_may_be_named_with_main(customer: Customer) -> None:
    mapping = msgspec.structs.replace(own_tables()[0], table="main.UShotSMS")
    table = LiveTable(customer.engine, mapping, customer.links)
    customer.insert(1)
    (row,) = table.claim(lease(), 10)
    assert settle({table.source: table}, table.links, [RowResult(*row.key, 6)], NOW) == []
    assert Archive(table).move(NOW, 10) == 1
    assert customer.states(month="202506") == [6]
