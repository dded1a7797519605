"""Our gateway against every odd customer of the tolerance suite."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from samlink.testing.tolerance import GATEWAY_ROWS, GatewayUnderTest, verdicts
from samlink.vocabulary.services import Duty, Service
from samlink.wire import choices
from tests.gateway.running import PASSWORD, account, running

FASTER: Final = 200
"""A minute that a row waits, and that our gateway bears silence on a report connection, lasts so much shorter."""


async def wait_faster(seconds: float) -> None:
    """Let a gateway's minute pass."""
    await asyncio.sleep(seconds / FASTER)


async def test_our_gateway_takes_each_odd_customer_or_refuses_it_on_purpose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for duty, seconds in choices.SILENCE_LIMITS_SECONDS.items():
        monkeypatch.setitem(choices.SILENCE_LIMITS_SECONDS, duty, seconds / (FASTER if duty is Duty.REPORT else 1))
    async with running(tmp_path, account(balance=10**9)) as gateway:
        ports = {(service, duty): gateway.port(service, duty) for service in Service for duty in Duty}
        subject = GatewayUnderTest("127.0.0.1", ports, "demo", PASSWORD, wait=wait_faster)
        failed = [str(verdict) async for verdict in verdicts(GATEWAY_ROWS, subject) if verdict.fault]
        assert not failed, "\n".join(failed)
        await gateway.state("queued", 0)
        assert gateway.audit() == []


def test_each_row_has_a_name_of_its_own_and_a_finding() -> None:
    names = [row.name for row in GATEWAY_ROWS]
    assert len(set(names)) == len(names)
    assert all(row.finding for row in GATEWAY_ROWS)
