"""What `check` and `run` say of a database that works and yet is not as somebody thinks."""

import asyncio

import pytest
import sqlalchemy as sa
import structlog

from samlink.agent.agent import Agent
from samlink.agent.check import check_database
from samlink.agent.ddl import create_rule_tables
from samlink.agent.judge.rules import Rules, Terms
from samlink.agent.settings import AgentSettings, Database, Gateway
from samlink.client import ClientSettings
from tests.agent.customer import Customer

ZONES = {
    "mysql": "SET GLOBAL time_zone = '{}'",
    "postgresql": "ALTER DATABASE {database} SET timezone = '{}'",
}


def said(url: sa.URL, rules: Rules | None = None) -> dict[str, str]:
    """Remarks by their codes: those of `check`, which are those of `run`."""
    settings = AgentSettings(
        database=Database(url=url.render_as_string()), gateway=Gateway(host="unused", id="x"), rules=rules or Rules()
    )
    findings = [finding for finding in check_database(settings) if finding.code == "remark"]
    assert all(finding.good for finding in findings)
    with structlog.testing.capture_logs() as lines:
        asyncio.run(started(settings))
    told = [line["what"] for line in lines if line["event"] == "remark"]
    assert [str(finding.why) for finding in findings] == [str(what) for what in told]
    return {finding.why.code: str(finding.why) for finding in findings if finding.why}


async def started(settings: AgentSettings) -> None:
    """Start an agent, and stop it."""
    agent = Agent(settings, link=ClientSettings(host="127.0.0.1", base_port=1, id="x", password="x"))
    await agent.start()
    await agent.stop()


def set_zone(customer: Customer, url: sa.URL, zone: str) -> None:
    """The zone of sessions that say nothing of it."""
    customer.run(ZONES[url.get_backend_name()].format(zone, database=url.database))


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
def test_a_zone_other_than_koreas_is_told(customer: Customer, url: sa.URL) -> None:
    set_zone(customer, url, "+00:00" if url.get_backend_name() == "mysql" else "UTC")
    assert "are in UTC+00:00, and Korea is in UTC+09:00" in said(url)["remark.zone"]
    set_zone(customer, url, "-05:30" if url.get_backend_name() == "mysql" else "<-0530>+05:30")
    assert "UTC-05:30" in said(url)["remark.zone"]
    set_zone(customer, url, "+09:00" if url.get_backend_name() == "mysql" else "Asia/Seoul")
    assert "remark.zone" not in said(url)


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_a_zone_of_the_system_is_known_too(customer: Customer, url: sa.URL) -> None:
    set_zone(customer, url, "SYSTEM")
    with customer.engine.connect() as connection:
        ahead = connection.exec_driver_sql(
            "SELECT TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(), CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM'))"
        ).scalar_one()
    assert ("remark.zone" in said(url)) == (ahead != 9)


def test_rows_that_would_be_refused_are_told_before_any_is(customer: Customer, url: sa.URL) -> None:
    customer.insert(3, Sender="nobody")
    customer.insert(Receiver="7")
    customer.insert(2)
    why = "the sender is not a usable number"
    assert said(url)["remark.refused"] == f"4 of 6 waiting rows would be refused, most of them because: {why}"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_times_in_an_odd_form_are_told(customer: Customer, url: sa.URL) -> None:
    customer.insert(2, ReserveDT="2099-01-01T00:00:00")
    customer.insert(ReserveDT="2099-01-01 00:00:00")
    assert said(url)["remark.odd_times"].startswith("2 of 3 waiting rows have their reserve time in another form")


def test_useless_entries_of_a_black_list_are_told(customer: Customer, url: sa.URL) -> None:
    rules = Rules(black_list="UShotBlock")
    create_rule_tables(customer.engine, Terms(black_list=rules.black_list), "UShot")
    customer.run("INSERT INTO UShotBlock (Receiver) VALUES ('01012345678'), ('15881234'), ('어떤 말')")
    assert said(url, rules)["remark.useless_entries"].startswith("2 entries are not numbers")


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_bytes_in_another_charset_are_told(customer: Customer, url: sa.URL) -> None:
    customer.run("ALTER TABLE UShotSMS CONVERT TO CHARACTER SET latin1")
    customer.insert(2, Msg="안녕하세요".encode("cp949").decode("latin-1"))
    customer.insert(Msg="hello")
    assert said(url)["remark.text_bytes"].startswith("the texts of 2 of 3 waiting rows look like bytes of CP949")


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_an_engine_without_transactions_is_told(customer: Customer, url: sa.URL) -> None:
    assert "remark.engine" not in said(url)
    customer.run("ALTER TABLE UShotSMS ENGINE=MyISAM")
    assert "the engine MyISAM has no transactions" in said(url)["remark.engine"]
