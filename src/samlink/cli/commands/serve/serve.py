"""`samlink serve`: the gateway, until SIGTERM or Ctrl-C."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from samlink.cli.data_directory import DEFAULT_DIRECTORY, usable
from samlink.cli.errors import WrongUsageError
from samlink.cli.help.pages import command
from samlink.cli.language import _, note, say, tell
from samlink.cli.options import BasePort, Data, examples, one_of
from samlink.core.input import base_port as checked_base_port
from samlink.vocabulary.text import file_text

if TYPE_CHECKING:
    from samlink.gateway import Gateway, GatewaySettings
    from samlink.store.faults import Fault
    from samlink.vocabulary.services import Duty, Service
    from samlink.watch.events import Event


Hosts = Annotated[
    list[str] | None,
    typer.Option(
        "--host", metavar="ADDR", help="The address to listen on; may be given more than once. Default: 127.0.0.1"
    ),
]


@command(
    short_help="Run the gateway until Ctrl-C.",
    epilog=examples(
        "samlink serve",
        "samlink serve --data /var/lib/samlink --host 0.0.0.0",
        "samlink serve --config /etc/samlink.toml --log-json",
        "samlink.toml: data = '/var/lib/samlink'",
        "              [retention]",
        "              message_days = 30",
        "              content_days = 7",
    ),
)
def serve(
    *,
    data: Data = None,
    host: Hosts = None,
    base_port: BasePort = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Settings in TOML: data, host, base_port, [tls], [monitor], [[carriers]], [[routes]], [simulator], "
            "[limits], [waits], [retention].",
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            metavar="FAULT",
            help="Go on though the data directory has lost something: missing-database, missing-key, put-back, "
            "lost-tail, damaged. May be given again.",
        ),
    ] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="One JSON object a line on stderr.")] = False,
    log_level: Annotated[
        str, typer.Option("--log-level", metavar="LEVEL", help="debug, info, warning or error.")
    ] = "info",
) -> None:
    """Run the gateway until SIGTERM or Ctrl-C; then it answers what it took, and closes.

    A second signal ends it at once: nothing that was acknowledged is lost, and the next start recovers it.

    The settings file says how long results are waited for ([waits] sms_result_seconds, other_result_seconds), and how
    long finished messages are kept ([retention] message_days, 90 by default; content_days, after which texts and
    numbers are wiped; file_days).
    """
    from samlink.cli.commands.serve.logs import configure_logs, level_of
    from samlink.link.loop import run_loop
    from samlink.store.faults import Fault

    if base_port is not None:
        checked_base_port(base_port)
    configure_logs(as_json=log_json, level=level_of(log_level))
    faults = {fault.value: fault for fault in Fault}
    accepted = [one_of(name, faults, "--accept") for name in accept or ()]
    settings = _settings(data, None if host is None else ",".join(host), base_port, config)
    usable(settings.directory)
    run_loop(_serve(settings, accepted, log_json=log_json))


def _settings(data: Path | None, host: str | None, base_port: int | None, config: Path | None) -> "GatewaySettings":
    from samlink.gateway import SettingsError, load_settings

    if data is None and not _names_data(config):
        data = Path(DEFAULT_DIRECTORY)
    try:
        return load_settings(config, data=None if data is None else str(data), host=host, base_port=base_port)
    except SettingsError as error:
        raise WrongUsageError("the settings cannot be used: {why}.", why=error) from error


def _names_data(config: Path | None) -> bool:
    """Whether the settings file names the data directory; its faults are told when it is loaded."""
    if config is None:
        return False
    try:
        return "data" in tomllib.loads(file_text(config.read_bytes()))
    except (OSError, ValueError):
        return False


async def _serve(settings: "GatewaySettings", accept: "list[Fault]", *, log_json: bool) -> None:
    import structlog

    from samlink.cli.commands.serve.run import serve as serve_gateway
    from samlink.cli.commands.serve.run import stop_on_signals
    from samlink.watch import service_manager

    async def started(gateway: "Gateway") -> None:
        if log_json:
            structlog.get_logger(__name__).info(
                "listening",
                host=settings.host,
                ports=_by_name(gateway.ports),
                tls_ports=_by_name(gateway.tls_ports),
                carriers={carrier.name: str(carrier.describe()) for carrier in gateway.carriers},
            )
        else:
            print("\n".join((*listening(gateway), _("Ctrl-C stops it."))), flush=True)
        _warn_if_open(gateway, log_json=log_json)
        gateway.events.subscribe(_stopping)
        service_manager.tell(service_manager.READY)
        await service_manager.keep_alive(gateway.answers)

    with stop_on_signals() as stop:
        await serve_gateway(settings, stop, started, accept=accept)
    if not log_json:
        tell("samlink has stopped.")


def _stopping(event: "Event") -> None:
    from samlink.gateway.watch.events import Draining
    from samlink.watch.service_manager import STOPPING, tell

    if isinstance(event, Draining):
        tell(STOPPING)


def _by_name(ports: "Mapping[tuple[Service, Duty], int]") -> dict[str, int]:
    return {f"{service.name} {duty.value}": port for (service, duty), port in ports.items()}


def _warn_if_open(gateway: "Gateway", *, log_json: bool) -> None:
    """Warn once, loudly, of an open network (passwords can be read) and an open directory (everything can)."""
    import structlog

    from samlink.store.private_folders import open_to_others

    log = structlog.get_logger(__name__)
    if gateway.exposed and log_json:
        log.warning("open_without_tls", host=gateway.settings.host)
    elif gateway.exposed:
        note(
            "WARNING: other machines can connect without TLS: passwords, numbers and texts "
            "cross the network in clear. Set [tls] with ports = 'all', or put a VPN or a TLS "
            "proxy before it (docs/operating.md)."
        )
    for folder in open_to_others(gateway.settings.directory):
        if log_json:
            log.warning("directory_open_to_others", path=str(folder))
        else:
            note("WARNING: others than the owner can enter {path}; `chmod 700 {path}` ends that.", path=folder)


def listening(gateway: "Gateway") -> list[str]:
    """The gateway's addresses and its carrier, for a person."""
    from samlink.vocabulary.services import Duty, Service

    host, tls = gateway.settings.host, gateway.settings.tls
    lines = [say("samlink is up; its data is in {data}", data=gateway.settings.data)]
    for ports, mark in ((gateway.ports, tls is not None and tls.ports == "all"), (gateway.tls_ports, True)):
        lines += [
            say(
                "  {service}  {host}  send {send}, reports {report}",
                service=f"{service.name:<3}",
                host=host,
                send=ports[service, Duty.SEND],
                report=ports[service, Duty.REPORT],
            )
            + ("  TLS" if mark else "")
            for service in Service
            if ports
        ]
    if len(gateway.carriers) == 1:
        return [*lines, say("Carrier: {carrier}", carrier=gateway.carriers[0].describe())]
    routes = gateway.settings.served
    return lines + [
        say(
            "Carrier {name} ({routes}): {carrier}",
            name=carrier.name,
            routes=", ".join(routes[carrier.name]),
            carrier=carrier.describe(),
        )
        for carrier in gateway.carriers
    ]
