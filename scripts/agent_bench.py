"""Run `samlink agent bench` on SQLite, MariaDB and PostgreSQL, on the servers that the tests bring.

    .venv/bin/python scripts/agent_bench.py [options of samlink agent bench]

Servers keep what they commit as they do by default: they are started without the tests' shortcuts.
"""

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.agent import servers

SAMLINK = (sys.executable, "-c", "import sys; from samlink.cli import main; sys.exit(main())")


def measure(url: sa.URL | None) -> int:
    """Run the benchmark once; its exit code."""
    database = () if url is None else ("--url", url.render_as_string())
    return subprocess.run((*SAMLINK, "agent", "bench", *database, *sys.argv[1:]), check=False).returncode


def main() -> int:
    """All three; 0 when none failed."""
    failed = measure(None)
    for server in (servers.mariadb, servers.postgresql):
        with tempfile.TemporaryDirectory(dir="/var/tmp") as place, contextlib.ExitStack() as stack:
            databases = stack.enter_context(server(Path(place), durable=True))
            failed |= measure(databases())
    return failed


if __name__ == "__main__":
    sys.exit(main())
