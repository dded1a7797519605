"""Our client against every vendor of the tolerance suite's client half."""

import pytest

from samlink.testing.tolerance.client_half import OwnClient, faults_of
from samlink.testing.tolerance.client_rows import ROWS, Row
from samlink.wire import Version

CASES = [pytest.param(row, version, id=f"{row.name} {version}") for row in ROWS for version in row.versions]


@pytest.mark.parametrize(("row", "version"), CASES)
async def test_our_client_passes(row: Row, version: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samlink.wire.choices.POLL_SECONDS", 0.01)
    if row.keepalives:
        monkeypatch.setattr("samlink.wire.choices.KEEPALIVE_SECONDS", 0.05)
    assert await faults_of(row, version, OwnClient) == []


def test_every_row_has_a_name_of_its_own_and_one_expectation() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    for row in ROWS:
        given = [row.outcome, row.results, row.file_name]
        assert sum(one is not None for one in given) == 1, row.name
