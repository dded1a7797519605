"""The steps of a benchmark: each is announced, and the machine is looked at before it; a place for data meanwhile."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from samlink.bench import measure
from samlink.bench.findings import BenchError, Machine
from samlink.vocabulary.language import Phrase
from samlink.vocabulary.problem import N_

Tell = Callable[[Phrase], None]
"""Called with the name of each step."""


class Steps:
    """Names each step as it begins, and times the processor and the disk before it."""

    def __init__(self, machine: Machine, directory: Path, tell: Tell) -> None:
        self._machine = machine
        self._directory = directory
        self._tell = tell

    def begin(self, name: Phrase) -> None:
        """A step begins."""
        self._machine.anchor_us.append(measure.anchor_us())
        self._machine.fdatasync_ms.append(measure.fdatasync_ms(self._directory))
        self._tell(name)


@contextlib.contextmanager
def temporary(directory: Path) -> Iterator[Path]:
    """A new directory in `directory`, removed at the end. Raises BenchError."""
    try:
        place = Path(tempfile.mkdtemp(prefix="samlink-bench-", dir=directory))
    except OSError as error:
        raise BenchError(
            "bench.no_directory", N_("no directory can be made in {directory}: {why}"), directory=directory, why=error
        ) from error
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
