"""Moving on each kind of database, whatever the customer did to the table: nothing is lost."""

from collections.abc import Callable
from typing import Any, Final

import pytest
import sqlalchemy as sa

from samlink.agent.errors import TableError
from samlink.agent.tables.settle.archive import Archive
from tests.agent.customer import MONTH, NOW, Customer, lease

ODD: Final = {
    "sqlite": (
        '"Order No 100%" VARCHAR(20)',
        "Picture BLOB",
        "Untyped",
        "Doubled INT GENERATED ALWAYS AS (MsgID * 2) VIRTUAL",
        "Kind VARCHAR(5) NOT NULL DEFAULT 'a'",
    ),
    "mysql": (
        "`Order No 100%` VARCHAR(20)",
        "Picture MEDIUMBLOB",
        "Kind ENUM('a', 'b') NOT NULL",
        "Details JSON",
        "Doubled INT GENERATED ALWAYS AS (SendResult * 2) STORED",
        "Price DECIMAL(12, 3)",
        "Changed TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)",
    ),
    "postgresql": (
        '"Order No 100%" VARCHAR(20)',
        "Picture BYTEA",
        "Kind mood NOT NULL DEFAULT 'a'",
        "Details JSONB",
        "Doubled INT GENERATED ALWAYS AS (SendResult * 2) STORED",
        "Counted INT GENERATED ALWAYS AS IDENTITY",
        "Tags TEXT[]",
        "Token UUID DEFAULT gen_random_uuid()",
    ),
}
"""Columns that customers add, in the words of each database."""
LONG: Final = "가" * 300


def add(customer: Customer, *columns: str) -> None:
    """Add columns to UShotSMS."""
    for column in columns:
        run(customer, f"ALTER TABLE {customer.sms.name} ADD {column}")


def run(customer: Customer, statement: str) -> None:
    """Run a statement as it is."""
    with customer.engine.begin() as connection:
        connection.execution_options(no_parameters=True).exec_driver_sql(statement)


def finished(customer: Customer, count: int = 1, now: float = NOW) -> None:
    """Rows that get a result."""
    rows = customer.sms.claim(lease(now, random=str(now)[-7:-2].encode()), 1000)
    assert len(rows) == count
    customer.sms.refuse([(row, 79) for row in rows], now)


def raw(customer: Customer, table: str) -> list[dict[str, Any]]:
    """All rows, with all columns."""
    with customer.engine.connect() as connection:
        return [dict(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1").mappings()]


@pytest.fixture
def live(customer: Customer) -> str:
    """The live table's name."""
    return customer.sms.name


@pytest.fixture
def log(live: str) -> str:
    """The log's name."""
    return f"{live}_{MONTH}"


def test_columns_of_every_kind_are_carried(customer: Customer, live: str, log: str) -> None:
    if customer.engine.dialect.name == "postgresql":
        customer.run("CREATE TYPE mood AS ENUM ('a', 'b')")
    add(customer, *ODD[customer.engine.dialect.name])
    customer.insert(Kind="a")
    preparer = customer.engine.dialect.identifier_preparer
    run(customer, f"UPDATE {live} SET {preparer.quote('Order No 100%').replace('%%', '%')} = 'A-7'")
    finished(customer, 1)
    (before,) = raw(customer, live)
    assert Archive(customer.sms).move(NOW, 10) == 1
    (after,) = raw(customer, log)
    assert after == before
    assert after["Order No 100%"] == "A-7"


def test_a_column_of_every_kind_is_added_to_a_log_that_is_there(customer: Customer, live: str, log: str) -> None:
    customer.insert()
    finished(customer)
    mover = Archive(customer.sms)
    assert mover.move(NOW, 10) == 1
    if customer.engine.dialect.name == "postgresql":
        customer.run("CREATE TYPE mood AS ENUM ('a', 'b')")
    add(customer, *(column for column in ODD[customer.engine.dialect.name] if "STORED" not in column))
    customer.insert(Kind="a")
    finished(customer, now=NOW + 5)
    (before,) = raw(customer, live)
    assert mover.move(NOW, 10) == 1
    first, second = raw(customer, log)
    assert second == before
    assert first["Order No 100%"] is None


def test_a_column_that_went_away_stays_in_the_log(customer: Customer, live: str, log: str) -> None:
    add(customer, "Memo VARCHAR(10) NOT NULL DEFAULT 'x'")
    mover = Archive(customer.sms)
    customer.insert(Memo="one")
    finished(customer)
    mover.move(NOW, 10)
    if customer.engine.dialect.name != "mysql":
        # Both keep a column that a view shows; docs/agent.md tells to drop the view first.
        run(customer, f"DROP VIEW {live}_ALL")
    run(customer, f"ALTER TABLE {live} DROP COLUMN Memo")
    customer.insert()
    finished(customer, now=NOW + 5)
    assert mover.move(NOW, 10) == 1
    assert [row["memo"] for row in customer.rows(month=MONTH)] == ["one", None]


WIDER: Final[dict[str, Callable[[str], str]]] = {
    "mysql": lambda live: (
        f"ALTER TABLE {live} MODIFY Memo VARCHAR(500), MODIFY Number BIGINT, MODIFY Kind ENUM('a', 'b', 'c')"
    ),
    "postgresql": lambda live: (
        f"ALTER TABLE {live} ALTER Memo TYPE VARCHAR(500), ALTER Number TYPE BIGINT, ALTER Kind TYPE VARCHAR(5)"
    ),
}


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
def test_a_column_that_was_widened_is_widened_in_the_log(customer: Customer, live: str, log: str) -> None:
    kind = "ENUM('a', 'b')" if customer.engine.dialect.name == "mysql" else "CHAR(1)"
    add(customer, "Memo VARCHAR(100)", "Number SMALLINT", f"Kind {kind}")
    mover = Archive(customer.sms)
    customer.insert(Memo="one", Number=1, Kind="a")
    finished(customer)
    mover.move(NOW, 10)
    if customer.engine.dialect.name == "postgresql":
        run(customer, f"DROP VIEW {live}_ALL")
    run(customer, WIDER[customer.engine.dialect.name](live))
    customer.insert(Memo=LONG, Number=5_000_000_000, Kind="c")
    finished(customer, now=NOW + 5)
    assert mover.move(NOW, 10) == 1
    assert [row["memo"] for row in customer.rows(month=MONTH)] == ["one", LONG]
    assert [row["number"] for row in customer.rows(month=MONTH)] == [1, 5_000_000_000]
    assert customer.values(f"{live}_all", "MsgID") == [(1,), (2,)]


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_what_does_not_fit_is_not_cut_where_the_database_is_lenient(customer: Customer, live: str) -> None:
    add(customer, "Memo VARCHAR(100)")
    mover = Archive(customer.sms)
    customer.insert(Memo="one")
    finished(customer)
    mover.move(NOW, 10)
    customer.run(f"ALTER TABLE {live} MODIFY Memo VARCHAR(500)")
    sa.event.listen(customer.engine, "begin", lambda c: c.exec_driver_sql("SET SESSION sql_mode = ''"))
    customer.insert(Memo=LONG)
    finished(customer, now=NOW + 5)
    assert mover.move(NOW, 10) == 1
    assert [row["memo"] for row in customer.rows(month=MONTH)] == ["one", LONG]


def test_a_log_that_refuses_a_row_loses_none(customer: Customer, live: str, log: str) -> None:
    customer.insert(2)
    customer.run(f"CREATE TABLE {log} AS SELECT * FROM {live} WHERE 1 = 0")
    run(customer, f"CREATE UNIQUE INDEX one_each ON {log} (Receiver)")
    finished(customer, 2)
    mover = Archive(customer.sms)
    with pytest.raises(sa.exc.IntegrityError):
        mover.move(NOW, 10)
    assert customer.states() == [79, 79]
    assert customer.states(month=MONTH) == []
    run(customer, f"DROP INDEX one_each{f' ON {log}' if customer.engine.dialect.name == 'mysql' else ''}")
    assert mover.move(NOW, 10) == 2


def test_a_row_that_others_refer_to_stays(customer: Customer, live: str) -> None:
    customer.insert(2)
    kind = "BIGINT" if customer.engine.dialect.name != "sqlite" else "INTEGER"
    customer.run(f"CREATE TABLE orders (sms {kind}, FOREIGN KEY (sms) REFERENCES {live} (MsgID))")
    customer.run("INSERT INTO orders VALUES (1)")
    if customer.engine.dialect.name == "sqlite":
        sa.event.listen(
            customer.engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON")
        )
        customer.engine.dispose()
    finished(customer, 2)
    with pytest.raises(sa.exc.IntegrityError):
        Archive(customer.sms).move(NOW, 10)
    customer.run("DELETE FROM orders")
    assert Archive(customer.sms).move(NOW, 10) == 2


TRIGGERS: Final = {
    "sqlite": "CREATE TRIGGER counting AFTER DELETE ON {live} BEGIN INSERT INTO gone VALUES (OLD.MsgID); END",
    "mysql": "CREATE TRIGGER counting AFTER DELETE ON {live} FOR EACH ROW INSERT INTO gone VALUES (OLD.MsgID)",
    "postgresql": "CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN INSERT INTO gone VALUES (OLD.MsgID); RETURN OLD; END'; "
    "CREATE TRIGGER counting AFTER DELETE ON {live} FOR EACH ROW EXECUTE FUNCTION count_it()",
}


def test_a_customers_trigger_runs_when_rows_move(customer: Customer, live: str) -> None:
    customer.run("CREATE TABLE gone (id INT)")
    run(customer, TRIGGERS[customer.engine.dialect.name].format(live=live))
    customer.insert(3)
    finished(customer, 3)
    assert Archive(customer.sms).move(NOW, 10) == 3
    assert customer.values("gone", "id") == [(1,), (2,), (3,)]


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_a_column_that_is_hidden_is_not_left_behind(customer: Customer, live: str) -> None:
    add(customer, "Secret VARCHAR(10) INVISIBLE DEFAULT 'x'")
    customer.insert()
    finished(customer)
    with pytest.raises(TableError, match="column Secret is invisible"):
        Archive(customer.sms).move(NOW, 10)
    assert customer.states() == [79]
    run(customer, f"ALTER TABLE {live} MODIFY Secret VARCHAR(10)")
    assert Archive(customer.sms).move(NOW, 10) == 1


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_a_log_has_its_tables_charset(customer: Customer, live: str, log: str) -> None:
    customer.run(f"ALTER TABLE {live} CONVERT TO CHARACTER SET euckr")
    customer.insert()
    finished(customer)
    assert Archive(customer.sms).move(NOW, 10) == 1
    with customer.engine.connect() as connection:
        made = connection.exec_driver_sql(f"SHOW CREATE TABLE {log}").one()[1]
    assert "CHARSET=euckr" in made
    assert [row["msg"] for row in customer.rows(month=MONTH)] == ["안녕"]


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_a_server_that_demands_primary_keys_gets_logs_with_a_hidden_one(customer: Customer) -> None:
    customer.run("SET GLOBAL innodb_force_primary_key = ON")
    try:
        customer.insert(2, SendResult=6)
        assert Archive(customer.sms).move(NOW, 10) == 2
        customer.run("ALTER TABLE UShotSMS ADD COLUMN extra VARCHAR(5), MODIFY Msg LONGTEXT NOT NULL")
        customer.insert(1, SendResult=6, extra="x")
        assert Archive(customer.sms).move(NOW, 10) == 1
    finally:
        customer.run("SET GLOBAL innodb_force_primary_key = OFF")
    assert [row["extra"] for row in customer.rows(month=MONTH)] == [None, None, "x"]
    assert "samlink_key" not in customer.rows(month=MONTH)[0]
    assert len(customer.values("UShotSMS_ALL", "MsgID")) == 3
