"""What the agent's commands say: each text in English and in Korean."""

from typing import Final

AGENT: Final = {
    "agent.not_installed": (
        "the agent needs {name}, which is missing: run `pip install '.[{extra}]'` in a checkout of samlink.",
        "{name} 패키지가 없습니다. samlink 소스 디렉터리에서 `pip install '.[{extra}]'`{:을를} 실행하십시오.",
    ),
    "agent.no_driver": (
        "the agent does not know the database {name}; URLs begin with one of {names}.",
        "{name} 데이터베이스는 지원하지 않습니다. 사용할 수 있는 데이터베이스: {names}.",
    ),
    "agent.other_driver": (
        "the agent does not use the driver of {url}://; begin the URL with {begin}://.",
        "{url}:// 드라이버는 사용하지 않습니다. URL을 {begin}://로 시작하십시오.",
    ),
    "agent.bad_settings": ("settings of the agent: {why}.", "에이전트 설정 오류: {why}."),
    "agent.bad_database": (
        "the database cannot be used ({why}); look at [database] in the settings.",
        "데이터베이스를 사용할 수 없습니다({why}). 설정의 [database]를 확인하십시오.",
    ),
    "agent.bad_table": (
        "{why}; `samlink agent init` makes the agent's own tables, and columns that are missing there.",
        "테이블 오류({why}). `samlink agent init`을 실행하면 에이전트 자체 테이블과 빠진 컬럼이 만들어집니다.",
    ),
    "agent.file_exists": (
        "{path} is there already; it is used as it is, so leave --url out, or choose another --config.",
        "{path} 파일이 이미 있습니다. --url 없이 실행하거나 다른 --config를 지정하십시오.",
    ),
    "agent.needs_url": (
        "--url is missing: the database, such as mysql+pymysql://agent@db.example/shop.",
        "--url 값이 빠졌습니다. 예: mysql+pymysql://agent@db.example/shop",
    ),
    "agent.no_settings": (
        "there is no settings file {path}; `samlink agent init --url ...` writes one, and --config names another.",
        "설정 파일 {path:이가} 없습니다. `samlink agent init --url ...`로 만들거나 --config로 지정하십시오.",
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
    "agent.then_init": (
        "{why}; set it, or name a file in {path}, then run `samlink agent init` again without --url.",
        "{why}. 값을 설정하거나 {path}에서 파일을 지정한 뒤 --url 없이 `samlink agent init`을 다시 실행하십시오.",
    ),
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
    "agent.check_ok": ("ok   ", "정상"),
    "agent.check_bad": ("FAULT", "오류"),
    "agent.check_failed": (
        "{bad} of {count} checks failed; they are marked above.",
        "점검 {count}건 중 {bad}건이 실패했습니다. 위의 오류 표시를 확인하십시오.",
    ),
    "agent.check_files": ("files of MMS: {path}", "MMS 파일 폴더: {path}"),
    "agent.check_no_files": (
        "files of MMS: {path} is no directory that can be read",
        "MMS 파일 폴더: {path} 폴더가 없거나 읽을 수 없습니다",
    ),
    "agent.check_login": ("{place}: logged in", "{place}: 로그인 성공"),
    "agent.check_samlink": (
        "{place}: logged in; a samlink gateway, so what is not answered is sent again safely",
        "{place}: 로그인 성공. samlink 게이트웨이이므로 응답 없는 건은 같은 키로 안전하게 다시 보냅니다",
    ),
    "agent.check_stranger": (
        "{place}: logged in; not a samlink gateway, so what is not answered waits for its result (resend_unanswered)",
        "{place}: 로그인 성공. samlink 게이트웨이가 아니므로 응답 없는 건은 다시 보내지 않습니다(resend_unanswered)",
    ),
    "agent.check_resends": (
        '{place}: logged in; not a samlink gateway, and resend_unanswered = "yes": a message may go out twice',
        "{place}: 로그인 성공. samlink 게이트웨이가 아닌데 resend_unanswered가 yes이므로 중복 발송될 수 있습니다",
    ),
    "agent.check_monitor": ("monitor: {address} is free", "모니터 포트: {address} 사용 가능"),
    "agent.check_running": (
        "monitor: an agent answers at {address}",
        "모니터 포트: {address}에서 에이전트가 응답합니다",
    ),
    "agent.check_no_monitor": ("{why}", "모니터 포트를 열 수 없습니다: {why}"),
    "agent.found_database_good": ("database: connected to {name}", "데이터베이스: {name} 접속 성공"),
    "agent.found_database_bad": (
        "database: {name} cannot be used ({detail})",
        "데이터베이스: {name}에 접속할 수 없습니다({detail})",
    ),
    "agent.found_clock_good": (
        "clock: that of {name} differs from this machine's by {detail} s",
        "시각: {name:과와} 이 서버의 차이 {detail}초",
    ),
    "agent.found_clock_bad": (
        "clock: that of {name} differs from this machine's by {detail} s; set both by NTP",
        "시각: {name:과와} 이 서버의 차이가 {detail}초입니다. NTP로 맞추십시오",
    ),
    "agent.found_table_bad": (
        "table {name}: {detail}; `samlink agent init` makes the agent's own tables, and columns that are missing there",
        "{name} 테이블: {detail}. `samlink agent init`을 실행하면 에이전트 자체 테이블과 빠진 컬럼이 만들어집니다",
    ),
    "agent.found_right_good": ("table {name}: {detail}", "{name} 테이블: {detail} 권한 확인"),
    "agent.found_right_bad": (
        "table {name}: the database's user may not {detail}",
        "{name} 테이블: DB 사용자에게 권한이 없습니다: {detail}",
    ),
    "agent.found_create_good": (
        "tables of months in {name}: {detail}",
        "월별 테이블({name}): {detail} 권한 확인",
    ),
    "agent.found_create_bad": (
        "tables of months in {name}: the database's user may not {detail}",
        "월별 테이블({name}): DB 사용자에게 권한이 없습니다: {detail}",
    ),
    "agent.head_table": ("table", "테이블"),
    "agent.head_waiting": ("waiting", "대기"),
    "agent.head_held": ("held", "예약"),
    "agent.head_urgent": ("urgent", "긴급"),
    "agent.head_sending": ("sending", "발송 중"),
    "agent.head_unanswered": ("no result yet", "결과 대기"),
    "agent.head_unknown": ("unknown", "불명"),
    "agent.head_undecided": ("to decide", "결정 필요"),
    "agent.head_late": ("late", "결과 지연"),
    "agent.head_finished": ("finished", "완료"),
    "agent.head_row": ("row", "행"),
    "agent.head_sent_at": ("sent at", "발송 시각"),
    "agent.head_group_id": ("GRP_ID", "GRP_ID"),
    "agent.head_message_id": ("MSG_ID", "MSG_ID"),
    "agent.head_state": ("state", "상태"),
    "agent.unknown_waits": ("its result may come", "결과 대기"),
    "agent.unknown_overdue": ("overdue, to be decided", "결과 지연, 결정 필요"),
    "agent.unknown_gone": ("the row was deleted", "삭제된 행"),
    "agent.nothing_unknown": (
        "The outcome of every row that was sent is known, or its answer is being waited for.",
        "발송 여부를 알 수 없는 행이 없습니다.",
    ),
    "agent.which_rows": (
        "name the rows by their ids, or all that are overdue by --overdue; one of the two.",
        "행의 ID를 나열하거나 --overdue로 결과가 지연된 행 전체를 지정하십시오. 둘 중 하나만 쓸 수 있습니다.",
    ),
    "agent.which_decision": (
        "give --resend, or --result with the code that the gateway's operator tells; one of the two.",
        "--resend 또는 중계사가 알려 준 결과 코드로 --result를 지정하십시오. 둘 중 하나만 쓸 수 있습니다.",
    ),
    "agent.no_result": (
        "--result {code} is not a result: 0 and 1 are states, and a code has at most three digits.",
        "--result {code:은는} 결과 코드가 아닙니다. 0과 1은 상태이며 코드는 세 자리까지입니다.",
    ),
    "agent.decided_resend": (
        "{table}: {count} row(s) are sent again, with the same keys, by the agent that runs",
        "{table} 테이블: {count}건을 실행 중인 에이전트가 같은 키로 다시 보냅니다",
    ),
    "agent.decided_result": (
        "{table}: {count} row(s) got the result {code}",
        "{table} 테이블: {count}건에 결과 {code:을를} 기록했습니다",
    ),
    "agent.not_unknown": (
        "not changed: {ids}; nothing is unknown about these rows, or they are on their way at this moment.",
        "변경하지 않은 행: {ids}. 발송 여부를 이미 알거나 지금 발송 중인 행입니다.",
    ),
    "agent.head_10_seconds": ("last 10 s", "최근 10초"),
    "agent.head_minute": ("last minute", "최근 1분"),
    "agent.rate_claimed": ("claimed a second", "초당 처리"),
    "agent.rate_sent": ("sent a second", "초당 발송"),
    "agent.rate_results": ("results a second", "초당 결과"),
    "agent.head_connection": ("connection", "연결"),
    "agent.head_up": ("open", "연결 수"),
    "agent.head_since": ("since", "시각"),
    "agent.head_why": ("reason", "사유"),
    "agent.duty_send": ("send", "발송"),
    "agent.duty_report": ("results", "결과"),
    "agent.head_at": ("last error", "최근 오류"),
    "agent.head_what": ("doing", "작업"),
    "agent.head_error": ("why", "원인"),
    "agent.head_times": ("times", "횟수"),
    "agent.no_errors": ("no errors since it started", "시작 이후 오류 없음"),
    "agent.watching": ("samlink agent, {time} KST; Ctrl-C ends this view", "samlink 에이전트 {time} (Ctrl-C로 종료)"),
    "agent.counting": ("counting the rows ...", "행을 세는 중입니다 ..."),
    "agent.counted": (
        "counted {seconds} s ago; a + means that many or more, since counting ends at {limit}",
        "{seconds}초 전 집계. 상태별로 {limit}건까지만 세며 +는 그 이상을 뜻합니다",
    ),
    "agent.well": (
        "The agent works, since {since} KST (version {version}).",
        "에이전트 정상 동작 중 ({since} 시작, 버전 {version}).",
    ),
    "agent.ill": ("The agent runs, but {why}.", "에이전트에 문제가 있습니다: {why}."),
    "agent.no_monitor": (
        "Rates, connections and errors are not known: the settings have no port under [monitor].",
        "처리 속도·연결·오류는 알 수 없습니다. 설정의 [monitor]에 port가 없습니다.",
    ),
    "agent.nobody_answers": (
        "No agent answers at {address}; rates, connections and errors are not known.",
        "{address}에서 응답하는 에이전트가 없어 처리 속도·연결·오류는 알 수 없습니다.",
    ),
    "agent.stranger_answers": (
        "What answers at {address} is no agent of this version, or wants another token.",
        "{address}의 응답이 이 버전의 에이전트 것이 아니거나 토큰이 다릅니다.",
    ),
}
