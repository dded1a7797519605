"""The agents' audit bites: a sound world gives no finding, and each way of breaking it is found by its rule."""

from collections.abc import Callable
from typing import Final

import pytest

from samlink.agent.tables.claim import links
from samlink.carriers.simulator import JournalEntry
from samlink.vocabulary.kinds import Kind
from tests.agent_kill.agent_audit import AGENT_RULES, AgentWorld, audit_agents
from tests.agent_kill.orders import MMS, SMS, Order, checksum
from tests.agent_kill.tables_side import LIVE, Link, Row
from tests.kill import sides
from tests.kill.audit import Policy, World
from tests.kill.sides import StoreSide
from tests.kill.told import Key, Told

ACCOUNT: Final = "prepaid"
MONTH: Final = "202506"
PICTURE: Final = b"picture"
RESULTS: Final = (6, 13, 76, 6)
"""Delivered, refused by the carrier, refused by the agent, an MMS delivered."""


def order(id: int, result: int) -> Order:
    """What the customer meant."""
    return Order(
        number=f"order-{id}",
        table=MMS if id == 4 else SMS,
        receiver=f"0101234567{id}",
        text=f"text {id}",
        kind=Kind.MMS if id == 4 else Kind.SMS,
        expected=frozenset({result}),
        values={},
        picture=PICTURE if id == 4 else None,
    )


def row(id: int, result: int) -> Row:
    """What stands in the log."""
    at, telecom = ("2025-06-16 00:06:40", "01190") if result == 6 else ("", "")
    return Row(f"order-{id}", order(id, result).table, str(id), MONTH, result, at, telecom, whole=True)


def link(id: int) -> Link:
    """What the agents wrote down."""
    return Link("g", str(id), order(id, 0).table, str(id), links.FINISHED, MONTH)


def stored(id: int, result: int) -> sides.Row:
    """What the gateway has."""
    meant = order(id, result)
    price = 25_000 if meant.kind is Kind.MMS else 2_000
    return sides.Row(
        id=id,
        key=Key(ACCOUNT, "g", str(id), meant.receiver),
        kind=meant.kind,
        state="reported",
        result=result,
        charged=int(result == 6),
        price=price,
        attempts=1,
        unknowns=0,
        late_result=None,
        expires_at_ms=None,
        text=meant.text,
        files=("p.jpg",) if meant.picture else (),
        refund=0 if result == 6 else price,
    )


def sound() -> AgentWorld:
    """Four rows in their logs, three of which were sent."""
    sent = [(id, result) for id, result in enumerate(RESULTS, 1) if result != 76]
    carrier = {
        id: JournalEntry(id, f"*{id}", submitted=1, delivered=int(result == 6), result=result) for id, result in sent
    }
    for id, entry in carrier.items():
        entry.receiver = f"010-****-{order(id, 0).receiver[-4:]}"
        entry.results_due = entry.acknowledged = 1
    files: dict[tuple[str, str], bytes | None] = {(ACCOUNT, "p.jpg"): PICTURE}
    rows = [stored(id, result) for id, result in sent]
    store = StoreSide(rows, files, {ACCOUNT: 1_000}, {ACCOUNT: 28_000}, [])
    orders = {f"order-{id}": order(id, result) for id, result in enumerate(RESULTS, 1)}
    return AgentWorld(
        account=ACCOUNT,
        orders=orders,
        rows=[row(id, result) for id, result in enumerate(RESULTS, 1)],
        links=[link(id) for id in range(1, 5)],
        beyond=World(Told(), store, carrier, Policy(), []),
        faults=[],
    )


def change(record: object, **values: object) -> None:
    """Give fields of a record other values."""
    for name, value in values.items():
        setattr(record, name, value)


def sent_twice(world: AgentWorld) -> None:
    """The first row went out under two pairs of keys, and the second pair is not known any more."""
    again = stored(9, 6)
    again.key = Key(ACCOUNT, "h", "1", world.beyond.store.rows[0].key.receiver)
    world.beyond.store.rows.append(again)


def refused_for_nothing(world: AgentWorld) -> None:
    """The first row has a code of the agent's, and nothing was wrong with it."""
    world.rows[0].state = 79
    world.beyond.store.rows.pop(0)


Break = Callable[[AgentWorld], object]
BREAKS: Final[dict[str, tuple[str, Break]]] = {
    "a traceback in an agent's log": ("the_agents_have_no_fault", lambda w: w.faults.append("Traceback")),
    "a row is gone": ("every_row_is_there_once", lambda w: w.rows.pop(0)),
    "a row is in two tables": ("every_row_is_there_once", lambda w: w.rows.append(row(1, 6))),
    "a row that nobody inserted": ("every_row_is_there_once", lambda w: change(w.rows[0], order="other")),
    "a column was lost": ("no_column_is_lost", lambda w: change(w.rows[0], whole=False)),
    "a row left waiting": ("every_row_has_its_result", lambda w: change(w.rows[0], state=0)),
    "a row left on its way": ("every_row_has_its_result", lambda w: change(w.rows[0], state=1)),
    "another code of the agent's": ("every_row_has_its_result", lambda w: change(w.rows[2], state=77)),
    "refused for nothing": (
        "every_row_has_its_result",
        refused_for_nothing,
    ),
    "a finished row stays": ("finished_rows_have_moved", lambda w: change(w.rows[0], place=LIVE)),
    "no keys": ("every_row_was_claimed_once", lambda w: w.links.pop(0)),
    "two pairs of keys": (
        "every_row_was_claimed_once",
        lambda w: w.links.append(Link("h", "1", SMS, "1", links.FINISHED, MONTH)),
    ),
    "keys of a row without a result": (
        "every_row_was_claimed_once",
        lambda w: change(w.links[0], state=links.SENT),
    ),
    "keys that name another month": ("every_row_was_claimed_once", lambda w: change(w.links[0], month="202507")),
    "keys of no row": (
        "every_row_was_claimed_once",
        lambda w: w.links.append(Link("h", "9", SMS, "9", links.FINISHED, MONTH)),
    ),
    "refused, and sent": (
        "what_the_agent_refused_was_not_sent",
        lambda w: w.beyond.store.rows.append(stored(3, 6)),
    ),
    "delivered at no time": ("what_was_delivered_says_when_and_by_whom", lambda w: change(w.rows[0], sent_at="")),
    "delivered by nobody": ("what_was_delivered_says_when_and_by_whom", lambda w: change(w.rows[0], telecom="")),
    "another picture": (
        "every_picture_arrived",
        lambda w: w.beyond.store.files.update({(ACCOUNT, "p.jpg"): b"other"}),
    ),
    "no picture": ("every_picture_arrived", lambda w: change(w.beyond.store.rows[2], files=())),
    "sent twice": ("the_gateway_and_the_carrier_agree", sent_twice),
    "never at the gateway": ("the_gateway_and_the_carrier_agree", lambda w: w.beyond.store.rows.pop(0)),
    "twice at the carrier": (
        "the_gateway_and_the_carrier_agree",
        lambda w: change(w.beyond.carrier[1], submitted=2),
    ),
    "another result at the gateway": (
        "the_gateway_and_the_carrier_agree",
        lambda w: change(w.beyond.store.rows[1], result=8),
    ),
    "another result at the carrier": (
        "the_gateway_and_the_carrier_agree",
        lambda w: change(w.beyond.carrier[2], result=8),
    ),
    "the gateway's store complains": (
        "the_gateway_and_the_carrier_agree",
        lambda w: w.beyond.store.complaints.append("damaged"),
    ),
}


def test_a_sound_world_gives_no_finding() -> None:
    assert audit_agents(sound()) == []


@pytest.mark.parametrize("what", BREAKS)
def test_each_break_is_found_by_its_rule(what: str) -> None:
    world = sound()
    rule, break_it = BREAKS[what]
    break_it(world)
    assert any(finding.startswith(f"{rule}: ") for finding in audit_agents(world)), audit_agents(world)


def test_every_rule_was_seen_to_bite() -> None:
    assert {rule for rule, _ in BREAKS.values()} == {rule.__name__ for rule in AGENT_RULES}


def test_the_checksum_is_of_what_the_customer_wrote() -> None:
    inserted = {"Msg": "안녕", "Amount": 7, "Note": None}
    read = {"msgid": 1, "msg": "안녕", "amount": 7, "note": None, "url": None, "sendresult": 6, "checksum": "?"}
    assert checksum(inserted) == checksum(read)
    for broken in ({"amount": 8}, {"note": ""}, {"msg": None}, {"url": "x"}):
        assert checksum(inserted) != checksum(read | broken)
