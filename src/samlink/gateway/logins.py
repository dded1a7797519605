"""Who is calling: ID, password and address of a 1010 (manual 3.B), checked against the account in the store."""

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from samlink.codes.responses import ResponseCode, response
from samlink.core.account import Account
from samlink.gateway.limits import Limits
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

    def __init__(self, store: Store, credentials: Credentials, limits: Limits) -> None:
        self._store = store
        self._credentials = credentials
        self._limits = limits
        self._waiting = 0
        self._pool = ThreadPoolExecutor(limits.password_checks, thread_name_prefix="password")
        self._salt = secrets.token_bytes(32)
        self._verified: dict[bytes, None] = {}

    async def check(self, login: Login, address: str) -> Account | LoginRefusal:
        """The account that may come in, or why it may not."""
        if self._waiting >= self._limits.logins_waiting:
            return _refusal(ResponseCode.LOGIN_BUSY)
        self._waiting += 1
        try:
            found = await self._store.account(login.id)
            if found is None or not await self._verify(found[1], login.password):
                return _refusal(ResponseCode.LOGIN_FAILED)
        except StoreError:
            return _refusal(ResponseCode.STORE_UNAVAILABLE)
        finally:
            self._waiting -= 1
        account = found[0]
        if not account.allows(address):
            return _refusal(ResponseCode.ADDRESS_NOT_ALLOWED)
        if account.redirect:
            return LoginRefusal(ResponseCode.REDIRECT, account.redirect)
        return account

    async def _verify(self, password_hash: str, password: str) -> bool:
        if not self._credentials.is_slow(password_hash):
            return self._credentials.verify(password_hash, password)
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
