"""The gateway half: customers whose programs are one byte off the manual, a row each."""

from collections.abc import Awaitable, Callable
from typing import Final

from samlink.testing.pictures import jpeg
from samlink.testing.tolerance.gateway_half import GatewayUnderTest, RawCustomer
from samlink.testing.tolerance.row import Row, expect
from samlink.vocabulary.services import Duty, Service
from samlink.wire import Frame, commands
from samlink.wire.frame import encode_frame
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import FileNames, SendRecord

Play = Callable[[GatewayUnderTest], Awaitable[None]]
RESERVE_AT, RECEIVER_AT, MSG_AT = slice(68, 88), slice(56, 68), slice(108, 208)
"""Places in the body of a 1020 with one record."""
SMS_SIZE: Final = 288


def request(command: str, body: bytes = b"", version: str = "SAM10", **header: str) -> bytes:
    """A frame."""
    return encode_frame(Frame(version, command, header.get("response", ""), header.get("message", ""), body))


def sms_body(*records: SendRecord) -> bytes:
    """The body of a 1020."""
    return encode_body(Packet(commands.SEND_SMS, records=records))


async def sends_and_gets(
    gateway: GatewayUnderTest, body: bytes, *wanted: tuple[str, int], padding: bytes = b""
) -> None:
    """Send a 1020; it is taken, and each message gets its result."""
    async with gateway.customer() as customer:
        expect((await customer.ask(request("1020", body) + padding)).response, "00000", "RESP_CODE of the 1020")
    expect(await gateway.results(*(key for key, _ in wanted)), dict(wanted), "results")


def field_says(place: slice, value: bytes, result: int) -> Play:
    """An SMS whose field says `value` is taken, and gets `result`."""

    async def play(gateway: GatewayUnderTest) -> None:
        odd, good = gateway.message(), gateway.message()
        body = bytearray(sms_body(odd, good))
        body[place] = value.ljust(place.stop - place.start)
        await sends_and_gets(gateway, bytes(body), (odd.message_id, result), (good.message_id, 6))

    return play


def stray(data: bytes) -> Play:
    """Bytes after each frame."""

    async def play(gateway: GatewayUnderTest) -> None:
        messages = [gateway.message() for _ in range(2)]
        async with gateway.customer() as customer:
            for message in messages:
                answer = await customer.ask(request("1020", sms_body(message)) + data)
                expect((answer.command, answer.response), ("1026", "00000"), "answer")
        expect(await gateway.results(*(m.message_id for m in messages)), {m.message_id: 6 for m in messages}, "results")

    return play


def lives(command: str, body: bytes, duty: Duty, version: str) -> Play:
    """A sign of life in another form."""
    answers = {
        (Duty.SEND, "SAM10"): ("1026", b""),
        (Duty.SEND, "SAM11"): ("1021", b"0   "),
        (Duty.REPORT, "SAM10"): ("1031", b"0   "),
        (Duty.REPORT, "SAM11"): ("1030", b"0   "),
    }

    async def play(gateway: GatewayUnderTest) -> None:
        async with gateway.customer(Service.SMS, duty, version) as customer:
            for _ in range(2):
                answer = await customer.ask(request(command, body, version))
                expect((answer.command, answer.response), (answers[duty, version][0], "00000"), "answer")
                expect(answer.body, answers[duty, version][1], "its body")

    return play


def refuses(command: str, body: bytes, response: str, version: str = "SAM10") -> Play:
    """A request that has more than one reading: refused, and the connection goes on."""

    async def play(gateway: GatewayUnderTest) -> None:
        async with gateway.customer(version="SAM10") as customer:
            expect((await customer.ask(request(command, body, version))).response, response, "RESP_CODE")
            expect(
                (await customer.ask(request("1020", b"0   "))).response, "00000", "RESP_CODE of a keepalive after it"
            )

    return play


def poll_with(body: bytes) -> Play:
    """A SAM10 poll with a body brings results."""

    async def play(gateway: GatewayUnderTest) -> None:
        async with gateway.customer(duty=Duty.REPORT) as customer:
            answer = await customer.ask(request("1030", body))
            expect((answer.command, answer.response), ("1031", "00000"), "answer")

    return play


def in_form(version: str, command: str) -> Play:
    """VERSION or COMMAND in another form, after the login."""

    async def play(gateway: GatewayUnderTest) -> None:
        message = gateway.message()
        async with gateway.customer() as customer:
            answer = await customer.ask(request(command, sms_body(message), version))
            expect((answer.version, answer.response), ("SAM10", "00000"), "answer")

    return play


def file_as(length: str, extension: str, response: str) -> Play:
    """A picture with this FILE_LENGTH and FILE_EXT."""

    async def play(gateway: GatewayUnderTest) -> None:
        content = jpeg()
        said = str(len(content)) if length == "right" else length
        body = f"{said:<10}{extension:<3}".encode() + content
        async with gateway.customer(Service.MMS) as customer:
            answer = await customer.ask(request("2030", body))
            expect((answer.command, answer.response, len(answer.body)), ("2040", response, 128), "answer")

    return play


async def logs_in_by_1096(gateway: GatewayUnderTest) -> None:
    """The family's own client: 1096 on the send port, then the SMS."""
    message = gateway.message()
    async with gateway.customer(logged_in=False) as customer:
        answer = await customer.ask(gateway.login_frame(command="1096", more=b"0" * 52))
        expect((answer.command, answer.response), ("1011", "00000"), "answer to 1096")
        answer = await customer.ask(request("1020", sms_body(message), message="A100"))
        expect(answer.response, "00000", "RESP_CODE of the 1020")


async def logs_in_before_each_request(gateway: GatewayUnderTest) -> None:
    """The same login again on the same connection."""
    async with gateway.customer() as customer:
        for _ in range(2):
            expect((await customer.ask(gateway.login_frame())).response, "00000", "RESP_CODE of the login")
            expect((await customer.ask(request("1020", sms_body(gateway.message())))).response, "00000", "of the 1020")


async def half_closes(gateway: GatewayUnderTest) -> None:
    """shutdown(SHUT_WR) after the request."""
    message = gateway.message()
    async with gateway.customer() as customer:
        customer.write(request("1020", sms_body(message)))
        customer.end()
        answer = await customer.frame()
        expect(answer and answer.response, "00000", "RESP_CODE after the half-close")
        expect(await customer.frame(), None, "what follows the answer")


async def sends_a_frame_that_is_not_whole(gateway: GatewayUnderTest) -> None:
    """LENGTH one too long: told why before the end."""
    async with gateway.customer() as customer:
        frame = request("1020", sms_body(gateway.message())).replace(b"288     ", b"289     ", 1)
        customer.write(frame)
        customer.end()
        answer = await customer.frame()
        expect(answer and answer.response, "12001", "RESP_CODE of the frame that is not whole")


async def answers_no_count_0(gateway: GatewayUnderTest) -> None:
    """SAM11: keepalives of its own cross the push, and only keys acknowledge."""
    message = gateway.message()
    async with gateway.customer(duty=Duty.REPORT, version="SAM11") as reports:
        reports.write(request("1030", b"0   ", "SAM11"))
        async with gateway.customer() as customer:
            expect((await customer.ask(request("1020", sms_body(message)))).response, "00000", "RESP_CODE of the 1020")
        await _acknowledge_until(reports, gateway.group, message.message_id)


async def _acknowledge_until(reports: RawCustomer, group: str, message_id: str) -> None:
    key = group.encode().ljust(20) + message_id.encode().ljust(20)
    while True:
        page = await reports.frame()
        expect(page is not None, True, "the report connection stands")
        assert page is not None
        expect((page.command, page.response), ("1031", "00000"), "a push")
        keys = [page.body[at : at + 40] for at in range(4, len(page.body), 82)]
        reports.write(request("1030", b"0   ", "SAM11"))
        if keys:
            reports.write(request("1030", b"%-4d" % len(keys) + b"".join(keys), "SAM11"))
        if key in keys:
            return


async def connects_for_each_poll(gateway: GatewayUnderTest) -> None:
    """SAM10 from cron: the same page comes three times at most."""
    message = gateway.message()
    async with gateway.customer() as customer:
        expect((await customer.ask(request("1020", sms_body(message)))).response, "00000", "RESP_CODE of the 1020")
    seen = quiet = 0
    while not seen or not quiet:
        async with gateway.customer(duty=Duty.REPORT) as customer:
            page = await customer.ask(request("1030"))
            came = gateway.group.encode() + b" " in page.body and message.message_id.encode().ljust(20) in page.body
            seen += came
            quiet = not came
            customer.end()
            await customer.frame()
    expect(seen <= 3, True, "the result comes three times at most")


async def sends_again_after_the_result(gateway: GatewayUnderTest) -> None:
    """The same key a day later: acknowledged, not sent again, and its result once more."""
    message = gateway.message()
    for _ in range(2):
        await sends_and_gets(gateway, sms_body(message), (message.message_id, 6))


async def writes_usercode_once(gateway: GatewayUnderTest) -> None:
    """USERCODE after all records."""
    messages = [gateway.message() for _ in range(3)]
    wanted = [(message.message_id, 6) for message in messages]
    await sends_and_gets(gateway, sms_body(*messages) + b"123456789".ljust(30), *wanted)


async def names_no_file_in_its_keepalive(gateway: GatewayUnderTest) -> None:
    """1024 and 1045 with COUNT 0, with and without the file names; 1024 from an account of VARIABLE_YN Y."""
    async with gateway.customer(Service.MMS) as customer:
        for command in ("1024", "1044", "1045"):
            for body in (b"0   ", b"0   " + b" " * 512):
                expect((await customer.ask(request(command, body))).response, "00000", f"RESP_CODE of {command}")
        lms = encode_body(Packet(commands.SEND_FIXED, FileNames(), [gateway.message()]))
        expect((await customer.ask(request("1024", lms))).response, "00000", "RESP_CODE of the 1024")


def padded(padding: bytes) -> Play:
    """Another padding than the login's."""

    async def play(gateway: GatewayUnderTest) -> None:
        message = gateway.message()
        body = encode_body(Packet(commands.SEND_SMS, records=[message]), padding)
        await sends_and_gets(gateway, body, (message.message_id, 6))

    return play


_BLANK_FORMS: Final = {
    "one byte": b"0",
    "an empty body": b"",
    "blanks": b"    ",
    "NULs": b"\0\0\0\0",
    "a blank record": b"0   " + b" " * 284,
    "a record of NULs": b"0   " + b"\0" * 2736,
}
_KOREAN: Final = "안녕하세요 고객님"

GATEWAY_ROWS: Final[tuple[Row[GatewayUnderTest], ...]] = (
    *(
        Row(f"{name} after ETX", "R1", stray(data))
        for name, data in {"LF": b"\n", "CR LF": b"\r\n", "NUL": b"\0"}.items()
    ),
    *(
        Row(f"keepalive {command} of {name}, {duty.value}, {version}", "R2", lives(command, body, duty, version))
        for name, body in _BLANK_FORMS.items()
        for command in ("1020", "1024", "1045")
        for duty in Duty
        for version in ("SAM10", "SAM11")
    ),
    Row("keepalives of an MMS port", "R2", names_no_file_in_its_keepalive),
    *(
        Row(f"{name} behind a COUNT that says none", "R2", refuses("1020", body, response), "it may be a message")
        for name, body, response in (
            ("a binary COUNT", b"\0\0\0\1" + b"x" * 284, "12007"),
            ("a record", b"0   " + b"x" * 284, "12006"),
        )
    ),
    *(Row(f"a poll with {body!r}", "R3", poll_with(body)) for body in (b"0", b"    ", b" " * 40, b"100 ")),
    Row("a receiver of 050x", "R4", field_says(RECEIVER_AT, b"050212345678", 6)),
    *(
        Row(f"a text in {charset}", "R5", field_says(MSG_AT, _KOREAN.encode(charset), 6))
        for charset in ("cp949", "euc_kr", "utf-8")
    ),
    Row("a text cut inside a character", "R5", field_says(MSG_AT, _KOREAN.encode("cp949")[:-1], 6)),
    *(
        Row(f"no time as {value!r}", "R6", field_says(RESERVE_AT, value, 6))
        for value in (b"0", b"00000000000000", b"0000-00-00 00:00:00", b"null", b"2009-01-01 09:00:00.")
    ),
    *(
        Row(f"a time as {value!r}", "R6", field_says(RESERVE_AT, value, 3), "a time is never guessed")
        for value in (b"20990101090000", b"2099-01-01", b"2099-01-01T09:00:00")
    ),
    *(
        Row(f"FILE_EXT {extension!r}", "R7", file_as("right", extension, "00000"))
        for extension in ("Jpg", "", "jpe", ".jp")
    ),
    Row("FILE_LENGTH blank", "R7", file_as("", "jpg", "00000")),
    Row("FILE_LENGTH too small", "R7", file_as("5", "jpg", "13003"), "one of the two lengths is wrong"),
    Row("a half-closed connection", "R9", half_closes),
    Row("a new connection for each poll", "R10", connects_for_each_poll),
    Row("keepalives that cross a push; no answer to ours", "R11, R12, R16", answers_no_count_0),
    Row("LENGTH one too long", "R13", sends_a_frame_that_is_not_whole),
    Row("the same key after its result", "R17", sends_again_after_the_result),
    Row("USERCODE once", "P6", writes_usercode_once),
    Row("1096", "F1", logs_in_by_1096),
    Row("a login before each request", "N8", logs_in_before_each_request),
    *(
        Row(f"VERSION {version!r}, COMMAND {command!r}", "N9", in_form(version, command))
        for version, command in (("sam10", "1020"), ("", "1020"), ("SAM10", " 1020"), ("SAM10", "01020"))
    ),
    Row("SAM11 after a SAM10 login", "N9", refuses("1020", b"0   ", "12004", "SAM11"), "the login's VERSION holds"),
    Row("NULs for padding", "table", padded(b"\0")),
    Row("COUNT 2 with one record", "table", refuses("1020", b"2   " + b"x" * 284, "12006"), "it fits no layout"),
    Row("command 1025, nowhere described", "table", refuses("1025", b"0   ", "12002"), "an unknown command"),
)
"""Every habit of odd customers that was found."""
