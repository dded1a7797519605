"""Every command, declared once: its fields in the manual's order with the manual's sizes (manual 3.B).

`codec.py` interprets these tables in both directions, `sessions/transitions.py` knows who may send which and when,
docs/protocol.md is made from them. A body is: COUNT (if `counted`), the head's fields once, then COUNT times the
record's fields.
"""

import enum
from collections.abc import Mapping
from typing import Final

import msgspec

from samlink.vocabulary.services import Service
from samlink.vocabulary.sizes import FILE_SIZE_LIMIT
from samlink.wire import kms, records
from samlink.wire.fields import Field, FieldKind

KEY, NAME, TEXT, TIME, LENIENT_TIME, NUMBER, OPTIONAL_NUMBER, COST, SECRET, LENGTH, BYTES, UTF8_TEXT = FieldKind


class Version(enum.StrEnum):
    """VERSION of the frame: how results are taken (manual 2.B.4)."""

    SAM10 = "SAM10"
    """The client polls for results; a send request is answered by 1026."""
    SAM11 = "SAM11"
    """The gateway pushes results; a send request is answered by 1021 with its keys."""


class Direction(enum.Enum):
    """Who sends a frame."""

    TO_GATEWAY = "client → gateway"
    TO_CLIENT = "gateway → client"


class Table(msgspec.Struct, frozen=True):
    """The fields of a head or a record, and the class of their values."""

    record: type[records.Record]
    fields: tuple[Field, ...]

    def __repr__(self) -> str:
        return f"Table({self.record.__name__}, {len(self.fields)} fields)"


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One command of the manual, or of ours (1054)."""

    code: str
    """COMMAND, four digits."""
    korean: str
    english: str
    counted: bool = False
    """The body opens with COUNT (4 bytes), unless it is empty and `may_be_empty`."""
    head: Table | None = None
    record: Table | None = None
    may_be_empty: bool = False
    """An empty body is allowed beside the declared one."""
    unread_limit: int = 0
    """So many bytes may follow the last field of the head; they are not read (1096)."""
    may_end_early: bool = False
    """A shorter body is read as far as whole fields go (1011)."""
    user_code: bool = False
    """The record may or may not end in USERCODE: LENGTH tells (docs/protocol.md 4). 1054 has it in any case."""
    manual_total: str = ""
    """The manual's own words for the body's size."""

    def __repr__(self) -> str:
        return f"Command({self.code} {self.english})"


COUNT: Final = Field("COUNT", 4, NUMBER, "count", required=True)

_GROUP_ID: Final = Field("GRP_ID", 20, KEY, "group_id", required=True)
_MESSAGE_ID: Final = Field("MSG_ID", 20, KEY, "message_id", required=True)
_SENDER: Final = Field("SENDER", 12, KEY, "sender", note="digits")
_RECEIVER: Final = Field("RECEIVER", 12, KEY, "receiver", required=True, note="digits")
_ADDRESSED: Final = (
    _GROUP_ID,
    _MESSAGE_ID,
    _SENDER,
    _RECEIVER,
    Field("RESERVE_DT", 20, TIME, "reserve_at"),
    Field("TIMEOUT_DT", 20, TIME, "timeout_at"),
)
_SUBJECT: Final = Field("SUBJECT", 120, TEXT, "subject")
_USER_CODE: Final = Field("USERCODE", 30, KEY, "user_code", note="in the tables, not in the totals")
USER_CODE_ONCE: Final = Table(records.UserCode, (_USER_CODE,))
"""What may follow the last record, where the records have no USERCODE of their own."""
_MSG_LEN: Final = Field("MSG_LEN", 4, LENGTH, required=True)
_VARIABLE_MSG: Final = Field("MSG", 0, TEXT, "text", required=True, limit=3000, counted_by="MSG_LEN")

_FILE_NAMES: Final = Table(records.FileNames, tuple(Field(f"FILE_NAME{n}", 128, NAME, f"name{n}") for n in range(1, 5)))
_KEYS: Final = Table(records.KeyRecord, (_GROUP_ID, _MESSAGE_ID))
_VARIABLE: Final = Table(records.SendRecord, (_MSG_LEN, *_ADDRESSED, _SUBJECT, _VARIABLE_MSG, _USER_CODE))

LOGIN: Final = Command(
    code="1010",
    korean="로그인요청",
    english="login",
    head=Table(
        records.Login,
        (Field("ID", 20, KEY, "id", required=True), Field("PASSWORD", 20, SECRET, "password", required=True)),
    ),
    manual_total="40",
)
LOGIN_AGAIN: Final = Command(
    code="1096",
    korean="로그인요청 (발송 포트)",
    english="login of the family's own client",
    head=LOGIN.head,
    unread_limit=88,
    manual_total="not in the manual; in the field 92, of which 52 are `0` and not read",
)
LOGINS: Final = (LOGIN, LOGIN_AGAIN)
"""Taken alike."""
LOGIN_ANSWER: Final = Command(
    code="1011",
    korean="로그인결과",
    english="login answer",
    head=Table(
        records.LoginAnswer,
        (
            Field("FEE_TYPE", 2, OPTIONAL_NUMBER, "fee_type", required=True, note="1 prepaid, 2 postpaid"),
            Field("SMS_COST", 6, COST, "sms_cost", required=True),
            Field("LMS_COST", 6, COST, "lms_cost", required=True),
            Field("MMS_COST", 6, COST, "mms_cost", required=True),
            Field("BALANCE", 8, OPTIONAL_NUMBER, "balance", required=True, note="won; prepaid"),
            Field("VARIABLE_YN", 1, TEXT, "variable", required=True, note="Y: 1044 and 1045, N: 1024"),
            Field("MAX_MSG_SIZE", 4, OPTIONAL_NUMBER, "max_msg_size", required=True, note="at most 3000"),
        ),
    ),
    may_be_empty=True,
    may_end_early=True,
    manual_total="24",
)
SEND_SMS: Final = Command(
    code="1020",
    korean="발송요청 (SMS)",
    english="send SMS",
    counted=True,
    record=Table(
        records.SendRecord,
        (
            *_ADDRESSED,
            Field("MSG", 100, TEXT, "text", required=True, note="90 recommended"),
            Field("URL", 80, TEXT, "url", note="callback URL"),
            _USER_CODE,
        ),
    ),
    user_code=True,
    manual_total="4 + 284 * COUNT",
)
SEND_FIXED: Final = Command(
    code="1024",
    korean="발송요청 (LMS,MMS)",
    english="send LMS or MMS, fixed length",
    counted=True,
    head=_FILE_NAMES,
    record=Table(
        records.SendRecord, (*_ADDRESSED, _SUBJECT, Field("MSG", 2000, TEXT, "text", required=True), _USER_CODE)
    ),
    user_code=True,
    manual_total="(4 + 512) + (2224 * COUNT)",
)
SEND_LMS: Final = Command(
    code="1044",
    korean="발송요청 (LMS 가변길이)",
    english="send LMS, variable length",
    counted=True,
    record=_VARIABLE,
    user_code=True,
    manual_total="(4) + (4+224+MSG_LEN)*COUNT",
)
SEND_MMS: Final = Command(
    code="1045",
    korean="발송요청 (MMS 가변길이)",
    english="send MMS, variable length",
    counted=True,
    head=_FILE_NAMES,
    record=_VARIABLE,
    user_code=True,
    manual_total="(4+512)+(4+224+MSG_LEN)*COUNT",
)
SEND_KMS: Final = Command(
    code="1054",
    korean="발송요청 (KMS)",
    english="send Kakao (our extension)",
    counted=True,
    record=Table(records.KmsRecord, (*kms.LENGTHS, *_ADDRESSED, *kms.FIELDS)),
    manual_total="not in the manual",
)
SEND_ANSWER: Final = Command(code="1026", korean="발송요청응답 (SAM10)", english="send answer, SAM10", manual_total="0")
SEND_ANSWER_KEYS: Final = Command(
    code="1021",
    korean="발송요청응답 (SAM11)",
    english="send answer with keys, SAM11",
    counted=True,
    record=_KEYS,
    may_be_empty=True,
    manual_total="4 + 40 * COUNT",
)
RESULTS_TAKEN: Final = Command(
    code="1030",
    korean="발송결과요청 (SAM10), 발송결과응답 (SAM11)",
    english="poll for results (SAM10, empty), acknowledge results (SAM11, with keys)",
    counted=True,
    record=_KEYS,
    may_be_empty=True,
    manual_total="0 (SAM10); 4 + 40 * COUNT (SAM11)",
)
RESULTS: Final = Command(
    code="1031",
    korean="발송결과수신",
    english="results",
    counted=True,
    record=Table(
        records.ResultRecord,
        (
            _GROUP_ID,
            _MESSAGE_ID,
            _RECEIVER,
            Field("SEND_DT", 20, LENIENT_TIME, "sent_at", required=True),
            Field("RESULT", 3, NUMBER, "result", required=True),
            Field("TELECOM", 7, TEXT, "telecom"),
        ),
    ),
    may_be_empty=True,
    manual_total="4 + 82 * COUNT",
)
UPLOAD: Final = Command(
    code="2030",
    korean="파일전송요청",
    english="upload a file",
    head=Table(
        records.FileUpload,
        (
            Field("FILE_LENGTH", 10, LENGTH, required=True, note="the manual: not needed"),
            Field("FILE_EXT", 3, KEY, "extension", note="in any case"),
            Field("FILE", 0, BYTES, "content", limit=FILE_SIZE_LIMIT, counted_by="FILE_LENGTH"),
        ),
    ),
    manual_total="13 + FILE_LENGTH",
)
UPLOAD_ANSWER: Final = Command(
    code="2040",
    korean="파일전송응답",
    english="upload answer",
    head=Table(records.FileAnswer, (Field("FILE_NAME", 128, KEY, "name", required=True),)),
    may_be_empty=True,
    manual_total="128",
)

COMMANDS: Final[Mapping[str, Command]] = {
    command.code: command
    for command in (
        LOGIN,
        LOGIN_AGAIN,
        LOGIN_ANSWER,
        SEND_SMS,
        SEND_ANSWER_KEYS,
        SEND_FIXED,
        SEND_ANSWER,
        RESULTS_TAKEN,
        RESULTS,
        SEND_LMS,
        SEND_MMS,
        SEND_KMS,
        UPLOAD,
        UPLOAD_ANSWER,
    )
}

SEND_COMMANDS: Final[Mapping[Service, tuple[Command, ...]]] = {
    Service.SMS: (SEND_SMS,),
    Service.MMS: (SEND_FIXED, SEND_LMS, SEND_MMS),
    Service.KMS: (SEND_KMS,),
}
"""Which send commands a service's send port takes. KMS's is ours (docs/protocol.md 7)."""

ALL_SEND_COMMANDS: Final = frozenset(command.code for sent in SEND_COMMANDS.values() for command in sent)
