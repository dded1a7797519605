"""What the customer of the agent's kill test orders: rows drawn from a seed, each with the results that it may have.

Each row has columns of the customer's own, and a checksum over all that the customer wrote, so that whatever becomes of
the row, a column that was lost or changed shows.
"""

import hashlib
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from samlink.agent.tables.schema.moments import TIMESTAMP
from samlink.testing.pictures import jpeg
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.times import KST
from tests.kill.kakao import FALLBACKS, KAKAO_REFUSED, PROFILE_KEY, TEMPLATE_CODE, kakao_result
from tests.kill.traffic import DELIVERED, NETWORK_RESULTS, REFUSED_RECEIVER, TIME_LIMIT, demanded

SMS, MMS, KMS = TABLES = ("UShotSMS", "UShotMMS", "UShotKMS")
AGENT_CODES: Final = range(ResultCode.AGENT_FILE_PATH, ResultCode.AGENT_OTHER + 1)
"""73 to 79: the row was not sent."""
SENDER: Final = "0212345678"
PICTURES: Final = 4
OWN_COLUMNS: Final[Mapping[str, str]] = {
    "OrderNo": "VARCHAR(40)",
    "ShopName": "VARCHAR(100)",
    "Amount": "BIGINT",
    "OrderedAt": "VARCHAR(19)",
    "Note": "TEXT",
    "Checksum": "VARCHAR(64)",
}
"""What the customer added to each table, with types that all databases have."""
NOT_THE_CUSTOMERS: Final = frozenset({"msgid", "sendresult", "senddt", "telecom", "insertdt", "msggroupid", "checksum"})
"""Columns that the database, the agent, or the customer last of all fills in."""
KAKAO_FALLBACKS: Final = tuple(fallback for fallback in FALLBACKS if fallback[0] != "N" or not fallback[1])
"""The client refuses the text of a fallback that there is not."""
SHOP_NAMES: Final = ("서울식당 1호점", "O'Brien's", "ㄱ㉠😀 가게", '100% \\ _ "off"', " 앞뒤 빈칸 ")


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One row as the customer meant it."""

    number: str
    """OrderNo: the customer's own key, which the agent does not know of."""
    table: str
    receiver: str
    text: str
    kind: Kind
    """As what the gateway charges it."""
    expected: frozenset[int]
    values: Mapping[str, Any]
    """All columns that the customer wrote."""
    picture: bytes | None = None
    fallback: Kind | None = None
    fallback_text: str = ""


def checksum(values: Mapping[str, Any]) -> str:
    """Of what a customer wrote into a row, however the database spells the names of its columns."""
    own = {name.lower(): value for name, value in values.items() if value is not None}
    texts = (f"{name}={_as_text(own[name])!r}" for name in sorted(own.keys() - NOT_THE_CUSTOMERS))
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _as_text(value: object) -> str:
    """A time as all databases and drivers have it."""
    return value.strftime(TIMESTAMP) if isinstance(value, datetime) else str(value)


class Orders:
    """An endless stream of rows; the same seed gives the same stream (but for times)."""

    def __init__(self, seed: str, files: Path, times: str = TIMESTAMP) -> None:
        """`files` is the agent's directory of files; the pictures of MMS are put there. `times`: how times stand in
        columns."""
        self._times = times
        self._chance = random.Random(f"{seed} orders")
        self._count = 0
        self._pictures = {f"picture{number}.jpg": jpeg(bytes([number]) * 50) for number in range(PICTURES)}
        for name, content in self._pictures.items():
            (files / name).write_bytes(content)
        self._forms: tuple[tuple[int, Callable[[], Order]], ...] = (
            (30, self._sms),
            (4, self._long_sms),
            (6, self._timed_sms),
            (2, self._late_sms),
            (2, self._bad_receiver),
            (2, self._bad_sender),
            (2, self._bad_text),
            (8, self._lms),
            (10, self._mms),
            (3, self._missing_file),
            (2, self._outside_file),
            (12, self._kakao),
            (2, self._bad_kind),
        )

    def one_of_each(self) -> list[Order]:
        """A row of each form."""
        return [form() for _, form in self._forms]

    def some(self, count: int) -> list[Order]:
        """The next rows."""
        weights = [weight for weight, _ in self._forms]
        return [form() for _, form in self._chance.choices(self._forms, weights, k=count)]

    # -- forms

    def _sms(self) -> Order:
        return self._order(SMS, Kind.SMS, self._text(4))

    def _long_sms(self) -> Order:
        return self._order(SMS, Kind.LMS, "긴 문자입니다. " * 10 + self._text(3))

    def _timed_sms(self) -> Order:
        """Held until its time, or with a timeout that may pass on the way: then either side may say so."""
        if self._chance.random() < 0.5:
            return self._order(SMS, Kind.SMS, self._text(4), ReserveDT=self._time(self._chance.choice((0, 1))))
        order = self._order(SMS, Kind.SMS, self._text(4), TimeoutDT=self._time(self._chance.choice((1, 2, 3, 3600))))
        return msgspec.structs.replace(order, expected=order.expected | {TIME_LIMIT, ResultCode.AGENT_TIMEOUT})

    def _late_sms(self) -> Order:
        return self._order(SMS, Kind.SMS, self._text(4), ResultCode.AGENT_TIMEOUT, TimeoutDT=self._time(-60))

    def _bad_receiver(self) -> Order:
        return self._order(SMS, Kind.SMS, self._text(4), ResultCode.AGENT_BAD_RECEIVER, Receiver="0212345678")

    def _bad_sender(self) -> Order:
        return self._order(SMS, Kind.SMS, self._text(4), ResultCode.AGENT_BAD_SENDER, Sender="12")

    def _bad_text(self) -> Order:
        return self._order(SMS, Kind.SMS, "😀 " + self._text(4), ResultCode.AGENT_CONTENT)

    def _lms(self) -> Order:
        return self._order(MMS, Kind.LMS, self._text(60), Subject=f"제목 {self._count}")

    def _mms(self) -> Order:
        name = self._chance.choice(sorted(self._pictures))
        order = self._order(MMS, Kind.MMS, self._text(60), Subject="그림", File_Path1=name)
        return msgspec.structs.replace(order, picture=self._pictures[name])

    def _missing_file(self) -> Order:
        return self._order(MMS, Kind.MMS, self._text(9), ResultCode.AGENT_CONTENT, File_Path1="missing.jpg")

    def _outside_file(self) -> Order:
        return self._order(MMS, Kind.MMS, self._text(9), ResultCode.AGENT_FILE_PATH, File_Path1="../picture0.jpg")

    def _kakao(self) -> Order:
        alt_type, alt_text, kind = self._chance.choice(KAKAO_FALLBACKS)
        digits = self._chance.choice(("00", "35", *KAKAO_REFUSED, *KAKAO_REFUSED))
        receiver = f"0107{self._chance.randrange(100_000):05}{digits}"
        wanted = kind if digits in KAKAO_REFUSED else None
        text = f"주문 {self._count + 1} 출발"
        alt: dict[str, Any] = {
            "AltType": alt_type,
            "AltMsg": alt_text,
            "AltSubject": "제목" if kind is Kind.LMS else None,
        }
        order = self._kakao_order(text, receiver, Kind="AT", **alt)
        return msgspec.structs.replace(
            order,
            expected=frozenset({DELIVERED if wanted is not None else kakao_result(receiver)}),
            fallback=wanted,
            fallback_text=alt_text or text,
        )

    def _bad_kind(self) -> Order:
        return self._kakao_order("주문", "01012345600", ResultCode.AGENT_OTHER, Kind="XX")

    # -- parts

    def _kakao_order(self, text: str, receiver: str, code: ResultCode | None = None, **values: Any) -> Order:
        keys = {"SenderKey": PROFILE_KEY, "TemplateCode": TEMPLATE_CODE}
        return self._order(KMS, Kind.ALIM_TALK, text, code, Receiver=receiver, **keys, **values)

    def _order(self, table: str, kind: Kind, text: str, code: ResultCode | None = None, **changes: Any) -> Order:
        """A row; `code` is the agent's if it is to be refused."""
        self._count += 1
        chance = self._chance
        number = f"{table}-{self._count}"
        values = {
            "Sender": SENDER,
            "Receiver": self._receiver(),
            "Msg": text,
            "Priority": chance.choice((0, 0, 0, 1, 5)),
            "OrderNo": number,
            "ShopName": chance.choice(SHOP_NAMES),
            "Amount": chance.randrange(1 << 40),
            "OrderedAt": _time(0),
            "Note": chance.choice((None, "", "메모 " * chance.randint(1, 200))),
        } | changes
        values["Checksum"] = checksum(values)
        return Order(
            number=number,
            table=table,
            receiver=values["Receiver"],
            text=text,
            kind=kind,
            expected=frozenset({demanded(values["Receiver"]) if code is None else code}),
            values=values,
        )

    def _time(self, seconds: int) -> str:
        return _time(seconds, self._times)

    def _receiver(self) -> str:
        chance = self._chance
        if chance.random() < 0.05:
            return REFUSED_RECEIVER
        last = chance.choice((0, 6, 99, *NETWORK_RESULTS)) if chance.random() < 0.5 else 0
        return f"010{chance.randrange(1_000_000):06}{last:02}"

    def _text(self, words: int) -> str:
        return f"{self._count}" + " 안녕하세요" * self._chance.randint(0, words)


def _time(seconds: int, times: str = TIMESTAMP) -> str:
    """Korean time, so many seconds from now, as it stands in a column."""
    return (datetime.now(KST) + timedelta(seconds=seconds)).strftime(times)
