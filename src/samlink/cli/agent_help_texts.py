"""The Korean of the help texts of `samlink agent`, as `samlink.cli.help_texts` has that of all others."""

from typing import Final

AGENT_HELP: Final = {
    "The agent: rows of your own tables are sent, and their results come back into them.": (
        "에이전트: 고객사 테이블의 행을 발송하고 결과를 그 행에 기록합니다."
    ),
    "Write a settings file, and make the tables.": "설정 파일과 테이블을 만듭니다.",
    "Write a settings file with comments, and make the tables that are missing. Without --url: only the tables.": (
        "주석이 있는 설정 파일을 만들고 없는 테이블을 만듭니다. --url이 없으면 테이블만 만듭니다."
    ),
    "The database's password comes from SAMLINK_DB_PASSWORD, or from a file that the settings name.": (
        "데이터베이스 비밀번호는 SAMLINK_DB_PASSWORD 환경 변수나 설정에 적은 파일에서 읽습니다."
    ),
    "The database, without a password.": "데이터베이스 URL(비밀번호 제외).",
    "The gateway's address.": "게이트웨이 주소.",
    "The first of six ports.": "포트 6개 중 첫 번째.",
    "What names of tables begin with.": "테이블 이름의 접두어.",
    "The settings file, in TOML.": "TOML 설정 파일.",
    "Send rows and write results back, until Ctrl-C.": "행을 발송하고 결과를 기록합니다(Ctrl-C로 종료).",
    (
        "Send rows and write results back, until SIGTERM or Ctrl-C. Any number of agents may run on the same tables."
    ): "SIGTERM이나 Ctrl-C를 받을 때까지 행을 발송하고 결과를 기록합니다. 같은 테이블에 여러 개를 띄워도 됩니다.",
    "A second signal ends it at once: no row that was on its way is sent twice.": (
        "신호를 한 번 더 받으면 즉시 종료합니다. 처리 중이던 행은 중복 발송되지 않습니다."
    ),
    "Try the settings, the database and the login.": "설정, 데이터베이스, 로그인을 점검합니다.",
    "Try the settings, the tables and their columns, and the login at the gateway. Nothing is sent or changed.": (
        "설정, 테이블과 컬럼, 게이트웨이 로그인을 점검합니다. 아무것도 보내거나 바꾸지 않습니다."
    ),
    "Count the rows of each table by state.": "테이블별로 상태별 행 수를 표시합니다.",
    "Count the rows of each table: waiting, being sent, without a result yet, finished and about to move.": (
        "테이블별 행 수를 표시합니다: 대기, 발송 중, 결과 대기, 완료(로그 테이블 이동 전)."
    ),
    "Work on the tables of another agent as they are: msg_data, emma or lgu.": (
        "다른 에이전트의 테이블을 그대로 사용합니다: msg_data, emma, lgu 중 하나."
    ),
    (
        "The database's password comes from SAMLINK_DB_PASSWORD, or from a file that the settings name. With --preset "
        "the file has the mapping of that agent's tables, to be changed at will; "
        "the tables themselves have to be there."
    ): (
        "데이터베이스 비밀번호는 SAMLINK_DB_PASSWORD 환경 변수나 설정에 적은 파일에서 읽습니다. --preset을 주면 그 "
        "에이전트 테이블의 컬럼 대응을 설정 파일에 적어 주며 자유롭게 고칠 수 있습니다. 테이블은 이미 있어야 합니다."
    ),
    "Print the statements that make the tables.": "테이블을 만드는 SQL문을 출력합니다.",
    "sqlite, mysql, postgresql, oracle or mssql.": "sqlite, mysql, postgresql, oracle, mssql 중 하나.",
    "The logs of a month instead.": "그 달의 로그 테이블을 대신 출력합니다.",
    "Print the statements that make the agent's tables, for a database in which the agent may make none.": (
        "에이전트에 테이블 생성 권한이 없는 데이터베이스를 위해 테이블을 만드는 SQL문을 출력합니다."
    ),
    "The logs of each month have to be made before it begins then; --month prints them.": (
        "이때는 달이 바뀌기 전에 그 달의 로그 테이블을 만들어 두어야 합니다. --month로 출력합니다."
    ),
    (
        "Try the settings, the tables with the rights to them, the clocks, the files, each login at the gateway, and "
        "the monitor's port. Nothing is sent or changed."
    ): (
        "설정, 테이블과 권한, 시각, 파일, 게이트웨이 로그인, 모니터 포트를 점검합니다. "
        "아무것도 보내거나 바꾸지 않습니다."
    ),
    "List rows whose outcome is unknown.": "발송 여부를 알 수 없는 행을 나열합니다.",
    (
        "List rows that a gateway other than samlink may have taken: no answer came, and they are not sent again by "
        "themselves. Their results may still come; of those that are overdue a person decides "
        "(`samlink agent decide`)."
    ): (
        "samlink가 아닌 중계사가 접수했을 수도 있는 행을 나열합니다. 응답이 없었으므로 자동으로 다시 보내지 않습니다. "
        "결과가 늦게 올 수 있으며, 결과가 지연된 행은 사람이 결정합니다(`samlink agent decide`)."
    ),
    "Decide about rows whose outcome is unknown.": "발송 여부를 알 수 없는 행의 처리를 결정합니다.",
    (
        "Decide about rows whose outcome is unknown: what the gateway's operator says of them is written into them, or "
        "they are sent again by the agent that runs. Rows that are not unknown any more are left as they are."
    ): (
        "발송 여부를 알 수 없는 행의 처리를 결정합니다. 중계사에 확인한 결과를 기록하거나, 실행 중인 에이전트가 다시 "
        "보내게 합니다. 그사이 결과를 알게 된 행은 그대로 둡니다."
    ),
    "The table, as the list names it.": "목록에 나온 테이블 이름.",
    "Ids of rows.": "행의 ID.",
    "All rows of the table that are overdue.": "그 테이블에서 결과가 지연된 모든 행.",
    "Send them again, with the same keys; the gateway may send them twice.": (
        "같은 키로 다시 보냅니다. 중계사가 중복 발송할 수 있습니다."
    ),
    "The result that they have had, such as 6.": "중계사에 확인한 결과 코드(예: 6).",
    "Watch the tables and the agent.": "테이블과 에이전트의 상태를 봅니다.",
    (
        "Show the rows of each table by what they wait for, and, when the settings have a monitor port, what the agent "
        "says of itself: rates, connections, the last errors. In a terminal it is refreshed each second until Ctrl-C."
    ): (
        "테이블별 행 수를 상태별로 표시하고, 설정에 모니터 포트가 있으면 에이전트의 처리 속도, 접속, 최근 오류도 "
        "표시합니다. 터미널에서는 Ctrl-C를 누를 때까지 1초마다 갱신합니다."
    ),
    "Rows of one state are counted up to 100,000, and less often when counting takes long.": (
        "상태별 행 수는 100,000까지만 세며, 세는 데 오래 걸리면 덜 자주 셉니다."
    ),
    "Print it once, and end.": "한 번만 출력하고 종료합니다.",
    (
        "The database, without a password (SAMLINK_DB_PASSWORD has it); tables SamlinkBench… are made there and "
        "dropped. "
        "Default: a new SQLite file."
    ): (
        "데이터베이스 URL(비밀번호는 SAMLINK_DB_PASSWORD). SamlinkBench… 테이블을 만들고 끝나면 지웁니다. "
        "기본값: 새 SQLite 파일."
    ),
    "Measure an agent on this machine.": "이 서버에서 에이전트 성능을 측정합니다.",
    "Rows that are timed.": "시간을 잴 행 수.",
    "Rows that wait behind them, to see what memory they take.": "메모리 사용량을 보려고 뒤에 쌓아 둘 행 수.",
    "The agent's send connections.": "에이전트의 전송 접속 수.",
    "Where the gateway's data lies meanwhile; should be a disk. Default: /var/tmp": (
        "측정하는 동안 게이트웨이 데이터를 둘 디렉터리. 디스크여야 합니다. 기본값: /var/tmp"
    ),
    "Measure an agent: rows of a bulk, an urgent row amid them, single rows; with a gateway started for this.": (
        "에이전트 성능을 측정합니다: 대량 발송 행, 그 사이의 긴급 행, 한 건씩의 행. 게이트웨이를 따로 띄웁니다."
    ),
    "Ends with 1 when a row was lost, or when the counts of the table and the gateway's store do not agree.": (
        "행이 유실되거나 테이블과 게이트웨이 저장소의 건수가 다르면 종료 코드가 1입니다."
    ),
}
"""The Korean by the English. The agent grows: what is no longer said may be taken out (the test does not ask)."""
