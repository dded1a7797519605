"""What a carrier says of a message, made fit to be stored and shown: a carrier's word is a stranger's word too.

A result that the store or the wire could not carry would be tried again for ever, and hold up all that come after it.
"""

import functools
from typing import Final

from samlink.carriers.contract import CarrierResult
from samlink.core.message import Outcome, storable
from samlink.vocabulary.results import RESULTS, Group, ResultCode
from samlink.vocabulary.sizes import TELECOM_BYTES
from samlink.vocabulary.text import cp949_cut

CODE_CHARACTERS: Final = 40
"""Kept of the carrier's own word for a result."""
LATEST_MS: Final = 253_402_214_400_000
"""The last day of the year 9999: SEND_DT has four digits for the year."""
ID_LIMIT: Final = 1 << 63

_CHARGED: Final[dict[int, bool]] = {
    number: row.charged for number, row in RESULTS.items() if row.group not in {Group.STATE, Group.AGENT}
}
"""The results that a gateway may give, and whether they are charged."""


def outcome_of(found: CarrierResult, carrier: str, now_ms: int) -> Outcome:
    """A carrier's result as an outcome to settle; one that is no final result becomes 11, its number kept beside it."""
    code, word = found.result, found.carrier_code
    charged = _CHARGED.get(code)
    if charged is None:
        code, charged, word = ResultCode.OTHER_FAILURE, False, word or str(code)
    return Outcome(
        found.id if 0 <= found.id < ID_LIMIT else 0,
        code,
        found.sent_at_ms if 0 <= found.sent_at_ms < LATEST_MS else now_ms,
        _telecom(found.telecom),
        charged,
        carrier,
        found.reference and storable(found.reference),
        word and storable(word[:CODE_CHARACTERS]),
    )


def refused_outcome(message: int, code: int, now_ms: int, carrier_code: str = "") -> Outcome:
    """The outcome of a message that is not sent, by our own rule or by a carrier's answer."""
    return outcome_of(CarrierResult(message, "", code, now_ms, "", carrier_code), "", now_ms)


@functools.lru_cache(maxsize=256)
def _telecom(text: str) -> str:
    """As much of TELECOM as its field holds, and no character that the wire could not carry."""
    return cp949_cut("".join(c for c in text if c.isprintable()), TELECOM_BYTES).strip()
