"""A second login on a connection, with the ID and password of the first: some programs log in before each request.

The session has compared the two. What the answer says is read anew, for a balance changes.
"""

from samlink.core.account import Account
from samlink.gateway.sam.listener import login_answer
from samlink.link import Link
from samlink.store.contract import Store, StoreError
from samlink.vocabulary.responses import ResponseCode, response
from samlink.wire.sessions.gateway import GatewaySession


async def answer_second_login(link: Link[GatewaySession], store: Store, account: Account) -> None:
    """Answer it as the first one; `account` is who logged in."""
    try:
        found = await store.account(account.id)
    except StoreError:
        code = ResponseCode.STORE_UNAVAILABLE
        if not link.session.over:
            link.session.refuse(code, response(code).message(), link.now)
            link.flush()
        return
    if found is not None and found[0].no == account.no:
        account = found[0]
    if link.session.over:
        return
    link.session.answer_login(
        login_answer(account), batch_limit=account.batch_limit, service_class=account.service_class, now=link.now
    )
    link.flush()
