"""Receivers from options and from lists as people keep them: plain numbers, CSV and TSV, with or without a header.

    010-1234-5678                a number on each line, or several
    이름,휴대폰,금액              a table: the column with the numbers is found, or named by --column; the others fill
    홍길동,010-1234-5678,12000     placeholders of the text: `{이름}님`, by number `{1}님` where there is no header

Every number is judged before anything is sent, and all bad lines are counted at once. Blank lines and lines that begin
with `#` are passed over.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.language import _, say
from samlink.cli.options.files import place_of, read_bytes, text_of
from samlink.core.input import not_a_number, quoted, quoted_number
from samlink.vocabulary.numbers import DIGITS_LEAST, DIGITS_MOST, MOBILE, digits_of, is_receiver
from samlink.vocabulary.problem import N_
from samlink.vocabulary.text import composed

LIST_LIMIT_BYTES: Final = 64 * 1024 * 1024
FAULTS_SHOWN: Final = 5
"""Bad lines that are named; the others are counted."""
LOOKED_AT: Final = 50
"""Rows that decide on the separator."""
_SEPARATORS: Final = ("\t", ";", ",")
_COMMENT: Final = "#"
_FOUR_DIGITS: Final = re.compile(r"\d{4}")
_PLAIN: Final = re.compile(MOBILE, re.ASCII)
"""Most cells are of this form, and need no closer look."""
_LOST_ZERO: Final = re.compile(r"1[016789]\d{7,8}", re.ASCII)
_SPREADSHEET: Final = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_NUMBER_LIKE: Final = re.compile(r"\+?[\d .()-]+", re.ASCII)
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d", "-"))
_NAMES: Final = frozenset(
    {"수신번호", "수신자번호", "수신인번호", "받는번호", "받는사람번호", "수신자전화번호", "전화번호", "연락처", "번호"}
    | {"휴대폰", "휴대폰번호", "휴대전화", "휴대전화번호", "핸드폰", "핸드폰번호"}
    | {"to", "receiver", "recipient", "number", "phone", "phonenumber", "mobile", "mobilenumber", "mobilephone"}
    | {"cellphone", "tel", "telephone"}
)
"""Headers that say that a column holds the receivers, without blanks, hyphens and underscores."""


class Recipient(NamedTuple):
    """One receiver, and the other cells of its line."""

    to: str
    """Digits."""
    fields: Mapping[str, str]
    """Cells of its line by the column's name or number; empty where there are no columns."""
    place: str
    """Where it stands."""


class Fault(NamedTuple):
    """A line that cannot be used."""

    place: str
    why: str


class _Row(NamedTuple):
    line: int
    cells: list[str]


def recipients(given: Iterable[str], files: Iterable[Path], column: str | None = None) -> list[Recipient]:
    """All receivers in the order given. Raises WrongUsageError for a bad option, or for all bad lines at once."""
    found = [Recipient(option_number(part), {}, "--to") for part in _parts(given)]
    for path in files:
        found += _from_list(path, column, "--to-file")
    if not found:
        raise WrongUsageError("no receiver was given: --to NUMBER.")
    return found


FAULTS: Final = {
    "spreadsheet": N_("a spreadsheet has shortened it: format the column as text"),
    "not_digits": N_("it has other characters than a number's"),
    "not_mobile": N_("it is not a mobile number, 01x with 10 or 11 digits"),
    "lost_zero": N_("the 0 at its beginning is missing, as a spreadsheet leaves it off"),
    "no_number": N_("it has no number"),
}
"""Faults of a receiver's number."""


def option_number(text: str) -> str:
    """The digits of a receiver that was typed after --to. Raises WrongUsageError."""
    digits, fault = judged(text)
    too_short_or_long = not DIGITS_LEAST <= sum(map(str.isdigit, text)) <= DIGITS_MOST
    if fault == "not_digits" or (fault == "not_mobile" and too_short_or_long):
        raise not_a_number(text, "--to")
    if fault:
        raise WrongUsageError(
            "{name}: {text} cannot be a receiver: {why}.", name="--to", text=quoted_number(text), why=_(FAULTS[fault])
        )
    return digits


def judged(text: str) -> tuple[str, str]:
    """The digits of a receiver, and its fault (a key of FAULTS, or empty).

    Full-width digits and typographic dashes are normalised.
    """
    if _PLAIN.fullmatch(text):
        return text, ""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    if _SPREADSHEET.fullmatch(plain):
        return "", "spreadsheet"
    if not _NUMBER_LIKE.fullmatch(plain):
        return "", "not_digits"
    digits = digits_of(plain)
    if digits is None:
        return "", "not_mobile"
    if is_receiver(digits):
        return digits, ""
    return "", "lost_zero" if _LOST_ZERO.fullmatch(digits) else "not_mobile"


def refuse(faults: Sequence[Fault], total: int) -> None:
    """Raise WrongUsageError, naming the first faults and how many there are, if there is any."""
    if not faults:
        return
    named = "; ".join(say("{place}: {why}", place=fault.place, why=fault.why) for fault in faults[:FAULTS_SHOWN])
    more = len(faults) - FAULTS_SHOWN
    if more > 0:
        named = say("{named}; and {more} more", named=named, more=f"{more:,}")
    template = N_("{count} of {total} numbers cannot be used, so nothing was done: {named}.")
    raise WrongUsageError(template, count=f"{len(faults):,}", total=f"{total:,}", named=named)


def _parts(texts: Iterable[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


# -- a list


def listed_numbers(path: Path, column: str) -> list[str]:
    """The numbers that stand in one column of a table, in their order. Raises CommandError."""
    return [recipient.to for recipient in _from_list(path, column, "FILE")]


def _from_list(path: Path, column: str | None, option: str) -> list[Recipient]:
    place = place_of(path)
    rows = list(_rows(text_of(read_bytes(path, LIST_LIMIT_BYTES), place), place))
    header = rows.pop(0).cells if len(rows) > 1 and _is_header(rows[0].cells) else []
    if not rows:
        return []
    chosen = _column(header, rows, column, place)
    if chosen is None:
        pairs: list[tuple[_Row, str, Mapping[str, str]]] = [
            (row, cell, {}) for row in rows for cell in row.cells if cell
        ]
    else:
        names = header or [str(number) for number in range(1, max(len(row.cells) for row in rows) + 1)]
        pairs = [(row, _cell(row, chosen), _fields(names, row)) for row in rows]
    found: list[Recipient] = []
    faults: list[Fault] = []
    for row, text, fields in pairs:
        digits, fault = judged(text) if text else ("", "no_number")
        where = say("{option} {path}, line {line}", option=option, path=place, line=f"{row.line:,}")
        if fault:
            shown = quoted(text) if fault == "spreadsheet" else quoted_number(text)
            faults.append(Fault(where, say("{text}, {why}", text=shown, why=_(FAULTS[fault]))))
        else:
            found.append(Recipient(digits, fields, where))
    refuse(faults, len(pairs))
    return found


def _rows(text: str, place: str) -> Iterator[_Row]:
    """The rows of a table that have anything in them, their cells without blanks around them."""
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip() and not line.startswith(_COMMENT)]
    separator = max(_SEPARATORS, key=lambda one: sum(one in line for line in lines))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not stripped[0].startswith(_COMMENT):
                yield _Row(reader.line_num, stripped)
    except csv.Error as error:
        template = N_("{place} cannot be read as a table at line {line}: {why}.")
        raise CommandError(template, place=place, line=f"{reader.line_num:,}", why=error) from None


def _is_header(cells: Sequence[str]) -> bool:
    """Whether a first row names columns: none of its cells looks like a number."""
    return not any(_FOUR_DIGITS.search(cell) for cell in cells)


def _column(header: Sequence[str], rows: Sequence[_Row], wanted: str | None, place: str) -> int | None:
    """The place of the column with the numbers; None where every cell is one. Raises WrongUsageError."""
    width = max([len(header), *(len(row.cells) for row in rows)])
    if wanted is not None:
        return _named(header, wanted, width, place)
    if width == 1:
        return 0
    known = [number for number, name in enumerate(header) if re.sub(r"[\s_-]", "", name).casefold() in _NAMES]
    if len(known) == 1:
        return known[0]
    likely = [number for number in range(width) if _holds_numbers(rows, number)]
    if len(likely) == 1:
        return likely[0]
    if not header and len(likely) == width:
        return None
    template = N_("{place}: it is not clear which column holds the receivers: name it with --column, one of {columns}.")
    raise WrongUsageError(template, place=place, columns=_columns(header, width))


def _named(header: Sequence[str], wanted: str, width: int, place: str) -> int:
    matching = [number for number, name in enumerate(header) if name.casefold() == wanted.strip().casefold()]
    if matching:
        return matching[0]
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= width:
        return int(wanted) - 1
    template = N_("--column: {place} has no column {text}; it has {columns}.")
    raise WrongUsageError(template, place=place, text=quoted(wanted), columns=_columns(header, width))


def _columns(header: Sequence[str], width: int) -> str:
    return ", ".join(quoted(name) for name in header) if header else f"1-{width}"


def _holds_numbers(rows: Sequence[_Row], place: int) -> bool:
    """Whether most cells of a column could be receivers, including numbers that lost their 0."""
    cells = [cell for row in rows if (cell := _cell(row, place))]
    good = sum(judged(cell)[1] in {"", "lost_zero", "spreadsheet"} for cell in cells)
    return good * 2 > len(cells)


def _cell(row: _Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _fields(names: Sequence[str], row: _Row) -> Mapping[str, str]:
    cells = {name: composed(_cell(row, place)) for place, name in enumerate(names) if name}
    return cells if len(names) > 1 else {}
