"""Passwords: their hashes, and the key beside the database."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from samlink.store.contract import StoreError
from samlink.store.credentials import Credentials, generate_password
from samlink.store.faults import FaultError
from samlink.store.sqlite.admin import Admin
from samlink.testing.conformance.sample import account


def test_a_generated_password_is_verified_quickly(tmp_path: Path) -> None:
    credentials = Credentials.open(tmp_path)
    password = generate_password()
    assert len(password) == 20
    assert password.isascii()
    assert password.isalnum()
    hashed = credentials.hash_generated(password)
    assert hashed.startswith("hmac-sha256$")
    assert password not in hashed
    assert not Credentials.is_slow(hashed)
    assert Credentials.open(tmp_path).verify(hashed, password)
    assert not credentials.verify(hashed, password[:-1])
    assert generate_password() != password


def test_another_directorys_key_verifies_nothing(tmp_path: Path) -> None:
    hashed = Credentials.open(tmp_path / "a").hash_generated("x" * 20)
    assert not Credentials.open(tmp_path / "b").verify(hashed, "x" * 20)


def test_a_chosen_password_is_hashed_with_argon2id(tmp_path: Path) -> None:
    credentials = Credentials.open(tmp_path)
    hashed = credentials.hash_chosen("비밀번호")
    assert hashed.startswith("$argon2id$")
    assert Credentials.is_slow(hashed)
    assert credentials.verify(hashed, "비밀번호")
    assert not credentials.verify(hashed, "비밀번흐")


@pytest.mark.parametrize("hashed", ["", "password", "$argon2id$broken", "hmac-sha256$", "md5$5f4dcc3b"])
def test_what_is_no_hash_verifies_nothing(tmp_path: Path, hashed: str) -> None:
    credentials = Credentials.open(tmp_path)
    assert not credentials.verify(hashed, "")
    assert not credentials.verify(hashed, "password")


def test_the_key_is_private_made_once_and_whole(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        hashes = set(pool.map(lambda _: Credentials.open(tmp_path / "data").hash_generated("x"), range(8)))
    assert len(hashes) == 1
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(StoreError, match="damaged"):
        Credentials.open(tmp_path)


def test_the_old_of_two_passwords_needs_the_key_for_as_long_as_it_is_good(tmp_path: Path) -> None:
    credentials = Credentials.open(tmp_path)
    (tmp_path / "secret.key").unlink()
    with Admin(tmp_path) as admin:
        admin.add_account(account(), credentials.hash_generated("x" * 20))
        admin.change_password("demo", "$argon2id$slow", old_for_ms=60_000)
    with pytest.raises(FaultError, match=r"has lost its secret\.key, and its database has generated passwords \(1\)"):
        Credentials.open(tmp_path)
    with Admin(tmp_path) as admin:
        admin.change_password("demo", "$argon2id$slower", old_for_ms=60_000)
    Credentials.open(tmp_path)


def test_nothing_shows_the_key(tmp_path: Path) -> None:
    credentials = Credentials.open(tmp_path)
    key = (tmp_path / "secret.key").read_bytes()
    assert repr(key) not in repr(credentials)
    assert not hasattr(credentials, "__dict__")
