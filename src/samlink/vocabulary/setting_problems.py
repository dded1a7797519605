"""Settings that are wrong, as Problems: the setting's full name, the fault, and what would be right. Pure.

msgspec says only in a sentence which setting is at fault. No sentence is parsed: the values are walked beside the
struct, and the first setting that cannot be converted on its own is the one.
"""

import enum
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from samlink.vocabulary.language import Phrase, phrase
from samlink.vocabulary.problem import N_, Problem

_TYPES: Final[Mapping[Any, str]] = {
    bool: N_("true or false"),
    int: N_("a whole number"),
    float: N_("a number"),
    str: N_("a string"),
    list: N_("a list"),
    tuple: N_("a list"),
    frozenset: N_("a list"),
    dict: N_("a table"),
    types.NoneType: N_("nothing"),
}
"""TOML's types, by Python's."""


class SettingError(Problem, ValueError):
    """A setting is wrong; raised in a struct's `__post_init__`, where msgspec catches it (`problem_of`)."""


def problem_of(error: Exception, values: object, kind: type[msgspec.Struct]) -> Problem:
    """The Problem behind the error of `msgspec.convert(values, kind)`: the one that a setting's own check raised, or
    the first unknown, missing or mistyped setting by its full name, such as `gateway.base_port`."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__
    return _struct_fault(values, kind, "") or Problem("setting.value", N_("{name}: {why}"), name="", why=str(error))


def faulty_setting(values: Mapping[str, Any], kind: type[msgspec.Struct]) -> str:
    """The name of the first setting whose value cannot stand on its own; empty if each can, and only all together
    cannot."""
    fields = (field for field in msgspec.structs.fields(kind) if field.encode_name in values)
    return next((f.encode_name for f in fields if _fault(values[f.encode_name], f.type, f.encode_name)), "")


def _struct_fault(values: object, kind: type[msgspec.Struct], place: str) -> Problem | None:
    if not isinstance(values, Mapping):
        return _type_fault(values, dict, place)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in values:
        if name not in fields and kind.__struct_config__.forbid_unknown_fields:
            return Problem("setting.unknown", N_("there is no setting {name}"), name=_joined(place, name))
    for name, field in fields.items():
        if name not in values and field.required:
            return Problem("setting.missing", N_("the setting {name} is missing"), name=_joined(place, name))
        if name in values and (fault := _fault(values[name], field.type, _joined(place, name))):
            return fault
    return None


def _fault(value: object, kind: Any, place: str) -> Problem | None:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, Problem):
            return error.__cause__
        return next(_inner_faults(value, kind, place), None) or _type_fault(value, kind, place)
    return None


def _inner_faults(value: object, kind: Any, place: str) -> Iterator[Problem]:
    """Faults of the parts of a table or a list, if that is what `kind` wants and what `value` is."""
    for choice in _choices(kind):
        origin, arguments = typing.get_origin(choice), typing.get_args(choice)
        if isinstance(choice, type) and issubclass(choice, msgspec.Struct) and isinstance(value, Mapping):
            yield from filter(None, [_struct_fault(value, choice, place)])
        elif isinstance(value, Mapping) and arguments and origin not in (list, tuple, frozenset):
            faults = (_fault(item, arguments[-1], _joined(place, str(name))) for name, item in value.items())
            yield from filter(None, faults)
        elif isinstance(value, list) and arguments and origin is not Literal:
            yield from filter(None, (_fault(item, arguments[0], f"{place}[{n}]") for n, item in enumerate(value)))


def _type_fault(value: object, kind: Any, place: str) -> Problem:
    choices = _choices(kind)
    known = [str(choice) for one in choices for choice in _members(one)]
    if known and isinstance(value, str):
        template = N_("{name} is {value}, it must be one of {known}")
        return Problem("setting.choice", template, name=place, value=repr(value), known=", ".join(known))
    wanted: object = _words(choices[0])
    for choice in choices[1:]:
        wanted = phrase(N_("{one} or {other}"), one=wanted, other=_words(choice))
    template = N_("{name} must be {wanted}, not {given}")
    return Problem("setting.type", template, name=place, wanted=wanted, given=_words(type(value)))


def _members(kind: Any) -> Sequence[Any]:
    """The values of a Literal or an enum."""
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [member.value for member in kind]
    return typing.get_args(kind) if typing.get_origin(kind) is Literal else ()


def _choices(kind: Any) -> tuple[Any, ...]:
    """The types of a union, or the one type; without what `Annotated` adds."""
    if typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    union = isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union
    return typing.get_args(kind) if union else (kind,)


def _words(kind: Any) -> Phrase | str:
    origin = typing.get_origin(kind) or kind
    if origin is Literal:
        return _words(type(typing.get_args(kind)[0]))
    if isinstance(origin, type) and issubclass(origin, msgspec.Struct | Mapping):
        origin = dict
    return Phrase(_TYPES[origin]) if origin in _TYPES else Phrase(_TYPES[str])


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
