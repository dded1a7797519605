"""A customer's database of each kind, empty for each test."""

import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from samlink.agent.database.sessions import ping_after
from samlink.agent.tables.engine import engine_of
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.agent import servers
from tests.agent.customer import Customer

SERVERS = {"mariadb": servers.mariadb, "postgresql": servers.postgresql, "mysql": servers.mysql}
KINDS = ["sqlite", "mariadb", "postgresql", *(["mysql"] if "TEST_MYSQL" in os.environ else [])]


@pytest.fixture(scope="session")
def stack() -> Iterator[contextlib.ExitStack]:
    """What ends with the test process."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def started() -> dict[str, servers.Databases]:
    """Servers that run."""
    return {}


@pytest.fixture(params=KINDS)
def url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    stack: contextlib.ExitStack,
    started: dict[str, servers.Databases],
) -> sa.URL:
    """An empty database; a server is started when its first test comes."""
    kind = request.param
    if kind == "sqlite":
        return sa.URL.create("sqlite", database=str(tmp_path / "customer.sqlite"))
    if kind not in started:
        started[kind] = stack.enter_context(SERVERS[kind](tmp_path_factory.mktemp(kind)))
    return started[kind]()


@pytest.fixture
def customer(url: sa.URL) -> Iterator[Customer]:
    """A customer whose database has our own tables."""
    engine = engine_of(url)
    # Tests look on through the outages that they make.
    ping_after(engine, 0.0)
    try:
        yield Customer(engine)
    finally:
        engine.dispose()


@pytest.fixture
async def gateway() -> AsyncIterator[ScriptedGateway]:
    """A gateway that takes everything until it is told otherwise."""
    async with ScriptedGateway() as gateway:
        yield gateway
