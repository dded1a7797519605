"""The programs in `examples` say how they are called."""

import subprocess
import sys

from tests.docs.pages import ROOT


def test_the_blocking_example_says_how_it_is_called() -> None:
    found = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "send_blocking.py")], capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert found.stderr.startswith("usage: SAMLINK_PASSWORD=... python examples/send_blocking.py HOST BASE_PORT ID")
    assert len(found.stderr.splitlines()) == 1
