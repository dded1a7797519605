"""docs/agent-tables.md names everything that a mapping can have, and its examples can be used."""

import re
from pathlib import Path

import msgspec
import pytest

from samlink.agent.presets import PRESETS, preset
from samlink.agent.settings import Work
from samlink.agent.tables.schema.mapping import Contents, Field, TableMapping
from samlink.agent.tables.settle import views
from samlink.vocabulary.services import Service
from tests.agent.customer import Customer

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "agent-tables.md").read_text(encoding="utf-8")
START = (DOCS / "agent.md").read_text(encoding="utf-8")
NAMES = set(re.findall(r"`([a-z_0-9]+)`", PAGE)) | {"file2", "file3", "file4"}


@pytest.mark.parametrize("struct", [TableMapping, Contents])
def test_every_setting_of_a_mapping_is_told(struct: type[msgspec.Struct]) -> None:
    assert set(struct.__struct_fields__) <= NAMES


def test_every_field_is_told() -> None:
    assert {field.value for field in Field} <= NAMES


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_told_with_its_tables(name: str) -> None:
    assert f"`{name}`" in PAGE
    for mapping in preset(name):
        assert mapping.table in PAGE
        assert f"`{mapping.results['6']}`" in PAGE


def test_the_mapping_of_biz_msg_can_be_read() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE[PAGE.index("**Daou BIZ_MSG.**") :], re.DOTALL)
    values = msgspec.toml.decode(block)
    (mapping,) = msgspec.convert(values["tables"], tuple[TableMapping, ...])
    assert mapping.services == {Service.SMS, Service.MMS}


def test_the_statements_of_the_start_work_as_printed(customer: Customer) -> None:
    views.LogView(customer.sms).make()
    statements = re.findall(r"^((?:INSERT|SELECT) .*);$", START, re.MULTILINE)
    assert len(statements) == 3
    with customer.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    assert customer.states() == [0]
    assert customer.states("UShotMMS") == [0]


def test_the_settings_that_are_told_have_the_defaults_that_are_told() -> None:
    section = START[START.index("(`[work]`)") :].partition("\n## ")[0]
    told = {name: float(value) for name, value in re.findall(r"^\| `(\w+)` \| (\d+) \|", section, re.MULTILINE)}
    assert told == {name: getattr(Work(), name) for name in told}
    assert {"rows", "claims", "lease_seconds"} <= told.keys()
