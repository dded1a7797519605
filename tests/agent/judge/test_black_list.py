"""The black list, in a table of the customer's, on each kind of database."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis.strategies import from_regex

from samlink.agent.ddl import create_rule_tables
from samlink.agent.errors import TableError
from samlink.agent.judge.black_list import USUAL, BlackList, forms
from samlink.agent.judge.rules import Terms
from samlink.vocabulary.numbers import digits_of
from tests.agent.customer import Customer

TERMS = Terms(black_list="UShotBlock")
WAYS = (
    "01012345678",
    "010-1234-5678",
    "010 1234 5678",
    "821012345678",
    "+821012345678",
    "+82 10-1234-5678",
    "82-10-1234-5678",
    "+82-10-1234-5678",
    "1012345678",
)


def insert(customer: Customer, *numbers: str) -> None:
    """Insert numbers as a customer does."""
    for number in numbers:
        customer.run("INSERT INTO UShotBlock (Receiver) VALUES (:number)", number=number)


def black_list(customer: Customer) -> BlackList:
    """A new agent's view of the list."""
    return BlackList(customer.engine, TERMS.black_list, TERMS.black_list_column)


def test_a_number_is_found_however_it_is_written(customer: Customer) -> None:
    create_rule_tables(customer.engine, TERMS, "UShot")
    known = black_list(customer)
    receivers = ["01012345678", "01112345678", "0111234567"]
    assert known.listed(receivers) == frozenset()
    for way in WAYS:
        insert(customer, way, "어떤 말")
        assert known.listed(receivers) == {"01012345678"}, way
        customer.run("DELETE FROM UShotBlock")
    insert(customer, "011-123-4567")
    assert known.listed(receivers) == {"0111234567"}


UNUSUAL = (
    "01012345678\r",
    "01012345678 ",
    "\u00a001012345678",
    "(010)1234-5678",
    "010 1234-5678",
    "010-12345678",
    "+82(0)10-1234-5678",
    "0082-10-1234-5678",
    "\u202a010-1234-5678\u202c",
    "010\u20111234\u20115678",
    "\ufeff01012345678",
    "'01012345678",
    "０１０－１２３４－５６７８",
    "8210.1234.5678",
)
"""Spellings of files, contacts and spreadsheets, none of which the index finds."""


@pytest.fixture
def at_each_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is looked over whenever it is asked, however long that takes."""
    monkeypatch.setattr("samlink.agent.judge.black_list.LOOKING_SHARE", 0)


@pytest.mark.usefixtures("at_each_claim")
def test_numbers_are_compared_and_not_spellings(customer: Customer) -> None:
    customer.run("CREATE TABLE UShotBlock (Receiver VARCHAR(40))")
    known = black_list(customer)
    for way in UNUSUAL:
        insert(customer, way)
        assert known.listed(["01012345678", "01112345678"]) == {"01012345678"}, way
        customer.run("DELETE FROM UShotBlock")


def test_entries_that_no_receiver_can_match_are_counted(customer: Customer) -> None:
    customer.run("CREATE TABLE UShotBlock (Receiver VARCHAR(40))")
    insert(customer, *WAYS, *UNUSUAL, "0212345678", "어떤 말", "", "010-123", "15881234")
    assert black_list(customer).useless == 5


@pytest.mark.usefixtures("at_each_claim")
def test_a_list_that_cannot_be_kept_in_memory_stops_all_sending(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.run("CREATE TABLE UShotBlock (Receiver VARCHAR(40))")
    known = black_list(customer)
    monkeypatch.setattr("samlink.agent.judge.black_list.UNUSUAL_LIMIT", 2)
    insert(customer, *UNUSUAL[:3])
    with pytest.raises(TableError, match="more than 2 numbers that are not written as digits"):
        known.listed(["01012345678"])
    with pytest.raises(TableError, match="not written as digits"):
        black_list(customer)


@given(from_regex(USUAL.replace("^", "").replace("$", ""), fullmatch=True))
def test_each_usual_spelling_is_one_that_is_asked_for(way: str) -> None:
    receivers = [digits for form in (way, f"0{way}") if (digits := digits_of(form)) is not None and digits[0] == "0"]
    assert way in forms(receivers[0])


@pytest.mark.parametrize("way", ["0505-123-4567", "0505 123 4567", "050-5123-4567", "05051234567", "+82 505-123-4567"])
def test_a_number_that_begins_with_05_is_found_too(customer: Customer, way: str) -> None:
    create_rule_tables(customer.engine, TERMS, "UShot")
    insert(customer, way)
    assert black_list(customer).listed(["05051234567", "01012345678"]) == {"05051234567"}


def test_many_receivers_are_asked_for_at_once(customer: Customer) -> None:
    create_rule_tables(customer.engine, TERMS, "UShot")
    insert(customer, "01000000007", "010-0000-0999")
    receivers = [f"010{number:08}" for number in range(1000)]
    assert black_list(customer).listed(receivers) == {"01000000007", "01000000999"}


def test_a_column_of_numbers_will_do(customer: Customer) -> None:
    customer.run("CREATE TABLE Refusers (Phone BIGINT)")
    customer.run("INSERT INTO Refusers VALUES (1012345678), (821099998888)")
    known = BlackList(customer.engine, "refusers", "phone")
    assert known.listed(["01012345678", "01099998888", "01055556666"]) == {"01012345678", "01099998888"}


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_a_column_of_bytes_will_do(customer: Customer) -> None:
    customer.run("CREATE TABLE Refusers (Phone VARBINARY(20))")
    customer.run("INSERT INTO Refusers VALUES ('01012345678'), ('010-9999-8888 ')")
    known = BlackList(customer.engine, "refusers", "phone")
    assert known.listed(["01012345678", "01099998888", "01055556666"]) == {"01012345678", "01099998888"}


def test_tables_of_the_rules_are_made_once_and_only_when_they_are_needed(customer: Customer) -> None:
    assert create_rule_tables(customer.engine, Terms(), "UShot") == ()
    terms = Terms(black_list="UShotBlock", duplicate_seconds=60)
    assert [name.lower() for name in create_rule_tables(customer.engine, terms, "UShot")] == [
        "ushotdigest",
        "ushotblock",
    ]
    assert create_rule_tables(customer.engine, terms, "UShot") == ()


def test_a_list_that_is_missing_is_named(customer: Customer) -> None:
    with pytest.raises(TableError, match="no table UShotBlock"):
        black_list(customer)
    customer.run("CREATE TABLE UShotBlock (Phone VARCHAR(20))")
    with pytest.raises(TableError, match="no column Receiver"):
        black_list(customer)


def test_a_list_may_be_a_view(customer: Customer) -> None:
    customer.run("CREATE TABLE Members (Phone VARCHAR(20), Refuses INTEGER)")
    customer.run("INSERT INTO Members VALUES ('01012345678', 1), ('01099998888', 0)")
    customer.run("CREATE VIEW UShotBlock AS SELECT Phone AS Receiver FROM Members WHERE Refuses = 1")
    assert black_list(customer).listed(["01012345678", "01099998888"]) == {"01012345678"}


def test_forms_of_one_number_are_few_enough_for_a_query() -> None:
    assert set(WAYS) <= set(forms("01012345678"))
    assert len(forms("01012345678")) <= 20


def test_the_list_is_found_by_its_index(customer: Customer) -> None:
    create_rule_tables(customer.engine, TERMS, "UShot")
    with customer.engine.connect() as connection:
        keys = sa.inspect(connection).get_pk_constraint(
            TERMS.black_list if customer.sms.name == "UShotSMS" else "ushotblock"
        )
    assert [name.lower() for name in keys["constrained_columns"]] == ["receiver"]
