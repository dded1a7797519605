"""Texts in UTF-8 where the manual has CP949: read as what they are, and no text in CP949 read as anything else."""

import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.vocabulary.services import Duty, Service
from samlink.vocabulary.text import Charset
from samlink.wire import commands
from samlink.wire.frame import Frame, encode_frame
from samlink.wire.packets import Packet, decode_body, encode_body
from samlink.wire.records import FileNames, Login, SendRecord
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Requested
from samlink.wire.text import decode_text, utf8_instead
from tests.wire.sessions.pair import ANSWER
from tests.wire.strategies import BOUNDED

ROOT: Final = Path(__file__).resolve().parents[2]
KS_HANGUL: Final = [bytes([lead, trail]).decode("cp949") for lead in range(0xB0, 0xC9) for trail in range(0xA1, 0xFF)]
ASCII: Final = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
KOREAN: Final = st.text(st.one_of(st.sampled_from(KS_HANGUL), ASCII), min_size=1, max_size=40)
ANY_HANGUL: Final = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)


def words() -> list[str]:
    """Korean words of the project's own pages."""
    pages = [*ROOT.glob("docs/*.ko.md"), ROOT / "README.ko.md"]
    return sorted({word for page in pages for word in re.findall("[가-힣]+", page.read_text(encoding="utf-8"))})


def sms_with(raw: bytes) -> bytes:
    """A 1020 of one message with this MSG."""
    body = bytearray(encode_body(Packet(commands.SEND_SMS, records=[SendRecord("g", "m", "", "01012345678")])))
    body[108:208] = raw[:100].ljust(100)
    return bytes(body)


def test_choice_charset() -> None:
    text = "안녕하세요 고객님, 광고입니다"
    for charset, raw, expected, utf8 in (
        (Charset.AUTO, text.encode("cp949"), text, False),
        (Charset.AUTO, text.encode(), text, True),
        (Charset.UTF_8, text.encode(), text, True),
        (Charset.CP949, text.encode("cp949"), text, False),
        (Charset.CP949, "광고".encode(), "愿묎퀬", False),
        (Charset.AUTO, "광고".encode(), "광고", True),
        (Charset.AUTO, b"plain", "plain", False),
        (Charset.UTF_8, b"plain", "plain", False),
    ):
        (record,) = decode_body(commands.SEND_SMS, sms_with(raw), charset=charset).records
        assert (record.text, record.utf8, record.fault) == (expected, utf8, "")


def test_a_text_that_cp949_lacks_is_the_trouble_of_its_message() -> None:
    (record,) = decode_body(commands.SEND_SMS, sms_with("좋아요 😀".encode()), charset=Charset.AUTO).records
    assert (record.text, record.fault) == ("좋아요 😀", "MSG has a character that CP949 lacks")


def test_words_are_told_apart_without_an_error() -> None:
    found = words()
    assert len(found) > 1000
    assert [word for word in found if utf8_instead(word.encode("cp949"), Charset.AUTO) is not None] == []
    assert [word for word in found if utf8_instead(word.encode(), Charset.AUTO) != word] == []


@pytest.mark.parametrize("charset", [Charset.AUTO, Charset.CP949])
@BOUNDED
@given(text=KOREAN)
def test_korean_in_cp949_is_never_read_as_anything_else(charset: Charset, text: str) -> None:
    raw = text.encode("cp949")
    assert utf8_instead(raw, charset) is None
    (record,) = decode_body(commands.SEND_SMS, sms_with(raw), charset=charset).records
    assert record == decode_body(commands.SEND_SMS, sms_with(raw)).records[0]


@BOUNDED
@given(text=st.text(st.one_of(ANY_HANGUL, ASCII), min_size=1, max_size=30), cut=st.integers(0, 2))
def test_hangul_in_utf_8_is_read_also_where_it_was_cut(text: str, cut: int) -> None:
    raw = (text + "한").encode()
    raw = raw[: len(raw) - cut]
    assert utf8_instead(raw, Charset.AUTO) in {text + "한", text} or text.isascii()


@BOUNDED
@given(raw=st.binary(max_size=100))
def test_any_bytes_are_read_as_before_or_as_utf_8_with_hangul(raw: bytes) -> None:
    text = utf8_instead(raw, Charset.AUTO)
    if text is None:
        (record,) = decode_body(commands.SEND_SMS, sms_with(raw), charset=Charset.AUTO).records
        assert record.text == decode_text(raw.partition(b"\0")[0].rstrip(b" ")) or b"\0" in raw
    else:
        assert re.search("[ㄱ-ㆎ가-힣\u1100-\u11ff]", text)


def test_the_account_says_how_its_texts_are_read() -> None:
    session = GatewaySession(Service.MMS, Duty.SEND, 0.0)
    login = encode_body(Packet(commands.LOGIN, Login("demo", "secret")))
    session.receive(encode_frame(Frame("SAM11", "1010", body=login)), 0.0)
    session.charset = Charset.AUTO
    session.answer_login(ANSWER, batch_limit=30, service_class=1, now=0.0)
    message = SendRecord("g", "m", "", "01012345678", text="가" * 10, subject="나" * 10)
    body = encode_body(Packet(commands.SEND_FIXED, FileNames(), [message]))
    body = body.replace(("가" * 10).encode("cp949").ljust(30), ("가" * 10).encode(), 1)
    (event,) = session.receive(encode_frame(Frame("SAM11", "1024", body=body)), 1.0)
    assert isinstance(event, Requested)
    (record,) = event.packet.records
    assert (record.text, record.subject, record.utf8) == ("가" * 10, "나" * 10, True)
