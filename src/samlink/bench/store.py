"""The store of a benchmark's gateway: the account that the load logs in with, the counts at the end, the cache."""

import os
from pathlib import Path
from typing import Final

from samlink.bench.findings import BenchError
from samlink.bench.load import SENDER
from samlink.core.account import Account, FeeType
from samlink.store.credentials import Credentials, generate_password
from samlink.store.sqlite.admin import Admin
from samlink.vocabulary.problem import N_

ACCOUNT_ID: Final = "bench"


def bench_account(batch_limit: int) -> Account:
    """A postpaid account for this machine alone; each message is charged."""
    return Account(
        no=0, id=ACCOUNT_ID, fee_type=FeeType.POSTPAID, batch_limit=batch_limit, allow=("127.0.0.1/32", "::1/128")
    )


def add_bench_account(data: Path, batch: int) -> str:
    """Add the account that the load logs in with; its password."""
    password = generate_password()
    with Admin(data) as admin:
        admin.add_account(bench_account(batch), Credentials.open(data).hash_generated(password))
        admin.add_senders(ACCOUNT_ID, [SENDER])
    return password


def check_store(data: Path, verified: int) -> None:
    """The store must agree with the client: every message reported, the money in order. Raises BenchError."""
    with Admin(data) as admin:
        counts = {state: number for state, number in admin.counts().items() if number}
        wrong = admin.audit()
    if counts != {"reported": verified}:
        template = N_("the store does not agree with the {verified} results of the client: {counts}")
        raise BenchError("bench.store_counts", template, verified=verified, counts=counts)
    if wrong:
        raise BenchError("bench.audit", N_("the store's audit found: {why}"), why=wrong[0])


def forget_cached(data: Path) -> None:
    """Ask the system to drop what it has cached of the files, so that a start has to read them."""
    for path in data.iterdir():
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)
