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
        "{key}은(는) {certificate} 인증서의 개인 키가 아닙니다",
    ),
    (
        "{certificate} and {key} are not a certificate and its key in PEM",
        "{certificate}와(과) {key}은(는) PEM 형식의 인증서와 개인 키가 아닙니다",
    ),
    (
        "{key} is protected by a passphrase, which nobody is there to type",
        "{key}에 암호가 걸려 있어 읽을 수 없습니다. 암호를 푼 개인 키를 지정하십시오",
    ),
)
