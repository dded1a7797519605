"""The benchmark's load: what a connection that was idle, or has ended, does to it."""

import pytest

from samlink.bench.findings import BenchError, Plan
from samlink.bench.load import Load, Target
from samlink.testing.clock import until
from samlink.testing.scripted_gateway import HOST, PASSWORD, ScriptedGateway
from samlink.vocabulary.services import Duty, Service, port_of
from samlink.wire.choices import KEEPALIVE_SECONDS

PLAN = Plan(connections=1, report_connections=1, batch=2, stall_seconds=10.0)


def load_of(gateway: ScriptedGateway) -> Load:
    """A load with one send and one report connection."""
    ports = {duty: port_of(Service.SMS, duty, gateway.base_port) for duty in Duty}
    target = Target(
        host=HOST, send_port=ports[Duty.SEND], report_port=ports[Duty.REPORT], id="scripted", password=PASSWORD
    )
    return Load(target, PLAN)


@pytest.mark.parametrize("keepalives", [1, 2])
async def test_a_keepalive_is_not_taken_for_a_request_that_was_answered(keepalives: int) -> None:
    async with ScriptedGateway() as gateway:
        gateway.results_by_themselves = True
        load = load_of(gateway)
        await load.start()
        (link,) = load._senders
        for _ in range(keepalives):
            assert link.session.wake(link.now + 2 * KEEPALIVE_SECONDS) == []
            link.flush()
            await load.send(3)
        await load.settle()
        await load.stop()
        assert load.tally.verify() == len(gateway.messages) == 3 * keepalives


async def test_a_keepalive_that_was_answered_while_nobody_looked_is_passed_over() -> None:
    async with ScriptedGateway() as gateway:
        load = load_of(gateway)
        await load.start()
        (link,) = load._senders
        assert link.session.wake(link.now + 2 * KEEPALIVE_SECONDS) == []
        link.flush()
        await until(lambda: not link.session.busy_with_keepalive)
        await load.send(2)
        await load.stop()
        assert load.tally.accepted == 2


async def test_a_connection_that_ended_between_two_requests_is_one_plain_sentence() -> None:
    async with ScriptedGateway() as gateway:
        load = load_of(gateway)
        await load.start()
        gateway.drop_all(Duty.SEND)
        await load._senders[0].closed
        with pytest.raises(BenchError):
            await load.send(2)
        await load.stop()
