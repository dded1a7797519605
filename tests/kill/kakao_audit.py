"""The audit of Kakao messages and of what goes in their place, beside the rules that hold for every message."""

from collections.abc import Mapping
from typing import Final

from samlink.store.sqlite.engine.messages.fallback import GROUP
from samlink.vocabulary.kakao import kakao_code
from samlink.vocabulary.kinds import Kind
from tests.kill.audit import Findings, Rule, World
from tests.kill.kakao import BROKE, KAKAO_REFUSED, kakao_result
from tests.kill.sides import Row
from tests.kill.told import Message

NOT_COVERED: Final = "fallback: balance"
"""The reason of a Kakao message whose fallback the balance did not cover."""


def a_fallback_is_what_was_asked_for(world: World) -> Findings:
    """Each fallback stands in for one message, which names it: its receiver, its kind and its text."""
    rows, meant = {row.id: row for row in world.store.rows}, world.told.meant()
    for child in fallbacks(world).values():
        parent = rows.get(child.parent or 0)
        message = None if parent is None else meant.get(parent.key)
        if parent is None or message is None:
            yield f"fallback {child.id} stands in for {child.parent}, which is nobody's message"
        elif parent.fallback != child.id:
            yield f"{parent.key} has the fallback {parent.fallback}, and {child.id} stands in for it"
        elif (child.key.account, child.key.receiver) != (parent.key.account, parent.key.receiver):
            yield f"the fallback of {parent.key} goes to {child.key}"
        elif (child.kind, child.text) != (message.fallback, message.fallback_text):
            yield f"the fallback of {parent.key} has the kind {child.kind}, not {message.fallback}, or another text"


def a_fallback_only_when_kakao_certainly_refused(world: World) -> Findings:
    """What may have arrived, and what Kakao never said no to, has no fallback."""
    for row in world.own_rows:
        if row.fallback is None:
            continue
        entry = world.carrier.get(row.id)
        if entry is None or entry.result not in KAKAO_REFUSED.values() or entry.delivered:
            yield f"{row.key} has a fallback, Kakao says {None if entry is None else entry.result}"
        elif row.carrier_code is None or kakao_code(row.carrier_code).uncertain:
            yield f"{row.key} has a fallback, Kakao's code was {row.carrier_code}"


def a_refusal_gets_its_fallback(world: World) -> Findings:
    """Where one was asked for and Kakao said no, there is one, or the reason that the balance did not cover it."""
    rows = world.by_key
    for key, message in world.told.meant().items():
        row = rows.get(key)
        if row is None or message.kind is not Kind.ALIM_TALK:
            continue
        if row.reason.startswith("fallback") and not _not_covered(row, message):
            yield f"{key} has the reason {row.reason!r} and the result {row.result}"
        elif message.fallback is not None and row.result in KAKAO_REFUSED.values() and row.reason != NOT_COVERED:
            yield f"{key} has the result {row.result}, and no fallback went for it ({row.reason!r})"


def a_message_has_its_fallbacks_result(world: World) -> Findings:
    """The result of what went in its place is the customer's, and Kakao's price went back whatever it is."""
    children = fallbacks(world)
    for row in world.own_rows:
        if row.fallback is None:
            continue
        child = children.get(row.fallback)
        if child is None:
            yield f"{row.key} has the fallback {row.fallback}, which is not in the store"
        elif row.result != child.result:
            yield f"{row.key} has the result {row.result}, its fallback {child.result}"
        elif row.refund != row.price:
            yield f"{row.key} has a fallback, and {row.refund} of its price {row.price} went back"


def no_fallback_is_reported_by_itself(world: World) -> Findings:
    """A customer knows one message, the one that it sent."""
    keys = {child.key for child in fallbacks(world).values()}
    for key in world.told.results:
        if key in keys or key.group == GROUP:
            yield f"a customer was given a result of the fallback {key}"


def fallbacks(world: World) -> Mapping[int, Row]:
    """What stands in for another message, by id."""
    return {row.id: row for row in world.store.rows if row.parent is not None}


def _not_covered(row: Row, message: Message) -> bool:
    """Whether it is right that the balance did not cover the fallback."""
    poor = row.key.account == BROKE.id and message.fallback is not None and row.fallback is None
    return poor and row.reason == NOT_COVERED and row.result == kakao_result(row.key.receiver)


KAKAO_RULES: Final[tuple[Rule, ...]] = (
    a_fallback_is_what_was_asked_for,
    a_fallback_only_when_kakao_certainly_refused,
    a_refusal_gets_its_fallback,
    a_message_has_its_fallbacks_result,
    no_fallback_is_reported_by_itself,
)


def audit_kakao(world: World) -> list[str]:
    """What contradicts the promises, by rule; empty when all is well."""
    return [f"{rule.__name__}: {finding}" for rule in KAKAO_RULES for finding in rule(world)]
