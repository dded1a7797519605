"""Sentences of the rooms below and of the system: the English as they say it, and its Korean.

The first row that fits is taken, so what is special stands before what is general. tests/cli/test_reasons.py names the
sentences of the store, the carrier, Kakao's rules and captures that have no row.
"""

from typing import Final

from samlink.cli.message_reason_texts import MESSAGE_REASONS
from samlink.cli.settings_reason_texts import FILE_REASONS, SETTINGS_REASONS, SIMULATOR_REASONS

SECURITY_REASONS: Final = (
    ("{folder} is a symbolic link, which is not followed", "{folder:은는} 심볼릭 링크여서 사용하지 않습니다"),
    (
        "{key} is not the key of the certificate in {certificate}",
        "{key:은는} {certificate} 인증서의 개인 키가 아닙니다",
    ),
    (
        "{certificate} and {key} are not a certificate and its key in PEM",
        "{certificate:과와} {key:은는} PEM 형식의 인증서와 개인 키가 아닙니다",
    ),
    (
        "{key} is protected by a passphrase, which nobody is there to type",
        "{key}에 암호가 걸려 있어 읽을 수 없습니다. 암호를 푼 개인 키를 지정하십시오",
    ),
    ("{name}: the name of a file is missing", "{name}에 파일 이름이 없습니다"),
    (
        'base_port: only with ports = "extra"; the six ports are those of the gateway\'s base_port',
        'base_port는 ports = "extra"일 때만 씁니다. 지금은 게이트웨이의 base_port가 그대로 쓰입니다',
    ),
    (
        "tls: the six ports from {encrypted} overlap with the six from {plain}",
        "tls: {encrypted}부터의 포트 6개가 {plain}부터의 포트 6개와 겹칩니다",
    ),
    (
        "trusted_proxies: {network} is no address or network: {why}",
        "trusted_proxies: {network:은는} 주소나 네트워크가 아닙니다: {why}",
    ),
    (
        "trusted_proxies: {network} would believe everybody",
        "trusted_proxies: {network:을를} 적으면 모든 접속을 믿게 됩니다. 프록시의 주소만 적으십시오",
    ),
)

STORE_REASONS: Final = (
    (
        "{sentence} (`samlink serve --accept {fault}` goes on with what is there)",
        "{sentence} (이대로 계속하려면 `samlink serve --accept {fault}`)",
    ),
    (
        "the database in {data} was put back: what a gateway accepted after it, until {when}, is not in it",
        "{data}의 데이터베이스가 이전 사본으로 바뀌었습니다. 그 뒤 {when}까지 접수된 메시지가 여기에는 없습니다",
    ),
    (
        "the database in {data} was put back: carrier {name} has had messages that are not in it",
        "{data}의 데이터베이스가 이전 사본으로 바뀌었습니다. 여기에 없는 메시지가 이미 이통사({name})에 전달되었습니다",
    ),
    (
        "the database in {data} has lost its latest changes: it is behind its mark of {when}",
        "{data}의 데이터베이스에서 최근 변경 내용이 사라졌습니다. {when}의 표시 파일보다 뒤처져 있습니다",
    ),
    (
        "{data} has lost its {database}: {name} belongs to one; put the database back from a backup",
        (
            "{data}에 {database} 파일이 없습니다. 함께 쓰이던 {name} 파일만 남아 있습니다. "
            "백업에서 데이터베이스를 복원하십시오"
        ),
    ),
    (
        (
            "{data} has lost its {key}, and its database has {kept}; put the key back from a backup, "
            "or accept a new one and give those accounts new passwords"
        ),
        (
            "{data}에 {key} 파일이 없는데 데이터베이스에 이 키가 필요한 데이터가 있습니다: {kept}. "
            "백업에서 키를 복원하거나, 새 키를 만들고 해당 계정의 비밀번호를 다시 발급하십시오"
        ),
    ),
    (
        (
            "the database in {data} has lost its latest changes: {name} is damaged, and there are "
            "whole pages behind the damage"
        ),
        (
            "{data}의 데이터베이스에서 최근 변경 내용이 사라졌습니다. {name} 파일이 손상되어 그 뒤의 "
            "온전한 내용을 읽지 못합니다"
        ),
    ),
    ("the database in {data} is damaged: {why}", "{data}의 데이터베이스가 손상되었습니다: {why}"),
    ("{path} cannot be used: {why}", "{path:을를} 쓸 수 없습니다: {why}"),
    ("{path} cannot be written: {why}", "{path}에 쓸 수 없습니다: {why}"),
    ("the store is lost: {why}", "저장소를 더 이상 쓸 수 없습니다: {why}"),
    ("its writer has ended", "쓰기 프로세스가 종료되었습니다"),
    (
        "{name} was deleted or replaced while the gateway ran; all that was accepted is in {saved}",
        "게이트웨이 실행 중에 {name} 파일이 삭제되거나 바뀌었습니다. 접수된 내용은 모두 {saved}에 있습니다",
    ),
    (
        "{name} was deleted or replaced while the gateway ran; what was in it is in {database} now",
        "게이트웨이 실행 중에 {name} 파일이 삭제되거나 바뀌었습니다. 그 내용은 {database}에 옮겼습니다",
    ),
    (
        "{name} was deleted or replaced while the gateway ran",
        "게이트웨이 실행 중에 {name} 파일이 삭제되거나 바뀌었습니다",
    ),
    (
        "{target} is there already: a backup never replaces anything",
        "{target}: 이미 있습니다. 백업은 기존 파일을 덮어쓰지 않습니다",
    ),
    ("{target} lies in {data}, which is to be backed up", "{target}: 백업할 디렉터리 {data} 안에 있습니다"),
    (
        "{data} is not empty: a backup is restored to a new directory",
        "{data}: 비어 있지 않습니다. 백업은 새 디렉터리에 복원합니다",
    ),
    ("{source} does not agree with itself: {why}", "{source}: 백업 내용이 서로 맞지 않습니다: {why}"),
    ("there is no {source}", "{source}: 그런 파일이나 디렉터리가 없습니다"),
    (
        "{source} is no whole backup: {name} is not named in {manifest}",
        "{source}: 온전한 백업이 아닙니다. {manifest}에 없는 파일이 있습니다: {name}",
    ),
    ("{source} is no whole backup: {name} is missing", "{source}: 온전한 백업이 아닙니다. 없는 파일: {name}"),
    ("the archive cannot be read", "압축 파일을 읽을 수 없습니다"),
    ("{source} is no whole backup: {why}", "{source}: 온전한 백업이 아닙니다: {why}"),
    ("{source} was made by a newer samlink ({version})", "{source}: 더 새로운 samlink {version} 버전의 백업입니다"),
    ("{source} is no backup: it names {name}", "{source}: 백업이 아닙니다. 잘못된 경로가 있습니다: {name}"),
    (
        "{source} is damaged: {name} is not as it was backed up",
        "{source}: 손상되었습니다. 백업 당시와 다른 파일: {name}",
    ),
    ("generated passwords ({count})", "자동 생성된 비밀번호 {count}개"),
    ("messages whose text was wiped", "내용을 지운 메시지"),
)

_STORE: Final = (
    ("another gateway is running on {data}", "{data}에서 다른 게이트웨이가 실행 중입니다"),
    ("the disk is full", "디스크가 가득 찼습니다"),
    ("the disk failed: {why}", "디스크 오류: {why}"),
    ("an fsync failed: {why}", "fsync 실패: {why}"),
    ("the file store failed: {why}", "파일 저장소 오류: {why}"),
    ("the store is closed", "저장소가 닫혔습니다"),
    ("the store's writer did not start in time", "저장소의 쓰기 프로세스가 제시간에 시작되지 않았습니다"),
    ("another process has been writing for {seconds} seconds", "다른 프로세스가 {seconds}초 넘게 쓰고 있습니다"),
    ("too many searches at once", "동시에 실행한 조회가 너무 많습니다"),
    ("the search was broken off", "조회가 중단되었습니다"),
    (
        "{path} was written by a newer samlink (schema {version}; this one knows up to {newest})",
        "{path:은는} 더 새로운 samlink의 데이터입니다(스키마 {version}, 이 버전은 {newest}까지)",
    ),
    (
        "{path} is not a samlink database, or it is damaged: {why}",
        "{path:은는} samlink 데이터베이스가 아니거나 손상되었습니다: {why}",
    ),
    ("{path} is not a samlink database", "{path:은는} samlink 데이터베이스가 아닙니다"),
    (
        "{path} cannot be written: check the owner and the mode of the directory",
        "{path}에 쓸 수 없습니다. 디렉터리의 소유자와 권한을 확인하십시오",
    ),
    (
        "{path} is damaged: it has {size} bytes instead of {needed}",
        "{path:이가} 손상되었습니다: {needed}바이트여야 하는데 {size}바이트입니다",
    ),
    ("there is an account {id} already", "{id} 계정이 이미 있습니다"),
    ("there is no account number {no}", "번호가 {no}인 계정이 없습니다"),
    ("there is no account {id}", "{id} 계정이 없습니다"),
    ("an account has no setting {names}", "계정에 {names} 설정은 없습니다"),
    ("a setting is out of range: {why}", "설정값이 범위를 벗어났습니다: {why}"),
    ("a prepaid balance cannot go below zero", "선불 잔액은 0원 미만이 될 수 없습니다"),
    ("there is no profile {key}", "발신프로필 {key:이가} 없습니다"),
    ("the profile {key} has no template {code}", "발신프로필 {key}에 템플릿 {code:이가} 없습니다"),
    ("{number} has not opted out {place}", "{number:은는} 수신거부 목록에 없습니다"),
    ("that cannot be: {why}", "반영할 수 없습니다: {why}"),
    (
        "an opt-out is a number of 2 to 12 digits with its leading zero, not {number}",
        "수신거부 번호는 0으로 시작하는 2~12자리여야 합니다: {number}",
    ),
    ("the sender {number} is not registered", "발신번호 {number:은는} 등록되어 있지 않습니다"),
    ("there is no filter {no}", "필터 {no:이가} 없습니다"),
    ("there is no file {name}", "파일 {name:이가} 없습니다"),
    (
        "a file's name is an MD5, a dot and an extension of one to three letters or digits",
        "파일 이름은 MD5와 점, 1~3자 확장자로 이루어집니다",
    ),
    ("there is no verb {name}", "{name} 동작이 없습니다"),
    (
        "{verb}: {size} bytes are more than one request may have",
        "{verb}: {size}바이트는 요청 하나의 한도를 넘습니다",
    ),
)

_AUDIT: Final = (
    (
        "account {id} (number {no}) has a balance of {balance}, but its ledger sums up to {total}",
        "{id} 계정(번호 {no})의 잔액은 {balance}인데 거래 내역의 합계는 {total}입니다",
    ),
    (
        (
            "ledger entry {no} charges account number {account} {amount} for {count} messages, "
            "but {found} messages for {paid} name it"
        ),
        (
            "거래 {no:은는} 계정 번호 {account}에 메시지 {count}건, {amount:을를} 과금했는데 "
            "이 거래에 속한 메시지는 {found}건, {paid}입니다"
        ),
    ),
    (
        "message {id} names ledger entry {charge}, which is not a charge of its account",
        "메시지 {id:이가} 가리키는 거래 {charge:은는} 같은 계정의 과금이 아닙니다",
    ),
    (
        "message {id} is not charged, but its price of {price} was not refunded",
        "메시지 {id:은는} 과금 대상이 아닌데 {price:이가} 환불되지 않았습니다",
    ),
    (
        "ledger entry {no} refunds message {id}, which is not owed that",
        "거래 {no:은는} 환불할 것이 없는 메시지 {id:을를} 환불했습니다",
    ),
    (
        "account number {account} had {more} refunds of {amount} against what its pruned messages were owed",
        "계정 번호 {account}: 보관 기간이 지나 삭제된 메시지의 환불이 {more}건, {amount}만큼 맞지 않습니다",
    ),
    (
        "message {id} waits, but has no content to send",
        "메시지 {id:은는} 발송 대기 중인데 보낼 내용이 없습니다",
    ),
    (
        "message {id} waits, although carrier {carrier} has given its result",
        "메시지 {id:은는} 이통사 {carrier}의 결과가 왔는데도 대기 중입니다",
    ),
    (
        "message {id} stands in for message {parent}, and the two do not agree",
        "메시지 {id:은는} 메시지 {parent}의 대체 발송인데 두 메시지가 서로 맞지 않습니다",
    ),
    (
        "message {id} waits for message {child}, which does not stand in for it",
        "메시지 {id:이가} 기다리는 메시지 {child:은는} 그 대체 발송이 아닙니다",
    ),
    (
        "account number {account} has {more} messages on {day} against those that its limits have counted",
        "계정 번호 {account}의 {day} 메시지 수가 한도 집계와 {more}건 다릅니다",
    ),
    ("the database is damaged: {why}", "데이터베이스가 손상되었습니다: {why}"),
)

_CARRIER: Final = (
    (
        "host: an address to listen on is missing; 0.0.0.0 is every address of IPv4, :: of IPv6",
        "host: 접속을 받을 주소가 없습니다. 0.0.0.0은 IPv4의 모든 주소, ::은 IPv6의 모든 주소입니다",
    ),
    ("nested too deep", "중첩이 너무 깊습니다"),
    ("{verb}: a text has half of a surrogate pair", "{verb}: 완전하지 않은 문자(서로게이트 한쪽)가 있습니다"),
    (
        (
            "only {limit} files may be open at once (ulimit -n); at least {least} are needed, and {wanted} for "
            "limits.connections = {connections}"
        ),
        (
            "동시에 열 수 있는 파일이 {limit}개(ulimit -n)뿐입니다. 최소 {least}개, "
            "limits.connections = {connections}에는 {wanted}개가 필요합니다"
        ),
    ),
    (
        "a picture could not be looked at within {seconds} s",
        "{seconds}초 안에 그림을 검사하지 못했습니다",
    ),
    (
        "no process can be started to look at a picture: {why}",
        "그림을 검사할 프로세스를 시작할 수 없습니다: {why}",
    ),
    (
        "ports {first} to {last} on {host} cannot be opened: {why}",
        "{host}의 {first}~{last} 포트를 열 수 없습니다: {why}",
    ),
    ("the carrier {name} has stopped", "이통사 {name} 연동이 중단되었습니다"),
    (
        "simulated carrier, no message leaves this machine",
        "이통사 시뮬레이터(메시지는 이 서버 밖으로 나가지 않습니다)",
    ),
    ("the receiver's last two digits choose the result", "수신번호 끝 두 자리가 결과를 정합니다"),
    ("failures {mix}", "실패 비율 {mix}"),
    ("results after {time} ms", "결과 지연 {time} ms"),
    ("{count} messages/s", "초당 {count}건"),
    ("held: takes nothing", "보류 중(메시지를 받지 않음)"),
    ("does not recognise repeats", "중복을 구별하지 않음"),
    ("no journal", "기록 없음"),
)

_CAPTURE: Final = (
    ("line {number}: {why}", "{number}번째 줄: {why}"),
    ("{digit} is not a digit of hex", "{digit:은는} 16진수 숫자가 아닙니다"),
    ("half a byte: the number of hex digits is odd", "16진수 자릿수가 홀수입니다"),
    ("the capture is longer than {limit} bytes", "캡처가 {limit}바이트보다 깁니다"),
    ("a * without a line before it", "* 앞에 반복할 줄이 없습니다"),
    ("the dump ends in a *, without the offset where it ends", "덤프가 *로 끝나 어디까지인지 알 수 없습니다"),
    (
        "offset {offset} does not end the lines that * stands for",
        "오프셋 {offset:이가} * 로 줄인 줄 수와 맞지 않습니다",
    ),
    (
        "offset {offset}, but {count} bytes (hex) came before it",
        "오프셋 {offset}인데 앞의 데이터는 {count}바이트(16진수)입니다",
    ),
)

_SYSTEM: Final = (
    ("No such file or directory", "그런 파일이나 디렉터리가 없습니다"),
    ("Permission denied", "권한이 없습니다"),
    ("Operation not permitted", "허용되지 않은 작업입니다"),
    ("Is a directory", "디렉터리입니다"),
    ("Not a directory", "디렉터리가 아닙니다"),
    ("File exists", "파일이 이미 있습니다"),
    ("File name too long", "파일 이름이 너무 깁니다"),
    ("No space left on device", "디스크에 남은 공간이 없습니다"),
    ("Read-only file system", "읽기 전용 파일 시스템입니다"),
    ("Input/output error", "입출력 오류"),
    ("Too many open files", "열린 파일이 너무 많습니다"),
    ("Name or service not known", "알 수 없는 호스트 이름입니다"),
    ("Temporary failure in name resolution", "호스트 이름을 일시적으로 확인할 수 없습니다"),
    ("Network is unreachable", "네트워크에 연결할 수 없습니다"),
    ("No route to host", "호스트로 가는 경로가 없습니다"),
    ("Cannot assign requested address", "이 서버의 주소가 아닙니다"),
    ("cannot assign requested address", "이 서버의 주소가 아닙니다"),
    ("address already in use", "이미 사용 중인 주소입니다"),
    ("Connection refused", "접속이 거부되었습니다"),
    ("Connection reset by peer", "상대가 접속을 끊었습니다"),
)

_GENERAL: Final = (
    ("{path} cannot be opened: {why}", "{path:을를} 열 수 없습니다: {why}"),
    ("{path} cannot be read: {why}", "{path:을를} 읽을 수 없습니다: {why}"),
    ("{amount} won", "{amount}원"),
)

REASONS: Final[tuple[tuple[str, str], ...]] = (
    *STORE_REASONS,
    *_STORE,
    *_AUDIT,
    *_CARRIER,
    *_CAPTURE,
    *_SYSTEM,
    *FILE_REASONS,
    *SIMULATOR_REASONS,
    *SETTINGS_REASONS,
    *SECURITY_REASONS,
    *MESSAGE_REASONS,
    *((f"{english}: {{path}}", f"{{path}}: {korean}") for english, korean in _SYSTEM),
    *_GENERAL,
)
"""Every sentence that has a Korean, in English and in Korean."""
