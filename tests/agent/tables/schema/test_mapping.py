"""Mappings: a table of Kakao messages has a kind, whatever the table lacks; a log is what the mapping says."""

from typing import Any

import pytest

from samlink.agent.errors import SettingsError
from samlink.agent.tables.schema.mapping import Field, TableMapping
from samlink.vocabulary.services import Service

COLUMNS = {Field.ID: "id", Field.STATE: "status", Field.RESULT: "status", Field.RECEIVER: "to", Field.TEXT: "text"}
TYPED = {**COLUMNS, Field.TYPE: "msg_type"}


def mapping(service: Service = Service.KMS, **changes: Any) -> TableMapping:
    """A mapping that lacks a kind."""
    given: dict[str, Any] = {"table": "ata_mmt_tran", "service": service, "columns": COLUMNS}
    return TableMapping(**given | changes)


def test_a_kind_for_the_whole_table() -> None:
    assert mapping(kind="AT").kind_of({}) == "AT"


@pytest.mark.parametrize(("type", "kind"), [("1008", "AT"), (1009, "FT"), (" 1008 ", "AT"), (7, ""), (None, "")])
def test_a_kind_by_the_rows_type(type: object, kind: str) -> None:
    found = mapping(columns=TYPED, kinds={"1008": "AT", "1009": "FT"})
    assert found.kind_of({Field.TYPE: type}) == kind


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "mapping.kind_missing"),
        ({"kind": "AT", "columns": {**COLUMNS, Field.KIND: "kind"}}, "mapping.kind_missing"),
        ({"columns": TYPED, "types": {"1": 1, "6": 3}}, "mapping.kind_missing"),
        ({"kinds": {"1008": "AT"}}, "mapping.incomplete"),
        ({"kind": "1008"}, "mapping.kind_unknown"),
        ({"kind": "AT", "log": "{table}"}, "mapping.log_is_table"),
        ({"kind": "AT", "log": "ata_mmt_tran"}, "mapping.log_is_table"),
        ({"kind": "AT", "log": "done", "log_month": "reserve_at"}, "mapping.log_month"),
        ({"kind": "AT", "log_month": "reserve_at"}, "mapping.log_month"),
        ({"kind": "AT", "log": "", "view": "all"}, "mapping.view_without_log"),
    ],
)
def test_what_a_mapping_lacks_is_said_before_a_row_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(SettingsError) as raised:
        mapping(**changes)
    assert raised.value.code == code
