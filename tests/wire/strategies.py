"""What the tests of the wire draw from: values, records and packets of every table, made from the tables themselves."""

from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from samlink.wire.commands import COMMANDS, Command, Table
from samlink.wire.fields import Field, FieldKind
from samlink.wire.packets import Packet
from samlink.wire.records import KmsRecord, Record
from samlink.wire.text import cut_text

BOUNDED: Final = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""The same examples in every run, and no clock in the verdict."""

LAYOUTS: Final = tuple(
    (command, user_code)
    for command in COMMANDS.values()
    for user_code in ((False, True) if command.user_code else (False,))
)
"""Every command in each of its layouts."""

FIRST_TIME: Final = -62135629200
"""0001-01-01 00:00:00 KST, the first time that four digits of a year can say."""
LAST_TIME: Final = 253402268399
"""9999-12-31 23:59:59 KST."""


def layout_id(layout: tuple[Command, bool]) -> str:
    """A test's name for a layout."""
    return layout[0].code + ("-usercode" if layout[1] else "")


_KEY_CHARACTERS: Final = st.one_of(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E),
    st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3),
    st.sampled_from("펲똠뷁　、가힣①㎏漢"),
)
_TEXT_CHARACTERS: Final = st.one_of(_KEY_CHARACTERS, st.sampled_from("\r\n\t"))


def keys(size: int) -> st.SearchStrategy[str]:
    """Texts that a KEY of `size` bytes carries unchanged."""
    plain = st.text("0123456789abcXYZ-_/.", max_size=size)
    any_key = st.text(_KEY_CHARACTERS, max_size=size).map(lambda text: cut_text(text, size).strip(" "))
    return st.one_of(plain, any_key)


def texts(size: int) -> st.SearchStrategy[str]:
    """Texts that a TEXT of `size` bytes carries unchanged: all but the spaces at their end."""
    return st.text(_TEXT_CHARACTERS, max_size=min(size, 120)).map(lambda text: cut_text(text, size).rstrip(" "))


def utf8_texts(size: int) -> st.SearchStrategy[str]:
    """Texts that a UTF8_TEXT of up to `size` bytes carries unchanged, also what CP949 lacks and spaces at the end."""
    characters = st.one_of(
        _TEXT_CHARACTERS, st.sampled_from("😀👨‍👩‍👧\ufeffé "), st.characters(min_codepoint=0xA0, codec="utf-8")
    )
    drawn = st.text(characters, max_size=min(size, 120) // 4)
    return drawn.map(lambda text: text.replace("\u2028", "").replace("\u2029", ""))


def costs() -> st.SearchStrategy[int | None]:
    """Prices in 1/100 won that six characters can say."""
    return st.one_of(st.none(), st.integers(0, 99_999), st.integers(0, 99_999).map(lambda tenths: tenths * 10))


def values(field: Field) -> st.SearchStrategy[Any]:
    """Values that `field` carries unchanged."""
    numbers = st.integers(0, 10**field.size - 1)
    match field.kind:
        case FieldKind.KEY | FieldKind.NAME | FieldKind.SECRET:
            return keys(field.size)
        case FieldKind.TEXT:
            return texts(field.size or field.limit)
        case FieldKind.UTF8_TEXT:
            return utf8_texts(field.size or field.limit)
        case FieldKind.TIME | FieldKind.LENIENT_TIME:
            return st.one_of(st.none(), st.integers(FIRST_TIME, LAST_TIME))
        case FieldKind.NUMBER:
            return numbers
        case FieldKind.OPTIONAL_NUMBER:
            return st.one_of(st.none(), numbers)
        case FieldKind.COST:
            return costs()
        case FieldKind.BYTES:
            return st.binary(max_size=200)
        case FieldKind.LENGTH:
            raise AssertionError("a LENGTH has no value of its own")


def table_records(table: Table, *, user_code: bool) -> st.SearchStrategy[Record]:
    """Records of a table; without `user_code` its USERCODE stays empty, where the layout may leave it out."""
    user_code = user_code or table.record is KmsRecord
    fields = [field for field in table.fields if field.attribute and (user_code or field.attribute != "user_code")]
    return st.builds(table.record, **{field.attribute: values(field) for field in fields})


@st.composite
def packets(draw: st.DrawFn, command: Command, *, user_code: bool = False, least: int = 0, most: int = 4) -> Packet:
    """Packets of `command` with `least` to `most` records (or just its head), as decoding gives them back."""
    if command.head is None and not command.counted:
        return Packet(command, empty=True)
    if not least and command.may_be_empty and draw(st.booleans()):
        return Packet(command, empty=True)
    head = None if command.head is None else draw(table_records(command.head, user_code=False))
    if command.record is None:
        return Packet(command, head)
    records = table_records(command.record, user_code=user_code)
    drawn = draw(st.lists(records, min_size=least, max_size=most))
    if not drawn:
        return Packet(command, draw(st.sampled_from([None, head])), [])
    return Packet(command, head, drawn, user_code)


def any_packets() -> st.SearchStrategy[Packet]:
    """Packets of every command in every layout."""
    return st.sampled_from(LAYOUTS).flatmap(lambda layout: packets(layout[0], user_code=layout[1]))
