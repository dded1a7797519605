"""The Korean of the help of `samlink send` (lists, keys, resuming, waiting) and `samlink simulator`, by the English."""

from typing import Final

SEND_HELP: Final = {
    (
        "A list is text, CSV or TSV, in UTF-8, UTF-16 or CP949. With a header, {NAME} in the text stands for the "
        "column NAME of each line, and {2} for the second column where there is none. Every number is judged before "
        "anything is sent."
    ): (
        "목록은 텍스트, CSV, TSV 파일이며 UTF-8, UTF-16, CP949를 읽습니다. 머리글이 있으면 메시지의 {이름}은 각 줄의 "
        "'이름' 열로, 머리글이 없으면 {2}는 두 번째 열로 바뀝니다. 보내기 전에 모든 번호를 검사합니다."
    ),
    (
        "The exit code is 0 when the gateway has taken all of them, and with --wait when all were delivered; 1 when "
        "some were not; 3 when it is not known of some whether they were taken: these are listed, for you to decide. "
        "Ctrl-C and SIGTERM end it in order, with true figures; --resume FILE lets the same command go on later. The "
        "password comes from SAMLINK_PASSWORD or from the profile, never from an argument."
    ): (
        "게이트웨이가 모두 접수하면(--wait는 모두 전송 성공하면) 종료 코드가 0, 일부라도 아니면 1입니다. 접수 여부를 "
        "알 수 없는 메시지가 있으면 목록을 표시하고 3으로 끝납니다. Ctrl-C나 SIGTERM을 받으면 정확한 건수를 "
        "알리고 종료하며, --resume FILE을 썼다면 같은 명령으로 이어서 보낼 수 있습니다. 비밀번호는 SAMLINK_PASSWORD "
        "환경 변수나 프로필에서 읽으며 인수로는 받지 않습니다."
    ),
    "A list of receivers: text, CSV or TSV; - is standard input.": (
        "수신자 목록 파일(텍스트, CSV, TSV). -는 표준 입력입니다."
    ),
    "The column of the list that holds the receivers, where it is not found by itself.": (
        "목록에서 수신번호가 있는 열. 자동으로 찾지 못할 때 지정합니다."
    ),
    "Write down what becomes of each message; if FILE is there, send only what was certainly not taken.": (
        "메시지별 처리 상황을 FILE에 기록합니다. FILE이 이미 있으면 접수되지 않은 것이 확실한 메시지만 보냅니다."
    ),
    "Send nothing: show kind, bytes, cost and balance.": "보내지 않고 종류, 바이트, 예상 금액, 잔액을 표시합니다.",
    "The messages' GRP_ID.": "메시지의 GRP_ID.",
    "The one message's MSG_ID.": "메시지(한 건)의 MSG_ID.",
    "made up": "자동 생성",
    "A picture by the name that an upload gave.": "업로드한 이미지의 이름.",
    "With --wait: take and print results of other messages too.": (
        "--wait와 함께: 다른 메시지의 결과도 받아서 출력합니다."
    ),
    "Wait for the results; exit with 1 if any failed. Results of other messages are left alone.": (
        "결과를 기다립니다. 하나라도 실패하면 종료 코드가 1입니다. 다른 메시지의 결과는 가져오지 않습니다."
    ),
    "When to send, not in the past: '2025-01-31 09:00:00' (KST), +10m.": (
        "예약시간. 지난 시각은 쓸 수 없습니다: '2025-01-31 09:00:00'(KST), +10m."
    ),
    "After this it is not sent any more: '2025-01-31 09:00:00' (KST), +10m.": (
        "발송제한시간. 지나면 보내지 않습니다: '2025-01-31 09:00:00'(KST), +10m."
    ),
    "go on where it ended": "중단된 곳부터 이어서 보내기",
    "Of a CSV or TSV: the column that holds the numbers.": "CSV나 TSV에서 번호가 있는 열.",
    # -- closed accounts, and what --details adds
    "The account of that ID that was removed last.": "그 ID로 마지막에 해지된 계정.",
    "Of several accounts of that ID, the one of this number.": "같은 ID의 계정이 여럿일 때 내부 번호로 지정.",
    "Do it: there is no way back.": "실제로 해지합니다. 되돌릴 수 없습니다.",
    "Close an account for good: nobody logs in with it any more; its messages and its ledger stay.": (
        "계정을 해지합니다(되돌릴 수 없음: 로그인할 수 없으며 메시지와 거래 내역은 남음)."
    ),
    (
        "`account show`, `history`, `ledger` and `find` read it with --closed, also when the ID is given to another "
        "account."
    ): ("해지된 계정은 `account show`, `history`, `ledger`, `find`에서 --closed로 보며, 같은 ID를 다시 써도 남습니다."),
    (
        "--details adds sender, size, price, carrier, telecom and the time of each step. A Kakao message's fallback is "
        "shown after it. Numbers are masked, unless --reveal is given."
    ): (
        "--details는 발신번호, 크기, 금액, 이통사, 단계별 시각도 표시합니다. "
        "카카오 메시지의 대체 발송은 그 아래에 표시합니다. "
        "전화번호는 --reveal을 지정해야 전체가 보입니다."
    ),
    # -- samlink help, samlink completion
    "Show the help page of a command.": "명령의 도움말을 표시합니다.",
    "The command; without one, all of them.": "명령. 지정하지 않으면 전체 목록.",
    "Print a script that completes commands and options at TAB.": (
        "TAB 키로 명령과 옵션을 완성하는 스크립트를 출력합니다."
    ),
    "The shell.": "셸 종류.",
    # -- samlink simulator
    "Show and change how the simulated carrier behaves, while the gateway runs.": (
        "게이트웨이가 실행되는 동안 시뮬레이터(가상 이통사)의 동작을 보고 바꿉니다."
    ),
    "Show every setting: its value now, its default, and what it means.": (
        "모든 설정의 현재 값, 기본값, 의미를 표시합니다."
    ),
    "What to change.": "바꿀 설정.",
    "Change settings: all of them, or none when one cannot be.": (
        "설정을 바꿉니다(하나라도 바꿀 수 없으면 아무것도 바꾸지 않음)."
    ),
    (
        "A gateway that runs follows within a second; what the carrier had taken before keeps its plan. Changes "
        "outlive a restart, until `reset`."
    ): (
        "실행 중인 게이트웨이에 1초 안에 적용됩니다. 이미 받은 메시지는 그대로 처리합니다. `reset` 전까지는 다시 "
        "시작해도 유지됩니다."
    ),
    "Only these; without any, all.": "이 설정만. 지정하지 않으면 전부.",
    "Take changes back: the settings are again what the gateway is started with.": (
        "변경을 취소하고 게이트웨이를 시작할 때의 설정으로 되돌립니다."
    ),
    "no result for a tenth, the others after half a second": "10%는 결과 없음, 나머지는 0.5초 뒤",
    "take nothing until held=false": "held=false까지 아무것도 받지 않음",
    "a twentieth, and this receiver's always": "5%와 이 수신번호는 항상",
}
