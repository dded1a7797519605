"""A send connection (manual 2.B, 1020 to 1045, 2030): each request is answered when what it brought is durable."""

from collections.abc import Awaitable, Callable
from typing import assert_never

from samlink.gateway.acceptance import Acceptance, Accepted, Closed, Conflict
from samlink.gateway.sam.translate import drafts_of
from samlink.gateway.uploads.uploads import FileRefusedError
from samlink.gateway.watch.events import (
    ListsNotRead,
    MessagesAccepted,
    PacketNotStored,
    PacketPutOff,
    PacketRefused,
    ResultsAskedAgain,
    RulesWouldHaveRefused,
    TextsReadAsUtf8,
    TooManyPacketsRefused,
)
from samlink.gateway.watch.peer_lines import Tell
from samlink.link import Link
from samlink.store.contract import StoreBusyError, StoreError, StoreFullError, StoreLostError
from samlink.vocabulary.responses import ResponseCode, response
from samlink.wire import commands
from samlink.wire.packets import Packet
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Ended, Refused, Requested


class SendConnection:
    """Serves one send connection after its login, until it ends."""

    def __init__(
        self,
        link: Link[GatewaySession],
        account: int,
        acceptance: Acceptance,
        *,
        log_in_again: Callable[[], Awaitable[None]],
        refusals_limit: int,
        now_ms: Callable[[], int],
        tell: Tell,
    ) -> None:
        """`account` is the number of who has logged in, `log_in_again` answers a login on the way."""
        self._link = link
        self._session = link.session
        self._account = account
        self._acceptance = acceptance
        self._log_in_again = log_in_again
        self._refusals_limit = refusals_limit
        self._now_ms = now_ms
        self._tell = tell
        self._refused_in_row = 0
        self._draining = False

    async def run(self) -> None:
        """Until the connection ends, or a drain has answered what was taken."""
        await self._get_ready()
        while not isinstance(event := await self._link.next_event(), Ended):
            if isinstance(event, Refused):
                self._tell(PacketRefused(event.error.response.value, event.error.detail))
                self._refused_in_row += 1
            elif isinstance(event, Requested):
                await self._answer(event.packet)
            if self._refused_in_row >= self._refusals_limit:
                self._tell(TooManyPacketsRefused(self._refused_in_row))
                self._draining = True
            del event  # or the last request of a customer that is silent now would stay in memory
            if self._draining:
                self._link.close()
                return

    async def _get_ready(self) -> None:
        try:
            await self._acceptance.prepare(self._account)
        except StoreError as error:
            self._tell(ListsNotRead(str(error)))

    def drain(self) -> None:
        """Answer what was taken, then close."""
        self._draining = True
        if not self._session.blocked:
            self._link.close()

    async def _answer(self, packet: Packet) -> None:
        async with self._acceptance.turn(self._account, len(packet.records)):
            await self._answer_now(packet)

    async def _answer_now(self, packet: Packet) -> None:
        if self._acceptance.account(self._account) is None:
            self._refuse_closed()
            return
        try:
            if packet.command in commands.LOGINS:
                await self._log_in_again()
            elif packet.command is commands.UPLOAD:
                await self._take_file(packet)
            else:
                await self._take_messages(packet)
        except FileRefusedError as error:
            self._refused_in_row += 1
            self._refuse(error.response, error.detail)
        except StoreError as error:
            # A limit that holds is no fault of ours: who asks for too much must not look like a failing store.
            happened = PacketPutOff if isinstance(error, StoreBusyError) else PacketNotStored
            self._tell(happened(str(error)))
            self._not_stored(packet, error)

    def _not_stored(self, packet: Packet, error: StoreError) -> None:
        if isinstance(error, StoreLostError) and packet.command is not commands.UPLOAD:
            # They may be stored. A refusal would promise that they are not, so there is no answer at all.
            self._link.close(at_once=True)
        else:
            full = isinstance(error, StoreFullError)
            code = ResponseCode.DISK_FULL if full else ResponseCode.STORE_UNAVAILABLE
            self._refuse(code, response(code).message())

    async def _take_file(self, packet: Packet) -> None:
        upload = packet.head
        name = await self._acceptance.take_file(self._account, upload.extension, upload.content)
        self._refused_in_row = 0
        if not self._session.over:
            self._session.answer_file(name, self._link.now)
            self._link.flush()

    async def _take_messages(self, packet: Packet) -> None:
        drafts = drafts_of(packet, self._now_ms())
        match await self._acceptance.accept(self._account, drafts):
            case Accepted() as accepted:
                self._answer_accepted(accepted)
                if drafts.in_utf8:
                    self._tell(TextsReadAsUtf8(drafts.in_utf8))
            case Conflict(group_id, message_id):
                # Two keys of 20 bytes each leave no more than nine of RESP_MESG's 50.
                self._refused_in_row += 1
                self._refuse(ResponseCode.KEY_REUSED, f"reused: {group_id}/{message_id}")
            case Closed():
                self._refuse_closed()
            case never:
                assert_never(never)

    def _answer_accepted(self, accepted: Accepted) -> None:
        self._refused_in_row = 0
        if not self._session.over:
            self._session.answer_messages(self._link.now)
            self._link.flush()
        self._tell(MessagesAccepted(self._session.service, accepted.new, accepted.refused))
        if accepted.warnings or accepted.warned:
            self._tell(RulesWouldHaveRefused(dict(accepted.warnings), accepted.warned))
        if accepted.reported_again:
            self._tell(ResultsAskedAgain(accepted.reported_again))

    def _refuse_closed(self) -> None:
        self._refuse(ResponseCode.ACCOUNT_CLOSED, "account closed")
        self._link.close()

    def _refuse(self, code: ResponseCode, detail: str) -> None:
        self._tell(PacketRefused(code.value, detail))
        if not self._session.over:
            self._session.refuse(code, detail, self._link.now)
            self._link.flush()
