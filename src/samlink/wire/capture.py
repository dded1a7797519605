"""Captured bytes as people have them: raw, or as hex text in the forms that tools print.

Read are plain hex (`0153 414d`, `01:53:41`, `0x01, 0x53`), and dumps with an offset before and the characters after:
`hexdump -C` and `od -A x -t x1` (their `*` for repeated lines too), `xxd`, `tcpdump -X`, Wireshark. Lines that begin
with `#` are comments, and so are tcpdump's lines about packets. An offset must be the one that the bytes before lead
to, so that a line lost in copying is noticed; it may begin again at 0 for the next packet.
"""

import re
from typing import Final

from samlink.vocabulary.problem import N_, Problem

CAPTURE_LIMIT_BYTES: Final = 64 * 1024 * 1024
"""The most that a dump may expand to: a `*` can stand for any number of lines."""

_NOT_TEXT: Final = re.compile(rb"[^\t\n\r\x20-\x7e]")
_BYTE: Final = r"[0-9a-fA-F]{2}(?:\s|$)"
_OFFSET: Final = re.compile(
    r"\s*(?:0x)?(?P<digits>[0-9a-fA-F]{4,16})"
    rf"(?:(?P<colon>:)\s*|(?:\s{{2,}}|\t)(?={_BYTE})|(?<=[0-9a-fA-F]{{6}})\s(?={_BYTE}))"
)
"""A colon ends an offset, or a gap before a byte that stands alone; one space is gap enough after six digits (`od`)."""
_LAST_OFFSET: Final = re.compile(r"\s*(?P<digits>[0-9a-fA-F]{6,16})(?P<colon>:?)$")
"""The length at the end of a `hexdump -C` or `od`."""
_AFTER_COLON: Final = re.compile(r"\s{2,}")
"""What is between bytes and characters (xxd, tcpdump)."""
_AFTER_GAP: Final = re.compile(r"\s{3,}|\s+\|")
"""The same where bytes stand in two columns (Wireshark), or characters between bars (hexdump)."""
_PACKET: Final = re.compile(r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d+ |\s+\S+ > \S+: ")
"""What tcpdump says of a packet: its time and addresses, with -v in two lines."""
_PREFIXED: Final = re.compile(r"0x|\\x")
_BETWEEN: Final = re.compile(r"[\s:,;-]+")
_HEX: Final = re.compile(r"[0-9a-fA-F]*")


class CaptureError(Problem, ValueError):
    """The text is not a dump; the sentence names the line and its fault."""


def parse_capture(text_or_bytes: str | bytes) -> bytes:
    """The bytes of a capture. Bytes that are not plain text are the capture itself. Raises CaptureError: the text is no
    hex, is not whole bytes, or its offsets do not follow from each other."""
    if isinstance(text_or_bytes, bytes):
        if _NOT_TEXT.search(text_or_bytes):
            return text_or_bytes
        text_or_bytes = text_or_bytes.decode("ascii")
    dump = _Dump()
    for number, line in enumerate(text_or_bytes.splitlines(), 1):
        try:
            dump.add(line)
        except CaptureError as error:
            raise CaptureError("capture.line", N_("line {number}: {why}"), number=number, why=error) from None
    if dump.repeating:
        raise CaptureError("capture.no_end", N_("the dump ends in a *, without the offset where it ends"))
    return bytes(dump.data)


class _Dump:
    """The lines of a text so far."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.repeating = False
        """A `*` stands for the last line, as often as the next offset says."""
        self._line = b""
        self._has_offsets = False
        self._begun = 0
        """Where offset 0 of the packet that is being read is in `data`."""

    def add(self, line: str) -> None:
        line = line.rstrip()
        if not line.strip() or line.lstrip().startswith("#") or _PACKET.match(line):
            return
        if line.strip() == "*":
            if not self._line:
                raise CaptureError("capture.no_line", N_("a * without a line before it"))
            self.repeating = True
            return
        offset = _OFFSET.match(line) or (_LAST_OFFSET.match(line) if self._has_offsets else None)
        if offset is None:
            self._take(_hex_of(line))
            return
        self._has_offsets = True
        self._go_to(int(offset["digits"], 16))
        self._take(_hex_of_columns(line[offset.end() :], colon=bool(offset["colon"])))

    def _take(self, raw: bytes) -> None:
        if len(self.data) + len(raw) > CAPTURE_LIMIT_BYTES:
            raise _too_long()
        self.data += raw
        self._line = raw or self._line

    def _go_to(self, offset: int) -> None:
        so_far = len(self.data) - self._begun
        if self.repeating:
            missing = offset - so_far
            if missing <= 0 or missing % len(self._line):
                template = N_("offset {offset} does not end the lines that * stands for")
                raise CaptureError("capture.bad_repeat", template, offset=f"{offset:x}")
            if len(self.data) + missing > CAPTURE_LIMIT_BYTES:
                raise _too_long()
            self.data += self._line * (missing // len(self._line))
            self.repeating = False
        elif offset == 0:
            self._begun = len(self.data)
        elif offset != so_far:
            template = N_("offset {offset}, but {count} bytes (hex) came before it")
            raise CaptureError("capture.bad_offset", template, offset=f"{offset:x}", count=f"{so_far:x}")


def _too_long() -> CaptureError:
    return CaptureError("capture.too_long", N_("the capture is longer than {limit} bytes"), limit=CAPTURE_LIMIT_BYTES)


def _hex_of_columns(rest: str, *, colon: bool) -> bytes:
    """The bytes of a dump's line, without the characters at its end (which may be any, bars and gaps too)."""
    return _hex_of((_AFTER_COLON if colon else _AFTER_GAP).split(rest.strip(), maxsplit=1)[0])


def _hex_of(text: str) -> bytes:
    digits = _BETWEEN.sub("", _PREFIXED.sub(" ", text))
    if not _HEX.fullmatch(digits):
        wrong = next(character for character in digits if not _HEX.fullmatch(character))
        raise CaptureError("capture.bad_digit", N_("{digit} is not a digit of hex"), digit=repr(wrong))
    if len(digits) % 2:
        raise CaptureError("capture.half_byte", N_("half a byte: the number of hex digits is odd"))
    return bytes.fromhex(digits)
