"""Numbers as people write them."""

import pytest

from samlink.client import MessageError
from samlink.client._pack.checks import checked_number


@pytest.mark.parametrize(
    ("given", "digits"),
    [
        ("01012345678", "01012345678"),
        ("010-1234-5678", "01012345678"),
        ("010 1234 5678", "01012345678"),
        ("(02) 1234-5678", "0212345678"),
        ("82-10-1234-5678", "01012345678"),
        ("+82 10-1234-5678", "01012345678"),
        ("+82 010-1234-5678", "01012345678"),
        ("821012345678", "01012345678"),
        ("82212345678", "0212345678"),
        ("1588-1234", "15881234"),
        ("8215881234", "15881234"),
        ("0505-123-45678", "050512345678"),
        ("0082-10-1234-5678", "01012345678"),
        ("'01012345678", "01012345678"),
        ("010\u00a01234\u00a05678", "01012345678"),
        ("010\u20111234\u20115678", "01012345678"),
        ("\u202a010-1234-5678\u202c", "01012345678"),
        ("\u200b01012345678", "01012345678"),
        ("\ufeff01012345678", "01012345678"),
        ("０１０－１２３４－５６７８", "01012345678"),
    ],
)
def test_a_number_becomes_the_digits_of_the_wire(given: str, digits: str) -> None:
    assert checked_number(given, "to") == digits


@pytest.mark.parametrize("given", ["", "010", "0101234567890", "010-1234-567a", "٠١٠١٢٣٤٥٦٧٨", "82", "9" * 50])
def test_what_is_no_number_is_refused_without_being_shown(given: str) -> None:
    with pytest.raises(MessageError, match=r"^to \(.*\) is not a telephone number of 8 to 12 digits$") as raised:
        checked_number(given, "to")
    assert len(given) < 8 or given not in str(raised.value)
