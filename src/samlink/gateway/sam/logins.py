"""Who is calling: ID, password and address of a 1010 (manual 3.B), checked against the account in the store.

A refusal tells a stranger nothing: an unknown ID, a wrong password and an address that the account does not allow get
the same answer (11001) after the same time, for who is not checked waits and takes as long as who is. What is wrong
stands in our own log. Guessing costs only the one who guesses: passwords that are slow to check are checked in places
that addresses have in rotation, `Guesses` counts what each address tries of each ID, and of a crowd that waits for such
checks the address that has most of them gives way (11008). A right generated password never waits: nobody guesses
those.
"""

import asyncio
import hashlib
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from samlink.core.account import Account
from samlink.gateway.limits import Limits
from samlink.gateway.places import Places
from samlink.gateway.sam.crowd import Crowd
from samlink.gateway.sam.guesses import Guesses
from samlink.gateway.waits import Waits
from samlink.store.contract import Store, StoreError
from samlink.store.credentials import Credentials
from samlink.vocabulary.problem import N_
from samlink.vocabulary.responses import ResponseCode, response
from samlink.wire.records import Login
from samlink.wire.text import one_line

VERIFIED_LIMIT: Final = 10_000
"""Slowly hashed passwords that are remembered as right, so that a customer's reconnecting is cheap."""
SHOWN_CHARACTERS: Final = 3
"""Of an ID that no account has, in the log."""
PASSWORDS_LIMIT: Final = 2
"""Of one account: the one in use and the one before. A wrong login takes as long as to check so many slowly, or the
time would tell which IDs there are, and which of them change their password."""
STORE_SECONDS: Final = 5.0
"""How long a login waits for a store that stands still. Less than the login's own limit: its peer is to hear why."""
CHECK_SECONDS: Final = 0.16
"""How long a slow check takes, until one was measured."""


class LoginRefusal(NamedTuple):
    """What to answer to a login that is not let in."""

    response: ResponseCode
    detail: str
    reason: str = ""
    """What is wrong, for our log only."""
    tried: str = ""
    """The ID that was tried, for our log: whole if it is one, for it may be a password in the wrong place."""


class LetIn(NamedTuple):
    """Who has logged in."""

    account: Account
    password_no: int
    """Which of the account's passwords it was (`Account.password_no`)."""


class _Known(NamedTuple):
    """An account, and what its passwords are now."""

    account: Account
    hashes: dict[int, str]
    """By their numbers: the one in use first, then the one before while that is good too."""


class _Attempt(NamedTuple):
    """Equal attempts are one: they are checked once, and together."""

    address: str
    id: str
    password: bytes
    """A keyed digest."""
    hashes: tuple[tuple[int, str], ...]
    """What it is checked against, by the numbers of the account's passwords; none when nothing can be right."""


class _CrowdedError(Exception):
    """Too many wait for a slow check, and most of them are from this address."""


class Logins:
    """Checks logins."""

    def __init__(self, store: Store, credentials: Credentials, *, limits: Limits, waits: Waits) -> None:
        self._store = store
        self._credentials = credentials
        self._failure_seconds = waits.login_failure_seconds
        self._crowd: Crowd[str, asyncio.Future[None]] = Crowd(
            limits.logins_waiting, limit_per_key=limits.logins_waiting
        )
        self._pool = ThreadPoolExecutor(limits.password_checks, thread_name_prefix="password")
        self._places = Places(limits.password_checks)
        self._guesses = Guesses()
        self._salt = secrets.token_bytes(32)
        self._verified: dict[bytes, None] = {}
        self._checking: dict[_Attempt, _Check] = {}
        self._check_seconds = CHECK_SECONDS

    async def check(self, login: Login, address: str) -> LetIn | LoginRefusal:
        """The account that may come in, as the store has it at this moment, or why nobody may."""
        began = time.monotonic()
        try:
            found = await self._find(login, address)
        except StoreError as error:
            return _refusal(ResponseCode.STORE_UNAVAILABLE, str(error))
        except _CrowdedError:
            return _refusal(ResponseCode.LOGIN_BUSY, "too many logins at once")
        if isinstance(found, LoginRefusal) and found.response != ResponseCode.REDIRECT:
            await asyncio.sleep(began + self._failure_seconds - time.monotonic())
        return found

    async def _find(self, login: Login, address: str) -> LetIn | LoginRefusal:
        """The account of this ID and password. Nothing is awaited after the store was asked for it last."""
        found = await self._looked_up(login.id)
        fault = _fault(found, address)
        hashes = found.hashes if found is not None and not fault else {}
        for no, password_hash in hashes.items():
            if not self._credentials.is_slow(password_hash) and self._credentials.verify(password_hash, login.password):
                assert found is not None
                return self._let_in(found.account, no, address)
        slow = {no: one for no, one in hashes.items() if self._credentials.is_slow(one)}
        attempt = _Attempt(address, login.id, self._digest(login), tuple(slow.items()))
        if not self._may_try(attempt):
            why = "too many wrong logins from this address with this ID"
            return _refused(ResponseCode.LOGIN_BUSY, why, login, known=found is not None)
        right_no = await self._check_slowly(attempt, login.password)
        if right_no is None:
            return _refused(ResponseCode.LOGIN_FAILED, fault or "wrong password", login, known=found is not None)
        return await self._still(login, right_no, slow[right_no], address)

    async def _still(self, login: Login, no: int, checked: str, address: str) -> LetIn | LoginRefusal:
        """Let in who has given password number `no`, if it is one still."""
        found = await self._looked_up(login.id)
        if found is None or found.hashes.get(no) != checked or _fault(found, address):
            return _refused(ResponseCode.LOGIN_FAILED, "changed during the login", login, known=True)
        return self._let_in(found.account, no, address)

    async def _looked_up(self, account_id: str) -> _Known | None:
        try:
            async with asyncio.timeout(STORE_SECONDS):
                return await self._known(account_id)
        except TimeoutError as error:
            template = N_("no answer within {seconds} s")
            raise StoreError("store.no_answer", template, seconds=f"{STORE_SECONDS:g}") from error

    async def _known(self, account_id: str) -> _Known | None:
        found = await self._store.account(account_id)
        if found is None or found[0].old_password_until_ms is None:
            return None if found is None else _Known(found[0], {found[0].password_no: found[1]})
        before = found[0]
        old = await self._store.old_password(before.no)
        found = await self._store.account(account_id)
        if found is None:
            return None
        account, password_hash = found
        hashes = {account.password_no: password_hash}
        if old is not None and (account.no, account.password_no) == (before.no, before.password_no):
            hashes[account.password_no - 1] = old
        return _Known(account, hashes)

    def _let_in(self, account: Account, password_no: int, address: str) -> LetIn | LoginRefusal:
        self._guesses.right(address, account.id)
        if account.redirect:
            return LoginRefusal(ResponseCode.REDIRECT, account.redirect, "redirected")
        return LetIn(account, password_no)

    def _digest(self, login: Login) -> bytes:
        return hashlib.blake2b(f"{login.id}\0{login.password}".encode(), key=self._salt).digest()

    def _may_try(self, attempt: _Attempt) -> bool:
        """Whether it is checked now, or is being checked already."""
        if attempt in self._checking:
            return True
        under_way = sum(other[:2] == attempt[:2] for other in self._checking)
        return under_way < self._guesses.allowed(attempt.address, attempt.id, time.monotonic())

    async def _check_slowly(self, attempt: _Attempt, password: str) -> int | None:
        """Which of the account's passwords it is, None if it is wrong. A login that fails in any case waits as others
        do. Raises _CrowdedError."""
        if attempt not in self._checking and (no := self._verified_before(attempt)) is not None:
            return no
        pushed_out = self._enter_crowd(attempt.address)
        check = self._checking.get(attempt)
        if check is None:
            check = self._checking[attempt] = _Check()
            check.task = asyncio.create_task(self._check(attempt, check, password))
        check.awaited_by += 1
        ends: set[asyncio.Future[Any]] = {check.task, pushed_out}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not check.task.done():
                raise _CrowdedError
            return check.task.result()
        finally:
            self._crowd.leave(attempt.address, pushed_out)
            check.awaited_by -= 1
            if not check.awaited_by and not check.begun:
                check.task.cancel()  # all peers that asked have gone

    def _enter_crowd(self, address: str) -> asyncio.Future[None]:
        """Take up a place among those who wait; done when it is taken away. Raises _CrowdedError: there is none."""
        if (largest := self._crowd.gives_way(address)) is not None:
            if largest == address:
                raise _CrowdedError
            one = self._crowd.newest(largest)
            self._crowd.leave(largest, one)
            one.set_result(None)
        pushed_out: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._crowd.enter(address, pushed_out)
        return pushed_out

    async def _check(self, attempt: _Attempt, check: "_Check", password: str) -> int | None:
        try:
            async with self._places.place(attempt.address):
                check.begun = True
                no = await self._right_one(attempt, password)
        finally:
            del self._checking[attempt]
        if no is None:
            self._guesses.failed(attempt.address, attempt.id, time.monotonic())
        return no

    async def _right_one(self, attempt: _Attempt, password: str) -> int | None:
        # Others may have had the same one checked while this one waited, from other addresses.
        if (no := self._verified_before(attempt)) is not None:
            return no
        for no, password_hash in attempt.hashes:
            if await self._verify(password_hash, password):
                self._verified[_key(attempt.password, password_hash)] = None
                if len(self._verified) > VERIFIED_LIMIT:
                    del self._verified[next(iter(self._verified))]
                return no
        await self._pretend(PASSWORDS_LIMIT - len(attempt.hashes))
        return None

    def _verified_before(self, attempt: _Attempt) -> int | None:
        return next((no for no, one in attempt.hashes if _key(attempt.password, one) in self._verified), None)

    async def _verify(self, password_hash: str, password: str) -> bool:
        began = time.monotonic()
        verify = self._credentials.verify
        right = await asyncio.get_running_loop().run_in_executor(self._pool, verify, password_hash, password)
        self._check_seconds += (time.monotonic() - began - self._check_seconds) / 8
        return right

    async def _pretend(self, checks: int) -> None:
        """Take the time of so many slow checks."""
        await asyncio.sleep(checks * self._check_seconds)

    async def start(self) -> None:
        """Threads begin when the first password is to be checked."""

    async def stop(self) -> None:
        """End the pool; a check that has begun ends first."""
        tasks = [check.task for check in self._checking.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)


class _Check:
    """A password that is being checked, or waits for its place."""

    __slots__ = ("awaited_by", "begun", "task")

    def __init__(self) -> None:
        self.task: asyncio.Future[int | None]
        self.awaited_by = 0
        self.begun = False


def _key(digest: bytes, password_hash: str) -> bytes:
    """Names a password that was right; a changed one has another hash."""
    return hashlib.blake2b(password_hash.encode(), key=digest).digest()


def _fault(found: _Known | None, address: str) -> str:
    if found is None:
        return "unknown ID"
    return "" if found.account.allows(address) else "the account does not allow this address"


def _refusal(code: ResponseCode, reason: str = "") -> LoginRefusal:
    return LoginRefusal(code, response(code).message(), reason)


def _refused(code: ResponseCode, reason: str, login: Login, *, known: bool) -> LoginRefusal:
    id = one_line(login.id)
    return _refusal(code, reason)._replace(tried=id if known else f"{id[:SHOWN_CHARACTERS]}… ({len(id)})")
