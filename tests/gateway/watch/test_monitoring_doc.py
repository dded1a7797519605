"""The alerts, the dashboard, the unit and docs/operating.md speak of metrics and events that exist."""

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from samlink.gateway.watch import events
from samlink.gateway.watch.counters import BACKLOG_LIMIT
from samlink.gateway.watch.health import QUEUE_GRACE_SECONDS, STORE_GRACE_SECONDS
from samlink.gateway.watch.metrics import METRICS, PREFIX
from samlink.gateway.watch.watcher import COUNT_SECONDS
from samlink.watch.events import Event

DOCS: Final = Path(__file__).resolve().parents[3] / "docs"
RULES: Final = (DOCS / "monitoring" / "samlink.rules.yml").read_text(encoding="utf-8")
BOARD: Final[dict[str, Any]] = json.loads((DOCS / "monitoring" / "samlink-gateway.dashboard.json").read_bytes())
UNIT: Final = DOCS / "systemd" / "samlink.service"
PAGES: Final = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("operating.md", "operating.ko.md")}
ALERTS: Final = dict(re.findall(r"- alert: (\w+)\n\s+expr: (.+)\n", RULES))
SHOWN: Final = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
SAMPLES: Final = {PREFIX + one.name + ("_total" if one.kind == "counter" else ""): set(one.labels) for one in METRICS}
NOT_METRICS: Final = {"job", "up"}


@pytest.mark.parametrize("expression", [*ALERTS.values(), *SHOWN])
def test_an_expression_asks_for_metrics_and_labels_that_exist(expression: str) -> None:
    asked = re.findall(rf"({PREFIX}\w+)(?:{{([^}}]*)}})?", expression)
    assert asked or expression.startswith("up{")
    for name, selector in asked:
        assert name in SAMPLES
        assert set(re.findall(r"(\w+)\s*(?:!=|=~|=)", selector)) <= SAMPLES[name]
        grouped = re.findall(rf"by \(([\w, ]+)\) \(\w+\({name}", expression)
        assert all(set(group.split(", ")) <= SAMPLES[name] for group in grouped)
    assert expression.count("(") == expression.count(")")


def test_a_counter_is_asked_for_its_rate_and_a_gauge_for_its_value() -> None:
    for expression in (*ALERTS.values(), *SHOWN):
        asked = re.sub(r"sum\((\S+) unless \1 offset 15m\)", "", expression)
        for name in re.findall(rf"{PREFIX}\w+", asked):
            rated = re.search(rf"(?:rate|increase)\({name}", expression) is not None
            assert rated is name.endswith("_total"), expression


def test_an_alert_for_any_sees_the_first_event_of_a_series_and_one_for_none_a_series_that_never_was() -> None:
    for expression in ALERTS.values():
        assert " + " not in expression, "a sum with a series that is not there is nothing"
        for counter in re.findall(r"sum\(increase\((\S+)\[15m\]\)\) > 0", expression):
            assert f"sum({counter} unless {counter} offset 15m) > 0" in expression
    assert "or vector(0)) == 0" in ALERTS["SamlinkNoResults"]


@pytest.mark.parametrize("page", PAGES)
def test_each_alert_is_explained_and_no_other(page: str) -> None:
    assert len(ALERTS) == RULES.count("- alert:") > 10
    assert set(re.findall(r"^\| `(Samlink\w+)` \|", PAGES[page], re.MULTILINE)) == set(ALERTS)


@pytest.mark.parametrize("page", PAGES)
def test_the_events_and_figures_of_the_page_are_those_of_the_code(page: str) -> None:
    text = PAGES[page]
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)]
    logged = {kind.name for kind in kinds if kind.level is not None}
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text)) & {kind.name for kind in kinds}
    assert len(named) > 5
    assert named <= logged
    for figure in (STORE_GRACE_SECONDS, QUEUE_GRACE_SECONDS, COUNT_SECONDS):
        assert re.search(rf"\b{figure:.0f}( s\b|초)", text)
    assert BACKLOG_LIMIT == 100_000


def test_the_dashboard_lies_on_its_grid() -> None:
    panels = BOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(cells)) == len(cells), "no two panels lie on one another"
    assert max(x for x, _ in cells) < 24


def test_the_unit_waits_for_ready_and_watches() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # names of units are told apart by their case
    unit.read(UNIT, encoding="utf-8")
    service = unit["Service"]
    assert service["ExecStart"].startswith("/opt/samlink/bin/samlink serve ")
    assert (service["Type"], service["User"], service["CapabilityBoundingSet"]) == ("notify", "samlink", "")
    assert int(service["WatchdogSec"]) >= 30
    assert "HUP" in service["ExecReload"]


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    text = UNIT.read_text(encoding="utf-8").replace("/opt/samlink/bin/samlink", "/bin/true")
    copy = tmp_path / "samlink.service"
    copy.write_text(text, encoding="utf-8")
    found = subprocess.run([program, "verify", str(copy)], capture_output=True, text=True, timeout=60, check=False)
    assert "samlink.service" not in found.stderr, found.stderr
