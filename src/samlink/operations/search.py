"""Where a message is and what became of it, and who changed what."""

from samlink.core import input
from samlink.operations import accounts
from samlink.store.contract import AdminStore, MessageView, TrailEntry


async def find(
    store: AdminStore, which: accounts.Which, *, receiver: str = "", message_id: str = "", limit: int = 50
) -> list[MessageView]:
    """The messages of an account, newest first, each fallback right after its Kakao message.

    A fallback is shown even if it does not fit the search by itself.
    """
    account = (await accounts.readable(store, which)).no
    digits = input.receiver_number(receiver, "--to") if receiver else ""
    found = await store.find(account, receiver=digits, message_id=message_id, limit=limit)
    known = {view.id: view for view in found}
    views: list[MessageView] = []
    for view in found:
        if view.parent in known:
            continue
        views.append(view)
        if view.fallback in known:
            views.append(known[view.fallback])
        elif view.fallback is not None:
            # A fallback's MSG_ID is the number of the message that it stands in for.
            others = await store.find(account, message_id=str(view.id))
            views += [other for other in others if other.id == view.fallback]
    return views


async def history(
    store: AdminStore, which: accounts.Which | None, *, before: int | None = None, limit: int = 50
) -> list[TrailEntry]:
    """Administrative changes of an account, or (None) all, newest first: those numbered below `before`, or the last."""
    account = None if which is None else (await accounts.readable(store, which)).no
    place = {} if before is None else {"before": before}
    return await store.trail(account, limit=limit, **place)
