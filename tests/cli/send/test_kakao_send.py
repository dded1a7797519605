"""`samlink send --type at` and the like against a real gateway, and what `find` and `audit` say afterwards."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from samlink.core.account import Account
from samlink.core.kakao import Profile, Template
from samlink.link.free_ports import free_base_port
from samlink.store.credentials import Credentials
from samlink.store.sqlite.admin import Admin
from samlink.store.sqlite.engine.engine import Engine
from tests.cli.running import Process, Ran

Samlink = Callable[..., Ran]
PASSWORD = "Kx7-secret-Q2"
BUTTON = {"name": "보기", "type": "WL", "url_mobile": "https://shop.example/7"}
AT = ("--type", "at", "--sender-key", "KEY1", "--template", "ORDER1", "--from", "02-1234-5678", "--wait")
TEXT = "김하나님, 주문이 접수되었습니다 👍"


class Shop(NamedTuple):
    """A gateway that runs, and how its account reaches it."""

    data: Path
    place: tuple[str, ...]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A gateway with a prepaid account that may send over Kakao."""
    data = tmp_path_factory.mktemp("gateway") / "data"
    with Admin(data) as admin:
        password_hash = Credentials.open(data).hash_generated(PASSWORD)
        admin.add_account(Account(no=0, id="shop", balance=100_000, allow=("127.0.0.1/32",)), password_hash)
        admin.add_senders("shop", ["0212345678"])
        admin.put_profile("shop", Profile("KEY1"))
        admin.put_template("shop", Template("KEY1", "ORDER1", "#{이름}님, 주문이 접수되었습니다 👍"))
        admin.put_template("shop", Template("KEY1", "ORDER2", "#{이름}님", json.dumps([BUTTON])))
    base_port = free_base_port()
    process = Process(("serve", "--data", str(data), "--base-port", str(base_port)), directory=data)
    process.read_until("Ctrl-C")
    yield Shop(data, ("--base-port", str(base_port), "--id", "shop"))
    process.signal(signal.SIGTERM)
    ran = process.finish()
    assert ran.code == 0, ran
    assert PASSWORD not in ran.out + ran.err


@pytest.fixture
def send(samlink: Samlink, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run `samlink send` as the account."""
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    return lambda *arguments: samlink("send", *shop.place, *arguments)


def found(samlink: Samlink, shop: Shop, *options: str) -> list[dict[str, Any]]:
    """What `samlink find --json` says."""
    ran = samlink("find", "shop", "--data", str(shop.data), "--json", *options)
    assert ran.code == 0, ran
    return [json.loads(line) for line in ran.out.splitlines()]


def test_kakao_delivers_it_and_says_so(send: Callable[..., Ran]) -> None:
    ran = send("--to", "010-1234-5601", *AT, TEXT)
    assert ran.code == 0, ran
    assert "KAKAO" in ran.out
    assert " AT " in ran.out
    assert "6 delivered" in ran.out


def test_a_fallback_stands_in_for_it(samlink: Samlink, shop: Shop, send: Callable[..., Ran]) -> None:
    options = ("--fallback", "lms", "--fallback-text", "주문이 접수되었습니다.", "--fallback-subject", "주문")
    ran = send("--to", "010-1234-5562", *AT, *options, "--json", TEXT)
    assert ran.code == 0, ran
    sent = json.loads(ran.out)
    assert (sent["kind"], sent["result"], sent["telecom"]) == ("AT", 6, "01990")
    parent, child = found(samlink, shop, "--message-id", sent["message_id"])
    assert (parent["kind"], parent["result"], parent["fallback"]) == ("AT", 6, child["no"])
    assert (child["kind"], child["result"], child["stands_for"]) == ("LMS", 6, parent["no"])
    assert (parent["to"], parent["carrier_code"], child["message_id"]) == ("010-****-5562", "3019", None)
    assert found(samlink, shop, "--to", "010-1234-5562") == [parent, child]
    table = samlink("find", "shop", "--data", str(shop.data)).out
    assert f"stands in for #{parent['no']}" in table
    details = samlink("find", "shop", "--data", str(shop.data), "--to", "01012345562", "--details", "--reveal").out
    assert "01012345562" in details
    assert "3019" in details


def test_a_message_that_a_rule_refused_says_which(samlink: Samlink, shop: Shop, send: Callable[..., Ran]) -> None:
    ran = send("--to", "010-1234-5603", *AT, "--json", "다른 글")
    assert ran.code == 1
    sent = json.loads(ran.out)
    assert sent["result"] == 63
    [view] = found(samlink, shop, "--message-id", sent["message_id"])
    assert (view["reason"], view["name"], view["state"]) == ("Kakao template text", "Kakao template error", "reported")


def test_an_attachment_goes_with_it(send: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(json.dumps({"button": [BUTTON]}))
    (tmp_path / "other.json").write_text(json.dumps({"button": [BUTTON | {"name": "다른 이름"}]}))
    at = (*AT[:4], "--template", "ORDER2", "--wait")
    assert send("--to", "01012345604", *at, "--attachment", "good.json", "김하나님").code == 0
    assert "63 " in send("--to", "01012345604", *at, "--attachment", "other.json", "김하나님").out


BAD = [
    (("--type", "at", "--template", "T", "hi"), ("--sender-key",), 2),
    (("--type", "ai", "--sender-key", "K", "hi"), ("--template",), 2),
    (("--type", "ft", "--sender-key", "K", "--template", "T", "hi"), ("template_code",), 2),
    (("--template", "T", "hi"), ("--template", "at, ai, ft, fi, fw"), 2),
    (("--type", "lms", "--fallback-text", "x", "hi"), ("--fallback-text",), 2),
    (("--type", "kakao", "hi"), ("'kakao'", "sms, lms, mms, at, ai, ft, fi, fw"), 2),
    (("--type", "ft", "--sender-key", "K", "--subject", "s", "hi"), ("--subject", "not for Kakao"), 2),
    (("--type", "ft", "--sender-key", "K", "--url", "u", "hi"), ("--url",), 2),
    (("--type", "ft", "--sender-key", "K", "--file", "a.jpg", "hi"), ("--file",), 2),
    (
        ("--type", "ft", "--sender-key", "K", "--fallback-text", "x", "hi"),
        ("--fallback-text", "--fallback with sms"),
        2,
    ),
    (("--type", "ft", "--sender-key", "K", "--fallback", "fax", "hi"), ("'fax'", "none, sms, lms, auto"), 2),
    (("--type", "ft", "--sender-key", "K", "--fallback", "sms", "가" * 46), ("92 bytes",), 2),
    (("--type", "ft", "--sender-key", "K", "--fallback", "sms", "👍"), ("U+1F44D",), 2),
    (("--type", "ft", "--sender-key", "K", "--fallback", "sms", "--fallback-text", "👍", "x"), ("U+1F44D",), 1),
    (("--type", "fw", "--sender-key", "K", "가" * 401), ("401", "400"), 2),
    (("--type", "ft", "--sender-key", "K", "a\x07"), ("U+0007",), 1),
    (("--type", "ft", "--sender-key", "K", "--attachment", "none.json", "hi"), ("none.json",), 1),
    (("--type", "ft", "--sender-key", "K", "--attachment", "bad.json", "hi"), ("bad.json", "JSON object"), 1),
]


@pytest.mark.parametrize(("options", "said", "code"), BAD, ids=lambda value: str(value)[:60])
def test_what_cannot_be_sent_is_named_before_anything_is(
    samlink: Samlink, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: tuple[str, ...], code: int
) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    Path("bad.json").write_text("[1]")
    samlink("send", "--id", "shop", "--to", "01012345606", *options).failed_plainly(*said, code=code)


def test_the_audit_agrees_beside_a_running_gateway(samlink: Samlink, shop: Shop) -> None:
    ran = samlink("audit", "--data", str(shop.data))
    assert (ran.code, ran.err) == (0, "")
    assert "agree" in ran.out


def test_the_audit_says_what_does_not_agree(samlink: Samlink) -> None:
    samlink("account", "add", "shop", "--balance", "100")
    assert json.loads(samlink("audit", "--json").out) == {
        "agrees": True,
        "discrepancies": [],
        "clock_believed": True,
    }
    engine = Engine.open(Path("samlink-data"))
    engine.db.execute("UPDATE account SET balance = balance + 1")
    engine.close()
    ran = samlink("audit")
    assert ran.code == 1
    assert ran.out.splitlines()[0].startswith("account shop (number 1) has a balance of 100.01 won")
    assert ran.out.splitlines()[1] == "Discrepancies: 1."
    said = samlink("audit", "--json")
    assert said.code == 1
    assert len(json.loads(said.out)["discrepancies"]) == 1


def test_find_says_when_there_is_nothing(samlink: Samlink) -> None:
    samlink("account", "add", "shop")
    assert samlink("find", "shop").err == "No such message was accepted.\n"
    samlink("find", "shop", "--to", "0212345678").failed_plainly("--to", code=2)
    samlink("find", "shop", "--limit", "0").failed_plainly("--limit", code=2)


def test_results_of_kakao_come_with_reports(send: Callable[..., Ran], samlink: Samlink, shop: Shop) -> None:
    without_wait = [word for word in AT if word != "--wait"]
    sent = json.loads(send("--to", "010-1234-5601", *without_wait, "--json", TEXT).out)
    assert samlink("reports", *shop.place, "--service", "sms", "--idle", "0.5").out == ""
    reported = samlink("reports", *shop.place, "--service", "KMS", "--idle", "0.5", "--json")
    assert json.loads(reported.out)["message_id"] == sent["message_id"]
    sent = json.loads(send("--to", "010-1234-5601", *without_wait, "--json", TEXT).out)
    assert sent["message_id"] in samlink("reports", *shop.place, "--idle", "0.5").out
    samlink("reports", *shop.place, "--service", "fax").failed_plainly("'fax'", "kms", code=2)


def test_places_of_a_template_are_filled_for_each(send: Callable[..., Ran]) -> None:
    Path("list.csv").write_text("이름,휴대폰\n김하나,010-1234-5601\n이두리,010-1234-5605\n")
    ran = send("--to-file", "list.csv", *AT, "#{이름}님, 주문이 접수되었습니다 👍")
    assert ran.code == 0, ran
    assert "2 of 2 delivered." in ran.out
