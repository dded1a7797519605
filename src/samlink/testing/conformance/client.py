"""The promises of a client of the UShot link, for any implementation to be tried by.

Subclass `ClientConformance` in a test module of your own and give it a fixture `client`, a factory of what the suite
asks of a client (`samlink.testing.tolerance.ClientUnderTest`). Needs pytest and pytest-asyncio in
`asyncio_mode = "auto"`. The vendors are on 127.0.0.1. A client that waits 10 s before it reconnects passes, but takes
an hour for all rows of odd vendors.
"""

import pytest

from samlink.testing.tolerance import CLIENT_ROWS, Factory, Outcome, Place, Row
from samlink.testing.tolerance.client_rows import LAST, result
from samlink.testing.tolerance.vendor import HOST, Habits, Reply, Vendor, frame, good_answer
from samlink.vocabulary.services import Duty, Service, port_of
from samlink.wire import Frame, Version

VERSIONS = pytest.mark.parametrize("version", Version)
PICTURE = b"\xff\xd8\xff\xe0 a picture"


def place_of(vendor: Vendor, version: Version) -> Place:
    """Where a vendor is."""
    return Place(HOST, vendor.base_port, version)


def refuses_login(code: str, message: str = "") -> Habits:
    """A vendor that lets nobody in."""
    return Habits(login=lambda request: Reply(frame("1011", str(request.version), code, message), close=True))


class ClientConformance:
    """Logins, messages, files and results by the letter; then every odd vendor of the tolerance suite."""

    @VERSIONS
    async def test_the_login_is_by_the_manual(self, client: Factory, version: Version) -> None:
        async with Vendor(Habits()) as vendor, client(place_of(vendor, version)) as tried:
            await tried.send("FIRST")
            service, duty, login = vendor.frames[0]
        assert (service, duty, login.command, login.version) == (Service.SMS, Duty.SEND, "1010", version)
        assert login.body == b"tolerance".ljust(20) * 2

    @VERSIONS
    async def test_a_message_is_written_once_in_its_layout(self, client: Factory, version: Version) -> None:
        async with Vendor(Habits()) as vendor, client(place_of(vendor, version)) as tried:
            assert await tried.send("FIRST") is Outcome.SENT
            (request,) = vendor.seen("1020")
        assert len(request.body) in {4 + 284, 4 + 284 + 30}
        assert request.body[:44] == b"1   " + b"G".ljust(20) + b"FIRST".ljust(20)

    @VERSIONS
    async def test_messages_share_one_login(self, client: Factory, version: Version) -> None:
        async with Vendor(Habits()) as vendor, client(place_of(vendor, version)) as tried:
            assert [await tried.send(name) for name in ("A", "B", "C")] == [Outcome.SENT] * 3
            assert vendor.logins == {(Service.SMS, Duty.SEND): 1}
            assert set(vendor.taken.values()) == {1}

    @VERSIONS
    async def test_what_is_refused_is_not_called_sent(self, client: Factory, version: Version) -> None:
        def answer(request: Frame) -> Reply:
            return Reply(frame(good_answer(request)[7:12].decode().strip(), str(request.version), "12009", "RECEIVER"))

        async with Vendor(Habits(answer=answer)) as vendor, client(place_of(vendor, version)) as tried:
            assert await tried.send("FIRST") is Outcome.REFUSED

    @VERSIONS
    async def test_nothing_is_written_where_nobody_is_let_in(self, client: Factory, version: Version) -> None:
        async with Vendor(refuses_login("11001")) as vendor, client(place_of(vendor, version)) as tried:
            assert await tried.send("FIRST") is Outcome.REFUSED
            assert not vendor.taken

    @VERSIONS
    async def test_a_redirect_is_followed(self, client: Factory, version: Version) -> None:
        async with Vendor(Habits()) as there:
            address = f"{HOST}:{port_of(Service.SMS, Duty.SEND, there.base_port)}"
            async with Vendor(refuses_login("11006", address)) as here, client(place_of(here, version)) as tried:
                assert await tried.send("FIRST") is Outcome.SENT
            assert there.taken == {("G", "FIRST"): 1}

    @VERSIONS
    async def test_a_picture_is_uploaded_before_its_message(self, client: Factory, version: Version) -> None:
        async with Vendor(Habits()) as vendor, client(place_of(vendor, version)) as tried:
            assert await tried.send_picture("FIRST", PICTURE) is Outcome.SENT
            (upload,), (request,) = vendor.seen("2030"), vendor.seen("1024")
        assert upload.body == str(len(PICTURE)).encode().ljust(10) + b"jpg" + PICTURE
        assert request.body[4:132] == b"file.jpg".ljust(128)

    @VERSIONS
    async def test_each_result_is_handed_on_once_and_acknowledged(self, client: Factory, version: Version) -> None:
        pages = [b"2   " + result("A") + result("B", b"8  "), b"1   " + result(LAST)]
        async with Vendor(Habits(pages=pages)) as vendor, client(place_of(vendor, version)) as tried:
            assert await tried.receive(LAST) == [("A", 6), ("B", 8), (LAST, 6)]
            if version is Version.SAM11:
                await vendor.until(lambda: vendor.acknowledged)
                assert vendor.acknowledged[0] == b"2   " + b"".join(
                    b"G".ljust(20) + name.ljust(20) for name in (b"A", b"B")
                )
            else:
                assert len([request for request in vendor.seen("1030") if not request.body.strip(b" 0")]) >= 2

    @pytest.mark.parametrize("row", CLIENT_ROWS, ids=lambda row: row.name)
    async def test_an_odd_vendor_costs_no_message_and_no_result(self, client: Factory, row: Row[Factory]) -> None:
        await row.play(client)
