"""The tolerance suite: programs at the other end that are one byte off the manual, as tables that anybody can run.

    python -m samlink.testing.tolerance gateway --host HOST --base-port PORT --id ID     (password: SAMLINK_PASSWORD)
    python -m samlink.testing.tolerance client MODULE:FACTORY

A row is one habit: its name, where it was found, how it is played, and, if it is refused on purpose, why. The same from
Python: `async for verdict in verdicts(GATEWAY_ROWS, GatewayUnderTest(...))`, or `verdicts(CLIENT_ROWS, factory)`.

The gateway half (`gateway_rows`) plays customers against a gateway, which is given by its addresses and an account of
it (`GatewayUnderTest`). The client half (`client_rows`, played by `client_half`) plays vendors' gateways against a
client, which is given by a factory of a `ClientUnderTest`. Whatever the row, the same holds: no message arrives twice,
none is called sent that was not taken, no result is lost or handed on twice, and the client goes on.
"""

from samlink.testing.tolerance.client_half import CLIENT_ROWS, ClientUnderTest, Factory, Place
from samlink.testing.tolerance.client_rows import Outcome
from samlink.testing.tolerance.gateway_half import GatewayUnderTest
from samlink.testing.tolerance.gateway_rows import GATEWAY_ROWS
from samlink.testing.tolerance.row import Row, ToleranceError, Verdict, verdicts

__all__ = (
    "CLIENT_ROWS",
    "GATEWAY_ROWS",
    "ClientUnderTest",
    "Factory",
    "GatewayUnderTest",
    "Outcome",
    "Place",
    "Row",
    "ToleranceError",
    "Verdict",
    "verdicts",
)
