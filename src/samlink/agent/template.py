"""The settings file that `samlink agent init` writes: every setting that a beginner needs, each with its reason."""

import json
from collections.abc import Sequence
from typing import Final

from samlink.agent.presets import preset_text

_TEXT: Final = """\
# The samlink agent. Passwords do not stand here: they come from the environment, or from the first line of a file that
# only its owner can read (chmod 600). Names of files are relative to this one.
# samlink 에이전트 설정. 비밀번호는 환경변수나 권한 600 파일의 첫 줄에 둡니다. 파일 이름은 이 파일 기준입니다.

[database]
url = {url}
{database_password}

[gateway]
host = {host}                # 중계사 주소
id = {id}
base_port = {base_port}                  # the first of six ports / 포트 6개 중 첫 번째
password_env = "SAMLINK_PASSWORD"  # or / 또는: password_file = "gateway.password"

[work]
prefix = {prefix}                  # of our tables: {prefix_bare}SMS, {prefix_bare}MMS, {prefix_bare}KMS
files = "."                       # where files of MMS lie / MMS 파일 폴더
poll_seconds = 1.0
long_sms_as_lms = true            # false: 79
replace_unfit = false             # true: characters that CP949 lacks become ? / CP949에 없는 글자를 ?로
sms_result_hours = 24             # the wait for a result; then the row moves with SendResult 1 / 결과 대기 시간
other_result_hours = 72           # the same for LMS, MMS and Kakao / LMS, MMS, 카카오
"""
_MONITOR: Final = """\

[monitor]
# port = 9433                     # rates in `samlink agent status`, /health, /metrics / 상태·메트릭 포트
"""
_NOT_OURS: Final = """\
own_tables = false                # true: our own tables are read too / 자체 테이블도 함께 처리
"""


def settings_file(
    *,
    url: str,
    needs_password: bool,
    host: str,
    id: str,
    base_port: int,
    prefix: str,
    presets: Sequence[str] = (),
) -> str:
    """The text of a settings file: for our own tables, or for those of `presets`, whose mappings it has whole.

    Raises:
        KeyError: there is no such preset.
    """
    password = 'password_env = "SAMLINK_DB_PASSWORD"  # or / 또는: password_file = "database.password"'
    text = _TEXT.format(
        url=_quoted(url),
        database_password=password if needs_password else "# no password / 비밀번호 없음",
        host=_quoted(host),
        id=_quoted(id),
        base_port=base_port,
        prefix=_quoted(prefix),
        prefix_bare=prefix,
    )
    return "\n".join((text + (_NOT_OURS if presets else "") + _MONITOR, *(preset_text(name) for name in presets)))


def _quoted(text: str) -> str:
    """A TOML string; JSON's are the same."""
    return json.dumps(text, ensure_ascii=False)
