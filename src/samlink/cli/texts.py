"""What the command line says, in English and in Korean side by side.

The locale chooses the language (`samlink.cli.language`). The texts of help pages stand in `help_texts`. A placeholder
stands in both languages of a text (tests/cli/test_texts.py).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from samlink.cli.admission_texts import ADMISSION
from samlink.cli.agent_bench.texts import AGENT_BENCH
from samlink.cli.agent_texts import AGENT
from samlink.cli.bench.texts import BENCH
from samlink.cli.demo_texts import DEMO
from samlink.cli.language import is_korean
from samlink.cli.looking_texts import LOOKING
from samlink.cli.reasons import plain
from samlink.cli.security_texts import SECURITY
from samlink.cli.send_texts import SEND
from samlink.cli.serve_texts import SERVE
from samlink.cli.simulator_texts import SIMULATOR
from samlink.cli.store_texts import STORE
from samlink.vocabulary.particles import fill


class Said(NamedTuple):
    """One text in both languages."""

    english: str
    korean: str


def say(key: str, /, **values: object) -> str:
    """The text of `key` in the reader's language, with `values` in its placeholders.

    `why` is a reason that a room below or the system gave, and `name` an option or argument: they are put into the
    reader's language too.
    """
    said = TEXTS[key]
    if "why" in values:
        values["why"] = plain(str(values["why"]))
    if not is_korean():
        return said.english.format(**values)
    if "name" in values:
        values["name"] = ARGUMENTS.get(str(values["name"]), values["name"])
    return fill(said.korean, values)


ARGUMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "BACKUP": "백업(BACKUP)",
        "CODE": "템플릿 코드(CODE)",
        "DATABASE": "데이터베이스 종류(DATABASE)",
        "FILE": "파일(FILE)",
        "FILE|-": "파일(FILE)",
        "ID": "계정 ID",
        "NUMBER": "전화번호",
        "NUMBER...": "전화번호(NUMBER)",
        "SENDER_KEY": "발신프로필키(SENDER_KEY)",
        "TARGET": "백업할 곳(TARGET)",
        "TABLE": "테이블(TABLE)",
        "[COMMAND]...": "명령(COMMAND)",
        "bash|zsh|fish": "셸",
        "[ID]...": "행 ID",
        "KEY=VALUE...": "설정(KEY=VALUE)",
        "[KEY]...": "설정(KEY)",
        "TEXT|-": "메시지 내용(TEXT)",
        "VALUE": "필터 값(VALUE)",
        "WON": "금액",
        "[FILE|-]": "파일(FILE)",
        "[TEXT|-]": "템플릿 내용(TEXT)",
    }
)
"""What a `{name}` that is an argument is called in Korean; options keep their names."""


_USAGE: Final = {
    "unexpected": Said(
        "an unexpected fault stopped the command ({kind} at {where}); run it again with {variable}=1 for the details.",
        "예상하지 못한 오류로 중단되었습니다({kind}, {where}). {variable}=1로 다시 실행하면 자세히 표시됩니다.",
    ),
    "usage.see_help": Said("{what} (see `{command} --help`).", "{what}(`{command} --help` 참고)."),
    "usage.missing": Said("{name} is missing", "{name} 값이 빠졌습니다"),
    "usage.no_option": Said("there is no option {name}", "{name} 옵션은 없습니다"),
    "usage.bad_value": Said("{name}: {why}", "{name} 값이 잘못되었습니다: {why}"),
    "usage.no_option_but": Said(
        "there is no option {name}, did you mean {meant}?", "{name} 옵션은 없습니다. 혹시 {meant}인가요?"
    ),
    "usage.no_command": Said("there is no command {name}", "{name} 명령은 없습니다"),
    "usage.no_command_but": Said(
        "there is no command {name}, did you mean {meant}?", "{name} 명령은 없습니다. 혹시 {meant}인가요?"
    ),
    "usage.command_missing": Said("a command is missing", "명령이 빠졌습니다"),
    "usage.too_many": Said("there is more than is expected: {words}", "인수가 남습니다: {words}"),
    "usage.no_value": Said("{name} needs a value", "{name}에 값이 필요합니다"),
    "usage.takes_no_value": Said("{name} takes no value", "{name}에는 값을 줄 수 없습니다"),
    "usage.too_small": Said("it must be at least {least}", "{least} 이상이어야 합니다"),
    "usage.too_large": Said("it must be at most {most}", "{most} 이하여야 합니다"),
    "usage.not_a_number": Said("not a number", "숫자가 아닙니다"),
    "usage.not_readable": Said("{path} cannot be read", "{path:을를} 읽을 권한이 없습니다"),
    "usage.not_one_of": Said("{text} is not one of {known}", "{text:은는} {known} 중 하나가 아닙니다"),
    "usage.not_both": Said("give either {one} or {other}, not both.", "{one} 또는 {other} 중 하나만 지정하십시오."),
    "number.out_of_range": Said(
        "{name} is from {least} to {most}, not {number}.",
        "{name} 값은 {least} 이상 {most} 이하여야 합니다(입력값: {number}).",
    ),
    "number.not_above_zero": Said(
        "{name} is more than 0 and at most {most}, not {number}.",
        "{name} 값은 0보다 크고 {most} 이하여야 합니다(입력값: {number}).",
    ),
    "won": Said("{amount} won", "{amount}원"),
    "won.unreadable": Said(
        "{name}: {text} is not an amount of won such as 20 or 20.5.",
        "{name}: {text:은는} 금액이 아닙니다. 20 또는 20.5처럼 입력하십시오.",
    ),
    "won.too_fine": Said(
        "{name}: {text} has more than two decimals.", "{name}: {text}의 소수점 이하는 두 자리까지 쓸 수 있습니다."
    ),
    "won.negative": Said("{name}: {text} is negative.", "{name}: {text:은는} 음수라서 쓸 수 없습니다."),
    "won.too_much": Said("{name}: {text} is more than {limit} won.", "{name}: {text:은는} 한도 {limit}원을 넘습니다."),
    "cost.too_long": Said(
        "{name}: {text} does not fit the {limit} characters that a price has on the link: "
        "at most 9999.9, and two decimals only below 1000.",
        "{name}: {text:은는} 전문의 단가 필드 {limit}자리에 들어가지 않습니다. "
        "9999.9 이하, 소수 둘째 자리는 1000원 미만에서만 쓸 수 있습니다.",
    ),
    "allow.unreadable": Said(
        "--allow: {text} is not a network such as 203.0.113.0/24 or an address such as 203.0.113.7.",
        "--allow: {text:은는} 203.0.113.0/24 같은 대역이나 203.0.113.7 같은 IP 주소가 아닙니다.",
    ),
    "allow.host_bits": Said(
        "--allow: {text} is an address inside a network; the network is {meant}.",
        "--allow: {text:은는} 대역의 시작 주소가 아닙니다. 대역은 {meant}입니다.",
    ),
    "allow.mapped": Said(
        "--allow: {text} is IPv4 written as IPv6, which no connection has; write {meant}.",
        "--allow: {text:은는} IPv4 주소를 IPv6로 적은 것이라 일치하는 접속이 없습니다. {meant:으로} 지정하십시오.",
    ),
    "redirect.bad": Said(
        "--redirect: {text} is not HOST:PORT with a port from 1 to 65535, {limit} characters at most.",
        "--redirect: {text:은는} HOST:PORT 형식이 아닙니다. 포트는 1~65535, 전체 {limit}자 이하입니다.",
    ),
    "phone.bad": Said(
        "{name}: {text} is not a telephone number of {least} to {most} digits.",
        "{name}: {text:은는} {least}~{most}자리 전화번호가 아닙니다.",
    ),
}

_HELP: Final = {
    "help.usage": Said("Usage", "사용법"),
    "help.usage_options": Said("[OPTIONS]", "[옵션]"),
    "help.usage_command": Said("COMMAND ...", "명령 ..."),
    "help.arguments": Said("Arguments", "인수"),
    "help.options": Said("Options", "옵션"),
    "help.commands": Said("Commands", "명령"),
    "help.of_help": Said("Show this page.", "이 도움말을 표시합니다."),
    "help.default": Said("default: {value}", "기본값: {value}"),
    "help.environment": Said("environment: {name}", "환경 변수: {name}"),
    "help.range": Said("{least} to {most}", "{least}~{most}"),
    "help.required": Said("required", "필수"),
}

_ACCOUNTS: Final = {
    "password.prompt": Said("Password: ", "비밀번호: "),
    "password.empty": Said("the password is empty.", "비밀번호가 비어 있습니다."),
    "password.too_long": Said(
        "the password is longer than the {limit} bytes that the login has for it.",
        "비밀번호가 로그인 전문의 필드 크기인 {limit}바이트보다 깁니다.",
    ),
    "password.bad_character": Said(
        "the password may hold printable ASCII characters only, and no space.",
        "비밀번호에는 공백을 뺀 ASCII 문자만 쓸 수 있습니다.",
    ),
    "account.bad_id": Said(
        "{id} cannot be an account's ID: it has 1 to {limit} printable ASCII characters and no space.",
        "{id:은는} 계정 ID로 쓸 수 없습니다. 공백 없는 ASCII 문자 1~{limit}자여야 합니다.",
    ),
    "account.exists": Said(
        "there is an account {id} already; `samlink account set {id}` changes it.",
        "{id} 계정이 이미 있습니다. 설정은 `samlink account set {id}`{:으로} 바꿀 수 있습니다.",
    ),
    "account.unknown": Said(
        "there is no account {id}; `samlink account list` shows all.",
        "{id} 계정이 없습니다. `samlink account list`로 목록을 볼 수 있습니다.",
    ),
    "account.owes": Said(
        "account {id} has a balance of {balance}: top it up before it becomes prepaid.",
        "{id} 계정의 잔액이 {balance}입니다. 선불로 바꾸기 전에 먼저 충전하십시오.",
    ),
    "account.nothing_to_set": Said(
        "nothing to change was given (see `samlink account set --help`).",
        "바꿀 설정을 지정하지 않았습니다(`samlink account set --help` 참고).",
    ),
    "account.none": Said(
        "There are no accounts yet; `samlink account add ID` adds one.",
        "아직 계정이 없습니다. `samlink account add ID`로 추가하십시오.",
    ),
    "account.added": Said("Account {id} added.", "{id} 계정을 추가했습니다."),
    "account.removed": Said(
        "Account {id} removed: nobody logs in with it any more; its messages and its ledger stay.",
        "{id} 계정을 해지했습니다. 더 이상 로그인할 수 없으며 메시지와 거래 내역은 남습니다.",
    ),
    "account.password": Said("Password: {password}", "비밀번호: {password}"),
    "account.password_once": Said(
        "Keep it now: it is stored as a hash only and cannot be shown again.",
        "지금 적어 두십시오. 해시로만 저장되므로 다시 볼 수 없습니다.",
    ),
    "account.everywhere": Said(
        "{id} can log in from every address ({networks}): only the password is in the way of a stranger.",
        "{id} 계정은 모든 IP({networks})에서 로그인할 수 있습니다. 외부인을 막는 것은 비밀번호뿐입니다.",
    ),
    "account.nobody": Said(
        "Nobody can log in as {id} yet, since no address is allowed: "
        "`samlink account set {id} --allow 203.0.113.7` allows one.",
        "허용된 IP가 없어 아직 {id} 계정으로 로그인할 수 없습니다. "
        "`samlink account set {id} --allow 203.0.113.7`처럼 등록하십시오.",
    ),
    "account.id": Said("ID", "ID"),
    "account.number": Said("Number", "내부 번호"),
    "account.fee": Said("Fee", "요금제"),
    "account.prepaid": Said("prepaid", "선불"),
    "account.postpaid": Said("postpaid", "후불"),
    "account.balance": Said("Balance", "잔액"),
    "account.sms_cost": Said("SMS", "SMS 단가"),
    "account.lms_cost": Said("LMS", "LMS 단가"),
    "account.mms_cost": Said("MMS", "MMS 단가"),
    "account.batch_limit": Said("Batch limit", "전문당 최대 건수"),
    "account.long_text": Said("LMS and MMS", "LMS·MMS"),
    "account.variable": Said("variable length, up to {size} bytes", "가변길이, 최대 {size}바이트"),
    "account.fixed": Said("fixed length, 2000 bytes", "고정길이, 2000바이트"),
    "account.service_class": Said("Service class", "서비스 구분"),
    "account.any_message": Said("1: any message", "1: 일반 메시지"),
    "account.callback_url_only": Said("2: callback-URL messages only", "2: Callback URL 메시지 전용"),
    "account.allow": Said("Allowed addresses", "허용 IP"),
    "account.allow_nobody": Said("nobody", "없음"),
    "account.redirect": Said("Redirect", "로그인 전환(다른 서버)"),
    "account.closed": Said("removed", "해지"),
    "topup.zero": Said("a top-up of 0 won changes nothing.", "0원은 충전할 수 없습니다."),
    "topup.below_zero": Said(
        "the prepaid balance of {id} is {balance} and cannot go below zero.",
        "{id} 계정의 선불 잔액은 {balance}이며 0원 미만이 될 수 없습니다.",
    ),
    "topup.done": Said(
        "{added} added to {id}: the balance is {balance}.",
        "{id} 계정에 {added:을를} 더했습니다. 잔액은 {balance}입니다.",
    ),
    "topup.taken": Said(
        "{taken} taken off {id}: the balance is {balance}.",
        "{id} 계정에서 {taken:을를} 차감했습니다. 잔액은 {balance}입니다.",
    ),
    "ledger.empty": Said("The ledger of {id} is empty.", "{id} 계정의 거래 내역이 없습니다."),
    "ledger.no": Said("No", "번호"),
    "ledger.at": Said("Time (KST)", "시각 (KST)"),
    "ledger.cause": Said("Entry", "구분"),
    "ledger.amount": Said("Amount", "금액"),
    "ledger.messages": Said("Messages", "건수"),
    "ledger.note": Said("Note", "비고"),
    "ledger.top-up": Said("top-up", "충전"),
    "ledger.correction": Said("correction", "정정"),
    "ledger.charge": Said("charge", "과금"),
    "ledger.refund": Said("refund", "환불"),
}

_DATA: Final = {
    "data.missing": Said(
        "there is no samlink data in {data}: give --data DIR, or begin with `samlink account add`.",
        "{data}에 samlink 데이터가 없습니다. --data DIR을 지정하거나 `samlink account add`로 시작하십시오.",
    ),
    "data.not_directory": Said("{data} is not a directory.", "{data:은는} 디렉터리가 아닙니다."),
    "data.not_ours": Said(
        "{data} holds other things ({name}) and no samlink data: give a new or an empty directory.",
        "{data}에는 samlink 데이터가 아닌 파일({name})이 있습니다. 새 디렉터리나 빈 디렉터리를 지정하십시오.",
    ),
    "data.not_a_demo": Said(
        "{data} holds samlink data that no demo made, and a demo changes only its own: give it another directory, "
        "such as `samlink demo --data ./samlink-demo`.",
        "{data}에는 데모가 만들지 않은 samlink 데이터가 있어 변경하지 않았습니다. "
        "`samlink demo --data ./samlink-demo`처럼 다른 디렉터리를 지정하십시오.",
    ),
    "data.unreadable": Said("{data} cannot be read: {why}.", "{data:을를} 읽을 수 없습니다: {why}."),
    "data.unwritable": Said("{data} cannot be written: {why}.", "{data}에 쓸 수 없습니다: {why}."),
    "store.failed": Said("{why}.", "저장소 오류: {why}."),
}


_PROFILE: Final = {
    "profile.readable": Said(
        "{path} holds a password and others can read it (mode {mode}): run `chmod 600 {path}`.",
        "{path}에 비밀번호가 있는데 다른 사용자도 읽을 수 있습니다(권한 {mode}). `chmod 600 {path}`{:으로} 바꾸십시오.",
    ),
    "profile.unreadable": Said(
        "the profile {path} cannot be read: {why}.", "프로필 {path:을를} 읽을 수 없습니다: {why}."
    ),
    "profile.not_toml": Said(
        "the profile {path} is not TOML: {why}.", "프로필 {path:이가} TOML 형식이 아닙니다: {why}."
    ),
    "profile.unknown_key": Said(
        "the profile {path} has {name}, and a profile has only {known}.",
        "프로필 {path}에 알 수 없는 항목 {name:이가} 있습니다. 쓸 수 있는 항목: {known}.",
    ),
    "profile.bad_value": Said(
        "the profile {path} has a value of the wrong type for {name}.",
        "프로필 {path}의 {name} 값 형식이 잘못되었습니다.",
    ),
    "profile.no_id": Said(
        "no account was named: give --id ID, or `id` in {path}.",
        "계정 ID가 없습니다. --id ID를 지정하거나 {path}에 `id`를 적으십시오.",
    ),
    "profile.no_password": Said(
        "there is no password: set {variable}, or `password` in {path} (mode 0600).",
        "비밀번호가 없습니다. {variable} 환경 변수를 설정하거나 {path}(권한 0600)에 `password`를 적으십시오.",
    ),
    "profile.bad_version": Said(
        "{name}: {text} is not SAM10 or SAM11.", "{name}: {text:은는} SAM10 또는 SAM11이 아닙니다."
    ),
    "profile.no_number": Said("{variable}: {text} is not a whole number.", "{variable}: {text:은는} 정수가 아닙니다."),
    "profile.no_switch": Said(
        "{variable}: {text} is not true or false.", "{variable}: {text:은는} true나 false가 아닙니다."
    ),
    "profile.bad_setting": Said("the connection cannot be made: {why}.", "접속 설정이 잘못되었습니다: {why}."),
}

_MESSAGES: Final = {
    "send.no_receiver": Said("no receiver was given: --to NUMBER.", "수신번호가 없습니다. --to로 지정하십시오."),
    "send.bad_type": Said("--type: {text} is not one of {known}.", "--type: {text:은는} {known} 중 하나가 아닙니다."),
    "text.the_text": Said("the text", "메시지"),
    "text.empty": Said("the text is empty.", "메시지 내용이 비어 있습니다."),
    "text.control": Said(
        "{name}: character {position} is the control character {code}; only line breaks and TAB may be sent.",
        "{name}의 {position}번째 문자는 제어문자 {code}입니다. 줄바꿈과 탭만 보낼 수 있습니다.",
    ),
    "text.not_cp949": Said(
        "{name}: character {position}, {character} ({code}), cannot be written in CP949, so no handset would show it.",
        "{name}의 {position}번째 문자 {character}({code}){:은는} CP949에 없어 보낼 수 없습니다.",
    ),
    "file.too_many": Said(
        "{count} files were given, and a message carries {limit} at most.",
        "파일이 {count}개입니다. 메시지 하나에 최대 {limit}개까지 첨부할 수 있습니다.",
    ),
    "file.no_file": Said("{path} is not a file.", "{path:은는} 파일이 아닙니다."),
    "file.unreadable": Said("{path} cannot be read: {why}.", "{path:을를} 읽을 수 없습니다: {why}."),
    "file.empty": Said("{path} is empty.", "{path:은는} 빈 파일입니다."),
    "file.extension": Said(
        "{path} needs an extension of one to three letters, such as .jpg.",
        "{path}의 확장자는 .jpg처럼 1~3자여야 합니다.",
    ),
    "file.too_large": Said(
        "{path} has {size} bytes, and the link carries {limit} at most.",
        "{path}의 크기는 {size}바이트입니다. 최대 {limit}바이트까지 보낼 수 있습니다.",
    ),
    "file.line": Said("{option} {path}, line {line}", "{option} {path} {line}번째 줄"),
    "time.never": Said(
        "--timeout is not after --reserve, so the message would never be sent.",
        "--timeout이 --reserve보다 늦지 않아 메시지를 보낼 수 없습니다.",
    ),
    "time.bad": Said(
        "{name}: {text} is not a time such as '2025-01-31 09:00:00' (KST) or +10m.",
        "{name}: {text:은는} '2025-01-31 09:00:00'(KST)이나 +10m 같은 시각이 아닙니다.",
    ),
}

_LINK: Final = {
    "link.login_refused": Said(
        "the gateway refused the login with {code}{detail}.", "게이트웨이가 로그인을 거부했습니다: {code}{detail}."
    ),
    "link.refused": Said("the gateway refused it with {code}{detail}.", "게이트웨이가 거부했습니다: {code}{detail}."),
    "link.unknown": Said(
        "no answer came, so it may have been taken or not.", "응답이 오지 않아 접수 여부를 알 수 없습니다."
    ),
    "link.no_gateway": Said(
        "no gateway answers at {address}: is `samlink serve` running?",
        "{address}에서 응답하는 게이트웨이가 없습니다. `samlink serve`가 실행 중인지 확인하십시오.",
    ),
    "link.silent": Said(
        "nothing answers at {address} within {seconds} s: check --host, --base-port and firewalls.",
        "{address}에서 {seconds}초 안에 응답이 없습니다. --host, --base-port와 방화벽을 확인하십시오.",
    ),
    "link.unreachable": Said("{address} cannot be reached: {why}.", "{address}에 접속할 수 없습니다: {why}."),
    "link.closed": Said(
        "the gateway at {address} closed the connection without an answer: "
        "no account allows this machine's address (`samlink account set {id} --allow ADDRESS`), it is full, or the "
        "port wants TLS (`tls = true` in the profile).",
        "{address}의 게이트웨이가 응답 없이 접속을 끊었습니다. 이 IP가 등록되지 않았거나"
        "(`samlink account set {id} --allow IP`), 접속이 가득 찼거나, TLS 포트입니다(프로필에 `tls = true`).",
    ),
    "link.untrusted": Said(
        "the certificate of {address} is not trusted ({why}): check tls_ca_file and tls_server_name.",
        "{address}의 인증서를 신뢰할 수 없습니다({why}). tls_ca_file과 tls_server_name을 확인하십시오.",
    ),
    "link.no_tls": Said(
        "TLS fails at {address} ({why}): check whether that is a port for TLS.",
        "{address}에 TLS로 접속할 수 없습니다({why}). TLS 포트인지 확인하십시오.",
    ),
    "link.no_link": Said(
        "what answers at {address} is no gateway of this link ({why}): check --host and --base-port, and whether it "
        "speaks TLS.",
        "{address}에서 응답하는 것은 이 전문 규격의 게이트웨이가 아닙니다({why}). "
        "--host, --base-port와 TLS 사용 여부를 확인하십시오.",
    ),
    "link.other": Said("{why}.", "{why}."),
    "link.lost": Said(
        "The connection to the gateway at {address} broke; it is tried again every {seconds} s.",
        "게이트웨이({address})와 접속이 끊겼습니다. {seconds}초마다 다시 접속합니다.",
    ),
    "link.back": Said("Connected to the gateway at {address} again.", "게이트웨이({address})에 다시 접속했습니다."),
    "track.accepted": Said("accepted", "접수됨"),
    "track.not_sent": Said("not sent", "발송 안 됨"),
    "track.to": Said("To", "수신번호"),
    "track.kind": Said("Type", "종류"),
    "track.outcome": Said("Result", "결과"),
    "track.sent": Said("Sent (KST)", "발송시각 (KST)"),
    "track.telecom": Said("Telecom", "이통사"),
    "track.key": Said("GRP_ID/MSG_ID", "GRP_ID/MSG_ID"),
    "track.submitted": Said("Submitted", "발송요청"),
    "track.accepted_at": Said("Accepted", "접수완료"),
    "track.result_at": Said("Result came", "결과수신"),
    "track.charge": Said("Charge", "과금"),
    "send.accepted": Said("accepted", "접수"),
    "send.results": Said("results", "결과"),
    "send.delivered": Said("{count} of {total} delivered.", "총 {total}건 중 {count}건 전송 성공."),
    "send.taken": Said("{count} of {total} accepted by the gateway.", "총 {total}건 중 {count}건 접수."),
    "send.held": Said(
        "Held here until {at} (KST) and sent then: leave this running.",
        "{at}(KST)까지 이 프로그램이 보관했다가 보냅니다. 종료하지 마십시오.",
    ),
    "send.interrupted": Said(
        "Interrupted: what was accepted is sent all the same; `samlink reports` shows its results.",
        "중단했습니다. 이미 접수된 메시지는 그대로 발송되며 결과는 `samlink reports`로 볼 수 있습니다.",
    ),
    "send.cut_off": Said(
        "the gateway went away before {count} of the results came; `samlink reports` fetches them when it is back.",
        "결과 {count}건이 오기 전에 게이트웨이와 접속이 끊겼습니다. 복구되면 `samlink reports`로 받을 수 있습니다.",
    ),
    "send.no_result": Said(
        "no result came for {count} within {seconds} s; another report connection of the account may have taken it.",
        "{seconds}초 안에 {count}건의 결과가 오지 않았습니다. 같은 계정의 다른 결과 수신 접속으로 갔을 수 있습니다.",
    ),
    "send.others": Said(
        "Results of other messages of this account came meanwhile, and do not come again ({count}):",
        "그동안 이 계정의 다른 메시지 결과 {count}건도 수신했습니다. 다시 오지 않습니다:",
    ),
    "reports.cut_off": Said(
        "the connection to the gateway broke after {count} results; there may be more.",
        "결과 {count}건을 받은 뒤 게이트웨이와 접속이 끊겼습니다. 결과가 더 있을 수 있습니다.",
    ),
    "reports.none": Said("No results are waiting.", "대기 중인 결과가 없습니다."),
}

_DECODE: Final = {
    "decode.standard_input": Said("standard input", "표준 입력"),
    "decode.no_hex": Said(
        "{place} is neither raw frames nor hex: {why}.", "{place}의 내용은 전문도 16진수 덤프도 아닙니다: {why}."
    ),
    "decode.no_frame": Said(
        "there is no frame in the {count} bytes of {place}.", "{place}의 {count}바이트에서 전문을 찾지 못했습니다."
    ),
    "decode.paste": Said(
        "Paste hex, then Ctrl-D on a line of its own.", "16진수를 붙여 넣고 새 줄에서 Ctrl-D를 누르십시오."
    ),
    "decode.too_long": Said("the capture is longer than {limit} bytes.", "캡처가 {limit}바이트보다 깁니다."),
}

_OTHERS: Final = {
    key: Said(*both)
    for key, both in {
        **ADMISSION,
        **AGENT,
        **AGENT_BENCH,
        **BENCH,
        **DEMO,
        **LOOKING,
        **SECURITY,
        **SEND,
        **SERVE,
        **SIMULATOR,
        **STORE,
    }.items()
}

TEXTS: Final[Mapping[str, Said]] = MappingProxyType(
    {**_USAGE, **_HELP, **_ACCOUNTS, **_DATA, **_PROFILE, **_MESSAGES, **_LINK, **_DECODE, **_OTHERS}
)
"""Every text by its key."""
