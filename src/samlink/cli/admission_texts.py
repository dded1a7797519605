"""What the commands about limits, rules, lists, Kakao and the audit say: each text in English and in Korean."""

from typing import Final

_RULES: Final = {
    "limit.unreadable": (
        "{name}: {text} is not a number of messages up to {most}, nor `none`.",
        "{name}: {text:은는} {most} 이하의 건수나 `none`이 아닙니다.",
    ),
    "kinds.unknown": ("--kinds: {text} is not one of {known}.", "--kinds: {text:은는} {known} 중 하나가 아닙니다."),
    "rule.unreadable": (
        "--rule: {text} is not NAME=MODE with a mode of off, warn, on or default.",
        "--rule: {text:은는} NAME=MODE 형식이 아닙니다. MODE는 off, warn, on, default 중 하나입니다.",
    ),
    "rule.unknown": (
        "--rule: there is no rule {name}; `samlink account rules ID` lists all.",
        "--rule: {name} 규칙은 없습니다. `samlink account rules ID`로 목록을 볼 수 있습니다.",
    ),
    "rule.always_on": (
        "--rule: {name} cannot be switched: a message that is not paid for is never sent.",
        "--rule: {name} 규칙은 바꿀 수 없습니다. 잔액 없는 메시지는 발송되지 않습니다.",
    ),
    "charge.unreadable": (
        "--charge-code: {text} is not CODE=yes, CODE=no or CODE=default.",
        "--charge-code: {text:은는} CODE=yes, CODE=no, CODE=default 형식이 아닙니다.",
    ),
    "charge.unknown": (
        "--charge-code: {code} is not the code of a final result.",
        "--charge-code: {code:은는} 최종 결과 코드가 아닙니다.",
    ),
    "phone.not_sender": (
        "{name}: {text} cannot be a sender: numbers of 02, 031, 070, 01x and 15xx-xxxx can, 050x cannot.",
        "{name}: {text:은는} 발신번호로 쓸 수 없습니다. 02·031 등 지역번호, 070, 01x, 15xx-xxxx만 됩니다.",
    ),
    "phone.not_receiver": (
        "{name}: {text} is not a mobile number, 01x with 10 or 11 digits.",
        "{name}: {text:은는} 01x로 시작하는 10~11자리 휴대폰번호가 아닙니다.",
    ),
    "account.at_cost": ("AlimTalk", "알림톡 단가"),
    "account.ft_cost": ("FriendTalk", "친구톡 단가"),
    "account.month_limit": ("Most a month", "월 발송 한도"),
    "account.day_limit": ("Most a day", "일 발송 한도"),
    "account.second_limit": ("Most a second", "초당 발송 한도"),
    "account.no_limit": ("no limit", "제한 없음"),
    "account.kinds": ("May send", "발송 가능 종류"),
    "account.charset": ("Texts are read as", "본문 문자 집합"),
    "account.charset_auto": ("CP949, or UTF-8 where it can be nothing else", "CP949, 확실하면 UTF-8"),
    "account.charset_cp949": ("CP949", "CP949"),
    "account.charset_utf8": ("UTF-8", "UTF-8"),
    "account.sam10_acknowledges": ("SAM10 results acknowledged by", "SAM10 결과 확인"),
    "account.by_poll": ("the next poll, or the third orderly close", "다음 폴링 또는 세 번째 정상 종료"),
    "account.by_close": ("the next poll, or an orderly close", "다음 폴링 또는 정상 종료"),
    "account.default_sender": ("Default sender", "기본 발신번호"),
    "account.rules": ("Rules", "규칙"),
    "account.rules_default": ("all as by default", "모두 기본값"),
    "account.charge_codes": ("Charged", "과금 여부"),
    "account.charges_default": ("as the code table says", "결과 코드표대로"),
    "account.duplicate_window": ("Duplicate window", "중복 판단 시간"),
    "account.seconds": ("{count} s", "{count}초"),
    "rules.name": ("Rule", "규칙"),
    "rules.code": ("Result", "결과 코드"),
    "rules.mode": ("Mode", "설정"),
    "rules.default": ("Default", "기본값"),
}

_LISTS: Final = {
    "sender.number": ("NUMBER", "발신번호"),
    "sender.added": (
        "Numbers registered for {id}: {new} new, {known} known already.",
        "{id} 계정에 발신번호 {new}개를 등록했습니다. 이미 등록된 번호는 {known}개입니다.",
    ),
    "sender.none": (
        "No sender is registered for {id}: `samlink sender add {id} NUMBER` registers one.",
        "{id} 계정에 등록된 발신번호가 없습니다. `samlink sender add {id} NUMBER`로 등록하십시오.",
    ),
    "sender.unknown": (
        "{number} is not registered for {id}; nothing was removed.",
        "{number:은는} {id} 계정에 등록되어 있지 않습니다. 아무것도 삭제하지 않았습니다.",
    ),
    "sender.removed": ("Numbers removed from {id}: {count}.", "{id} 계정의 발신번호 {count}개를 삭제했습니다."),
    "optout.number": ("NUMBER", "수신번호"),
    "optout.whose": (
        "whose messages is it about: give --account ID, or --all for everyone's.",
        "어느 계정의 수신거부인지 --account ID로, 전체라면 --all로 지정하십시오.",
    ),
    "optout.added": (
        "Numbers added: {new} new, {known} known already.",
        "수신거부 번호 {new}개를 추가했습니다. 이미 있던 번호는 {known}개입니다.",
    ),
    "optout.none": ("No number has opted out there.", "수신거부 번호가 없습니다."),
    "optout.unknown": (
        "{number} has not opted out there; nothing was removed.",
        "{number:은는} 수신거부 목록에 없습니다. 아무것도 삭제하지 않았습니다.",
    ),
    "optout.removed": ("Numbers removed: {count}.", "수신거부 번호 {count}개를 삭제했습니다."),
    "optout.is_out_of_all": (
        "The number has opted out of everyone's messages.",
        "모든 계정에 대해 수신거부한 번호입니다.",
    ),
    "optout.is_out": ("The number has opted out of the messages of {id}.", "{id} 계정에 대해 수신거부한 번호입니다."),
    "optout.is_not": ("The number has not opted out.", "수신거부하지 않은 번호입니다."),
    "rows.several": ("it has more than one value", "값이 여러 개입니다"),
    "rows.not_digits": ("it has other characters than a number's", "전화번호에 쓸 수 없는 문자가 있습니다"),
    "rows.not_mobile": (
        "it is not a mobile number, 01x with 10 or 11 digits",
        "01x로 시작하는 10~11자리 휴대폰번호가 아닙니다",
    ),
    "rows.bad": (
        "line {line} of {place} cannot be taken: {why}; nothing of the file was taken.",
        "{place} {line}번째 줄 오류: {why}. 파일 전체를 반영하지 않았습니다.",
    ),
    "rows.bad_and_more": (
        "line {line} of {place} cannot be taken: {why} ({more} further bad lines); nothing of the file was taken.",
        "{place} {line}번째 줄 오류: {why}(오류 줄 {more}개 더 있음). 파일 전체를 반영하지 않았습니다.",
    ),
    "rows.none": ("{place} has no number in it.", "{place}에 전화번호가 없습니다."),
    "file.too_long": ("{place} is longer than {limit} bytes.", "{place}의 크기가 {limit}바이트를 넘습니다."),
    "filter.added": ("Filter added to {id}.", "{id} 계정에 필터를 추가했습니다."),
    "filter.known": ("{id} has that filter already.", "{id} 계정에 이미 있는 필터입니다."),
    "filter.none": ("{id} has no filters.", "{id} 계정에 필터가 없습니다."),
    "filter.unknown": (
        "{id} has no filter {value} of that kind.",
        "{id} 계정에 그런 종류의 필터 {value:이가} 없습니다.",
    ),
    "filter.removed": ("Filter removed from {id}.", "{id} 계정의 필터를 삭제했습니다."),
    "filter.bad_words": (
        "VALUE: words of a filter have 1 to {most} printable characters.",
        "필터 값(VALUE): 문구는 표시 가능한 문자 1~{most}자여야 합니다.",
    ),
    "filter.kind": ("Kind", "종류"),
    "filter.value": ("Value", "값"),
    "filter.of_sender": ("sender", "발신번호"),
    "filter.of_receiver": ("receiver", "수신번호"),
    "filter.of_words": ("words", "문구"),
}

_KAKAO: Final = {
    "kms.bad_code": (
        "{name}: {text} has not 1 to {most} printable ASCII characters without spaces.",
        "{name}: {text:은는} 공백 없는 ASCII 문자 1~{most}자가 아닙니다.",
    ),
    "kms.sender_key": ("Sender key", "발신프로필키"),
    "kms.name": ("Name", "이름"),
    "kms.state": ("State", "상태"),
    "kms.code": ("Code", "템플릿 코드"),
    "kms.text": ("Text", "내용"),
    "kms.buttons": ("Buttons", "버튼"),
    "kms.blocked": ("blocked", "차단"),
    "kms.open": ("open", "사용"),
    "profiles.added": ("Profile stored for {id}.", "{id} 계정에 발신프로필을 저장했습니다."),
    "profiles.none": (
        "{id} has no Kakao profile: `samlink kms profile add {id} SENDER_KEY` adds one.",
        "{id} 계정에 발신프로필이 없습니다. `samlink kms profile add {id} SENDER_KEY`로 추가하십시오.",
    ),
    "profiles.unknown": ("{id} has no profile {key}.", "{id} 계정에 발신프로필 {key:이가} 없습니다."),
    "profiles.removed": (
        "Profile and its templates removed from {id}.",
        "{id} 계정의 발신프로필과 그 템플릿을 삭제했습니다.",
    ),
    "profiles.bad_name": (
        "--name: a name has at most {most} printable characters.",
        "--name: 이름은 표시 가능한 문자 {most}자 이하여야 합니다.",
    ),
    "templates.added": ("Template {code} stored for {id}.", "{id} 계정에 템플릿 {code:을를} 저장했습니다."),
    "templates.none": ("{id} has no templates.", "{id} 계정에 템플릿이 없습니다."),
    "templates.unknown": ("{id} has no template {code} there.", "{id} 계정에 템플릿 {code:이가} 없습니다."),
    "templates.removed": ("Template {code} of {id} removed.", "{id} 계정의 템플릿 {code:을를} 삭제했습니다."),
    "templates.no_profile": (
        "{id} has no Kakao profile yet: `samlink kms profile add {id} SENDER_KEY` comes first.",
        "{id} 계정에 발신프로필이 없습니다. 먼저 `samlink kms profile add {id} SENDER_KEY`를 실행하십시오.",
    ),
    "templates.which_profile": (
        "{id} has {count} profiles: name one with --sender-key.",
        "{id} 계정에 발신프로필이 {count}개 있습니다. --sender-key로 지정하십시오.",
    ),
    "templates.one_text": (
        "give the text as an argument, or with --text-file, and not both.",
        "템플릿 내용은 인수나 --text-file 중 하나로만 지정하십시오.",
    ),
    "templates.too_long": (
        "the text has {count} characters, and an AlimTalk takes {most}.",
        "템플릿 내용이 {count}자입니다. 알림톡은 {most}자까지입니다.",
    ),
    "templates.open_variable": (
        "the variable that begins at character {position} has no closing brace.",
        "{position}번째 문자에서 시작한 변수에 닫는 중괄호가 없습니다.",
    ),
    "templates.not_json": ("{place} is not JSON.", "{place}의 내용은 JSON이 아닙니다."),
    "templates.bad_buttons": (
        "the buttons of {place} cannot be used: {why}.",
        "{place}의 버튼을 쓸 수 없습니다: {why}.",
    ),
}

_KAKAO_MESSAGES: Final = {
    "kakao.no_sender_key": (
        "a Kakao message needs the profile key of its channel: --sender-key KEY.",
        "카카오 메시지에는 발신프로필키가 필요합니다. --sender-key KEY로 지정하십시오.",
    ),
    "kakao.no_template": (
        "an AlimTalk needs an approved template: --template CODE.",
        "알림톡에는 승인된 템플릿이 필요합니다. --template CODE로 지정하십시오.",
    ),
    "kakao.only": (
        "{name} is for Kakao messages only: --type with one of {types}.",
        "{name} 옵션은 카카오 메시지에만 쓸 수 있습니다. --type에 {types} 중 하나를 지정하십시오.",
    ),
    "kakao.never": (
        "{name} is not for Kakao messages.",
        "{name} 옵션은 카카오 메시지에 쓸 수 없습니다.",
    ),
    "kakao.no_fallback": (
        "{name} is for a fallback only: --fallback with sms, lms or auto.",
        "{name} 옵션은 대체 발송에만 쓸 수 있습니다. --fallback에 sms, lms, auto 중 하나를 지정하십시오.",
    ),
    "kakao.bad_attachment": ("{path} cannot be used: {why}.", "{path:을를} 쓸 수 없습니다: {why}."),
    "kakao.bad_fallback": (
        "--fallback: {text} is not one of {known}.",
        "--fallback: {text:은는} {known} 중 하나가 아닙니다.",
    ),
}

_PROOF: Final = {
    "audit.agrees": (
        "The ledger, the balances, the messages and their results agree.",
        "거래 내역, 잔액, 메시지, 결과가 모두 일치합니다.",
    ),
    "audit.disagrees": ("Discrepancies: {count}.", "불일치 {count}건."),
    "find.none": ("No such message was accepted.", "접수된 메시지 중에 없습니다."),
    "find.no": ("No", "번호"),
    "find.key": ("GRP_ID/MSG_ID", "GRP_ID/MSG_ID"),
    "find.to": ("To", "수신번호"),
    "find.kind": ("Type", "종류"),
    "find.accepted": ("Accepted (KST)", "접수시각 (KST)"),
    "find.state": ("State", "상태"),
    "find.result": ("Result", "결과"),
    "find.reason": ("Rule", "규칙"),
    "find.attempts": ("Attempts", "시도 횟수"),
    "find.unknowns": ("Outcome unknown", "결과 불명 횟수"),
    "find.carrier_code": ("Carrier's code", "이통사 코드"),
    "find.late_result": ("Late result", "늦게 온 결과"),
    "find.stands_for": ("Stands in for", "원본 카카오 메시지"),
    "find.fallback": ("Fallback", "대체 발송"),
    "find.remarks": ("Remarks", "비고"),
    "find.is_fallback": ("stands in for #{number}", "#{number}의 대체 발송"),
    "find.has_fallback": ("fallback #{number}", "대체 발송 #{number}"),
    "find.carrier_said": ("carrier's code {code}", "이통사 코드 {code}"),
    "find.repeats": ("Sent again after its result", "결과 후 재요청"),
    "find.charset": ("Text came in", "문자 집합"),
    "find.repeated": ("sent again after its result {times} times", "결과 후 {times}번 다시 요청됨"),
    "find.in_utf8": ("text in UTF-8", "UTF-8 본문"),
    "find.came_late": ("later {result}", "늦은 결과 {result}"),
    "find.state_queued": ("queued", "대기"),
    "find.state_sending": ("sending", "발송 중"),
    "find.state_unknown": ("outcome unknown", "결과 불명"),
    "find.state_sent": ("sent, result awaited", "발송됨, 결과 대기"),
    "find.state_done": ("done, report waiting", "완료, 결과 전달 대기"),
    "find.state_reported": ("reported", "결과 전달됨"),
}

ADMISSION: Final = {**_RULES, **_LISTS, **_KAKAO, **_KAKAO_MESSAGES, **_PROOF}
"""Every text by its key, for `samlink.cli.texts`."""
