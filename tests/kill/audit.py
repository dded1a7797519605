"""The audit of three sides: what customers were told, what the store says, what the carrier's journal says.

Each rule finds what contradicts one promise, a sentence each; a sound world gives none. `Policy` says what the carrier
and the gateway were set to, since some promises depend on it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from samlink.carriers.simulator import JournalEntry
from samlink.gateway.reports.redelivery import ORDERLY_ENDS_NEEDED
from samlink.vocabulary.kinds import Kind
from tests.kill.sides import Row, StoreSide
from tests.kill.told import Key, Told
from tests.kill.traffic import BAD_RECEIVER, CUSTOMERS, DELIVERED, SHORT, TIME_LIMIT

GIVEN_UP: Final = 11
"""The result of a message whose outcome stayed unknown until the wait for its report ended."""
NOT_SENT: Final = SHORT | {BAD_RECEIVER, TIME_LIMIT}
"""Results that promise that the carrier never had the message."""
PRICES: Final[Mapping[int, int]] = {Kind.SMS: 2_000, Kind.LMS: 5_000, Kind.MMS: 25_000, Kind.ALIM_TALK: 800}
"""1/100 won, as the accounts of the test were given."""


class Policy(msgspec.Struct, frozen=True):
    """What the promises depend on."""

    idempotent: bool = True
    by_reference: bool = False
    """Some results name the carrier's reference, which a gateway that died before the answer never learned."""


class World(msgspec.Struct):
    """The three sides, and the policy."""

    told: Told
    store: StoreSide
    carrier: dict[int, JournalEntry]
    policy: Policy
    faults: list[str]
    """Tracebacks that the gateway logged."""

    @property
    def by_key(self) -> dict[Key, Row]:
        """What customers sent, by key, which is unique in the store."""
        return {row.key: row for row in self.own_rows}

    @property
    def own_rows(self) -> list[Row]:
        """What customers sent: all but fallbacks."""
        return [row for row in self.store.rows if row.parent is None]


Findings = Iterator[str]


def clients_found_nothing_wrong(world: World) -> Findings:
    """No answer was other than the protocol demands."""
    yield from world.told.wrong


def the_gateway_has_no_fault(world: World) -> Findings:
    """Whatever was killed, no code of the gateway's raised what nobody expected."""
    yield from world.faults


def nothing_acknowledged_is_missing(world: World) -> Findings:
    """Every acknowledged message is in the store, as it was meant."""
    rows = world.by_key
    for key, message in world.told.acknowledged().items():
        row = rows.get(key)
        if row is None:
            yield f"{key} was acknowledged, and is not in the store"
        elif (row.kind, row.text, row.files) != (message.kind, message.text, message.files):
            yield f"{key} is in the store with another content"


def every_packet_is_whole(world: World) -> Findings:
    """A packet is taken whole or not at all, whether it was answered or not."""
    rows = world.by_key
    for packet in world.told.packets:
        stored = sum(message.key in rows for message in packet.messages)
        if 0 < stored < len(packet.messages):
            yield f"{packet.messages[0].key}: {stored} of the {len(packet.messages)} of its packet are in the store"


def nothing_is_invented(world: World) -> Findings:
    """The store, the carrier and the results name nothing that no customer asked for."""
    meant = world.told.meant()
    for row in world.own_rows:
        if row.key not in meant:
            yield f"{row.key} is in the store, and nobody asked for it"
    ids = {row.id for row in world.store.rows}
    for id in world.carrier.keys() - ids:
        yield f"message {id} reached the carrier, and is not in the store"
    for key in world.told.results.keys() - world.by_key.keys():
        yield f"{key} has a result, and is not in the store"


def every_message_is_settled_and_reported(world: World) -> Findings:
    """Each stored message has its final result, and its customer has acknowledged it."""
    for row in world.store.rows:
        if row.state != "reported" or row.result is None:
            yield f"{row.key} is left {row.state} with result {row.result}"


def every_result_was_seen(world: World) -> Findings:
    """The customer of each stored message has received its result, and never two different ones.

    A SAM10 customer that has died with a result as often as orderly ends count as its delivery has lost it by itself.
    """
    for row in world.own_rows:
        seen = world.told.results.get(row.key, Counter())
        if len(seen) > 1:
            yield f"{row.key} was given two different results: {sorted(seen)}"
        elif row.result not in seen and world.told.died_with[row.key] < ORDERLY_ENDS_NEEDED:
            yield f"{row.key} has the result {row.result}, its customer saw {sorted(seen) or 'none'}"


def every_result_is_the_right_one(world: World) -> Findings:
    """The result is the one that the receiver's digits demand, or the rule that refused it; it never changed."""
    meant = world.told.meant()
    rows = {row.id: row for row in world.store.rows}
    for row in world.own_rows:
        expected = meant[row.key].expected if row.key in meant else frozenset[int]()
        last = rows.get(row.fallback or 0, row)
        excused = given_up(last, world.carrier.get(last.id), world.policy)
        if row.result not in expected and not excused:
            yield f"{row.key} has the result {row.result}, expected {sorted(expected)}"
    for row in world.store.rows:
        if row.late_result is not None and not repeats_kakao(row, world.carrier.get(row.id)):
            yield f"{row.key} has the result {row.result}, and later {row.late_result}"


def the_carrier_had_nothing_twice(world: World) -> Findings:
    """Twice at the carrier only when an outcome was unknown and the carrier is idempotent; on the handset never."""
    rows = {row.id: row for row in world.store.rows}
    for entry in world.carrier.values():
        row = rows.get(entry.id)
        if row is None:
            continue
        if entry.submitted > 1 and not world.policy.idempotent:
            yield f"{row.key} reached a carrier {entry.submitted} times that is not idempotent"
        elif entry.submitted > 1 + row.unknowns:
            yield f"{row.key} reached the carrier {entry.submitted} times, its outcome was unknown {row.unknowns} times"
        if entry.submitted - entry.repeats - entry.refused > 1 or entry.delivered > 1:
            yield f"{row.key} was taken {entry.submitted - entry.repeats} times, delivered {entry.delivered} times"
        if entry.submitted > row.attempts:
            yield f"{row.key} reached the carrier {entry.submitted} times in {row.attempts} attempts"


def the_carrier_agrees(world: World) -> Findings:
    """The carrier had what was sent, its result is the customer's, and it had nothing that was not sent."""
    for row in world.store.rows:
        entry = world.carrier.get(row.id)
        if row.fallback is not None:
            continue  # its fallback has a row of its own
        if row.result in NOT_SENT:
            if entry is not None:
                yield f"{row.key} has the result {row.result}, which says that it was not sent, but the carrier had it"
        elif given_up(row, entry, world.policy):
            continue
        elif entry is None:
            yield f"{row.key} has the result {row.result}, and the carrier never had it"
        elif entry.result != row.result:
            yield f"{row.key} has the result {row.result}, the carrier says {entry.result}"
        elif entry.receiver[-4:] != row.key.receiver[-4:]:
            yield f"{row.key} went to the receiver {entry.receiver}"
        elif row.result == DELIVERED and entry.delivered != 1:
            yield f"{row.key} reached the handset {entry.delivered} times"


def given_up(row: Row, entry: JournalEntry | None, policy: Policy) -> bool:
    """Whether it was right to settle the message with 11: its outcome was unknown, it was not to be submitted again
    (by the carrier's policy, or since its TIMEOUT_DT had passed), and no report could find it."""
    if row.result != GIVEN_UP or not row.unknowns or (policy.idempotent and row.expires_at_ms is None):
        return False
    return entry is None or entry.refused > 0 or policy.by_reference


def repeats_kakao(row: Row, entry: JournalEntry | None) -> bool:
    """Whether what came late is what Kakao said before the fallback went, once more: it was not acknowledged."""
    return row.fallback is not None and entry is not None and row.late_result == entry.result


def the_carrier_is_acknowledged(world: World) -> Findings:
    """Each result that the carrier owed was taken off its hands."""
    for entry in world.carrier.values():
        if entry.acknowledged != entry.results_due:
            yield f"message {entry.id}: the carrier gave {entry.results_due} results, {entry.acknowledged} acknowledged"


def the_money_is_right(world: World) -> Findings:
    """Each message has the price of its kind, failed ones were refunded, and the balance is what is left."""
    spent: Counter[str] = Counter()
    for row in world.store.rows:
        price = 0 if row.result in SHORT | {BAD_RECEIVER} else PRICES[row.kind]
        refused_by_time = row.result == TIME_LIMIT and row.price == 0
        if row.price != price and not refused_by_time:
            yield f"{row.key} with the result {row.result} has the price {row.price}, not {price}"
        owed = 0 if row.result == DELIVERED and row.fallback is None else row.price
        if row.refund != owed:
            yield f"{row.key} with the result {row.result} and the price {row.price} was refunded {row.refund}"
        spent[row.key.account] += row.price - row.refund
    for account, balance in world.store.balances.items():
        left = world.store.top_ups.get(account, 0) - spent[account]
        if balance != left:
            yield f"account {account} has a balance of {balance}, its messages leave {left}"
        if account != "postpaid" and balance < 0:
            yield f"account {account} is prepaid and {balance} below zero"


def the_limits_hold(world: World) -> Findings:
    """No account was let send more in a day than it may, whatever was killed in between."""
    for customer in CUSTOMERS:
        count = world.store.busiest_days.get(customer.id, 0)
        if customer.day_limit is not None and count > customer.day_limit:
            yield f"account {customer.id} sent {count} messages in a day, and may send {customer.day_limit}"


def the_store_agrees_with_itself(world: World) -> Findings:
    """The store's own audit finds nothing."""
    yield from world.store.complaints


def every_answered_file_is_there(world: World) -> Findings:
    """An upload that was answered has a row, and its bytes are on the disk."""
    for name, content in world.told.files.items():
        if name not in world.store.files:
            yield f"file {name} was answered, and has no row"
        elif world.store.files[name] != content:
            yield f"file {name} is not on the disk as it was sent"


Rule = Callable[[World], Findings]
RULES: Final[tuple[Rule, ...]] = (
    clients_found_nothing_wrong,
    the_gateway_has_no_fault,
    nothing_acknowledged_is_missing,
    every_packet_is_whole,
    nothing_is_invented,
    every_message_is_settled_and_reported,
    every_result_was_seen,
    every_result_is_the_right_one,
    the_carrier_had_nothing_twice,
    the_carrier_agrees,
    the_carrier_is_acknowledged,
    the_money_is_right,
    the_limits_hold,
    the_store_agrees_with_itself,
    every_answered_file_is_there,
)


def audit(world: World) -> list[str]:
    """What contradicts the promises, by rule; empty when all is well."""
    return [f"{rule.__name__}: {finding}" for rule in RULES for finding in rule(world)]
