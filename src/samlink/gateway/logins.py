"""Who is calling: ID, password and address of a 1010 (manual 3.B), checked against the account in the store."""

import asyncio
import hashlib
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from samlink.codes.responses import ResponseCode, response
from samlink.core.account import Account
from samlink.gateway.limits import Limits, Waits
from samlink.store.contract import Store, StoreError
from samlink.store.credentials import Credentials
from samlink.wire.records import Login

VERIFIED_LIMIT: Final = 10_000
"""Slowly hashed passwords that are remembered as right, so that a customer's reconnecting is cheap."""


class LoginRefusal(NamedTuple):
    """What to answer to a login that is not let in."""

    response: ResponseCode
    detail: str


class Logins:
    """Checks logins; slow hashes in a bounded pool, so that a crowd of them does not hold up the traffic."""

    def __init__(self, store: Store, credentials: Credentials, *, limits: Limits, waits: Waits) -> None:
        self._store = store
        self._credentials = credentials
        self._limits = limits
        self._failure_seconds = waits.login_failure_seconds
        self._waiting = 0
        self._pool = ThreadPoolExecutor(limits.password_checks, thread_name_prefix="password")
        self._salt = secrets.token_bytes(32)
        self._verified: dict[bytes, None] = {}

    async def check(self, login: Login, address: str) -> Account | LoginRefusal:
        """The account that may come in, as the store has it at this moment, or why nobody may."""
        if self._waiting >= self._limits.logins_waiting:
            return _refusal(ResponseCode.LOGIN_BUSY)
        began = time.monotonic()
        self._waiting += 1
        try:
            account = await self._known(login)
        except StoreError:
            return _refusal(ResponseCode.STORE_UNAVAILABLE)
        finally:
            self._waiting -= 1
        if account is None:
            await asyncio.sleep(began + self._failure_seconds - time.monotonic())
            return _refusal(ResponseCode.LOGIN_FAILED)
        if not account.allows(address):
            return _refusal(ResponseCode.ADDRESS_NOT_ALLOWED)
        if account.redirect:
            return LoginRefusal(ResponseCode.REDIRECT, account.redirect)
        return account

    async def _known(self, login: Login) -> Account | None:
        """The account of this ID and password. Nothing is awaited after the store was asked for it last."""
        found = await self._store.account(login.id)
        if found is None:
            return None
        account, password_hash = found
        if self._credentials.is_slow(password_hash):
            if not await self._verify_slowly(password_hash, login.password):
                return None
            found = await self._store.account(login.id)
            return found[0] if found is not None and found[1] == password_hash else None
        return account if self._credentials.verify(password_hash, login.password) else None

    async def _verify_slowly(self, password_hash: str, password: str) -> bool:
        digest = hashlib.blake2b(f"{password_hash}\0{password}".encode(), key=self._salt).digest()
        if digest in self._verified:
            return True
        loop = asyncio.get_running_loop()
        good = await loop.run_in_executor(self._pool, self._credentials.verify, password_hash, password)
        if good:
            self._verified[digest] = None
            if len(self._verified) > VERIFIED_LIMIT:
                del self._verified[next(iter(self._verified))]
        return good

    def close(self) -> None:
        """End the pool; a check that has begun ends first."""
        self._pool.shutdown(cancel_futures=True)


def _refusal(code: ResponseCode) -> LoginRefusal:
    return LoginRefusal(code, response(code).message())
