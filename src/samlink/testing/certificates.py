"""Certificates for tests of TLS: an authority in a directory, and what it signs. Made by the `openssl` program."""

import ssl
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

OPENSSL_SECONDS: Final = 30.0
_NEW_KEY: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
DAYS: Final = 365
"""How long a certificate holds unless told."""


class Certificate(NamedTuple):
    """Two PEM files."""

    certificate: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """For a server that shows this certificate."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context


class Authority:
    """Signs certificates; `ca_file` is what a client has to trust."""

    def __init__(self, directory: Path, name: str = "authority") -> None:
        self._directory = directory
        self._own = self._paths(name)
        self.ca_file = self._own.certificate
        _openssl("-subj", f"/CN={name}", "-keyout", self._own.key, "-out", self._own.certificate)

    def certificate(self, name: str, *, file: str = "", days: int = DAYS) -> Certificate:
        """A certificate for one host: a DNS name, or an IPv4 address; the files' name is the host's unless told."""
        made = self._paths(file or name)
        signer = ("-CA", self._own.certificate, "-CAkey", self._own.key)
        _openssl(*_host(name), *signer, "-keyout", made.key, "-out", made.certificate, days=days)
        return made

    def expired(self, name: str) -> Certificate:
        """One whose last day has passed."""
        made = self._paths(f"{name}-expired")
        request = made.certificate.with_suffix(".csr")
        _run("req", *_NEW_KEY, *_host(name), "-keyout", made.key, "-out", request)
        signer = ("-CA", self._own.certificate, "-CAkey", self._own.key, "-CAcreateserial")
        copied = ("-copy_extensions", "copy", "-days", "-1")
        _run("x509", "-req", "-in", request, *signer, *copied, "-out", made.certificate)
        return made

    def self_signed(self, name: str) -> Certificate:
        """One that nobody vouches for."""
        made = self._paths(f"{name}-self")
        _openssl(*_host(name), "-keyout", made.key, "-out", made.certificate)
        return made

    def _paths(self, name: str) -> Certificate:
        return Certificate(self._directory / f"{name}.pem", self._directory / f"{name}.key")


def locked_key(path: Path, key: Path) -> Path:
    """`key` once more at `path`, under a passphrase."""
    _run("pkcs8", "-topk8", "-in", key, "-out", path, "-passout", "pass:secret")
    return path


def _host(name: str) -> tuple[str, ...]:
    kind = "IP" if name.replace(".", "").isdigit() else "DNS"
    extensions = ("-addext", f"subjectAltName={kind}:{name}", "-addext", "basicConstraints=critical,CA:FALSE")
    return ("-subj", f"/CN={name}", *extensions)


def _openssl(*arguments: str | Path, days: int = DAYS) -> None:
    _run("req", "-x509", *_NEW_KEY, "-days", str(days), *arguments)


def _run(*arguments: str | Path) -> None:
    command = ["openssl", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, timeout=OPENSSL_SECONDS)
