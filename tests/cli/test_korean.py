"""What a Korean reads on the command line, as a Korean would write it: each row was once wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.cli.message_reason_texts import EXTENSIONS
from samlink.cli.output.link_errors import explain
from samlink.cli.reasons import in_korean
from samlink.client import LoginRefusedError, PacketRefusedError
from samlink.core.images import FILE_EXTENSIONS
from tests.cli.running import Ran

Samlink = Callable[..., Ran]


@pytest.fixture(autouse=True)
def korean(monkeypatch: pytest.MonkeyPatch, clean_surroundings: None) -> None:
    """A Korean locale."""
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("subject has 140 bytes in CP949, at most 120 can be sent", "제목이 CP949로 140바이트입니다. 120바이트까지"),
        ("text has 100 bytes in CP949, SMS takes at most 90", "{}. SMS는 90바이트까지 보낼 수 있습니다"),
        ("user_code begins or ends with a space, or has a line break", "식별코드의 앞뒤에 공백이 있거나"),
        ("id has 21 bytes, it must have 1 to 20", "계정 ID가 21바이트입니다. 1~20바이트여야 합니다"),
        ("receiver (012) is not a telephone number of 9 to 12 digits", "수신번호(012)는 9~12자리 전화번호가 아닙니다"),
        ("url has 130 bytes in CP949, at most 120 can be sent", "Callback URL이 CP949로"),
        ("not jpg but png", "파일 내용이 jpg가 아니라 png입니다"),
        ("not skm", "파일 내용이 skm이 아닙니다"),
        ("not running", "not running"),
    ],
)
def test_sentences_about_messages(english: str, korean: str) -> None:
    assert korean.removeprefix("{}") in in_korean(english)


def test_every_extension_has_its_sentence() -> None:
    assert set(EXTENSIONS) == set(FILE_EXTENSIONS)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('base_port = "33300"', "gw.toml의 base_port 값은 정수여야 하는데 문자열입니다."),
        ("[limits]\nconnections = true", "limits.connections 값은 정수여야 하는데 true/false 값입니다."),
        ("[limits]\nconnections = []", "limits.connections 값은 정수여야 하는데 목록입니다."),
        ("limits = 3", "limits 값은 표(table)여야 하는데 정수입니다."),
        ("[limits]\nconnections = 0", "gw.toml의 limits: connections 값은 1 이상이어야 합니다(현재 0)."),
        ("[limits]\nconections = 1", "gw.toml: [limits]에 알 수 없는 항목 `conections`가 있습니다."),
        ("prot = 1", "gw.toml: 알 수 없는 항목 `prot`이 있습니다."),
        ("[retention]\nmessage_days = 1", "gw.toml의 retention: message_days는 7 이상이어야 합니다. 늦게 온 결과가"),
        ("[waits]\nsms_result_seconds = -1", "sms_result_seconds 값은 0초보다 크고"),
        ("base_port = 70000", "base_port는 1~65530이어야 합니다"),
        ("[simulator]\nlater_result = 3", "gw.toml의 simulator: later_result는 95~99여야 합니다(현재 3)."),
        ("x = ", "gw.toml이 TOML 형식이 아닙니다"),
    ],
)
def test_settings_that_cannot_be_used(samlink: Samlink, settings: str, said: str) -> None:
    Path("gw.toml").write_text(settings)
    samlink("serve", "--config", "gw.toml").failed_plainly("설정을 사용할 수 없습니다: ", said, code=1)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LoginRefusedError("11001", "login failed"), "로그인을 거부했습니다: 11001 아이디 또는 비밀번호 오류."),
        (LoginRefusedError("11001", "no such user"), "11001 아이디 또는 비밀번호 오류: no such user."),
        (
            PacketRefusedError("13002", "FILE_EXT is none of bmp jpg"),
            "지원하지 않는 파일 확장자: bmp jpg 형식만 받습니다.",
        ),
        (PacketRefusedError("13006", "not jpg"), "손상된 파일: 파일 내용이 jpg가 아닙니다."),
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
        (("sender", "add", "shop", "050-1234-5678"), "전화번호: '050-1234-5678'은 발신번호로 쓸 수 없습니다"),
        (("optout", "add", "--all", "0212345678"), "전화번호: '0212345678'은 01x로 시작하는"),
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
