"""What the scenarios stand on: steps that are announced, a place for data, accounts, loads, the counts at the end."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from samlink.bench import measure
from samlink.bench.findings import BenchError, Machine, Plan, Rate
from samlink.bench.gateway.store_floors import ACCOUNT_ID, bench_account
from samlink.bench.load import SENDER, Load, Target, Write, record
from samlink.bench.processes import GatewayChild
from samlink.store.credentials import Credentials, generate_password
from samlink.store.sqlite.admin import Admin
from samlink.vocabulary.reader import _

WARM_UP_SHARE: Final = 0.05
GENERATOR: Final = "load generator"
R = TypeVar("R", bound=Rate)

Tell = Callable[[str], None]
"""Called with the name of each step."""


class Steps:
    """Names each step as it begins, and times the processor and the disk before it."""

    def __init__(self, machine: Machine, directory: Path, tell: Tell) -> None:
        self._machine = machine
        self._directory = directory
        self._tell = tell

    def begin(self, name: str) -> None:
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
        raise BenchError(_("no directory can be made in {directory}: {why}"), directory=directory, why=error) from error
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextlib.asynccontextmanager
async def opened(target: Target, plan: Plan, write: Write = record) -> AsyncIterator[Load]:
    """A load on its connections; they are closed at the end. Raises BenchError."""
    load = Load(target, plan, write)
    try:
        await load.start()
        yield load
    finally:
        await load.stop()


def warm_up_messages(plan: Plan) -> int:
    """How many messages go before the first that are timed."""
    return max(plan.batch, int(plan.messages * WARM_UP_SHARE))


def add_bench_account(data: Path, batch: int) -> str:
    """Add the account that the load logs in with; its password."""
    password = generate_password()
    with Admin(data) as admin:
        admin.add_account(bench_account(batch), Credentials.open(data).hash_generated(password))
        admin.add_senders(ACCOUNT_ID, [SENDER])
    return password


def target_of(served: GatewayChild, password: str, account_id: str = ACCOUNT_ID) -> Target:
    """Where to send to a gateway of our own."""
    return Target(
        host="127.0.0.1",
        send_port=served.send_port,
        report_port=served.report_port,
        id=account_id,
        password=password,
    )


def own_cpu() -> dict[str, float]:
    """CPU time of the load generator so far."""
    return {GENERATOR: measure.cpu_seconds(os.getpid())}


def rate_of(messages: int, seconds: float) -> dict[str, Any]:
    """The fields of a `Rate`."""
    return {"messages": messages, "seconds": seconds, "messages_per_second": messages / seconds}


def median(found: Sequence[R]) -> R:
    """The one in the middle, by its rate."""
    return sorted(found, key=lambda one: one.messages_per_second)[len(found) // 2]


def check_store(data: Path, verified: int) -> None:
    """The store must agree with the client: every message reported, the money in order. Raises BenchError."""
    with Admin(data) as admin:
        counts = {state: number for state, number in admin.counts().items() if number}
        wrong = admin.audit()
    if counts != {"reported": verified}:
        raise BenchError(
            _("the store does not agree with the {verified} results of the client: {counts}"),
            verified=verified,
            counts=counts,
        )
    if wrong:
        raise BenchError(_("the store's audit found: {why}"), why=wrong[0])


def forget_cached(data: Path) -> None:
    """Ask the system to drop what it has cached of the files, so that a start has to read them."""
    for path in data.iterdir():
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)
