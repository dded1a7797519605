"""What the benchmark says, in English and in Korean; `samlink.cli.texts` has it among all texts."""

from typing import Final

BENCH: Final[dict[str, tuple[str, str]]] = {
    "bench.measure": ("Measure", "항목"),
    "bench.found": ("Found", "결과"),
    "bench.target": ("Target", "목표"),
    "bench.beside": ("Beside it", "참고"),
    "bench.end_to_end": ("end to end", "전체 구간(접수·전송·결과·확인)"),
    "bench.accepted": ("  accepted meanwhile", "  그동안의 접수"),
    "bench.of_bare": ("  of the floor bare lives", "  기준선 단순 저장 대비"),
    "bench.of_store": ("  of the floor store's verbs", "  기준선 저장소 연산 대비"),
    "bench.of_echo": ("  of the floor echo", "  기준선 에코 대비"),
    "bench.burst": ("burst accepted, the carrier held", "연동을 멈춘 상태의 접수"),
    "bench.accept_at": ("accept at {rate}", "{rate} 접수 응답"),
    "bench.longest": ("longest {ms} ms", "최대 {ms} ms"),
    "bench.drain": ("burst delivered, the carrier released", "연동 재개 후 전송"),
    "bench.rules_off": ("burst, all rules off", "접수, 모든 규칙 끔"),
    "bench.rules_on": ("burst, all rules on", "접수, 모든 규칙 켬"),
    "bench.rules_ratio": ("  of the one without rules", "  규칙을 끈 접수 대비"),
    "bench.rules_lists": (
        "{senders} senders, {everyone} + {account} opt-outs, {words} words, {receivers} receivers",
        "발신번호 {senders}개, 수신거부 {everyone} + {account}건, 금칙어 {words}개, 차단 수신번호 {receivers}개",
    ),
    "bench.rules_cpu_off": ("  CPU for a message, rules off", "  1건당 CPU, 규칙 끔"),
    "bench.rules_cpu_on": ("  CPU for a message, rules on", "  1건당 CPU, 규칙 켬"),
    "bench.resident": ("resident memory, peak", "상주 메모리 최댓값"),
    "bench.cpu": ("CPU for 1000 messages", "1000건당 CPU"),
    "bench.start": ("start with {messages} queued", "대기 {messages}건 상태에서 시작"),
    "bench.start_size": ("{size} MB resident", "상주 {size} MB"),
    "bench.decoded": ("wire: {messages} SMS in a frame, decoded", "전문: SMS {messages}건 해석"),
    "bench.encoded": ("wire: {messages} SMS in a frame, encoded", "전문: SMS {messages}건 작성"),
    "bench.echo": ("floor: echo of the same bytes", "기준선: 같은 바이트의 에코"),
    "bench.bare": ("floor: bare lives of the same rows", "기준선: 같은 행의 단순 저장"),
    "bench.store": ("floor: the store's verbs", "기준선: 저장소 연산"),
    "bench.commits": ("commits of {rows}", "{rows}건 단위 커밋"),
    "bench.median_of": ("median of {rates}", "{rates}의 중앙값"),
    "bench.verified": (
        "{send} send and {report} report connections, batches of {batch}; {messages} messages, one result each.",
        "전송 접속 {send}개, 결과 접속 {report}개, 전문당 {batch}건. 메시지 {messages}건 모두 결과가 한 번씩 왔습니다.",
    ),
    "bench.machine": (
        "{cores} cores ({processor}), {python}, {file_system}, load {load} before.",
        "코어 {cores}개({processor}), {python}, {file_system}, 시작 전 부하 {load}.",
    ),
    "bench.steadiness": (
        "Meanwhile the anchor took {anchor} us, fdatasync {disk} ms: the less they vary, the steadier the machine.",
        "측정 중 기준 연산 {anchor} us, fdatasync {disk} ms. 차이가 작을수록 측정 환경이 안정적입니다.",
    ),
    "bench.busy": (
        "This machine was busy before it began (load {load} on {cores} cores): it can do more than these figures say.",
        "측정 전부터 서버에 부하가 있었습니다(코어 {cores}개, 부하 {load}). 실제 성능은 이 수치보다 높습니다.",
    ),
    "bench.failed": ("{why}.", "벤치마크 실패: {why}."),
    "bench.not_host_port": (
        "--against: {address} is not HOST:PORT, such as 127.0.0.1:33300.",
        "--against: {address:은는} 127.0.0.1:33300 같은 HOST:PORT 형식이 아닙니다.",
    ),
    "bench.not_loopback": (
        "--against: {host} is not this machine, and a gateway there may send for real: give {option} as well.",
        "--against: {host:은는} 이 컴퓨터가 아니며 실제로 발송될 수 있습니다. 계속하려면 {option} 옵션이 필요합니다.",
    ),
    "bench.no_login": (
        "--against needs the account's ID in {id} and its password in {password}.",
        "--against를 쓰려면 환경 변수 {id}에 계정 ID, {password}에 비밀번호를 설정해야 합니다.",
    ),
    "bench.attacked": ("accept beside {attack}, p99", "{attack} 공격 중 접수, p99"),
    "bench.attacked_target": ("< {ms} ms", "< {ms} ms"),
    "bench.attacked_beside": (
        "{ms} ms while a bare server is attacked so: {ratio} times",
        "아무 일도 하지 않는 서버가 같은 공격을 받을 때 {ms} ms. {ratio}배",
    ),
}
