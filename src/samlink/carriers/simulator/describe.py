"""The simulated carrier's settings, in one line for people."""

from typing import Final

from samlink.carriers.simulator.settings import Chance, SimulatorSettings
from samlink.vocabulary.language import Phrase, phrase
from samlink.vocabulary.problem import N_

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
