"""What is said of a data directory as a whole: its faults, backups, the clock. Texts, reasons and help, with Korean."""

from typing import Final

STORE: Final = {
    "serve.no_fault": (
        "--accept: there is no fault {name}; it is one of {known}.",
        "--accept: {name}: 그런 이상 유형은 없습니다. 다음 중 하나입니다: {known}.",
    ),
    "backup.failed": ("the backup cannot be made: {why}.", "백업할 수 없습니다: {why}."),
    "backup.made": (
        "Backed up to {target}: {messages} messages, {files} uploaded files, {size} bytes.",
        "{target}에 백업했습니다: 메시지 {messages}건, 업로드한 파일 {files}개, {size}바이트.",
    ),
    "restore.failed": ("the backup cannot be restored: {why}.", "복원할 수 없습니다: {why}."),
    "restore.made": (
        "Restored to {target}: {messages} messages, {files} uploaded files, {size} bytes; the audit agrees.",
        "{target}에 복원했습니다: 메시지 {messages}건, 업로드한 파일 {files}개, {size}바이트. 검증 결과 일치합니다.",
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
    (
        (
            "the database in {data} has lost its latest changes: {name} is damaged, and there are whole pages behind "
            "the damage"
        ),
        (
            "{data}의 데이터베이스에서 최근 변경 내용이 사라졌습니다. {name} 파일이 손상되어 그 뒤의 온전한 내용을 "
            "읽지 못합니다"
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
    "Back up the whole data directory.": "데이터 디렉터리 전체를 백업합니다.",
    (
        "Back up the database, the key, the uploaded files and the simulated carrier's journal; the gateway may run."
    ): "데이터베이스, 키, 업로드한 파일, 이통사 시뮬레이터의 기록을 백업합니다(게이트웨이 실행 중에도 가능).",
    (
        "The copy is of one moment and is audited; the exit code is 1 when its money and messages do not agree. "
        "It gets its name when it is whole. It holds passwords' hashes, texts and numbers: keep it like the data "
        "directory."
    ): (
        "한 시점의 사본을 만들어 검증하며, 금액과 메시지가 맞지 않으면 종료 코드가 1입니다. 완성된 뒤에야 지정한 "
        "이름이 붙습니다. 비밀번호 해시, 메시지 내용, 전화번호가 들어 있으므로 데이터 디렉터리처럼 보호하십시오."
    ),
    "A new directory, or a file that ends in .tar, .tar.gz or .tgz.": (
        "새 디렉터리, 또는 .tar, .tar.gz, .tgz로 끝나는 파일."
    ),
    "Make a data directory from a backup.": "백업에서 데이터 디렉터리를 복원합니다.",
    "Make a new data directory from a backup, check each of its files, audit it, and set private modes.": (
        "백업의 모든 파일을 확인하고 검증하여 새 데이터 디렉터리를 만듭니다(소유자만 접근)."
    ),
    (
        "What was queued may have been sent since the backup was made, so it is taken for unknown, and the carrier "
        "decides; --moved says that it was not. New messages get ids that no carrier has seen."
    ): (
        "백업 당시 대기 중이던 메시지는 그 뒤에 발송되었을 수 있으므로 결과 불명으로 보고 이통사에 따라 처리합니다. "
        "그렇지 않으면 --moved를 지정하십시오. 새 메시지에는 이통사가 본 적 없는 번호를 씁니다."
    ),
    "What `samlink backup` has made.": "`samlink backup`으로 만든 백업.",
    "The gateway has not run since the backup was made: nothing queued has been sent meanwhile.": (
        "백업한 뒤로 게이트웨이를 실행하지 않았습니다. 대기 중이던 메시지가 그동안 발송되지 않았습니다."
    ),
}
"""The Korean of help texts by their English."""
