"""What is told of an error: its code and the names in it, and nothing that a row, a text or a password holds."""

import contextlib
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from samlink.agent.driver_errors import REASON_CHARACTERS, reason_of
from samlink.agent.tables.engine import engine_of
from samlink.client import PacketRefusedError
from samlink.vocabulary.responses import ResponseCode

NUMBER = "01012345678"
TEXT = "비밀 인증번호 482913"
PASSWORD = "Kx7-secret-Q2"
TABLE = "CREATE TABLE victim (receiver VARCHAR(40) PRIMARY KEY, msg VARCHAR(20) NOT NULL, amount INTEGER)"


@contextlib.contextmanager
def failing(engine: sa.Engine) -> Iterator[list[str]]:
    """The reason of the error that the block raises, in a list."""
    reasons: list[str] = []
    with pytest.raises(sa.exc.SQLAlchemyError) as raised:
        yield reasons
    reasons.append(str(reason_of(raised.value)))


@pytest.fixture
def engine(url: sa.URL) -> Iterator[sa.Engine]:
    """A database with a table that refuses much."""
    engine = engine_of(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(TABLE)
        connection.execute(sa.text("INSERT INTO victim VALUES (:r, 'x', 1)"), {"r": NUMBER})
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("INSERT INTO victim VALUES (:r, :m, 1)", {"r": NUMBER, "m": "x"}),
        ("INSERT INTO victim VALUES (:r, :m, :a)", {"r": f"{TEXT} {NUMBER}", "m": "x", "a": TEXT}),
        ("INSERT INTO victim VALUES ('1', :m, 1)", {"m": TEXT * 20}),
        ("INSERT INTO victim VALUES ('1', NULL, 1)", {}),
        ("UPDATE victim SET amount = CAST(:m AS DECIMAL) WHERE nowhere = 1", {"m": TEXT}),
        (f"UPDATE victim SET '{TEXT}' {NUMBER}", {}),
        ("SELECT amount FROM victim WHERE amount = CAST(:m AS DATE) OR", {"m": TEXT}),
        ("UPDATE victim SET msg = :m WHERE amount / 0 = 1 AND nothing(:m)", {"m": TEXT}),
    ],
)
def test_no_value_of_a_statement_is_told(engine: sa.Engine, statement: str, values: dict[str, object]) -> None:
    reason = ""
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(statement), values)
    except sa.exc.SQLAlchemyError as error:
        reason = str(reason_of(error))
    assert not any(secret in reason for secret in (NUMBER, "1234", TEXT, "비밀", "482913")), reason
    assert "\n" not in reason
    assert len(reason) <= REASON_CHARACTERS


def test_names_of_tables_and_columns_are_told(engine: sa.Engine) -> None:
    with failing(engine) as reasons, engine.begin() as connection:
        connection.exec_driver_sql("SELECT telecom FROM victim")
    with failing(engine) as more, engine.begin() as connection:
        connection.exec_driver_sql("SELECT 1 FROM no_such_place")
    assert "telecom" in reasons[0]
    assert "no_such_place" in more[0]


@pytest.mark.parametrize("url", ["sqlite", "mariadb"], indirect=True)
def test_what_a_trigger_says_is_not_told(engine: sa.Engine) -> None:
    raise_it = {
        "sqlite": f"BEGIN SELECT RAISE(ABORT, '{TEXT} {NUMBER}'); END",
        "mysql": f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{TEXT} {NUMBER}'",
    }[engine.dialect.name]
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TRIGGER refusal BEFORE DELETE ON victim FOR EACH ROW {raise_it}")
    with failing(engine) as reasons, engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM victim")
    assert "trigger" in reasons[0]
    assert not any(secret in reasons[0] for secret in (NUMBER, TEXT, "인증번호")), reasons


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_a_login_that_fails_tells_who_and_not_with_which_password(url: sa.URL) -> None:
    engine = engine_of(url.set(username="nobody_here", password=PASSWORD))
    with failing(engine) as reasons:
        engine.connect()
    assert "nobody_here" in reasons[0]
    assert PASSWORD not in reasons[0]


def test_what_a_gateway_writes_is_told_without_numbers() -> None:
    reason = str(reason_of(PacketRefusedError(ResponseCode.BAD_FIELD, f"RECEIVER {NUMBER} 010-1234-5678")))
    assert "12014" in reason
    assert "1234" not in reason


def test_a_url_loses_its_password() -> None:
    assert str(reason_of(OSError(f"cannot open mysql://agent:{PASSWORD}@db/shop"))).endswith("mysql://...@db/shop")
