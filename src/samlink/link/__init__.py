"""The one driver of a protocol's session over a TCP connection; gateway and client share it."""

from samlink.link.budget import RequestBudget, RequestShare
from samlink.link.doorway import Doorway
from samlink.link.driver import Link, LinkClosedError, open_link
from samlink.link.session import Session
from samlink.link.turns import Turns

__all__ = ["Doorway", "Link", "LinkClosedError", "RequestBudget", "RequestShare", "Session", "Turns", "open_link"]
