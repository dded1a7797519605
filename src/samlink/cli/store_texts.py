"""What is said of a data directory as a whole: its faults, backups, the clock. Texts, reasons and help, with Korean."""

from typing import Final

STORE: Final = {
    "serve.no_fault": (
        "--accept: there is no fault {name}; it is one of {known}.",
        "--accept: {name}: 그런 이상 유형은 없습니다. 다음 중 하나입니다: {known}.",
    ),
    "clock.believed": ("The gateway believes the machine's clock.", "게이트웨이가 이 서버의 시계를 신뢰합니다."),
    "clock.doubted": (
        (
            "The gateway does not believe the machine's clock since {since}: it is {step} seconds from the time "
            "expected. Nothing is given up or removed meanwhile; if the clock is right, run `samlink clock confirm`."
        ),
        (
            "게이트웨이가 {since}부터 이 서버의 시계를 신뢰하지 않습니다(예상 시각과의 차이 {step}초). 그동안 결과 "
            "대기를 포기하거나 메시지를 삭제하지 않습니다. 시계가 맞으면 `samlink clock confirm`을 실행하십시오."
        ),
    ),
    "clock.confirmed": (
        "Confirmed: it is {at} (KST). The gateway goes by this clock within a second.",
        "확인했습니다. 현재 시각은 {at}(KST)입니다. 게이트웨이가 1초 안에 이 시계를 따릅니다.",
    ),
}
"""Each text in English and in Korean."""

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
            "{data} has lost its {key}, and its database has {kept}; put the key back from a backup, or accept a new "
            "one and give those accounts new passwords"
        ),
        (
            "{data}에 {key} 파일이 없는데 데이터베이스에 이 키가 필요한 데이터가 있습니다: {kept}. 백업에서 키를 "
            "복원하거나, 새 키를 만들고 해당 계정의 비밀번호를 다시 발급하십시오"
        ),
    ),
    ("generated passwords ({count})", "자동 생성된 비밀번호 {count}개"),
    ("messages whose text was wiped", "내용을 지운 메시지"),
)
"""Sentences of the rooms below, as `reason_texts` has all others."""

STORE_HELP: Final = {
    (
        "Go on though the data directory has lost something: missing-database, missing-key, put-back, lost-tail, "
        "damaged. May be given again."
    ): (
        "데이터 디렉터리에 이상이 있어도 계속합니다: missing-database, missing-key, put-back, lost-tail, damaged. "
        "여러 번 지정할 수 있습니다."
    ),
    "The machine's clock: whether the gateway believes it.": "서버 시계: 게이트웨이가 신뢰하는지 여부.",
    "Say whether the gateway believes the machine's clock; the exit code is 1 when it does not.": (
        "게이트웨이가 서버 시계를 신뢰하는지 표시합니다(신뢰하지 않으면 종료 코드 1)."
    ),
    (
        "After a jump it goes on by the time that has passed, gives no message up and removes none, until the clock is "
        "right again, a person confirms it, or six hours have passed without another jump."
    ): (
        "시계가 갑자기 바뀌면 게이트웨이는 실제로 지난 시간을 따르고, 결과 대기를 포기하거나 메시지를 삭제하지 "
        "않습니다. 시계가 다시 맞거나, 사람이 확인하거나, 더 바뀌지 않고 6시간이 지나면 끝납니다."
    ),
    "Confirm that the machine's clock is right now. A gateway believes it within a second, or at its next start.": (
        "서버 시계가 지금 맞다고 확인합니다. 게이트웨이는 1초 안에, 또는 다음에 시작할 때 이 시계를 따릅니다."
    ),
}
"""The Korean of help texts by their English."""
