"""Random accounts near zero, limits, batches and connections: every code and every balance against a simple model."""

import asyncio
import contextlib
import random
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from samlink.carriers.contract import CarrierResult
from samlink.core.account import Account, FeeType
from samlink.core.message import Claimed
from samlink.store.sqlite.admin import Admin
from samlink.testing.clock import until
from samlink.testing.thin_client import Client
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Service
from samlink.wire import Command, commands
from samlink.wire.records import KmsRecord
from tests.gateway.admission_model import KAKAO, LMS, OPTED_OUT, SENDER, SMS, Asked, Customer
from tests.gateway.kakao import KEY, register
from tests.gateway.running import Running, account, running, sms
from tests.gateway.scripted_carrier import ScriptedCarrier, result

SERVICES: Final[dict[str, tuple[Service, Command]]] = {
    SMS: (Service.SMS, commands.SEND_SMS),
    LMS: (Service.MMS, commands.SEND_LMS),
    KAKAO: (Service.KMS, commands.SEND_KMS),
}
IDS: Final = ("poor", "limited", "later")
ROUNDS: Final = 5
FAILURES: Final = (8, 11, 13)


class Town:
    """The customers, what they ask for, and the gateway that is held against the model."""

    def __init__(self, gateway: Running, carrier: ScriptedCarrier, customers: dict[str, Customer], seed: int) -> None:
        self.gateway = gateway
        self.carrier = carrier
        self.customers = customers
        self.chance = random.Random(seed)
        self.asked: dict[tuple[str, str], list[Asked]] = {}
        """Packets by account and group."""
        self._given = 0
        self._settled = 0

    def packet(self, id: str) -> list[Asked]:
        """A new packet of one account, or now and then one that was sent before."""
        mine = [packet for (owner, _), packet in self.asked.items() if owner == id]
        if mine and self.chance.random() < 0.2:
            return self.chance.choice(mine)
        kind = self.chance.choice((SMS, SMS, LMS, KAKAO))
        group = f"g{len(self.asked)}"
        packet = [Asked(kind, self._record(kind, group, n)) for n in range(self.chance.choice((1, 2, 5, 9)))]
        self.asked[id, group] = packet
        return packet

    def _record(self, kind: str, group: str, number: int) -> Any:
        chance = self.chance
        values: dict[str, Any] = {
            "group_id": group,
            "message_id": str(number),
            "sender": SENDER if chance.random() < 0.9 else "0298765432",
            "receiver": chance.choice((OPTED_OUT, "02", *(f"0101234{n:04d}" for n in range(12)))),
            "timeout_at": self.gateway.clock.ms // 1000 + chance.choice((-1, 0, 600))
            if chance.random() < 0.2
            else None,
            "text": chance.choice(("글", f"글 {group}", f"글 {group} {number}")),
        }
        if kind != KAKAO:
            return sms(number, **(values | ({"text": ""} if chance.random() < 0.05 else {})))
        template = "ORDER" if chance.random() < 0.9 else "NONE"
        values["text"] = f"{values['text']}님, 주문 {number}이 출발했습니다 🚚"
        alt_type = chance.choice("NS")
        return KmsRecord(
            kind="AT", sender_key=KEY, template_code=template, alt_type=alt_type, alt_text="대체", **values
        )

    async def send(self, senders: dict[tuple[str, str], list[Client]]) -> None:
        """Several packets at once, each over a connection of its own."""
        packets: list[tuple[str, list[Asked]]] = []
        waiting = []
        for id in IDS:
            free = {kind: list(senders[id, kind]) for kind in SERVICES}
            for _ in range(3):
                packet = self.packet(id)
                if free[packet[0].kind]:
                    sender = free[packet[0].kind].pop()
                    packets.append((id, packet))
                    waiting.append(sender.send([one.record for one in packet], SERVICES[packet[0].kind][1]))
        for answer in await asyncio.gather(*waiting):
            assert answer.response == ResponseCode.OK, answer
        for id in IDS:
            self._accept(id, [packet for owner, packet in packets if owner == id])

    def _accept(self, id: str, packets: list[list[Asked]]) -> None:
        """Have the model accept them in the order in which the store did."""
        with Admin(self.gateway.data) as admin:
            first = {view.group_id: view.id for view in reversed(admin.find(id, limit=10_000))}
        fresh = sorted(packets, key=lambda packet: first[packet[0].record.group_id])
        for packet in fresh:
            self.customers[id].accept(packet, self.gateway.clock.ms)

    async def settle(self) -> None:
        """Give a result for all that is at the carrier, one after another."""
        open_count = sum(list(customer.results.values()).count(None) for customer in self.customers.values())
        await until(lambda: len(self.carrier.messages) == self._settled + open_count)
        messages = self.carrier.messages[self._settled :]
        self.chance.shuffle(messages)
        for message in messages:
            await self._settle_one(message)
        self._settled = len(self.carrier.messages)

    async def _settle_one(self, message: Claimed) -> None:
        customer, asked = self._owner(message)
        if message.kakao and self.chance.random() < 0.5:
            await self._give(result(message, 62, carrier_code="3019", telecom="KAKAO"))
            if not customer.falls_back(asked):
                return
            before = len(self.carrier.messages)
            await until(lambda: len(self.carrier.messages) > before or self.carrier.messages[-1].parent == message.id)
            message = self.carrier.messages[-1]
            assert message.parent is not None
        code = self.chance.choice((6, *FAILURES)) if not message.kakao else 6
        await self._give(result(message, code))
        customer.settle(asked.key, code)

    async def _give(self, found: CarrierResult) -> None:
        self._given += 1
        self.carrier.give(found)
        await until(lambda: len(self.carrier.acknowledged) == self._given)

    def _owner(self, message: Claimed) -> tuple[Customer, Asked]:
        id = IDS[message.account - 1]
        with Admin(self.gateway.data) as admin:
            view = next(view for view in admin.find(id, limit=10_000) if view.id == message.id)
        packet = self.asked[id, view.group_id]
        return self.customers[id], packet[int(view.message_id)]

    def check(self) -> None:
        """Every code and every balance is the model's."""
        for id, customer in self.customers.items():
            assert self.gateway.balance(id) == customer.balance, id
            with Admin(self.gateway.data) as admin:
                views = [view for view in admin.find(id, limit=10_000) if view.parent is None]
            found = {(view.group_id, view.message_id, view.receiver): view.result for view in views}
            assert found == customer.results, id
            if customer.prepaid:
                assert customer.balance >= 0
        assert self.gateway.audit() == []


def drawn(chance: random.Random, id: str) -> tuple[Account, Customer]:
    """An account, and the model's idea of it."""
    prepaid = id != "later"
    near = chance.choice((3, 12)) if id == "limited" else None
    limits = {
        "day_limit": None if near is None else near + 4,
        "month_limit": None if near is None else near * 3,
        "second_limit": chance.choice((None, near)),
    }
    balance = {"poor": chance.choice((2_100, 30_000)), "limited": chance.choice((30_000, 300_000)), "later": 0}[id]
    registered, window = chance.random() < 0.5, chance.choice((None, 60))
    rules = {} if registered else {"sender registered": "off"}
    made = account(
        id,
        fee_type=FeeType.PREPAID if prepaid else FeeType.POSTPAID,
        balance=balance,
        rules=rules | ({} if window is None else {"duplicate": "on"}),
        duplicate_window_seconds=window or 600,
        **limits,
    )
    return made, Customer(prepaid=prepaid, balance=balance, registered=registered, window=window, **limits)


async def reported(gateway: Running, id: str, service: Service, count: int) -> dict[tuple[str, str, str], int]:
    """So many results of one account and service, by key."""
    async with gateway.reports(service=service, id=id) as reports:
        found = await reports.taken(count) if count else []
    return {(one.group_id, one.message_id, one.receiver): one.result for one in found}


@pytest.mark.parametrize("seed", range(6))
async def test_every_code_and_every_balance_is_the_models(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    both = {id: drawn(chance, id) for id in IDS}
    carrier = ScriptedCarrier()
    async with running(tmp_path, *(made for made, _ in both.values()), carrier=carrier) as gateway:
        gateway.pass_time(10 * 3600)
        for id in IDS:
            await gateway.told(lambda admin: prepare(admin, id))  # noqa: B023
        town = Town(gateway, carrier, {id: customer for id, (_, customer) in both.items()}, seed)
        async with contextlib.AsyncExitStack() as stack:
            senders = {
                (id, kind): [await stack.enter_async_context(gateway.sender(service, id=id)) for _ in range(2)]
                for id in IDS
                for kind, (service, _) in SERVICES.items()
            }
            for _ in range(ROUNDS):
                await town.send(senders)
                town.check()
                await town.settle()
                town.check()
                gateway.pass_time(chance.choice((0, 0.4, 1, 59, 61, 86_400, 12 * 86_400)))
        for id, customer in town.customers.items():
            kinds = {one.key: one.kind for (owner, _), packet in town.asked.items() if owner == id for one in packet}
            counts = Counter(kinds[key] for key in customer.results)
            seen: dict[tuple[str, str, str], int] = {}
            for kind, (service, _) in SERVICES.items():
                seen |= await reported(gateway, id, service, counts[kind])
            assert seen == customer.results


def prepare(admin: Admin, id: str) -> None:
    """Its sender, an opt-out and Kakao's template."""
    admin.add_senders(id, [SENDER])
    admin.add_opt_outs(id, [OPTED_OUT])
    register(admin, id)
