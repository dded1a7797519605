"""RESP_MESG of a refusal is in the language that the customer wants; an address has none."""

from samlink.vocabulary.language import Language
from samlink.vocabulary.responses import ResponseCode, response
from tests.wire.sessions.logged_in import ONE_SMS, answer, ready


def test_a_refusal_is_in_the_language_that_the_customer_wants() -> None:
    session = ready()
    session.language = Language.KOREAN
    session.receive(ONE_SMS, 1.0)
    session.refuse(ResponseCode.DISK_FULL, response(ResponseCode.DISK_FULL).message(), 1.0)
    assert answer(session) == ("1021", "19002", response(ResponseCode.DISK_FULL).korean)
    session.receive(ONE_SMS, 2.0)
    session.refuse(ResponseCode.REDIRECT, "10.0.0.2:33300", 2.0)
    assert answer(session) == ("1021", "11006", "10.0.0.2:33300")
