"""The benchmark's gateway, a process of its own: what `samlink serve` runs, with a carrier that can be held.

`python -m samlink.bench.gateway.gateway_process DIR BASE_PORT [held]` prints its two SMS ports as JSON when it
listens, then obeys the lines `hold` and `release` on standard input, and stops when that ends: it never outlives its
parent.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Final

from samlink.carriers.simulator import SimulatedCarrier, SimulatorSettings
from samlink.cli.commands.serve.logs import LogLevel, configure_logs
from samlink.cli.commands.serve.run import serve
from samlink.cli.errors import CommandError
from samlink.gateway import Gateway, GatewaySettings
from samlink.link.loop import run_loop
from samlink.vocabulary.services import Duty, Service

HOLD: Final = "hold"
RELEASE: Final = "release"
HELD: Final = "held"


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _serve(settings: GatewaySettings) -> None:
    stop = asyncio.Event()

    async def started(gateway: Gateway) -> None:
        carrier = gateway.carrier
        assert isinstance(carrier, SimulatedCarrier)
        ports = [gateway.ports[Service.SMS, duty] for duty in (Duty.SEND, Duty.REPORT)]
        print(json.dumps(ports), flush=True)
        lines = await _standard_input()
        while line := (await lines.readline()).decode().strip():
            carrier.hold() if line == HOLD else carrier.release()
            print(json.dumps(line), flush=True)
        carrier.release()
        stop.set()

    await serve(settings, stop, started)


def main(arguments: list[str]) -> int:
    """Serve `arguments` (DIR, BASE_PORT or 0 for any, and `held` for a carrier that takes nothing yet)."""
    configure_logs(as_json=False, level=LogLevel.WARNING)
    simulator = SimulatorSettings(held=HELD in arguments[2:])
    settings = GatewaySettings(data=str(Path(arguments[0])), base_port=int(arguments[1]), simulator=simulator)
    try:
        run_loop(_serve(settings))
    except CommandError as error:
        print(f"samlink: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
