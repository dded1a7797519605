"""systemd hears when the service works and when it stops."""

import socket
from pathlib import Path

import pytest

from samlink.watch import service_manager


def test_the_service_manager_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        monkeypatch.setenv(service_manager.VARIABLE, str(tmp_path / "notify"))
        service_manager.tell(service_manager.READY)
        assert manager.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "@nobody-listens-here", "nowhere/notify"])
def test_it_is_no_failure_when_nobody_listens(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(service_manager.VARIABLE, address)
    service_manager.tell(service_manager.READY)
