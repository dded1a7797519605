"""Messages, an account and its policy for the tests of the rules: as they are, no rule refuses any of them."""

import datetime
from typing import Any, Final

import msgspec

from samlink.core.account import Account
from samlink.core.kakao import Profile, Template
from samlink.core.kakao_parts import KakaoParts
from samlink.core.message import NewMessage
from samlink.core.policy import Filter, NumberSet, Policy
from samlink.core.rules import Context
from samlink.vocabulary.kinds import SERVICE_OF_KIND, Kind

KST: Final = datetime.timezone(datetime.timedelta(hours=9))
BUTTONS: Final = '[{"type": "WL", "name": "보기", "url_mobile": "https://shop.example/#{번호}"}]'
ATTACHMENT: Final = '{"button": [{"type": "WL", "name": "보기", "url_mobile": "https://shop.example/17"}]}'


def at_hour(hour: int, minute: int = 0) -> int:
    """A time of one day in Korea, UTC epoch ms."""
    return int(datetime.datetime(2025, 6, 2, hour, minute, tzinfo=KST).timestamp()) * 1000


NOON: Final = at_hour(12)

ACCOUNT: Final = Account(no=1, id="shop")
POLICY: Final = Policy(
    senders=frozenset({"0212345678"}),
    opted_out=NumberSet(["01000000001"]),
    opted_out_everywhere=NumberSet(["01000000002"]),
    filters=(Filter("sender", "0200000003"), Filter("receiver", "01000000003"), Filter("words", "도박")),
    profiles={"key": Profile("key"), "shut": Profile("shut", blocked=True)},
    templates={
        ("key", "plain"): Template("key", "plain", "#{이름}님, 주문이 접수되었습니다."),
        ("key", "links"): Template("key", "links", "#{이름}님, 주문이 접수되었습니다.", BUTTONS),
        ("key", "shut"): Template("key", "shut", "#{이름}님, 주문이 접수되었습니다.", blocked=True),
    },
)


def account(**changes: Any) -> Account:
    """The account, with these changes."""
    return msgspec.structs.replace(ACCOUNT, **changes)


def context(now_ms: int = NOON, *, policy: Policy = POLICY, **changes: Any) -> Context:
    """A context of the account, with these changes of it."""
    return Context(account(**changes), policy, now_ms)


def message(kind: Kind = Kind.SMS, **changes: Any) -> NewMessage:
    """A message that may go."""
    made = NewMessage(
        group_id="g",
        message_id="1",
        receiver="01012345678",
        service=SERVICE_OF_KIND[kind],
        kind=kind,
        sender="0212345678",
        subject="",
        text="홍길동님, 주문이 접수되었습니다.",
        url="",
        user_code="",
        files="a.jpg" if kind is Kind.MMS else "",
        due_at_ms=NOON,
        expires_at_ms=None,
        price=0,
        kakao="" if kind not in (Kind.ALIM_TALK, Kind.FRIEND_TALK) else parts(kind).to_json(),
    )
    return msgspec.structs.replace(made, **changes)


def parts(kind: Kind, /, **changes: Any) -> KakaoParts:
    """A Kakao message's parts."""
    made = (
        KakaoParts(kind="AT", sender_key="key", template_code="plain")
        if kind is Kind.ALIM_TALK
        else KakaoParts(kind="FT", sender_key="key")
    )
    return msgspec.structs.replace(made, **changes)


def kakao(kind: Kind = Kind.ALIM_TALK, /, *, changes: dict[str, Any] | None = None, **parts_changes: Any) -> NewMessage:
    """A Kakao message with these changes of its parts, and `changes` of the message itself."""
    return message(kind, kakao=parts(kind, **parts_changes).to_json(), **(changes or {}))
