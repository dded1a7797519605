"""What is said of a data directory as a whole: its faults, backups, the clock. Texts, reasons and help, with Korean."""

from typing import Final

STORE: Final = {
    "serve.no_fault": (
        "--accept: there is no fault {name}; it is one of {known}.",
        "--accept: {name}: 그런 이상 유형은 없습니다. 다음 중 하나입니다: {known}.",
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
}
"""The Korean of help texts by their English."""
