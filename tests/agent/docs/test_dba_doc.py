"""The pages for a DBA: the rights that they name are enough, and their figures are those of the code."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from samlink.agent.check import check_database
from samlink.agent.database.sessions import LOCK_SECONDS
from samlink.agent.ddl import DIALECTS
from samlink.agent.judge.rules import Terms
from samlink.agent.rights import grants
from samlink.agent.settings import Work
from samlink.agent.tables.claim import links
from samlink.agent.tables.engine import CONNECTIONS
from samlink.agent.tables.schema.mapping import own_tables
from samlink.agent.tables.settle.logs import log_like
from samlink.testing.scripted_gateway import ScriptedGateway
from samlink.vocabulary.times import KST
from tests.agent.customer import Customer
from tests.agent.running import logged, running, settings, until
from tests.docs.pages import blocks

PAGES = ("docs/agent-dba.md", "docs/agent-dba.ko.md")
ROOT = Path(__file__).resolve().parents[3]
USER = "the_agent"
WORDS = {" IDENTIFIED BY '…'": "", " PASSWORD '…'": "", "'agent'@'%'": f"{USER}@localhost", " agent": f" {USER}"}
KINDS = {"mysql": "mysql", "postgresql": "postgresql"}


def rights(page: str, kind: str) -> str:
    """The statements of a page's block."""
    (found,) = [block.text for block in blocks(page) if block.kind == kind]
    return found


@pytest.mark.parametrize("kind", [f"{kind}{more}" for kind in KINDS for more in ("", " by-table")])
def test_both_languages_name_the_same_rights(kind: str) -> None:
    assert rights(PAGES[0], kind) == rights(PAGES[1], kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_rights_are_those_that_the_command_prints(kind: str) -> None:
    printed = grants(DIALECTS[kind], own_tables(), Terms(), "UShot", user="agent")
    assert rights(PAGES[0], kind).splitlines()[1:] == [f"{statement};" for statement in printed]


@pytest.fixture
def granted(customer: Customer, url: sa.URL, request: pytest.FixtureRequest) -> Iterator[sa.URL]:
    """The database, for a user with the rights of the page."""
    name, month = customer.engine.dialect.name, f"{datetime.now(KST):%Y%m}"
    text = rights(PAGES[0], f"{KINDS[name]}{request.param}").replace("shop.", f"{url.database}.")
    for word, instead in (WORDS | {"202511": month}).items():
        text = text.replace(word, instead)
    if request.param:
        live = sa.Table(customer.sms.name, sa.MetaData(), autoload_with=customer.engine)
        log_like(live, customer.sms.log_name(month), "MsgID" if name == "mysql" else "msgid").create(customer.engine)
    for statement in filter(str.strip, text.split(";")):
        customer.run(statement)
    yield url.set(username=USER)
    if name == "postgresql":
        customer.run(f"DROP OWNED BY {USER}")
    customer.run(f"DROP USER {USER}{'@localhost' if name == 'mysql' else ''}")


@pytest.mark.parametrize("granted", ["", " by-table"], indirect=True)
@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
async def test_the_rights_are_enough(
    customer: Customer, granted: sa.URL, gateway: ScriptedGateway, request: pytest.FixtureRequest
) -> None:
    gateway.results_by_themselves = True
    customer.insert(3)
    own = ("SMS",) if request.node.callspec.params["granted"] else True
    async with running(granted, gateway.settings(), own_tables=own):
        await until(lambda: len(logged(customer)) == 3)
    assert [finding for finding in check_database(settings(granted, own_tables=own)) if not finding.good] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_figures_are_those_of_the_code(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for state in (links.CLAIMED, links.SENDING, links.SENT, links.KEPT, links.UNKNOWN, links.FINISHED):
        assert f"| state {state} |" in text
    work = Work()
    for figure in (f"{LOCK_SECONDS}", f"{CONNECTIONS}", f"{work.keys_hours:g}", f"{work.lease_seconds:g}"):
        assert figure in text
    assert f"{links.FORGOTTEN_AT_ONCE:,}" in text
