"""SQL Server and Oracle have no server in the registries, so what is sent to them is parsed as they would parse it: a
statement that does not parse cannot run. That one parses does not say that it does the right thing."""

from typing import Any

import pytest
import sqlalchemy as sa
import sqlglot
from sqlalchemy.dialects import mssql, oracle

from samlink.agent.ddl import DIALECTS, our_statements
from samlink.agent.judge.duplicates import Duplicates, digest_table
from samlink.agent.judge.rules import Terms
from samlink.agent.rights import grants
from samlink.agent.tables.backlog import pending
from samlink.agent.tables.claim import links
from samlink.agent.tables.claim.due import due_parts
from samlink.agent.tables.claim.orphans import orphans
from samlink.agent.tables.engine import lock_rows
from samlink.agent.tables.rows import RowResult
from samlink.agent.tables.schema.mapping import own_tables
from samlink.agent.tables.schema.moments import kst
from samlink.agent.tables.settle.archive import Archive, Waits
from samlink.agent.tables.settle.unwritten_results import settle_or_keep, write_kept
from tests.agent.customer import NOW, Customer, lease

OTHERS = {
    "tsql": mssql.dialect(paramstyle="qmark"),  # type: ignore[no-untyped-call]
    "oracle": oracle.dialect(paramstyle="qmark"),  # type: ignore[no-untyped-call]
}
NAMES = {"tsql": "mssql", "oracle": "oracle"}


def parsed(text: str, language: str) -> None:
    """Parse one statement; a part that the parser only skips counts as an error."""
    (tree,) = sqlglot.parse(text, read=language, error_level=sqlglot.ErrorLevel.RAISE)
    assert tree is not None
    assert not isinstance(tree, sqlglot.exp.Command), text


def work(customer: Customer) -> None:
    """Everything that an agent does with rows."""
    table, archive, waits = customer.sms, Archive(customer.sms), Waits()
    digest_table(metadata := sa.MetaData(), "UShot")
    metadata.create_all(customer.engine)
    duplicates = Duplicates(customer.engine, "UShot", 60)
    customer.insert(4)
    pending(table, NOW, waits.late_since(NOW, table.mapping))
    rows = table.claim(lease(), 10)
    duplicates.held_by([("digest", rows[0].key)], NOW)
    duplicates.give_back([rows[0].key])
    table.mark_sending(rows[:3], NOW)
    table.mark_sent([row.key for row in rows[:2]], NOW)
    table.release(rows[3:], NOW)
    table.claim_again(lease(NOW + 999), 10)
    settle_or_keep(customer.tables, customer.links, [RowResult(*rows[0].key, 6, 1_230_769_810, "01190")], NOW)
    table.refuse([(rows[3], 79)], NOW)
    write_kept(table, NOW, 10, 5.0)
    archive.move(NOW, 10)
    archive.move_unanswered(NOW + 10**6, 10, waits)
    archive.forget(NOW + 10**7, waits)
    duplicates.forget(NOW + 999)
    orphans(table, 10)
    links.overdue_unknown(table.engine, table.links, table.source, now=NOW, hours=24, shown=3)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_the_agent_does_parses_elsewhere(customer: Customer, language: str) -> None:
    done: list[Any] = []

    def note(_connection: object, statement: Any, *_: object) -> None:
        done.append(statement)

    sa.event.listen(customer.engine, "before_execute", note)
    work(customer)
    sa.event.remove(customer.engine, "before_execute", note)
    texts = {
        str(statement.compile(dialect=OTHERS[language], compile_kwargs={"render_postcompile": True}))
        for statement in done
        if isinstance(statement, (sa.Select, sa.Update, sa.Delete, sa.Insert))
    }
    for text in texts:
        parsed(text, language)
    assert len(texts) > 20


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_locks_parse_elsewhere(customer: Customer, language: str) -> None:
    dialect = OTHERS[language]
    for urgent in (False, True):
        for chosen, order, most in due_parts(customer.sms, dialect, kst(NOW), 500, urgent=urgent):
            rows = customer.sms.select_rows().where(chosen)
            # Oracle locks in a second query, without a limit (`engine.lock_some`).
            rows = rows if language == "oracle" else rows.order_by(*order).limit(most)
            locked = lock_rows(rows, dialect, skip=True)
            text = str(locked.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
            assert "READPAST" in text or "SKIP LOCKED" in text
            parsed(text, language)


@pytest.mark.parametrize("language", OTHERS)
def test_statements_for_owners_parse_elsewhere(language: str) -> None:
    name = NAMES[language]
    for month in ("", "202611"):
        for statement in our_statements(name, "Shop", month):
            parsed(statement, language)
    terms = Terms(duplicate_seconds=60, black_list="Block")
    assert [*grants(DIALECTS[name], own_tables("Shop"), terms, "Shop", user="agent")]
