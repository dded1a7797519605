"""What docs/agent.md says of logs, metrics and services is so."""

import configparser
import logging
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from samlink.agent.watch import events
from samlink.agent.watch.counters import AgentCounters
from samlink.agent.watch.health import FAULT_GRACE_SECONDS, LOGIN_GRACE_SECONDS, SILENCE_SECONDS
from samlink.agent.watch.metrics import metrics_of
from samlink.agent.watch.overview import COUNT_LIMIT, COUNT_SECONDS, TableView
from samlink.vocabulary.services import Duty, Service
from samlink.watch.events import Event
from samlink.watch.exposition import metrics_text
from tests.agent.customer import because

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "agent.md").read_text(encoding="utf-8")
UNIT = DOCS / "systemd" / "samlink-agent.service"
PROGRAM = "/opt/samlink/bin/samlink"
NAMED = set(re.findall(r"`([a-z_]+)`", PAGE))
EVENTS = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event) and kind.name]


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.name)
def test_each_line_of_the_log_is_explained(kind: type[Event]) -> None:
    assert kind.level is None or kind.name in NAMED
    assert kind.level in {None, logging.DEBUG, logging.INFO, logging.WARNING}


def test_the_metrics_of_the_alerts_exist() -> None:
    counters = AgentCounters("1", ["t"], [(Service.SMS, Duty.REPORT)])
    counters.hear(events.ResultsWritten({6: 1}))
    counters.hear(events.RowRefused("t", "1", 77, because("why")))
    counters.hear(events.TablesCounted((TableView("t", 1, 0, None, 0, 0, 0, 0),)))
    there = set(re.findall(r"^(samlink_agent_\w+)", metrics_text(metrics_of(counters.read())).decode(), re.MULTILINE))
    asked = set(re.findall(r"samlink_agent_\w+", PAGE))
    assert len(asked) > 5
    assert asked <= there


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    for figure in (FAULT_GRACE_SECONDS, LOGIN_GRACE_SECONDS, SILENCE_SECONDS):
        assert f"after {figure:.0f} s" in PAGE or f"grace of {figure:.0f} s" in PAGE
    assert f"`{COUNT_LIMIT:,}+`" in PAGE
    assert f"each {COUNT_SECONDS:.0f} s" in PAGE


def test_the_unit_runs_the_agent_without_rights() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # names of units are told apart by their case
    unit.read(UNIT, encoding="utf-8")
    service = unit["Service"]
    assert service["ExecStart"].startswith(f"{PROGRAM} agent run ")
    assert (service["Type"], service["User"], service["CapabilityBoundingSet"]) == ("notify", "samlink", "")
    assert service["NoNewPrivileges"] == "yes"
    assert not any("password" in value.lower() for key, value in service.items() if key.startswith("Environment"))


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """Where systemd is; `configparser` has read the unit in any case."""
    if (analyze := shutil.which("systemd-analyze")) is None:
        return
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true"), encoding="utf-8")
    ran = subprocess.run((analyze, "verify", str(copy)), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert UNIT.name not in ran.stderr
