"""Text in CP949, counted in bytes (docs/protocol.md 2); and in UTF-8, which only our extension 1054 carries."""

import codecs
import re
from typing import Final

from samlink.vocabulary.text import CHARSET, Charset
from samlink.wire.choices import PADDING_READ
from samlink.wire.errors import LocalProtocolError

_CP949_DECODER: Final = codecs.getincrementaldecoder(CHARSET)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_OR_BREAK: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HEX: Final = re.compile("(?:[0-9a-f]{2})+")


def has_control(text: str) -> bool:
    """Whether `text` has a control character, CR, LF and TAB among them: no key may.

    `str.isprintable` alone will not do, for it is false of the ideographic space (U+3000), which CP949 has.
    """
    return not text.isprintable() and _CONTROL_OR_BREAK.search(text) is not None


def one_line(text: str) -> str:
    """A peer's `text` as it may stand in a log line: control characters and line breaks become spaces."""
    return _CONTROL_OR_BREAK.sub(" ", text)


def encode_text(text: str, where: str) -> bytes:
    """`text` in CP949; `where` names the field for the error. Raises LocalProtocolError: a character has no place in
    CP949, or is a control character other than CR, LF and TAB; the message names the character and its position
    (counted from 1)."""
    _check_control(text, where)
    try:
        return text.encode(CHARSET)
    except UnicodeEncodeError as error:
        character = text[error.start]
        shown = character if character.isprintable() else "?"
        raise LocalProtocolError(
            f"{where}: character {error.start + 1}, {shown} (U+{ord(character):04X}), cannot be written in CP949"
        ) from None


def decode_text(raw: bytes) -> str:
    """A text from the wire: half a character at its end is dropped, since its sender has cut there; any other becomes
    U+FFFD; control characters but CR, LF and TAB are dropped."""
    try:
        text = raw.decode(CHARSET)
    except UnicodeDecodeError:
        text = _CP949_DECODER("replace").decode(raw)  # not final: it waits for the second half, which never comes
    return text if text.isprintable() else _CONTROL.sub("", text)


def key_text(raw: bytes) -> str:
    """A key or number from the wire, whatever is in it: what is no CP949, and control characters, as `\\xNN`."""
    raw = raw.strip(PADDING_READ).partition(b"\0")[0].rstrip(b" ")
    text = raw.decode(CHARSET, "backslashreplace")
    return _CONTROL_OR_BREAK.sub(_escaped, text) if has_control(text) else text


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


UTF8_NAME: Final = "utf-8:"
HEX_NAME: Final = "hex:"
"""How the name of a file begins that is no text in CP949, so that the same bytes can go back: what follows is the name
itself, or its bytes in hexadecimal digits."""


def name_text(raw: bytes) -> str:
    """The name of a file as text, from which `name_bytes` makes the same bytes again, whatever they are."""
    for charset, prefix in ((CHARSET, ""), ("utf-8", UTF8_NAME)):
        try:
            text = prefix + raw.decode(charset)
        except UnicodeDecodeError:
            continue
        if not has_control(text) and name_bytes(text, "") == raw:
            return text
    return HEX_NAME + raw.hex()


def name_bytes(text: str, where: str) -> bytes:
    """The bytes of a file's name; `where` names the field for the error.

    Raises:
        LocalProtocolError: as `encode_text`.
    """
    if text.startswith(UTF8_NAME):
        return encode_utf8(text.removeprefix(UTF8_NAME), where)
    if text.startswith(HEX_NAME) and _HEX.fullmatch(text, len(HEX_NAME)):
        return bytes.fromhex(text.removeprefix(HEX_NAME))
    return encode_text(text, where)


may_be_utf8: Final = re.compile(
    rb"[\x00-\x7f]*+(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
).match
"""Whether the first bytes of a cell that are not ASCII have the form of a character in UTF-8: of CP949 few have."""
_UTF8_DECODER: Final = codecs.getincrementaldecoder("utf-8")
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_KS_HANGUL_LEADS: Final = range(0xB0, 0xC9)
_KS_FIRST_TRAIL: Final = 0xA1


def utf8_instead(raw: bytes, charset: Charset) -> str | None:
    """The text of `raw` if it is to be read as UTF-8, by what `charset` says; None: it is CP949 (or ASCII, the same).

    With AUTO the bytes must be valid UTF-8 with Hangul in it, perhaps cut at its end, and either no CP949, or CP949
    only by characters outside KS X 1001's Hangul and ASCII: 광고 in UTF-8 is 愿묎퀬 there. How often that errs is in
    docs/protocol.md 4.
    """
    if raw.isascii() or charset is Charset.CP949:
        return None
    raw = raw.partition(b"\0")[0].rstrip(b" ")
    if charset is Charset.UTF_8:
        return _without_controls(_UTF8_DECODER("replace").decode(raw))
    if not may_be_utf8(raw) or not _is_utf8_by_its_bytes(raw):
        return None
    return _without_controls(_UTF8_DECODER().decode(raw))


def _is_utf8_by_its_bytes(raw: bytes) -> bool:
    try:
        text = _UTF8_DECODER().decode(raw)  # not final: the last character may be cut
    except UnicodeDecodeError:
        return False
    if not _HANGUL.search(text):
        return False
    try:
        otherwise = _CP949_DECODER().decode(raw)
    except UnicodeDecodeError:
        return True
    return not all(character.isascii() or _is_ks_hangul(character) for character in otherwise)


def _is_ks_hangul(character: str) -> bool:
    raw = character.encode(CHARSET)
    return len(raw) == 2 and raw[0] in _KS_HANGUL_LEADS and raw[1] >= _KS_FIRST_TRAIL


def _without_controls(text: str) -> str:
    return text if text.isprintable() else _CONTROL.sub("", text)


def cp949_has(text: str) -> bool:
    """Whether all of `text` can be written in CP949."""
    try:
        text.encode(CHARSET)
    except UnicodeEncodeError:
        return False
    return True


def encode_utf8(text: str, where: str) -> bytes:
    """`text` in UTF-8; `where` names the field for the error. Raises LocalProtocolError: a character is half of a
    surrogate pair, which is no character, or a control character other than CR, LF and TAB; the message names it and
    its position (counted from 1)."""
    _check_control(text, where)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise LocalProtocolError(
            f"{where}: character {error.start + 1}, U+{ord(text[error.start]):04X}, cannot be written in UTF-8"
        ) from None


def decode_utf8(raw: bytes) -> str:
    """A text in UTF-8 from the wire: what is none becomes U+FFFD, control characters are dropped as in CP949."""
    return _without_controls(raw.decode("utf-8", "replace"))


def _check_control(text: str, where: str) -> None:
    if not text.isprintable() and (found := _CONTROL.search(text)):
        raise LocalProtocolError(
            f"{where}: character {found.start() + 1} is the control character U+{ord(found.group()):04X}; "
            "only CR, LF and TAB may be sent"
        )


def byte_length(text: str) -> int:
    """Bytes of `text` in CP949. Raises LocalProtocolError: as `encode_text`."""
    return len(encode_text(text, "text"))


def cut_text(text: str, limit: int) -> str:
    """The longest beginning of `text` that fits `limit` bytes of CP949; never ends inside a character. Raises
    LocalProtocolError: as `encode_text`."""
    raw = encode_text(text, "text")
    return text if len(raw) <= limit else raw[:limit].decode(CHARSET, "ignore")
