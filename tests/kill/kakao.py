"""What customers send by Kakao: 1054s drawn from a seed, each with the results and the fallback that it may have."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

from samlink.core.account import FeeType
from samlink.core.kakao import Profile, Template
from samlink.store.sqlite.admin import Admin
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.services import Service
from samlink.wire import Version, commands
from samlink.wire.records import KmsRecord
from tests.kill.told import Key, Message, Packet
from tests.kill.traffic import (
    BAD_RECEIVER,
    CUSTOMERS,
    DELIVERED,
    IMPOSSIBLE_RECEIVER,
    REFUSED,
    REFUSED_RECEIVER,
    SHORT,
    TIME_LIMIT,
    Customer,
    Lane,
    Request,
    Traffic,
)

PROFILE_KEY: Final = "1234567890abcdef1234567890abcdef12345678"
TEMPLATE_CODE: Final = "ORDER"
KAKAO_REFUSED: Final[Mapping[str, int]] = {"62": 62, "63": 63, "64": 64}
"""Last two digits of a receiver → the result of a message that Kakao certainly did not deliver."""
UNCERTAIN: Final[Mapping[str, int]] = {"35": 62}
"""The same of one that may have arrived: no fallback."""
SHORT_TEXT: Final = "주문 출발"
LONG_TEXT: Final = "주문이 출발했습니다. " * 8 + "끝"
"""More than the 90 bytes of an SMS, which are the bound of ALT_TYPE `A`."""
FALLBACKS: Final[tuple[tuple[str, str, Kind | None], ...]] = (
    ("N", "", None),
    ("N", SHORT_TEXT, None),
    ("S", SHORT_TEXT, Kind.SMS),
    ("L", SHORT_TEXT, Kind.LMS),
    ("A", SHORT_TEXT, Kind.SMS),
    ("A", LONG_TEXT, Kind.LMS),
    ("A", "", Kind.SMS),
)
"""ALT_TYPE, ALT_MSG, and what goes in the message's place."""

BROKE: Final = Customer("broke", FeeType.PREPAID, variable=True, balance_won=2_500, poor=True)
"""Some of its messages have no balance, and some of its fallbacks."""
KAKAO_SENDERS: Final = (
    Lane(CUSTOMERS[0], Service.KMS, Version.SAM11),
    Lane(BROKE, Service.KMS, Version.SAM10),
)
KAKAO_RECEIVERS: Final = (
    Lane(CUSTOMERS[0], Service.KMS, Version.SAM10),
    Lane(CUSTOMERS[0], Service.KMS, Version.SAM11),
    Lane(BROKE, Service.KMS, Version.SAM11),
)


def register(admin: Admin, account: str) -> None:
    """The profile and the template that all its messages need."""
    admin.put_profile(account, Profile(PROFILE_KEY, "가게"))
    admin.put_template(account, Template(PROFILE_KEY, TEMPLATE_CODE, "주문 #{번호} 출발"))


class KakaoTraffic(Traffic):
    """An endless stream of AlimTalk; nothing that depends on the hour, as FriendTalk does."""

    def next(self, files: Sequence[str]) -> Request:
        self._count += 1
        alone = self._chance.random() < 0.5
        drawn = [self._kakao(place) for place in range(1 if alone else self._chance.choice((2, 3, 8, 20)))]
        records = [record for record, _ in drawn]
        return Request(Packet([message for _, message in drawn]), commands.SEND_KMS, records, None)

    def _kakao(self, place: int) -> tuple[KmsRecord, Message]:
        alt_type, alt_text, kind = self._chance.choice(FALLBACKS)
        record = KmsRecord(
            f"{self._name}-{self._count}",
            str(place + 1),
            "0212345678",
            self._kakao_receiver(place),
            kind="AT",
            sender_key=PROFILE_KEY,
            template_code=TEMPLATE_CODE,
            alt_type=alt_type,
            alt_subject="제목" if kind is Kind.LMS else "",
            text=f"주문 {self._name}-{self._count}/{place} 출발",
            alt_text=alt_text,
        )
        if self._chance.random() < 0.05:
            record.timeout_at = int(time.time()) + self._chance.choice((1, 2, 3, 3600))
        key = Key(self._lane.customer.id, record.group_id, record.message_id, record.receiver)
        wanted = kind if record.receiver[-2:] in KAKAO_REFUSED else None
        results = self._results(record, wanted)
        return record, Message(key, Kind.ALIM_TALK, record.text, (), results, wanted, alt_text or record.text)

    def _kakao_receiver(self, place: int) -> str:
        if place == 3:
            return REFUSED_RECEIVER
        if place == 4:
            return IMPOSSIBLE_RECEIVER
        digits = self._chance.choice(("00", "35", *KAKAO_REFUSED, *KAKAO_REFUSED))
        return f"010{self._chance.randrange(1000):03}{place:03}{digits}"

    def _results(self, record: KmsRecord, wanted: Kind | None) -> frozenset[int]:
        """A fallback's digits are no network's code: it is delivered."""
        if record.receiver == IMPOSSIBLE_RECEIVER:
            return frozenset({BAD_RECEIVER})
        results = {DELIVERED if wanted is not None else kakao_result(record.receiver)}
        if record.timeout_at is not None:
            results.add(TIME_LIMIT)
        if self._lane.customer.poor:
            # Its fallback may not be covered: then Kakao's own result stands.
            results |= SHORT | {kakao_result(record.receiver)}
        return frozenset(results)


def kakao_result(receiver: str) -> int:
    """The result that a receiver's digits demand of Kakao."""
    if receiver == REFUSED_RECEIVER:
        return REFUSED
    digits = receiver[-2:]
    return KAKAO_REFUSED.get(digits) or UNCERTAIN.get(digits, DELIVERED)
