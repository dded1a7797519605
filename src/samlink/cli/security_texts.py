"""What the command line says about encryption, passwords and the trail of changes: English and Korean side by side."""

from typing import Final

SECURITY: Final = {
    "serve.in_clear": (
        (
            "WARNING: other machines can connect without TLS: passwords, numbers and texts cross the network "
            "in clear. Set [tls] with ports = 'all', or put a VPN or a TLS proxy before it (docs/operating.md)."
        ),
        (
            "경고: 다른 서버가 TLS 없이 접속할 수 있습니다. 비밀번호, 전화번호, 본문이 평문으로 전송됩니다. "
            "[tls]에 ports = 'all'을 설정하거나, 게이트웨이 앞에 VPN 또는 TLS 프록시를 두십시오(docs/operating.ko.md)."
        ),
    ),
    "serve.open_directory": (
        "WARNING: others than the owner can enter {path}; `chmod 700 {path}` ends that.",
        "경고: 소유자가 아닌 사용자도 {path}에 들어갈 수 있습니다. `chmod 700 {path}` 명령으로 막으십시오.",
    ),
    "account.old_password": ("Old password until", "이전 비밀번호 만료"),
    "password.too_short": (
        "a chosen password has at least {least} characters; --allow-weak takes a shorter one.",
        "직접 정하는 비밀번호는 {least}자 이상이어야 합니다. 더 짧게 쓰려면 --allow-weak를 지정하십시오.",
    ),
    "password.nothing_overlaps": (
        "--overlap needs --new-password or --password-stdin.",
        "--overlap은 --new-password나 --password-stdin과 함께 써야 합니다.",
    ),
    "duration.unreadable": (
        "{name}: {text} is not a time such as 7d, 12h or 30m, up to {days} days.",
        "{name}: {text:은는} 7d, 12h, 30m 같은 기간이 아닙니다(최대 {days}일).",
    ),
    "history.none": ("Nothing was changed yet.", "변경 이력이 없습니다."),
    "history.whose": ("--closed and --number need an ID.", "--closed와 --number에는 ID가 필요합니다."),
    "history.no": ("No", "번호"),
    "history.at": ("When (KST)", "일시(KST)"),
    "history.who": ("Who", "작업자"),
    "history.account": ("Account", "계정"),
    "history.what": ("Command", "작업"),
    "history.change": ("Change", "변경 내용"),
    "history.everyone": ("everyone", "전체"),
}

SECURITY_HELP: Final = {
    "Take a chosen password of fewer than 12 bytes.": "12바이트보다 짧은 비밀번호도 받습니다.",
    "How long the password before is good too: 7d, 12h, 30m. Without it its sessions end now.": (
        "이전 비밀번호를 함께 쓸 수 있는 기간: 7d, 12h, 30m. 지정하지 않으면 이전 비밀번호의 접속을 바로 끊습니다."
    ),
    "End the password before the last change, and its sessions.": "이전 비밀번호와 그 접속을 바로 종료합니다.",
    "Show who changed what of the accounts.": "계정 변경 이력을 표시합니다.",
    "Show administrative changes, newest first: who made each, when, what was before and what is now.": (
        "관리 작업을 최근 것부터 표시합니다. 작업자, 일시, 변경 전후의 값이 나옵니다."
    ),
    "Passwords are never in it. Numbers are masked, unless --reveal is given; those of receivers always are.": (
        "비밀번호는 남지 않습니다. 번호는 --reveal 없이는 가려서 표시하고, 수신번호는 항상 가립니다."
    ),
    "Only one account's changes.": "이 계정의 변경 이력만.",
    "Most changes.": "최대 표시 건수.",
    "Only changes before this number.": "이 번호보다 앞선 변경만.",
}

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
