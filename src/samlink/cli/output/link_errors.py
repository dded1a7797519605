"""Errors of the link, each as one plain sentence that says what to do."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Iterator
from typing import TYPE_CHECKING, Final

from samlink.cli.errors import CommandError
from samlink.cli.language import _, say
from samlink.cli.output.formatting import response_name
from samlink.vocabulary.responses import response

if TYPE_CHECKING:
    from samlink.client import (
        ClientError,
        ClientSettings,
        GatewayUnreachableError,
        LoginRefusedError,
        PacketRefusedError,
    )

_HERE: Final = ("127.", "localhost:", "::1:", "[::1]:")
"""How addresses of this machine begin; a gateway elsewhere is somebody else's to start."""
LOGIN_SECONDS: Final = 20.0
"""A person waits no longer for the first login; later ones are the client library's to repeat."""


async def first_login(login: Awaitable[object], settings: "ClientSettings") -> None:
    """Await the first login of a sender or receiver, for a bounded time. Raises CommandError."""
    try:
        with explained(settings):
            async with asyncio.timeout(LOGIN_SECONDS):
                await login
    except TimeoutError:
        address = f"{settings.host}:{settings.base_port}"
        raise CommandError(
            _("nothing answers at {address} within {seconds} s: check --host, --base-port and firewalls."),
            address=address,
            seconds=f"{LOGIN_SECONDS:g}",
        ) from None


@contextlib.contextmanager
def explained(settings: "ClientSettings") -> Iterator[None]:
    """The client's errors in the block become CommandErrors."""
    from samlink.client import ClientError

    try:
        yield
    except ClientError as error:
        raise CommandError(explain(error, settings)) from error


def explain(error: "ClientError", settings: "ClientSettings | None" = None) -> str:
    """One sentence for an error of the client library."""
    from samlink.client import GatewayUnreachableError, LoginRefusedError, OutcomeUnknownError, PacketRefusedError

    if isinstance(error, LoginRefusedError):
        return say(
            _("the gateway refused the login with {code}{detail}."),
            code=response_name(error.response.code),
            detail=_detail(error),
        )
    if isinstance(error, PacketRefusedError):
        return say(
            _("the gateway refused it with {code}{detail}."),
            code=response_name(error.response.code),
            detail=_detail(error),
        )
    if isinstance(error, OutcomeUnknownError):
        return _("no answer came, so it may have been taken or not.")
    if isinstance(error, GatewayUnreachableError) and settings is not None:
        return _unreachable(error, settings)
    return say("{why}.", why=error)


def _unreachable(error: "GatewayUnreachableError", settings: "ClientSettings") -> str:
    cause = error.__cause__
    address = error.address or f"{settings.host}:{settings.base_port}"
    if isinstance(cause, ConnectionRefusedError) and address.startswith(_HERE):
        return say(_("no gateway answers at {address}: is `samlink serve` running?"), address=address)
    if isinstance(cause, ConnectionRefusedError):
        return say(_("no gateway answers at {address}: check the address, the port and the firewall."), address=address)
    if isinstance(cause, TimeoutError):
        return say(
            _("nothing answers at {address} within {seconds} s: check --host, --base-port and firewalls."),
            address=address,
            seconds=f"{settings.connect_seconds:g}",
        )
    if isinstance(cause, ssl.SSLCertVerificationError):
        return say(
            _("the certificate of {address} is not trusted ({why}): check tls_ca_file and tls_server_name."),
            address=address,
            why=cause.verify_message.rstrip("."),
        )
    if isinstance(cause, ssl.SSLError):
        return say(
            _("TLS fails at {address} ({why}): check whether that is a port for TLS."),
            address=address,
            why=(cause.reason or "").replace("_", " ").lower() or "?",
        )
    if isinstance(cause, OSError):
        return say(_("{address} cannot be reached: {why}."), address=address, why=cause)
    if error.speaks_otherwise:
        return say(
            _(
                "what answers at {address} is no gateway of this link ({why}): check --host and "
                "--base-port, and whether it speaks TLS."
            ),
            address=address,
            why=error.values["why"],
        )
    return say(
        _(
            "the gateway at {address} closed the connection without an answer: no account allows "
            "this machine's address (`samlink account set {id} --allow ADDRESS`), it is full, or "
            "the port wants TLS (`tls = true` in the profile)."
        ),
        address=address,
        id=settings.id,
    )


def _detail(error: "LoginRefusedError | PacketRefusedError") -> str:
    """What is known beyond the code's own name; empty if RESP_MESG only repeats the code's stock phrase."""
    if error.why is not None:
        return say(": {why}", why=error.why)
    shown = "".join(char if char.isprintable() else "?" for char in error.detail).strip().rstrip(".")
    return f": {shown}" if shown and shown != response(error.response.code).message() else ""
