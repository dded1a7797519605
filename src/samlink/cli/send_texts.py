"""What `samlink send` and its lists of receivers say, in English and Korean."""

from collections.abc import Mapping
from typing import Final

SEND: Final[Mapping[str, tuple[str, str]]] = {
    "output.failed": ("standard output cannot be written: {why}.", "표준 출력에 쓸 수 없습니다: {why}."),
    "usage.no_option_but_text": (
        "there is no option {name}; put -- before a text that begins with a hyphen, as in `-- '-50% off'`",
        "{name} 옵션은 없습니다. -로 시작하는 내용은 `-- '-50% 할인'`처럼 앞에 --를 두십시오",
    ),
    # -- lists of receivers
    "rows.option": (
        "{name}: {text} cannot be a receiver: {why}.",
        "{name}: {text:은는} 수신번호로 쓸 수 없습니다: {why}.",
    ),
    "rows.lost_zero": (
        "the 0 at its beginning is missing, as a spreadsheet leaves it off",
        "맨 앞의 0이 빠졌습니다(엑셀에서 숫자로 저장하면 빠집니다)",
    ),
    "rows.spreadsheet": (
        "a spreadsheet has shortened it: format the column as text",
        "엑셀이 지수 형식으로 줄였습니다. 열 서식을 텍스트로 바꾸십시오",
    ),
    "rows.no_number": ("it has no number", "전화번호가 없습니다"),
    "rows.said": ("{text}, {why}", "{text}, {why}"),
    "rows.fault": ("{place}: {why}", "{place}: {why}"),
    "rows.refused": (
        "{count} of {total} numbers cannot be used, so nothing was done: {named}.",
        "번호 {total}건 중 {count}건에 문제가 있어 아무것도 처리하지 않았습니다: {named}.",
    ),
    "rows.and_more": ("{named}; and {more} more", "{named} 외 {more}건"),
    "rows.no_table": (
        "{place} cannot be read as a table at line {line}: {why}.",
        "{place}의 {line}번째 줄을 표로 읽을 수 없습니다: {why}.",
    ),
    "rows.which_column": (
        "{place}: it is not clear which column holds the receivers: name it with --column, one of {columns}.",
        "{place}: 수신번호가 어느 열에 있는지 알 수 없습니다. --column으로 지정하십시오({columns}).",
    ),
    "rows.no_column": (
        "--column: {place} has no column {text}; it has {columns}.",
        "--column: {place}에 {text} 열이 없습니다. 있는 열: {columns}.",
    ),
    "fill.no_column": (
        "the text names {name}, and the list has no such column: it has {known} (write {{{{ and }}}} for braces).",
        "메시지의 {name}에 해당하는 열이 목록에 없습니다. 있는 열: {known} (중괄호는 {{{{, }}}}처럼 두 번 씁니다).",
    ),
    "fill.empty": ("its column {name} is empty", "{name} 열이 비어 있습니다"),
    "send.duplicates": (
        "Receivers that stand in the lists more than once: {count}. Each gets the same message once.",
        "중복된 수신자 {count}건은 한 번만 보냅니다.",
    ),
    "file.not_text": (
        "{path} is not a text in UTF-8, UTF-16 or CP949 (line {line}).",
        "{path:은는} UTF-8, UTF-16, CP949 텍스트가 아닙니다({line}번째 줄).",
    ),
    # -- what is sent
    "send.one_id": (
        "--message-id names one message, and there are {count} receivers: give --group-id alone, or --resume FILE.",
        (
            "--message-id는 메시지 하나에만 쓸 수 있는데 수신자가 {count}명입니다. "
            "--group-id만 지정하거나 --resume FILE을 쓰십시오."
        ),
    ),
    "send.bad_key": (
        "{name}: {text} is not 1 to {limit} printable ASCII characters.",
        "{name}: {text:은는} 출력 가능한 ASCII 문자 1~{limit}자가 아닙니다.",
    ),
    "send.long_sms": (
        "An SMS has {size} bytes here: carriers promise {limit}, and some cut the rest.",
        "SMS가 {size}바이트입니다. 이통사가 보장하는 크기는 {limit}바이트이며 나머지는 잘릴 수 있습니다.",
    ),
    "send.bad_uploaded": (
        "--uploaded: {text} is not the name of an uploaded file, 1 to {limit} printable characters.",
        "--uploaded: {text:은는} 업로드한 파일 이름(출력 가능한 문자 1~{limit}자)이 아닙니다.",
    ),
    "time.past": (
        "{name}: {text} is in the past (it is {now} in Korea).",
        "{name}: {text:은는} 지난 시각입니다(현재 한국시각 {now}).",
    ),
    # -- how it ended
    "track.unknown": ("may have been taken", "접수 여부 모름"),
    "send.unknown": (
        (
            "Of {count} it is not known whether the gateway has taken them: decide before you send them again "
            "(`samlink reports` shows the results of those that it took)."
        ),
        (
            "{count}건은 게이트웨이가 접수했는지 알 수 없습니다. 다시 보내기 전에 확인하십시오"
            "(접수되었다면 `samlink reports`로 결과를 받습니다)."
        ),
    ),
    "send.unknown_more": ("  and {count} more", "  외 {count}건"),
    "send.not_sent": ("Certainly not sent: {count}.", "보내지 않은 것이 확실한 메시지: {count}건."),
    "send.resumable": (
        "The same command with --resume {path} goes on where this ended.",
        "같은 명령을 --resume {path:과와} 함께 다시 실행하면 이어서 보냅니다.",
    ),
    "send.others_wait": (
        (
            "results of other messages of this account are waiting, and --wait would take them from their program: "
            "fetch them with `samlink reports`, or give --take-others; nothing was sent."
        ),
        (
            "이 계정의 다른 메시지 결과가 대기 중입니다. --wait를 쓰면 그 결과를 가로채게 되므로 "
            "아무것도 보내지 않았습니다. "
            "`samlink reports`로 먼저 받거나 --take-others를 지정하십시오."
        ),
    ),
    "send.left_for_others": (
        (
            "results of other messages of this account came, so {count} of ours were not waited for: they and the "
            "others' are left for the program that takes them; --take-others takes all."
        ),
        (
            "이 계정의 다른 메시지 결과가 와서 {count}건의 결과를 더 기다리지 않았습니다. "
            "결과는 받아 갈 프로그램을 위해 남겨 두었습니다. "
            "모두 받으려면 --take-others를 지정하십시오."
        ),
    ),
    "reports.bad_service": (
        "--service: {text} is not one of {known}.",
        "--service: {text:은는} {known} 중 하나가 아닙니다.",
    ),
    "reports.no_kakao": (
        "The gateway takes no login for Kakao's results (KMS): results of SMS, LMS and MMS only.",
        "게이트웨이가 카카오(KMS) 결과 로그인을 받지 않아 SMS, LMS, MMS 결과만 받습니다.",
    ),
    "resume.unwritable": ("{path} cannot be written: {why}.", "{path}에 쓸 수 없습니다: {why}."),
    "resume.in_use": ("another samlink works with {path} now.", "다른 samlink가 {path:을를} 사용하고 있습니다."),
    "resume.other": (
        "{path} is of other messages: the list, the text or the account is not the same; nothing was sent.",
        "{path:은는} 다른 메시지의 파일입니다. 목록, 내용 또는 계정이 다릅니다. 아무것도 보내지 않았습니다.",
    ),
    "resume.damaged": (
        "{path} cannot be used: line {line} is damaged; nothing was sent.",
        "{path:을를} 사용할 수 없습니다. {line}번째 줄이 손상되었습니다. 아무것도 보내지 않았습니다.",
    ),
    "resume.going_on": (
        "{path}: {accepted} of {total} were accepted before, {unknown} may have been taken; {rest} are sent now.",
        "{path}: {total}건 중 {accepted}건은 이미 접수, {unknown}건은 접수 여부 모름. 나머지 {rest}건을 보냅니다.",
    ),
    # -- --dry-run
    "dry.total": ("Nothing was sent. It would be:", "보내지 않았습니다. 보낸다면:"),
    "dry.kind": ("Type", "종류"),
    "dry.count": ("Messages", "건수"),
    "dry.bytes": ("Bytes", "바이트"),
    "dry.price": ("Price", "단가"),
    "dry.cost": ("Cost", "금액"),
    "dry.range": ("{least}-{most}", "{least}-{most}"),
    "dry.untold": ("not told", "알 수 없음"),
    "dry.sum": ("Cost: {cost}.", "예상 금액: {cost}."),
    "dry.sum_at_least": (
        "Cost: {cost}, and what the login does not tell the price of.",
        "예상 금액: {cost} (로그인에서 알려 주지 않는 단가 제외).",
    ),
    "dry.balance": ("Balance: {balance}.", "잔액: {balance}."),
    "dry.too_little": (
        "The balance of {balance} does not suffice: what is beyond it gets 92.",
        "잔액 {balance:이가} 부족합니다. 초과분은 결과 92를 받습니다.",
    ),
    "dry.postpaid": ("The account is postpaid.", "후불 계정입니다."),
    "dry.example": ("The first message:", "첫 메시지:"),
}
