"""What happens to a message: a pure function of the settings, the seed and the message.

Nothing here remembers. A misbehaviour that would go on for ever when a message is sent again (an answer lost, LATER)
looks at `Claimed.attempts` instead, so that a sender that tries again gets through, also after a restart.
"""

import enum
import hashlib
import struct
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from samlink.carriers.contract import Verdict
from samlink.carriers.simulator.settings import Chance, SimulatorSettings
from samlink.core.message import EPOCH_IDS, Claimed
from samlink.vocabulary.kakao import ACK_TIMEOUT, kakao_code
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.results import NETWORK_RESULTS, ResultCode

DIGIT_RESULTS: Final[dict[str, int]] = {f"{code:02}": int(code) for code in sorted(NETWORK_RESULTS)}
"""Last two digits of a receiver → the result they choose."""

KAKAO_DIGIT_CODES: Final[dict[str, str]] = {"62": "3019", "63": "3016", "64": "1003", "35": ACK_TIMEOUT}
"""Last two digits of a Kakao message's receiver → the code that Kakao gives; any others are delivered."""
KAKAO_DELIVERED: Final = "0000"
KAKAO_TELECOM: Final = "KAKAO"
"""TELECOM of what Kakao answers."""

_KAKAO_KINDS: Final = frozenset({int(Kind.ALIM_TALK), int(Kind.FRIEND_TALK)})

_DELIVERED: Final = int(ResultCode.DELIVERED)
"""A plain number, as all that is formatted for each message: an IntEnum's member takes three times as long."""

TELECOMS: Final = ("01190", "01690", "01990")
"""TELECOM of the three networks (SKT, KTF, LGT)."""

_TELECOM_OF_PREFIX: Final[dict[str, str]] = {
    "011": "01190",
    "017": "01190",
    "016": "01690",
    "018": "01690",
    "019": "01990",
}
_TELECOM_OF_DIGIT: Final[dict[str, str]] = {str(digit): TELECOMS[digit % 3] for digit in range(10)}

_FULL: Final = 1 << 32
_REFERENCE_FACTOR: Final = 0x9E3779B97F4A7C15
"""Odd, so that multiplying by it modulo 2**64 gives each id a reference of its own."""


class Plan(msgspec.Struct, frozen=True, gc=False):
    """What happens to one message."""

    verdict: Verdict
    result: int
    """The final result of a message that is taken or refused; 95 to 99 for LATER."""
    wait_ms: int = 0
    """From taking it to its result."""
    copies: int = 1
    """How often the result is given; 0 for never."""
    by_reference: bool = False
    before_answer: bool = False
    """Its result comes at once and before the answer of the batch."""
    carrier_code: str = ""
    """The carrier's own code of the result; Kakao alone has one."""


class Loss(msgspec.Struct, frozen=True, gc=False):
    """How the answer of a batch is lost."""

    answered: int
    """How many messages, from the first, are answered."""
    rest_taken: bool
    """The others were taken too."""


class _Draw(enum.IntEnum):
    """Which of a message's 16 numbers decides what. An index never changes its meaning, or a seed would."""

    FAILURE = 0
    SPREAD = 1
    ANSWER_LOST = 2
    LOST_MID_BATCH = 3
    LOST_WHERE = 4
    LOST_REST = 5
    BEFORE_ANSWER = 6
    LATE = 7
    TWICE = 8
    NEVER = 9
    REFUSED = 10
    LATER = 11
    BY_REFERENCE = 12


_DRAWS: Final = struct.Struct("<16I")


def draws(seed: int, message_id: int) -> Sequence[int]:
    """Sixteen numbers of 32 bits that depend on nothing but the seed and the id, and not on each other."""
    key = seed.to_bytes(8, "little")
    return _DRAWS.unpack(hashlib.blake2b(message_id.to_bytes(8, "little"), digest_size=64, key=key).digest())


def _draws_of(settings: SimulatorSettings, message: Claimed) -> Sequence[int]:
    """By the id's place in its epoch: epochs are random, and a seed would never give the same run twice."""
    return draws(settings.seed, message.id % EPOCH_IDS)


def telecom_of(receiver: str) -> str:
    """The network of a receiver: by its old prefix, else by its third last digit."""
    telecom = _TELECOM_OF_PREFIX.get(receiver[:3])
    return telecom or _TELECOM_OF_DIGIT.get(receiver[-3:-2], TELECOMS[0])


def telecom_for(message: Claimed) -> str:
    """TELECOM of a message's result."""
    return KAKAO_TELECOM if message.kind in _KAKAO_KINDS else telecom_of(message.receiver)


def reference_of(message_id: int) -> str:
    """The carrier's own name for a message: 16 hexadecimal digits, different for every id below 2**64."""
    return f"{message_id * _REFERENCE_FACTOR % (1 << 64):016x}"


def planner(settings: SimulatorSettings) -> Callable[[Claimed], Plan]:
    """The function that says what happens to each message; the shortest one that the settings allow."""
    if _draws_needed(settings):
        return lambda message: _plan(settings, message)
    wait_ms = settings.delay_ms
    delivered = Plan(Verdict.TAKEN, _DELIVERED, wait_ms)
    by_digits = {digits: Plan(Verdict.TAKEN, code, wait_ms) for digits, code in DIGIT_RESULTS.items()}
    kakao_by_digits = {digits: _kakao_plan(code, wait_ms) for digits, code in KAKAO_DIGIT_CODES.items()}
    kakao_delivered = _kakao_plan(KAKAO_DELIVERED, wait_ms)
    if not settings.digits:
        return lambda message: kakao_delivered if message.kind in _KAKAO_KINDS else delivered
    return lambda message: (
        kakao_by_digits.get(message.receiver[-2:], kakao_delivered)
        if message.kind in _KAKAO_KINDS
        else by_digits.get(message.receiver[-2:], delivered)
    )


def loss_of(settings: SimulatorSettings, messages: Sequence[Claimed]) -> Loss | None:
    """How the answer of this batch is lost, or None: it is answered."""
    if settings.lost_mid_batch:
        place = _chosen_place(settings, settings.lost_mid_batch, _Draw.LOST_MID_BATCH, messages)
        if place is not None:
            return _mid_batch_loss(settings, messages, place)
    if settings.answer_lost:
        place = _chosen_place(settings, settings.answer_lost, _Draw.ANSWER_LOST, messages)
        if place is not None:
            return Loss(answered=0, rest_taken=True)
    return None


def _draws_needed(settings: SimulatorSettings) -> bool:
    chances = (
        settings.result_before_answer,
        settings.result_late,
        settings.result_twice,
        settings.never,
        settings.refused,
        settings.later,
        settings.by_reference,
    )
    return any(chances) or bool(settings.failure_mix) or settings.delay_spread_ms > 0


def _hit(chance: Chance, drawn: int, receiver: str) -> bool:
    return drawn < chance.share * _FULL or receiver in chance.receivers


def _kakao_plan(code: str, wait_ms: int) -> Plan:
    return Plan(Verdict.TAKEN, int(kakao_code(code).result), wait_ms, carrier_code=code)


def _result(settings: SimulatorSettings, message: Claimed, drawn: int) -> tuple[int, str]:
    """The result of a message that is taken, and the carrier's own code of it."""
    digits = message.receiver[-2:] if settings.digits else ""
    if message.kind in _KAKAO_KINDS:
        code = KAKAO_DIGIT_CODES.get(digits, KAKAO_DELIVERED)
        return int(kakao_code(code).result), code
    return DIGIT_RESULTS.get(digits) or _mixed_result(settings, drawn), ""


def _plan(settings: SimulatorSettings, message: Claimed) -> Plan:
    drawn = _draws_of(settings, message)
    receiver = message.receiver
    if message.attempts <= settings.later_attempts and _hit(settings.later, drawn[_Draw.LATER], receiver):
        return Plan(Verdict.LATER, settings.later_result)
    if _hit(settings.refused, drawn[_Draw.REFUSED], receiver):
        return Plan(Verdict.REFUSED, settings.refused_result)
    result, carrier_code = _result(settings, message, drawn[_Draw.FAILURE])
    wait_ms = settings.delay_ms + drawn[_Draw.SPREAD] * (settings.delay_spread_ms + 1) // _FULL
    if _hit(settings.result_late, drawn[_Draw.LATE], receiver):
        wait_ms += settings.late_ms
    copies = 2 if _hit(settings.result_twice, drawn[_Draw.TWICE], receiver) else 1
    before_answer = _hit(settings.result_before_answer, drawn[_Draw.BEFORE_ANSWER], receiver)
    if _hit(settings.never, drawn[_Draw.NEVER], receiver):
        copies, before_answer = 0, False
    by_reference = _hit(settings.by_reference, drawn[_Draw.BY_REFERENCE], receiver)
    wait_ms = 0 if before_answer else wait_ms
    return Plan(Verdict.TAKEN, result, wait_ms, copies, by_reference, before_answer, carrier_code)


def _mixed_result(settings: SimulatorSettings, drawn: int) -> int:
    bound = 0.0
    for code in sorted(settings.failure_mix):
        bound += settings.failure_mix[code] * _FULL
        if drawn < bound:
            return code
    return _DELIVERED


def _chosen_place(settings: SimulatorSettings, chance: Chance, draw: _Draw, messages: Sequence[Claimed]) -> int | None:
    """Which message of the batch loses its answer; 0 also for the whole batch."""
    for place, message in enumerate(messages):
        if message.receiver in chance.receivers and message.attempts <= 1:
            return place
    first = messages[0]
    if first.attempts <= 1 and _draws_of(settings, first)[draw] < chance.share * _FULL:
        return 0
    return None


def _mid_batch_loss(settings: SimulatorSettings, messages: Sequence[Claimed], place: int) -> Loss:
    first = _draws_of(settings, messages[0])
    listed = messages[place].receiver in settings.lost_mid_batch.receivers
    answered = place if listed or len(messages) == 1 else 1 + first[_Draw.LOST_WHERE] * (len(messages) - 1) // _FULL
    return Loss(answered, first[_Draw.LOST_REST] < settings.lost_rest_taken * _FULL)
