"""The gateway's settings: a TOML file, and arguments that outweigh it."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from samlink.carriers.registry import SIMULATOR
from samlink.carriers.simulator.settings import SimulatorSettings, number_keys
from samlink.core.message import DEFAULT_ROUTE
from samlink.core.routing import RouteRow, RoutingError, check_routes
from samlink.gateway.limits import Limits
from samlink.gateway.retention import Retention
from samlink.gateway.waits import Waits
from samlink.vocabulary.problem import N_, Problem
from samlink.vocabulary.services import BASE_PORT_LIMIT, DEFAULT_BASE_PORT, PORT_OFFSETS
from samlink.vocabulary.setting_problems import SettingError, problem_of
from samlink.vocabulary.text import file_text
from samlink.watch.settings import Monitoring


class SettingsError(Problem):
    """A setting is wrong; the sentence names it and says what would be right."""


class TlsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """TLS on the link; the section `[tls]` of the settings file."""

    certificate_file: str
    """PEM: the gateway's certificate, then those of whoever signed it, up to but without the root's."""
    key_file: str
    """PEM: its private key, without a passphrase."""
    ports: Literal["all", "extra"] = "all"
    """`all`: the six ports speak TLS and nothing else. `extra`: they stay in clear, and six more speak TLS."""
    base_port: int = 0
    """The first of the six extra ports."""

    def __post_init__(self) -> None:
        for name in ("certificate_file", "key_file"):
            if not getattr(self, name):
                raise SettingError("tls.no_file", N_("{name}: the name of a file is missing"), name=name)
        if self.ports == "all" and self.base_port:
            template = N_('base_port: only with ports = "extra"; the six ports are those of the gateway\'s base_port')
            raise SettingError("tls.base_port", template)
        if self.ports == "extra":
            _check_base_port(self.base_port)


class CarrierSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One carrier; a table `[[carriers]]` of the settings file."""

    name: str
    """Unique, and for life: its messages and its folder are known by it."""
    kind: str
    """`simulator`, or one that another package brings."""
    routes: tuple[str, ...] = (DEFAULT_ROUTE,)
    """From which it takes messages; several carriers may share one."""
    options: dict[str, Any] = {}
    """What this kind of carrier can be told; a simulator: what stands in `[simulator]`."""


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a gateway is told when it starts."""

    data: str
    """The directory that holds everything."""
    host: str = "127.0.0.1"
    """Where it listens: an address or a name, or several with commas between them (`0.0.0.0,::`)."""
    base_port: int = DEFAULT_BASE_PORT
    """The first of six ports; 0 lets the system choose six (for tests)."""
    simulator: SimulatorSettings = msgspec.field(default_factory=SimulatorSettings)
    """The simulated carrier, used while `[[carriers]]` names none."""
    carriers: tuple[CarrierSettings, ...] = ()
    """Each takes messages from the routes that it serves, beside the others."""
    routes: tuple[RouteRow, ...] = ()
    """Which route a message takes: the first row whose conditions all hold; "default" if none does."""
    limits: Limits = msgspec.field(default_factory=Limits)
    waits: Waits = msgspec.field(default_factory=Waits)
    retention: Retention = msgspec.field(default_factory=Retention)
    tls: TlsSettings | None = None
    """None: nothing is encrypted."""
    monitor: Monitoring = msgspec.field(default_factory=Monitoring)
    """Where it may be watched: `/health` and `/metrics`."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks of proxies. From these a PROXY header (version 1 or 2) is required and believed, from
    nobody else; allow-lists then see the address that it names."""

    def __post_init__(self) -> None:
        if not self.data:
            raise SettingError("gateway.no_data", N_("data: the name of a directory is missing"))
        if not all(self.hosts):
            template = N_("host: an address to listen on is missing; 0.0.0.0 is every address of IPv4, :: of IPv6")
            raise SettingError("gateway.no_host", template)
        _check_base_port(self.base_port)
        _check_carriers(self)
        _check_proxies(self.trusted_proxies)
        firsts = [self.base_port]
        if self.tls is not None and self.tls.ports == "extra":
            _check_apart(self.base_port, self.tls.base_port)
            firsts.append(self.tls.base_port)
        if any(first and first <= self.monitor.port <= first + max(PORT_OFFSETS.values()) for first in firsts):
            template = N_("monitor.port {port} is one of the ports of customers")
            raise SettingError("monitor.customers_port", template, port=self.monitor.port)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The addresses of `host`."""
        return tuple(host.strip() for host in self.host.split(","))

    @property
    def all_carriers(self) -> tuple[CarrierSettings, ...]:
        """Those of `carriers`; the one of `simulator` if there are none."""
        if self.carriers:
            return self.carriers
        options = msgspec.to_builtins(self.simulator, str_keys=True)
        return (CarrierSettings(name=SIMULATOR, kind=SIMULATOR, options=options),)

    @property
    def served(self) -> Mapping[str, tuple[str, ...]]:
        """Each carrier's name, and the routes that it serves."""
        return {carrier.name: carrier.routes for carrier in self.all_carriers}

    @property
    def directory(self) -> Path:
        """The data directory as a path."""
        return Path(self.data)


def _check_carriers(settings: GatewaySettings) -> None:
    served = settings.served
    if len(served) < len(settings.all_carriers):
        raise RoutingError("carrier.same_name", N_("carriers: each needs a name of its own"))
    if settings.carriers and settings.simulator != SimulatorSettings():
        template = N_("simulator: with [[carriers]], the options of a simulated carrier stand in its `options`")
        raise RoutingError("carrier.simulator_beside", template)
    check_routes(settings.routes, served)


def _check_base_port(base_port: int) -> None:
    highest = BASE_PORT_LIMIT
    if not 0 <= base_port <= highest:
        template = N_("base_port {port} is not a port from 1 to {most} (five more follow it)")
        raise SettingError("gateway.base_port", template, port=base_port, most=highest)


def _check_apart(plain: int, encrypted: int) -> None:
    if plain and encrypted and abs(plain - encrypted) <= max(PORT_OFFSETS.values()):
        template = N_("tls: the six ports from {encrypted} overlap with the six from {plain}")
        raise SettingError("tls.overlap", template, encrypted=encrypted, plain=plain)


def _check_proxies(networks: tuple[str, ...]) -> None:
    for text in networks:
        try:
            network = ipaddress.ip_network(text)
        except ValueError as error:
            template = N_("trusted_proxies: {network} is no address or network: {why}")
            raise SettingError("proxies.unreadable", template, network=repr(text), why=str(error)) from error
        if network.prefixlen == 0:
            template = N_("trusted_proxies: {network} would believe everybody")
            raise SettingError("proxies.everybody", template, network=text)


def load_settings(file: Path | None, **given: Any) -> GatewaySettings:
    """Settings from a TOML file and the arguments that are not None.

    Raises:
        SettingsError: the file cannot be read, or a setting is wrong or unknown.
    """
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values = msgspec.toml.decode(file_text(file.read_bytes()))
        except OSError as error:
            template = N_("{file} cannot be read: {why}")
            raise SettingsError("settings.unreadable", template, file=str(file), why=error) from error
        except (msgspec.DecodeError, ValueError) as error:
            template = N_("{file} is not TOML: {why}")
            raise SettingsError("settings.not_toml", template, file=str(file), why=str(error)) from error
        if isinstance(monitor := values.get("monitor"), dict) and isinstance(name := monitor.get("token_file"), str):
            monitor["token_file"] = str(file.parent / name) if name else ""
    values.update({name: value for name, value in given.items() if value is not None})
    if isinstance(simulator := values.get("simulator"), dict):
        values["simulator"] = number_keys(simulator)
    try:
        return msgspec.convert(values, GatewaySettings)
    except Problem as problem:
        raise _settings_error(file, problem) from problem
    except (msgspec.ValidationError, ValueError) as error:
        raise _settings_error(file, problem_of(error, values, GatewaySettings)) from error


def _settings_error(file: Path | None, why: Problem) -> SettingsError:
    if file is None:
        return SettingsError.remade(why.code, why.template, why.values)
    return SettingsError("settings.wrong", N_("{file}: {why}"), file=str(file), why=why)
