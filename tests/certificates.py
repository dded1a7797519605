"""Certificates that a test makes, by the openssl command: an authority, and what it signs for names and addresses."""

import subprocess
from pathlib import Path
from typing import NamedTuple

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Pair(NamedTuple):
    """A certificate and its key, PEM files."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates; its own is what a client is told to trust (`ca_file`)."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._own = Pair(folder / f"{name}.pem", folder / f"{name}.key")
        _openssl("req", "-x509", *_KEY, "-days", "2", "-subj", f"/CN={name}", *_files(self._own))
        self.ca_file = self._own.certificate

    def issue(self, name: str, *, file: str = "", expired: bool = False) -> Pair:
        """A certificate for a host's name or address."""
        pair = Pair(self._folder / f"{file or name}.pem", self._folder / f"{file or name}.key")
        kind = "IP" if name.replace(".", "").isdigit() else "DNS"
        request = pair.certificate.with_suffix(".csr")
        names = ("-addext", f"subjectAltName={kind}:{name}", "-addext", "basicConstraints=critical,CA:FALSE")
        _openssl("req", *_KEY, "-subj", f"/CN={name}", *names, "-out", str(request), "-keyout", str(pair.key))
        _openssl(
            *("x509", "-req", "-in", str(request), "-out", str(pair.certificate), "-copy_extensions", "copy"),
            *("-CA", str(self._own.certificate), "-CAkey", str(self._own.key), "-CAcreateserial"),
            *("-days", "-1" if expired else "2"),
        )
        return pair


def self_signed(folder: Path, name: str) -> Pair:
    """A certificate that nobody vouches for."""
    pair = Pair(folder / f"{name}-self.pem", folder / f"{name}-self.key")
    _openssl("req", "-x509", *_KEY, "-days", "2", "-subj", f"/CN={name}", *_files(pair))
    return pair


def locked_key(path: Path, key: Path) -> Path:
    """The same key under a passphrase."""
    _openssl("pkcs8", "-topk8", "-in", str(key), "-out", str(path), "-passout", "pass:secret")
    return path


def _files(pair: Pair) -> tuple[str, ...]:
    return "-out", str(pair.certificate), "-keyout", str(pair.key)


def _openssl(*arguments: str) -> None:
    subprocess.run(("openssl", *arguments), check=True, capture_output=True)
