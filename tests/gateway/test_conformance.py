"""Our gateway keeps what every gateway promises, with and without a store that was there before."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from samlink.testing.conformance.gateway import GatewayConformance, GatewayUnderTest
from samlink.vocabulary.services import Duty, Service
from tests.gateway.running import PASSWORD, account, running


class TestOurGateway(GatewayConformance):
    """As `samlink serve` runs it, with the simulated carrier."""

    @pytest.fixture
    async def gateway(self, tmp_path: Path) -> AsyncIterator[GatewayUnderTest]:
        async with running(tmp_path, account(balance=10**9)) as gateway:
            ports = {(service, duty): gateway.port(service, duty) for service in Service for duty in Duty}
            yield GatewayUnderTest("127.0.0.1", ports, "demo", PASSWORD)
            assert gateway.audit() == []
