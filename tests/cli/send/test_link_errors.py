"""What a person reads when no login comes about: which address it was, and what to check."""

from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.cli.output.link_errors import explain
from samlink.client import ClientSettings, GatewayUnreachableError, Sender, Service
from samlink.link.free_ports import free_base_port
from samlink.testing.certificates import Authority
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.cli.running import Ran

Samlink = Callable[..., Ran]


@pytest.mark.parametrize(
    ("encrypted", "said"), [(True, "tls_ca_file and tls_server_name"), (False, "whether that is a port for TLS")]
)
async def test_a_port_that_tls_fails_at_says_what_to_check(tmp_path: Path, *, encrypted: bool, said: str) -> None:
    context = Authority(tmp_path).certificate("relay.example").server_context() if encrypted else None
    async with ScriptedGateway(tls=context) as gateway, Sender(gateway.settings(tls=True)) as sender:
        with pytest.raises(GatewayUnreachableError) as raised:
            await sender.connect(Service.SMS)
        sentence = explain(raised.value, gateway.settings())
    assert f"127.0.0.1:{gateway.base_port}" in sentence
    assert said in sentence


def test_the_address_that_was_tried_is_named(samlink: Samlink) -> None:
    base_port = free_base_port()
    lines = ('id = "shop"', 'password = "example-words"', "[addresses]", f'sms_send = "{base_port}"', "")
    Path("elsewhere.toml").write_text("\n".join(lines))
    Path("elsewhere.toml").chmod(0o600)
    ran = samlink("send", "--profile", "elsewhere.toml", "--base-port", "1", "--to", "01012345606", "hi")
    ran.failed_plainly(f"no gateway answers at 127.0.0.1:{base_port}", code=1)


@pytest.mark.parametrize(
    ("host", "said"), [("127.0.0.1", "`samlink serve`"), ("203.0.113.7", "the address, the port and the firewall")]
)
def test_only_a_gateway_of_this_machine_is_the_users_to_start(host: str, said: str) -> None:
    error = GatewayUnreachableError("gateway.refused", "refused")
    error.address = f"{host}:33300"
    error.__cause__ = ConnectionRefusedError()
    assert said in explain(error, ClientSettings(host=host, id="shop", password="p"))
