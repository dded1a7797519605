"""The simulated carrier's settings, in one line for people."""

from typing import Final

from samlink.carriers.simulator.settings import Chance, SimulatorSettings

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


def describe(settings: SimulatorSettings, *, journal: bool) -> str:
    """That nothing is sent, and what departs from a carrier that delivers at once."""
    parts = ["simulated carrier, no message leaves this machine"]
    if settings.digits:
        parts.append("the receiver's last two digits choose the result")
    if settings.failure_mix:
        mix = ", ".join(f"{share:.3g} of {code}" for code, share in sorted(settings.failure_mix.items()))
        parts.append(f"failures {mix}")
    if settings.delay_ms or settings.delay_spread_ms:
        spread = f" to {settings.delay_ms + settings.delay_spread_ms}" if settings.delay_spread_ms else ""
        parts.append(f"results after {settings.delay_ms}{spread} ms")
    if settings.throughput:
        parts.append(f"{settings.throughput} messages/s")
    if settings.held:
        parts.append("held: takes nothing")
    parts.extend(_misbehaviour(name, getattr(settings, name)) for name in _MISBEHAVIOURS if getattr(settings, name))
    if not settings.idempotent:
        parts.append("does not recognise repeats")
    if not journal:
        parts.append("no journal")
    return "; ".join(parts)


def _misbehaviour(name: str, chance: Chance) -> str:
    listed = f", {len(chance.receivers)} listed" if chance.receivers else ""
    return f"{name.replace('_', ' ')} {chance.share:.3g}{listed}"
