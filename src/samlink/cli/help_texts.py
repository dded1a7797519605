"""The Korean of every help text, by the English that stands where the option or the command is declared.

A key is a paragraph in one line, a line of an epilog, or the comment behind an example. tests/cli/test_help.py names
the help texts that have no Korean here, and the Korean that no help text has any more.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from samlink.cli.agent_help_texts import AGENT_HELP
from samlink.cli.security_texts import SECURITY_HELP
from samlink.cli.send_help_texts import SEND_HELP
from samlink.cli.store_texts import STORE_HELP

_SHARED: Final = {
    "Examples:": "예:",
    "Print the version.": "버전을 출력합니다.",
    "The directory that holds everything. Default: ./samlink-data": "데이터를 두는 디렉터리. 기본값: ./samlink-data",
    "Print JSON, for a program to read.": "프로그램이 읽을 수 있게 JSON으로 출력합니다.",
    "The account.": "계정 ID.",
    "Show telephone numbers whole.": "전화번호를 가리지 않고 표시합니다.",
    "The gateway's address. Default: 127.0.0.1": "게이트웨이 주소. 기본값: 127.0.0.1",
    "The first of the gateway's six ports. Default: 33300": "게이트웨이 포트 6개 중 첫 번째. 기본값: 33300",
    "The account to log in with.": "로그인할 계정 ID.",
    (
        "Where host, base_port, id, password and the like stand (TOML, mode 0600: see examples/profile.toml); "
        "variables such as SAMLINK_HOST and SAMLINK_ID win. Default: SAMLINK_PROFILE, else "
        "~/.config/samlink/profile.toml, if there is one."
    ): (
        "host, base_port, id, password 등을 적은 파일(TOML, 권한 0600. 전체 항목은 examples/profile.toml 참고). "
        "SAMLINK_HOST, SAMLINK_ID 같은 환경 변수가 우선합니다. 기본값: SAMLINK_PROFILE, 없으면 "
        "~/.config/samlink/profile.toml(있을 때)."
    ),
    "Most lines.": "최대 줄 수.",
    "A number on each line; - is standard input.": "한 줄에 번호 하나. -는 표준 입력입니다.",
    "The password comes from SAMLINK_PASSWORD or from the profile, never from an argument.": (
        "비밀번호는 SAMLINK_PASSWORD 환경 변수나 프로필에서 읽으며 인수로는 받지 않습니다."
    ),
}

_MAIN: Final = {
    "samlink, an open relay for the Korean UShot link protocol: SMS, LMS, MMS and Kakao over SAM10 and SAM11.": (
        "samlink: UShot 연동 프로토콜(SAM10, SAM11)로 SMS, LMS, MMS, 카카오 메시지를 중계하는 오픈소스 시스템입니다."
    ),
    "see it work: a gateway, four messages, their results": "동작 보기: 게이트웨이와 메시지 4건, 그 결과",
    "let a customer in": "고객사 계정 추가",
    "run the gateway": "게이트웨이 실행",
}

_SERVE: Final = {
    "Run the gateway until Ctrl-C.": "게이트웨이를 실행합니다(Ctrl-C로 종료).",
    "Run the gateway until SIGTERM or Ctrl-C; then it answers what it took, and closes.": (
        "게이트웨이를 실행합니다. SIGTERM이나 Ctrl-C를 받으면 이미 받은 요청에 응답을 마치고 종료합니다."
    ),
    "A second signal ends it at once: nothing that was acknowledged is lost, and the next start recovers it.": (
        "신호를 한 번 더 받으면 즉시 종료합니다. 접수 응답을 보낸 메시지는 유실되지 않으며 다음 시작 때 복구합니다."
    ),
    (
        "The settings file says how long results are waited for ([waits] sms_result_seconds, other_result_seconds), "
        "and how long finished messages are kept ([retention] message_days, 90 by default; content_days, after which "
        "texts and numbers are wiped; file_days)."
    ): (
        "설정 파일에는 결과를 기다리는 시간([waits] sms_result_seconds, other_result_seconds)과 처리가 끝난 메시지의 "
        "보관 기간([retention] message_days, 기본 90일. 본문과 전화번호는 content_days, 파일은 file_days)을 적습니다."
    ),
    "The address to listen on; may be given more than once. Default: 127.0.0.1": (
        "접속을 받을 주소. 여러 번 지정할 수 있습니다. 기본값: 127.0.0.1"
    ),
    "Settings in TOML: data, host, base_port, [tls], [simulator], [limits], [waits], [retention].": (
        "TOML 설정 파일: data, host, base_port, [simulator], [limits], [waits], [retention], [tls]. 옵션이 우선합니다."
    ),
    "One JSON object a line on stderr.": "로그를 한 줄에 JSON 객체 하나씩 표준 오류로 출력합니다.",
    "debug, info, warning or error.": "debug, info, warning, error 중 하나.",
}

_BENCH: Final = {
    "Measure a gateway on this machine: one is started for it, on a temporary directory, with a simulated carrier.": (
        "이 서버에서 게이트웨이 성능을 측정합니다(임시 디렉터리에 시뮬레이터를 쓰는 게이트웨이를 따로 띄움)."
    ),
    "Ends with 1 when a message was lost, came twice, or the counts of client and store do not agree.": (
        "메시지가 유실되거나 중복되거나 클라이언트와 저장소의 건수가 다르면 종료 코드가 1입니다."
    ),
    "Messages of each run.": "1회 측정의 메시지 건수.",
    "Send connections.": "전송 접속 수.",
    "Messages of one send request.": "발송요청 한 번의 메시지 건수.",
    "Runs of each kind; the median is reported.": "종류별 측정 횟수. 중앙값을 보고합니다.",
    "Messages in the queue of the start that is timed; 0: none.": (
        "시작 시간을 잴 때 대기열에 쌓아 둘 메시지 건수. 0이면 재지 않습니다."
    ),
    "Length of each run at an even pace.": "일정한 속도로 보내는 측정의 길이(초).",
    "Measure, too, how a good customer fares beside attacks on the gateway.": (
        "게이트웨이가 공격받는 동안 이웃 고객의 접수 시간도 잴지 여부."
    ),
    "Whether to measure what the rules of admission cost.": "접수 검사 규칙의 비용을 잴지 여부.",
    "Opt-outs for everyone while that is measured; the account has a tenth of it.": (
        "그때 쓸 전체 수신거부 번호 수. 계정별 목록은 그 10분의 1입니다."
    ),
    "Where the data lies meanwhile; should be a disk. Default: /var/tmp": (
        "측정하는 동안 데이터를 둘 디렉터리. 디스크여야 합니다. 기본값: /var/tmp"
    ),
    (
        "Send to the gateway at this address (its SMS send port) instead of one started for this. SAMLINK_ID and "
        "SAMLINK_PASSWORD say as whom; the account needs the sender 0212345678."
    ): (
        "새로 띄우지 않고 이 주소의 게이트웨이(SMS 전송 포트)로 보냅니다. 계정은 SAMLINK_ID와 SAMLINK_PASSWORD로 "
        "지정하며 발신번호 0212345678이 등록되어 있어야 합니다."
    ),
    "Allow --against an address that is not a loopback one.": "--against에 루프백이 아닌 주소를 허용합니다.",
}

_LOOKING: Final = {
    "Show an account's charges and top-ups.": "계정의 과금과 충전 내역을 표시합니다.",
    "Show an account's ledger, newest line first: top-ups, charges, refunds.": (
        "계정의 거래 내역(충전, 과금, 환불)을 최근 것부터 표시합니다."
    ),
    "Only lines before this number.": "이 번호보다 앞선 줄만.",
    "Prove that ledger, balances and messages agree.": "거래 내역, 잔액, 메시지가 일치하는지 검증합니다.",
    "Go over the whole store, and say what does not agree, a sentence a line.": (
        "저장소 전체를 검사하여 일치하지 않는 것을 한 줄에 한 문장씩 알려 줍니다."
    ),
    (
        "Each balance is the sum of its ledger; each charge the sum of its messages' prices; what is not charged was "
        "given back once; fallbacks and limits count what they should; and the database is whole, was not put back, "
        "and has lost neither its latest changes nor its key. The exit code is 0 when all agrees. It reads every row, "
        "beside a running gateway or not."
    ): (
        "잔액은 거래 내역의 합계와, 과금은 메시지 단가의 합계와 같아야 하고, 과금하지 않을 메시지는 한 번만 환불되어야 "
        "합니다. 대체 발송과 한도 집계, 데이터베이스의 무결성도 확인하고, 이전 사본으로 바뀌었거나 최근 변경이나 키를 "
        "잃었는지도 봅니다. 모두 일치하면 종료 코드는 0입니다. "
        "모든 행을 읽으며 게이트웨이가 실행 중이어도 됩니다."
    ),
    "Say where a message is.": "메시지가 어디까지 갔는지 보여 줍니다.",
    "Show an account's messages, newest first: state, result, the rule that refused it, attempts, fallback.": (
        "계정의 메시지를 최근 것부터 표시합니다: 상태, 결과, 거부한 규칙, 시도 횟수, 대체 발송."
    ),
    "Only messages to this receiver.": "이 수신번호로 보낸 메시지만.",
    "Only of this MSG_ID.": "이 MSG_ID의 메시지만.",
    "Most messages.": "최대 메시지 건수.",
    "All that is known of each, below one another.": "메시지별로 모든 항목을 세로로 표시합니다.",
    "Show a captured stream as readable frames.": "캡처한 데이터를 읽기 쉬운 전문으로 보여 줍니다.",
    "Show a captured stream of either direction as readable frames, with the manual's field names.": (
        "캡처한 송수신 데이터를 매뉴얼의 필드 이름과 함께 읽기 쉬운 전문으로 보여 줍니다. 방향은 가리지 않습니다."
    ),
    (
        "Raw bytes and hex are told apart by themselves; hex may come from xxd, hexdump -C, tcpdump -X or Wireshark. "
        "What cannot be read is shown with its place and the reason. With --json one frame a line."
    ): (
        "원본 바이트인지 16진수인지는 자동으로 구별합니다. xxd, hexdump -C, tcpdump -X, Wireshark의 16진수를 읽습니다. "
        "해석할 수 없는 부분은 위치와 이유를 표시합니다. --json은 한 줄에 전문 하나입니다."
    ),
    "Raw bytes, or hex in any usual form; - is standard input.": "원본 바이트 또는 16진수. -는 표준 입력입니다.",
    "Show numbers and texts; passwords are never shown.": (
        "전화번호와 본문도 표시합니다. 비밀번호는 절대 표시하지 않습니다."
    ),
    "See it work: a gateway and four messages.": "데모 실행: 게이트웨이를 띄우고 메시지 4건을 보냅니다.",
    "See it work: a gateway with a simulated carrier on 127.0.0.1, and an SMS, an LMS, an MMS and an AlimTalk.": (
        "데모 실행: 127.0.0.1에 시뮬레이터를 쓰는 게이트웨이를 띄우고 SMS, LMS, MMS, 알림톡을 한 건씩 보냅니다."
    ),
    (
        "The account `demo` gets a new password each time; it stands in profile.toml in the data directory. Then the "
        "gateway stays up until Ctrl-C. Data that no demo made is left alone."
    ): (
        "`demo` 계정의 비밀번호는 실행할 때마다 새로 만들어 데이터 디렉터리의 profile.toml에 저장합니다. 이후 "
        "Ctrl-C를 누를 때까지 게이트웨이가 떠 있습니다. 데모가 만들지 않은 데이터는 건드리지 않습니다."
    ),
    "A new directory, or one that a demo made. Default: ./samlink-demo": (
        "새 디렉터리 또는 데모가 만든 디렉터리. 기본값: ./samlink-demo"
    ),
    "End after the messages have their results.": "메시지의 결과가 모두 오면 종료합니다.",
    "ends after the table": "표를 출력하고 종료",
}

_SENDING: Final = {
    "Send a message to one or many receivers.": "한 명 또는 여러 명에게 메시지를 보냅니다.",
    "The text; - reads it from standard input.": "메시지 내용. -는 표준 입력에서 읽습니다.",
    "A receiver; may be repeated, or several with commas.": "수신번호. 여러 번 쓰거나 쉼표로 나열할 수 있습니다.",
    "The number to call back.": "회신전화번호(발신번호).",
    "For LMS and MMS: the subject.": "제목(LMS, MMS).",
    "A picture to upload, or a name that `samlink upload` printed.": (
        "업로드할 이미지 파일, 또는 `samlink upload`가 출력한 이름."
    ),
    "For SMS: the callback URL.": "SMS에 넣을 Callback URL.",
    "sms, lms or mms, else the text's bytes and the files decide; at, ai, ft, fi, fw: over Kakao.": (
        "sms, lms, mms. 지정하지 않으면 본문 바이트 수와 파일 유무로 정합니다. at, ai, ft, fi, fw는 카카오로 보냅니다."
    ),
    "For at and ai: the approved template.": "승인된 템플릿 코드(at, ai).",
    "For Kakao: the channel's profile key.": "카카오 채널의 발신프로필키.",
    "For Kakao: JSON with button, item, item_highlight, image, extra.": (
        "카카오 첨부 JSON: button, item, item_highlight, image, extra."
    ),
    "For Kakao: it is an advertisement.": "카카오 광고 메시지.",
    "For Kakao: what goes out when Kakao says no for good; --from is its sender.": (
        "카카오 발송이 확실히 실패했을 때 대신 보낼 문자. 발신번호는 --from입니다."
    ),
    "The fallback's text.": "대체 발송 내용.",
    "the message's own": "메시지와 같은 내용",
    "The fallback's subject.": "대체 발송 제목.",
    "How long to wait for them.": "결과를 기다리는 최대 시간(초).",
    "Upload a file for MMS and print its name.": "MMS 파일을 업로드하고 이름을 출력합니다.",
    "Upload a file for MMS and print the name that the gateway gave it.": (
        "MMS 파일을 업로드하고 게이트웨이가 붙인 이름을 출력합니다."
    ),
    "At most 307,200 bytes.": "최대 307,200바이트.",
    "Print results of messages, each once.": "메시지 결과를 한 번씩 출력합니다.",
    "Print the results of the account's messages, each once: of SMS, LMS, MMS and Kakao.": (
        "계정의 메시지(SMS, LMS, MMS, 카카오) 결과를 한 번씩 출력합니다."
    ),
    "Only results of this service; may be repeated. LMS come on mms, Kakao's on kms.": (
        "이 서비스의 결과만. 여러 번 쓸 수 있습니다. LMS는 mms, 카카오는 kms입니다."
    ),
    "all that the gateway has": "게이트웨이가 제공하는 전부",
    "Kakao's only": "카카오만",
    (
        "A result is acknowledged to the gateway after it was written to standard output, and then does not come "
        "again. It goes to one report connection only: while this runs, another program of the same account does not "
        "see it. The password comes from SAMLINK_PASSWORD or from the profile, never from an argument."
    ): (
        "결과는 표준 출력에 쓴 뒤에 게이트웨이에 확인 응답하며, 다시 오지 않습니다. 결과는 한 접속으로만 가므로 "
        "실행하는 동안 같은 계정의 다른 프로그램은 그 결과를 받지 못합니다. 비밀번호는 SAMLINK_PASSWORD 환경 변수나 "
        "프로필에서 읽으며 인수로는 받지 않습니다."
    ),
    "Stay and wait for more, until Ctrl-C.": "Ctrl-C를 누를 때까지 계속 기다립니다.",
    "Without --follow: end when none has come for so long.": "--follow가 없을 때: 이 시간(초) 동안 오지 않으면 종료.",
    "Poll for results, or have them pushed.": "결과수신 방식: SAM10은 요청(poll), SAM11은 자동 수신(push).",
    "what is there, then end": "지금 있는 결과만 출력하고 종료",
    "stay, one object a line": "계속 대기, 한 줄에 객체 하나",
    "poll for them": "결과를 요청해서 수신",
}

_ACCOUNTS: Final = {
    "Add, show and change customers' accounts. Works while the gateway runs and takes effect at once.": (
        "고객사 계정을 추가, 조회, 변경합니다. 게이트웨이 실행 중에도 쓸 수 있고 바로 반영됩니다."
    ),
    "Add an account. Without --password-stdin a password is generated and printed this once.": (
        "계정을 추가합니다. --password-stdin이 없으면 비밀번호를 만들어 이번 한 번만 출력합니다."
    ),
    "At most 20 printable ASCII characters.": "계정 ID. ASCII 문자 20자 이하.",
    "Read the password (12 to 20 bytes) from standard input.": "비밀번호(12~20바이트)를 표준 입력에서 읽습니다.",
    "What is paid in already.": "처음 충전 금액.",
    "A network or address that may log in; may be repeated. Nobody may by default.": (
        "로그인을 허용할 대역이나 IP. 여러 번 쓸 수 있습니다. 기본은 전부 차단입니다."
    ),
    "How the customer pays.": "요금제(선불 prepaid, 후불 postpaid).",
    "Price of an SMS.": "SMS 단가(원).",
    "Price of an LMS.": "LMS 단가(원).",
    "Price of an MMS.": "MMS 단가(원).",
    "Price of an AlimTalk.": "알림톡 단가(원).",
    "Price of a FriendTalk.": "친구톡 단가(원).",
    "Most messages a month (KST); more get 93.": "월 발송 한도(KST). 넘으면 결과 93.",
    "Most messages a day (KST); more get 94.": "일 발송 한도(KST). 넘으면 결과 94.",
    "Most messages a second; more get 95.": "초당 발송 한도. 넘으면 결과 95.",
    "none, no limit": "none, 제한 없음",
    "How long the same receiver and text are a duplicate (84), where the rule is not off.": (
        "같은 수신번호와 내용을 중복(84)으로 보는 시간(초). duplicate 규칙이 off가 아닐 때만."
    ),
    "Switch a rule; may be repeated. `default` is a mode too. The names stand below.": (
        "규칙을 켜고 끕니다. 여러 번 쓸 수 있고 `default`로 되돌립니다. 규칙 이름은 아래에 있습니다."
    ),
    "Whether a message with that result is charged; may be repeated. `default`: as the code table says.": (
        "그 결과를 과금할지 여부. 여러 번 쓸 수 있습니다. `default`는 결과 코드표대로입니다."
    ),
    "SENDER of a message that has none.": "회신번호가 없는 메시지에 쓸 번호.",
    "What it may send; anything else gets 61.": "보낼 수 있는 종류. 그 외에는 결과 61.",
    "Most messages of one packet, 1 to 9999.": "전문 하나의 최대 건수, 1~9999.",
    "LMS and MMS in commands 1044 and 1045, or in 1024 with text in 2000 bytes.": (
        "LMS·MMS를 가변길이(1044, 1045)로 받을지 고정길이(1024, 본문 2000바이트)로 받을지."
    ),
    "Most bytes of a variable text, 2000 to 3000.": "가변길이 본문의 최대 바이트 수, 2000~3000.",
    "Send logins to another node (11006).": "로그인을 다른 서버로 돌립니다(11006).",
    "Whether the ID can send callback-URL messages only (service class 2).": (
        "Callback URL 메시지만 보낼 수 있는 ID인지(서비스 구분 2)."
    ),
    "How texts are read; `auto` takes for UTF-8 what can hardly be CP949.": (
        "본문의 문자 집합. `auto`는 CP949로 보기 어려운 본문을 UTF-8로 읽습니다."
    ),
    "Whether a SAM10 report connection that is closed in order acknowledges its last results at once.": (
        "SAM10 결과 연결이 정상적으로 닫히면 마지막 결과를 바로 확인한 것으로 보는지."
    ),
    "Rules, in the order of their precedence:": "규칙(적용 순서대로):",
    "List the accounts; with --json one object a line.": "계정 목록을 표시합니다(--json은 한 줄에 객체 하나).",
    "Removed accounts too.": "해지한 계정도 표시합니다.",
    "Show one account.": "계정 하나를 표시합니다.",
    "Change an account's settings; what is not named stays. --allow replaces the whole list.": (
        "계정 설정을 변경합니다(지정하지 않은 설정은 그대로). --allow는 목록 전체를 바꿉니다."
    ),
    "(replaces the whole list)": "(목록 전체를 바꿈)",
    "Generate a password and print it once.": "비밀번호를 새로 만들어 한 번만 출력합니다.",
    "Let nobody log in.": "아무도 로그인할 수 없게 합니다.",
    "Let logins stay here.": "로그인을 다른 서버로 돌리지 않습니다.",
    "List every admission rule in the order of precedence: its result code, its mode here and by default.": (
        "접수 검사 규칙을 적용 순서대로 모두 표시합니다: 결과 코드, 이 계정의 설정, 기본값."
    ),
    (
        "The first rule that is on and refuses a message decides its code. `warn` lets it go and says so in the "
        "gateway's log."
    ): "켜져(on) 있고 메시지를 거부한 첫 규칙이 결과 코드를 정합니다. `warn`은 통과시키고 로그에만 남깁니다.",
    "Add to an account's balance, with a line in its ledger.": "계정에 충전하고 거래 내역에 남깁니다.",
    "Negative to correct an earlier one.": "금액(원). 잘못 충전한 것은 음수로 바로잡습니다.",
    "A word for the ledger.": "거래 내역에 남길 비고.",
}

_LISTS: Final = {
    "Register an account's sender numbers. A message from any other gets 88. Takes effect at once.": (
        "계정의 발신번호를 등록합니다. 등록하지 않은 번호로 보내면 결과 88입니다. 바로 반영됩니다."
    ),
    "Register numbers: all of them, or none when one has not the form of a sender.": (
        "발신번호를 등록합니다(하나라도 발신번호 형식이 아니면 모두 등록하지 않음)."
    ),
    "02…, 031…, 070…, 01x… or 15xx-xxxx.": "02…, 031…, 070…, 01x…, 15xx-xxxx 형식.",
    "List an account's registered numbers.": "계정에 등록된 발신번호를 표시합니다.",
    "Take numbers off the register: all of them, or none when one is not registered.": (
        "발신번호 등록을 해제합니다(하나라도 등록되어 있지 않으면 모두 그대로 둠)."
    ),
    "Receivers that have opted out. A message to one of them gets 81. Takes effect at once.": (
        "수신거부 번호를 관리합니다. 그 번호로 보내면 결과 81입니다. 바로 반영됩니다."
    ),
    "Add receivers that have opted out.": "수신거부 번호를 추가합니다.",
    "01x…": "01x… 휴대폰번호.",
    "Of this account's messages.": "이 계정에만 적용.",
    "Of every account's messages.": "모든 계정에 적용.",
    "Add all numbers of a file, or none of it: a line that is no receiver's number is named, with the reason.": (
        "파일의 번호를 모두 추가하거나, 잘못된 줄이 있으면 하나도 추가하지 않고 그 줄과 이유를 알려 줍니다."
    ),
    "Numbers that are there already stay. A million take some seconds.": (
        "이미 있는 번호는 그대로 둡니다. 100만 건에 몇 초 걸립니다."
    ),
    "List numbers in ascending order; masked, unless --reveal or --json is given.": (
        "번호를 오름차순으로 표시합니다(--reveal이나 --json이 없으면 가림)."
    ),
    "Only numbers after this.": "이 번호보다 큰 번호만.",
    "Say whether a number has opted out of everyone's messages, or of the account's; exit with 1 if so.": (
        "전체 또는 계정에 대해 수신거부한 번호인지 확인합니다(수신거부했으면 종료 코드 1)."
    ),
    "Let receivers be written to again: all of them, or none when one is not in the list.": (
        "수신거부를 해제합니다(하나라도 목록에 없으면 모두 그대로 둠)."
    ),
    "Filters of an account. What fits one of them is not sent and gets 80. Takes effect at once.": (
        "계정의 필터를 관리합니다. 필터에 걸린 메시지는 보내지 않고 결과 80이 됩니다. 바로 반영됩니다."
    ),
    "Add a filter.": "필터를 추가합니다.",
    "What it looks at.": "검사 대상: 발신번호(sender), 수신번호(receiver), 문구(words).",
    "A number, or words that a text may not have, whatever their case.": (
        "번호, 또는 본문에 있으면 안 되는 문구(대소문자 구별 없음)."
    ),
    "List an account's filters; receivers' numbers are masked, unless --reveal or --json is given.": (
        "계정의 필터를 표시합니다(수신번호는 --reveal이나 --json이 없으면 가림)."
    ),
    "Remove a filter.": "필터를 삭제합니다.",
}

_KAKAO: Final = {
    "Kakao: the profiles and templates of an account. Changes take effect at once.": (
        "카카오: 계정의 발신프로필과 템플릿을 관리합니다. 바로 반영됩니다."
    ),
    "The Kakao channels that an account may send from; a message of another gets 64.": (
        "계정이 쓸 수 있는 카카오 발신프로필을 관리합니다(등록하지 않은 프로필로 보내면 결과 64)."
    ),
    "Add a profile, or replace the one of that key.": "발신프로필을 추가하거나 같은 키의 것을 바꿉니다.",
    "The channel's profile key at Kakao.": "카카오 채널의 발신프로필키.",
    "A name for people.": "구별하기 위한 이름.",
    "Whether nothing may be sent from it.": "이 프로필의 발송을 차단할지 여부.",
    "(its messages get 64)": "(메시지는 결과 64)",
    "List an account's profiles.": "계정의 발신프로필을 표시합니다.",
    "Remove a profile, and its templates with it.": "발신프로필과 그 템플릿을 삭제합니다.",
    "Approved AlimTalk templates: text with #{variables}, and buttons. A message that differs gets 63.": (
        "승인된 알림톡 템플릿(#{변수}가 있는 내용과 버튼)을 관리합니다. 템플릿과 다른 메시지는 결과 63입니다."
    ),
    "Add a template, or replace the one of that code. Whatever stands between #{ and } may differ in a message.": (
        "템플릿을 추가하거나 같은 코드의 것을 바꿉니다. #{ 와 } 사이는 메시지마다 달라도 됩니다."
    ),
    "The template's text; - reads it from standard input.": "템플릿 내용. -는 표준 입력에서 읽습니다.",
    "The template's code at Kakao.": "카카오의 템플릿 코드.",
    "Where the text stands, in UTF-8.": "템플릿 내용을 담은 UTF-8 파일.",
    "The approved buttons: a JSON list.": "승인된 버튼의 JSON 목록 파일.",
    "Its profile; needed when the account has several.": "발신프로필키. 계정에 여러 개 있으면 필요합니다.",
    "Whether it may not be used.": "이 템플릿을 차단할지 여부.",
    "List the templates of all profiles of an account; --json shows them whole.": (
        "계정의 모든 템플릿을 표시합니다(--json은 전체 내용)."
    ),
    "Remove a template.": "템플릿을 삭제합니다.",
}

HELP: Final[Mapping[str, str]] = MappingProxyType(
    {
        **_SHARED,
        **_MAIN,
        **_SERVE,
        **_BENCH,
        **_LOOKING,
        **_SENDING,
        **_ACCOUNTS,
        **_LISTS,
        **_KAKAO,
        **AGENT_HELP,
        **SECURITY_HELP,
        **STORE_HELP,
        **SEND_HELP,
    }
)
"""The Korean of every help text by its English."""
