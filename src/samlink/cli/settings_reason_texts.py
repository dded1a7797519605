"""Sentences about settings: the English and its Korean. Part of `samlink.cli.reason_texts`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "int": "정수",
        "float": "숫자",
        "str": "문자열",
        "bool": "true/false 값",
        "array": "목록",
        "object": "표(table)",
        "null": "값 없음",
    }
)
"""TOML's types as msgspec names them; a sentence names one in `{wanted}` or `{given}`."""

FILE_REASONS: Final = (
    ("{path} cannot be used: {why}", "{path:을를} 사용할 수 없습니다: {why}"),
    ("{file} is not TOML: {why}", "{file:이가} TOML 형식이 아닙니다: {why}"),
    (
        "{file}: Object contains unknown field `{name}` - at `$.{place}`",
        "{file}: [{place}]에 알 수 없는 항목 `{name}`{:이가} 있습니다",
    ),
    ("{file}: Object contains unknown field `{name}`", "{file}: 알 수 없는 항목 `{name}`{:이가} 있습니다"),
    (
        "{file}: Object missing required field `{name}` - at `$.{place}`",
        "{file}: [{place}]에 필수 항목 `{name}`{:이가} 없습니다",
    ),
    ("{file}: Object missing required field `{name}`", "{file}: 필수 항목 `{name}`{:이가} 없습니다"),
    (
        "{file}: Expected `{wanted}`, got `{given}` - at `$.{place}`",
        "{file}의 {place} 값은 {wanted:이어야} 하는데 {given}입니다",
    ),
    ("{file}: {why} - at `$.{place}`", "{file}의 {place}: {why}"),
    ("{file}.toml: {why}", "{file}.toml 파일: {why}"),
)
"""What is wrong with a file of settings, before what is wrong in it."""

SETTINGS_REASONS: Final = (
    ("data: the name of a directory is missing", "data에 디렉터리 이름이 없습니다"),
    (
        "base_port {port} is not a port from 1 to {most} (five more follow it)",
        "base_port는 1~{most:이어야} 합니다(뒤로 포트 5개를 더 씁니다, 현재 {port})",
    ),
    (
        "message_days: at least {least}, so that late results find their messages",
        "message_days는 {least} 이상이어야 합니다. 늦게 온 결과가 메시지를 찾을 수 있어야 합니다",
    ),
    (
        "addresses.{name} is {value}, it must be 'host:port', 'host' or 'port'",
        "addresses.{name} 값은 'host:port', 'host', 'port' 중 한 형식이어야 합니다(현재 {value})",
    ),
    (
        "addresses.{name}: there is no such address; there are {known}",
        "addresses.{name:은는} 없는 항목입니다(쓸 수 있는 항목: {known})",
    ),
    (
        "addresses.{name}: the port is {value}, it must be 1 to {most}",
        "addresses.{name}의 포트는 1~{most:이어야} 합니다(현재 {value})",
    ),
    ("{name} is {value}, it must be auto, yes or no", "{name} 값은 auto, yes, no 중 하나여야 합니다(현재 {value})"),
    ("{name} is empty; leave it out, or give a value", "{name} 값이 비어 있습니다. 값을 적거나 항목을 지우십시오"),
    (
        "{name} is given, but tls is off; set tls to true",
        "{name:이가} 있지만 tls가 꺼져 있습니다. tls = true로 바꾸십시오",
    ),
    (
        "padding must be one space or one NUL ('space' or 'nul' in a settings file)",
        "padding은 공백 하나 또는 NUL 하나여야 합니다(설정 파일에서는 'space' 또는 'nul')",
    ),
    (
        "source_address is {value}, it must be an IP address",
        "source_address 값은 IP 주소여야 합니다(현재 {value})",
    ),
    ("{name}: more than 0 days", "{name} 값은 0일보다 커야 합니다"),
    ("{name}: more than 0 seconds and at most {most}", "{name} 값은 0초보다 크고 {most}초 이하여야 합니다"),
    ("{name}: at least {least}, not {given}", "{name} 값은 {least} 이상이어야 합니다(현재 {given})"),
    ("{name}: at most {most}, not {given}", "{name} 값은 {most} 이하여야 합니다(현재 {given})"),
)
"""In the order in which they are tried: the special before the general."""

SIMULATOR_REASONS: Final = (
    (
        "{name}: only the settings file can set it, for the next start",
        "{name:은는} 설정 파일에서만 바꿀 수 있으며 다시 시작할 때 적용됩니다",
    ),
    ("{path} is not a JSON object", "{path:은는} JSON 객체가 아닙니다"),
    ("{path} is not JSON: {why}", "{path:은는} JSON 형식이 아닙니다: {why}"),
    ("a share is between 0 and 1, not {share}", "비율은 0과 1 사이여야 합니다(현재 {share})"),
    ("{setting}: a share is between 0 and 1, not {share}", "{setting}: 비율은 0과 1 사이여야 합니다(현재 {share})"),
    (
        "failure_mix: {code} is not a result that a network can give",
        "failure_mix의 {code:은는} 이통사가 줄 수 있는 결과 코드가 아닙니다",
    ),
    (
        "failure_mix: the share of {code} is between 0 and 1, not {share}",
        "failure_mix에서 {code}의 비율은 0과 1 사이여야 합니다(현재 {share})",
    ),
    ("failure_mix: the shares are more than 1 together", "failure_mix의 비율을 모두 더하면 1을 넘습니다"),
    (
        "refused_result: {code} is not a failure that a network can give",
        "refused_result {code:은는} 이통사가 줄 수 있는 실패 코드가 아닙니다",
    ),
    ("later_result: {code} is not one of 95 to 99", "later_result는 95~99여야 합니다(현재 {code})"),
    ("seed: less than 2**64", "seed는 2**64보다 작아야 합니다"),
    (
        "open_limit: at least batch_limit, or a whole batch never fits",
        "open_limit은 batch_limit 이상이어야 합니다. 그렇지 않으면 묶음 하나가 들어가지 않습니다",
    ),
    ("lost_rest_taken: between 0 and 1, not {share}", "lost_rest_taken은 0과 1 사이여야 합니다(현재 {share})"),
)
