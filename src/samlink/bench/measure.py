"""Reading the machine: CPU time and memory of processes, the processor's speed, the file system, percentiles."""

import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from samlink.bench.findings import Latency, Machine, Rate

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_ANCHOR_ROUNDS: Final = 15
R = TypeVar("R", bound=Rate)


def _stat(pid: int) -> list[str]:
    """The fields of `stat` after the command's name, which may hold anything; from `state` on."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, seconds."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_mb(pid: int, *, peak: bool) -> float:
    """Resident memory of a process in MB (10^6 bytes): the most that it ever had, or what it has."""
    name = "VmHWM:" if peak else "VmRSS:"
    for line in (_PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def anchor_us() -> float:
    """How long a fixed piece of plain Python takes now, µs: the fastest of some rounds."""
    best = float("inf")
    for _ in range(_ANCHOR_ROUNDS):
        began = time.perf_counter()
        total = 0
        for number in range(20_000):
            total += number & 7
        best = min(best, time.perf_counter() - began)
    return best * 1e6


def fdatasync_ms(directory: Path, rounds: int = 30) -> float:
    """The median of appending 4 KiB to a file and having it on the disk, ms."""
    path = directory / "fdatasync"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    page = b"\1" * 4096
    taken: list[float] = []
    try:
        for _ in range(rounds):
            began = time.perf_counter()
            os.write(handle, page)
            os.fdatasync(handle)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(handle)
        path.unlink()
    return percentile(taken, 0.5) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of `values`, at least one, do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def latency_of(seconds: Sequence[float], pace: float) -> Latency:
    """Latencies in seconds as what the report says of them."""
    return Latency(
        messages_per_second=pace,
        requests=len(seconds),
        p50_ms=percentile(seconds, 0.5) * 1000,
        p99_ms=percentile(seconds, 0.99) * 1000,
        max_ms=max(seconds) * 1000,
    )


def machine(directory: Path) -> Machine:
    """This machine, with the file system of `directory`."""
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        file_system=_file_system(directory),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        load_average=os.getloadavg()[0],
    )


def _processor() -> str:
    try:
        lines = (_PROC / "cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _file_system(directory: Path) -> str:
    place = directory.resolve()
    best, kind = "", "?"
    for line in (_PROC / "mounts").read_text().splitlines():
        _, mounted, its_kind, *_ = line.split()
        if place.is_relative_to(mounted) and len(mounted) >= len(best):
            best, kind = mounted, its_kind
    return kind


def rate_of(messages: int, seconds: float) -> dict[str, Any]:
    """The fields of a `Rate`."""
    return {"messages": messages, "seconds": seconds, "messages_per_second": messages / seconds}


def median(found: Sequence[R]) -> R:
    """The one in the middle, by its rate."""
    return sorted(found, key=lambda one: one.messages_per_second)[len(found) // 2]
