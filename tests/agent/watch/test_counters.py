"""What an agent counts, and when it calls itself well: by events and a clock that the test moves."""

from samlink.agent.watch import events
from samlink.agent.watch.counters import ERRORS_KEPT, AgentCounters, Rate
from samlink.agent.watch.health import FAULT_GRACE_SECONDS, LOGIN_GRACE_SECONDS, SILENCE_SECONDS, health_of
from samlink.vocabulary.services import Duty, Service
from samlink.watch.events import Event
from tests.agent.customer import because

SMS_RESULTS = (Service.SMS, Duty.REPORT)


class Told:
    """Counters and their clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.counters = AgentCounters("1", ["UShotSMS"], [SMS_RESULTS], lambda: self.now)

    def tell(self, *told: Event) -> None:
        """Count events now."""
        for event in told:
            self.counters.hear(event)

    def works(self) -> None:
        """The table is reached and the connection is up."""
        self.tell(events.ConnectionUp(*SMS_RESULTS), events.RowsClaimed("UShotSMS", 0))

    @property
    def ill(self) -> list[str]:
        """What is wrong."""
        return [part.why for part in health_of(self.counters.read()).parts.values() if not part.ok]


def test_rows_and_results_are_counted() -> None:
    told = Told()
    told.tell(
        events.RowsClaimed("UShotSMS", 300),
        events.RowsSent("UShotSMS", 250),
        events.RowRefused("UShotSMS", "7", 77, because("no number")),
        events.RowRefused("UShotSMS", "8", 77, because("no number")),
        events.RowsReleased("UShotSMS", 48, because("the gateway is away")),
        events.ResultsWritten({6: 200, 8: 1}),
        events.ResultsWritten({6: 10}),
        events.RowsMoved("UShotSMS", 211),
        events.ResultsLate("UShotSMS", 3, 72.0),
    )
    counted = told.counters.read()
    table = counted.tables["UShotSMS"]
    assert (table.claimed, table.sent, table.released, table.moved, table.late) == (300, 250, 48, 211, 3)
    assert table.refused == {77: 2}
    assert counted.results == {6: 210, 8: 1}
    assert [(error.why, error.times) for error in counted.errors][-1] == ("no number", 2)


def test_rates_are_of_the_last_whole_seconds() -> None:
    told = Told()
    for _ in range(120):
        told.tell(events.RowsSent("UShotSMS", 50))
        told.now += 1
    assert told.counters.read().rates["sent"] == Rate(50.0, 50.0)
    told.now += 5
    assert told.counters.read().rates["sent"] == Rate(25.0, 45.8)
    told.now += 3600
    assert told.counters.read().rates["sent"] == Rate(0.0, 0.0)


def test_the_last_errors_are_kept_and_no_more() -> None:
    told = Told()
    for number in range(ERRORS_KEPT * 3):
        told.now += 1
        told.tell(events.Waiting("database", f"claim {number}", because("gone")))
    errors = told.counters.read().errors
    assert [error.what for error in errors] == [
        f"claim {n}" for n in range(ERRORS_KEPT * 3 - 1, ERRORS_KEPT * 2 - 1, -1)
    ]


def test_connections_are_counted_with_since_when() -> None:
    told = Told()
    send = Service.MMS, Duty.SEND
    told.tell(events.ConnectionFailed(*send, because("refused")))
    told.now += 1
    told.tell(events.ConnectionUp(*send))
    told.now += 1
    told.tell(events.ConnectionUp(*send))
    views = {(view.service, view.duty): view for view in told.counters.read().connections}
    assert (views["MMS", "send"].up, views["MMS", "send"].since) == (2, 1001.0)
    assert (views["SMS", "report"].up, views["SMS", "report"].since) == (0, 1000.0)
    told.now += 1
    told.tell(
        events.ConnectionDown(*send), events.ConnectionDown(*send), events.ConnectionFailed(*send, because("no route"))
    )
    [view] = [view for view in told.counters.read().connections if view.service == "MMS"]
    assert (view.up, view.since, view.why) == (0, 1003.0, "no route")


def test_an_agent_is_well_while_its_parts_work_and_for_a_moment_longer() -> None:
    told = Told()
    told.works()
    assert told.ill == []
    told.tell(events.Waiting("database", "claim UShotSMS", because("2003 gone")), events.ConnectionDown(*SMS_RESULTS))
    told.now += FAULT_GRACE_SECONDS
    assert told.ill == []
    told.now += 1
    assert told.ill == [f"claim UShotSMS has failed for {FAULT_GRACE_SECONDS + 1:.0f} s (2003 gone)"]
    told.now += LOGIN_GRACE_SECONDS
    assert len(told.ill) == 2
    told.tell(events.GoingOn("claim UShotSMS"))
    told.works()
    assert told.ill == []
    assert health_of(told.counters.read()).why == "the agent works"


def test_a_login_ends_the_wait_for_results() -> None:
    told = Told()
    told.works()
    told.tell(events.Waiting("gateway", "take results", because("the login was refused")))
    told.now += FAULT_GRACE_SECONDS + 1
    assert told.ill == [f"take results has failed for {FAULT_GRACE_SECONDS + 1:.0f} s (the login was refused)"]
    told.works()
    assert told.ill == []


def test_a_table_that_no_answer_comes_for_is_told() -> None:
    told = Told()
    told.works()
    told.now += SILENCE_SECONDS + 1
    assert told.ill == ["table UShotSMS was not reached for 151 s"]
