"""The accounts and messages with which the cost of the rules is measured."""

from pathlib import Path

from samlink.bench.findings import Plan
from samlink.bench.gateway import rules_cost
from samlink.core.account import FeeType
from samlink.core.limits import BALANCE, LIMIT_RULES
from samlink.core.rules import RULES
from samlink.store.sqlite.admin import Admin


def test_the_accounts_of_the_rules_are_judged_by_those_that_are_on_or_by_none(tmp_path: Path) -> None:
    passwords = rules_cost.add_accounts(Plan(opt_outs=1000), tmp_path)
    assert passwords.keys() == {rules_cost.OFF, rules_cost.ON}
    with Admin(tmp_path) as admin:
        off, on = admin.account(rules_cost.OFF), admin.account(rules_cost.ON)
        assert (len(admin.senders(on.id)), len(admin.filters(on.id))) == (1000, 150)
        assert (len(admin.opt_outs(None, limit=5000)), len(admin.opt_outs(on.id, limit=5000))) == (1000, 100)
    names = {rule.name for rule in (*RULES, *LIMIT_RULES)} - {BALANCE.name}
    assert off.rules == dict.fromkeys(names, "off")
    assert on.rules == dict.fromkeys(names, "on")
    assert None not in (on.month_limit, on.day_limit, on.second_limit)
    assert (off.fee_type, on.fee_type) == (FeeType.POSTPAID, FeeType.PREPAID)


def test_no_two_messages_of_the_rules_are_duplicates() -> None:
    around = (*range(3000), *range(rules_cost.TEXT_NUMBERS, rules_cost.TEXT_NUMBERS + 3000))
    written = {(made.receiver, made.text) for made in (rules_cost.write("g", number) for number in around)}
    assert len(written) == len(around)
