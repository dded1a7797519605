"""The rights that are printed are those that an agent needs, and what its user has beyond them is said."""

import pytest
import sqlalchemy as sa

from samlink.agent.check import Finding, check_database
from samlink.agent.ddl import DIALECTS
from samlink.agent.judge.rules import Terms
from samlink.agent.rights import GRANTING, grants
from samlink.agent.tables.schema.mapping import own_tables
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.agent.customer import Customer
from tests.agent.running import logged, running, settings, until

SERVERS = pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)


def granted(customer: Customer, url: sa.URL) -> tuple[sa.URL, list[str]]:
    """The database for a user with the rights that are printed, and the statements that gave them."""
    kind, database = customer.engine.dialect.name, str(url.database)
    user = "guest@localhost" if kind == "mysql" else f"guest_{database}"
    if kind == "mysql":
        customer.run("CREATE OR REPLACE USER guest@localhost")
    else:
        customer.run(f"CREATE ROLE {user} LOGIN")
    schema = database if kind == "mysql" else ""
    statements = [*grants(DIALECTS[kind], own_tables("UShot"), Terms(), "UShot", user=user, schema=schema)]
    for statement in statements:
        customer.run(statement)
    return url.set(username=user.partition("@")[0]), statements


def faults(findings: list[Finding]) -> list[str]:
    """What does not work."""
    return [f"{finding.name}: {finding.detail} {finding.why}" for finding in findings if not finding.good]


def excessive(findings: list[Finding]) -> list[str]:
    """What is remarked on rights."""
    return [str(finding.why) for finding in findings if finding.why and finding.why.code == "remark.rights"]


@SERVERS
async def test_an_agent_works_with_the_rights_that_are_printed_and_has_none_too_many(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    guest, _ = granted(customer, url)
    findings = check_database(settings(guest))
    assert (faults(findings), excessive(findings)) == ([], [])
    customer.insert(2)
    async with running(guest, gateway.settings()):
        await until(lambda: len(logged(customer)) == 2)
        customer.run(f"ALTER TABLE {customer.sms.name} ADD extra VARCHAR(5)")
        customer.insert(1, extra="x")
        await until(lambda: len(logged(customer)) == 3)
    assert logged(customer)[2]["extra"] == "x"
    assert len(customer.values("UShotSMS_ALL", "MsgID")) == 3


@SERVERS
def test_each_right_to_a_table_that_is_missing_is_named(customer: Customer, url: sa.URL) -> None:
    guest, statements = granted(customer, url)
    for statement in statements:
        if "UShotSMS" not in statement.replace("ushotsms", "UShotSMS") or "DROP" in statement:
            continue
        customer.run(statement.replace("GRANT", "REVOKE").replace(" TO ", " FROM "))
        found = faults(check_database(settings(guest)))
        assert any("DELETE" in fault for fault in found), found
        customer.run(statement)


@SERVERS
def test_rights_that_are_not_needed_are_named(customer: Customer, url: sa.URL) -> None:
    guest, _ = granted(customer, url)
    if customer.engine.dialect.name == "mysql":
        customer.run("GRANT FILE, PROCESS ON *.* TO guest@localhost WITH GRANT OPTION")
        assert "FILE ON *.*" in excessive(check_database(settings(guest)))[0]
    else:
        customer.run(f"ALTER ROLE {guest.username} SUPERUSER")
        assert "SUPER" in excessive(check_database(settings(guest)))[0]


def test_each_database_gets_statements_of_its_own() -> None:
    terms = Terms(duplicate_seconds=60, black_list="Block")
    for name in GRANTING:
        text = "\n".join(grants(DIALECTS[name], own_tables("Shop"), terms, "Shop", user="agent"))
        for table in ("ShopSMS", "ShopMMS", "ShopKMS", "shoplink", "shopdigest", "Block"):
            assert table.lower() in text.lower(), (name, table)
        assert "ALL" not in text.replace("SMS_ALL", "").replace("MMS_ALL", "").replace("KMS_ALL", "")
        assert "DELETE" in text


@pytest.mark.parametrize(
    ("user", "written"),
    [
        ("agent", "'agent'@'%'"),
        ("agent@10.0.0.5", "'agent'@'10.0.0.5'"),
        ("'agent'@'10.0.0.5'", "'agent'@'10.0.0.5'"),
        ("o'neill", "'o''neill'@'%'"),
    ],
)
def test_a_user_of_mysql_is_quoted(user: str, written: str) -> None:
    for statement in grants(DIALECTS["mysql"], own_tables(), Terms(), "UShot", user=user):
        assert statement.endswith(f" TO {written}")


@SERVERS
def test_rows_that_are_nobodys_are_said_when_moving_over(customer: Customer, url: sa.URL) -> None:
    customer.insert(3, SendResult=1)
    whys = [finding.why for finding in check_database(settings(url)) if finding.why is not None]
    assert [why.values["count"] for why in whys if why.code == "remark.orphans"] == [3]
