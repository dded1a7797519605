"""The result codes against the manual's section C."""

import pytest

from samlink.vocabulary.results import (
    KAKAO_RESULTS,
    NETWORK_RESULTS,
    NEWER_RESULTS,
    RESEND_RESULTS,
    RESULTS,
    Fault,
    GivenBy,
    Group,
    ResultCode,
    ResultMeaning,
    result,
)

MANUAL_CODES = (
    *(0, 1, 3, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 20, 21, 22, 23, 28, 29, 36, 37),
    *(50, 51, 52, 53, 54, 59, 60, 61, 62, 63, 64, 69, 73, 74, 75, 76, 77, 78, 79),
    *(80, 81, 84, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99),
)
RESULT_BYTES = 3
NAME_LIMIT = 60
ROWS = tuple(RESULTS.values())
NEWER = tuple(NEWER_RESULTS.values())


def test_the_table_is_the_manuals_whole_and_in_order() -> None:
    assert tuple(RESULTS) == MANUAL_CODES


def test_every_name_has_its_row_and_every_row_its_name() -> None:
    assert [code.value for code in ResultCode] == list(RESULTS)


def test_delivered_is_the_only_success_and_the_only_charge() -> None:
    assert [row.number for row in ROWS if row.delivered] == [6]
    assert [row.number for row in ROWS if row.charged] == [6]
    assert ResultCode.DELIVERED.value == 6


def test_all_but_the_two_states_are_final() -> None:
    assert [row.number for row in ROWS if not row.final] == [0, 1]


def test_95_to_99_ask_for_a_resend_and_say_so_in_korean() -> None:
    assert frozenset({95, 96, 97, 98, 99}) == RESEND_RESULTS
    assert {row.number for row in ROWS if "재전송 필요" in row.korean} == RESEND_RESULTS


def test_who_gives_a_result() -> None:
    networks = {5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 20, 21, 22, 23, 28, 29, 36, 37, 50, 51, 52, 53, 54, 59}
    assert networks == NETWORK_RESULTS
    assert frozenset({62, 63, 64}) == KAKAO_RESULTS
    assert {row.number for row in ROWS if row.given_by is GivenBy.AGENT} == {0, 1, *range(73, 80)}
    assert {row.number for row in ROWS if row.korean.startswith("[Agent]")} == set(range(73, 80))


def test_every_group_and_every_fault_is_used() -> None:
    assert {row.group for row in ROWS} == set(Group)
    assert {row.fault for row in ROWS} == set(Fault)


@pytest.mark.parametrize("row", ROWS + NEWER, ids=str)
def test_a_row_is_fit_to_be_shown(row: ResultMeaning) -> None:
    assert len(str(row.number)) <= RESULT_BYTES
    assert 0 < len(row.korean) <= NAME_LIMIT
    assert 0 < len(row.english) <= NAME_LIMIT
    assert row.english.isascii()
    assert row.korean.encode("cp949").decode("cp949") == row.korean
    assert not (row.charged and row.resend)
    assert str(row) == f"{row.number} {row.english}"


def test_names_are_unique() -> None:
    rows = ROWS + NEWER
    assert len({row.korean for row in rows}) == len(rows)
    assert len({row.english for row in rows}) == len(rows)


def test_newer_codes_of_the_family_are_final_failures_beside_the_manuals_table() -> None:
    assert tuple(NEWER_RESULTS) == (12, 35, 38, 39, 49, 55, 56, 57, 58)
    assert not set(NEWER_RESULTS) & set(RESULTS)
    assert all(result(row.number) is row for row in NEWER)
    assert not any(row.charged or row.resend or not row.final for row in NEWER)


def test_a_known_number_gives_its_row() -> None:
    assert result(92) is RESULTS[ResultCode.NO_BALANCE]


@pytest.mark.parametrize(
    ("number", "group", "fault"),
    [
        (2, Group.CARRIER, Fault.CARRIER),
        (17, Group.SPAM, Fault.SENDER),
        (25, Group.RECEIVER, Fault.RECEIVER),
        (30, Group.CARRIER, Fault.CARRIER),
        (48, Group.CARRIER, Fault.CARRIER),
        (65, Group.CONTENT, Fault.CUSTOMER),
        (70, Group.AGENT, Fault.CUSTOMER),
        (85, Group.POLICY, Fault.SENDER),
        (100, Group.CARRIER, Fault.CARRIER),
        (999, Group.CARRIER, Fault.CARRIER),
        (-1, Group.CARRIER, Fault.CARRIER),
    ],
)
def test_an_unknown_number_is_a_final_failure_of_its_class(number: int, group: Group, fault: Fault) -> None:
    unknown = result(number)
    assert (unknown.number, unknown.group, unknown.fault) == (number, group, fault)
    assert (unknown.final, unknown.charged, unknown.resend, unknown.delivered) == (True, False, False, False)
    assert str(number) in unknown.korean
    assert str(number) in unknown.english
