"""What the rules of admission cost: the same burst for an account without rules and for one with them, in turns.

Both are on one gateway, whose carrier is held. No message is refused: every list is looked through to its end.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from samlink.bench.findings import Plan, RulesBurst, RulesCost
from samlink.bench.load import SENDER, Load, opened, record
from samlink.bench.measure import median, rate_of
from samlink.bench.processes import BenchGateway, gateway
from samlink.bench.steps import Steps
from samlink.bench.store import bench_account, check_store
from samlink.core.account import Account, FeeType
from samlink.core.limits import LIMIT_RULES
from samlink.core.rules import RULES
from samlink.store.credentials import Credentials, generate_password
from samlink.store.sqlite.admin import Admin
from samlink.vocabulary.language import phrase
from samlink.vocabulary.money import WON
from samlink.vocabulary.problem import N_
from samlink.wire import SendRecord

OFF: Final = "rules-off"
ON: Final = "rules-on"
SENDERS: Final = 1_000
FILTERED_RECEIVERS: Final = 100
HIGH: Final = 1_000_000_000
"""A limit that holds nobody up, and the balance in won."""
NUMBERS: Final = 100_000_000
"""Of 010, which begin at 010-0000-0000."""
USER_CODE: Final = "123456789"
TEXT_NUMBERS: Final = 1_000_000
"""After so many messages `record` begins its texts anew."""

WORDS: Final = (
    *("카지노", "바카라", "토토", "도박", "경마", "경륜", "슬롯", "홀덤", "복권", "로또"),
    *("대출", "사채", "일수", "급전", "신불자", "무담보", "저금리", "코인", "리딩방", "급등주"),
    *("성인", "야동", "유흥", "조건만남", "출장", "안마", "비아그라", "시알리스", "최음제", "마약"),
    *("필로폰", "대포통장", "대포폰", "위조", "밀수", "짝퉁", "명품", "레플리카", "해킹", "도청"),
    *("홍보문의", "투자수익", "원금보장", "고수익", "부업", "재택알바", "텔레그램", "viagra", "casino", "bitcoin"),
)
"""What an operator forbids; none is in the load's texts."""

_RECEIVERS: Final = tuple(f"010{place:04}{place % 100:02}06" for place in range(10_000))
"""All over the numbers that have opted out, as a list's own order would make looking them up too cheap."""


def write(group: str, number: int) -> SendRecord:
    """The message of that number, unlike every other of its account: to the duplicate rule each is new."""
    made = record(group, number)
    made.receiver = _RECEIVERS[(number + number // TEXT_NUMBERS) % len(_RECEIVERS)]
    made.user_code = USER_CODE
    return made


async def rules_cost(plan: Plan, data: Path, steps: Steps) -> RulesCost:
    """Measure it on a gateway that serves `data`, which does not exist yet. Raises BenchError: a step failed, or a
    message was lost."""
    steps.begin(phrase(N_("... {numbers} opt-outs for the rules"), numbers=f"{plan.opt_outs + plan.opt_outs // 10:,}"))
    passwords = add_accounts(plan, data)
    async with gateway(data, held=True) as served:
        async with (
            opened(served.target(passwords[OFF], OFF), plan, write) as off,
            opened(served.target(passwords[ON], ON), plan, write) as on,
        ):
            found = await _in_turns(plan, {OFF: off, ON: on}, served, steps)
            steps.begin(phrase(N_("... the carrier released")))
            await served.hold(held=False)
            await off.settle()
            await on.settle()
            verified = off.tally.verify() + on.tally.verify()
        await served.stop()
    check_store(data, verified)
    return RulesCost(
        off=found[OFF],
        on=found[ON],
        ratio=found[ON].messages_per_second / found[OFF].messages_per_second,
        senders=SENDERS,
        opt_outs_everyone=plan.opt_outs,
        opt_outs_account=plan.opt_outs // 10,
        filtered_words=len(WORDS),
        filtered_receivers=FILTERED_RECEIVERS,
    )


async def _in_turns(plan: Plan, loads: Mapping[str, Load], served: BenchGateway, steps: Steps) -> dict[str, RulesBurst]:
    for load in loads.values():
        await load.send(plan.warm_up_messages)
    bursts: dict[str, list[RulesBurst]] = {name: [] for name in loads}
    for turn in range(plan.runs):
        # Each is as often the first of two as the second: the store grows meanwhile.
        for name in (OFF, ON) if turn % 2 == 0 else (ON, OFF):
            steps.begin(phrase(N_("... burst, all rules off") if name == OFF else N_("... burst, all rules on")))
            bursts[name].append(await _burst(plan, loads[name], served))
    middle = {name: median(found) for name, found in bursts.items()}
    for name, one in middle.items():
        one.all_per_second = [burst.messages_per_second for burst in bursts[name]]
        one.cpu_us_per_message = _median_cpu(bursts[name])
    return middle


async def _burst(plan: Plan, load: Load, served: BenchGateway) -> RulesBurst:
    before, began = served.cpu_seconds(), time.perf_counter()
    await load.send(plan.messages)
    taken = time.perf_counter() - began
    after = served.cpu_seconds()
    return RulesBurst(
        **rate_of(plan.messages, taken),
        all_per_second=[],
        cpu_us_per_message={name: (after[name] - before[name]) / plan.messages * 1e6 for name in after},
    )


def _median_cpu(bursts: list[RulesBurst]) -> dict[str, float]:
    each = [one.cpu_us_per_message for one in bursts]
    return {name: sorted(one[name] for one in each)[len(each) // 2] for name in each[0]}


# -- the accounts


def add_accounts(plan: Plan, data: Path) -> dict[str, str]:
    """Add both accounts and all lists; the passwords."""
    off = msgspec.structs.replace(bench_account(plan.batch), id=OFF, rules=_all_rules("off"))
    passwords = {OFF: generate_password(), ON: generate_password()}
    with Admin(data) as admin:
        credentials = Credentials.open(data)
        for account in (off, _ruled_account(plan.batch)):
            admin.add_account(account, credentials.hash_generated(passwords[account.id]))
        # 010-xxxx-xx50, -51 and -52: nobody that `write` sends to.
        admin.add_opt_outs(None, _numbers(plan.opt_outs, 50))
        admin.add_opt_outs(ON, _numbers(plan.opt_outs // 10, 51))
        admin.add_senders(ON, [SENDER, *(f"02200{place:05}" for place in range(SENDERS - 1))])
        for word in WORDS:
            admin.add_filter(ON, "words", word)
        for receiver in _numbers(FILTERED_RECEIVERS, 52):
            admin.add_filter(ON, "receiver", receiver)
    return passwords


def _ruled_account(batch: int) -> Account:
    return msgspec.structs.replace(
        bench_account(batch),
        id=ON,
        fee_type=FeeType.PREPAID,
        balance=HIGH * WON,
        month_limit=HIGH,
        day_limit=HIGH,
        second_limit=HIGH,
        rules=_all_rules("on"),
    )


def _all_rules(mode: str) -> dict[str, str]:
    """BALANCE is none that can be switched."""
    return {rule.name: mode for rule in (*RULES, *LIMIT_RULES[:-1])}


def _numbers(count: int, ending: int) -> list[str]:
    """So many numbers at even distances, all with these last two digits."""
    step = NUMBERS // max(count, 1) // 100 * 100
    return [f"010{place * step + ending:08}" for place in range(count)]
