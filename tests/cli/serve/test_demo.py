"""`samlink demo`, which `make run` calls: as a person meets it."""

import signal
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path

from samlink.link.free_ports import free_base_port
from tests.cli.running import Process

Start = Callable[..., Process]
PROFILE = Path("samlink-demo/profile.toml")
DATA = ("--data", "samlink-demo")


def password() -> str:
    """The demo account's password now."""
    found: str = tomllib.loads(PROFILE.read_text())["password"]
    return found


def test_once_ends_after_the_table_and_works_again(start: Start) -> None:
    passwords = set()
    for _ in range(2):
        ran = start("demo", "--once", "--base-port", str(free_base_port())).finish()
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.count("6 delivered") == 4
        assert "4 of 4 delivered." in ran.out
        assert "simulated carrier" in ran.out
        for cell in (
            "SMS",
            "LMS",
            "MMS",
            "AT",
            "20 won",
            "50 won",
            "250 won",
            "010-****-5606",
            "an SMS went out instead",
        ):
            assert cell in ran.out
        assert password() not in ran.out
        passwords.add(password())
    assert len(passwords) == 2
    assert stat.S_IMODE(PROFILE.stat().st_mode) == 0o600
    assert Path("samlink-demo/.gitignore").read_text() == "*\n"


def test_it_stays_up_and_the_commands_that_it_names_work(start: Start) -> None:
    demo = start("demo", "--base-port", str(free_base_port()))
    demo.read_until("Ctrl-C")
    commands = [line.split(" -c ")[-1] for line in demo.lines if " send --profile " in line]
    assert len(commands) == 3
    sent = start("send", "--profile", str(PROFILE), "--to", "010-1234-5606", "--wait", "안녕하세요").finish()
    assert sent.code == 0
    assert "6 delivered" in sent.out
    alim_talk = start(
        *("send", "--profile", str(PROFILE), "--to", "010-1234-5606", "--wait"),
        *(
            "--type",
            "at",
            "--sender-key",
            "demo-channel",
            "--template",
            "ORDER1",
            "김하나님, 주문 2번이 접수되었습니다.",
        ),
    ).finish()
    assert alim_talk.code == 0
    assert "KAKAO" in alim_talk.out
    ledger = start("ledger", "demo", *DATA).finish()
    assert "-250 won" in ledger.out
    assert "-8 won" in ledger.out
    found = start("find", "demo", *DATA).finish()
    assert "stands in for #" in found.out
    assert start("audit", *DATA).finish().code == 0
    demo.signal(signal.SIGINT)
    ran = demo.finish()
    assert ran.code == 0
    assert "samlink has stopped." in ran.out
    assert "Traceback" not in ran.err
    assert password() not in ran.out + ran.err


def test_it_speaks_korean(start: Start) -> None:
    ran = start("demo", "--once", "--base-port", str(free_base_port()), LC_ALL="ko_KR.UTF-8").finish()
    assert ran.code == 0
    assert "6 전송 성공" in ran.out
    assert "총 4건 중 4건 전송 성공." in ran.out


def test_a_directory_of_something_else_is_left_alone(start: Start, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    start("demo", "--data", "photos").finish().failed_plainly("photos", "cat.jpg", code=1)


def contents(directory: Path) -> dict[str, bytes]:
    """Every file under a directory but those that a running gateway touches by itself."""
    return {
        str(path): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.name.startswith("samlink.")
    }


def test_a_customers_directory_is_refused_and_stays_as_it_is(start: Start) -> None:
    shop = ("account", "add", "demo", "--allow", "203.0.113.7", "--fee", "postpaid", "--data", "prod")
    assert start(*shop).finish().code == 0
    before, shown = contents(Path("prod")), start("account", "show", "demo", "--json", "--data", "prod").finish().out
    ran = start("demo", "--once", "--data", "prod", "--base-port", str(free_base_port())).finish()
    ran.failed_plainly("prod", "no demo made", code=1)
    assert contents(Path("prod")) == before
    assert start("account", "show", "demo", "--json", "--data", "prod").finish().out == shown


def test_a_second_demo_does_not_disturb_the_first(start: Start) -> None:
    demo = start("demo", "--base-port", str(free_base_port()))
    demo.read_until("Ctrl-C")
    before = contents(Path("samlink-demo"))
    ran = start("demo", "--once", "--base-port", str(free_base_port())).finish()
    ran.failed_plainly("another gateway is running", "samlink-demo", code=1)
    assert contents(Path("samlink-demo")) == before
    assert start("send", "--profile", str(PROFILE), "--to", "010-1234-5606", "--wait", "again").finish().code == 0
    demo.signal(signal.SIGINT)
    assert demo.finish().code == 0
