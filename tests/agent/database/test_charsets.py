"""Korean texts reach the agent as the customer wrote them, whatever the database takes their bytes for."""

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from samlink.agent.agent import Agent
from samlink.agent.check import check_database
from samlink.agent.ddl import create, create_tables
from samlink.agent.settings import AgentSettings, Database, Gateway, Work
from samlink.agent.tables.claim.links import link_table
from samlink.agent.tables.engine import engine_of
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.mapping import Field, TableMapping
from samlink.client import ClientSettings
from samlink.vocabulary.services import Service
from tests.agent.customer import lease

PLAIN = "안녕하세요 ㈜가게 100%"
BEYOND = "똠방각하 펲시"
"""Syllables that CP949 has beyond KS X 1001."""
COLUMNS = {
    Field.ID: "id",
    Field.STATE: "state",
    Field.RESULT: "result",
    Field.RECEIVER: "receiver",
    Field.TEXT: "body",
    Field.TELECOM: "net",
}


def table_of(engine: sa.Engine, columns: str, options: str = "", **more: object) -> LiveTable:
    """A customer's table, as an agent finds it."""
    create(engine, "UShot", ())
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE TABLE t (id INTEGER PRIMARY KEY, state INTEGER, result INTEGER, receiver VARCHAR(20), "
            f"body {columns}, net VARCHAR(20)) {options}"
        )
    mapping = TableMapping(table="t", service=Service.SMS, columns=COLUMNS, finished=2, **more)  # type: ignore[arg-type]
    return LiveTable(engine, mapping, link_table(sa.MetaData(), "UShot"))


def texts(table: LiveTable) -> list[str]:
    """The texts of the rows that wait."""
    return [row.values[Field.TEXT] for row in sorted(table.claim(lease(), 10), key=lambda row: str(row.row_id))]


@pytest.fixture
def engine(url: sa.URL) -> Iterator[sa.Engine]:
    """The agent's way into the database."""
    engine = engine_of(url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
@pytest.mark.parametrize(
    ("columns", "options"),
    [
        ("VARCHAR(200)", "CHARACTER SET euckr"),
        ("VARCHAR(200)", "CHARACTER SET utf8mb3"),
        ("TEXT", "CHARACTER SET utf8mb4"),
        ("VARCHAR(200) CHARACTER SET euckr", "CHARACTER SET latin1"),
        ("VARCHAR(200)", "CHARACTER SET ucs2"),
    ],
)
def test_a_charset_of_mariadb_is_the_databases_business(engine: sa.Engine, columns: str, options: str) -> None:
    table = table_of(engine, columns, options)
    with engine.begin() as connection:
        insert = sa.text("INSERT INTO t (id, state, receiver, body) VALUES (:id, 0, '01012345678', :body)")
        connection.execute(insert, [{"id": 1, "body": PLAIN}, {"id": 2, "body": BEYOND}])
    assert texts(table) == [PLAIN, BEYOND]


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
@pytest.mark.parametrize("bytes_of", ["cp949", "utf-8"])
def test_bytes_of_another_charset_in_latin1_are_read_by_a_setting(engine: sa.Engine, bytes_of: str) -> None:
    table = table_of(engine, "VARCHAR(200)", "CHARACTER SET latin1", text_bytes=bytes_of)
    with engine.begin() as connection:
        for id, text in enumerate((PLAIN, BEYOND, "hello")):
            raw = text.encode(bytes_of).hex()
            connection.exec_driver_sql(f"INSERT INTO t (id, state, receiver, body) VALUES ({id}, 0, '010', 0x{raw})")
    assert texts(table) == [PLAIN, BEYOND, "hello"]


@pytest.mark.parametrize("columns", ["CHAR(20)", "VARCHAR(20)"])
def test_blanks_at_the_end_stay_except_those_that_char_adds(engine: sa.Engine, columns: str) -> None:
    table = table_of(engine, columns)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t (id, state, receiver, body) VALUES (1, 0, '010', '안내입니다. ')")
    assert texts(table) == ["안내입니다." if columns == "CHAR(20)" else "안내입니다. "]


@pytest.fixture
def encoded(url: sa.URL, request: pytest.FixtureRequest) -> sa.URL:
    """A database of PostgreSQL in another encoding."""
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"{url.database}_{request.param.lower()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} ENCODING '{request.param}' TEMPLATE template0 LOCALE 'C'")
    return url.set(database=name)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("encoded", "spoken", "written", "text"),
    [
        ("EUC_KR", "EUC_KR", "cp949", PLAIN),
        ("UTF8", "UHC", "cp949", BEYOND),
        ("SQL_ASCII", "SQL_ASCII", "cp949", PLAIN),
        ("SQL_ASCII", "SQL_ASCII", "cp949", BEYOND),
        ("SQL_ASCII", "SQL_ASCII", "utf-8", BEYOND),
    ],
    indirect=["encoded"],
)
def test_an_encoding_of_postgresql_is_no_matter(encoded: sa.URL, spoken: str, written: str, text: str) -> None:
    raw = text.encode(written).hex()
    source = {"SQL_ASCII": "SQL_ASCII", "EUC_KR": "EUC_KR", "UHC": "UHC"}[spoken]
    body = f"convert_from(decode('{raw}', 'hex'), '{source}')"
    engine = engine_of(encoded)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {encoded.database} SET client_encoding = '{spoken}'")
        engine.dispose()
        table = table_of(engine, "VARCHAR(200)")
        with engine.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO t (id, state, receiver, body) VALUES (1, 0, '010', {body})")
        assert texts(table) == [text]
    finally:
        engine.dispose()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("encoded", ["SQL_ASCII"], indirect=True)
async def test_all_commands_work_in_sql_ascii(encoded: sa.URL) -> None:
    settings = AgentSettings(
        database=Database(url=encoded.render_as_string()), gateway=Gateway(host="unused", id="x"), work=Work()
    )
    assert "ushotsms" in create_tables(settings)
    assert all(finding.good for finding in check_database(settings))
    agent = Agent(settings, link=ClientSettings(host="127.0.0.1", base_port=1, id="x", password="x"))
    await agent.start()
    await asyncio.shield(agent.stop())
