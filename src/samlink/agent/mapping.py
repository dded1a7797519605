"""Which of the customer's columns holds what: pure data, one interpreter (`samlink.agent.tables`).

A mapping of our own tables stands here; one of another agent's tables is the same with other names. Names are found
without regard to case, since databases fold them in different ways.
"""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from samlink.codes.services import Service


class Field(enum.StrEnum):
    """What a column can hold."""

    ID = "id"
    """The row's key: a number, or text of at most 64 characters."""
    STATE = "state"
    RESULT = "result"
    """The manual's result code; may be the same column as the state."""
    SENDER = "sender"
    RECEIVER = "receiver"
    TEXT = "text"
    SUBJECT = "subject"
    URL = "url"
    FILE1 = "file1"
    FILE2 = "file2"
    FILE3 = "file3"
    FILE4 = "file4"
    RESERVE_AT = "reserve_at"
    TIMEOUT_AT = "timeout_at"
    SENT_AT = "sent_at"
    """When the carrier sent it; written by the agent."""
    TELECOM = "telecom"
    """Written by the agent."""
    USER_CODE = "user_code"
    KIND = "kind"
    """Kakao's AT, AI, FT, FI or FW."""
    SENDER_KEY = "sender_key"
    TEMPLATE_CODE = "template_code"
    ATTACHMENT = "attachment"
    AD = "ad"
    """`Y`: an advertisement."""
    ALT_TYPE = "alt_type"
    """N none, S SMS, L LMS, A by length."""
    ALT_SUBJECT = "alt_subject"
    ALT_TEXT = "alt_text"


FILES: Final = (Field.FILE1, Field.FILE2, Field.FILE3, Field.FILE4)
NEEDED: Final = (Field.ID, Field.STATE, Field.RESULT, Field.RECEIVER, Field.TEXT)


class TableMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of rows to be sent."""

    table: str
    service: Service
    columns: Mapping[Field, str]
    """The column of each field; a field that the table does not have is left out."""
    waiting: int | str = 0
    """The state of a row that is to be sent."""
    sending: int | str = 1
    """The state from the claim to the result."""
    finished: int | str | None = None
    """The state of a row with a result; None: the result code stands in the state's column itself."""
    log: str = "{table}_{month}"
    """Name of the month's log, from `table` and `month` (YYYYMM)."""

    def __post_init__(self) -> None:
        if missing := [field.value for field in NEEDED if field not in self.columns]:
            raise ValueError(f"table {self.table}: no column is given for {', '.join(missing)}")
        if self.finished is None and self.columns[Field.STATE] != self.columns[Field.RESULT]:
            raise ValueError(f"table {self.table}: state and result have columns of their own, so `finished` is needed")
        if "{month}" not in self.log:
            raise ValueError(f"table {self.table}: log has no {{month}} in it")


_SMS: Final[Mapping[Field, str]] = MappingProxyType(
    {
        Field.ID: "MsgID",
        Field.SENDER: "Sender",
        Field.RECEIVER: "Receiver",
        Field.TEXT: "Msg",
        Field.URL: "URL",
        Field.RESERVE_AT: "ReserveDT",
        Field.TIMEOUT_AT: "TimeoutDT",
        Field.SENT_AT: "SendDT",
        Field.STATE: "SendResult",
        Field.RESULT: "SendResult",
        Field.TELECOM: "Telecom",
        Field.USER_CODE: "IdentityCode",
    }
)
_WITHOUT_URL: Final[dict[Field, str]] = {field: column for field, column in _SMS.items() if field is not Field.URL}
_MMS: Final[Mapping[Field, str]] = MappingProxyType(
    _WITHOUT_URL
    | {
        Field.SUBJECT: "Subject",
        Field.FILE1: "File_Path1",
        Field.FILE2: "File_Path2",
        Field.FILE3: "File_Path3",
        Field.FILE4: "File_Path4",
    }
)
_KMS: Final[Mapping[Field, str]] = MappingProxyType(
    _WITHOUT_URL
    | {
        Field.KIND: "Kind",
        Field.SENDER_KEY: "SenderKey",
        Field.TEMPLATE_CODE: "TemplateCode",
        Field.ATTACHMENT: "Attachment",
        Field.AD: "AdYN",
        Field.ALT_TYPE: "AltType",
        Field.ALT_SUBJECT: "AltSubject",
        Field.ALT_TEXT: "AltMsg",
    }
)


def own_tables(prefix: str = "UShot") -> tuple[TableMapping, ...]:
    """Our own tables, shaped as the OShot family's: SMS, MMS (and LMS), KMS."""
    return (
        TableMapping(table=f"{prefix}SMS", service=Service.SMS, columns=_SMS),
        TableMapping(table=f"{prefix}MMS", service=Service.MMS, columns=_MMS),
        TableMapping(table=f"{prefix}KMS", service=Service.KMS, columns=_KMS),
    )
