"""The connection's profile: read, refused, written, and never shown."""

import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.cli.options import LinkOptions
from samlink.cli.options.profile import KEYS, connection_settings, default_profile, read_profile, write_profile
from samlink.client import ClientSettings, Duty, Service, Version
from tests.cli.running import Ran

Samlink = Callable[..., Ran]
SECRET = "Zq9-not-shown"
GOOD = f'host = "198.51.100.1"\nbase_port = 40000\nid = "shop"\npassword = "{SECRET}"\n'


def write(text: str, mode: int = 0o600, path: Path = Path("profile.toml")) -> Path:
    """A profile with that text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def test_options_weigh_more_than_the_environment_and_the_environment_more_than_the_profile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    profile = write(GOOD)
    settings = connection_settings(LinkOptions(host=None, base_port=None, account_id=None, profile=profile))
    assert (settings.host, settings.base_port, settings.id, settings.password) == (
        "198.51.100.1",
        40000,
        "shop",
        SECRET,
    )
    monkeypatch.setenv("SAMLINK_PASSWORD", "other")
    settings = connection_settings(LinkOptions(host="127.0.0.1", base_port=41000, account_id="me", profile=profile))
    assert (settings.host, settings.base_port, settings.id, settings.password) == ("127.0.0.1", 41000, "me", "other")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp949"])
def test_a_profile_that_notepad_saved_is_read(encoding: str) -> None:
    path = write("")
    path.write_text(f"# 계정\r\n{GOOD}", encoding=encoding)
    assert read_profile(path)["password"] == SECRET


def test_the_standard_profile_is_used_when_it_is_there() -> None:
    write('id = "standard"\npassword = "x"\n', path=default_profile())
    settings = connection_settings(LinkOptions(host=None, base_port=None, account_id=None, profile=None))
    assert (settings.id, settings.host, settings.base_port) == ("standard", "127.0.0.1", 33300)


def test_a_written_profile_is_its_owners_alone_and_reads_back() -> None:
    path = Path("profile.toml")
    write("", mode=0o644)
    write_profile(path, host="127.0.0.1", base_port=33300, account_id="demo", password=SECRET)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_profile(path) == {"host": "127.0.0.1", "base_port": 33300, "id": "demo", "password": SECRET}
    assert [entry.name for entry in Path().iterdir()] == ["profile.toml"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622, 0o601])
def test_a_profile_that_others_can_reach_is_refused(samlink: Samlink, mode: int) -> None:
    path = write(GOOD, mode)
    ran = samlink("send", "--profile", str(path), "--to", "01012345678", "hi")
    ran.failed_plainly(f"mode {mode:04o}", f"chmod 600 {path}", code=1)
    assert SECRET not in ran.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"password = {SECRET}", "not TOML"),
        (f'pasword = "{SECRET}"', "pasword"),
        (f'password = "{SECRET}"\nbase_port = "33300"', "base_port"),
        (f'password = "{SECRET}"\nbase_port = true', "base_port"),
        (f'password = ["{SECRET}"]', "password"),
    ],
)
def test_a_wrong_profile_is_named_and_not_shown(samlink: Samlink, text: str, said: str) -> None:
    ran = samlink("reports", "--profile", str(write(text)))
    ran.failed_plainly("profile.toml", said, code=1)
    assert SECRET not in ran.err


def test_what_is_missing_is_named(samlink: Samlink) -> None:
    samlink("reports", "--profile", "nowhere.toml").failed_plainly("nowhere.toml", code=1)
    samlink("reports").failed_plainly("--id", ".config/samlink/profile.toml", code=2)
    samlink("reports", "--id", "shop").failed_plainly("SAMLINK_PASSWORD", code=2)
    samlink("reports", "--profile", str(write(f'password = "{SECRET}"'))).failed_plainly("--id", code=2)


EXAMPLE = Path(__file__).parents[3] / "examples" / "profile.toml"


def test_the_example_shows_every_key_and_can_be_used() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    shown = re.sub(r"^# (?=[a-z_]+ = |\[)", "", text, flags=re.MULTILINE).replace("tls = false", "tls = true")
    assert read_profile(write(shown)).keys() == KEYS.keys()
    settings = connection_settings(LinkOptions(host=None, base_port=None, account_id=None, profile=write(text)))
    assert settings == ClientSettings(host="127.0.0.1", id="shop", password="change-me")
    without_file = shown.replace('tls_ca_file = "/etc/ssl/samlink-ca.pem"', "")
    settings = connection_settings(
        {"host": None, "base_port": None, "account_id": None, "profile": write(without_file)}
    )
    assert settings.address(Service.MMS, Duty.SEND) == ("127.0.0.1", 33002)
    assert settings.address(Service.KMS, Duty.REPORT) == ("192.0.2.21", 33305)


def test_the_environment_gives_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "ID": "env",
        "PASSWORD": SECRET,
        "HOST": "198.51.100.7",
        "BASE_PORT": "41000",
        "VERSION": "sam10",
        "PADDING": "nul",
        "USER_CODE": "yes",
        "SMS_BYTES": "100",
        "RESEND_UNANSWERED": "no",
        "HALVE_REFUSED": "no",
        "HOLD_SMS": "yes",
        "SOURCE_ADDRESS": "192.0.2.1",
        "TLS": "1",
        "TLS_SERVER_NAME": "relay.example",
        "PROFILE": str(write(GOOD)),
    }
    for name, value in given.items():
        monkeypatch.setenv(f"SAMLINK_{name}", value)
    settings = connection_settings(LinkOptions(host=None, base_port=None, account_id=None, profile=None))
    assert settings == ClientSettings(
        host="198.51.100.7",
        base_port=41000,
        id="env",
        password=SECRET,
        version=Version.SAM10,
        padding="nul",
        user_code=True,
        sms_bytes=100,
        resend_unanswered="no",
        halve_refused=False,
        hold_sms="yes",
        source_address="192.0.2.1",
        tls=True,
        tls_server_name="relay.example",
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BASE_PORT", "x", "SAMLINK_BASE_PORT: 'x' is not a whole number"),
        ("TLS", "perhaps", "SAMLINK_TLS: 'perhaps' is not true or false"),
        ("VERSION", "SAM12", "'SAM12'"),
        ("SMS_BYTES", "101", "sms_bytes"),
        ("PADDING", "tab", "padding"),
        ("RESEND_UNANSWERED", "maybe", "resend_unanswered"),
        ("PROFILE", "nowhere.toml", "nowhere.toml"),
    ],
)
def test_a_wrong_variable_is_named(
    samlink: Samlink, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv("SAMLINK_ID", "shop")
    monkeypatch.setenv("SAMLINK_PASSWORD", SECRET)
    monkeypatch.setenv(f"SAMLINK_{name}", value)
    ran = samlink("reports")
    ran.failed_plainly(said, code=1 if name == "PROFILE" else 2)
    assert SECRET not in ran.err
