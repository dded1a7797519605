"""TLS on the six ports or on six more, and a certificate that is renewed meanwhile; on both event loops."""

import asyncio
import contextlib
import signal
import ssl
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvloop

from samlink.gateway import Gateway, GatewayError, GatewaySettings
from samlink.gateway.sam import certificates
from samlink.gateway.sam.certificate_end import end_of
from samlink.gateway.sam.certificates import Certificates
from samlink.gateway.settings import SettingsError, TlsSettings, load_settings
from samlink.gateway.watch.events import log_own
from samlink.link import Link
from samlink.testing.certificates import Authority, Certificate, locked_key
from samlink.testing.clock import WAIT_SECONDS, until
from samlink.testing.pictures import jpeg
from samlink.testing.processes.gateway import GatewayProcess
from samlink.testing.raw_connection import login_frame, raw_connection
from samlink.testing.thin_client import Client
from samlink.vocabulary.services import Duty, Service
from samlink.watch.events import Events
from samlink.wire import choices
from samlink.wire.commands import Version
from samlink.wire.sessions.client import ClientSession
from tests.gateway.running import PASSWORD, Running, running, sms

NAME = "relay.example"
Loop = Callable[[], asyncio.AbstractEventLoop]
both_loops = pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def pair(authority: Authority) -> Certificate:
    return authority.certificate(NAME)


def run(loop: Loop, test: Coroutine[Any, Any, None]) -> None:
    """Run a test on a loop of that kind."""
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(test)


def settings_of(pair: Certificate, **changes: Any) -> TlsSettings:
    """The section `[tls]`."""
    return TlsSettings(certificate_file=str(pair.certificate), key_file=str(pair.key), **changes)


def trusting(authority: Authority) -> ssl.SSLContext:
    """What a client does that verifies."""
    return ssl.create_default_context(cafile=str(authority.ca_file))


@contextlib.asynccontextmanager
async def encrypted(
    port: int,
    context: ssl.SSLContext,
    service: Service = Service.SMS,
    duty: Duty = Duty.SEND,
    version: Version = Version.SAM10,
) -> AsyncIterator[Client]:
    """A connection in TLS to NAME, whatever its address."""
    _, link = await asyncio.get_running_loop().create_connection(
        lambda: Link(lambda now: ClientSession(service, duty, version, now)),
        "127.0.0.1",
        port,
        ssl=context,
        server_hostname=NAME,
    )
    client = Client(link)
    try:
        yield client
    finally:
        await client.close()


@both_loops
def test_messages_pictures_and_results_pass_through_tls(
    tmp_path: Path, authority: Authority, pair: Certificate, loop: Loop
) -> None:
    async def test() -> None:
        context = trusting(authority)
        async with running(tmp_path, tls=settings_of(pair)) as gateway:
            async with encrypted(gateway.port(), context) as client:
                await client.login()
                assert client.link.encrypted
                for batch in range(5):
                    assert (await client.send([sms(10 * batch + i) for i in range(10)])).response == "00000"
            async with encrypted(gateway.port(Service.MMS), context, Service.MMS) as client:
                await client.login()
                assert (await client.upload(jpeg(size=250_000))).response == "00000"
            port = gateway.port(duty=Duty.REPORT)
            async with encrypted(port, context, duty=Duty.REPORT, version=Version.SAM11) as client:
                await client.login()
                assert len({result.message_id for result in await client.taken(50)}) == 50
            await gateway.state("reported", 50)
            assert not gateway.gateway.tls_ports

    run(loop, test())


@both_loops
def test_who_says_all_at_once_and_leaves_is_heard(
    tmp_path: Path, authority: Authority, pair: Certificate, loop: Loop
) -> None:
    """The login lies behind the handshake's last bytes in one segment."""

    async def test() -> None:
        async with running(tmp_path, tls=settings_of(pair)) as gateway:
            for _ in range(10):
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", gateway.port(), ssl=trusting(authority), server_hostname=NAME
                )
                writer.write(login_frame(password=PASSWORD))
                answer = await asyncio.wait_for(reader.readexactly(76), WAIT_SECONDS)
                assert answer[7:11] == b"1011"
                writer.close()
                with contextlib.suppress(ssl.SSLError, ConnectionError):
                    await writer.wait_closed()
            await until(lambda: gateway.connections == 0)

    run(loop, test())


@both_loops
def test_who_does_not_speak_tls_is_closed_and_nothing_is_said_in_clear(
    tmp_path: Path, pair: Certificate, loop: Loop
) -> None:
    async def test() -> None:
        with structlog.testing.capture_logs() as logs:
            async with running(tmp_path, tls=settings_of(pair)) as gateway, raw_connection(gateway.port()) as raw:
                raw.write(login_frame(password=PASSWORD))
                assert b"1011" not in await raw.rest()
                await until(lambda: gateway.connections == 0)
        assert [line["reason"] for line in logs if line["event"] == "no_tls"] == ["the peer does not speak TLS"]

    run(loop, test())


@both_loops
def test_a_handshake_has_the_time_of_a_login(
    tmp_path: Path, pair: Certificate, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices, "LOGIN_LIMIT_SECONDS", 0.1)

    async def test() -> None:
        async with running(tmp_path, tls=settings_of(pair)) as gateway, raw_connection(gateway.port()) as raw:
            await until(lambda: gateway.connections == 1)
            assert await raw.rest() == b""
            await until(lambda: gateway.connections == 0)

    run(loop, test())


@both_loops
def test_a_stop_does_not_wait_for_a_handshake(tmp_path: Path, pair: Certificate, loop: Loop) -> None:
    async def test() -> None:
        async with running(tmp_path, tls=settings_of(pair)) as gateway, raw_connection(gateway.port()) as raw:
            await until(lambda: gateway.connections == 1)
            await gateway.stop()
            assert await raw.rest() == b""

    run(loop, test())


async def test_six_extra_ports_stand_beside_those_in_clear(
    tmp_path: Path, authority: Authority, pair: Certificate
) -> None:
    async with running(tmp_path, tls=settings_of(pair, ports="extra")) as gateway:
        async with gateway.sender() as client:
            assert (await client.send([sms(1)])).response == "00000"
            assert not client.link.encrypted
        extra = gateway.gateway.tls_ports[Service.SMS, Duty.SEND]
        async with encrypted(extra, trusting(authority)) as client:
            await client.login()
            assert (await client.send([sms(2)])).response == "00000"


async def subject(gateway: Running, authority: Authority) -> str:
    """The name that the gateway's certificate has for a new connection, verified or not."""
    context = trusting(authority)
    context.check_hostname = False
    _, writer = await asyncio.open_connection("127.0.0.1", gateway.port(), ssl=context)
    found: dict[str, Any] = writer.get_extra_info("peercert")
    writer.close()
    with contextlib.suppress(ssl.SSLError, ConnectionError):
        await writer.wait_closed()
    return str(found["subject"][0][0][1])


async def test_a_certificate_is_renewed_without_a_restart(tmp_path: Path, authority: Authority) -> None:
    first, second = authority.certificate(NAME, file="renewed"), authority.certificate("other.example")
    async with (
        running(tmp_path, tls=settings_of(first)) as gateway,
        encrypted(gateway.port(), trusting(authority)) as client,
    ):
        await client.login()
        first.certificate.write_bytes(second.certificate.read_bytes())
        with structlog.testing.capture_logs() as logs:
            gateway.gateway.reload()
        assert [line["reason"] for line in logs if "reason" in line] == [
            f"{first.key} is not the key of the certificate in {first[0]}"
        ]
        assert await subject(gateway, authority) == NAME
        first.key.write_bytes(second.key.read_bytes())
        gateway.gateway.reload()
        assert await subject(gateway, authority) == "other.example"
        assert (await client.send([sms(1)])).response == "00000"


async def test_changed_files_are_noticed(tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samlink.gateway.sam.certificates.LOOK_SECONDS", 0.01)
    first, second = authority.certificate(NAME, file="noticed"), authority.certificate("other.example")
    async with running(tmp_path, tls=settings_of(first)) as gateway:
        certificates: Any = gateway.gateway._certificates
        before = certificates.context
        for old, new in zip(first, second, strict=True):
            old.write_bytes(new.read_bytes())
        await until(lambda: certificates.context is not before)
        assert await subject(gateway, authority) == "other.example"


async def test_a_start_in_the_middle_of_a_renewal_waits_for_its_end(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, renewed = authority.certificate(NAME, file="halfway"), authority.certificate("renewed.example")
    pair.certificate.write_bytes(renewed.certificate.read_bytes())
    mismatched = certificates.Certificates._explained

    def explained(self: Certificates, error: OSError) -> certificates.CertificateError:
        pair.key.write_bytes(renewed.key.read_bytes())
        return mismatched(self, error)

    monkeypatch.setattr(certificates.Certificates, "_explained", explained)
    monkeypatch.setattr(certificates, "RENEWAL_SECONDS", 0)
    async with running(tmp_path, tls=settings_of(pair)) as gateway:
        assert await subject(gateway, authority) == "renewed.example"


async def test_sighup_renews_the_certificate_and_ends_nothing(tmp_path: Path, authority: Authority) -> None:
    pair = authority.certificate(NAME, file="hangup")
    table = f"base_port = 0\n[tls]\ncertificate_file = '{pair.certificate}'\nkey_file = '{pair.key}'\n"
    async with GatewayProcess(tmp_path / "data", table) as gateway:
        await gateway.start()
        pair.certificate.write_text("no certificate")
        gateway.send(signal.SIGHUP)
        await until(lambda: "certificate_not_renewed" in gateway.log())
        gateway.terminate()
        assert await gateway.ended() == 0


async def test_sighup_without_tls_ends_nothing_and_says_what_was_read_again(tmp_path: Path) -> None:
    async with GatewayProcess(tmp_path / "data", "base_port = 0\n") as gateway:
        await gateway.start()
        gateway.send(signal.SIGHUP)
        await until(lambda: "accounts, lists" in gateway.log())
        gateway.terminate()
        assert await gateway.ended() == 0


async def test_sighup_in_the_last_moments_of_a_stop_ends_nothing(tmp_path: Path) -> None:
    async with GatewayProcess(tmp_path / "data", "base_port = 0\n") as gateway:
        await gateway.start()
        gateway.terminate()
        ending = asyncio.ensure_future(gateway.ended())
        while not ending.done():
            gateway.send(signal.SIGHUP)
            await asyncio.sleep(0)
        assert await ending == 0
        assert "Traceback" not in gateway.log()


DAY = 86_400.0


def test_the_log_warns_before_a_certificate_ends(tmp_path: Path, authority: Authority) -> None:
    pair = authority.certificate(NAME, file="ending", days=40)
    now = time.time()

    def warned(days_from_now: float) -> list[tuple[str, float]]:
        with structlog.testing.capture_logs() as logs:
            Certificates(settings_of(pair), Events(log_own), lambda: now + days_from_now * DAY)
        return [(line["event"], line["days"]) for line in logs]

    assert warned(9.5) == []
    assert warned(10.5) == [("certificate_ends", 29.5)]
    assert warned(41) == [("certificate_ends", -1.0)]


def test_a_file_that_is_replaced_while_it_is_read_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Authority(tmp_path).certificate(NAME)
    certificates = Certificates(settings_of(pair), Events())
    read = certificates._read

    def read_and_replaced() -> ssl.SSLContext:
        context = read()
        pair.certificate.unlink()
        return context

    monkeypatch.setattr(certificates, "_read", read_and_replaced)
    certificates.reload()
    assert certificates.days_left() is None


async def test_the_warning_is_repeated_each_day_and_a_renewal_ends_it(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samlink.gateway.sam.certificates.LOOK_SECONDS", 0.001)
    pair, longer = (
        authority.certificate(NAME, file="daily", days=20),
        authority.certificate(NAME, file="longer", days=90),
    )
    days = 0.0
    now = time.time()
    with structlog.testing.capture_logs() as logs:
        certificates = Certificates(settings_of(pair), Events(log_own), lambda: now + days * DAY)
        watching = asyncio.create_task(certificates.watch())
        days = 0.9
        await until(lambda: (certificates.days_left() or 0) < 19.2)
        days = 1.1
        await until(lambda: len(logs) == 2)
        for old, new in zip(pair, longer, strict=True):
            old.write_bytes(new.read_bytes())
        await until(lambda: any(line["event"] == "certificate_renewed" for line in logs))
        days = 3
        watching.cancel()
    assert [line.get("days") for line in logs] == [20.0, 18.9, None]


@pytest.mark.parametrize("pem", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"])
def test_the_end_of_what_is_no_certificate_is_unknown(pem: str) -> None:
    assert end_of(pem) is None


def refusal(folder: Path, certificate: object, key: object) -> str:
    """Why a gateway with these files does not start."""

    async def test() -> None:
        tls = TlsSettings(certificate_file=str(certificate), key_file=str(key))
        await Gateway(GatewaySettings(data=str(folder / "data"), base_port=0, tls=tls)).start()

    with pytest.raises(GatewayError) as caught:
        asyncio.run(test())
    assert not (folder / "data").exists()
    return str(caught.value)


def test_a_certificate_that_cannot_be_used_stops_the_start_with_a_sentence(
    tmp_path: Path, authority: Authority, pair: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "RENEWAL_SECONDS", 0)
    certificate, key = pair
    other = authority.certificate("third.example").key
    locked = locked_key(tmp_path / "locked.key", key)
    empty = tmp_path / "empty.pem"
    empty.touch()
    for said, files in {
        "/no/a.pem cannot be read: No such file or directory": ("/no/a.pem", key),
        "/no/a.key cannot be read: No such file or directory": (certificate, "/no/a.key"),
        f"{other} is not the key of the certificate in {certificate}": (certificate, other),
        f"{empty} and {key} are not a certificate and its key in PEM": (empty, key),
        f"{locked} is protected by a passphrase, which nobody is there to type": (certificate, locked),
    }.items():
        assert refusal(tmp_path, *files) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"tls": {"certificate_file": "a", "key_file": "b", "ports": "some"}}, "some"),
        ({"tls": {"certificate_file": "a"}}, "key_file"),
        ({"tls": {"certificate_file": "a", "key_file": ""}}, "key_file: the name of a file is missing"),
        ({"tls": {"certificate_file": "a", "key_file": "b", "base_port": 5}}, 'only with ports = "extra"'),
        ({"tls": {"certificate_file": "a", "key_file": "b", "ports": "extra", "base_port": 33303}}, "overlap"),
        ({"tls": {"certificate_file": "a", "key_file": "b", "ports": "extra", "base_port": 65535}}, "base_port 65535"),
        ({"trusted_proxies": ["proxy.example"]}, "no address or network"),
        ({"trusted_proxies": ["10.0.0.1/8"]}, "host bits"),
        ({"trusted_proxies": ["0.0.0.0/0"]}, "would believe everybody"),
    ],
)
def test_wrong_settings_are_named(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said.replace("(", r"\(")):
        load_settings(None, data="x", **values)
