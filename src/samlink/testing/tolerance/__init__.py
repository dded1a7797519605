"""The tolerance suite: programs that are one byte off the manual, tried on an implementation of the link.

Its gateway half plays odd customers against any gateway, given by addresses and an account (`GatewayUnderTest`). Each
`Row` names a habit, the finding that it comes from, and plays it; it passes, fails with a `ToleranceError` that says
what was seen, or is `refused` on purpose, for the reason that it gives, which is then what is expected.
"""

from samlink.testing.tolerance.customers import GATEWAY_ROWS
from samlink.testing.tolerance.gateway_under_test import GatewayUnderTest, RawCustomer
from samlink.testing.tolerance.row import Row, ToleranceError

__all__ = ["GATEWAY_ROWS", "GatewayUnderTest", "RawCustomer", "Row", "ToleranceError"]
