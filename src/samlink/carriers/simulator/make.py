"""The simulated carrier as a kind of the registry."""

from collections.abc import Mapping
from typing import Any

from samlink.carriers.contract import CarrierContext
from samlink.carriers.simulator.carrier import SimulatedCarrier
from samlink.carriers.simulator.settings import settings_from


def make_carrier(options: Mapping[str, Any], context: CarrierContext) -> SimulatedCarrier:
    """A simulated carrier; `options` are `SimulatorSettings`. Raises ValueError, naming the option."""
    return SimulatedCarrier(
        settings_from(options),
        context.directory,
        name=context.name,
        now_ms=context.now_ms,
        read_file=context.read_file,
    )
