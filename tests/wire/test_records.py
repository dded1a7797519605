"""What an operator is shown of a record: short, masked, and never a password or a text."""

from samlink.vocabulary.responses import ResponseCode
from samlink.wire import commands
from samlink.wire.errors import ProtocolError, RemoteProtocolError
from samlink.wire.packets import Packet
from samlink.wire.records import FileNames, FileUpload, KmsRecord, Login, ResultRecord, SendRecord


def test_a_password_is_never_shown() -> None:
    login = Login("demo", "hunter2")
    assert "hunter2" not in repr(login) + str(login) + str(Packet(commands.LOGIN, login)) + repr(
        Packet(commands.LOGIN, login)
    )


def test_a_message_is_shown_without_its_text_and_numbers() -> None:
    shown = repr(SendRecord("g", "m", "0212345678", "01012345678", text="비밀 인증번호 1234", subject="제목"))
    assert shown == "SendRecord(g/m 021-****-5678 → 010-****-5678, 12 characters)"


def test_a_kakao_message_is_shown_without_its_text_and_numbers() -> None:
    shown = repr(KmsRecord("g", "m", "0212345678", "01012345678", kind="AT", text="비밀 1234", alt_text="비밀"))
    assert shown == "KmsRecord(AT g/m → 010-****-5678, 7 characters)"


def test_a_result_is_shown_masked() -> None:
    shown = repr(ResultRecord("g", "m", "01012345678", 0, 6, "01190"))
    assert shown == "ResultRecord(g/m 010-****-5678 result 6 01190)"


def test_a_file_is_shown_by_its_size() -> None:
    assert repr(FileUpload("jpg", b"\xff" * 1000)) == "FileUpload(.jpg, 1000 bytes)"


def test_names_that_are_given_are_those_that_are_not_empty() -> None:
    assert FileNames("a.jpg", "", "b.jpg").given == ("a.jpg", "b.jpg")


def test_an_error_of_the_peer_carries_its_answer() -> None:
    error = RemoteProtocolError(ResponseCode.BAD_TIME, "record 3 RESERVE_DT is not YYYY-MM-DD HH:MM:SS")
    assert isinstance(error, ProtocolError)
    assert str(error) == "12010 record 3 RESERVE_DT is not YYYY-MM-DD HH:MM:SS"
    assert error.response is ResponseCode.BAD_TIME
