"""The simulated carrier keeps a carrier's promises, in its several shapes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from samlink.carriers.contract import Carrier
from samlink.carriers.simulator import Chance, SimulatedCarrier, SimulatorSettings
from samlink.testing.conformance.carrier import CarrierConformance


class TestWithJournal(CarrierConformance):
    """As `samlink serve` has it."""

    @pytest.fixture
    async def carrier(self, tmp_path: Path) -> AsyncIterator[Carrier]:
        carrier = SimulatedCarrier(directory=tmp_path / "carrier")
        await carrier.start()
        yield carrier
        await carrier.stop()


class TestInMemory(CarrierConformance):
    """Without a journal."""

    @pytest.fixture
    async def carrier(self) -> AsyncIterator[Carrier]:
        carrier = SimulatedCarrier()
        await carrier.start()
        yield carrier
        await carrier.stop()


class TestByReference(CarrierConformance):
    """Results name the carrier's own reference, and the journal must keep it."""

    @pytest.fixture
    async def carrier(self, tmp_path: Path) -> AsyncIterator[Carrier]:
        carrier = SimulatedCarrier(SimulatorSettings(by_reference=Chance(1.0)), tmp_path)
        await carrier.start()
        yield carrier
        await carrier.stop()


class TestForgetful(CarrierConformance):
    """A carrier that does not recognise repeats, with a journal in small files."""

    @pytest.fixture
    async def carrier(self, tmp_path: Path) -> AsyncIterator[Carrier]:
        settings = SimulatorSettings(idempotent=False, journal_segment_bytes=1024)
        carrier = SimulatedCarrier(settings, tmp_path)
        await carrier.start()
        yield carrier
        await carrier.stop()
