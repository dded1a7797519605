"""Whoever guesses passwords learns nothing and costs nobody else anything."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from samlink.gateway.places import Places
from samlink.gateway.sam import guesses as module
from samlink.gateway.sam.crowd import Crowd
from samlink.gateway.sam.guesses import (
    FORGOTTEN_SECONDS,
    FREE_GUESSES,
    IDS_PER_ADDRESS_LIMIT,
    LONGEST_PAUSE_SECONDS,
    Guesses,
)
from samlink.gateway.sam.logins import PASSWORDS_LIMIT, Logins
from samlink.gateway.watch.events import NoLogin
from samlink.gateway.watch.peer_lines import KINDS_LIMIT, PeerLines
from samlink.store.credentials import Credentials
from samlink.testing.clock import until
from samlink.testing.raw_connection import RawConnection, login_frame
from samlink.testing.thin_client import connected
from samlink.vocabulary.responses import ResponseCode
from samlink.watch.events import Event, Events
from tests.gateway.running import Running, account, running

EVERYWHERE = ("127.0.0.0/8",)


@contextlib.asynccontextmanager
async def from_address(gateway: Running, address: str) -> AsyncIterator[RawConnection]:
    """A connection from one of this machine's addresses."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port(), local_addr=(address, 0))
    try:
        yield RawConnection(reader, writer)
    finally:
        writer.transport.abort()


async def answer_to(gateway: Running, id: str, password: str, address: str = "127.0.0.1") -> tuple[str, str]:
    """RESP_CODE and RESP_MESG of a login."""
    async with from_address(gateway, address) as raw:
        frame = await raw.ask(login_frame(id, password))
        return frame.response, frame.message


def with_two_passwords(gateway: Running, id: str) -> str:
    """Add an account that changes its password, both chosen; the hash of the old one, which is "the-old-one"."""
    credentials = Credentials.open(gateway.data)
    old, new = credentials.hash_chosen("the-old-one"), credentials.hash_chosen("the-new-one")
    gateway.add(account(id, allow=EVERYWHERE))
    gateway.tell(lambda admin: admin.change_password(id, old))
    gateway.tell(lambda admin: admin.change_password(id, new, old_for_ms=60_000))
    return old


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords that were checked slowly, as they are."""
    found: list[str] = []
    verify = Credentials.verify

    def noted(self: Credentials, password_hash: str, password: str) -> bool:
        if self.is_slow(password_hash):
            found.append(password)
        return verify(self, password_hash, password)

    monkeypatch.setattr(Credentials, "verify", noted)
    return found


@pytest.fixture
def long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that do not end while a test runs."""
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 600.0)
    monkeypatch.setattr(module, "LONGEST_PAUSE_SECONDS", 600.0)


@pytest.mark.usefixtures("long_pauses")
async def test_every_refusal_is_the_same_and_a_pause_too(tmp_path: Path) -> None:
    async with running(tmp_path, account(allow=EVERYWHERE)) as gateway:
        gateway.add(account("chosen", allow=EVERYWHERE), slow=True)
        gateway.add(account("elsewhere", allow=("203.0.113.7",)), slow=True)
        with_two_passwords(gateway, "changing")
        tries = [(id, "wrong") for id in ("nobody", "demo", "chosen", "changing")] + [("elsewhere", "secret")]
        for expected in [ResponseCode.LOGIN_FAILED] * FREE_GUESSES + [ResponseCode.LOGIN_BUSY]:
            told = {await answer_to(gateway, *one, "127.0.0.9") for one in tries}
            assert len(told) == 1
            assert told.pop()[0] == expected


async def test_a_wrong_login_takes_as_long_whatever_the_account_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checked: list[str]
) -> None:
    pretended: list[int] = []

    async def noted(_: Logins, checks: int) -> None:
        pretended.append(checks)

    monkeypatch.setattr(Logins, "_pretend", noted)
    async with running(tmp_path, account(allow=EVERYWHERE)) as gateway:
        gateway.add(account("chosen"), slow=True)
        gateway.add(account("elsewhere", allow=("203.0.113.7",)), slow=True)
        with_two_passwords(gateway, "changing")
        for id in ("nobody", "demo", "chosen", "elsewhere", "changing"):
            assert (await answer_to(gateway, id, "wrong"))[0] == ResponseCode.LOGIN_FAILED
            assert len(checked) + sum(pretended) == PASSWORDS_LIMIT, id
            checked.clear()
            pretended.clear()


async def test_equal_logins_at_once_are_told_which_password_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, goes_on = threading.Event(), threading.Event()
    verify = Credentials.verify
    async with running(tmp_path) as gateway:
        old = with_two_passwords(gateway, "changing")

        def held(self: Credentials, password_hash: str, password: str) -> bool:
            if password_hash == old:
                begun.set()
                goes_on.wait()
            return verify(self, password_hash, password)

        monkeypatch.setattr(Credentials, "verify", held)
        checking = gateway.gateway._listener._logins._checking
        async with connected(gateway.port()) as first, connected(gateway.port()) as second:
            logins = [asyncio.create_task(first.login("changing", "the-old-one"))]
            await until(begun.is_set)
            logins.append(asyncio.create_task(second.login("changing", "the-old-one")))
            await until(lambda: sum(check.awaited_by for check in checking.values()) == len(logins))
            goes_on.set()
            await asyncio.gather(*logins)
            gateway.tell(lambda admin: admin.set_account("changing", {}, end_old_password=True))
            await first.ended()
            await second.ended()


@pytest.mark.usefixtures("long_pauses")
async def test_a_guesser_pauses_and_nobody_else(tmp_path: Path, checked: list[str]) -> None:
    async with running(tmp_path, account(allow=EVERYWHERE)) as gateway:
        for id in ("shop", "other"):
            gateway.add(account(id, allow=EVERYWHERE), slow=True)
        guesses = [answer_to(gateway, "shop", f"guess {number}", "127.0.0.9") for number in range(30)]
        told = await asyncio.gather(*guesses)
        assert {code for code, _ in told} == {ResponseCode.LOGIN_FAILED, ResponseCode.LOGIN_BUSY}
        assert len(checked) <= FREE_GUESSES
        assert (await answer_to(gateway, "shop", "secret", "127.0.0.9"))[0] == ResponseCode.LOGIN_BUSY
        assert (await answer_to(gateway, "other", "secret", "127.0.0.9"))[0] == ResponseCode.OK
        assert (await answer_to(gateway, "demo", "secret", "127.0.0.9"))[0] == ResponseCode.OK
        assert (await answer_to(gateway, "shop", "secret", "127.0.0.8"))[0] == ResponseCode.OK


async def test_an_address_that_an_account_does_not_allow_costs_no_check(tmp_path: Path, checked: list[str]) -> None:
    async with running(tmp_path, account(allow=EVERYWHERE)) as gateway:
        gateway.add(account("elsewhere", allow=("203.0.113.7",)), slow=True)
        for password in ("wrong", "secret"):
            assert (await answer_to(gateway, "elsewhere", password))[0] == ResponseCode.LOGIN_FAILED
        assert not checked


async def test_equal_right_logins_are_checked_once(tmp_path: Path, checked: list[str]) -> None:
    async with running(tmp_path) as gateway:
        gateway.add(account("shop"), slow=True)
        told = await asyncio.gather(*[answer_to(gateway, "shop", "secret") for _ in range(20)])
        told += [await answer_to(gateway, "shop", "secret")]
        assert {code for code, _ in told} == {ResponseCode.OK}
        assert checked == ["secret"]


async def test_a_password_that_was_right_meanwhile_is_not_checked_again(tmp_path: Path, checked: list[str]) -> None:
    async with running(tmp_path, account(allow=EVERYWHERE), limits={"password_checks": 1}) as gateway:
        gateway.add(account("shop", allow=EVERYWHERE), slow=True)
        told = await asyncio.gather(*[answer_to(gateway, "shop", "secret", f"127.0.0.{one}") for one in range(1, 20)])
        assert {code for code, _ in told} == {ResponseCode.OK}
        assert checked == ["secret"]


async def test_a_changed_password_is_checked_anew(tmp_path: Path, checked: list[str]) -> None:
    async with running(tmp_path) as gateway:
        gateway.add(account("shop"), slow=True)
        assert (await answer_to(gateway, "shop", "secret"))[0] == ResponseCode.OK
        newer = Credentials.open(tmp_path).hash_chosen("newer")
        gateway.tell(lambda admin: admin.change_password("shop", newer))
        assert (await answer_to(gateway, "shop", "secret"))[0] == ResponseCode.LOGIN_FAILED
        assert (await answer_to(gateway, "shop", "newer"))[0] == ResponseCode.OK
        assert checked == ["secret", "secret", "newer"]


async def test_who_has_gone_is_not_checked(tmp_path: Path, checked: list[str]) -> None:
    async with running(tmp_path, limits={"password_checks": 1}) as gateway:
        for number in range(3):
            gateway.add(account(f"shop{number}"), slow=True)
        logins = gateway.gateway._listener._logins
        async with logins._places.place("127.0.0.1"), contextlib.AsyncExitStack() as stack:
            for number in range(3):
                raw = await stack.enter_async_context(from_address(gateway, "127.0.0.1"))
                raw.write(login_frame(f"shop{number}", "secret"))
            await until(lambda: len(logins._checking) == 3)
            await stack.aclose()
            await until(lambda: not logins._checking)
        assert (await answer_to(gateway, "shop2", "secret"))[0] == ResponseCode.OK
        assert checked == ["secret"]


async def test_the_address_with_most_logins_gives_way(tmp_path: Path) -> None:
    limits = {"logins_waiting": 3, "password_checks": 1}
    async with running(tmp_path, account(allow=EVERYWHERE), limits=limits) as gateway:
        gateway.add(account("shop", allow=EVERYWHERE), slow=True)
        logins = gateway.gateway._listener._logins
        async with logins._places.place("127.0.0.1"):
            crowd = [asyncio.create_task(answer_to(gateway, "shop", "secret", "127.0.0.9")) for _ in range(3)]
            await until(lambda: len(logins._crowd) == 3)
            newcomer = asyncio.create_task(answer_to(gateway, "shop", "secret", "127.0.0.8"))
            await until(lambda: any(one.done() for one in crowd))
        assert (await newcomer)[0] == ResponseCode.OK
        told = sorted([(await one)[0] for one in crowd])
        assert told == [ResponseCode.OK, ResponseCode.OK, ResponseCode.LOGIN_BUSY]


async def test_the_log_names_the_account_that_was_tried(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        gateway.add(account("elsewhere", allow=("203.0.113.7",)))
        with structlog.testing.capture_logs() as logs:
            for id, password in (("demo", "wrong"), ("elsewhere", "secret"), ("nobody", "x")):
                await answer_to(gateway, id, password)
        found = {line["account"]: line["reason"] for line in logs if line["event"] == "login_refused"}
        assert found == {
            "demo": "wrong password",
            "elsewhere": "the account does not allow this address",
            "nob… (6)": "unknown ID",
        }


# -- the parts


def test_pauses_double_up_to_a_limit_and_end() -> None:
    guesses, now = Guesses(), 0.0
    pauses = []
    for _ in range(20):
        guesses.failed("a", "shop", now)
        began = now
        while not guesses.allowed("a", "shop", now):
            now += 0.5
        pauses.append(now - began)
    assert pauses[: FREE_GUESSES - 1] == [0.0] * (FREE_GUESSES - 1)
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
    assert guesses.allowed("b", "shop", now) == guesses.allowed("a", "other", now) == FREE_GUESSES
    assert guesses.allowed("a", "shop", now + FORGOTTEN_SECONDS + 1) == FREE_GUESSES


def test_many_ids_do_not_hide_the_one_that_is_guessed_at() -> None:
    guesses = Guesses()
    for _ in range(FREE_GUESSES):
        guesses.failed("a", "shop", 0.0)
    for number in range(3 * IDS_PER_ADDRESS_LIMIT):
        guesses.failed("a", f"id {number}", 0.1)
    assert guesses.allowed("a", "shop", 0.2) == 0


async def test_places_go_round_by_key_and_none_has_all() -> None:
    places, order = Places(2), []
    leave = asyncio.Event()

    async def work(key: str) -> None:
        async with places.place(key):
            order.append(key)
            await leave.wait()

    tasks = [asyncio.create_task(work(key)) for key in "aaaabc"]
    await asyncio.sleep(0)
    assert order == ["a", "b"]
    tasks[-1].cancel()
    leave.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["a", "b", "a", "a", "a"]
    async with places.place("x"), places.place("y"):
        assert len(places._having) == 2
    assert (places._free, len(places._having), len(places._waiting)) == (2, 0, 0)


def test_of_a_crowd_the_largest_key_gives_way() -> None:
    crowd: Crowd[str, int] = Crowd(5, limit_per_key=4)
    for member in range(4):
        assert crowd.gives_way("a") is None
        crowd.enter("a", member)
    assert crowd.gives_way("a") == "a"
    crowd.enter("b", 9)
    assert crowd.gives_way("b") == crowd.gives_way("c") == "a"
    assert (crowd.oldest("a"), crowd.newest("a")) == (0, 3)
    crowd.leave("a", 0)
    crowd.leave("a", 0)
    assert len(crowd) == 4
    assert crowd.gives_way("a") is None


async def test_repeated_lines_are_counted_and_kinds_are_bounded() -> None:
    heard: list[Event] = []
    lines = PeerLines(Events(heard.append))
    with structlog.testing.capture_logs() as told:
        for _ in range(10):
            lines.tell(NoLogin("why"), peer="a")
        assert told == [{"event": "no_login", "log_level": "info", "peer": "a", "reason": "why"}]
        for number in range(3 * KINDS_LIMIT):
            lines.tell(NoLogin("why"), peer=str(number))
        assert len(told) <= KINDS_LIMIT + 1
        lines.close()
    assert {"event": "no_login", "log_level": "info", "peer": "a", "reason": "why", "repeated": 9} in told
    assert sum(line.get("repeated", 1) for line in told) >= 3 * KINDS_LIMIT
    assert len(heard) == 10 + 3 * KINDS_LIMIT, "each is counted"
