"""The certificate that the gateway shows, and how it is renewed while it runs.

What is read is used for handshakes from then on; connections that stand keep theirs. A certificate that cannot be used
is said and changes nothing: at the start it stops the gateway, later the old one stays.
"""

import asyncio
import ssl
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from samlink.gateway.sam.certificate_end import end_of
from samlink.gateway.settings import TlsSettings
from samlink.gateway.watch.events import CertificateEnds, CertificateNotRenewed, CertificateRenewed, PrivateKeyReadable
from samlink.vocabulary.problem import N_, Problem
from samlink.watch.events import Events

LOOK_SECONDS: Final = 30.0
"""How often it looks whether the files have changed; SIGHUP has them read at once."""
RENEWAL_SECONDS: Final = 1.0
"""How long a start gives to who is just replacing the files, one after the other."""
WARNED_DAYS: Final = 30.0
"""So long before its end the log warns of it: once a day, at each start and after each renewal."""
_DAY_SECONDS: Final = 86_400.0
_READ_BY_OTHERS: Final = stat.S_IRGRP | stat.S_IROTH

_Stamp = tuple[int, int, int]
"""What tells a file from its successor: inode, size, and when it was written (ns)."""


class CertificateError(Problem):
    """The certificate or its key cannot be used; the sentence names the file."""


class Certificates:
    """The context of new handshakes: TLS 1.2 or later, the server chooses the cipher, nothing is renegotiated."""

    def __init__(self, settings: TlsSettings, events: Events, now: Callable[[], float] = time.time) -> None:
        """Read the files. `now` gives UTC epoch seconds. Raises CertificateError."""
        self._events = events
        self._now = now
        self._files = (Path(settings.certificate_file), Path(settings.key_file))
        self._stamps = self._look()
        self.context = self._read()
        """For the next handshake; another object after each renewal."""
        self.ends_at = self._end()
        """When the certificate ends, UTC epoch seconds; None if that cannot be read from it."""
        self._warned_at = 0.0
        self._warn_of_end()
        mode = stat.S_IMODE(self._files[1].stat().st_mode)
        if mode & _READ_BY_OTHERS:
            events.tell(PrivateKeyReadable(settings.key_file, f"{mode:04o}"))

    @classmethod
    async def open(cls, settings: TlsSettings, events: Events) -> "Certificates":
        """As a start reads them: files that cannot be used are read once more. Raises CertificateError."""
        try:
            return cls(settings, events)
        except CertificateError:
            await asyncio.sleep(RENEWAL_SECONDS)
            return cls(settings, events)

    def reload(self) -> None:
        """Read the files again; when they cannot be used the old ones stay, and the log says why."""
        self._stamps = self._look()
        try:
            self.context = self._read()
        except CertificateError as error:
            self._events.tell(CertificateNotRenewed(str(error)))
        else:
            self._events.tell(CertificateRenewed(str(self._files[0])))
            self.ends_at = self._end()
            self._warned_at = 0.0
            self._warn_of_end()

    def days_left(self) -> float | None:
        """How long the certificate still holds; negative if it has ended, None if that cannot be read from it."""
        return None if self.ends_at is None else (self.ends_at - self._now()) / _DAY_SECONDS

    async def watch(self) -> None:
        """Reload whenever the files have changed and are the same at two looks, so that none is read half-written."""
        pending = self._stamps
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._warn_of_end()
            found = self._look()
            if found != self._stamps and found == pending:
                self.reload()
            pending = found

    # -- inside

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
        for file in self._files:
            try:
                file.read_bytes()  # ssl's own error would name no file
            except OSError as error:
                template = N_("{file} cannot be read: {why}")
                raise CertificateError("certificate.unreadable", template, file=str(file), why=error) from error
        try:
            context.load_cert_chain(*self._files, password=_no_passphrase)
        except _PassphraseWantedError:
            template = N_("{key} is protected by a passphrase, which nobody is there to type")
            raise CertificateError("certificate.passphrase", template, key=str(self._files[1])) from None
        except OSError as error:
            raise self._explained(error) from error
        return context

    def _end(self) -> int | None:
        try:
            return end_of(self._files[0].read_text("ascii", "replace"))
        except OSError:  # a renewal replaces the file at this moment, and is read when it is done
            return None

    def _warn_of_end(self) -> None:
        days, now = self.days_left(), self._now()
        if days is None or days > WARNED_DAYS or now - self._warned_at < _DAY_SECONDS:
            return
        self._warned_at = now
        self._events.tell(CertificateEnds(str(self._files[0]), round(days, 1)))

    def _explained(self, error: OSError) -> CertificateError:
        certificate, key = map(str, self._files)
        if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
            template = N_("{key} is not the key of the certificate in {certificate}")
            return CertificateError("certificate.other_key", template, key=key, certificate=certificate)
        template = N_("{certificate} and {key} are not a certificate and its key in PEM")
        return CertificateError("certificate.not_pem", template, certificate=certificate, key=key)

    def _look(self) -> tuple[_Stamp, ...]:
        return tuple(map(_stamp, self._files))


def _stamp(file: Path) -> _Stamp:
    try:
        found = file.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns)


class _PassphraseWantedError(Exception):
    """OpenSSL asks for what nobody is there to type."""


def _no_passphrase() -> str:
    raise _PassphraseWantedError
