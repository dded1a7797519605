"""A machine's clock that jumps: nothing is given up, removed, held up or sent early by it."""

import asyncio
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from samlink.gateway.clock import CONFIRM_SECONDS, FAR_MS, FOLLOWED_MS, Cause, Clock
from samlink.store.contract import ClockDoubt
from samlink.store.sqlite.admin import Admin
from samlink.testing.clock import a_moment, until
from tests.gateway.running import NOW_MS, Machine, Running, account, running, sms
from tests.gateway.scripted_carrier import ScriptedCarrier, result

HOUR, DAY = 3600.0, 86_400.0
SMALL_SECONDS = FOLLOWED_MS / 1000


def clock_on(machine: Machine, seen_ms: int | None = None) -> Clock:
    """A clock that has begun."""
    clock = machine.clock()
    clock.begin(seen_ms)
    return clock


# -- the clock alone


@given(steps=st.lists(st.tuples(st.floats(0, 2 * DAY), st.floats(-400 * DAY, 400 * DAY)), max_size=30))
def test_time_goes_on_as_it_passes_whatever_the_machines_clock_does(steps: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = clock_on(machine)
    for passes, jumps in steps:
        before = clock()
        machine.pass_time(passes)
        machine.jump(jumps)
        assert clock() - before == int(passes * 1000), "between two looks"
        step = clock.look()
        moved_ms = clock() - before - int(passes * 1000)
        if step is not None:
            assert moved_ms == step.new_ms - step.old_ms
            assert clock.doubt is None
        else:
            assert abs(moved_ms) <= FOLLOWED_MS
        if clock.doubt is None:
            assert machine.wall_ms == clock()


def test_a_small_correction_is_followed_at_once() -> None:
    machine = Machine()
    clock = clock_on(machine)
    for seconds in (SMALL_SECONDS, -SMALL_SECONDS, 0.4):
        machine.jump(seconds)
        assert clock.look() is None
        assert clock() == machine.wall_ms
        assert clock.doubt is None


def test_a_jump_that_is_taken_back_was_never_there() -> None:
    machine = Machine()
    clock = clock_on(machine)
    machine.jump(200 * DAY)
    machine.pass_time(5)
    assert clock.look() is None
    assert clock.doubt is not None
    assert clock.doubt.cause is Cause.STEPPED
    assert clock() == NOW_MS + 5_000
    machine.jump(-200 * DAY)
    assert clock.look() is None
    assert clock.doubt is None
    assert clock() == NOW_MS + 5_000


def test_a_jump_that_stays_is_believed_after_some_hours_and_another_jump_begins_them_anew() -> None:
    machine = Machine()
    clock = clock_on(machine)
    machine.jump(9 * HOUR)
    clock.look()
    machine.pass_time(CONFIRM_SECONDS - 1)
    machine.jump(60)
    assert clock.look() is None
    machine.pass_time(CONFIRM_SECONDS - 1)
    assert clock.look() is None
    machine.pass_time(1)
    step = clock.look()
    assert step is not None
    assert step.new_ms - step.old_ms == int((9 * HOUR + 60) * 1000)
    assert clock() == machine.wall_ms


@pytest.mark.parametrize(
    ("ahead_seconds", "cause"),
    [
        (0.0, None),
        (FAR_MS / 1000, None),
        (FAR_MS / 1000 + 1, Cause.AHEAD),
        (2 * DAY, Cause.AHEAD),
        (-SMALL_SECONDS, None),
        (-SMALL_SECONDS - 1, Cause.BEHIND),
        (-HOUR, Cause.BEHIND),
        (-50 * 365 * DAY, Cause.BEHIND),
    ],
)
def test_a_start_is_compared_with_when_the_store_was_last_seen(ahead_seconds: float, cause: Cause | None) -> None:
    machine = Machine()
    clock = clock_on(machine, NOW_MS - int(ahead_seconds * 1000))
    assert (clock.doubt.cause if clock.doubt else None) == cause
    assert clock() == max(NOW_MS, NOW_MS - int(ahead_seconds * 1000)), "it never goes back"


@pytest.mark.parametrize("wrong_seconds", [-50 * 365 * DAY, -HOUR, 2 * DAY])
def test_a_clock_that_is_set_right_after_the_start_is_believed_at_once(wrong_seconds: float) -> None:
    machine = Machine()
    seen_ms = NOW_MS
    machine.jump(wrong_seconds)
    clock = clock_on(machine, seen_ms)
    machine.pass_time(20)
    machine.jump(-wrong_seconds + 600)
    clock.look()
    assert clock.doubt is None
    assert clock() == machine.wall_ms


@pytest.mark.parametrize("stood_still_seconds", [0.0, 20.0, 11 * HOUR])
@pytest.mark.parametrize("jumped_seconds", [60.0, 9 * HOUR, 2 * DAY])
def test_a_jump_that_was_not_believed_is_not_believed_by_the_next_start(
    jumped_seconds: float, stood_still_seconds: float
) -> None:
    machine = Machine()
    doubted = ClockDoubt(NOW_MS - 5_000, int(jumped_seconds * 1000), 0)
    machine.jump(jumped_seconds)
    machine.pass_time(stood_still_seconds)
    clock = machine.clock()
    clock.begin(NOW_MS, doubted)
    assert clock() == NOW_MS + int(stood_still_seconds * 1000)
    assert clock.doubt is not None
    assert (clock.doubt.cause, clock.doubt.step_ms) == (Cause.STEPPED, doubted.step_ms)
    machine.pass_time(CONFIRM_SECONDS)
    step = clock.look()
    assert step is not None
    assert step.new_ms - step.old_ms == doubted.step_ms, "what waits is moved by the jump"


@pytest.mark.parametrize(
    ("doubted", "stood_still_seconds"),
    [
        (ClockDoubt(NOW_MS, int(9 * HOUR * 1000), 0), 60.0),  # taken back while the gateway stood still
        (ClockDoubt(NOW_MS, int(9 * HOUR * 1000), 1), 9 * HOUR),  # confirmed
        (ClockDoubt(NOW_MS, -int(HOUR * 1000), 0), 2 * HOUR),  # a jump back, which the start cannot tell any more
    ],
)
def test_a_doubt_that_is_over_does_not_go_on(doubted: ClockDoubt, stood_still_seconds: float) -> None:
    machine = Machine()
    machine.pass_time(stood_still_seconds)
    clock = machine.clock()
    clock.begin(NOW_MS, doubted)
    assert clock.doubt is None
    assert clock() == machine.wall_ms


# -- a gateway on such a machine


async def sent_and_waiting(run: Running, count: int) -> None:
    """So many messages are at the carrier, which has given no result."""
    async with run.sender() as sender:
        await sender.send([sms(number) for number in range(count)])
    await run.state("sent", count)


async def a_turn(run: Running) -> None:
    """Let upkeep go once through all its steps."""
    turns = run.store.calls["rescue"]
    await until(lambda: run.store.calls["rescue"] > turns + 1)


async def test_two_days_ahead_gives_nothing_up(tmp_path: Path) -> None:
    machine, carrier = Machine(), ScriptedCarrier()
    async with running(tmp_path, carrier=carrier, machine=machine) as gateway:
        await sent_and_waiting(gateway, 20)
        machine.jump(2 * DAY)
        await a_turn(gateway)
        assert (await gateway.store.counts())["sent"] == 20
        carrier.give(*(result(message) for message in carrier.messages))
        async with gateway.reports() as reports:
            assert {one.result for one in await reports.taken(20)} == {6}


async def test_nine_hours_ahead_are_doubted_over_a_restart_too(tmp_path: Path) -> None:
    machine, carrier = Machine(), ScriptedCarrier()
    waits = {"sms_result_seconds": HOUR}
    async with running(tmp_path, carrier=carrier, machine=machine, waits=waits) as gateway:
        await sent_and_waiting(gateway, 3)
        machine.jump(9 * HOUR)
        await until(lambda: gateway.gateway._clock.doubt is not None)
        await gateway.stop()
        await gateway.start()
        await a_turn(gateway)
        assert (await gateway.store.counts())["sent"] == 3, "nothing is given up"
        assert gateway.gateway._clock() == NOW_MS
        with Admin(tmp_path, clock=lambda: machine.wall_ms) as admin:
            admin.confirm_clock()
        await until(lambda: gateway.gateway._clock.doubt is None)
        await a_turn(gateway)
        assert (await gateway.store.counts())["sent"] == 3, "their waits were moved"


@pytest.mark.parametrize("restarted", [False, True])
async def test_two_days_ahead_is_believed_by_a_person_or_after_hours(tmp_path: Path, restarted: bool) -> None:
    machine, carrier = Machine(), ScriptedCarrier()
    async with running(tmp_path, carrier=carrier, machine=machine) as gateway:
        await sent_and_waiting(gateway, 1)
        await until(lambda: gateway.store.answers["mark"])
        if restarted:
            await gateway.stop()
        machine.jump(2 * DAY)
        if restarted:
            await gateway.start()
        await a_turn(gateway)
        with Admin(tmp_path, clock=lambda: machine.wall_ms) as admin:
            assert admin.clock_doubt() is not None
            admin.confirm_clock()
        await until(lambda: gateway.gateway._clock.doubt is None)
        async with gateway.sender() as sender:
            await sender.send([sms(1)])
        with Admin(tmp_path) as admin:
            assert admin.clock_doubt() is None
            newest, *_ = admin.find("demo")
            assert newest.accepted_at_ms == machine.wall_ms
        # Set while it ran: what waits goes on waiting. Over a restart nobody knows, and the time was confirmed.
        await a_turn(gateway)
        assert (await gateway.store.counts())["done"] == (1 if restarted else 0)


async def test_a_clock_that_was_wrong_for_a_start_only_gives_nothing_up(tmp_path: Path) -> None:
    machine, carrier = Machine(), ScriptedCarrier()
    async with running(tmp_path, carrier=carrier, machine=machine) as gateway:
        await sent_and_waiting(gateway, 3)
        await until(lambda: gateway.store.answers["mark"])
        await gateway.stop()
        machine.jump(2 * DAY)
        await gateway.start()
        await a_turn(gateway)
        machine.jump(-2 * DAY)
        await until(lambda: gateway.gateway._clock.doubt is None)
        await a_turn(gateway)
        assert (await gateway.store.counts())["sent"] == 3


async def test_two_hundred_days_for_some_seconds_remove_nothing(tmp_path: Path) -> None:
    machine, carrier = Machine(), ScriptedCarrier()
    async with running(tmp_path, carrier=carrier, machine=machine) as gateway, gateway.sender() as sender:
        await sender.send([sms(number) for number in range(5)])
        await until(lambda: len(carrier.messages) == 5)
        carrier.give(*(result(message) for message in carrier.messages))
        async with gateway.reports() as reports:
            await reports.taken(5)
        machine.jump(200 * DAY)
        await a_turn(gateway)
        machine.jump(-200 * DAY)
        await a_turn(gateway)
        assert len(gateway.views()) == 5
        await sender.send([sms(number) for number in range(5)])
        await a_turn(gateway)
        assert len(carrier.messages) == 5, "a resend is recognised"


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_hour_back_holds_nothing_up(tmp_path: Path, restarted: bool) -> None:
    machine = Machine()
    gateway = Running(tmp_path, machine=machine, simulator={"throughput": 20, "delay_ms": 10})
    gateway.add(account())
    await gateway.start()
    async with gateway.sender() as sender:
        await sender.send([sms(number) for number in range(30)])
        await sender.send([sms(number) for number in range(30, 60)])
    await until(lambda: gateway.store.answers["mark"])
    if restarted:
        await gateway.stop()
    machine.jump(-HOUR)
    if restarted:
        await gateway.start()
    passing = asyncio.create_task(time_passes(machine, gateway))
    async with gateway.reports() as reports:
        await reports.taken(60)
    passing.cancel()
    await gateway.stop()


async def time_passes(machine: Machine, gateway: Running) -> None:
    """A tenth of a second after another, until cancelled."""
    while True:
        machine.pass_time(0.1)
        gateway.gateway.carriers[0].wake()  # type: ignore[attr-defined]
        await a_moment()
