"""What the command line says about encryption, passwords and the trail of changes: English and Korean side by side."""

from typing import Final

SECURITY: Final = {
    "serve.in_clear": (
        (
            "WARNING: other machines can connect to {host} without TLS: passwords, numbers and texts cross the network "
            "in clear. Set [tls] with ports = 'all', or put a VPN or a TLS proxy before it (docs/operating.md)."
        ),
        (
            "경고: 다른 서버가 TLS 없이 {host}에 접속할 수 있습니다. 비밀번호, 전화번호, 본문이 평문으로 전송됩니다. "
            "[tls]에 ports = 'all'을 설정하거나, 게이트웨이 앞에 VPN 또는 TLS 프록시를 두십시오(docs/operating.ko.md)."
        ),
    ),
}

SECURITY_REASONS: Final = (
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
