"""A sentence in Korean: its template is translated, its values are not, unless they are sentences themselves."""

import errno

import pytest

from samlink.vocabulary.language import Language, phrase, said, sentence, translated
from samlink.vocabulary.problem import N_, Problem, system_reason

ENGLISH, KOREAN = Language


def test_a_problem_in_korean() -> None:
    problem = Problem(
        "file.unreadable", N_("{path} cannot be written: {why}."), path="memo", why=FileNotFoundError(2, "No")
    )
    assert said(problem, ENGLISH) == str(problem) == "memo cannot be written: No such file or directory."
    assert said(problem, KOREAN) == "memo에 쓸 수 없습니다: 그런 파일이나 디렉터리가 없습니다."


def test_a_persons_name_for_a_file_is_never_translated() -> None:
    problem = Problem("file.unknown", N_("{name} is missing"), name="Is a directory")
    assert said(problem, KOREAN) == "Is a directory 값이 빠졌습니다"


def test_a_problem_within_a_problem_is_said_in_the_same_language() -> None:
    inner = Problem("value.missing", N_("{name} needs a value"), name="x")
    outer = Problem("file.unwritable", N_("{path} cannot be written: {why}."), path="memo", why=inner)
    assert str(outer) == "memo cannot be written: x needs a value."
    assert said(outer, KOREAN) == "memo에 쓸 수 없습니다: x에 값이 필요합니다."


def test_a_phrase_is_a_sentence_that_is_no_error() -> None:
    rate = phrase(N_("{amount} won"), amount=5)
    assert (str(rate), said(rate, KOREAN)) == ("5 won", "5원")


def test_what_has_no_translation_stays_english() -> None:
    assert translated("no such sentence", KOREAN) == "no such sentence"
    assert translated("", KOREAN) == ""
    assert sentence("{word}", {"word": 7}, KOREAN) == "7"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            OSError(
                errno.EADDRINUSE, "error while attempting to bind on address ('127.0.0.1', 1): address already in use"
            ),
            "Address already in use",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "secret.pem"), "Permission denied"),
        (OSError("Multiple exceptions: a, b"), "Multiple exceptions: a, b"),
    ],
)
def test_the_systems_reason_is_without_numbers_and_paths(error: OSError, words: str) -> None:
    assert system_reason(error) == words
