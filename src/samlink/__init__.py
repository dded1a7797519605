"""samlink: a relay for the Korean UShot link protocol (SAM10, SAM11), and the client and agent that speak to one.

The rooms of the package import downwards only; `docs/ARCHITECTURE.md` names them and `lint-imports` checks them.
"""

__version__ = "0.2.0"
"""The only place that says it; pyproject.toml takes it from here."""
