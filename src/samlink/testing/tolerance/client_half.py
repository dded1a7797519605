"""The client half: vendors' gateways with the habits of `client_rows`, played against a client: our own
(`OwnClient`) or anybody's (`ClientUnderTest`)."""

import asyncio
import functools
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, NamedTuple, Protocol, Self

from samlink.client import (
    ClientError,
    ClientSettings,
    Message,
    OutcomeUnknownError,
    Receiver,
    RecentKeys,
    Sender,
    Service,
)
from samlink.testing.tolerance.client_rows import LAST, ODD_VENDORS, OddVendor, Outcome
from samlink.testing.tolerance.row import Row, ToleranceError
from samlink.testing.tolerance.vendor import HOST, Vendor
from samlink.wire import Version

ROW_SECONDS: Final = 30.0
"""How long one row may take; a client that waits 10 s before it reconnects passes each."""
KEEPALIVE_SECONDS: Final = 40.0
"""What each keepalive of a row adds; they are due every 30 s."""
PICTURE: Final = b"\xff\xd8\xff\xe0 a picture"


class Place(NamedTuple):
    """Where the vendor is, and who the client is there."""

    host: str
    base_port: int
    version: Version
    id: str = "tolerance"
    password: str = "tolerance"


class ClientUnderTest(Protocol):
    """What the suite asks of a client. It keeps one connection for each port."""

    async def send(self, message_id: str) -> Outcome:
        """Send one SMS with GRP_ID `G` and this MSG_ID, and say what became of it."""

    async def send_picture(self, message_id: str, content: bytes) -> Outcome:
        """Upload a JPEG and send it as an MMS."""

    async def receive(self, last: str) -> list[tuple[str, int]]:
        """MSG_ID and RESULT of the results of SMS, up to the one with this MSG_ID."""


Factory = Callable[[Place], AbstractAsyncContextManager[ClientUnderTest]]


async def _play(odd: OddVendor, version: Version, client: Factory) -> None:
    """Play one habit. Raises ToleranceError with all that the client does wrong."""
    async with Vendor(odd.habits()) as vendor:
        place = Place(HOST, vendor.base_port, version)
        seconds = ROW_SECONDS + odd.keepalives * KEEPALIVE_SECONDS
        try:
            async with asyncio.timeout(seconds), client(place) as tried:
                faults = await _tried(odd, version, vendor, tried)
        except TimeoutError:
            faults = [f"it was not done within {seconds:g} s"]
    if faults:
        raise ToleranceError("; ".join(faults))


async def _tried(odd: OddVendor, version: Version, vendor: Vendor, client: ClientUnderTest) -> list[str]:
    if odd.outcome is not None:
        return await _sent(odd, vendor, client)
    if odd.file_name is not None:
        return await _uploaded(odd.file_name, vendor, client)
    return await _received(odd, version, vendor, client)


async def _sent(odd: OddVendor, vendor: Vendor, client: ClientUnderTest) -> list[str]:
    outcome = odd.outcome
    said = await client.send("FIRST")
    await vendor.until(lambda: vendor.keepalives >= odd.keepalives)
    second = await client.send("SECOND")
    faults = [f"FIRST is {said}, and should be {outcome}"] * (said is not outcome)
    faults += [f"SECOND is {second}, though it was taken"] * (second is not Outcome.SENT)
    faults += [f"{key[1]} came {times} times" for key, times in vendor.taken.items() if times > 1]
    faults += [f"{place} was logged in to {times} times" for place, times in _logins(odd, vendor)]
    return faults


def _logins(odd: OddVendor, vendor: Vendor) -> list[tuple[str, int]]:
    """Ports that a client logged in to more than once, though nothing ended its connection."""
    if not (vendor.habits.one_login or odd.keepalives):
        return []
    return [(f"{service.name} {duty.value}", times) for (service, duty), times in vendor.logins.items() if times > 1]


async def _uploaded(name: bytes, vendor: Vendor, client: ClientUnderTest) -> list[str]:
    said = await client.send_picture("FIRST", PICTURE)
    bodies = [frame.body for frame in vendor.seen("1024")]
    faults = [f"FIRST is {said}"] * (said is not Outcome.SENT)
    faults += [f"{len(vendor.seen('2030'))} uploads came"] * (len(vendor.seen("2030")) != 1)
    written = bodies[0][4:132] if bodies else b""
    return faults + [f"FILE_NAME1 is {written!r}"] * (written != name.ljust(128))


async def _received(odd: OddVendor, version: Version, vendor: Vendor, client: ClientUnderTest) -> list[str]:
    assert odd.results is not None
    got = await client.receive(LAST)
    expected = [*odd.results, (LAST, 6)]
    same = len(got) == len(expected) and all(
        code == due and (not name or name == message_id)
        for (message_id, code), (name, due) in zip(got, expected, strict=True)
    )
    if not same:
        return [f"handed on were {got}, and should be {expected}"]
    if version is Version.SAM10:
        return []
    await vendor.until(lambda: all(any(key in body for body in vendor.acknowledged) for key in odd.acknowledged))
    return []


class OwnClient(ClientUnderTest):
    """`samlink.client` as a client under test."""

    def __init__(self, place: Place) -> None:
        settings = ClientSettings(
            host=place.host,
            base_port=place.base_port,
            version=place.version,
            id=place.id,
            password=place.password,
            reconnect_seconds=0.0,
            retry_seconds=0.0,
        )
        self.sender = Sender(settings)
        self._receiver = Receiver(settings, [Service.SMS], seen=RecentKeys())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sender.close()
        await self._receiver.close()

    async def send(self, message_id: str) -> Outcome:
        return await self._outcome(Message(to="01012345678", text="안녕", group_id="G", message_id=message_id))

    async def send_picture(self, message_id: str, content: bytes) -> Outcome:
        name = await self.sender.upload(content, "jpg")
        message = Message(to="01012345678", text="안녕", group_id="G", message_id=message_id, files=(name,))
        return await self._outcome(message)

    async def receive(self, last: str) -> list[tuple[str, int]]:
        got: list[tuple[str, int]] = []
        async for result in self._receiver:
            got.append((result.message_id, result.code))
            if result.message_id == last:
                break
        return got

    async def _outcome(self, message: Message) -> Outcome:
        try:
            await self.sender.send(message)
        except OutcomeUnknownError:
            return Outcome.UNKNOWN
        except ClientError:
            return Outcome.REFUSED
        return Outcome.SENT


CLIENT_ROWS: Final[tuple[Row[Factory], ...]] = tuple(
    Row(f"{odd.name}, {version}", odd.finding, functools.partial(_play, odd, version))
    for odd in ODD_VENDORS
    for version in odd.versions
)
"""Every habit of vendors that was found, in each version that it concerns."""
