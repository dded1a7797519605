"""Sentences of the agent: the English as it says it, and its Korean. Part of `samlink.cli.reason_texts`."""

from typing import Final

_SETTINGS: Final = (
    (
        "{file} can be written by others (mode {mode}); chmod o-w it",
        "{file:을를} 다른 사용자가 수정할 수 있습니다(권한 {mode}). chmod o-w로 바꾸십시오",
    ),
    ("{section}: the environment variable {name} is not set", "[{section}] 환경변수 {name:이가} 설정되지 않았습니다"),
    (
        "{section}: give password_env or password_file",
        "[{section}]에 password_env나 password_file을 지정하십시오",
    ),
    (
        "{section}: {file} can be read by others; chmod 600 it",
        "[{section}] {file:을를} 다른 사용자가 읽을 수 있습니다. chmod 600으로 바꾸십시오",
    ),
    ("{section}: the first line of {file} is empty", "[{section}] {file}의 첫 줄이 비어 있습니다"),
    (
        "database.url is not a URL such as {example}",
        "database.url 값은 {example} 같은 형식이어야 합니다",
    ),
    (
        "database.url has a password in it; give password_env or password_file instead",
        "database.url에 비밀번호가 있습니다. 대신 password_env나 password_file을 지정하십시오",
    ),
    (
        "monitor.port is {port}, it must be 1 to 65535, or 0 for none",
        "monitor.port는 1~65535 또는 0(사용 안 함)이어야 합니다(현재 {port})",
    ),
    (
        "monitor.host is {host}: beyond this machine it needs token_env or token_file",
        "monitor.host가 {host}입니다. 다른 서버에서 접속하게 하려면 token_env나 token_file이 필요합니다",
    ),
    (
        "work.prefix must be a word of at most {limit} letters, digits and _",
        "work.prefix는 {limit}자 이하의 문자, 숫자, _로 된 단어여야 합니다",
    ),
    (
        "work.lease_seconds must be more than gateway.give_up_seconds",
        "work.lease_seconds는 gateway.give_up_seconds보다 커야 합니다",
    ),
    (
        "quiet.tables names {name}, which is no table of these settings",
        "quiet.tables의 {name:은는} 이 설정에 없는 테이블입니다",
    ),
    (
        "there is no table: own_tables is false, and no [[tables]] is given",
        "처리할 테이블이 없습니다. own_tables가 false이고 [[tables]]도 없습니다",
    ),
    ("quiet.days must be some of {days}", "quiet.days는 {days} 중에서 지정해야 합니다"),
    (
        "quiet.{name} is {value}, it must be a time such as 21:00",
        "quiet.{name} 값은 21:00 같은 시각이어야 합니다(현재 {value})",
    ),
    ("rules.lms_subject_bytes must be 0 to {limit}", "rules.lms_subject_bytes는 0~{limit:이어야} 합니다"),
    (
        "rules: give lms_subject or lms_subject_bytes, not both",
        "[rules]의 lms_subject와 lms_subject_bytes는 하나만 지정하십시오",
    ),
    (
        "rules.lms_subject must have at most {limit} bytes of CP949",
        "rules.lms_subject는 CP949로 {limit}바이트까지입니다",
    ),
    ("rules.{name} must be {least} or more", "rules.{name} 값은 {least} 이상이어야 합니다"),
    ("rules.{name} must have at most {limit} characters", "rules.{name} 값은 {limit}자까지입니다"),
    ("work.{name} must be more than 0", "work.{name} 값은 0보다 커야 합니다"),
    ("{name} is {value}, it must be {least} to {most}", "{name:은는} {least}~{most:이어야} 합니다(현재 {value})"),
)

_MAPPING: Final = (
    ("contents {table}: {names} cannot stand there", "contents {table}에는 {names:을를} 둘 수 없습니다"),
    (
        "contents {table}: neither columns nor file is given",
        "contents {table}에 columns나 file을 지정해야 합니다",
    ),
    ("table {table}: no column is given for {names}", "{table} 테이블 매핑에 {names} 컬럼이 지정되지 않았습니다"),
    (
        "table {table}: state and result have columns of their own, so `finished` is needed",
        "{table} 테이블은 상태와 결과의 컬럼이 다르므로 `finished`가 필요합니다",
    ),
    (
        "table {table}: results can be translated in a column of their own only",
        "{table} 테이블의 results는 결과 컬럼이 상태 컬럼과 다를 때만 쓸 수 있습니다",
    ),
    (
        "table {table}: the braces of {name} do not fit; it may have {allowed} in it",
        "{table} 테이블의 {name} 값의 중괄호가 맞지 않습니다(사용 가능: {allowed})",
    ),
    (
        "table {table}: {name} may have {allowed} in braces, and nothing else",
        "{table} 테이블의 {name} 값에는 중괄호로 {allowed}만 쓸 수 있습니다",
    ),
    ("table {table}: log has no {name} in it", "{table} 테이블의 log 이름에 {name:이가} 없습니다"),
    (
        "table {table}: {one} and a column for {other} go together",
        "{table} 테이블에는 {one:과와} {other} 컬럼을 함께 지정해야 합니다",
    ),
)

_TABLES: Final = (
    ("there is no table {name} in them; there are {names}", "{name} 테이블이 없습니다(있는 테이블: {names})"),
    ("there is no database file {file}", "데이터베이스 파일 {file:이가} 없습니다"),
    (
        "there is no table {name}, which rules.{rule} needs",
        "rules.{rule}에 필요한 {name} 테이블이 없습니다",
    ),
    (
        "there is no table {name}, which rules.{rule} names",
        "rules.{rule}에 지정한 {name} 테이블이 없습니다",
    ),
    ("there is no table {name}", "{name} 테이블이 없습니다"),
    (
        "table {table} has no column {column}, which rules.{rule} names",
        "rules.{rule}에 지정한 {column} 컬럼이 {table} 테이블에 없습니다",
    ),
    ("table {table} has no column {column}", "{table} 테이블에 {column} 컬럼이 없습니다"),
    (
        "table {table} is of an earlier version and lacks {names}",
        "{table} 테이블은 이전 버전에서 만든 것으로 {names} 컬럼이 없습니다",
    ),
    (
        "{column} has room for {limit} characters, and {value} is longer",
        "{column} 컬럼은 {limit}자까지인데 {value:은는} 더 깁니다",
    ),
    ("{column} holds numbers, and {value} is none", "{column:은는} 숫자 컬럼인데 {value:은는} 숫자가 아닙니다"),
    (
        "the monitor port {address} cannot be opened: {why}",
        "모니터 포트 {address:을를} 열 수 없습니다: {why}",
    ),
)

_ROWS: Final = (
    ("the timeout {time} has passed", "발송 제한 시각 {time:이가} 지났습니다"),
    ("the sender is not a number that can be used", "발신번호로 쓸 수 없는 번호입니다"),
    ("the receiver is not a number that can be used", "수신번호로 쓸 수 없는 번호입니다"),
    ("the receiver is on the black list", "수신 차단 번호입니다"),
    ("there is no text", "메시지 내용이 없습니다"),
    ("the {field} is not a time", "{field} 값이 시각이 아닙니다"),
    ("the {field} cannot be read as text", "{field} 값을 텍스트로 읽을 수 없습니다"),
    ("the row cannot be read ({kind})", "행을 읽을 수 없습니다({kind})"),
    ("a file lies outside the directory of files", "첨부파일이 지정 폴더 밖에 있습니다"),
    ("a file lies outside the directory of files by a link", "첨부파일이 링크를 따라 지정 폴더 밖에 있습니다"),
    ("a file's name cannot be read as text", "첨부파일 이름을 읽을 수 없습니다"),
    ("a file's name cannot be used", "쓸 수 없는 첨부파일 이름입니다"),
    (
        "file {name} is none that carriers take: {known}",
        "첨부파일 {name:은는} 이통사가 받지 않는 형식입니다(가능: {known})",
    ),
    ("file {name} is not what its extension says", "첨부파일 {name}의 내용이 확장자와 다릅니다"),
    ("file {name} is not a regular file", "첨부파일 {name:은는} 일반 파일이 아닙니다"),
    (
        "attachment has half of a surrogate pair ({range}), which is no character",
        "attachment에 반쪽 서로게이트({range})가 있어 문자로 쓸 수 없습니다",
    ),
    (
        "no answer came; whether the rows were taken is unknown",
        "응답이 없어 접수 여부를 알 수 없습니다",
    ),
    (
        "what became of rows is unknown after {hours} hours; `samlink agent unknown` lists them",
        "{hours}시간이 지나도 결과를 알 수 없는 행이 있습니다. `samlink agent unknown`으로 확인하십시오",
    ),
    ("file {name} cannot be read: {why}", "첨부파일 {name:을를} 읽을 수 없습니다: {why}"),
    ("its type is none of the `types` of its table", "메시지 유형이 매핑의 `types`에 없습니다"),
    (
        "a message with a URL has to fit an SMS, and this does not",
        "URL이 있는 메시지는 SMS 길이여야 하는데 초과했습니다",
    ),
    ("the text has {size} bytes, an SMS at most {limit}", "메시지가 {size}바이트입니다. SMS는 {limit}바이트까지입니다"),
    ("the kind is none of AT, AI, FT, FI and FW", "Kind가 AT, AI, FT, FI, FW 중 하나가 아닙니다"),
    ("the fallback's type is none of N, S, L and A", "AltType이 N, S, L, A 중 하나가 아닙니다"),
    (
        "the {field}: character {position} ({code}) cannot be written in {charset}",
        "{field}의 {position}번째 문자({code}){:은는} {charset:으로} 쓸 수 없습니다",
    ),
    (
        "the same message went to this receiver just before",
        "같은 수신번호에 같은 내용이 방금 발송되었습니다",
    ),
    ("results did not come within {hours} hours", "{hours}시간 안에 결과가 오지 않았습니다"),
    ("results came whose keys are not known here", "해당 행이 없는 결과가 왔습니다"),
    (
        "no answer came; the rows are sent again with the same keys",
        "응답이 없었습니다. 같은 키로 다시 발송합니다",
    ),
    (
        "{code}: a trigger or procedure of the database refused it, in a text that is not shown",
        "{code}: DB의 트리거나 프로시저가 거부했습니다(내용은 표시하지 않음)",
    ),
    ("the connection ended", "연결이 끊겼습니다"),
)

AGENT_REASONS: Final = (
    *_SETTINGS,
    *_MAPPING,
    *_TABLES,
    *_ROWS,
    ("gateway: {why}", "[gateway] 설정: {why}"),
)
