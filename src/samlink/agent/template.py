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
# connections = 2                   # 1: one login on a port / 포트당 로그인 하나만 허용되는 중계사는 1
# tls = true                        # and tls_ca_file, tls_server_name / 암호화와 인증서
# resend_unanswered = "auto"        # see docs/agent.md / 응답 없는 건의 재전송 여부

# [addresses]                       # ports that stand elsewhere / 별도 주소의 포트
# mms_send = "mms.example:33002"

[work]
prefix = {prefix}                  # of our tables: {prefix_bare}SMS, {prefix_bare}MMS, {prefix_bare}KMS
files = "."                       # MMS files; outside: 73; "/": any / MMS 파일 폴더. 밖이면 73, "/"는 전체
poll_seconds = 1.0
sms_result_hours = 24             # the wait for a result; then the row is late / 결과 대기 시간
other_result_hours = 72           # the same for LMS, MMS and Kakao / LMS, MMS, 카카오
# late_rows = "move"              # with SendResult 1; or "stay", or a result code / 결과 미수신 행의 처리
{own_tables}
[rules]
sms_bytes = 90                    # 1 to 100, in CP949 / SMS 최대 바이트
long_sms_as_lms = true            # false: 78 / 초과 시 LMS 전환
lms_subject = ""                  # of such an LMS / 전환된 LMS의 제목
# What CP949 lacks: "refuse" (78), "replace" (?), "closest" / CP949에 없는 글자: 거부(78), ?로, 비슷한 글자로
unfit = "refuse"
beyond_ksx1001 = "send"           # or "lms", "replace": 똠, 펲 in an SMS / KS X 1001 밖의 글자가 있는 SMS
duplicate_seconds = 0             # 0: off, else 74 / 같은 번호·같은 내용 중복 차단 시간(초)
black_list = ""                   # a table such as "{prefix_bare}Block", column Receiver; 79 / 수신 차단 번호 테이블

# Hours without sending, any number of them; rows wait / 발송 금지 시간대(여러 개 가능). 해당 행은 대기합니다.
# [[quiet]]
# from = "21:00"
# to = "08:00"
# days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# tables = [{prefix_mms}]            # without it: all / 없으면 모든 테이블
# except_urgent = true              # rows with a priority go / 긴급 행은 발송
"""
_MONITOR: Final = """\

[monitor]
# port = 9433                     # rates in `samlink agent status`, /health, /metrics / 상태·메트릭 포트
"""
_OSHOT: Final = """\
own_tables = ["SMS", "MMS"]       # "KMS": OShotKMS for Kakao too / 카카오 테이블도 쓰려면 "KMS" 추가
telecoms = { 01190 = "011", 01690 = "016", 01990 = "019" }   # Telecom, as readers of OShot look for it / 통신사 값
"""
_NOT_OURS: Final = "own_tables = false                # true: our own tables are read too / 자체 테이블도 함께 처리\n"


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
        own_tables=_NOT_OURS if presets else _OSHOT if prefix.lower() == "oshot" else "",
        prefix_mms=_quoted(f"{prefix}MMS"),
    )
    return "\n".join((text + _MONITOR, *(preset_text(name) for name in presets)))


def _quoted(text: str) -> str:
    """A TOML string; JSON's are the same."""
    return json.dumps(text, ensure_ascii=False)
