"""How customers take results whose programs are one byte off the manual; `gateway_rows` is the table of them."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Final

from samlink.testing.tolerance.gateway_half import POLL_PAUSE_SECONDS, GatewayUnderTest, RawCustomer
from samlink.testing.tolerance.gateway_plays import request, sms_body
from samlink.testing.tolerance.row import expect, factory
from samlink.vocabulary.services import Duty
from samlink.wire import Frame
from samlink.wire.records import SendRecord

RESULTS_IN_PAGE: Final = 100
"""COUNT of the manual's example of a 1031: programs in C size their buffers by it."""
SELDOM_SECONDS: Final = 120.0
"""Between the polls of a customer who polls seldom."""
SETTLED_SECONDS: Final = 30.0
"""By then a message has its result."""
KEY_SIZE, RECORD_SIZE, RESULT_AT = 40, 82, slice(72, 75)
Acknowledge = Callable[[list[bytes]], bytes]
"""What a customer writes for a page with these keys."""


async def send(gateway: GatewayUnderTest, *messages: SendRecord) -> None:
    """Send messages in one 1020."""
    async with gateway.customer() as customer:
        expect((await customer.ask(request("1020", sms_body(*messages)))).response, "00000", "RESP_CODE of the 1020")


def keys_of(page: Frame) -> list[bytes]:
    """The keys of a 1031, 40 bytes each."""
    return [page.body[at : at + KEY_SIZE] for at in range(4, len(page.body), RECORD_SIZE)]


def key_of(message: SendRecord) -> bytes:
    """A message's key as a 1031 has it."""
    return message.group_id.encode().ljust(20) + message.message_id.encode().ljust(20)


def of_keys(keys: list[bytes]) -> bytes:
    """The body of a 1030."""
    return b"%-4d" % len(keys) + b"".join(keys)


def taken(keys: list[bytes]) -> bytes:
    """A 1030 by the letter."""
    return request("1030", of_keys(keys), "SAM11")


@factory
async def poll_with(gateway: GatewayUnderTest, body: bytes) -> None:
    """A SAM10 poll with a body brings results."""
    async with gateway.customer(duty=Duty.REPORT) as customer:
        answer = await customer.ask(request("1030", body))
        expect((answer.command, answer.response), ("1031", "00000"), "answer")


async def answers_no_count_0(gateway: GatewayUnderTest) -> None:
    """SAM11: keepalives of its own cross the push, and only keys acknowledge."""
    message = gateway.message()
    async with gateway.customer(duty=Duty.REPORT, version="SAM11") as reports:
        reports.write(taken([]))
        await send(gateway, message)
        while True:
            page = await pushed(reports)
            expect(page.response, "00000", "RESP_CODE of a push")
            reports.write(taken([]))
            if keys := keys_of(page):
                reports.write(taken(keys))
            if key_of(message) in keys:
                return


async def pushed(reports: RawCustomer) -> Frame:
    """The next 1031."""
    page = await reports.frame()
    expect(page and page.command, "1031", "what the gateway pushes")
    assert page is not None
    return page


async def connects_for_each_poll(gateway: GatewayUnderTest) -> None:
    """SAM10 from cron: the same page comes three times at most."""
    message = gateway.message()
    await send(gateway, message)
    seen = quiet = 0
    while not seen or not quiet:
        async with gateway.customer(duty=Duty.REPORT) as customer:
            page = await customer.ask(request("1030"))
            came = key_of(message) in keys_of(page)
            seen += came
            quiet = not came
            customer.end()
            await customer.frame()
    expect(seen <= 3, True, "the result comes three times at most")


async def polls_seldom(gateway: GatewayUnderTest) -> None:
    """SAM10, one connection, minutes between its polls: each result comes once."""
    message = gateway.message()
    await send(gateway, message)
    async with gateway.customer(duty=Duty.REPORT) as customer:
        came = 0
        for _ in range(3):
            await gateway.wait(SELDOM_SECONDS)
            came += keys_of(await customer.ask(request("1030"))).count(key_of(message))
        expect(came, 1, "how often the result came")


async def has_a_small_buffer(gateway: GatewayUnderTest) -> None:
    """No 1031 has more results than the manual's example."""
    messages = [gateway.message() for _ in range(RESULTS_IN_PAGE + 20)]
    for start in range(0, len(messages), 20):
        await send(gateway, *messages[start : start + 20])
    await gateway.wait(SETTLED_SECONDS)
    left = set(map(key_of, messages))
    async with gateway.customer(duty=Duty.REPORT) as customer:
        while left:
            keys = keys_of(await customer.ask(request("1030")))
            expect(len(keys) <= RESULTS_IN_PAGE, True, f"at most {RESULTS_IN_PAGE} results in a 1031")
            left -= set(keys)
        await customer.ask(request("1030"))


async def sends_a_blank_record(gateway: GatewayUnderTest) -> None:
    """COUNT 1 and nothing behind it: result 3 under an empty key, which nobody can match."""
    async with gateway.customer() as customer:
        expect((await customer.ask(request("1020", b"1   " + b" " * 284))).response, "00000", "RESP_CODE")
    async with gateway.customer(duty=Duty.REPORT) as customer:
        blank = b" " * KEY_SIZE
        while blank not in (keys := keys_of(page := await customer.ask(request("1030")))):
            await gateway.wait(POLL_PAUSE_SECONDS)
        record = page.body[4 + keys.index(blank) * RECORD_SIZE :]
        expect(record[RESULT_AT], b"3  ", "RESULT")
        await customer.ask(request("1030"))


@contextlib.asynccontextmanager
async def _page_with(gateway: GatewayUnderTest, key: bytes) -> AsyncIterator[tuple[RawCustomer, list[bytes]]]:
    """A connection on which a page with `key` was pushed and not acknowledged; the page's keys."""
    async with gateway.customer(duty=Duty.REPORT, version="SAM11") as reports:
        yield reports, await _keys_with(reports, key)


async def _keys_with(reports: RawCustomer, key: bytes) -> list[bytes]:
    """The keys of the next page with `key`; the pages before it are acknowledged."""
    while key not in (keys := keys_of(await pushed(reports))):
        if keys:
            reports.write(taken(keys))
    return keys


@factory
async def acknowledges(gateway: GatewayUnderTest, write: Acknowledge) -> None:
    """An acknowledgement in another form: its results do not come again, not even on a new connection."""
    first, second = gateway.message(), gateway.message()
    await send(gateway, first)
    async with _page_with(gateway, key_of(first)) as (reports, keys):
        reports.write(write(keys))
        reports.end()
        while await reports.frame() is not None:
            pass
    await send(gateway, second)
    async with _page_with(gateway, key_of(second)) as (reports, keys):
        expect(key_of(first) in keys, False, "the acknowledged result comes again")
        reports.write(taken(keys))


@factory
async def acknowledges_badly(gateway: GatewayUnderTest, write: Acknowledge, response: str) -> None:
    """An acknowledgement that cannot be read: told so, and the results come again on the next connection."""
    message = gateway.message()
    await send(gateway, message)
    async with _page_with(gateway, key_of(message)) as (reports, keys):
        reports.write(write(keys))
        answer = await reports.frame()
        expect(answer and answer.response, response, "RESP_CODE of the acknowledgement")
        expect(await reports.frame(), None, "what follows it")
    async with _page_with(gateway, key_of(message)) as (reports, keys):
        reports.write(taken(keys))
