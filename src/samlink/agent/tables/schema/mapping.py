"""Mappings: which column of a customer's table holds which field. Pure data; `samlink.agent.tables.live` reads it.

The mappings of our own tables are here. A mapping of another agent's tables has other names, and the peculiarities of
its family: types in a column, contents in a second table, result codes of its own. Names are matched without regard to
case, since databases fold them in different ways. Values that choose something (a type, a result) are keyed by their
text, so that 4 and "4" are equal.
"""

import enum
import string
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from samlink.agent.errors import SettingsError
from samlink.agent.tables.schema import moments
from samlink.agent.tables.schema.names import beside, split
from samlink.vocabulary.kakao import KakaoKind
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import Service


class Field(enum.StrEnum):
    """What a column can hold."""

    ID = "id"
    """The row's key: a number, or text of at most 64 characters."""
    STATE = "state"
    RESULT = "result"
    """The result, by default the manual's code; may be the column of the state."""
    CODE = "code"
    """The manual's code in a column of its own, where the result is a translation of it; written by the agent."""
    SENDER = "sender"
    RECEIVER = "receiver"
    TEXT = "text"
    SUBJECT = "subject"
    URL = "url"
    FILE1 = "file1"
    FILE2 = "file2"
    FILE3 = "file3"
    FILE4 = "file4"
    FILE5 = "file5"
    """One more than an MMS can carry, so that it is refused and not left out."""
    TYPE = "type"
    """Chooses the service of a row, by `types`."""
    CONTENT_KEY = "content_key"
    """The key of the row's part in the table of `contents`."""
    PRIORITY = "priority"
    """A number; higher goes first."""
    RESERVE_AT = "reserve_at"
    TIMEOUT_AT = "timeout_at"
    CLAIMED_AT = "claimed_at"
    """When an agent took the row to send it; written by the agent."""
    SENT_AT = "sent_at"
    """When the carrier sent it, as the result says; written by the agent."""
    RESULT_AT = "result_at"
    """When the result came to the row; written by the agent."""
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


NAME_CHARACTERS: Final = 64
"""Of a table's name with its schema: as much as links store."""
TIMES: Final = (Field.RESERVE_AT, Field.TIMEOUT_AT, Field.CLAIMED_AT, Field.SENT_AT, Field.RESULT_AT)
FILES: Final = (Field.FILE1, Field.FILE2, Field.FILE3, Field.FILE4, Field.FILE5)
NEEDED: Final = (Field.ID, Field.STATE, Field.RESULT, Field.RECEIVER, Field.TEXT)
OTHER: Final = "other"
"""The key for every value that a translation does not list."""
Translation = Mapping[str, int | str]
"""Another family's value for one of the manual's, by its text; `other` for values that are not listed, which otherwise
stay as they are."""
LogMonth = Literal["", "reserve_at", "claimed_at", "sent_at", "result_at"]
_IN_CONTENTS: Final = frozenset({Field.TEXT, Field.SUBJECT, Field.URL, *FILES})


class Contents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A second table that holds a part of a message, found by the row's `content_key`. It is only read.

    SMS rows have no part there. A part takes precedence over the row's own columns.
    """

    table: str
    key: str
    """The column of the key."""
    columns: Mapping[Field, str] = {}
    """Texts and files in one row for each message."""
    file: str = ""
    """The column of a file's name, if each file has a row of its own; they become file1, file2 and so on."""
    folder: str = ""
    """The column of such a file's folder."""
    order: str = ""
    """The column that puts the rows of one key in order."""

    def __post_init__(self) -> None:
        if strange := [field.value for field in self.columns if field not in _IN_CONTENTS]:
            template = N_("contents {table}: it cannot have {fields}")
            raise SettingsError("mapping.contents_fields", template, table=self.table, fields=", ".join(strange))
        if not self.columns and not self.file:
            template = N_("contents {table}: give columns or file")
            raise SettingsError("mapping.contents_empty", template, table=self.table)


class TableMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of rows to send."""

    table: str
    """Its name, or `schema.name`; on MariaDB and MySQL `database.name`."""
    service: Service
    """The service of its rows; with `types`, of most of them."""
    columns: Mapping[Field, str]
    """The column of each field; fields that the table lacks are left out."""
    waiting: int | str = 0
    """The state of a row to send."""
    sending: int | str = 1
    """The state from the claim to the result."""
    finished: int | str | None = None
    """The state of a row with a result; None: the state's column holds the result code itself."""
    log: str = "{table}_{month}"
    """Name of the log, from `table` and, for a log of each month, `month` (YYYYMM); empty: rows stay in the table.
    It is in the table's schema unless it says another."""
    log_month: LogMonth = ""
    """The field whose month a row's log has, where the row has a time there; empty: the month in which it moves."""
    view: str = ""
    """Name of a view over the table and its logs, from `table`; empty: none."""
    times: Mapping[Field, str] = {}
    """The form of the times in a column of text or numbers, one of `moments.FORMS`; by default that of its length."""
    text_bytes: Literal["", "cp949", "utf-8"] = ""
    """The charset of the bytes in its texts, if the database takes them for another, such as latin1 or US7ASCII."""
    types: Mapping[str, Service] = {}
    """The service of a row by its `type`. A type that is not listed is refused (79)."""
    kind: str = ""
    """Kakao's kind of all rows, for a table without a column for it."""
    kinds: Mapping[str, str] = {}
    """Kakao's kind of a row by its `type`."""
    optional: tuple[Field, ...] = ()
    """Fields that are left out if the table lacks their column."""
    contents: Contents | None = None
    results: Translation = {}
    """The value written as the result, by the manual's code."""
    codes: Translation = {}
    """The value written as `code`, by the manual's code."""
    telecoms: Translation = {}
    """The value written as `telecom`, by the gateway's."""
    log_copies: Mapping[str, str] = {}
    """Columns that only the log has, by the column of the table that they are copied from."""
    log_constants: Mapping[str, int | str] = {}
    """Columns that only the log has, and their constant values."""

    def __post_init__(self) -> None:
        if missing := [field.value for field in NEEDED if field not in self.columns]:
            template = N_("table {table}: no column is given for {fields}")
            raise SettingsError("mapping.columns_missing", template, table=self.table, fields=", ".join(missing))
        apart = self.columns[Field.STATE] != self.columns[Field.RESULT]
        if self.finished is None and apart:
            template = N_("table {table}: state and result are separate columns, so `finished` is needed")
            raise SettingsError("mapping.finished_missing", template, table=self.table)
        if self.results and not apart:
            template = N_("table {table}: results can be translated only in a column separate from the state")
            raise SettingsError("mapping.results_in_state", template, table=self.table)
        states = [str(state) for state in (self.waiting, self.sending, self.finished) if state is not None]
        if len(set(states)) < len(states):
            template = N_("table {table}: waiting, sending and finished must be different states")
            raise SettingsError("mapping.equal_states", template, table=self.table)
        if len(self.table) > NAME_CHARACTERS:
            template = N_("table {table}: the name has more than {limit} characters")
            raise SettingsError("mapping.long_name", template, table=self.table, limit=NAME_CHARACTERS)
        self._check_log()
        self._check_times()
        for setting, given, field in (
            ("types", bool(self.types or self.kinds), Field.TYPE),
            ("contents", self.contents is not None, Field.CONTENT_KEY),
        ):
            if given is not (field in self.columns):
                template = N_("table {table}: {setting} and a column for {field} go together")
                raise SettingsError(
                    "mapping.incomplete", template, table=self.table, setting=f"`{setting}`", field=field
                )
        self._check_kinds()

    def _check_times(self) -> None:
        for field, form in self.times.items():
            if field not in TIMES or field not in self.columns or form not in moments.FORMS:
                template = N_("table {table}: times may give {fields} of its columns one of {forms}")
                fields, forms = ", ".join(TIMES), ", ".join(moments.FORMS)
                raise SettingsError("mapping.times", template, table=self.table, fields=fields, forms=forms)

    def _check_log(self) -> None:
        places = _places(self.table, "log", self.log, ("table", "month"))
        _places(self.table, "view", self.view, ("table",))
        if self.log and self.log_name(self.table, "{month}").lower() == self.table.lower():
            template = N_('table {table}: log is the table itself; write log = "" if finished rows are to stay in it')
            raise SettingsError("mapping.log_is_table", template, table=self.table)
        if self.log_month and ("month" not in places or self.log_month not in self.columns):
            template = N_("table {table}: log_month needs {place} in log, and a column for {field}")
            raise SettingsError("mapping.log_month", template, table=self.table, place="{month}", field=self.log_month)
        if self.view and not self.log:
            template = N_("table {table}: a view needs a log")
            raise SettingsError("mapping.view_without_log", template, table=self.table)

    def _check_kinds(self) -> None:
        given = [bool(self.kind), bool(self.kinds), Field.KIND in self.columns]
        if Service.KMS in self.services and sum(given) != 1:
            template = N_("table {table}: give a column for kind, or `kind`, or `kinds` by the type of a row")
            raise SettingsError("mapping.kind_missing", template, table=self.table)
        if strange := sorted({self.kind, *self.kinds.values()} - {"", *KakaoKind}):
            template = N_("table {table}: the kind {kind} must be AT, AI, FT, FI or FW")
            raise SettingsError("mapping.kind_unknown", template, table=self.table, kind=strange[0])

    @property
    def services(self) -> frozenset[Service]:
        """All services that rows of the table may use."""
        return frozenset(self.types.values()) or frozenset({self.service})

    def kind_of(self, values: Mapping[Field, object]) -> object:
        """Kakao's kind of a row."""
        by_type = self.kinds.get(key_of(values.get(Field.TYPE)), "")
        return values.get(Field.KIND, by_type or self.kind)

    def log_name(self, table: str, month: str) -> str:
        """The name of the log of a month, `YYYYMM`, for a table as its database spells it: in lower case if the table's
        is, so that a database which folds names to lower case finds it without quotes."""
        return _named(self.log, table, month=month)

    def view_name(self, table: str) -> str:
        """The name of the view, in lower case if the table's is; empty: none."""
        return _named(self.view, table)

    def service_of(self, values: Mapping[Field, object]) -> Service | None:
        """The service of a row, or None if its type is not listed."""
        return self.types.get(key_of(values.get(Field.TYPE))) if self.types else self.service


def _places(table: str, name: str, pattern: str, known: Sequence[str]) -> set[str]:
    """The placeholders of a pattern for a table's name, each only as `{name}`.

    Raises:
        SettingsError: it has others, or its braces do not match.
    """
    allowed = " and ".join(f"{{{place}}}" for place in known)
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError:
        template = N_("table {table}: the braces of {name} do not match; it may contain {allowed}")
        raise SettingsError("mapping.braces", template, table=table, name=name, allowed=allowed) from None
    places = {place for _, place, _, _ in parts if place is not None}
    if not places <= set(known) or any(spec or conversion for _, _, spec, conversion in parts):
        template = N_("table {table}: {name} may contain {allowed} in braces, and nothing else")
        raise SettingsError("mapping.placeholder_unknown", template, table=table, name=name, allowed=allowed)
    return places


def _named(pattern: str, table: str, **values: str) -> str:
    """A name by its pattern, for what belongs to `table`."""
    bare, _ = split(table)
    name = pattern.format(table=bare, **values)
    return beside(name.lower() if bare.islower() else name, table)


def key_of(value: object) -> str:
    """The text by which a column's value is looked up: a number without a fraction, a text without padding."""
    return "" if value is None else str(value).strip()


def translated(translation: Translation, value: int | str) -> int | str:
    """A family's value for one of the manual's."""
    return translation.get(str(value), translation.get(OTHER, value))


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
        Field.PRIORITY: "Priority",
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


OwnTable = Literal["SMS", "MMS", "KMS"]
_OWN: Final[Mapping[OwnTable, tuple[Service, Mapping[Field, str]]]] = {
    "SMS": (Service.SMS, _SMS),
    "MMS": (Service.MMS, _MMS),
    "KMS": (Service.KMS, _KMS),
}
_LACKED: Final = (Field.PRIORITY, Field.USER_CODE)
"""Fields whose columns OShot's own tables may lack."""


def own_tables(
    prefix: str = "UShot", names: Iterable[OwnTable] = tuple(_OWN), telecoms: Translation = MappingProxyType({})
) -> tuple[TableMapping, ...]:
    """Our own tables, shaped as the OShot family's: SMS, MMS (and LMS), KMS."""
    return tuple(
        TableMapping(
            table=f"{prefix}{name}",
            service=_OWN[name][0],
            columns=_OWN[name][1],
            optional=_LACKED,
            telecoms=telecoms,
            view="{table}_ALL",
        )
        for name in names
    )
