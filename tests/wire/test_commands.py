"""The tables are the manual's: every total, every field, every size, checked against its words."""

from collections.abc import Sequence

import pytest

from samlink.wire.commands import COMMANDS, SEND_COMMANDS, Command, Table
from samlink.wire.fields import FieldKind
from samlink.wire.packets import Packet, body_limit, encode_body, record_size
from samlink.wire.records import FileNames, KeyRecord, Record, ResultRecord, SendRecord
from tests.wire.strategies import LAYOUTS, layout_id

MANUAL_TOTALS = {
    "1010": "40",
    "1011": "24",
    "1020": "4 + 284 * COUNT",
    "1024": "(4 + 512) + (2224 * COUNT)",
    "1026": "0",
    "1021": "4 + 40 * COUNT",
    "1030": "0 (SAM10); 4 + 40 * COUNT (SAM11)",
    "1031": "4 + 82 * COUNT",
    "1044": "(4) + (4+224+MSG_LEN)*COUNT",
    "1045": "(4+512)+(4+224+MSG_LEN)*COUNT",
    "2030": "13 + FILE_LENGTH",
    "2040": "128",
}
"""The manual's own words (3.B); 2030's file size by its field's name."""

ADDRESSED = "GRP_ID 20, MSG_ID 20, SENDER 12, RECEIVER 12, RESERVE_DT 20, TIMEOUT_DT 20"
FILES = "FILE_NAME1 128, FILE_NAME2 128, FILE_NAME3 128, FILE_NAME4 128"
MANUAL_FIELDS = {
    "1010": ("ID 20, PASSWORD 20", ""),
    "1011": ("FEE_TYPE 2, SMS_COST 6, LMS_COST 6, MMS_COST 6, BALANCE 8, VARIABLE_YN 1, MAX_MSG_SIZE 4", ""),
    "1020": ("", f"{ADDRESSED}, MSG 100, URL 80, USERCODE 30"),
    "1024": (FILES, f"{ADDRESSED}, SUBJECT 120, MSG 2000, USERCODE 30"),
    "1026": ("", ""),
    "1021": ("", "GRP_ID 20, MSG_ID 20"),
    "1030": ("", "GRP_ID 20, MSG_ID 20"),
    "1031": ("", "GRP_ID 20, MSG_ID 20, RECEIVER 12, SEND_DT 20, RESULT 3, TELECOM 7"),
    "1044": ("", f"MSG_LEN 4, {ADDRESSED}, SUBJECT 120, MSG 0, USERCODE 30"),
    "1045": (FILES, f"MSG_LEN 4, {ADDRESSED}, SUBJECT 120, MSG 0, USERCODE 30"),
    "2030": ("FILE_LENGTH 10, FILE_EXT 3, FILE 0", ""),
    "2040": ("FILE_NAME 128", ""),
}
"""Typed from the manual's tables (3.B), in its order; 0 for what a length counts."""

NEEDED = {
    "1010": {"ID", "PASSWORD"},
    "1011": {"FEE_TYPE", "SMS_COST", "LMS_COST", "MMS_COST", "BALANCE", "VARIABLE_YN", "MAX_MSG_SIZE"},
    "1020": {"GRP_ID", "MSG_ID", "RECEIVER", "MSG"},
    "1024": {"GRP_ID", "MSG_ID", "RECEIVER", "MSG"},
    "1026": set(),
    "1021": {"GRP_ID", "MSG_ID"},
    "1030": {"GRP_ID", "MSG_ID"},
    "1031": {"GRP_ID", "MSG_ID", "RECEIVER", "SEND_DT", "RESULT"},
    "1044": {"MSG_LEN", "GRP_ID", "MSG_ID", "RECEIVER", "MSG"},
    "1045": {"MSG_LEN", "GRP_ID", "MSG_ID", "RECEIVER", "MSG"},
    "2030": {"FILE_LENGTH"},  # choices.py: "fields of a file"
    "2040": {"FILE_NAME"},
}


def manual_commands() -> list[Command]:
    """All commands but our own extension."""
    return [command for command in COMMANDS.values() if command.code in MANUAL_TOTALS]


def shown(table: Table | None) -> str:
    """A table as `MANUAL_FIELDS` has it."""
    return "" if table is None else ", ".join(f"{field.name} {field.size}" for field in table.fields)


def test_every_command_of_the_manual_is_there_one_of_the_field_and_one_of_ours() -> None:
    assert set(COMMANDS) == {*MANUAL_TOTALS, "1054", "1096"}
    assert all(command.code == code for code, command in COMMANDS.items())


def test_ours_is_the_extension_as_it_is_defined() -> None:
    command = COMMANDS["1054"]
    assert command.head is None
    assert shown(command.record) == (
        f"MSG_LEN 4, ATTACH_LEN 5, ALT_LEN 4, {ADDRESSED}, KIND 2, AD_YN 1, SENDER_KEY 40, TEMPLATE_CODE 30, "
        "ALT_TYPE 1, ALT_SUBJECT 120, USERCODE 30, MSG 0, ATTACHMENT 0, ALT_MSG 0"
    )
    assert record_size(command, user_code=False) == record_size(command, user_code=True) == 341


def test_1025_is_named_in_the_common_table_only() -> None:
    assert "1025" not in COMMANDS


@pytest.mark.parametrize("command", manual_commands(), ids=lambda command: command.code)
def test_fields_and_sizes_are_the_manuals(command: Command) -> None:
    assert (shown(command.head), shown(command.record)) == MANUAL_FIELDS[command.code]
    assert command.manual_total == MANUAL_TOTALS[command.code]


@pytest.mark.parametrize("command", manual_commands(), ids=lambda command: command.code)
def test_what_is_needed_is_the_manuals(command: Command) -> None:
    tables = [table for table in (command.head, command.record) if table is not None]
    assert {field.name for table in tables for field in table.fields if field.required} == NEEDED[command.code]


MANUAL_SIZES = {
    "1020": (4, 284),
    "1024": (4 + 512, 2224),
    "1021": (4, 40),
    "1031": (4, 82),
    "1044": (4, 4 + 224),
    "1045": (4 + 512, 4 + 224),
}
"""The same totals as numbers: once, and for each record without its MSG_LEN bytes of MSG."""


@pytest.mark.parametrize("code", ["1020", "1024", "1044", "1045"])
@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_a_send_body_has_the_size_that_the_manual_totals(code: str, count: int) -> None:
    command = COMMANDS[code]
    head = FileNames() if command.head is not None else None
    for user_code in (False, True):
        records = [SendRecord("g", str(n), "0212345678", "01012345678", text="가" * 25) for n in range(count)]
        body = encode_body(Packet(command, head, records, user_code))
        once, each = MANUAL_SIZES[code]
        text = 50 if code in {"1044", "1045"} else 0
        assert len(body) == once + (each + text + 30 * user_code) * count


@pytest.mark.parametrize("count", [0, 1, 30, 9999])
def test_bodies_of_keys_and_results_have_the_size_that_the_manual_totals(count: int) -> None:
    keys = [KeyRecord("g", "m")] * count
    results = [ResultRecord("g", "m", "01012345678", 0, 6, "01190")] * count
    bodies: tuple[tuple[str, Sequence[Record]], ...] = (("1021", keys), ("1030", keys), ("1031", results))
    for code, records in bodies:
        once, each = MANUAL_SIZES[code if code != "1030" else "1021"]
        assert len(encode_body(Packet(COMMANDS[code], records=records))) == once + each * count


def test_the_login_answers_fields_sum_to_33_and_not_to_its_total() -> None:
    head = COMMANDS["1011"].head
    assert head is not None
    assert sum(field.size for field in head.fields) == 33
    assert MANUAL_TOTALS["1011"] == "24"


@pytest.mark.parametrize(
    ("code", "without", "with_it"), [("1020", 284, 314), ("1024", 2224, 2254), ("1044", 228, 258), ("1045", 228, 258)]
)
def test_record_sizes_of_both_layouts(code: str, without: int, with_it: int) -> None:
    assert record_size(COMMANDS[code], user_code=False) == without
    assert record_size(COMMANDS[code], user_code=True) == with_it


@pytest.mark.parametrize(
    ("code", "count", "size"),
    [
        ("1010", 0, 40),
        ("1020", 30, 4 + 314 * 30),
        ("1024", 30, 516 + 2254 * 30),
        ("1044", 30, 4 + 3258 * 30),
        ("1045", 30, 516 + 3258 * 30),
        ("1030", 1000, 40_004),
        ("2030", 0, 13 + 307_200),
        ("2040", 0, 128),
        ("1026", 0, 0),
        ("1054", 30, 4 + (341 + 4000 + 99_999 + 2000) * 30),
    ],
)
def test_the_most_that_a_body_can_have(code: str, count: int, size: int) -> None:
    assert body_limit(COMMANDS[code], count) == size


@pytest.mark.parametrize("layout", LAYOUTS, ids=layout_id)
def test_every_field_has_a_place_in_its_record_or_counts_one_that_has(layout: tuple[Command, bool]) -> None:
    command, _ = layout
    for table in (command.head, command.record):
        for field in table.fields if table is not None else ():
            counted = [other.name for other in table.fields if other.counted_by == field.name] if table else []
            assert bool(field.attribute) is not (field.kind is FieldKind.LENGTH)
            assert bool(counted) is (field.kind is FieldKind.LENGTH)
            assert (field.size == 0) is bool(field.counted_by) is (field.limit > 0)
            if field.attribute and table is not None:
                assert field.attribute in table.record.__struct_fields__


def test_send_commands_are_those_of_their_ports() -> None:
    codes = {service.name: [command.code for command in commands] for service, commands in SEND_COMMANDS.items()}
    assert codes == {"SMS": ["1020"], "MMS": ["1024", "1044", "1045"], "KMS": ["1054"]}
