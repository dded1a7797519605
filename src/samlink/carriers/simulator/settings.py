"""What the simulated carrier can be told, checked when it is told.

`SimulatorSettings()` is a carrier that takes everything at once and gives every result at once; each field departs from
that. Shares are drawn from the seed and the message's id (`plan`), so the same run gives the same results again.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from samlink.carriers.contract import CarrierOptionError
from samlink.vocabulary.language import Phrase, phrase
from samlink.vocabulary.problem import N_
from samlink.vocabulary.results import NETWORK_RESULTS, RESEND_RESULTS, ResultCode
from samlink.vocabulary.setting_problems import faulty_setting, problem_of


class Chance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages something happens to: a share of them all, and every one to a listed receiver.

    Raises CarrierOptionError when `share` is not within 0 and 1.
    """

    share: float = 0.0
    """0 for none, 1 for all; which ones is fixed by the seed and the message's id."""
    receivers: frozenset[str] = frozenset()
    """Digits, as they stand in the message."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.share <= 1.0:
            template = N_("a share is between 0 and 1, not {share}")
            raise CarrierOptionError("simulator.bad_share", template, share=self.share)

    def __bool__(self) -> bool:
        return self.share > 0.0 or bool(self.receivers)


NOBODY: Final = Chance()


class SimulatorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything the simulated carrier can be told. Raises CarrierOptionError for what makes no sense.

    `meanings` says in a line what each does; here stands what is more.
    """

    seed: int = 0
    """0 to 2**64-1. The same seed and the same message ids give the same results."""
    digits: bool = True
    """The receiver's last two digits choose the result when they are a network's code; a Kakao message's when they are
    62, 63, 64, or 35 for Kakao's 3005, which may have arrived."""
    failure_mix: dict[int, float] = {}
    """Result code → share of the messages whose digits chose nothing; what is left over is delivered. Not Kakao's."""
    delay_ms: int = 0
    delay_spread_ms: int = 0
    throughput: int = 0
    """Messages a second; 0 sets no bound. The first second's worth may come at once."""
    over_throughput: Literal["wait", "later"] = "wait"
    """Beyond the throughput `submit` waits, or answers LATER with 95."""
    held: bool = False
    """Take nothing until `release()`: `submit` waits."""
    idempotent: bool = True

    answer_lost: Chance = NOBODY
    """The batch is taken, and its answer is lost. The share is one of batches (their first message decides); a listed
    receiver does it to its batch. Only at a message's first attempt, as everything that loses an answer."""
    lost_mid_batch: Chance = NOBODY
    """The connection breaks inside the batch: the messages before the break are taken and answered. Chosen as
    `answer_lost` is; the break comes at the listed receiver, or anywhere after the first message."""
    lost_rest_taken: float = 0.5
    result_before_answer: Chance = NOBODY
    """The result comes at once, and the batch's answer only when it has been fetched."""
    answer_wait_ms: int = 1_000
    result_late: Chance = NOBODY
    late_ms: int = 60_000
    result_twice: Chance = NOBODY
    """The result is given twice, each to be acknowledged."""
    never: Chance = NOBODY
    refused: Chance = NOBODY
    refused_result: int = 11
    later: Chance = NOBODY
    later_attempts: int = 1
    later_result: int = 96
    by_reference: Chance = NOBODY

    batch_limit: int = 500
    open_limit: int = 100_000
    """Most results that are not acknowledged; `submit` waits beyond it. At least `batch_limit`."""
    remembered_ids: int = 200_000
    """The fewest of the latest ids that are recognised as repeats; less than three times as many are kept."""
    repeat_after_ms: int = 60_000
    """A result that was fetched and not acknowledged is given again after this time, or up to twice this time."""
    journal_segment_bytes: int = 8 * 1024 * 1024
    """Size at which the journal begins a new file."""
    journal_segments: int = 3
    """Files of the journal that are left, the newest too; ids in older ones are not recognised after a start."""
    keep_journal: bool = False
    """Keep every file of the journal, for an audit."""

    def __post_init__(self) -> None:
        _check_results(self)
        _check_ranges(self)


_AT_LEAST: Final[dict[str, int]] = {
    "seed": 0,
    "delay_ms": 0,
    "delay_spread_ms": 0,
    "throughput": 0,
    "answer_wait_ms": 0,
    "late_ms": 0,
    "later_attempts": 1,
    "batch_limit": 1,
    "remembered_ids": 1,
    "repeat_after_ms": 1,
    "journal_segment_bytes": 1024,
    "journal_segments": 2,
}


def _check_results(settings: SimulatorSettings) -> None:
    for code, share in settings.failure_mix.items():
        if code not in NETWORK_RESULTS:
            template = N_("failure_mix: {result} is not a result that a network can give")
            raise CarrierOptionError("simulator.mix_result", template, result=code)
        if not 0.0 <= share <= 1.0:
            template = N_("failure_mix: the share of {result} is between 0 and 1, not {share}")
            raise CarrierOptionError("simulator.mix_share", template, result=code, share=share)
    if sum(settings.failure_mix.values()) > 1.0 + 1e-9:
        raise CarrierOptionError("simulator.mix_sum", N_("failure_mix: the shares are more than 1 together"))
    if settings.refused_result not in NETWORK_RESULTS - {ResultCode.DELIVERED}:
        template = N_("refused_result: {result} is not a failure that a network can give")
        raise CarrierOptionError("simulator.refused_result", template, result=settings.refused_result)
    if settings.later_result not in RESEND_RESULTS:
        template = N_("later_result: {result} is not one of 95 to 99")
        raise CarrierOptionError("simulator.later_result", template, result=settings.later_result)


def _check_ranges(settings: SimulatorSettings) -> None:
    for name, least in _AT_LEAST.items():
        if getattr(settings, name) < least:
            template = N_("{name}: at least {least}, not {value}")
            raise CarrierOptionError(
                "simulator.too_small", template, name=name, least=least, value=getattr(settings, name)
            )
    if settings.seed >= 1 << 64:
        raise CarrierOptionError("simulator.seed", N_("seed: less than 2**64"))
    if settings.open_limit < settings.batch_limit:
        template = N_("open_limit: at least batch_limit, or a whole batch never fits")
        raise CarrierOptionError("simulator.open_limit", template)
    if not 0.0 <= settings.lost_rest_taken <= 1.0:
        template = N_("lost_rest_taken: between 0 and 1, not {share}")
        raise CarrierOptionError("simulator.lost_rest_taken", template, share=settings.lost_rest_taken)


_OLD_NAMES: Final = {"drops_repeats": "idempotent"}
"""As settings were called before 0.2.0."""


def number_keys(table: Mapping[str, Any]) -> dict[str, Any]:
    """`table` with the codes of `failure_mix` as numbers, since the keys of TOML and JSON are always text; settings of
    an old name have their new one."""
    table = {_OLD_NAMES.get(name, name): value for name, value in table.items()}
    mix = table.get("failure_mix")
    if not isinstance(mix, dict):
        return table
    return {**table, "failure_mix": {_code(key): share for key, share in mix.items()}}


def _code(key: object) -> object:
    return int(key) if isinstance(key, str) and key.isascii() and key.isdigit() else key


def settings_from(table: Mapping[str, Any]) -> SimulatorSettings:
    """Settings from a table as TOML or JSON gives it (keys as text). Raises CarrierOptionError, naming the field."""
    values = number_keys(table)
    try:
        return msgspec.convert(values, SimulatorSettings)
    except msgspec.ValidationError as error:
        problem, option = problem_of(error, values, SimulatorSettings), faulty_setting(values, SimulatorSettings)
        if isinstance(problem, CarrierOptionError) and option:
            template = N_("{option}: {reason}")
            raise CarrierOptionError("simulator.bad_option", template, option=option, reason=problem) from error
        raise CarrierOptionError.remade(problem.code, problem.template, problem.values) from error


_MISBEHAVIOURS: Final = (
    "answer_lost",
    "lost_mid_batch",
    "result_before_answer",
    "result_late",
    "result_twice",
    "never",
    "refused",
    "later",
    "by_reference",
)


def describe(settings: SimulatorSettings, *, journal: bool) -> Phrase:
    """That nothing is sent, and what departs from a carrier that delivers at once; parts with semicolons between."""
    *others, line = _parts(settings, journal)
    for part in reversed(others):
        line = phrase("{part}; {others}", part=part, others=line)
    return line


def _parts(settings: SimulatorSettings, journal: bool) -> list[Phrase]:
    parts = [phrase(N_("simulated carrier, no message leaves this machine"))]
    if settings.digits:
        parts.append(phrase(N_("the receiver's last two digits choose the result")))
    if settings.failure_mix:
        mix = ", ".join(f"{share:.3g} of {code}" for code, share in sorted(settings.failure_mix.items()))
        parts.append(phrase(N_("failures {mix}"), mix=mix))
    if settings.delay_ms or settings.delay_spread_ms:
        spread = f" to {settings.delay_ms + settings.delay_spread_ms}" if settings.delay_spread_ms else ""
        parts.append(phrase(N_("results after {time} ms"), time=f"{settings.delay_ms}{spread}"))
    if settings.throughput:
        parts.append(phrase(N_("{count} messages/s"), count=settings.throughput))
    if settings.held:
        parts.append(phrase(N_("held: takes nothing")))
    parts.extend(_misbehaviour(name, getattr(settings, name)) for name in _MISBEHAVIOURS if getattr(settings, name))
    if not settings.idempotent:
        parts.append(phrase(N_("does not recognise repeats")))
    if not journal:
        parts.append(phrase(N_("no journal")))
    return parts


def _misbehaviour(name: str, chance: Chance) -> Phrase:
    """A setting by its name, which has no language, and its share."""
    listed = f", {len(chance.receivers)} listed" if chance.receivers else ""
    return phrase("{name} {share}", name=name.replace("_", " "), share=f"{chance.share:.3g}{listed}")
