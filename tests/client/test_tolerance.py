"""Our client against every vendor of the tolerance suite's client half."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from samlink.testing.conformance.client import ClientConformance
from samlink.testing.tolerance import CLIENT_ROWS, ClientUnderTest, Factory, Outcome, Place
from samlink.testing.tolerance.__main__ import main
from samlink.testing.tolerance.client_half import OwnClient
from samlink.testing.tolerance.client_rows import KEEPALIVE_ROWS, ODD_VENDORS

KEPT_ALIVE = {row.name for row in KEEPALIVE_ROWS}


class TestOurClient(ClientConformance):
    """Our client, as an outsider would try another."""

    @pytest.fixture
    def client(self) -> Factory:
        """How one is made."""
        return OwnClient

    @pytest.fixture(autouse=True)
    def short_waits(self, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
        """Polls and keepalives that come soon."""
        monkeypatch.setattr("samlink.wire.choices.POLL_SECONDS", 0.01)
        row = request.node.callspec.params.get("row") if hasattr(request.node, "callspec") else None
        if row is not None and row.name.rpartition(",")[0] in KEPT_ALIVE:
            monkeypatch.setattr("samlink.wire.choices.KEEPALIVE_SECONDS", 0.05)


def test_every_row_has_a_name_of_its_own_and_one_expectation() -> None:
    assert len({row.name for row in CLIENT_ROWS}) == len(CLIENT_ROWS)
    for row in ODD_VENDORS:
        given = [row.outcome, row.results, row.file_name]
        assert sum(one is not None for one in given) == 1, row.name


class SendsTwice(OwnClient):
    """A client that believes that once more does no harm."""

    async def send(self, message_id: str) -> Outcome:
        await super().send(message_id)
        return await super().send(message_id)


@asynccontextmanager
async def sends_twice(place: Place) -> AsyncIterator[ClientUnderTest]:
    """A factory, as somebody else would give it."""
    async with SendsTwice(place) as client:
        yield client


@pytest.mark.parametrize(
    ("client", "code", "said"),
    [
        ((), 0, "ok       D2 1021 with COUNT 0, SAM10\nok       D2 1021 with COUNT 0, SAM11\n2 rows, 0 failed\n"),
        (("tests.client.test_tolerance:sends_twice",), 1, "FAILED   D2 1021 with COUNT 0, SAM10: FIRST came 2 times"),
    ],
)
def test_anybody_can_try_a_client_by_one_command(
    capsys: pytest.CaptureFixture[str], client: tuple[str, ...], code: int, said: str
) -> None:
    assert main(["client", *client, "--only", "D2 1021 with COUNT 0"]) == code
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nowhere:client", "samlink.client:nobody", "nothing"])
def test_a_client_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(SystemExit, match="is no MODULE:NAME of a client"):
        main(["client", name])
