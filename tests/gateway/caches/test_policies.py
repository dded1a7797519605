"""Lists that an operator changes beside a running gateway: each holds from the next packet on, none is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.core.kakao import Template
from samlink.store.contract import StoreError
from samlink.store.sqlite.admin import Admin
from samlink.testing.clock import until
from samlink.testing.thin_client import Client
from samlink.vocabulary.services import Service
from samlink.wire import commands
from tests.gateway.kakao import KEY, kakao, ready, register
from tests.gateway.running import NOW_MS, Running, account, running, sms

STRICT = account(rules={})
"""Its senders must be registered, as of every account by default."""
SENDER = "0212345678"
RECEIVER = "01012340000"
Change = Callable[[Admin], object]


class Line:
    """A send and a report connection that stay open."""

    def __init__(self, sender: Client, reports: Client) -> None:
        self._sender = sender
        self._reports = reports
        self._last = 0

    async def result(self, **changes: object) -> int:
        """The result of one more SMS."""
        self._last += 1
        await self._sender.send([sms(self._last, **({"receiver": RECEIVER} | changes))])
        (found,) = await self._reports.taken(1)
        return found.result


def add_sender(admin: Admin) -> None:
    """Register the sender of all messages here."""
    admin.add_senders("demo", [SENDER])


CHANGES: dict[str, tuple[Change, Change, int]] = {
    "opt-out": (
        lambda admin: admin.add_opt_outs("demo", [RECEIVER]),
        lambda admin: admin.remove_opt_outs("demo", [RECEIVER]),
        81,
    ),
    "opt-out of all": (
        lambda admin: admin.add_opt_outs(None, [RECEIVER]),
        lambda admin: admin.remove_opt_outs(None, [RECEIVER]),
        81,
    ),
    "filter": (
        lambda admin: admin.add_filter("demo", "words", "안녕"),
        lambda admin: admin.remove_filter("demo", admin.filters("demo")[0].no),
        80,
    ),
    "sender": (
        lambda admin: admin.remove_senders("demo", [SENDER]),
        lambda admin: admin.add_senders("demo", [SENDER]),
        88,
    ),
}
"""A change that refuses, its reversal, and the code."""


@pytest.mark.parametrize(("refuse", "allow", "code"), CHANGES.values(), ids=list(CHANGES))
async def test_a_change_holds_on_an_open_connection_and_so_does_its_reversal(
    tmp_path: Path, refuse: Change, allow: Change, code: int
) -> None:
    async with running(tmp_path, STRICT) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        line = Line(sender, reports)
        assert await line.result() == 88
        await gateway.told(add_sender)
        assert await line.result() == 6
        await gateway.told(refuse)
        assert await line.result() == code
        await gateway.told(allow)
        assert await line.result() == 6


@pytest.mark.parametrize(("refuse", "allow", "code"), CHANGES.values(), ids=list(CHANGES))
async def test_what_was_registered_before_a_login_holds_for_its_first_packet(
    tmp_path: Path, refuse: Change, allow: Change, code: int
) -> None:
    """Though the gateway has not heard of the change yet."""
    async with running(tmp_path, STRICT) as gateway, gateway.reports() as reports:
        gateway.store.fail(StoreError("store.test", "no news"), "accounts", "policy_versions")
        for change, expected in ((add_sender, 6), (refuse, code), (allow, 6)):
            gateway.tell(change)
            async with gateway.sender() as sender:
                await sender.send([sms(gateway.clock.ms - NOW_MS, receiver=RECEIVER)])
                assert [one.result for one in await reports.taken(1)] == [expected]
            gateway.pass_time(0.001)
        gateway.store.recover()


async def test_lists_that_cannot_be_read_stay_as_they_were(tmp_path: Path) -> None:
    async with running(tmp_path, STRICT) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        line = Line(sender, reports)
        await gateway.told(add_sender)
        await gateway.told(lambda admin: admin.add_opt_outs("demo", ["01000000081"]))
        gateway.store.fail(StoreError("store.test", "disk trouble"), "policy_versions", "policy")
        failed = gateway.store.answers["policy_versions"]
        gateway.tell(lambda admin: admin.add_filter("demo", "receiver", "01000000080"))
        await until(lambda: gateway.store.answers["policy_versions"] > failed + 1)
        for receiver, code in ((RECEIVER, 6), ("01000000081", 81), ("01000000080", 6)):
            assert await line.result(receiver=receiver) == code
        async with gateway.sender() as second:  # a login reads in vain
            await second.send([sms(1000, receiver="01000000081")])
            assert [one.result for one in await reports.taken(1)] == [81]
        gateway.store.recover()
        await gateway.told(lambda _: None)
        assert await line.result(receiver="01000000080") == 80


async def test_opt_outs_that_change_while_lists_are_being_read_are_not_missed(tmp_path: Path) -> None:
    """The versions are read first, and the opt-outs change between that and the lists."""
    async with running(tmp_path) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        line = Line(sender, reports)
        await gateway.told(lambda admin: admin.add_opt_outs("demo", ["01000000081"]))
        gateway.store.hold("policy_versions")
        asked = gateway.store.calls["policy_versions"]
        gateway.tell(lambda admin: admin.add_filter("demo", "receiver", "01000000080"))
        await until(lambda: gateway.store.calls["policy_versions"] > asked)
        # The answer is made, and waits; what is changed now belongs to no version in it.
        gateway.store.hold("accounts")
        gateway.tell(lambda admin: admin.add_opt_outs("demo", [RECEIVER]))
        gateway.store.release("policy_versions")
        await until(lambda: gateway.gateway._policies._versions[1].lists > 0)
        gateway.store.release("accounts")
        await gateway.told(lambda _: None)
        assert await line.result() == 81
        assert await line.result(receiver="01000000080") == 80


async def test_templates_come_and_go(tmp_path: Path) -> None:
    changes: list[tuple[Change, int]] = [
        (lambda _: None, 6),
        (lambda admin: admin.put_template("demo", Template(KEY, "ORDER", "#{모두}", blocked=True)), 63),
        (lambda admin: admin.put_template("demo", Template(KEY, "ORDER", "#{모두}")), 6),
        (lambda admin: admin.remove_template("demo", KEY, "ORDER"), 63),
        (lambda admin: admin.remove_profile("demo", KEY), 64),
        (register, 6),
    ]
    async with running(tmp_path) as gateway, gateway.sender(Service.KMS) as sender:
        await ready(gateway)
        async with gateway.reports(service=Service.KMS) as reports:
            for number, (change, code) in enumerate(changes):
                await gateway.told(change)
                await sender.send([kakao(number)], commands.SEND_KMS)
                assert [one.result for one in await reports.taken(1)] == [code]


async def test_accounts_have_lists_of_their_own(tmp_path: Path) -> None:
    async def result(gateway: Running, id: str) -> int:
        async with gateway.sender(id=id) as sender, gateway.reports(id=id) as reports:
            await sender.send([sms(1, receiver=RECEIVER)])
            (found,) = await reports.taken(1)
        return found.result

    async with running(tmp_path, account(), account("other")) as gateway:
        await gateway.told(lambda admin: admin.add_opt_outs("demo", [RECEIVER]))
        assert (await result(gateway, "demo"), await result(gateway, "other")) == (81, 6)
