"""Write docs/agent-ddl.md from the tables of the agent: `python scripts/agent_ddl_doc.py`.

A test fails when the page is not what this writes.
"""

from pathlib import Path
from typing import Final

from samlink.agent.ddl import DIALECTS, our_statements

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENT: Final = ROOT / "docs" / "agent-ddl.md"
NAMES: Final = {
    "sqlite": "SQLite",
    "mysql": "MySQL and MariaDB",
    "postgresql": "PostgreSQL",
    "oracle": "Oracle",
    "mssql": "SQL Server",
}
HEAD: Final = """\
# The agent's tables, for each database

Written by `python scripts/agent_ddl_doc.py`; `samlink agent ddl DATABASE` prints the same, with `--prefix` for other
names. `samlink agent init` makes these tables by itself. 에이전트에 테이블 생성 권한을 주지 않는 DB에서는 아래 구문을
DBA가 실행하십시오.

An agent without the right to make tables needs, beside them, the logs of each month before it begins: `samlink agent
ddl DATABASE --month 202507` prints them. It needs SELECT, INSERT, UPDATE and DELETE on all of them. Without a right to
make views there is no `UShotSMS_ALL`, and all else works. 매월 로그 테이블도 미리 만들어 두어야 합니다(`--month`).

- `ushotlink` holds the keys of rows on their way. It is the agent's own: leave it alone.
- `ushotdigest` is needed with `duplicate_seconds` only (docs/agent.md).
- Names on PostgreSQL and Oracle are not quoted, so that `INSERT INTO UShotSMS` finds them in any case of letters.
- Oracle has to be 12.2 or newer (identity columns, names of more than 30 bytes), SQL Server 2016 SP1 or newer
  (CREATE OR ALTER VIEW). In Oracle an empty text is NULL, which the agent takes for the same.
- InsertDT is the time of the database's server (SQLite: Korean time). Times that you write are Korean time.
- Columns of your own can be added to UShotSMS, UShotMMS and UShotKMS at any time (docs/agent.md).
"""


def document() -> str:
    """The page."""
    parts = [HEAD]
    for database in DIALECTS:
        statements = "\n".join(f"{statement};" for statement in our_statements(database))
        parts.append(f"## {NAMES[database]}\n\n```sql\n{statements}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
