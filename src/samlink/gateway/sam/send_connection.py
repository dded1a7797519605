"""A send connection (manual 2.B, 1020 to 1045, 2030): each request is answered when what it brought is durable."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

import structlog

from samlink.core.account import Account
from samlink.core.rules import Context
from samlink.gateway.repeated_lines import Say
from samlink.gateway.sam.second_login import answer_second_login
from samlink.gateway.sam.translate import file_names, new_messages
from samlink.gateway.uploads.uploads import FileRefusedError, Uploads
from samlink.link import Link
from samlink.store.contract import KeyConflict, Store, StoreBusyError, StoreError, StoreFullError, StoreLostError
from samlink.vocabulary.responses import ResponseCode, response
from samlink.wire import commands
from samlink.wire.gateway_session import GatewaySession
from samlink.wire.packets import Packet
from samlink.wire.session import Ended, Refused, Requested

_log = structlog.get_logger(__name__)

LONG_REQUEST_MESSAGES: Final = 500
"""So many take the store, and our own thread, as long as others should wait at once."""
LONG_REQUESTS: Final = 2
"""At once, of different accounts."""


class SendConnection:
    """Serves one send connection after its login, until it ends."""

    def __init__(
        self,
        link: Link[GatewaySession],
        context: Callable[[int], Context | None],
        store: Store,
        uploads: Uploads,
        *,
        prepare: Callable[[], Awaitable[None]],
        accepted: Callable[[int, int, bool], None],
        lost: Callable[[StoreLostError], None],
        refusals_limit: int,
        now_ms: Callable[[], int],
        say: Say,
        long_turn: Callable[[], AbstractAsyncContextManager[None]],
    ) -> None:
        """`context` gives what messages that come now (UTC epoch ms) are judged by, or None: the account is closed;
        `prepare` makes sure that it is fresh. A request of `LONG_REQUEST_MESSAGES` or more is worked on in a
        `long_turn`, which accounts have in rotation. `accepted(account, service, has_results)` is called after each
        durable packet, `lost` when nobody knows any more what is on the disk."""
        self._link = link
        self._session = link.session
        self._context = context
        self._store = store
        self._uploads = uploads
        self._prepare = prepare
        self._accepted = accepted
        self._lost = lost
        self._refusals_limit = refusals_limit
        self._now_ms = now_ms
        self._say = say
        self._long_turn = long_turn
        self._refused_in_row = 0
        self._draining = False

    async def run(self) -> None:
        """Until the connection ends, or a drain has answered what was taken."""
        await self._get_ready()
        while not isinstance(event := await self._link.next_event(), Ended):
            if isinstance(event, Refused):
                self._say(_log.info, "packet refused", command=event.command, reason=str(event.error))
                self._refused_in_row += 1
            elif isinstance(event, Requested):
                await self._answer(event.packet)
            if self._refused_in_row >= self._refusals_limit:
                self._say(_log.warning, "too many packets refused in a row", packets=self._refused_in_row)
                self._draining = True
            del event  # or the last request of a customer that is silent now would stay in memory
            if self._draining:
                self._link.close()
                return

    async def _get_ready(self) -> None:
        try:
            await self._prepare()
        except StoreError as error:
            self._say(_log.warning, "lists not read at login, the last ones hold", reason=str(error))

    def drain(self) -> None:
        """Answer what was taken, then close."""
        self._draining = True
        if not self._session.blocked:
            self._link.close()

    async def _answer(self, packet: Packet) -> None:
        if len(packet.records) < LONG_REQUEST_MESSAGES:
            await self._answer_now(packet)
            return
        async with self._long_turn():
            await self._answer_now(packet)

    async def _answer_now(self, packet: Packet) -> None:
        context = self._context(self._now_ms())
        if context is None:
            self._refuse(ResponseCode.ACCOUNT_CLOSED, "account closed")
            self._link.close()
            return
        try:
            if packet.command in commands.LOGINS:
                await answer_second_login(self._link, self._store, context.account)
            elif packet.command is commands.UPLOAD:
                await self._take_file(packet, context.account)
            else:
                await self._take_messages(packet, context)
        except FileRefusedError as error:
            self._refused_in_row += 1
            self._refuse(error.response, error.detail)
        except StoreError as error:
            # A limit that holds is no fault of ours: who asks for too much must not look like a failing store.
            level = _log.warning if isinstance(error, StoreBusyError) else _log.error
            self._say(level, "packet not stored", reason=str(error))
            self._not_stored(packet, error)

    def _not_stored(self, packet: Packet, error: StoreError) -> None:
        if isinstance(error, StoreLostError) and packet.command is not commands.UPLOAD:
            # They may be stored. A refusal would promise that they are not, so there is no answer at all.
            self._link.close(at_once=True)
        else:
            full = isinstance(error, StoreFullError)
            code = ResponseCode.DISK_FULL if full else ResponseCode.STORE_UNAVAILABLE
            self._refuse(code, response(code).message())
        if isinstance(error, StoreLostError):
            self._lost(error)

    async def _take_file(self, packet: Packet, account: Account) -> None:
        name = await self._uploads.take(account.no, packet.head)
        self._refused_in_row = 0
        if not self._session.over:
            self._session.answer_file(name, self._link.now)
            self._link.flush()

    async def _take_messages(self, packet: Packet, context: Context) -> None:
        account = context.account
        file_fault = await self._uploads.fault(account.no, file_names(packet))
        intake = new_messages(packet, context, file_fault)
        messages = intake.messages
        outcome = await self._store.accept(account.no, messages, context.now_ms)
        if isinstance(outcome, KeyConflict):
            # Two keys of 20 bytes each leave no more than nine of RESP_MESG's 50.
            self._refused_in_row += 1
            self._refuse(ResponseCode.KEY_REUSED, f"reused: {outcome.group_id}/{outcome.message_id}")
            return
        self._refused_in_row = 0
        if not self._session.over:
            self._session.answer_messages(self._link.now)
            self._link.flush()
        if intake.warnings or outcome.warned:
            self._say(_log.info, "rules would have refused", rules=dict(intake.warnings), codes=outcome.warned)
        if intake.in_utf8:
            self._say(_log.info, "texts read as UTF-8", messages=intake.in_utf8)
        if outcome.reported_again:
            self._say(_log.info, "repeats, their results go out again", messages=outcome.reported_again)
        has_results = bool(outcome.unpaid or outcome.limited or outcome.reported_again)
        has_results = has_results or any(message.result is not None for message in messages)
        self._accepted(account.no, messages[0].service, has_results)

    def _refuse(self, code: ResponseCode, detail: str) -> None:
        self._say(_log.info, "packet refused", response=code.value, reason=detail)
        if not self._session.over:
            self._session.refuse(code, detail, self._link.now)
            self._link.flush()
