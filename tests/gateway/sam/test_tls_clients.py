"""The client library against our own gateway in TLS: what it trusts, what it refuses, and where a redirect leads."""

from pathlib import Path

import pytest

from samlink.client import ClientSettings, GatewayUnreachableError, Message, Sender, Service
from samlink.gateway.settings import TlsSettings
from samlink.testing.certificates import Authority, Certificate
from tests.gateway.running import PASSWORD, Running, account, running

NAME = "relay.example"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def tls(pair: Certificate) -> TlsSettings:
    """The gateway's section `[tls]`."""
    return TlsSettings(certificate_file=str(pair.certificate), key_file=str(pair.key))


def client(gateway: Running, authority: Authority, **changes: object) -> ClientSettings:
    """Settings that verify the gateway by its name."""
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "addresses": {"sms_send": str(gateway.port())},
        "id": "demo",
        "password": PASSWORD,
        "tls": True,
        "tls_ca_file": str(authority.ca_file),
        "tls_server_name": NAME,
        "connect_seconds": 5.0,
    }
    return ClientSettings(**(values | changes))  # type: ignore[arg-type]


async def test_messages_go_to_a_gateway_that_is_the_one_configured(tmp_path: Path, authority: Authority) -> None:
    async with (
        running(tmp_path, tls=tls(authority.certificate(NAME))) as gateway,
        Sender(client(gateway, authority)) as sender,
    ):
        await sender.send(Message(to="01012345678", sender="0212345678", text="안녕하세요"))
        assert sum((await gateway.store.counts()).values()) == 1


@pytest.mark.parametrize("fault", ["expired", "self-signed", "another name"])
async def test_any_other_certificate_is_refused_in_one_sentence(
    tmp_path: Path, authority: Authority, fault: str
) -> None:
    pair = {
        "expired": authority.expired(NAME),
        "self-signed": authority.self_signed(NAME),
        "another name": authority.certificate("other.example"),
    }[fault]
    async with (
        running(tmp_path, tls=tls(pair)) as gateway,
        Sender(client(gateway, authority)) as sender,
    ):
        with pytest.raises(GatewayUnreachableError, match="certificate") as caught:
            await sender.connect(Service.SMS)
        assert "\n" not in str(caught.value)
        assert PASSWORD not in str(caught.value)


async def refused(settings: ClientSettings) -> None:
    """Nothing is logged in to."""
    async with Sender(settings) as sender:
        with pytest.raises(GatewayUnreachableError):
            await sender.connect(Service.SMS)


async def test_a_redirect_keeps_tls_and_the_configured_name(tmp_path: Path, authority: Authority) -> None:
    """Also when the other node's certificate would do for its own address."""
    first, elsewhere = authority.certificate(NAME), authority.certificate("127.0.0.1")
    async with (
        running(tmp_path / "same", tls=tls(first)) as same,
        running(tmp_path / "other", tls=tls(elsewhere)) as other,
        running(tmp_path / "plain") as plain,
        running(tmp_path / "first", account(redirect=f"127.0.0.1:{same.port()}"), tls=tls(first)) as gateway,
    ):
        async with Sender(client(gateway, authority)) as sender:
            await sender.connect(Service.SMS)
            assert same.connections == 1
        for place in (other, plain):
            gateway.change(redirect=f"127.0.0.1:{place.port()}")
            await refused(client(gateway, authority))
            assert not place.gateway._listener._serving
