"""The table of an account's settings agrees with the account that it describes."""

import msgspec
import pytest

from samlink.core.account import Account
from samlink.core.account_fields import FIELDS, Charges, Choice, Field, Kinds, Number, Rules
from samlink.core.input import InputError

NOT_SETTINGS = {"no", "id", "balance", "closed", "password_no", "old_password_until_ms"}
NEW = Account(no=0, id="shop")


def test_every_setting_of_an_account_is_in_the_table_once() -> None:
    names = [field.name for field in FIELDS]
    assert sorted(names) == sorted(set(Account.__struct_fields__) - NOT_SETTINGS)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_new_account_has_what_the_help_page_says(field: Field) -> None:
    value = getattr(NEW, field.name)
    if not field.default:
        assert value in ((), {}, "")
        return
    typed = field.default.partition(",")[0] if not isinstance(field.form, Kinds) else field.default
    assert field.read(int(typed) if isinstance(field.form, Number) else typed) == value


def test_a_new_account_is_valid() -> None:
    NEW.validate()


@pytest.mark.parametrize("field", [field for field in FIELDS if isinstance(field.form, Choice)], ids=str)
def test_every_choice_has_a_text(field: Field) -> None:
    assert isinstance(field.form, Choice)
    assert set(field.form.words.values()) == set(field.form.texts)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("sms_cost", "9.9", 990),
        ("month_limit", "None", None),
        ("day_limit", "0", 0),
        ("kinds", "ft, SMS", ("sms", "ft")),
        ("default_sender", "1588-1234", "15881234"),
        ("default_sender", "none", ""),
        ("allow", ["203.0.113.7,10.0.0.0/8", "10.0.0.0/8"], ("203.0.113.7/32", "10.0.0.0/8")),
        ("refund", ["8=yes", "06=no", "61=default"], {"8": True, "6": False, "61": None}),
        ("service_class", "callback-url-only", 2),
    ],
)
def test_what_is_typed_is_read(name: str, typed: object, value: object) -> None:
    field = next(field for field in FIELDS if field.name == name)
    assert field.read(typed) == value


@pytest.mark.parametrize("name", ["sms_cost", "month_limit", "default_sender", "redirect"])
def test_an_error_names_the_option_or_the_setting(name: str) -> None:
    field = next(field for field in FIELDS if field.name == name)
    with pytest.raises(InputError) as typed:
        field.read("nonsense")
    assert typed.value.values["name"] == field.place
    bad = msgspec.structs.replace(NEW, second_limit=-1)
    with pytest.raises(InputError) as given:
        bad.validate()
    assert given.value.values["name"] == "second_limit"


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("sms_cost", "10000", "cost.too_long"),
        ("month_limit", "many", "limit.unreadable"),
        ("day_limit", "1000000001", "limit.unreadable"),
        ("batch_limit", 0, "number.out_of_range"),
        ("max_msg_size", 3001, "number.out_of_range"),
        ("fee_type", "free", "choice.unknown"),
        ("kinds", "sms,fax", "choice.unknown"),
        ("rules", {"user code": "maybe"}, "choice.unknown"),
        ("refund", ["8"], "charge.unreadable"),
        ("refund", ["x=yes"], "charge.unknown"),
        ("refund", ["1=yes"], "charge.unknown"),
        ("allow", ["nowhere"], "allow.unreadable"),
        ("redirect", "b.example", "redirect.bad"),
        ("default_sender", "050-1234-5678", "phone.not_sender"),
    ],
)
def test_what_cannot_be_is_refused_by_its_code(name: str, typed: object, code: str) -> None:
    field = next(field for field in FIELDS if field.name == name)
    with pytest.raises(InputError) as caught:
        field.read(typed)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"sms_cost": 1_000_000},
        {"batch_limit": 10_000},
        {"fee_type": 3},
        {"kinds": ("fax",)},
        {"rules": {"user code": "maybe"}},
        {"refund": {"1": True}},
        {"allow": ("10.0.0.1/8",)},
        {"redirect": "b.example"},
        {"default_sender": "05012345678"},
    ],
    ids=str,
)
def test_an_account_is_not_valid_with_what_cannot_be(changes: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        msgspec.structs.replace(NEW, **changes).validate()
    assert caught.value.values["name"] == next(iter(changes))


def test_a_rule_that_is_taken_out_has_no_mode() -> None:
    rules = next(field for field in FIELDS if field.name == "rules")
    assert rules.read({"user code": None, "duplicate": "on"}) == {"user code": None, "duplicate": "on"}


def test_what_is_merged_has_a_mapping() -> None:
    assert {field.name for field in FIELDS if isinstance(field.form, Rules | Charges)} == {"rules", "refund"}
