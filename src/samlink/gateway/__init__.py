"""The gateway that customers log in to: SAM ports, acceptance, dispatch, reports, housekeeping, each a small part."""

from samlink.gateway.gateway import Gateway, GatewayError, UnusableSettingError
from samlink.gateway.settings import GatewaySettings, SettingsError, load_settings

__all__ = ["Gateway", "GatewayError", "GatewaySettings", "SettingsError", "UnusableSettingError", "load_settings"]
