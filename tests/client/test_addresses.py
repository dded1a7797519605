"""Where the six ports are: one host and base port, and what differs from it."""

from typing import Any

import pytest

from samlink.client import ClientSettings, Receiver, Sender, Service, SettingsError
from samlink.client._addresses import KEYS
from samlink.testing.scripted_gateway import ScriptedGateway
from samlink.vocabulary.services import Duty
from tests.client.sample import ids, message, results


def addresses(**given: Any) -> dict[str, tuple[str, int]]:
    """All six addresses, by name."""
    settings = ClientSettings(host="relay", base_port=33300, id="demo", password="secret", addresses=given)
    return {name: settings.address(*place) for name, place in KEYS.items()}


def test_six_ports_follow_the_base_port_unless_told() -> None:
    ports = {name: port for name, (_, port) in addresses().items()}
    assert ports == {
        "sms_send": 33300,
        "sms_report": 33301,
        "mms_send": 33302,
        "mms_report": 33303,
        "kms_send": 33304,
        "kms_report": 33305,
    }
    assert {host for host, _ in addresses().values()} == {"relay"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("mms.example.com:33002", ("mms.example.com", 33002)),
        ("mms.example.com", ("mms.example.com", 33302)),
        ("33002", ("relay", 33002)),
        (33002, ("relay", 33002)),
        (" 10.0.0.7:33002 ", ("10.0.0.7", 33002)),
        ("10.0.0.7", ("10.0.0.7", 33302)),
        ("::1", ("::1", 33302)),
        ("[::1]", ("::1", 33302)),
        ("[2001:db8::7]:33002", ("2001:db8::7", 33002)),
    ],
)
def test_an_address_may_name_host_port_or_both(value: str | int, expected: tuple[str, int]) -> None:
    found = addresses(mms_send=value)
    assert found.pop("mms_send") == expected
    assert found == {name: address for name, address in addresses().items() if name != "mms_send"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("sms_sent", "33000", r"addresses\.sms_sent: there is no such address; there are sms_send, sms_report"),
        ("sms_send", "", "must be 'host:port', 'host' or 'port'"),
        ("sms_send", ":33000", "must be"),
        ("sms_send", "relay:", "the port is '', it must be 1 to 65535"),
        ("sms_send", "relay:http", "the port is 'http'"),
        ("sms_send", "relay:65536", "the port is '65536'"),
        ("sms_send", "0", "the port is '0'"),
        ("sms_send", 99999999999, "the port is '99999999999'"),
        ("sms_send", "http://relay", "must be"),
        ("sms_send", "two words", "must be"),
        ("sms_send", "[::1]33000", "must be"),
        ("sms_send", "[::1]:", "the port is ''"),
    ],
)
def test_what_is_no_address_is_refused_by_its_name(name: str, value: str | int, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as raised:
        addresses(**{name: value})
    assert f"addresses.{name}" in str(raised.value)


async def test_sender_and_receiver_go_where_the_addresses_say(gateway: ScriptedGateway) -> None:
    gateway.deliver(results(7))
    ports = {
        "sms_send": gateway.address(Service.SMS, Duty.SEND),
        "sms_report": gateway.address(Service.SMS, Duty.REPORT),
    }
    settings = gateway.settings(base_port=1, addresses=ports)
    async with Sender(settings) as sender, Receiver(settings, [Service.SMS]) as receiver:
        await sender.send(message(1))
        result = await anext(receiver)
    assert ids(gateway.requests[0].records) == ["M1"]
    assert result.message_id == "M7"


@pytest.mark.parametrize("source", ["127.0.0.2", "127.0.0.3"])
async def test_connections_come_from_the_source_address(gateway: ScriptedGateway, source: str) -> None:
    async with Sender(gateway.settings(source_address=source)) as sender:
        await sender.connect(Service.SMS)
        assert [peer.link.peer for peer in gateway.peers] == [source]
