"""Fallbacks: what goes out as an SMS or LMS when Kakao will certainly not deliver a message.

Only a result that says no for good calls for one. When the message may have arrived all the same (Kakao's 3005, a
broken connection, no result in time) no fallback is sent, since it would reach the person twice.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from samlink.core.account import Account
from samlink.core.kakao_parts import kakao_parts
from samlink.core.message import Claimed, Fallback, NewMessage, Outcome
from samlink.core.routing import Routing
from samlink.store.contract import Store
from samlink.vocabulary.kakao import kakao_code
from samlink.vocabulary.kinds import KIND_NAMES, SERVICE_OF_KIND
from samlink.vocabulary.results import KAKAO_RESULTS, ResultCode


class Sorted(NamedTuple):
    """Outcomes, told apart."""

    final: list[Outcome]
    """To be settled."""
    fallbacks: list[Fallback]
    """To be sent as something else."""


class Fallbacks:
    """Finds the outcomes that call for a fallback, and makes it."""

    def __init__(
        self,
        store: Store,
        account: Callable[[int], Account | None],
        routing: Routing,
        *,
        now_ms: Callable[[], int],
    ) -> None:
        """`account` gives an open account by its number."""
        self._store = store
        self._account = account
        self._routing = routing
        self._now_ms = now_ms

    async def sort(self, outcomes: Sequence[Outcome]) -> Sorted:
        """Which outcomes are final, and which call for a fallback. Raises StoreError.

        One whose reference the store does not know yet is neither: the store keeps it, and gives it back when the
        carrier's answer has named its message (`Store.submitted`).
        """
        places = [place for place, outcome in enumerate(outcomes) if _certainly_not_delivered(outcome)]
        if not places:
            return Sorted(list(outcomes), [])
        ids = await self._ids([outcomes[place] for place in places])
        found = await self._store.pending([(id, "", "") for id in ids if id])
        messages = iter(found)
        fallbacks: dict[int, Fallback] = {}
        kept: set[int] = set()
        for place, id in zip(places, ids, strict=True):
            message = next(messages) if id else None
            if not id:
                kept.add(place)
            elif message is not None and (fallback := self._make(outcomes[place], message)) is not None:
                fallbacks[place] = fallback
        final = [outcome for place, outcome in enumerate(outcomes) if place not in fallbacks and place not in kept]
        return Sorted(final, list(fallbacks.values()))

    async def _ids(self, outcomes: Sequence[Outcome]) -> Sequence[int]:
        """The ids of the messages that these mean, 0 for one that is kept until its message is named."""
        if all(outcome.id for outcome in outcomes):
            return [outcome.id for outcome in outcomes]
        return await self._store.place(outcomes)

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
        stand_in = NewMessage(
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
        )
        stand_in.route = self._routing.route(stand_in, account)
        return Fallback(outcome, stand_in)


def _certainly_not_delivered(outcome: Outcome) -> bool:
    if outcome.result not in KAKAO_RESULTS:
        return False
    return not (outcome.carrier_code and kakao_code(outcome.carrier_code).uncertain)
