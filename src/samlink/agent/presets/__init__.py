"""Mappings of other agents' tables, ready to use: each a TOML text that `samlink agent init --preset` writes out whole.

A mapping is copied into the customer's settings file, not named there, so that a person sees the columns that are read
and written and can change them, and no new version of samlink does.
"""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import msgspec

from samlink.agent.tables.schema.mapping import TableMapping

PRESETS: Final[Mapping[str, str]] = {
    "msg_data": "MSG_DATA, MMS_CONTENTS_INFO, MSG_LOG_YYYYMM",
    "emma": "em_smt_tran, em_mmt_tran, em_mmt_file, em_smt_log_YYYYMM, em_mmt_log_YYYYMM",
    "lgu": "SC_TRAN, MMS_MSG, SC_LOG_YYYYMM, MMS_LOG_YYYYMM",
}
"""Their names, and the tables that each works on."""


class _Tables(msgspec.Struct, forbid_unknown_fields=True):
    tables: tuple[TableMapping, ...]


def preset_text(name: str) -> str:
    """The TOML text of a preset, with its comments. Raises KeyError when there is no such preset."""
    if name not in PRESETS:
        raise KeyError(name)
    return files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")


def preset(name: str) -> tuple[TableMapping, ...]:
    """The mappings of a preset. Raises KeyError when there is no such preset."""
    return msgspec.toml.decode(preset_text(name), type=_Tables).tables
