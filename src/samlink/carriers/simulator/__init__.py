"""The simulated carrier: deterministic results, misbehaviour on demand, and a log of its own that survives a kill."""

from samlink.carriers.simulator.carrier import SimulatedCarrier
from samlink.carriers.simulator.journal import JournalEntry, JournalError, read_journal
from samlink.carriers.simulator.settings import Chance, SimulatorSettings, settings_from

__all__ = [
    "Chance",
    "JournalEntry",
    "JournalError",
    "SimulatedCarrier",
    "SimulatorSettings",
    "read_journal",
    "settings_from",
]
