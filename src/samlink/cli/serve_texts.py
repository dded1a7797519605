"""What `samlink serve` says, in English and Korean."""

from collections.abc import Mapping
from typing import Final

SERVE: Final[Mapping[str, tuple[str, str]]] = {
    "logs.bad_level": (
        "--log-level: {text} is not one of {levels}.",
        "--log-level: {text:은는} {levels} 중 하나가 아닙니다.",
    ),
    "serve.bad_settings": ("the settings cannot be used: {why}.", "설정을 사용할 수 없습니다: {why}."),
    "serve.cannot_start": ("the gateway cannot start: {why}.", "게이트웨이를 시작할 수 없습니다: {why}."),
    "serve.failed": (
        "the gateway had to stop: {why}; nothing that was acknowledged is lost.",
        "게이트웨이가 중단되었습니다: {why}. 응답을 마친 메시지는 유실되지 않습니다.",
    ),
    "serve.port_taken": (
        (
            "a port from {first} to {last} on {host} is taken by another program: "
            "stop that, or choose others, such as `{other}`."
        ),
        (
            "{host}의 {first}~{last} 포트 중 일부를 다른 프로그램이 사용하고 있습니다. "
            "그 프로그램을 종료하거나 `{other}`처럼 다른 포트를 지정하십시오."
        ),
    ),
    "serve.port_lent": (
        (
            "a port from {first} to {last} on {host} is in use by an outgoing connection of this machine, for the "
            "system takes the ports {lowest} to {highest} for those: keep ours free with "
            "`sysctl -w net.ipv4.ip_local_reserved_ports={first}-{last}`, or choose others, such as `{other}`."
        ),
        (
            "{host}의 {first}~{last} 포트 중 일부를 이 서버에서 나가는 연결이 사용하고 있습니다. "
            "운영체제가 {lowest}~{highest} 포트를 나가는 연결에 배정하기 때문입니다. "
            "`sysctl -w net.ipv4.ip_local_reserved_ports={first}-{last}` 명령으로 포트를 예약하거나 "
            "`{other}`처럼 다른 포트를 지정하십시오."
        ),
    ),
    "serve.cannot_listen": (
        "the gateway cannot listen on {host}, port {port}: {why}.",
        "게이트웨이가 {host}의 {port} 포트를 열 수 없습니다: {why}.",
    ),
    "serve.listening": ("samlink is up; its data is in {data}", "samlink가 시작되었습니다. 데이터 위치: {data}"),
    "serve.ports": (
        "  {service}  {host}  send {send}, reports {report}",
        "  {service}  {host}  전송 {send}, 결과 {report}",
    ),
    "serve.carrier": ("Carrier: {carrier}", "이통사 연동: {carrier}"),
    "serve.carrier_of_routes": ("Carrier {name} ({routes}): {carrier}", "이통사 연동 {name}({routes}): {carrier}"),
    "serve.how_to_stop": ("Ctrl-C stops it.", "Ctrl-C를 누르면 종료합니다."),
    "serve.stopped": ("samlink has stopped.", "samlink가 종료되었습니다."),
}
