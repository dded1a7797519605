"""When a certificate ends, read from its PEM: `ssl` tells it only of a peer's, after a handshake."""

import datetime
import re
import ssl
from collections.abc import Iterator
from typing import Final

_FIRST: Final = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_VALIDITY_PLACE: Final = 3
"""In a TBSCertificate, after the version: serialNumber, signature, issuer, validity (RFC 5280 4.1)."""
_FORMATS: Final = {0x17: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}
"""UTCTime and GeneralizedTime, as RFC 5280 wants them."""


def end_of(pem: str) -> int | None:
    """The notAfter of the first certificate in `pem`, UTC epoch seconds; None if it cannot be read."""
    found = _FIRST.search(pem)
    if found is None:
        return None
    try:
        _, certificate = next(_elements(ssl.PEM_cert_to_DER_cert(found[0])))
        _, signed = next(_elements(certificate))
        fields = [content for tag, content in _elements(signed) if tag != _VERSION]
        _, (tag, until) = _elements(fields[_VALIDITY_PLACE])
        moment = datetime.datetime.strptime(until.decode("ascii"), _FORMATS[tag]).replace(tzinfo=datetime.UTC)
    except (ValueError, IndexError, KeyError, StopIteration):
        return None
    return int(moment.timestamp())


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element that stands in `der`. Raises IndexError for one that is cut."""
    place = 0
    while place < len(der):
        tag, length = der[place], der[place + 1]
        place += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(der[place : place + count], "big")
            place += count
        if place + length > len(der):
            raise IndexError("an element is longer than what holds it")
        yield tag, der[place : place + length]
        place += length
