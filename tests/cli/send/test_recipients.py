"""Lists of receivers as people keep them, and texts with a place for each one's own words."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from samlink.cli.commands.send.placeholders import filled
from samlink.cli.commands.send.recipients import judged, recipients
from samlink.cli.errors import CommandError, WrongUsageError
from samlink.core.input import InputError

MOBILE = ["01012345606", "01023456706"]


def numbers(content: str | bytes, column: str | None = None) -> list[str]:
    """The receivers of a list with this content."""
    Path("list.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return [one.to for one in recipients([], [Path("list.csv")], column)]


def texts(text: str, content: str, column: str | None = None) -> list[str]:
    """A text as it goes to each receiver of a list."""
    Path("list.csv").write_text(content)
    return [one["text"] for one in filled({"text": text}, recipients([], [Path("list.csv")], column), kakao=False)]


@pytest.mark.parametrize(
    "content",
    [
        "010-1234-5606\n010 2345 6706\n",
        "\ufeff01012345606,01023456706",
        "# 고객\n\n+82 10-1234-5606\r\n\r\n 01023456706 \r\n",
        "수신번호\n01012345606\n01023456706\n",
        "이름,휴대폰\n홍길동,010-1234-5606\n김하나,010-2345-6706\n",
        "이름;휴대폰 번호;전화번호2\n홍길동;010-1234-5606;02-123-4567\n김하나;010-2345-6706;\n",
        "홍길동\t010-1234-5606\n김하나\t010-2345-6706",
        '"홍, 길동","010-1234-5606"\n"김\n하나","010-2345-6706"\n',
        "name,mobile,home\nA,01012345606,0212345678\nB,01023456706,0212345679\n",
        "고객,주소,비고\nA,01012345606,VIP\nB,01023456706,\n",
        "０１０－１２３４－５６０６\n010–2345–6706\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_the_numbers_of_a_list_are_found(content: str, encoding: str) -> None:
    try:
        written = content.removeprefix("\ufeff").encode(encoding)
    except UnicodeEncodeError:  # a dash that CP949 has not
        written = content.encode()
    assert numbers(written) == MOBILE


@pytest.mark.parametrize(
    ("content", "column", "found"),
    [
        ("a,b\n01012345606,01099999906\n", "b", ["01099999906"]),
        ("a,b\n01012345606,01099999906\n", "B ", ["01099999906"]),
        ("01012345606,01099999906\n", "2", ["01099999906"]),
        ("이름,본인,보호자\n가,01012345606,01099999906\n", "보호자", ["01099999906"]),
    ],
)
def test_a_column_can_be_named(content: str, column: str, found: list[str]) -> None:
    assert numbers(content, column) == found


@pytest.mark.parametrize(
    ("content", "column", "said"),
    [
        ("본인,보호자\n01012345606,01099999906\n", None, ["list.csv", "--column", "'본인', '보호자'"]),
        ("가,나\n다,라\n", None, ["--column"]),
        ("a,b\n01012345606,x\n", "c", ["--column", "'c'", "'a', 'b'"]),
        ("01012345606,x\n", "3", ["--column", "'3'", "1-2"]),
        ("010-1234-5606\nabc\n", None, ["1 of 2", "line 2", "'abc'"]),
        ("010-1234-5606\n1012345606\n", None, ["line 2", "101***5606", "0 at its beginning is missing"]),
        ("010-1234-5606\n1.01235E+09\n", None, ["line 2", "1.01235E+09", "shortened"]),
        ("010-1234-5606\n02-1234-5678\n", None, ["line 2", "02-1***-5678", "not a mobile number"]),
        ("이름,휴대폰\n가,01012345606\n나,\n다\n", None, ["2 of 3", "line 3", "line 4", "no number"]),
        ("x\n" * 3 + "1\n" * 9, None, ["11 of 11", "line 2", "line 6", "and 6 more"]),
    ],
)
def test_all_bad_lines_are_counted_at_once(content: str, column: str | None, said: Sequence[str]) -> None:
    with pytest.raises(WrongUsageError) as raised:
        numbers(content, column)
    for part in said:
        assert part in str(raised.value)
    assert "1012345606" not in str(raised.value)


def test_what_is_no_text_is_said_with_its_line() -> None:
    with pytest.raises(CommandError, match=r"list\.csv is not a text in UTF-8, UTF-16 or CP949 \(line 2\)"):
        numbers(b"01012345606\n\xff\xfe\x00\n")


@pytest.mark.parametrize(
    ("given", "fault"),
    [("1012345606", "lost_zero"), ("0212345678", "not_mobile"), ("12", "not_mobile"), ("", "not_digits")],
)
def test_options_are_judged_too(given: str, fault: str) -> None:
    assert judged(given) == ("", fault)
    if given:
        with pytest.raises((WrongUsageError, InputError), match="--to"):
            recipients([given], [])


def test_places_are_filled_from_the_columns() -> None:
    members = '이름,휴대폰,금액\n홍길동,01012345606,"12,000"\n김하나,01023456706,500\n'
    assert texts("{이름}님, { 금액 }원 {{할인}}", members) == ["홍길동님, 12,000원 {할인}", "김하나님, 500원 {할인}"]
    assert texts("{1}!", "홍길동,01012345606\n") == ["홍길동!"]
    assert texts("{그대로} {}", "01012345606\n") == ["{그대로} {}"]


def test_hangul_in_parts_is_put_together() -> None:
    assert texts("{이름}", "이름,휴대폰\n\u1112\u1161\u11ab,01012345606\n") == ["한"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("{제목}", ["'{제목}'", "'이름', '휴대폰'"]), ("{이름}", ["1 of 2", "line 3", "'이름'", "empty"])],
)
def test_a_place_that_cannot_be_filled_is_said(text: str, said: Sequence[str]) -> None:
    with pytest.raises(WrongUsageError) as raised:
        texts(text, "이름,휴대폰\n가,01012345606\n,01023456706\n")
    for part in said:
        assert part in str(raised.value)


def test_kakao_writes_places_its_own_way() -> None:
    Path("list.csv").write_text("이름,휴대폰\n가,01012345606\n")
    receivers = recipients([], [Path("list.csv")])
    assert filled({"text": "#{이름}님"}, receivers, kakao=True) == [{"text": "가님"}]
    assert filled({"text": "#{이름}님"}, receivers, kakao=False) == [{"text": "#가님"}]
