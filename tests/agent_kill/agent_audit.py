"""The audit of the agents: every row against what its customer meant, and against the gateway and the carrier.

What the gateway and the carrier have of each other is audited by the gateway's own rules (`tests.kill.audit`): to them,
the tables are what a customer asked for and was told.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from samlink.agent.tables.claim.links import FINISHED
from samlink.vocabulary.kinds import Kind
from tests.agent_kill.orders import AGENT_CODES, Order
from tests.agent_kill.tables_side import LIVE, Link, Row
from tests.kill.audit import World
from tests.kill.audit import audit as audit_gateway
from tests.kill.kakao_audit import audit_kakao
from tests.kill.told import Key, Message, Packet, Told
from tests.kill.traffic import DELIVERED

NOT_FINAL: Final = (0, 1)
"""SendResult of a row that waits, and of one that is on its way."""


class AgentWorld(msgspec.Struct):
    """All sides."""

    account: str
    orders: Mapping[str, Order]
    rows: list[Row]
    links: list[Link]
    beyond: World
    """The gateway and the carrier; what was told is filled in by the audit."""
    faults: list[str]
    """Tracebacks that agents logged."""

    @property
    def by_order(self) -> Mapping[str, list[Row]]:
        """Rows by OrderNo."""
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            found[row.order].append(row)
        return found

    @property
    def by_row(self) -> Mapping[tuple[str, str], list[Link]]:
        """Links by the row that they are of."""
        found: defaultdict[tuple[str, str], list[Link]] = defaultdict(list)
        for link in self.links:
            found[link.source, link.row_id].append(link)
        return found

    def sendings(self) -> Iterator[tuple[Row, Order, Key]]:
        """Each row with its order and its key at the gateway."""
        by_row = self.by_row
        for row in self.rows:
            for link in by_row.get((row.source, row.row_id), ()):
                if (order := self.orders.get(row.order)) is not None:
                    yield row, order, Key(self.account, link.group_id, link.message_id, order.receiver)


Findings = Iterator[str]


def the_agents_have_no_fault(world: AgentWorld) -> Findings:
    """Whatever was killed, no code of the agent's raised what nobody expected."""
    yield from world.faults


def every_row_is_there_once(world: AgentWorld) -> Findings:
    """Each row that was inserted is in the live table or in one log, and there is no other."""
    by_order = world.by_order
    for number in world.orders:
        places = [row.place or "the live table" for row in by_order.get(number, ())]
        if len(places) != 1:
            yield f"{number} is in {places or 'no table'}"
    for number in by_order.keys() - world.orders.keys():
        yield f"{number} is in a table, and nobody inserted it"


def no_column_is_lost(world: AgentWorld) -> Findings:
    """Each row has what its customer wrote, in every column."""
    for row in world.rows:
        if not row.whole:
            yield f"{row.order} has lost or changed a column"


def every_row_has_its_result(world: AgentWorld) -> Findings:
    """Each row has a final result; one that no gateway had, the very code that its fault demands."""
    known = {row.key for row in world.beyond.own_rows}
    sent = {row.order for row, _, key in world.sendings() if key in known}
    for row in world.rows:
        order = world.orders.get(row.order)
        if row.state in NOT_FINAL:
            yield f"{row.order} is left with SendResult {row.state}"
        elif order is not None and row.order not in sent and row.state not in order.expected:
            yield f"{row.order} has the result {row.state}, expected {sorted(order.expected)}"


def finished_rows_have_moved(world: AgentWorld) -> Findings:
    """All have their result, so all are in a log."""
    for row in world.rows:
        if row.place == LIVE and row.state not in NOT_FINAL:
            yield f"{row.order} has a result and has not moved"


def every_row_was_claimed_once(world: AgentWorld) -> Findings:
    """Each row has the keys of one claim, which say that it is finished; where it was then, if it had moved before."""
    by_row = world.by_row
    for row in world.rows:
        claims = by_row.get((row.source, row.row_id), [])
        if len(claims) != 1:
            yield f"{row.order} has the keys of {len(claims)} claims"
        elif claims[0].state != FINISHED:
            yield f"the keys of {row.order} are in state {claims[0].state}"
        elif claims[0].month is not None and row.place not in {claims[0].month, "log"}:
            where = row.place or "the live table"
            yield f"the keys of {row.order} are of the month {claims[0].month}, it is in {where}"
    there = {(row.source, row.row_id) for row in world.rows}
    for place in by_row.keys() - there:
        yield f"there are keys of {' '.join(place)}, and no such row"


def what_the_agent_refused_was_not_sent(world: AgentWorld) -> Findings:
    """The codes 73 to 79 promise that no gateway had the message."""
    known = {row.key for row in world.beyond.own_rows}
    for row, _, key in world.sendings():
        if row.state in AGENT_CODES and key in known:
            yield f"{row.order} has the agent's code {row.state}, and the gateway had it"


def what_was_delivered_says_when_and_by_whom(world: AgentWorld) -> Findings:
    """SendDT and Telecom stand in each row that was delivered."""
    for row in world.rows:
        if row.state == DELIVERED and not (row.sent_at and row.telecom):
            yield f"{row.order} was delivered at {row.sent_at or 'no time'} by {row.telecom or 'nobody'}"


def every_picture_arrived(world: AgentWorld) -> Findings:
    """An MMS has its row's picture at the gateway, byte for byte, and nothing else has one."""
    known = {row.key: row for row in world.beyond.own_rows}
    files = world.beyond.store.files
    for row, order, key in world.sendings():
        if (there := known.get(key)) is None:
            continue
        pictures = [files.get((world.account, name)) for name in there.files]
        if pictures != ([] if order.picture is None else [order.picture]):
            yield f"{row.order} has {len(pictures)} pictures at the gateway, or another one"


def the_gateway_and_the_carrier_agree(world: AgentWorld) -> Findings:
    """The gateway's own audit, with the rows as what its customer asked for and was told."""
    beyond = msgspec.structs.replace(world.beyond, told=told_by_rows(world))
    yield from audit_gateway(beyond)
    yield from audit_kakao(beyond)


def told_by_rows(world: AgentWorld) -> Told:
    """What a customer of the gateway asked for and was told, by what stands in the rows."""
    told = Told()
    known = {row.key: row for row in world.beyond.own_rows}
    for row, order, key in world.sendings():
        if row.state in AGENT_CODES or row.state in NOT_FINAL:
            continue
        there = known.get(key)
        # Names of pictures are the gateway's; `every_picture_arrived` looks at their content.
        files = there.files if there is not None and order.kind is Kind.MMS else ()
        message = Message(key, order.kind, order.text, files, order.expected, order.fallback, order.fallback_text)
        told.packets.append(Packet([message], asked=1, acknowledged=1))
        told.results[key] = Counter({row.state: 1})
    return told


AgentRule = Callable[[AgentWorld], Findings]
AGENT_RULES: Final[tuple[AgentRule, ...]] = (
    the_agents_have_no_fault,
    every_row_is_there_once,
    no_column_is_lost,
    every_row_has_its_result,
    finished_rows_have_moved,
    every_row_was_claimed_once,
    what_the_agent_refused_was_not_sent,
    what_was_delivered_says_when_and_by_whom,
    every_picture_arrived,
    the_gateway_and_the_carrier_agree,
)


def audit_agents(world: AgentWorld) -> list[str]:
    """What contradicts the promises, by rule; empty when all is well."""
    return [f"{rule.__name__}: {finding}" for rule in AGENT_RULES for finding in rule(world)]
