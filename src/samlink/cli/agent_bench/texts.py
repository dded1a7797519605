"""What the agent's benchmark says, in English and in Korean; `samlink.cli.texts` has it among all texts."""

from typing import Final

AGENT_BENCH: Final[dict[str, tuple[str, str]]] = {
    "agent_bench.database": ("database", "데이터베이스"),
    "agent_bench.rows": ("rows to results written back", "행 → 결과 기록"),
    "agent_bench.rows_beside": (
        "{rows} rows in {seconds} s, the agent's start among them",
        "{rows}행, {seconds}초(에이전트 기동 포함)",
    ),
    "agent_bench.moved": ("the same, until they stand in their log", "로그 테이블 이동까지"),
    "agent_bench.urgent": ("an urgent row amid the bulk, until its result", "대량 발송 중 긴급 행의 결과 기록까지"),
    "agent_bench.single": (
        "a row into an empty table, until its result (p50)",
        "빈 테이블의 한 행, 결과 기록까지(p50)",
    ),
    "agent_bench.waiting": ("{rows} more rows waited behind", "그 뒤에 {rows}행 대기"),
    "agent_bench.resident": ("resident memory of the agent, peak", "에이전트 최대 메모리"),
    "agent_bench.cpu": ("CPU for 1000 rows", "1000행당 CPU"),
    "agent_bench.verified": (
        "{rows} rows have one result each, all delivered.",
        "{rows}행 모두 결과가 하나씩 기록되었고 전송에 성공했습니다.",
    ),
}
