"""Errors of the link, each as one plain sentence that says what to do."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Iterator
from typing import TYPE_CHECKING, Final

from samlink.cli.errors import CommandError
from samlink.cli.language import _, say
from samlink.cli.output.formatting import response_name
from samlink.vocabulary.problem import N_
from samlink.vocabulary.responses import response

if TYPE_CHECKING:
    from samlink.client import ClientError, ClientSettings, GatewayUnreachableError, RefusedError

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
        raise CommandError(_SILENT, address=address, seconds=f"{LOGIN_SECONDS:g}") from None


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

    if isinstance(error, LoginRefusedError | PacketRefusedError):
        code, detail = response_name(error.response.code), _detail(error)
        if isinstance(error, LoginRefusedError):
            return say("the gateway refused the login with {code}{detail}.", code=code, detail=detail)
        return say("the gateway refused it with {code}{detail}.", code=code, detail=detail)
    if isinstance(error, OutcomeUnknownError):
        return _("no answer came, so it may have been taken or not.")
    if isinstance(error, GatewayUnreachableError) and settings is not None:
        return _unreachable(error, settings)
    return say("{why}.", why=error)


_SILENT: Final = N_("nothing answers at {address} within {seconds} s: check --host, --base-port and firewalls.")


def _unreachable(error: "GatewayUnreachableError", settings: "ClientSettings") -> str:
    address = error.address or f"{settings.host}:{settings.base_port}"
    template, why = _reason(error, here=address.startswith(_HERE))
    return say(template, address=address, id=settings.id, seconds=f"{settings.connect_seconds:g}", why=why)


def _reason(error: "GatewayUnreachableError", *, here: bool) -> tuple[str, object]:
    """A template, and its `why`; the first cause that fits. `here`: the gateway is this machine's."""
    match error.__cause__:
        case ConnectionRefusedError() if here:
            return N_("no gateway answers at {address}: is `samlink serve` running?"), ""
        case ConnectionRefusedError():
            return N_("no gateway answers at {address}: check the address, the port and the firewall."), ""
        case TimeoutError():
            return _SILENT, ""
        case ssl.SSLCertVerificationError(verify_message=why):
            return N_(
                "the certificate of {address} is not trusted ({why}): check tls_ca_file and tls_server_name."
            ), why.rstrip(".")
        case ssl.SSLError(reason=why):
            words = (why or "").replace("_", " ").lower() or "?"
            return N_("TLS fails at {address} ({why}): check whether that is a port for TLS."), words
        case OSError() as cause:
            return N_("{address} cannot be reached: {why}."), cause
    if error.speaks_otherwise:
        return N_(
            "what answers at {address} is no gateway of this link ({why}): check --host and --base-port, and whether "
            "it speaks TLS."
        ), error.values["why"]
    return N_(
        "the gateway at {address} closed the connection without an answer: no account allows this machine's address "
        "(`samlink account set {id} --allow ADDRESS`), it is full, or the port wants TLS (`tls = true` in the profile)."
    ), ""


def _detail(error: "RefusedError") -> str:
    """What is known beyond the code's own name; empty if RESP_MESG only repeats the code's stock phrase."""
    if error.why is not None:
        return say(": {why}", why=error.why)
    shown = "".join(char if char.isprintable() else "?" for char in error.detail).strip().rstrip(".")
    return f": {shown}" if shown and shown != response(error.response.code).message() else ""
