"""Fallbacks: what goes out as an SMS or LMS when Kakao will certainly not deliver a message.

Only a result that says no for good calls for one. When the message may have arrived all the same (Kakao's 3005, a
broken connection, no result in time) there is none, since it would reach the person twice.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from samlink.core.account import Account
from samlink.core.kakao_parts import kakao_parts
from samlink.core.message import SERVICE_OF_KIND, Claimed, Fallback, NewMessage, Outcome
from samlink.core.rules import KIND_NAMES
from samlink.store.contract import Store
from samlink.vocabulary.kakao import kakao_code
from samlink.vocabulary.results import KAKAO_RESULTS, ResultCode


class Sorted(NamedTuple):
    """Outcomes, told apart."""

    final: list[Outcome]
    """To be settled."""
    fallbacks: list[Fallback]
    """To be sent as something else."""


class Fallbacks:
    """Finds the outcomes that call for a fallback, and makes it."""

    def __init__(self, store: Store, account: Callable[[int], Account | None], *, now_ms: Callable[[], int]) -> None:
        """`account` gives an open account by its number."""
        self._store = store
        self._account = account
        self._now_ms = now_ms

    async def sort(self, outcomes: Sequence[Outcome]) -> Sorted:
        """Which outcomes are final, and which call for a fallback. Raises StoreError.

        What may call for one learns its message's id here. One whose reference the store does not know yet is neither:
        the store keeps it, and gives it back when the carrier's answer has named its message (`Store.submitted`).
        """
        candidates = [outcome for outcome in outcomes if _certainly_not_delivered(outcome)]
        if not candidates:
            return Sorted(list(outcomes), [])
        unnamed = [outcome for outcome in candidates if not outcome.id]
        ids = await self._store.place(unnamed) if unnamed else []
        for outcome, number in zip(unnamed, ids, strict=True):
            outcome.id = number
        kept = {id(outcome) for outcome in unnamed if not outcome.id}
        candidates = [outcome for outcome in candidates if outcome.id]
        found = await self._store.pending([(outcome.id, "", "") for outcome in candidates])
        made = {
            id(outcome): fallback
            for outcome, message in zip(candidates, found, strict=True)
            if message is not None and (fallback := self._make(outcome, message)) is not None
        }
        final = [outcome for outcome in outcomes if id(outcome) not in made and id(outcome) not in kept]
        return Sorted(final, list(made.values()))

    def _make(self, outcome: Outcome, message: Claimed) -> Fallback | None:
        account = self._account(message.account)
        if account is None or not message.kakao:
            return None
        parts = kakao_parts(message.kakao)
        kind = parts.fallback_kind(message.text)
        text = parts.fallback_text(message.text)
        if kind is None or text is None:
            return None
        allowed = KIND_NAMES[kind] in account.kinds
        return Fallback(
            outcome,
            NewMessage(
                "",
                "",
                message.receiver,
                SERVICE_OF_KIND[kind],
                kind,
                message.sender,
                parts.alt_subject,
                text,
                "",
                message.user_code,
                "",
                self._now_ms(),
                message.expires_at_ms,
                account.price(kind) if allowed else 0,
                None if allowed else ResultCode.WRONG_MESSAGE_TYPE,
                "" if allowed else "message kind",
            ),
        )


def _certainly_not_delivered(outcome: Outcome) -> bool:
    if outcome.result not in KAKAO_RESULTS:
        return False
    return not (outcome.carrier_code and kakao_code(outcome.carrier_code).uncertain)
