"""The programs in `examples` say how they are called."""

import os
import subprocess
import sys

import pytest

from samlink.link.free_ports import free_base_port
from tests.docs.pages import ROOT


def test_the_blocking_example_says_how_it_is_called() -> None:
    found = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "send_blocking.py")], capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert found.stderr.startswith("usage: SAMLINK_PASSWORD=... python examples/send_blocking.py HOST BASE_PORT ID")
    assert len(found.stderr.splitlines()) == 1


@pytest.mark.parametrize(("number", "said"), [("01012345606", "Connection refused"), ("12", "to (**)")])
def test_the_blocking_example_ends_with_a_sentence(number: str, said: str) -> None:
    words = ("127.0.0.1", str(free_base_port()), "shop", number, "0212345678", "hi")
    found = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "send_blocking.py"), *words],
        env=os.environ | {"SAMLINK_PASSWORD": "x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert said in found.stderr
    assert len(found.stderr.splitlines()) == 1
