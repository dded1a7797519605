"""What msgspec finds wrong in settings is a Problem with the setting's full name."""

from typing import Literal

import msgspec
import pytest

from samlink.vocabulary.language import Language, said
from samlink.vocabulary.problem import N_
from samlink.vocabulary.setting_problems import SettingError, faulty_setting, problem_of


class _Port(msgspec.Struct, forbid_unknown_fields=True):
    host: str
    number: int | None = None

    def __post_init__(self) -> None:
        if self.host == "nowhere":
            raise SettingError("host.unknown", N_("there is no host {host}"), host=self.host)


class _Settings(msgspec.Struct, forbid_unknown_fields=True):
    port: _Port
    mode: Literal["on", "off"] = "on"
    names: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("values", "code", "sentence"),
    [
        ({"port": {"host": "a", "hots": 1}}, "setting.unknown", "there is no setting port.hots"),
        ({"prot": 1, "port": {"host": "a"}}, "setting.unknown", "there is no setting prot"),
        ({"port": {}}, "setting.missing", "the setting port.host is missing"),
        ({}, "setting.missing", "the setting port is missing"),
        ({"port": {"host": 7}}, "setting.type", "port.host must be a string, not a whole number"),
        (
            {"port": {"host": "a", "number": "x"}},
            "setting.type",
            "port.number must be a whole number or nothing, not a string",
        ),
        ({"port": {"host": "a"}, "mode": "fast"}, "setting.choice", "mode is 'fast', it must be one of on, off"),
        ({"port": {"host": "a"}, "names": ["a", 7]}, "setting.type", "names[1] must be a string, not a whole number"),
        ({"port": 7}, "setting.type", "port must be a table, not a whole number"),
        ({"port": {"host": "nowhere"}}, "host.unknown", "there is no host nowhere"),
    ],
)
def test_a_wrong_setting_has_a_code_and_its_full_name(values: dict[str, object], code: str, sentence: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert(values, _Settings)
    problem = problem_of(raised.value, values, _Settings)
    assert (problem.code, said(problem, Language.ENGLISH)) == (code, sentence)


def test_the_faulty_setting_is_named_and_only_it() -> None:
    assert faulty_setting({"port": {"host": "nowhere"}}, _Settings) == "port"
    assert faulty_setting({"port": {"host": "a"}}, _Settings) == ""
