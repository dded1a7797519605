"""Kakao messages, and the profile and templates that they need."""

from typing import Any

from samlink.core.kakao import Profile, Template
from samlink.store.sqlite.admin import Admin
from samlink.wire.records import KmsRecord
from tests.gateway.running import Running

KEY = "1234567890abcdef1234567890abcdef12345678"
OTHER_KEY = "f" * 40
BUTTONS = '[{"name":"조회","type":"WL","url_mobile":"https://example.kr/#{번호}"}]'
ATTACHMENT = '{"button":[{"name":"조회","type":"WL","url_mobile":"https://example.kr/7"}]}'
TEXT = "홍길동님, 주문 7이 출발했습니다 🚚"
ALT_TEXT = "주문 7 출발"
DAY_SECONDS = 10 * 3600
"""From the tests' midnight in Korea to ten in the morning, when anything may be sent."""


def register(admin: Admin, id: str = "demo") -> None:
    """A profile, a blocked one, and a template with and without buttons."""
    admin.put_profile(id, Profile(KEY, "가게"))
    admin.put_profile(id, Profile(OTHER_KEY, "막힌 가게", blocked=True))
    admin.put_template(id, Template(KEY, "ORDER", "#{이름}님, 주문 #{번호}이 출발했습니다 🚚"))
    admin.put_template(id, Template(KEY, "BUTTON", "#{이름}님, 주문 #{번호}이 출발했습니다 🚚", BUTTONS))
    admin.put_template(id, Template(KEY, "BLOCKED", "#{무엇}", blocked=True))


async def ready(gateway: Running) -> None:
    """In the morning, with profile and templates registered."""
    gateway.pass_time(DAY_SECONDS)
    await gateway.told(register)


def kakao(number: int, **changes: Any) -> KmsRecord:
    """AlimTalk `number` of one group, without a fallback."""
    values: dict[str, Any] = {
        "group_id": "20250616",
        "message_id": str(number),
        "sender": "0212345678",
        "receiver": f"0101234{number:04d}",
        "kind": "AT",
        "sender_key": KEY,
        "template_code": "ORDER",
        "text": TEXT,
    }
    return KmsRecord(**(values | changes))
