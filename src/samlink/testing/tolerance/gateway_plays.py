"""How customers send whose programs are one byte off the manual; `gateway_rows` is the table of them."""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from samlink.testing.pictures import jpeg
from samlink.testing.tolerance.gateway_half import GatewayUnderTest
from samlink.testing.tolerance.row import expect, factory
from samlink.vocabulary.services import Duty, Service
from samlink.wire import Frame, commands
from samlink.wire.frame import encode_frame
from samlink.wire.packets import Packet, decode_body, encode_body
from samlink.wire.records import FileNames, KeyRecord, SendRecord

Play = Callable[[GatewayUnderTest], Awaitable[None]]
Body = Callable[[GatewayUnderTest], bytes]
"""Makes a body with a message of its own."""
GROUP_AT, MESSAGE_AT, SENDER_AT, RECEIVER_AT = slice(4, 24), slice(24, 44), slice(44, 56), slice(56, 68)
RESERVE_AT, MSG_AT = slice(68, 88), slice(108, 208)
"""Where the fields of the first record are in the body of a 1020."""
VERSION_AT, COMMAND_AT, LENGTH_AT = slice(1, 7), slice(7, 12), slice(12, 20)
RESPONSE_AT, RESP_MESG_AT = slice(20, 25), slice(25, 75)
"""Where the fields of the header are in a frame."""
PASSWORD_AT: Final = slice(96, 116)
LOGIN_FAILED: Final = "11001"


def request(command: str, body: bytes = b"", version: str = "SAM10", **header: str) -> bytes:
    """A frame."""
    return encode_frame(Frame(version, command, header.get("response", ""), header.get("message", ""), body))


def sms_body(*records: SendRecord) -> bytes:
    """The body of a 1020."""
    return encode_body(Packet(commands.SEND_SMS, records=records))


def put(raw: bytes, place: slice, value: bytes) -> bytes:
    """`raw` with `value` at `place`, padded by blanks."""
    return raw[: place.start] + value.ljust(place.stop - place.start) + raw[place.stop :]


async def sends_and_gets(
    gateway: GatewayUnderTest, body: bytes, *wanted: tuple[str, int], padding: bytes = b""
) -> None:
    """Send a 1020; it is taken, and each message gets its result."""
    async with gateway.customer() as customer:
        expect((await customer.ask(request("1020", body) + padding)).response, "00000", "RESP_CODE of the 1020")
    expect(await gateway.results(*(key for key, _ in wanted)), dict(wanted), "results")


@factory
async def field_says(gateway: GatewayUnderTest, place: slice, value: bytes, result: int) -> None:
    """An SMS whose field says `value` is taken, and gets `result`."""
    odd, good = gateway.message(), gateway.message()
    await sends_and_gets(
        gateway, put(sms_body(odd, good), place, value), (odd.message_id, result), (good.message_id, 6)
    )


@factory
async def refuses(
    gateway: GatewayUnderTest, command: str, body: Body | bytes, response: str, version: str = "SAM10"
) -> None:
    """A request that has more than one reading: refused, and the connection goes on."""
    raw = body if isinstance(body, bytes) else body(gateway)
    async with gateway.customer(version="SAM10") as customer:
        expect((await customer.ask(request(command, raw, version))).response, response, "RESP_CODE")
        keepalive = await customer.ask(request("1020", b"0   "))
        expect(keepalive.response, "00000", "RESP_CODE of a keepalive after it")


def field_is_refused(place: slice, value: bytes, response: str) -> Play:
    """A request with an SMS whose field says `value` is refused."""
    return refuses("1020", lambda gateway: put(sms_body(gateway.message()), place, value), response)


@factory
async def frames_as(gateway: GatewayUnderTest, change: Callable[[bytes], bytes]) -> None:
    """A login and a 1020 whose frames are written in another form."""
    message = gateway.message()
    async with gateway.customer(logged_in=False) as customer:
        for frame in (gateway.login_frame(), request("1020", sms_body(message))):
            expect((await customer.ask(change(frame))).response, "00000", f"RESP_CODE to {frame[COMMAND_AT]!r}")
    expect(await gateway.results(message.message_id), {message.message_id: 6}, "results")


def header_says(place: slice, value: bytes) -> Play:
    """A login and a 1020 whose header says `value`."""
    return frames_as(lambda frame: put(frame, place, value))


def length_as(form: str) -> Play:
    """LENGTH in another form, such as `{:08}`."""
    return frames_as(lambda frame: put(frame, LENGTH_AT, form.format(int(frame[LENGTH_AT])).encode()))


@factory
async def count_as(gateway: GatewayUnderTest, count: bytes) -> None:
    """COUNT of a 1020 with one record in another form."""
    message = gateway.message()
    await sends_and_gets(gateway, count + sms_body(message)[4:], (message.message_id, 6))


async def writes_msg_len_in_full(gateway: GatewayUnderTest) -> None:
    """MSG_LEN `0005` of a 1044."""
    message = gateway.message()
    body = encode_body(Packet(commands.SEND_LMS, records=[message])).replace(b"5   ", b"0005", 1)
    async with gateway.customer(Service.MMS) as customer:
        expect((await customer.ask(request("1044", body))).response, "00000", "RESP_CODE of the 1044")


@factory
async def stray(gateway: GatewayUnderTest, data: bytes) -> None:
    """Bytes after each frame."""
    messages = [gateway.message() for _ in range(2)]
    async with gateway.customer() as customer:
        for message in messages:
            answer = await customer.ask(request("1020", sms_body(message)) + data)
            expect((answer.command, answer.response), ("1026", "00000"), "answer")
    expect(await gateway.results(*(m.message_id for m in messages)), {m.message_id: 6 for m in messages}, "results")


@factory
async def lives(gateway: GatewayUnderTest, command: str, body: bytes, duty: Duty, version: str) -> None:
    """A sign of life in another form."""

    answers = {
        (Duty.SEND, "SAM10"): ("1026", b""),
        (Duty.SEND, "SAM11"): ("1021", b"0   "),
        (Duty.REPORT, "SAM10"): ("1031", b"0   "),
        (Duty.REPORT, "SAM11"): ("1030", b"0   "),
    }
    async with gateway.customer(Service.SMS, duty, version) as customer:
        for _ in range(2):
            answer = await customer.ask(request(command, body, version))
            expect((answer.command, answer.response), (answers[duty, version][0], "00000"), "answer")
            expect(answer.body, answers[duty, version][1], "its body")


@factory
async def in_form(gateway: GatewayUnderTest, version: str, command: str) -> None:
    """VERSION or COMMAND in another form, after the login."""
    message = gateway.message()
    async with gateway.customer() as customer:
        answer = await customer.ask(request(command, sms_body(message), version))
        expect((answer.version, answer.response), ("SAM10", "00000"), "answer")


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


@factory
async def padded(gateway: GatewayUnderTest, padding: bytes) -> None:
    """Another padding than the login's."""
    message = gateway.message()
    body = encode_body(Packet(commands.SEND_SMS, records=[message]), padding)
    await sends_and_gets(gateway, body, (message.message_id, 6))


@factory
async def file_as(gateway: GatewayUnderTest, length: str, extension: str, response: str, content: bytes = b"") -> None:
    """A picture with FILE_LENGTH in a form such as `{:010}`, and this FILE_EXT."""
    file = content or jpeg()
    body = f"{length.format(len(file)):<10}{extension:<3}".encode() + file
    async with gateway.customer(Service.MMS) as customer:
        answer = await customer.ask(request("2030", body))
        expect((answer.command, answer.response, len(answer.body)), ("2040", response, 128), "answer")


@factory
async def file_length_off(gateway: GatewayUnderTest, by: int) -> None:
    """FILE_LENGTH says more, or less, than came."""
    await file_as(str(len(jpeg()) + by), "jpg", "13003")(gateway)


@factory
async def not_whole(gateway: GatewayUnderTest, change: Callable[[bytes], bytes]) -> None:
    """A frame that lacks something: told why before the end."""
    async with gateway.customer() as customer:
        customer.write(change(request("1020", sms_body(gateway.message()))))
        customer.end()
        answer = await customer.frame()
        expect(answer and answer.response, "12001", "RESP_CODE of the frame that is not whole")
        expect(await customer.frame(), None, "what follows it")


async def is_refused_at_the_login(gateway: GatewayUnderTest) -> None:
    """A refusing 1011 has its full length, for programs that read fixed sizes."""
    async with gateway.customer(logged_in=False) as customer:
        answer = await customer.ask(put(gateway.login_frame(), PASSWORD_AT, b"not the password"))
        expect((answer.command, answer.response), ("1011", LOGIN_FAILED), "answer to a wrong password")
        expect(answer.body, b" " * 33, "its body")
        expect(await customer.frame(), None, "what follows it")


@factory
async def logs_in_by(gateway: GatewayUnderTest, command: bytes) -> None:
    """COMMAND of the login in another form."""
    async with gateway.customer(logged_in=False) as customer:
        answer = await customer.ask(put(gateway.login_frame(), COMMAND_AT, command))
        expect((answer.command, answer.response), ("1011", "00000"), "answer to the login")


async def logs_in_padded_by_nuls(gateway: GatewayUnderTest) -> None:
    """A login padded by NULs: the answers to it and after it are, too."""
    async with gateway.customer(logged_in=False) as customer:
        for frame in (gateway.login_frame(), request("1020", b"0   ")):
            answer = await customer.ask(frame[:20] + frame[20:76].replace(b" ", b"\0") + frame[76:])
            expect((answer.response, answer.nul_padded), ("00000", True), "RESP_CODE, NULs behind RESP_MESG")


async def writes_byte_by_byte(gateway: GatewayUnderTest) -> None:
    """Each byte in a segment of its own."""
    message = gateway.message()
    async with gateway.customer() as customer:
        await customer.write_slowly(request("1020", sms_body(message)))
        answer = await customer.frame()
        expect(answer and answer.response, "00000", "RESP_CODE")
    expect(await gateway.results(message.message_id), {message.message_id: 6}, "results")


async def asks_ten_times_before_an_answer(gateway: GatewayUnderTest) -> None:
    """Ten requests in one write: answered in their order."""
    messages = [gateway.message() for _ in range(10)]
    async with gateway.customer(version="SAM11") as customer:
        customer.write(b"".join(request("1020", sms_body(message), "SAM11") for message in messages))
        for message in messages:
            answer = await customer.frame()
            assert answer is not None
            keys = decode_body(commands.SEND_ANSWER_KEYS, answer.body).records
            expect(list(keys), [KeyRecord(message.group_id, message.message_id)], "keys of the answer")
    wanted = {message.message_id: 6 for message in messages}
    expect(await gateway.results(*wanted), wanted, "results")


async def writes_usercode_in_each_record(gateway: GatewayUnderTest) -> None:
    """USERCODE after each record."""
    messages = [gateway.message(user_code="123456789") for _ in range(3)]
    body = encode_body(Packet(commands.SEND_SMS, records=messages, user_code=True))
    await sends_and_gets(gateway, body, *((message.message_id, 6) for message in messages))


@factory
async def again(gateway: GatewayUnderTest, /, response: str, **changes: object) -> None:
    """The same key once more, with something else in it."""
    message = gateway.message()
    await sends_and_gets(gateway, sms_body(message), (message.message_id, 6))
    async with gateway.customer() as customer:
        body = sms_body(msgspec.structs.replace(message, **changes))
        expect((await customer.ask(request("1020", body))).response, response, "RESP_CODE of the repeat")


@factory
async def key_as(gateway: GatewayUnderTest, place: slice, change: Callable[[bytes], bytes]) -> None:
    """A key in another form: its result comes under the same key, its blanks at the end."""
    message = gateway.message()
    body = sms_body(message)
    await sends_and_gets(gateway, put(body, place, change(body[place])), (message.message_id, 6))


async def has_a_key_in_hangul(gateway: GatewayUnderTest) -> None:
    """MSG_ID in Hangul, in CP949."""
    message = gateway.message(message_id=f"문자 {gateway.message().message_id}")
    await sends_and_gets(gateway, sms_body(message), (message.message_id, 6))
