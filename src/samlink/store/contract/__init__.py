"""What a store promises: verbs on messages, the values that they exchange, what they raise."""

from samlink.store.contract.admin import AdminStore
from samlink.store.contract.messages import Store
from samlink.store.contract.problems import StoreBusyError, StoreError, StoreFullError, StoreLostError
from samlink.store.contract.values import (
    EVERYONE,
    FILE_BLOCK_BYTES,
    Accepted,
    Backlog,
    ClockDoubt,
    FilterRow,
    KeyConflict,
    LedgerEntry,
    MessageView,
    PolicyRows,
    PolicyVersion,
    Rescued,
    StoredFile,
    Submitted,
    TrailEntry,
)

__all__ = [
    "EVERYONE",
    "FILE_BLOCK_BYTES",
    "Accepted",
    "AdminStore",
    "Backlog",
    "ClockDoubt",
    "FilterRow",
    "KeyConflict",
    "LedgerEntry",
    "MessageView",
    "PolicyRows",
    "PolicyVersion",
    "Rescued",
    "Store",
    "StoreBusyError",
    "StoreError",
    "StoreFullError",
    "StoreLostError",
    "StoredFile",
    "Submitted",
    "TrailEntry",
]
