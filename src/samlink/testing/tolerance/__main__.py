"""Try a gateway or a client: `python -m samlink.testing.tolerance gateway|client`. Exits with 1 if a row fails."""

import argparse
import asyncio
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

from samlink.testing.tolerance import CLIENT_ROWS, GATEWAY_ROWS, Factory, GatewayUnderTest, Row, verdicts
from samlink.vocabulary.services import DEFAULT_BASE_PORT, Duty, Service, port_of


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m samlink.testing.tolerance", description=__doc__)
    halves = parser.add_subparsers(dest="half", required=True)
    gateway = halves.add_parser("gateway", help="odd customers against a gateway; the password is in SAMLINK_PASSWORD")
    gateway.add_argument("--host", default="127.0.0.1")
    gateway.add_argument("--base-port", type=int, default=DEFAULT_BASE_PORT, help="the first of six ports")
    gateway.add_argument("--id", required=True, help="a test account: its messages are really sent")
    gateway.add_argument("--sender", default=GatewayUnderTest.sender, help="a number that it may send from")
    gateway.add_argument("--receiver", default=GatewayUnderTest.receiver, help="a number that every message gets to")
    client = halves.add_parser("client", help="odd vendors against a client")
    client.add_argument(
        "factory",
        nargs="?",
        default="samlink.testing.tolerance.client_half:OwnClient",
        help="MODULE:NAME of what makes a ClientUnderTest of a Place (default: samlink's own client)",
    )
    for half in (gateway, client):
        half.add_argument("--only", default="", metavar="TEXT", help="only rows whose finding and name hold this text")
    return parser.parse_args(given)


def _factory(name: str) -> Factory:
    module, _, attribute = name.partition(":")
    try:
        factory: Factory = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise SystemExit(f"{name!r} is no MODULE:NAME of a client: {error}") from None
    return factory


async def _run(rows: Sequence[Row[Any]], subject: Any) -> int:
    failed = 0
    async for verdict in verdicts(rows, subject):
        sys.stdout.write(f"{verdict}\n")
        sys.stdout.flush()
        failed += bool(verdict.fault)
    sys.stdout.write(f"{len(rows)} rows, {failed} failed\n")
    return 1 if failed or not rows else 0


def main(given: Sequence[str] | None = None) -> int:
    """Run one half; the exit code."""
    asked = _arguments(given)
    rows: tuple[Row[Any], ...] = GATEWAY_ROWS
    subject: Any
    if asked.half == "client":
        rows, subject = CLIENT_ROWS, _factory(asked.factory)
    else:
        ports = {(service, duty): port_of(service, duty, asked.base_port) for service in Service for duty in Duty}
        password = os.environ.get("SAMLINK_PASSWORD", "")
        subject = GatewayUnderTest(asked.host, ports, asked.id, password, asked.sender, asked.receiver)
    return asyncio.run(_run([row for row in rows if asked.only in f"{row.finding} {row.name}"], subject))


if __name__ == "__main__":
    sys.exit(main())
