"""The one driver of a wire session over a TCP connection; gateway and client share it."""

from samlink.link.budget import RequestBudget
from samlink.link.driver import Link, LinkClosedError, open_link

__all__ = ["Link", "LinkClosedError", "RequestBudget", "open_link"]
