"""A reason is the same Problem on the other side of the monitor port."""

import msgspec
import pytest

from samlink.agent.watch.reason import Reason
from samlink.client import LoginRefusedError
from samlink.vocabulary.language import Language, phrase, said
from samlink.vocabulary.problem import Problem


def test_a_reason_crosses_the_port_with_its_code_and_values() -> None:
    inner = Problem("disk.full", "{path} is full", path="/data")
    problem = Problem("write.failed", "{count} rows of {table}: {why}", count=3, table="UShotSMS", why=inner)
    crossed = msgspec.json.decode(msgspec.json.encode(Reason.of(problem)), type=Reason).problem
    assert (crossed.code, crossed.values["count"]) == ("write.failed", 3)
    assert said(crossed, Language.ENGLISH) == "3 rows of UShotSMS: /data is full"
    assert said(crossed, Language.KOREAN) == "3 rows of UShotSMS: /data is full", "nobody has translated these"


def test_a_reason_of_the_system_is_its_words_alone() -> None:
    reason = Reason.of(Problem("port.closed", "{why}", why=OSError(13, "Permission denied", "/secret/path")))
    assert reason.values == {"why": Reason("", "Permission denied")}
    assert said(reason.problem, Language.KOREAN) == "권한이 없습니다"


@pytest.mark.parametrize(
    ("problem", "korean"),
    [
        (LoginRefusedError("11001", ""), "로그인이 거절되었습니다(11001, 아이디 또는 비밀번호 오류)"),
        (
            Problem("a.b", "{why}", why=phrase("no connection within {seconds:g} s", seconds=3.0)),
            "3초 안에 접속하지 못했습니다",
        ),
        (Problem("a.b", "{why}", why=OSError("odd {braces}")), "odd {braces}"),
    ],
)
def test_every_part_of_the_sentence_is_said_in_the_readers_language(problem: Problem, korean: str) -> None:
    crossed = msgspec.json.decode(msgspec.json.encode(Reason.of(problem)), type=Reason).problem
    assert str(crossed) == str(problem)
    assert said(crossed, Language.KOREAN) == korean
