"""What the agent's commands say: each text in English and in Korean."""

from typing import Final

AGENT: Final = {
    "agent.not_installed": (
        (
            "the agent needs {name}, which is not installed: pip install 'samlink[agent]', with mysql or postgresql "
            "in the place of agent for their drivers."
        ),
        (
            "에이전트에 필요한 {name}이(가) 없습니다. pip install 'samlink[agent]'로 설치하십시오"
            "(MySQL은 samlink[mysql], PostgreSQL은 samlink[postgresql])."
        ),
    ),
    "agent.bad_settings": ("settings of the agent: {why}.", "에이전트 설정 오류: {why}."),
    "agent.bad_database": (
        "the database cannot be used ({why}); look at [database] in the settings.",
        "데이터베이스를 사용할 수 없습니다({why}). 설정의 [database]를 확인하십시오.",
    ),
    "agent.bad_table": (
        "{why}; `samlink agent init` makes the agent's own tables.",
        "테이블 오류({why}). 에이전트 자체 테이블은 `samlink agent init`으로 만들 수 있습니다.",
    ),
    "agent.file_exists": (
        "{path} is there already; it is used as it is, so leave --url out, or choose another --config.",
        "{path} 파일이 이미 있습니다. --url 없이 실행하거나 다른 --config를 지정하십시오.",
    ),
    "agent.needs_url": (
        "--url is missing: the database, such as mysql+pymysql://agent@db.example/shop.",
        "--url 값이 빠졌습니다. 예: mysql+pymysql://agent@db.example/shop",
    ),
    "agent.bad_url": (
        "--url is not a database's URL such as mysql+pymysql://agent@db.example/shop.",
        "--url 값은 mysql+pymysql://agent@db.example/shop 같은 형식이어야 합니다.",
    ),
    "agent.url_password": (
        "--url has a password in it, which everybody on this machine can read; put it into SAMLINK_DB_PASSWORD.",
        "--url에 비밀번호가 있습니다. 다른 사용자가 볼 수 있으므로 SAMLINK_DB_PASSWORD 환경변수에 두십시오.",
    ),
    "agent.no_preset": (
        "there is no preset {name}; there are {names}.",
        "{name} 프리셋은 없습니다. 사용할 수 있는 프리셋: {names}.",
    ),
    "agent.no_database": (
        "there are no statements for {name}; there are some for {names}.",
        "{name} 데이터베이스용 구문은 없습니다. 지원하는 값: {names}.",
    ),
    "agent.bad_prefix": (
        "--prefix {name} must be a word of at most 20 letters, digits and _.",
        "--prefix {name} 값은 20자 이하의 문자, 숫자, _로 된 단어여야 합니다.",
    ),
    "agent.bad_month": (
        "--month {name} is not a month such as 202506.",
        "--month {name} 값은 202506 같은 연월이어야 합니다.",
    ),
    "agent.cannot_write": ("{path} cannot be written: {why}.", "{path} 파일을 쓸 수 없습니다: {why}."),
    "agent.wrote": ("wrote {path}", "{path} 파일을 만들었습니다"),
    "agent.made": ("made {name}", "{name} 생성"),
    "agent.view_refused": (
        "the database refused a view over {name} and its logs; rows are sent without it.",
        "{name} 통합 뷰를 만들 권한이 없거나 DB가 거부했습니다. 뷰 없이도 발송은 됩니다.",
    ),
    "agent.nothing_made": ("all tables are there", "모든 테이블이 있습니다"),
    "agent.running": (
        "the agent works on {tables}; rows with a result move to their month's table. Ctrl-C stops it.",
        "에이전트가 {tables} 테이블을 처리합니다. 결과가 기록된 행은 월별 테이블로 옮겨집니다. Ctrl-C로 종료합니다.",
    ),
    "agent.stopped": ("The agent has stopped.", "에이전트가 종료되었습니다."),
    "agent.good_database": ("database: good, {count} tables", "데이터베이스: 정상, 테이블 {count}개"),
    "agent.good_gateway": ("gateway: logged in at {address}", "중계사: {address} 로그인 성공"),
    "agent.head_table": ("table", "테이블"),
    "agent.head_waiting": ("waiting", "대기"),
    "agent.head_claimed": ("sending", "발송중"),
    "agent.head_unanswered": ("no result yet", "결과대기"),
    "agent.head_finished": ("finished", "완료"),
}
