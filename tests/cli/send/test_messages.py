"""`samlink send`, `upload` and `reports` against a real gateway in a process of its own."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from samlink.cli.errors import CommandError
from samlink.cli.output.link_errors import explain, first_login
from samlink.client import ClientSettings, GatewayUnreachableError
from samlink.core.account import Account, FeeType
from samlink.link.free_ports import free_base_port
from samlink.store.credentials import Credentials
from samlink.store.sqlite.admin import Admin
from samlink.testing.processes.logged import SAMLINK
from samlink.testing.tolerance.client_rows import LAST, result
from samlink.testing.tolerance.vendor import Habits, Reply, Vendor, frame
from tests.cli.running import Process, Ran

Samlink = Callable[..., Ran]
PASSWORD = "Kx7-secret-Q2"
SENDER = "0212345678"
IDLE = ("--idle", "0.5")


class Gateway(NamedTuple):
    """A gateway that runs, and how to reach it."""

    data: Path
    base_port: int
    process: Process


def make_account(data: Path, account: str, *, allow: tuple[str, ...] = ("127.0.0.1/32",)) -> None:
    """A postpaid account with PASSWORD, and with SENDER registered."""
    with Admin(data) as admin:
        password_hash = Credentials.open(data).hash_generated(PASSWORD)
        new = Account(no=0, id=account, fee_type=FeeType.POSTPAID, allow=allow, default_sender=SENDER)
        admin.add_account(new, password_hash)
        admin.add_senders(account, [SENDER])


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with the accounts `shop` and `far` (which may not log in from here)."""
    data = tmp_path_factory.mktemp("gateway") / "data"
    make_account(data, "shop")
    make_account(data, "far", allow=("203.0.113.7/32",))
    base_port = free_base_port()
    process = Process(("serve", "--data", str(data), "--base-port", str(base_port)), directory=data)
    process.read_until("Ctrl-C")
    yield Gateway(data, base_port, process)
    process.signal(signal.SIGTERM)
    ran = process.finish()
    assert ran.code == 0, ran
    assert PASSWORD not in ran.out + ran.err
    with Admin(data) as admin:
        # Each test has taken the results of its own messages, and the gateway has heard of it.
        assert admin.counts()["done"] == 0


@pytest.fixture
def profile(gateway: Gateway, tmp_path: Path) -> tuple[str, str]:
    """The options that name a profile for `shop`."""
    path = tmp_path / "shop.toml"
    path.write_text(f'base_port = {gateway.base_port}\nid = "shop"\npassword = "{PASSWORD}"\n')
    path.chmod(0o600)
    return "--profile", str(path)


def test_sent_messages_are_accepted_and_reported_once(samlink: Samlink, profile: tuple[str, str]) -> None:
    ran = samlink("send", *profile, "--to", "010-1234-5606,01012345608", "--from", "02-1234-5678", "안녕", "--json")
    assert ran.code == 0
    sent = [json.loads(line) for line in ran.out.splitlines()]
    assert [(line["to"], line["kind"], line["accepted"]) for line in sent] == [
        ("01012345606", "SMS", True),
        ("01012345608", "SMS", True),
    ]
    reported = [json.loads(line) for line in samlink("reports", *profile, *IDLE, "--json").out.splitlines()]
    assert {line["message_id"]: line["result"] for line in reported} == {
        sent[0]["message_id"]: 6,
        sent[1]["message_id"]: 8,
    }
    again = samlink("reports", *profile, *IDLE)
    assert again.out == ""
    assert "No results" in again.err


@pytest.mark.parametrize("version", ["SAM10", "sam11"])
def test_reports_in_both_versions_mask_numbers(samlink: Samlink, profile: tuple[str, str], version: str) -> None:
    assert samlink("send", *profile, "--to", "01012345610", "가").code == 0
    ran = samlink("reports", *profile, *IDLE, "--version", version)
    assert "010-****-5610" in ran.out
    assert "10 " in ran.out
    assert "01012345610" not in ran.out
    # SAM10 acknowledges with the next poll, which follows at once.
    assert samlink("reports", *profile, *IDLE, "--version", version).out == ""


def test_anybody_can_try_a_gateway_by_one_command(gateway: Gateway) -> None:
    place = ("--base-port", str(gateway.base_port), "--id", "shop", "--only", "R1 LF after")
    ran = subprocess.run(
        (sys.executable, "-m", "samlink.testing.tolerance", "gateway", *place),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "SAMLINK_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "ok       R1 LF after ETX\n1 rows, 0 failed\n"), ran.stderr


async def test_reports_prints_what_came_while_it_ended() -> None:
    """A vendor counts results as delivered when it has written them."""
    slowly: Callable[[bytes, str], Reply] = lambda body, version: Reply(frame("1031", version, body=body), False, True)  # noqa: E731
    async with Vendor(Habits(pages=[b"1   " + result(LAST)], page=slowly)) as vendor:
        process = await asyncio.create_subprocess_exec(
            *(*SAMLINK, "reports", "--base-port", str(vendor.base_port), "--id", "shop", "--service", "sms"),
            *("--idle", "0.000001", "--version", "SAM10"),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "SAMLINK_PASSWORD": PASSWORD},
            stdout=subprocess.PIPE,
        )
        out, _ = await process.communicate()
    assert process.returncode == 0
    assert f"/{LAST} " in out.decode()


def test_wait_ends_with_a_table_and_0_when_all_were_delivered(samlink: Samlink, profile: tuple[str, str]) -> None:
    ran = samlink("send", *profile, "--to", "010-1234-5606", "--to", "+82 10-2345-6706", "--wait", "안녕하세요")
    assert ran.code == 0
    assert ran.out.count("6 delivered") == 2
    assert "2 of 2 delivered." in ran.out
    assert "010-****-5606" in ran.out
    assert "01012345606" not in ran.out
    assert ran.err == ""


def test_wait_ends_with_1_when_any_failed(
    samlink: Samlink, profile: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    ran = samlink("send", *profile, "--to", "01012345606", "--to", "01012345608", "--wait", "안녕하세요")
    assert ran.code == 1
    assert "8 단말기 전원 꺼짐" in ran.out
    assert "총 2건 중 1건 전송 성공." in ran.out


def test_receivers_from_a_file_and_the_text_from_stdin(samlink: Samlink, profile: tuple[str, str]) -> None:
    Path("to.txt").write_text("010-0000-0006\n\n01000000106, 01000000206\n010-0000-0006\n")
    ran = samlink("send", *profile, "--to-file", "to.txt", "--wait", "--json", "-", stdin="여러 줄\n글\n")
    assert ran.code == 0
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["to"] for line in lines] == ["01000000006", "01000000106", "01000000206"]
    assert all(line["delivered"] and line["own"] for line in lines)


def test_long_texts_go_as_lms_and_files_as_mms(samlink: Samlink, profile: tuple[str, str]) -> None:
    Image.new("RGB", (40, 30), "navy").save("photo.jpg")
    lms = samlink("send", *profile, "--to", "01012345606", "--wait", "--json", "가" * 46)
    assert json.loads(lms.out)["kind"] == "LMS"
    mms = samlink("send", *profile, "--to", "01012345606", "--file", "photo.jpg", "--wait", "--json", "사진")
    assert json.loads(mms.out)["kind"] == "MMS"
    assert json.loads(mms.out)["delivered"]
    name = samlink("upload", *profile, "photo.jpg").out.strip()
    assert json.loads(samlink("upload", *profile, "photo.jpg", "--json").out)["name"] == name
    named = samlink("send", *profile, "--to", "01012345606", "--file", name, "--wait", "--json", "사진")
    assert json.loads(named.out)["delivered"]


def test_results_of_other_messages_are_left_alone(samlink: Samlink, gateway: Gateway, profile: tuple[str, str]) -> None:
    other = json.loads(samlink("send", *profile, "--to", "01012345611", "--json", "앞선 메시지").out)
    where = ("find", "shop", "--message-id", other["message_id"], "--data", str(gateway.data), "--json")
    while json.loads(samlink(*where).out)["result"] is None:
        pass
    ran = samlink("send", *profile, "--to", "01012345606", "--wait", "다음 메시지")
    assert ran.code == 1, ran
    assert "--take-others" in ran.err
    waiting = samlink("reports", *profile, *IDLE, "--json").out
    assert other["message_id"] in waiting
    assert len(waiting.splitlines()) == 1 + ("nothing was sent" not in ran.err)


def test_results_of_other_messages_are_taken_on_request(samlink: Samlink, profile: tuple[str, str]) -> None:
    other = json.loads(samlink("send", *profile, "--to", "01012345611", "--json", "앞선 메시지").out)
    ran = samlink("send", *profile, "--to", "01012345606", "--wait", "--take-others", "--json", "다음 메시지")
    lines = {line["message_id"]: line for line in map(json.loads, ran.out.splitlines())}
    if other["message_id"] not in lines:  # its result came later than ours: it still waits
        assert other["message_id"] in samlink("reports", *profile, *IDLE, "--json").out
    else:
        assert lines[other["message_id"]] | {"own": False, "result": 11} == lines[other["message_id"]]


def test_each_line_of_a_list_has_its_own_words(samlink: Samlink, profile: tuple[str, str]) -> None:
    Path("list.csv").write_bytes(
        "이름,휴대폰,금액\n홍길동,010-1234-5606,100\n김하나,01023456706,200\n홍길동,01012345606,100\n".encode("cp949")
    )
    ran = samlink("send", *profile, "--to-file", "list.csv", "--wait", "--json", "{이름}님 {금액}원")
    assert ran.code == 0, ran
    assert [json.loads(line)["to"] for line in ran.out.splitlines()] == ["01012345606", "01023456706"]
    assert "stand in the lists more than once: 1." in ran.err


def test_keys_of_ones_own_make_sending_again_safe(samlink: Samlink, gateway: Gateway, profile: tuple[str, str]) -> None:
    once = ("send", *profile, "--to", "01012345606", "--group-id", "G1", "--message-id", "once", "--json", "hi")
    for _ in range(2):
        assert json.loads(samlink(*once).out)["message_id"] == "once"
    found = samlink("find", "shop", "--message-id", "once", "--data", str(gateway.data), "--json").out
    assert len(found.splitlines()) == 1
    assert "once" in samlink("reports", *profile, *IDLE, "--json").out


def test_a_dry_run_tells_kind_size_cost_and_balance(
    samlink: Samlink, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Admin(gateway.data) as admin:
        password_hash = Credentials.open(gateway.data).hash_generated(PASSWORD)
        admin.add_account(Account(no=0, id="poor", balance=3_000, allow=("127.0.0.1/32",)), password_hash)
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    place = ("--base-port", str(gateway.base_port), "--id", "poor", "--dry-run")
    one = samlink("send", *place, "--to", "01012345606", "안녕하세요")
    assert one.code == 0, one
    assert "Cost: 20 won." in one.out
    assert "Balance: 30 won." in one.out
    two = samlink("send", *place, "--to", "01012345606,01012345607", "--json", "가" * 50)
    assert two.code == 1
    told = json.loads(two.out)
    assert told["kinds"] == [{"kind": "LMS", "count": 2, "bytes": [100, 100], "price_won": 50, "cost_won": 100}]
    assert (told["cost_won"], told["balance_won"], told["enough"]) == (100, 30, False)
    assert "does not suffice" in two.err
    with Admin(gateway.data) as admin:
        assert admin.account("poor").balance == 3_000


def test_the_environment_gives_the_password(
    samlink: Samlink, gateway: Gateway, profile: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    place = ("--host", "localhost", "--base-port", str(gateway.base_port), "--id", "shop")
    assert samlink("send", *place, "--to", "01012345606", "--wait", "hi").code == 0
    monkeypatch.setenv("SAMLINK_PASSWORD", "wrong")
    samlink("send", *profile, "--to", "01012345606", "hi").failed_plainly("11001 wrong ID or password", code=1)
    samlink("reports", *profile).failed_plainly("11001", code=1)
    samlink("upload", *profile, __file__.replace(".py", ".jpg")).failed_plainly("cannot be read", code=1)


def test_an_address_that_is_not_allowed(samlink: Samlink, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    ran = samlink("send", "--base-port", str(gateway.base_port), "--id", "far", "--to", "01012345606", "hi")
    ran.failed_plainly("11001", code=1)  # that the account exists, or its password is right, is told to nobody
    assert PASSWORD not in ran.err


def test_a_gateway_that_lets_nobody_in(
    samlink: Samlink, start: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    monkeypatch.setattr("samlink.cli.output.link_errors.LOGIN_SECONDS", 5.0)
    base_port = str(free_base_port())
    start("serve", "--base-port", base_port).read_until("Ctrl-C")
    ran = samlink("send", "--base-port", base_port, "--id", "shop", "--to", "01012345606", "hi")
    ran.failed_plainly(f"127.0.0.1:{base_port}", code=1)


def test_a_connection_that_is_closed_at_once_says_why_that_may_be() -> None:
    settings = ClientSettings(host="127.0.0.1", id="shop", password=PASSWORD)
    closed = GatewayUnreachableError("gateway.no_login_answer", "{why}", why="the connection was closed")
    sentence = explain(closed, settings)
    assert "127.0.0.1:33300" in sentence
    assert "samlink account set shop --allow" in sentence


async def test_a_login_that_is_never_answered_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samlink.cli.output.link_errors.LOGIN_SECONDS", 0.01)
    settings = ClientSettings(host="127.0.0.1", id="shop", password=PASSWORD)
    with pytest.raises(CommandError, match=r"nothing answers at 127\.0\.0\.1:33300 within 0\.01 s"):
        await first_login(asyncio.Event().wait(), settings)


def test_no_gateway_there(samlink: Samlink, profile: tuple[str, str]) -> None:
    base_port = free_base_port()
    for command in (
        ["send", "--to", "01012345606", "hi"],
        ["send", "--to", "01012345606", "--wait", "hi"],
        ["reports"],
    ):
        ran = samlink(command[0], *profile, "--base-port", str(base_port), *command[1:])
        ran.failed_plainly("no gateway answers at 127.0.0.1:", "is `samlink serve` running?", code=1)
        found = re.search(r"127\.0\.0\.1:(\d+)", ran.err)
        assert found
        assert int(found[1]) in range(base_port, base_port + 6)  # send or report port: whichever is tried first


def test_results_that_could_not_be_written_come_again(samlink: Samlink, profile: tuple[str, str]) -> None:
    sent = json.loads(samlink("send", *profile, "--to", "01012345606", "--json", "hi").out)
    read, write = os.pipe()
    os.close(read)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with os.fdopen(write, "wb") as pipe:
        command = [*SAMLINK, "reports", *profile, "--follow", "--json"]
        ran = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, env=environment, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert sent["message_id"] in samlink("reports", *profile, *IDLE, "--json").out


def test_follow_prints_results_as_they_come_until_ctrl_c(
    samlink: Samlink, profile: tuple[str, str], start: Callable[..., Process]
) -> None:
    following = start("reports", *profile, "--follow", "--json")
    sent = json.loads(samlink("send", *profile, "--to", "01012345606", "--json", "hi").out)
    assert sent["message_id"] in following.read_until("message_id")
    following.signal(signal.SIGINT)
    ran = following.finish()
    assert (ran.code, ran.err) == (0, "")


def test_ctrl_c_while_waiting_says_what_is_known(start: Callable[..., Process], tmp_path: Path) -> None:
    (tmp_path / "held.toml").write_text("[simulator]\nheld = true\n")
    make_account(tmp_path / "data", "shop")
    base_port = str(free_base_port())
    gateway = start(
        "serve", "--config", "held.toml", "--data", "data", "--base-port", base_port, "--log-json", merged=True
    )
    gateway.read_until("listening")
    place = ("--base-port", base_port, "--id", "shop")
    waiting = start("send", *place, "--to", "01012345606", "--wait", "hi", SAMLINK_PASSWORD=PASSWORD)
    gateway.read_until("(?i)(?=.*logged_in)(?=.*report)")
    gateway.read_until('(?i)(?=.*logged_in)(?=.*"send")')
    waiting.signal(signal.SIGINT)
    ran = waiting.finish()
    assert ran.code == 130
    assert "0 of 1 delivered." in ran.out
    assert "Interrupted" in ran.err
    assert "Traceback" not in ran.err


def test_ctrl_c_says_what_was_never_sent(
    samlink: Samlink, start: Callable[..., Process], profile: tuple[str, str]
) -> None:
    held = start("send", *profile, "--to", "01012345606", "--type", "lms", "--reserve", "+1h", "hi", merged=True)
    held.read_until("leave this running")
    held.signal(signal.SIGINT)
    ran = held.finish()
    assert ran.code == 130
    assert "not sent" in ran.out
    assert "Certainly not sent: 1." in ran.out


def test_a_gateway_that_goes_away_is_said(samlink: Samlink, start: Callable[..., Process], tmp_path: Path) -> None:
    (tmp_path / "held.toml").write_text("[simulator]\nheld = true\n")
    make_account(tmp_path / "data", "shop")
    base_port = str(free_base_port())
    serve = ("serve", "--config", "held.toml", "--data", "data", "--base-port", base_port, "--log-json")
    gateway = start(*serve, merged=True)
    gateway.read_until("listening")
    place = ("--base-port", base_port, "--id", "shop")
    login = {"SAMLINK_PASSWORD": PASSWORD}
    waiting = start("send", *place, "--to", "01012345606", "--wait", "--wait-limit", "4", "hi", **login)
    following = start("reports", *place, "--follow", merged=True, **login)
    short = start("reports", *place, "--idle", "4", **login)
    for _ in range(6):  # two of each, or SMS in both directions
        gateway.read_until("logged_in")
    while not samlink("find", "shop", "--data", "data").out:
        pass
    gateway.signal(signal.SIGKILL)
    following.read_until(f"connection to the gateway at 127.0.0.1:{base_port} broke")
    following.signal(signal.SIGINT)
    assert following.finish().code == 0
    ran = waiting.finish()
    assert (ran.code, "0 of 1 delivered." in ran.out) == (1, True)
    assert "the gateway went away before 1 of the results came; `samlink reports` fetches them" in ran.err
    ran = short.finish()
    assert ran.code == 1
    assert "the connection to the gateway broke after 0 results; there may be more." in ran.err


def test_results_that_do_not_come_are_said(samlink: Samlink, profile: tuple[str, str], gateway: Gateway) -> None:
    ran = samlink("send", *profile, "--to", "01012345606", "--reserve", "+1d", "--wait", "--wait-limit", "0.2", "hi")
    assert ran.code == 1
    assert "accepted" in ran.out
    assert "no result came for 1 within 0.2 s" in ran.err


def test_find_says_where_when_from_whom_and_at_what_price(
    samlink: Samlink, gateway: Gateway, profile: tuple[str, str]
) -> None:
    place = ("--data", str(gateway.data), "--limit", "1")
    sent = samlink("send", *profile, "--to", "01012345608", "--timeout", "+1h", "--wait", "안녕하세요")
    assert sent.code == 1, sent
    details = samlink("find", "shop", "--details", *place).out
    for said in ("021-****-5678", "5 characters", "20 won, given back", "simulator", "01190 SKT", "Not sent after"):
        assert said in details, details
    shown = json.loads(samlink("find", "shop", "--json", *place).out)
    while shown["reported_at"] is None:
        shown = json.loads(samlink("find", "shop", "--json", *place).out)
    assert shown["price_won"] == 20
    assert shown["charged"] is False
    assert shown["accepted_at"] <= shown["result_at"] <= shown["reported_at"]
    assert shown["reserved_until"] is None
    assert "0212345678" in samlink("find", "shop", "--details", "--reveal", *place).out
    assert samlink("send", *profile, "--to", "01012345606", "--reserve", "+1d", "나중에").code == 0
    assert "reserved until " in samlink("find", "shop", *place).out
    assert json.loads(samlink("find", "shop", "--json", *place).out)["reserved_until"]


BAD = [
    (["--to", "12", "hi"], ["--to", "'12'"], 2),
    (["--to", "010-1234-567x", "hi"], ["--to", "8 to 12 digits"], 2),
    (["hi"], ["--to"], 2),
    (["--to", "01012345606", "--from", "abc", "hi"], ["--from", "'abc'"], 2),
    (["--to", "01012345606", ""], ["empty"], 2),
    (["--to", "01012345606", "좋아요 👍"], ["character 5", "👍", "U+1F44D"], 1),
    (["--to", "01012345606", "a\x07b"], ["character 2", "U+0007"], 1),
    (["--to", "01012345606", "--subject", "제목 😀", "hi"], ["--subject", "character 4"], 1),
    (["--to", "01012345606", "--type", "fax", "hi"], ["--type", "'fax'"], 2),
    (["--to", "01012345606", "--type", "sms", "가" * 51], ["102 bytes"], 2),
    (["--to", "01012345606", "가" * 1501], ["3002 bytes"], 2),
    (["--to", "01012345606", "--type", "sms", "--subject", "s", "hi"], ["subject"], 2),
    (["--to", "01012345606", "--reserve", "tomorrow", "hi"], ["--reserve", "'tomorrow'"], 2),
    (["--to", "01012345606", "--timeout", "2025-02-30 00:00:00", "hi"], ["--timeout", "2025-02-30"], 2),
    (["--to", "01012345606", "--timeout", "+9999999d", "hi"], ["--timeout", "+9999999d"], 2),
    (["--to", "01012345606", "--wait-limit", "0", "hi"], ["--wait-limit"], 2),
    (["--to", "01012345606", "--base-port", "70000", "hi"], ["--base-port", "65530"], 2),
    (["--to", "01012345606", "--file", "nothing.jpg", "hi"], ["nothing.jpg"], 1),
    (["--to", "01012345606", "--file", "photo.jpegs", "hi"], ["photo.jpegs", "extension"], 1),
    (["--to", "01012345606", "--file", "large.jpg", "hi"], ["large.jpg", "307,201", "307,200"], 1),
    (["--to", "01012345606", "--file", "empty.jpg", "hi"], ["empty.jpg", "empty"], 1),
    (["--to", "01012345606", "--file", ".", "hi"], ["not a file"], 1),
    (["--to", "01012345606", *(["--file", "small.jpg"] * 5), "hi"], ["5 files", "4"], 2),
    (["--to-file", "nothing.txt", "hi"], ["nothing.txt"], 1),
    (["--to-file", "members.txt", "hi"], ["--to-file members.txt, line 3", "'abc'"], 2),
    (["--to", "01012345606", "--reserve", "+2h", "--timeout", "+1h", "hi"], ["--timeout is not after --reserve"], 2),
    (["--to-file", "large.jpg", "hi"], ["--to"], 2),
    (["--to", "1012345606", "hi"], ["--to", "0 at its beginning"], 2),
    (["--to", "0212345678", "hi"], ["--to", "not a mobile number"], 2),
    (["--to", "01012345606", "--reserve", "2020-01-01 00:00:00", "hi"], ["--reserve", "in the past"], 2),
    (["--to", "01012345606", "--timeout", "2020-01-01 00:00:00", "hi"], ["--timeout", "in the past"], 2),
    (["--to", "01012345606,01012345607", "--message-id", "x", "hi"], ["--message-id", "2 receivers"], 2),
    (["--to", "01012345606", "--message-id", "가", "hi"], ["--message-id", "'가'", "20"], 2),
    (["--to", "01012345606", "--group-id", "", "hi"], ["--group-id"], 2),
    (["--to", "01012345606", "--uploaded", "", "hi"], ["--uploaded"], 2),
]


@pytest.mark.parametrize(("options", "said", "code"), BAD, ids=lambda value: str(value)[:60])
def test_what_cannot_be_sent_is_named_before_anything_is(
    samlink: Samlink, monkeypatch: pytest.MonkeyPatch, options: list[str], said: list[str], code: int
) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    for name, content in (
        ("large.jpg", b"\n" * 307_201),
        ("empty.jpg", b""),
        ("photo.jpegs", b"x"),
        ("small.jpg", b"x"),
        ("members.txt", b"\xef\xbb\xbf010-1234-5606\n\nabc\n"),
    ):
        Path(name).write_bytes(content)
    samlink("send", "--id", "shop", *options).failed_plainly(*said, code=code)


def test_an_sms_beyond_what_carriers_promise_is_noted(samlink: Samlink, profile: tuple[str, str]) -> None:
    ran = samlink("send", *profile, "--to", "01012345606", "--type", "sms", "--wait", "가" * 46)
    assert ran.code == 0, ran
    assert "92 bytes" in ran.err


def test_hangul_in_parts_is_put_together(samlink: Samlink, profile: tuple[str, str]) -> None:
    assert samlink("send", *profile, "--to", "01012345606", "--wait", "\u1112\u1161\u11ab").code == 0


def test_a_text_on_stdin_that_is_not_utf_8(samlink: Samlink, tmp_path: Path) -> None:
    (tmp_path / "to.txt").write_bytes(b"\xff\x80")
    samlink("send", "--to-file", "to.txt", "hi").failed_plainly("to.txt", "UTF-8", "CP949", code=1)
    (tmp_path / "to.txt").write_bytes("010".encode("utf-16"))
    samlink("send", "--to-file", "to.txt", "hi").failed_plainly("to.txt", "line 1", "'010'", code=2)


def test_other_wrong_options(samlink: Samlink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    samlink("reports", "--id", "shop", "--version", "SAM12").failed_plainly("'SAM12'", "SAM11", code=2)
    samlink("reports", "--id", "shop", "--idle", "0").failed_plainly("--idle", code=2)
    samlink("reports", "--id", "x" * 21).failed_plainly("id has 21 bytes", code=2)
    samlink("upload", "--id", "shop", "nothing.jpg").failed_plainly("nothing.jpg", code=1)
