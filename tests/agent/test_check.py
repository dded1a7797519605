"""What `samlink agent check` finds in a database: rights that are missing, and nothing that it changes."""

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from samlink.agent.agent import Agent
from samlink.agent.check import Finding, check_database
from samlink.agent.database.clocks import NOTED_SECONDS
from samlink.agent.ddl import create_tables
from samlink.agent.errors import TableError
from samlink.agent.settings import AgentSettings, Database, Gateway
from samlink.client import ClientSettings
from tests.agent.customer import Customer

LATER_COLUMNS = ("code", "sent_at", "telecom")
PASSWORD = "Kx7-secret-Q2"
READER = "reader"
GRANTS = {
    "mysql": (
        f"CREATE USER {READER}@localhost IDENTIFIED BY '{PASSWORD}'",
        "GRANT SELECT ON {database}.* TO " + f"{READER}@localhost",
        "GRANT UPDATE ON {database}.UShotMMS TO " + f"{READER}@localhost",
    ),
    "postgresql": (
        f"CREATE ROLE {READER} LOGIN",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}",
        f"GRANT UPDATE ON ushotmms TO {READER}",
    ),
}
"""What makes a user who may read, and change one table."""
REVOKED = {"mysql": f"DROP USER {READER}@localhost", "postgresql": f"DROP OWNED BY {READER}; DROP ROLE {READER}"}


def found(url: sa.URL, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], Finding]:
    """All findings, by code and by the table in lower case."""
    password = str(url.password or "")
    monkeypatch.setenv("SAMLINK_DB_PASSWORD", password)
    variable = "SAMLINK_DB_PASSWORD" if password else ""
    place = Database(url=url._replace(password=None).render_as_string(), password_env=variable)
    findings = check_database(AgentSettings(database=place, gateway=Gateway(host="unused", id="x")))
    return {(finding.code, finding.name.lower()): finding for finding in findings}


@pytest.fixture
def reader(customer: Customer, url: sa.URL) -> Iterator[sa.URL]:
    """The database, as a user who may read, and change one table."""
    kind = customer.engine.dialect.name
    for statement in GRANTS[kind]:
        customer.run(statement.format(database=url.database))
    yield url.set(username=READER, password=PASSWORD if kind == "mysql" else None)
    for statement in REVOKED[kind].split("; "):
        customer.run(statement)


def test_a_database_that_is_good_is_left_as_it_is(
    customer: Customer, url: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.insert(2)
    before = customer.rows(), set(sa.inspect(customer.engine).get_table_names())
    findings = found(url, monkeypatch)
    assert all(finding.good for finding in findings.values()), findings
    assert {what for what, _ in findings} >= {"database", "right", "create"}
    assert findings["right", "ushotsms"].detail == "SELECT, UPDATE, FOR UPDATE, DELETE"
    assert (customer.rows(), set(sa.inspect(customer.engine).get_table_names())) == before


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
def test_rights_that_are_missing_are_named(reader: sa.URL, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = found(reader, monkeypatch)
    links, sms, mms = (findings["right", name] for name in ("ushotlink", "ushotsms", "ushotmms"))
    assert links.detail == "INSERT, UPDATE, DELETE"
    # MariaDB lets a reader lock rows.
    assert sms.detail.replace("FOR UPDATE, ", "") == "UPDATE, DELETE"
    assert mms.detail == "DELETE"
    [create] = [finding for (what, _), finding in findings.items() if what == "create"]
    assert not create.good
    assert not any(PASSWORD in f"{finding.name} {finding.detail} {finding.why}" for finding in findings.values())


def test_a_table_or_a_column_that_is_missing_is_named(
    customer: Customer, url: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.run(f"ALTER TABLE {customer.sms.name} DROP COLUMN telecom")
    customer.run(f"DROP TABLE {customer.tables['UShotMMS'].name}")
    findings = found(url, monkeypatch)
    assert "no column Telecom" in str(findings["table", "ushotsms"].why)
    assert "no table UShotMMS" in str(findings["table", "ushotmms"].why)
    assert findings["right", "ushotkms"].good


async def test_a_table_of_keys_that_an_earlier_version_made_is_told_and_gets_its_columns(
    customer: Customer, url: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    for column in LATER_COLUMNS:
        customer.run(f"ALTER TABLE ushotlink DROP COLUMN {column}")
    lacking = "table ushotlink is of an earlier version and lacks code, sent_at, telecom"
    assert str(found(url, monkeypatch)["table", "ushotlink"].why) == lacking
    settings = AgentSettings(database=Database(url=url.render_as_string()), gateway=Gateway(host="unused", id="x"))
    link = ClientSettings(host="unused", id="x", password="x")
    with pytest.raises(TableError, match=lacking):
        await Agent(settings, link=link).run(asyncio.Event())
    assert create_tables(settings) == tuple(f"ushotlink.{column}" for column in LATER_COLUMNS)
    assert found(url, monkeypatch)["right", "ushotlink"].good


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
def test_a_clock_that_differs_is_told(customer: Customer, url: sa.URL, monkeypatch: pytest.MonkeyPatch) -> None:
    [clock] = [finding for (what, _), finding in found(url, monkeypatch).items() if what == "clock"]
    assert clock.good
    assert abs(float(clock.detail)) < NOTED_SECONDS


def test_a_database_that_is_away_is_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    url = sa.URL.create("mysql+pymysql", username="agent", host="127.0.0.1", port=1, database="shop")
    [finding] = found(url, monkeypatch).values()
    assert (finding.code, finding.good) == ("database", False)
    assert "2003" in str(finding.why)
