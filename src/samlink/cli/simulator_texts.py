"""What `samlink simulator` says, and what each setting of the simulated carrier means (docs/simulator.md too)."""

from collections.abc import Mapping
from typing import Final

SIMULATOR: Final[Mapping[str, tuple[str, str]]] = {
    "simulator.key": ("Setting", "설정"),
    "simulator.value": ("Value", "값"),
    "simulator.default": ("Default", "기본값"),
    "simulator.meaning": ("Meaning", "의미"),
    "simulator.changed": ("{value} (was {before})", "{value} (이전 {before})"),
    "simulator.done": (
        "Changed; a gateway that runs on {data} follows within a second, and after a restart too.",
        "변경했습니다. {data}에서 실행 중인 게이트웨이에 1초 안에 적용되며 다시 시작해도 유지됩니다.",
    ),
    "simulator.reset": (
        "Back to what the gateway is started with.",
        "게이트웨이를 시작할 때의 설정으로 되돌렸습니다.",
    ),
    "simulator.bad_pair": (
        "{text} is not KEY=VALUE, such as never=0.1 or delay_ms=500.",
        "{text:은는} never=0.1, delay_ms=500 같은 KEY=VALUE 형식이 아닙니다.",
    ),
    "simulator.no_key": (
        "there is no setting {name}; `samlink simulator show` lists all.",
        "{name} 설정은 없습니다. `samlink simulator show`로 목록을 볼 수 있습니다.",
    ),
    "simulator.bad_value": ("{name}: {text} is not {wanted}.", "{name}: {text:은는} {wanted:이가} 아닙니다."),
    "simulator.whole": ("a whole number", "정수"),
    "simulator.number": ("a number", "숫자"),
    "simulator.switch": ("true or false", "true 또는 false"),
    "simulator.chance": (
        "a share such as 0.1, receivers such as 01012345678, or both with commas",
        "0.1 같은 비율이나 01012345678 같은 수신번호(쉼표로 함께 지정 가능)",
    ),
    "simulator.mix": ("CODE:SHARE such as 8:0.1,10:0.05", "8:0.1,10:0.05 같은 CODE:SHARE"),
    "simulator.bad": ("{why}.", "{why}."),
    "simulator.unusable": ("{why}.", "{why}."),
}

MEANINGS: Final[Mapping[str, tuple[str, str]]] = {
    "seed": (
        "the same seed and the same messages give the same results",
        "같은 값과 같은 메시지면 결과도 같습니다",
    ),
    "digits": (
        "the receiver's last two digits choose the result (docs/result-codes.md)",
        "수신번호 끝 두 자리가 결과를 정합니다(docs/result-codes.md)",
    ),
    "failure_mix": (
        "result code and share of the messages whose digits chose nothing; the rest is delivered; not Kakao's",
        "끝 두 자리로 정해지지 않은 메시지 중 결과 코드별 비율. 나머지는 전송 성공. 카카오 제외",
    ),
    "delay_ms": ("from taking a message to its result", "접수부터 결과까지의 시간(ms)"),
    "delay_spread_ms": ("up to this much more, evenly spread", "여기에 더해지는 최대 시간(ms), 균등 분포"),
    "throughput": ("messages a second; 0: no bound", "초당 처리 건수. 0은 제한 없음"),
    "over_throughput": (
        "`wait`, or `later` to answer 95 beyond the throughput",
        "초과분을 기다리게 하면 `wait`, 95로 응답하면 `later`",
    ),
    "held": ("take nothing", "아무것도 받지 않음"),
    "idempotent": (
        "recognise a message that it has had, and deliver nothing twice",
        "이미 받은 메시지를 알아보고 두 번 보내지 않음",
    ),
    "answer_lost": ("take a batch and lose its answer", "묶음을 받고 응답을 유실"),
    "lost_mid_batch": ("break the connection inside a batch", "묶음 처리 도중 접속 끊김"),
    "lost_rest_taken": (
        "share of such breaks in which the rest was taken too",
        "그런 끊김 중 나머지도 접수된 비율",
    ),
    "result_before_answer": ("give the result before the batch's answer", "응답보다 결과를 먼저 전달"),
    "answer_wait_ms": (
        "how long such an answer waits for the result to be fetched",
        "그때 결과를 가져갈 때까지 응답을 미루는 최대 시간(ms)",
    ),
    "result_late": ("give the result `late_ms` after its time", "결과를 `late_ms`만큼 늦게 전달"),
    "late_ms": ("by how much", "늦는 시간(ms)"),
    "result_twice": ("give the result twice", "결과를 두 번 전달"),
    "never": ("never give a result", "결과를 주지 않음"),
    "refused": ("refuse at once, with `refused_result`", "`refused_result`로 즉시 거부"),
    "refused_result": ("the result of these", "그 결과 코드"),
    "later": (
        "answer `later_result` at the first `later_attempts` attempts",
        "처음 `later_attempts`번은 `later_result`로 응답",
    ),
    "later_attempts": ("how many attempts", "그 횟수"),
    "later_result": ("95 to 99", "95~99"),
    "by_reference": (
        "name the carrier's own reference in the result, not our id",
        "결과에 우리 ID 대신 이통사 참조번호를 사용",
    ),
    "batch_limit": ("most messages taken at once", "한 번에 받는 최대 건수"),
    "open_limit": ("most results that are not acknowledged", "확인되지 않은 결과의 최대 건수"),
    "remembered_ids": ("ids that are recognised as repeats", "중복으로 알아보는 최근 ID 수"),
    "repeat_after_ms": (
        "when a result that was not acknowledged is given again",
        "확인되지 않은 결과를 다시 주는 간격(ms)",
    ),
    "journal_segment_bytes": ("size of a journal file", "저널 파일 크기"),
    "journal_segments": ("journal files that are kept", "보관하는 저널 파일 수"),
    "keep_journal": ("keep every journal file", "저널 파일을 모두 보관"),
}
"""Each setting in English and Korean."""
