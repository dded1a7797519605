"""Carriers are made by their kind: ours, and those that other packages bring."""

import importlib
from pathlib import Path

import pytest

from samlink.carriers.contract import CarrierContext, CarrierError
from samlink.carriers.registry import carrier_directory, kinds, make_carrier
from samlink.carriers.simulator import SimulatedCarrier

ACME = """
from samlink.carriers.simulator import SimulatedCarrier

def make_carrier(options, context):
    if options.get("line") != "leased":
        raise ValueError("line: only leased")
    if options.get("port"):
        raise KeyError("host")
    return SimulatedCarrier(directory=context.directory, name=context.name, now_ms=context.now_ms)
"""
ENTRY_POINTS = """
[samlink.carriers]
acme = acme_carrier:make_carrier
broken = acme_carrier:nothing
odd = odd_carrier:make_carrier
"""


async def no_file(account: int, name: str) -> bytes:
    """A gateway without files."""
    raise AssertionError("nobody asked for a file")


def context(data: Path, name: str = "kt") -> CarrierContext:
    """What the gateway gives a carrier."""
    return CarrierContext(name, carrier_directory(data, name), lambda: 0, no_file)


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of somebody else that is installed."""
    (tmp_path / "acme_carrier.py").write_text(ACME)
    (tmp_path / "odd_carrier.py").write_text("1 / 0\n")
    info = tmp_path / "acme_carrier-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-carrier\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    return tmp_path


def test_the_simulator_takes_its_settings_as_options(tmp_path: Path) -> None:
    carrier = make_carrier("simulator", {"delay_ms": 5, "failure_mix": {"8": 0.5}}, context(tmp_path))
    assert isinstance(carrier, SimulatedCarrier)
    assert (carrier.name, carrier.settings.delay_ms, carrier.settings.failure_mix) == ("kt", 5, {8: 0.5})


@pytest.mark.usefixtures("acme")
def test_a_package_brings_a_kind(tmp_path: Path) -> None:
    assert kinds() == ["acme", "broken", "odd", "simulator"]
    assert make_carrier("acme", {"line": "leased"}, context(tmp_path)).name == "kt"


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        (
            "pigeon",
            "carrier.unknown_kind",
            "there is no kind of carrier pigeon; there are acme, broken, odd, simulator",
        ),
        ("broken", "carrier.kind_not_loaded", "broken cannot be loaded from acme_carrier:nothing"),
        ("odd", "carrier.kind_not_loaded", "odd_carrier:make_carrier: ZeroDivisionError: division by zero"),
        ("acme", "carrier.bad_options", "carrier kt: line: only leased"),
        ("simulator", "carrier.bad_options", "colour"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_sentence(tmp_path: Path, kind: str, code: str, said: str) -> None:
    with pytest.raises(CarrierError) as caught:
        make_carrier(kind, {"colour": 1}, context(tmp_path))
    assert caught.value.code == code
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("acme")
def test_a_fault_of_a_packages_own_is_a_sentence_too(tmp_path: Path) -> None:
    with pytest.raises(CarrierError, match=r"^carrier kt: KeyError: 'host'$"):
        make_carrier("acme", {"line": "leased", "port": 1}, context(tmp_path))


def test_the_only_carrier_keeps_its_folder_and_others_have_their_own(tmp_path: Path) -> None:
    assert carrier_directory(tmp_path, "simulator") == tmp_path / "simulator", "as before there were several"
    assert carrier_directory(tmp_path, "kt") == tmp_path / "carriers" / "kt"
