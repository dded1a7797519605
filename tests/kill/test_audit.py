"""The audit bites: a sound world gives no finding, and each way of breaking it is found by the rule that it breaks."""

from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest

from samlink.carriers.simulator import JournalEntry
from samlink.vocabulary.kinds import Kind
from tests.kill.audit import RULES, Policy, World, audit
from tests.kill.sides import Row, StoreSide
from tests.kill.told import Key, Message, Packet, Told
from tests.kill.traffic import DAY_LIMIT

ACCOUNT: Final = "prepaid"
RECEIVERS: Final = ("01000000001", "01000000007", "01000000002", "01000000003")
RESULTS: Final = (6, 7, 6, 90)
"""Delivered, failed, delivered after an unknown outcome, too late."""
MESSAGES: Final = tuple(
    Message(Key(ACCOUNT, "g", str(id), receiver), Kind.SMS, f"text {id}", (), frozenset({result}))
    for id, (receiver, result) in enumerate(zip(RECEIVERS, RESULTS, strict=True), 1)
)


def row(id: int, result: int) -> Row:
    """What the store says of the message `id`."""
    return Row(
        id=id,
        key=MESSAGES[id - 1].key,
        kind=Kind.SMS,
        state="reported",
        result=result,
        charged=int(result == 6),
        price=2_000,
        attempts=0 if result == 90 else 1,
        unknowns=0,
        late_result=None,
        expires_at_ms=None,
        text=f"text {id}",
        files=(),
        refund=0 if result == 6 else 2_000,
    )


def entry(id: int, result: int) -> JournalEntry:
    """What the carrier says of it."""
    masked = f"010-****-{RECEIVERS[id - 1][-4:]}"
    return JournalEntry(
        id, masked, submitted=1, delivered=int(result == 6), result=result, results_due=1, acknowledged=1
    )


def sound() -> World:
    """Four messages in two packets, the second of which was asked for twice, and a file."""
    told = Told()
    told.packets = [Packet(MESSAGES[:2], asked=1, acknowledged=1), Packet(MESSAGES[2:], asked=2, acknowledged=1)]
    for message, result in zip(MESSAGES, RESULTS, strict=True):
        told.results[message.key] = Counter({result: 1})
    told.files[ACCOUNT, "a.jpg"] = b"bytes"
    rows = [row(id, result) for id, result in enumerate(RESULTS, 1)]
    rows[2].attempts, rows[2].unknowns = 2, 1
    carrier = {id: entry(id, result) for id, result in enumerate(RESULTS, 1) if result != 90}
    carrier[3].submitted, carrier[3].repeats = 2, 1
    files: dict[tuple[str, str], bytes | None] = {(ACCOUNT, "a.jpg"): b"bytes"}
    return World(told, StoreSide(rows, files, {ACCOUNT: 6_000}, {ACCOUNT: 10_000}, []), carrier, Policy(), [])


def change(record: object, **values: object) -> None:
    """Give fields of a record other values."""
    for name, value in values.items():
        setattr(record, name, value)


def given_up(world: World) -> None:
    """The third message is settled with 11 instead, and all three sides agree about what is told of it."""
    world.store.rows[2].result, world.store.rows[2].refund = 11, 2_000
    world.told.results[MESSAGES[2].key] = Counter({11: 1})
    world.store.balances[ACCOUNT] = 8_000


Break = Callable[[World], object]
BREAKS: Final[dict[str, tuple[str, Break]]] = {
    "a row is gone": ("nothing_acknowledged_is_missing", lambda w: w.store.rows.pop(0)),
    "a row is gone, and its packet torn": ("every_packet_is_whole", lambda w: w.store.rows.pop(0)),
    "another text": ("nothing_acknowledged_is_missing", lambda w: change(w.store.rows[0], text="other")),
    "no content": ("nothing_acknowledged_is_missing", lambda w: change(w.store.rows[0], text=None)),
    "another file": ("nothing_acknowledged_is_missing", lambda w: change(w.store.rows[0], files=("b.jpg",))),
    "half of an unanswered packet": (
        "every_packet_is_whole",
        lambda w: (w.store.rows.pop(0), w.told.packets.__setitem__(0, Packet(MESSAGES[:2], asked=1))),
    ),
    "a row that nobody asked for": ("nothing_is_invented", lambda w: w.told.packets.pop(0)),
    "a message at the carrier only": ("nothing_is_invented", lambda w: w.carrier.update({99: entry(1, 6)})),
    "a result of nothing": (
        "nothing_is_invented",
        lambda w: w.told.results.update({Key(ACCOUNT, "g", "9", "0"): Counter({6: 1})}),
    ),
    "a row left waiting": (
        "every_message_is_settled_and_reported",
        lambda w: change(w.store.rows[0], state="sent", result=None),
    ),
    "a row not reported": (
        "every_message_is_settled_and_reported",
        lambda w: change(w.store.rows[0], state="done"),
    ),
    "a result never seen": ("every_result_was_seen", lambda w: w.told.results.pop(MESSAGES[0].key)),
    "two results": ("every_result_was_seen", lambda w: w.told.results[MESSAGES[0].key].update({8: 1})),
    "another result seen": (
        "every_result_was_seen",
        lambda w: w.told.results.update({MESSAGES[0].key: Counter({8: 1})}),
    ),
    "not what the digits demand": (
        "every_result_is_the_right_one",
        lambda w: change(w.store.rows[0], result=8),
    ),
    "a result that changed": (
        "every_result_is_the_right_one",
        lambda w: change(w.store.rows[0], late_result=8),
    ),
    "given up though the carrier is idempotent": ("every_result_is_the_right_one", given_up),
    "twice at the carrier": (
        "the_carrier_had_nothing_twice",
        lambda w: change(w.carrier[1], submitted=2, repeats=1),
    ),
    "twice, though it is not idempotent": (
        "the_carrier_had_nothing_twice",
        lambda w: change(w, policy=Policy(idempotent=False)),
    ),
    "twice on the handset": (
        "the_carrier_had_nothing_twice",
        lambda w: change(w.carrier[3], repeats=0, delivered=2),
    ),
    "more often than it was claimed": (
        "the_carrier_had_nothing_twice",
        lambda w: change(w.store.rows[0], attempts=0),
    ),
    "a line of the journal is gone": ("the_carrier_agrees", lambda w: w.carrier.pop(1)),
    "sent, and told that it was not": ("the_carrier_agrees", lambda w: w.carrier.update({4: entry(4, 6)})),
    "another result at the carrier": ("the_carrier_agrees", lambda w: change(w.carrier[2], result=8)),
    "another receiver": ("the_carrier_agrees", lambda w: change(w.carrier[2], receiver="010-****-9999")),
    "never on the handset": ("the_carrier_agrees", lambda w: change(w.carrier[1], delivered=0)),
    "a result still owed": ("the_carrier_is_acknowledged", lambda w: change(w.carrier[1], acknowledged=0)),
    "another price": ("the_money_is_right", lambda w: change(w.store.rows[0], price=1_000)),
    "no refund": ("the_money_is_right", lambda w: change(w.store.rows[1], refund=0)),
    "a refund too many": ("the_money_is_right", lambda w: change(w.store.rows[0], refund=2_000)),
    "more than a day's limit": ("the_limits_hold", lambda w: w.store.busiest_days.update({"poor": DAY_LIMIT + 1})),
    "another balance": ("the_money_is_right", lambda w: w.store.balances.update({ACCOUNT: 5_000})),
    "below zero": (
        "the_money_is_right",
        lambda w: (w.store.top_ups.update({ACCOUNT: 0}), w.store.balances.update({ACCOUNT: -4_000})),
    ),
    "the store complains": ("the_store_agrees_with_itself", lambda w: w.store.complaints.append("damaged")),
    "a file without a row": ("every_answered_file_is_there", lambda w: w.store.files.clear()),
    "a file without its bytes": (
        "every_answered_file_is_there",
        lambda w: w.store.files.update({(ACCOUNT, "a.jpg"): None}),
    ),
    "a traceback in the log": ("the_gateway_has_no_fault", lambda w: w.faults.append("Traceback")),
    "a client was told nonsense": ("clients_found_nothing_wrong", lambda w: w.told.wrong.append("refused")),
}


def test_a_sound_world_gives_no_finding() -> None:
    assert audit(sound()) == []


@pytest.mark.parametrize("what", BREAKS)
def test_each_break_is_found_by_its_rule(what: str) -> None:
    world = sound()
    rule, break_it = BREAKS[what]
    break_it(world)
    assert any(finding.startswith(f"{rule}: ") for finding in audit(world)), audit(world)


def test_every_rule_was_seen_to_bite() -> None:
    assert {rule for rule, _ in BREAKS.values()} == {rule.__name__ for rule in RULES}


def test_an_abandoned_packet_may_be_absent() -> None:
    world = sound()
    world.told.packets.append(
        Packet([Message(Key(ACCOUNT, "h", "1", "01000000001"), Kind.SMS, "", (), frozenset({6}))], asked=1)
    )
    assert audit(world) == []


@pytest.mark.parametrize(
    ("policy", "expires_at_ms"),
    [(Policy(idempotent=False, by_reference=True), None), (Policy(by_reference=True), 1)],
)
def test_given_up_is_right_where_no_report_could_find_the_message(policy: Policy, expires_at_ms: int | None) -> None:
    world = sound()
    given_up(world)
    world.policy = policy
    world.store.rows[2].expires_at_ms = expires_at_ms
    world.carrier[3].submitted, world.carrier[3].repeats = 1, 0
    assert audit(world) == []
