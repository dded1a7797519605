"""The audit of Kakao bites: a sound world gives no finding, and each way of breaking it is found by its rule."""

from collections import Counter
from collections.abc import Callable
from typing import Final

import msgspec
import pytest

from samlink.carriers.simulator import JournalEntry
from samlink.store.sqlite.engine.messages.fallback import GROUP
from samlink.vocabulary.kinds import Kind
from tests.kill.audit import Policy, World, audit
from tests.kill.kakao import BROKE
from tests.kill.kakao_audit import KAKAO_RULES, NOT_COVERED, audit_kakao
from tests.kill.sides import Row, StoreSide
from tests.kill.told import Key, Message, Packet, Told

RECEIVERS: Final = ("01000000062", "01000000035", "01000000063")
"""A refused message whose fallback went, one that may have arrived, a refused one whose fallback was not covered."""
RESULTS: Final = (6, 62, 63)
KEYS: Final = tuple(Key(BROKE.id, "g", str(id), receiver) for id, receiver in enumerate(RECEIVERS, 1))
MESSAGES: Final = (
    Message(KEYS[0], Kind.ALIM_TALK, "kakao", (), frozenset({6}), Kind.SMS, "text"),
    Message(KEYS[1], Kind.ALIM_TALK, "kakao", (), frozenset({62})),
    Message(KEYS[2], Kind.ALIM_TALK, "kakao", (), frozenset({6, 63}), Kind.SMS, "text"),
)
CHILD: Final = Key(BROKE.id, GROUP, "1", RECEIVERS[0])


def row(id: int, key: Key, result: int, code: str) -> Row:
    """A Kakao message that is reported and paid back."""
    return Row(
        id, key, Kind.ALIM_TALK, "reported", result, 0, 800, 1, 0, None, None, "kakao", (), 800, carrier_code=code
    )


def entry(id: int, receiver: str, result: int) -> JournalEntry:
    """What the carrier had, once."""
    masked = f"010-****-{receiver[-4:]}"
    return JournalEntry(
        id, masked, submitted=1, delivered=int(result == 6), result=result, results_due=1, acknowledged=1
    )


def sound() -> World:
    """Three messages of one packet, and one fallback."""
    told = Told()
    told.packets = [Packet(MESSAGES, asked=1, acknowledged=1)]
    for key, result in zip(KEYS, RESULTS, strict=True):
        told.results[key] = Counter({result: 1})
    rows = [row(1, KEYS[0], 6, "3019"), row(2, KEYS[1], 62, "3005"), row(3, KEYS[2], 63, "3016")]
    rows[0].fallback, rows[2].reason = 4, NOT_COVERED
    rows.append(msgspec.structs.replace(rows[0], id=4, key=CHILD, kind=Kind.SMS, text="text", price=2_000, refund=0))
    rows[3].parent, rows[3].fallback, rows[3].carrier_code = 1, None, None
    results = (62, 62, 63, 6)
    receivers = (*RECEIVERS, RECEIVERS[0])
    carrier = {id: entry(id, *of) for id, of in enumerate(zip(receivers, results, strict=True), 1)}
    return World(told, StoreSide(rows, {}, {BROKE.id: 1_000}, {BROKE.id: 3_000}, []), carrier, Policy(), [])


def change(record: object, **values: object) -> None:
    """Give fields of a record other values."""
    for name, value in values.items():
        setattr(record, name, value)


BREAKS: Final[dict[str, tuple[str, Callable[[World], object]]]] = {
    "of nobody": ("a_fallback_is_what_was_asked_for", lambda w: change(w.store.rows[3], parent=9)),
    "two of one": ("a_fallback_is_what_was_asked_for", lambda w: change(w.store.rows[0], fallback=5)),
    "another kind": ("a_fallback_is_what_was_asked_for", lambda w: change(w.store.rows[3], kind=Kind.LMS)),
    "another text": ("a_fallback_is_what_was_asked_for", lambda w: change(w.store.rows[3], text="kakao")),
    "another receiver": ("a_fallback_is_what_was_asked_for", lambda w: change(w.store.rows[3], key=KEYS[2])),
    "Kakao never had it": ("a_fallback_only_when_kakao_certainly_refused", lambda w: w.carrier.pop(1)),
    "Kakao delivered it": (
        "a_fallback_only_when_kakao_certainly_refused",
        lambda w: change(w.carrier[1], result=6, delivered=1),
    ),
    "it may have arrived": (
        "a_fallback_only_when_kakao_certainly_refused",
        lambda w: change(w.store.rows[0], carrier_code="3005"),
    ),
    "none, and no reason": ("a_refusal_gets_its_fallback", lambda w: change(w.store.rows[2], reason="")),
    "a reason where none was due": (
        "a_refusal_gets_its_fallback",
        lambda w: change(w.store.rows[1], reason=NOT_COVERED),
    ),
    "the fallback is lost": ("a_message_has_its_fallbacks_result", lambda w: w.store.rows.pop(3)),
    "Kakao's result instead": ("a_message_has_its_fallbacks_result", lambda w: change(w.store.rows[0], result=62)),
    "Kakao's price kept": ("a_message_has_its_fallbacks_result", lambda w: change(w.store.rows[0], refund=0)),
    "reported itself": (
        "no_fallback_is_reported_by_itself",
        lambda w: w.told.results.update({CHILD: Counter({6: 1})}),
    ),
}


def test_a_sound_world_gives_no_finding() -> None:
    assert audit(sound()) + audit_kakao(sound()) == []


@pytest.mark.parametrize("what", BREAKS)
def test_each_break_is_found_by_its_rule(what: str) -> None:
    world = sound()
    rule, break_it = BREAKS[what]
    break_it(world)
    assert any(finding.startswith(f"{rule}: ") for finding in audit_kakao(world)), audit_kakao(world)


def test_every_rule_was_seen_to_bite() -> None:
    assert {rule for rule, _ in BREAKS.values()} == {rule.__name__ for rule in KAKAO_RULES}


@pytest.mark.parametrize("by_reference", [True, False])
def test_a_refusal_that_was_kept_for_its_message_is_no_excuse(by_reference: bool) -> None:
    world = sound()
    world.policy = Policy(by_reference=by_reference)
    change(world.store.rows[2], reason="", unknowns=1)
    assert audit_kakao(world)
