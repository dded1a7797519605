"""What is installed: a wheel has every file that the package reads, and runs outside the checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Final

import pytest

import samlink
from samlink.link.free_ports import free_base_port
from tests.test_tidy import ROOT, tracked_files

LIMIT_SECONDS: Final = 110.0
BUILT_FROM: Final = ("src/", "pyproject.toml", "README.md", "LICENSE")
SOURCES_ONLY: Final = frozenset({".po"})
"""What translators work on; the package reads what is made of it."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the checkout, built from a copy: a build leaves folders behind."""
    checkout, made = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("dist")
    for path in tracked_files():
        if str(path).startswith(BUILT_FROM):
            (checkout / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, checkout / path)
    command = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(made), ".")
    subprocess.run(command, cwd=checkout, check=True, timeout=LIMIT_SECONDS)
    (found,) = made.iterdir()
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh virtual environment with the wheel in it, and with our locked packages beside it."""
    place = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(place, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(place)}))
    pip = (sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"))
    subprocess.run((*pip, "install", "-q", "--no-deps", "--no-index", str(wheel)), check=True, timeout=LIMIT_SECONDS)
    # A directory that a .pth names is searched, but its own .pth files, our editable install, are not read.
    (packages / "locked.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return place / "bin"


def run(program: Path, *arguments: str, directory: Path, language: str = "C.UTF-8") -> str:
    """What it prints; it must end with 0."""
    environment = {"PATH": os.defpath, "HOME": str(directory), "LC_ALL": language}
    ran = subprocess.run(
        (program, *arguments),
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    wanted = {str(path.relative_to("src")) for path in tracked_files() if path.parts[0] == "src"}
    with zipfile.ZipFile(wheel) as archive:
        present = set(archive.namelist())
    missing = {name for name in wanted - present if Path(name).suffix not in SOURCES_ONLY}
    assert not missing
    assert wheel.name.startswith(f"samlink-{samlink.__version__}-py3-none-any")


def test_it_runs_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import samlink; print(samlink.__file__)", directory=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)
    assert run(installed / "samlink", "--version", directory=tmp_path) == f"samlink {samlink.__version__}\n"
    assert run(installed / "python", "-m", "samlink", "--version", directory=tmp_path).startswith("samlink ")
    shown = run(installed / "samlink", "--help", directory=tmp_path, language="ko_KR.UTF-8")
    assert "메시지" in shown


def test_it_carries_a_message_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    port = str(free_base_port())
    out = run(installed / "samlink", "demo", "--once", "--base-port", port, directory=tmp_path)
    assert "010" in out
