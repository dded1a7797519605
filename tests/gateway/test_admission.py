"""Every result code that the gateway gives by itself, tried over the wire: rules, their modes, and their precedence."""

import asyncio
from pathlib import Path
from typing import Any, Final

import pytest
import structlog

from samlink.core.account import Account, ServiceClass
from samlink.store.sqlite.admin import Admin
from samlink.testing.clock import until
from samlink.testing.pictures import jpeg
from samlink.vocabulary.money import WON
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Service
from samlink.wire import commands
from samlink.wire.commands import Command
from samlink.wire.records import KmsRecord, SendRecord
from tests.gateway.kakao import ATTACHMENT, DAY_SECONDS, KEY, OTHER_KEY, kakao, ready
from tests.gateway.running import NOW_MS, Running, account, running, sms

KST_NOW = NOW_MS // 1000
AD: Final = "(광고)가게 할인 무료수신거부 080-123-4567"
STRICT: Final[dict[str, Any]] = {"rules": {}}
"""As an account is by default: its senders must be registered."""
NO_DIGITS: Final = {"digits": False}
"""The receivers' last digits choose no result."""
Records = list[SendRecord] | list[KmsRecord]


async def outcomes(
    gateway: Running,
    records: Records,
    service: Service = Service.SMS,
    command: Command | None = None,
    *files: str,
    id: str = "demo",
) -> dict[str, int]:
    """The results of a packet that is taken, by MSG_ID."""
    usual = {Service.SMS: commands.SEND_SMS, Service.MMS: commands.SEND_LMS, Service.KMS: commands.SEND_KMS}
    async with gateway.sender(service, id=id) as sender, gateway.reports(service=service, id=id) as reports:
        answer = await sender.send(records, command or usual[service], *files)
        assert answer.response == ResponseCode.OK, answer
        return {one.message_id: one.result for one in await reports.taken(len(records))}


def lists(admin: Admin) -> None:
    """One entry of each list."""
    admin.add_senders("demo", ["0212345678"])
    admin.add_opt_outs("demo", ["01000000081"])
    admin.add_opt_outs(None, ["01000000082"])
    admin.add_filter("demo", "sender", "0212340000")
    admin.add_filter("demo", "receiver", "01000000080")
    admin.add_filter("demo", "words", "Casino")


CASES: Final[tuple[tuple[str, int, dict[str, Any], dict[str, Any]], ...]] = (
    ("message format", 3, {}, {"text": ""}),
    ("message kind", 61, {"kinds": ("lms", "mms")}, {}),
    ("callback URL", 61, {"service_class": ServiceClass.CALLBACK_URL_ONLY}, {}),
    ("receiver form", 86, {}, {"receiver": "0212345678"}),
    ("sender form", 87, {}, {"sender": "05012345678"}),
    ("sender form", 87, {}, {"sender": ""}),
    ("sender registered", 88, {"rules": {}}, {"sender": "0298765432"}),
    ("user code", 91, {"rules": {"user code": "on"}}, {}),
    ("user code digits", 91, {"rules": {"user code digits": "on"}}, {"user_code": "3025900010"}),
    ("opted out", 81, {}, {"receiver": "01000000081"}),
    ("opted out everywhere", 81, {}, {"receiver": "01000000082"}),
    ("sender filter", 80, {}, {"sender": "0212340000"}),
    ("receiver filter", 80, {}, {"receiver": "01000000080"}),
    ("word filter", 80, {}, {"text": "오늘의 CASINO"}),
    ("advertisement form", 80, {}, {"text": "(광고)가게 할인"}),
    ("time limit", 90, {}, {"timeout_at": KST_NOW - 1}),
)
"""Rule, code, changes to the account, changes to the message."""


@pytest.mark.parametrize(
    ("rule", "code", "of_account", "of_message"),
    CASES,
    ids=[f"{number} {case[0]}" for number, case in enumerate(CASES)],
)
async def test_a_rule_refuses_warns_or_is_off(
    tmp_path: Path, rule: str, code: int, of_account: dict[str, Any], of_message: dict[str, Any]
) -> None:
    """On, the result is the rule's code, its name is kept, and nothing is charged; on warn and off it is sent."""
    rules = {"sender registered": "off"} | of_account.get("rules", {})
    if rule == "sender registered":
        del rules["sender registered"]
    accounts = [account(**(of_account | {"rules": rules | modes})) for modes in ({}, {rule: "warn"}, {rule: "off"})]
    async with running(tmp_path, accounts[0]) as gateway:
        gateway.pass_time(DAY_SECONDS)
        await gateway.told(lists)
        for number, one in enumerate(accounts):
            await changed(gateway, one)
            paid = gateway.balance()
            record = sms(number, **({"receiver": "01012340000"} | of_message))
            options: dict[str, Any] = {"user_code": True} if "user_code" in of_message else {}
            async with gateway.sender(**options) as sender, gateway.reports() as reports:
                assert (await sender.send([record])).response == ResponseCode.OK
                (found,) = await reports.taken(1)
            view = gateway.views()[str(number)]
            if number == 0:
                assert (found.result, view.reason.split(":")[0], gateway.balance()) == (code, rule, paid)
            else:
                assert view.reason == ""
                assert found.result == 6 or (rule == "time limit" and found.result in {6, 90})
        assert gateway.audit() == []


async def changed(gateway: Running, one: Account) -> None:
    """Give the account these settings, and wait until the gateway has them."""
    gateway.change(rules=one.rules, kinds=one.kinds, service_class=one.service_class)
    await until(lambda: (known := gateway.gateway._accounts.get(1)) is not None and known.rules == one.rules)


async def test_an_advertisement_waits_for_the_morning(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        assert await outcomes(gateway, [sms(1, text=AD)]) == {"1": 80}
        assert gateway.views()["1"].reason == "advertisement hours"
        # An SMS that is reserved is judged by the hour at which it goes.
        in_the_morning = KST_NOW + DAY_SECONDS
        async with gateway.sender() as sender:
            await sender.send([sms(2, text=AD, reserve_at=in_the_morning)])
            await gateway.state("queued", 1)
        gateway.pass_time(DAY_SECONDS)
        async with gateway.reports() as reports:
            assert [one.result for one in await reports.taken(1)] == [6]
        assert await outcomes(gateway, [sms(3, text=AD)]) == {"3": 6}


async def test_content_that_is_too_large(tmp_path: Path) -> None:
    async with running(tmp_path, account(max_msg_size=2000), account("fixed", variable=False)) as gateway:
        long = [sms(1, text="가" * 1001), sms(2, text="가" * 1000)]
        assert await outcomes(gateway, long, Service.MMS) == {"1": 60, "2": 6}
        assert gateway.views()["1"].reason == "content size"
        fixed = await outcomes(gateway, [sms(1, text="가" * 1000)], Service.MMS, commands.SEND_FIXED, id="fixed")
        assert fixed == {"1": 6}


async def test_files_that_are_unknown_or_that_no_network_takes(tmp_path: Path) -> None:
    large = jpeg(size=300 * 1024)
    async with running(tmp_path) as gateway:
        async with gateway.sender(Service.MMS) as sender:
            name = (await sender.upload(large)).packet.head.name
        send_mms = commands.SEND_MMS
        assert await outcomes(gateway, [sms(1)], Service.MMS, send_mms, "0" * 32 + ".jpg") == {"1": 69}
        assert gateway.views()["1"].reason == f"file unknown: {'0' * 32}.jpg"
        # 300 KB: SKT takes three of them, the others none.
        assert await outcomes(gateway, [sms(2)], Service.MMS, send_mms, name, name, name, name) == {"2": 60}
        assert gateway.views()["2"].reason.startswith("files: ")
        paid = gateway.balance()
        assert await outcomes(gateway, [sms(3, receiver="01112340000")], Service.MMS, send_mms, name) == {"3": 6}
        assert gateway.balance() == paid - 250 * WON
        # A rule of the message goes before its files.
        assert await outcomes(gateway, [sms(4, receiver="02")], Service.MMS, send_mms, "0" * 32 + ".jpg") == {"4": 86}


# -- what only the transaction can judge


async def test_duplicates_are_sent_unless_they_are_switched_off(tmp_path: Path) -> None:
    async with running(
        tmp_path, account(), account("strict", rules=_off("sender registered") | {"duplicate": "on"})
    ) as (gateway):
        same = [sms(number, receiver="01012345678", text="같은 글") for number in range(3)]
        assert await outcomes(gateway, same) == {"0": 6, "1": 6, "2": 6}
        assert await outcomes(gateway, same, id="strict") == {"0": 6, "1": 84, "2": 84}
        assert gateway.views("strict")["1"].reason == "duplicate"
        again = sms(3, receiver="01012345678", text="같은 글")
        gateway.pass_time(599)
        assert await outcomes(gateway, [again], id="strict") == {"3": 84}
        gateway.pass_time(2)
        assert await outcomes(gateway, [sms(4, receiver="01012345678", text="같은 글")], id="strict") == {"4": 6}
        assert await outcomes(gateway, [sms(5, receiver="01012345679", text="같은 글")], id="strict") == {"5": 6}
        assert gateway.balance("strict") == (10_000 - 3 * 20) * WON


def _off(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "off")


async def test_a_batch_that_the_balance_covers_in_part(tmp_path: Path) -> None:
    async with running(tmp_path, account(balance=50 * WON)) as gateway:
        found = await outcomes(gateway, [sms(1), sms(2, receiver="1"), sms(3), sms(4), sms(5)])
        assert found == {"1": 6, "2": 86, "3": 6, "4": 92, "5": 92}
        assert gateway.balance() == 10 * WON
        assert gateway.views()["4"].reason == "balance"


async def test_limits_of_the_month_the_day_and_the_second(tmp_path: Path) -> None:
    async with running(tmp_path, account(month_limit=6, day_limit=4, second_limit=3), simulator=NO_DIGITS) as gateway:
        assert await outcomes(gateway, [sms(n) for n in range(5)]) == {"0": 6, "1": 6, "2": 6, "3": 95, "4": 95}
        gateway.pass_time(1)
        assert await outcomes(gateway, [sms(n) for n in range(5, 8)]) == {"5": 6, "6": 94, "7": 94}
        gateway.pass_time(86_400)
        assert await outcomes(gateway, [sms(n) for n in range(8, 12)]) == {"8": 6, "9": 6, "10": 93, "11": 93}
        reasons = {view.reason for view in gateway.views().values()}
        assert reasons == {"", "messages a second", "daily limit", "monthly limit"}
        gateway.pass_time(30 * 86_400)
        assert await outcomes(gateway, [sms(12)]) == {"12": 6}
        assert gateway.audit() == []


async def test_limits_hold_over_several_connections_at_once(tmp_path: Path) -> None:
    limited = account(second_limit=10, day_limit=15, balance=24 * 20 * WON)
    async with running(tmp_path, limited, simulator=NO_DIGITS) as gateway, gateway.reports() as reports:
        found: list[int] = []
        for turn in range(2):

            async def send(first: int) -> None:
                async with gateway.sender() as sender:
                    packet = [sms(first + number) for number in range(4)]
                    assert (await sender.send(packet)).response == ResponseCode.OK

            await asyncio.gather(*(send(100 * turn + 4 * number) for number in range(5)))
            found += [one.result for one in await reports.taken(20)]
            gateway.pass_time(1)
        assert (found[:20].count(6), found[:20].count(95)) == (10, 10)
        assert (found[20:].count(6), found[20:].count(94)) == (5, 15)
        assert gateway.balance() == 9 * 20 * WON
        assert gateway.audit() == []


async def test_a_limit_that_only_warns(tmp_path: Path) -> None:
    rules = _off("sender registered") | {"daily limit": "warn", "messages a second": "off"}
    async with running(tmp_path, account(day_limit=1, second_limit=1, rules=rules)) as gateway:
        assert set((await outcomes(gateway, [sms(n) for n in range(3)])).values()) == {6}


async def test_what_only_warns_is_logged_by_rule_and_code(tmp_path: Path) -> None:
    rules = _off("sender registered") | {"duplicate": "warn", "word filter": "warn", "user code": "warn"}
    with structlog.testing.capture_logs() as logs:
        async with running(tmp_path, account(rules=rules)) as gateway:
            await gateway.told(lists)
            same = [sms(number, receiver="01012340000", text="casino") for number in range(3)]
            assert set((await outcomes(gateway, same)).values()) == {6}
    (line,) = [line for line in logs if line["event"] == "rules_would_have_refused"]
    assert (line["account"], line["rules"], line["codes"]) == ("demo", {"user code": 3, "word filter": 3}, {84: 2})


async def test_a_mode_that_is_none_leaves_the_rule_as_it_is_by_default(tmp_path: Path) -> None:
    """Nobody can set one by the command line; an account that has one all the same is served, and judged."""
    rules = {"sender registered": "perhaps", "user code": "sometimes"}
    with structlog.testing.capture_logs() as logs:
        async with running(tmp_path, account(rules=rules)) as gateway:
            assert await outcomes(gateway, [sms(1)]) == {"1": 88}
            await gateway.told(lists)
            assert await outcomes(gateway, [sms(2)]) == {"2": 6}
    assert any(line["event"] == "unknown_rule_modes" for line in logs)


async def test_the_sender_of_the_account_stands_in(tmp_path: Path) -> None:
    async with running(tmp_path, account(default_sender="0212345678", rules={})) as gateway:
        assert await outcomes(gateway, [sms(1, sender="")]) == {"1": 88}
        await gateway.told(lists)
        assert await outcomes(gateway, [sms(2, sender=""), sms(3, sender="0212340001")]) == {"2": 6, "3": 88}


@pytest.mark.parametrize("count", range(1, 8))
async def test_the_first_rule_that_a_message_breaks_gives_its_code(tmp_path: Path, count: int) -> None:
    """The message breaks all of them, then all but the first, and so on: 3 86 87 91 81 80 90."""
    faults: tuple[tuple[int, dict[str, Any]], ...] = (
        (3, {"text": ""}),
        (86, {"receiver": "02"}),
        (87, {"sender": "1"}),
        (91, {"user_code": "1"}),
        (81, {"receiver": "01000000081"}),
        (80, {"text": "casino"}),
        (90, {"timeout_at": KST_NOW - 1}),
    )
    rules = _off("sender registered") | {"user code digits": "on"}
    changes: dict[str, Any] = {"user_code": "302590001"}
    for _, fault in reversed(faults[-count:]):
        changes |= fault
    async with running(tmp_path, account(rules=rules, balance=0, day_limit=0)) as gateway:
        await gateway.told(lists)
        async with gateway.sender(user_code=True) as sender, gateway.reports() as reports:
            await sender.send([sms(1, **changes), sms(2, user_code="302590001")])
            found = {one.message_id: one.result for one in await reports.taken(2)}
        assert found == {"1": faults[-count][0], "2": 94}


# -- Kakao's rules

KAKAO_CASES: Final[tuple[tuple[str, int, dict[str, Any]], ...]] = (
    ("message format", 3, {"kind": "XX"}),
    ("message format", 3, {"alt_type": "Q"}),
    ("receiver form", 86, {"receiver": "0212345678"}),
    ("sender form", 87, {"sender": "", "alt_type": "A"}),
    ("Kakao text length", 62, {"text": "가" * 1001}),
    ("Kakao text length", 62, {"kind": "FI", "template_code": "", "text": "가" * 401}),
    ("Kakao profile", 64, {"sender_key": "0" * 40}),
    ("Kakao profile", 64, {"sender_key": OTHER_KEY}),
    ("Kakao template", 63, {"template_code": "NONE"}),
    ("Kakao template", 63, {"template_code": "BLOCKED"}),
    ("Kakao template text", 63, {"text": "다른 글"}),
    ("Kakao attachment", 63, {"attachment": "{"}),
    ("Kakao attachment", 63, {"kind": "FT", "template_code": "", "attachment": '{"button":[{"name":"x"}]}'}),
    ("Kakao template buttons", 63, {"attachment": ATTACHMENT}),
    ("Kakao template buttons", 63, {"template_code": "BUTTON"}),
    ("fallback characters", 69, {"alt_type": "S"}),
    ("fallback size", 60, {"alt_type": "S", "alt_text": "가" * 46}),
    ("advertisement form", 80, {"kind": "FT", "template_code": "", "text": "(광고)가게"}),
    ("time limit", 90, {"timeout_at": KST_NOW}),
)


@pytest.mark.parametrize(
    ("rule", "code", "changes"), KAKAO_CASES, ids=[f"{number} {case[0]}" for number, case in enumerate(KAKAO_CASES)]
)
async def test_a_rule_of_kakao_refuses(tmp_path: Path, rule: str, code: int, changes: dict[str, Any]) -> None:
    async with running(tmp_path) as gateway:
        await ready(gateway)
        paid = gateway.balance()
        assert await outcomes(gateway, [kakao(1, **changes)], Service.KMS) == {"1": code}
        assert gateway.views()["1"].reason.split(":")[0] == rule
        assert gateway.balance() == paid
        assert gateway.audit() == []


async def test_friend_talk_sleeps_at_night(tmp_path: Path) -> None:
    friend = {"kind": "FT", "template_code": "", "sender_key": KEY}
    async with running(tmp_path) as gateway:
        await ready(gateway)
        assert await outcomes(gateway, [kakao(1, **friend)], Service.KMS) == {"1": 6}
        gateway.pass_time(10 * 3600)  # 20:06
        assert await outcomes(gateway, [kakao(2, **friend), kakao(3)], Service.KMS) == {"2": 62, "3": 6}
        assert gateway.views()["2"].reason == "FriendTalk hours"
        gateway.pass_time(12 * 3600)  # 08:06
        assert await outcomes(gateway, [kakao(4, **friend)], Service.KMS) == {"4": 6}
        assert gateway.balance() == (10_000 - 2 * 15 - 8) * WON
