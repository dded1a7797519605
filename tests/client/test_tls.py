"""TLS: always verified, by the configured name, after a redirect too, and never replaced by plain TCP."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from samlink.client import ClientSettings, GatewayUnreachableError, Receiver, Sender, Service, SettingsError
from samlink.testing.certificates import Authority
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty
from tests.client.sample import message, results

NAME = "relay.example.com"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
async def gateway(authority: Authority) -> AsyncIterator[ScriptedGateway]:
    async with ScriptedGateway(tls=authority.certificate(NAME).server_context()) as gateway:
        yield gateway


def trusting(gateway: ScriptedGateway, authority: Authority, **changes: object) -> ClientSettings:
    """Settings that trust the authority and expect the gateway's name."""
    return gateway.settings(**({"tls": True, "tls_ca_file": str(authority.ca_file), "tls_server_name": NAME} | changes))


async def test_messages_and_results_go_through_tls(gateway: ScriptedGateway, authority: Authority) -> None:
    gateway.results_by_themselves = True
    settings = trusting(gateway, authority)
    async with Sender(settings) as sender, Receiver(settings) as receiver:
        sent = await sender.send(message(1))
        assert (await anext(receiver)).key == sent.key


async def test_the_gateway_must_have_the_name_that_was_configured(
    gateway: ScriptedGateway, authority: Authority
) -> None:
    for name in ("other.example.com", None):  # None: the configured host, 127.0.0.1
        async with Sender(trusting(gateway, authority, tls_server_name=name)) as sender:
            with pytest.raises(GatewayUnreachableError, match="certificate"):
                await sender.connect(Service.SMS)
    assert gateway.login_ids == []


async def test_the_configured_host_is_the_name_unless_told(authority: Authority) -> None:
    context = authority.certificate("127.0.0.1").server_context()
    async with ScriptedGateway(tls=context) as local, Sender(trusting(local, authority, tls_server_name=None)) as own:
        await own.connect(Service.SMS)


async def test_an_unknown_authority_is_not_trusted(gateway: ScriptedGateway, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "stranger")
    for ca_file in (str(stranger.ca_file), None):
        async with Sender(trusting(gateway, stranger, tls_ca_file=ca_file)) as sender:
            with pytest.raises(GatewayUnreachableError, match="certificate"):
                await sender.connect(Service.SMS)
    assert gateway.login_ids == []


async def test_a_redirect_changes_the_address_and_not_the_name(gateway: ScriptedGateway, authority: Authority) -> None:
    """An address that the configured name's certificate does not cover is not logged in to."""
    async with ScriptedGateway(tls=authority.certificate("127.0.0.1").server_context()) as elsewhere:
        gateway.logins.append(Refuse(ResponseCode.REDIRECT, elsewhere.address(Service.SMS, Duty.SEND)))
        async with Sender(trusting(gateway, authority)) as sender:
            with pytest.raises(GatewayUnreachableError, match="certificate"):
                await sender.connect(Service.SMS)
        assert elsewhere.login_ids == []
    gateway.logins.append(Refuse(ResponseCode.REDIRECT, gateway.address(Service.SMS, Duty.SEND)))
    async with Sender(trusting(gateway, authority)) as sender:
        await sender.connect(Service.SMS)


async def test_a_redirect_to_a_plain_port_gets_no_password(gateway: ScriptedGateway, authority: Authority) -> None:
    async with ScriptedGateway() as plain:
        gateway.logins.append(Refuse(ResponseCode.REDIRECT, plain.address(Service.SMS, Duty.SEND)))
        async with Sender(trusting(gateway, authority, connect_seconds=5)) as sender:
            with pytest.raises(GatewayUnreachableError):
                await sender.connect(Service.SMS)
        assert plain.login_ids == []


async def test_a_plain_client_does_not_reach_a_gateway_with_tls(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        with pytest.raises(GatewayUnreachableError):
            await sender.connect(Service.SMS)


async def test_results_come_again_after_a_broken_tls_connection(gateway: ScriptedGateway, authority: Authority) -> None:
    async with Receiver(trusting(gateway, authority), [Service.SMS]) as receiver:
        await receiver.connect()
        gateway.drop_all()
        gateway.deliver(results(1))
        assert (await anext(receiver)).message_id == "M1"


def test_old_tls_is_not_spoken(authority: Authority) -> None:
    settings = ClientSettings(host="relay", id="a", password="b", tls=True, tls_ca_file=str(authority.ca_file))
    context = settings.tls_context
    assert context is not None
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert ClientSettings(host="relay", id="a", password="b").tls_context is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tls": True, "tls_ca_file": "nowhere.pem"}, "tls_ca_file 'nowhere.pem' cannot be used: No such file"),
        ({"tls_ca_file": "ca.pem"}, "tls_ca_file is given, but tls is off"),
        ({"tls_server_name": NAME}, "tls_server_name is given, but tls is off"),
        ({"tls": True, "tls_server_name": ""}, "tls_server_name is empty"),
    ],
)
def test_settings_that_would_not_protect_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        ClientSettings(**({"host": "relay", "id": "a", "password": "b"} | changes))  # type: ignore[arg-type]


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("not a certificate")
    with pytest.raises(SettingsError, match=r"ca\.pem' cannot be used"):
        ClientSettings(host="relay", id="a", password="b", tls=True, tls_ca_file=str(file))
