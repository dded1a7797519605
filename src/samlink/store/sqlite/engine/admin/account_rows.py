"""Accounts as rows of the table `account`: one column for each row of `core.account_fields.FIELDS`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import apsw

from samlink.core.account import Account
from samlink.core.account_fields import FIELDS, Charges, Choice, Form, Kinds, Networks, Rules

SETTINGS: Final = tuple(field.name for field in FIELDS)
"""What can be set, by the names of Account's fields and of the columns."""


def columns_of(account: Account) -> dict[str, Any]:
    """An account's settings as the columns hold them."""
    return {field.name: _stored(field.form, getattr(account, field.name)) for field in FIELDS}


def account_of(row: Mapping[str, Any], password_no: int = 1, old_password_until_ms: int | None = None) -> Account:
    """An account from its row, the number of its password, and how long the one before is good."""
    return Account(
        no=row["no"],
        id=row["id"],
        balance=row["balance"],
        closed=row["closed_at_ms"] is not None,
        password_no=password_no,
        old_password_until_ms=old_password_until_ms,
        **{field.name: _read(field.form, row[field.name]) for field in FIELDS},
    )


def by_name(cursor: apsw.Cursor) -> Iterator[dict[str, Any]]:
    """The rows of a query, each by the names of its columns."""
    for row in cursor:
        yield dict(zip((column[0] for column in cursor.get_description()), row, strict=True))


def _stored(form: Form, value: Any) -> Any:
    match form:
        case Networks():
            return "\n".join(value)
        case Kinds():
            return ",".join(value)
        case Rules() | Charges():
            return json.dumps(value, ensure_ascii=False)
    return int(value) if isinstance(value, int) else value


def _read(form: Form, stored: Any) -> Any:
    match form:
        case Networks():
            return tuple(stored.split("\n")) if stored else ()
        case Kinds():
            return tuple(stored.split(",")) if stored else ()
        case Rules() | Charges():
            return json.loads(stored)
    if isinstance(form, Choice) and set(form.texts) == {True, False}:
        return bool(stored)
    return stored
