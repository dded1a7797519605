"""What a Korean reads on the command line, as a Korean would write it: each row was once wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.cli.output.link_errors import explain
from samlink.client import LoginRefusedError, MessageError, PacketRefusedError
from samlink.client._pack.checks import check_edges, check_size
from tests.cli.running import Ran

Samlink = Callable[..., Ran]


@pytest.fixture(autouse=True)
def korean(monkeypatch: pytest.MonkeyPatch, clean_surroundings: None) -> None:
    """A Korean locale."""
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (lambda: check_size("x" * 140, "subject", 120), "제목이 CP949로 140바이트입니다. 120바이트까지"),
        (lambda: check_edges(" x", "user_code"), "식별코드의 앞뒤에 공백이 있거나"),
        (lambda: check_size("x" * 130, "url", 120), "Callback URL이 CP949로"),
    ],
)
def test_sentences_about_messages(check: Callable[[], object], said: str) -> None:
    with pytest.raises(MessageError) as raised:
        check()
    assert said in explain(raised.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('base_port = "33300"', "gw.toml: base_port 값은 정수여야 하는데 문자열입니다."),
        ("[limits]\nconnections = true", "limits.connections 값은 정수여야 하는데 true 또는 false입니다."),
        ("[limits]\nconnections = []", "limits.connections 값은 정수여야 하는데 목록입니다."),
        ("limits = 3", "limits 값은 표(table)여야 하는데 정수입니다."),
        ("[limits]\nconnections = 0", "gw.toml: connections 값은 1 이상이어야 합니다(현재 0)."),
        ("[limits]\nconections = 1", "gw.toml: 알 수 없는 항목 limits.conections가 있습니다."),
        ("prot = 1", "gw.toml: 알 수 없는 항목 prot이 있습니다."),
        ("[retention]\nmessage_days = 1", "gw.toml: message_days는 7 이상이어야 합니다. 늦게 온 결과가"),
        ("[waits]\nsms_result_seconds = -1", "sms_result_seconds 값은 0초보다 크고"),
        ("base_port = 70000", "base_port는 1~65530이어야 합니다"),
        ("[simulator]\nlater_result = 3", "gw.toml: later_result는 95~99여야 합니다(현재 3)."),
        ("x = ", "gw.toml이 TOML 형식이 아닙니다"),
    ],
)
def test_settings_that_cannot_be_used(samlink: Samlink, settings: str, said: str) -> None:
    Path("gw.toml").write_text(settings)
    samlink("serve", "--config", "gw.toml").failed_plainly("설정을 사용할 수 없습니다: ", said, code=2)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LoginRefusedError("11001", "login failed"), "로그인을 거부했습니다: 11001 아이디 또는 비밀번호 오류."),
        (LoginRefusedError("11001", "no such user"), "11001 아이디 또는 비밀번호 오류: no such user."),
        (
            PacketRefusedError("13002", "FILE_EXT is none of bmp jpg"),
            "지원하지 않는 파일 확장자: FILE_EXT is none of bmp jpg.",
        ),
        (PacketRefusedError("13006", "not jpg"), "손상된 파일: not jpg."),
    ],
)
def test_refusals_repeat_nothing(error: LoginRefusedError | PacketRefusedError, said: str) -> None:
    assert explain(error).endswith(said)


def test_accounts_and_money(samlink: Samlink) -> None:
    samlink("account", "add", "shop", "--balance", "1000")
    assert samlink("account", "topup", "shop", "500").out == "shop 계정에 500원을 더했습니다. 잔액은 1,500원입니다.\n"
    assert (
        samlink("account", "topup", "shop", "-100").out == "shop 계정에서 100원을 차감했습니다. 잔액은 1,400원입니다.\n"
    )
    assert "정정" in samlink("ledger", "shop").out
    shown = samlink("account", "show", "shop").out
    assert "로그인 전환(다른 서버)" in shown
    assert "내부 번호" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sender", "add", "shop", "050-1234-5678"), "전화번호: '050-****-5678'은 발신번호로 쓸 수 없습니다"),
        (("optout", "add", "--all", "0212345678"), "전화번호: '021***5678'은 01x로 시작하는"),
        (("account", "topup", "shop", "x"), "금액: 'x'는 금액이 아닙니다"),
        (("send", "--to", "01012345678"), "메시지 내용(TEXT) 값이 빠졌습니다(`samlink send --help` 참고)."),
        (("snd",), "명령은 없습니다"),
        (("account", "list", "--dta", "x"), "혹시 --data인가요?(`samlink account list --help` 참고)."),
    ],
)
def test_wrong_arguments_are_named_in_korean(samlink: Samlink, arguments: tuple[str, ...], said: str) -> None:
    samlink("account", "add", "shop")
    samlink(*arguments).failed_plainly(said, code=2)


@pytest.mark.parametrize("name", ["중복 발송", "중복발송", "duplicate", "duplicate (중복 발송)", "Duplicate"])
def test_a_rule_is_known_by_every_name_that_is_shown(samlink: Samlink, name: str) -> None:
    samlink("account", "add", "shop")
    assert samlink("account", "set", "shop", "--rule", f"{name}=on").code == 0
    assert '"duplicate": "on"' in samlink("account", "show", "shop", "--json").out


def test_help_pages_say_what_is_meant(samlink: Samlink) -> None:
    assert "이 계정에만 적용." in samlink("optout", "add", "--help").out
    assert "템플릿 내용." in samlink("kms", "template", "add", "--help").out
    assert "'2025-01-31 09:00:00'(KST), +10m" in " ".join(
        samlink("send", "--help").out.split("발송제한시간")[1].split()
    )
