"""Sentences about messages, their files and Kakao's parts: the English and its Korean. Part of `reason_texts`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from samlink.vocabulary.particles import particle

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alt_subject": "대체 발송 제목",
        "alt_text": "대체 발송 내용",
        "attachment": "첨부",
        "files": "파일",
        "group_id": "GRP_ID",
        "id": "계정 ID",
        "message_id": "MSG_ID",
        "password": "비밀번호",
        "receiver": "수신번호",
        "reserve_at": "예약 시각",
        "sender": "발신번호",
        "sender_key": "발신프로필키",
        "subject": "제목",
        "template_code": "템플릿 코드",
        "text": "메시지 내용",
        "timeout_at": "발송제한시간",
        "title": "강조 제목",
        "to": "수신번호",
        "url": "Callback URL",
        "user_code": "식별코드",
    }
)
"""What a person calls a part of a message or a login; a sentence names it in `{field}`."""

_MESSAGES: Final = (
    ("{field} is of type {given}, it must be {wanted}", "{field} 값의 형식이 잘못되었습니다({given})"),
    (
        "a {given} is no message; give a Message or a KakaoMessage",
        "{given:은는} 메시지가 아닙니다. Message나 KakaoMessage를 지정하십시오",
    ),
    (
        "files has {name}, which is a file here, not a name that upload gave; give a Path",
        "files의 {name:은는} upload가 준 이름이 아니라 이 컴퓨터의 파일입니다. 파일은 Path로 지정하십시오",
    ),
    (
        "files has {name}, which is not a name that upload gave; give a Path for a file",
        "files의 {name:은는} upload가 준 이름이 아닙니다. 파일은 Path로 지정하십시오",
    ),
    (
        "files has a {given}; give a Path, or a name that upload gave",
        "files에 {given:이가} 있습니다. Path나 upload가 준 이름을 지정하십시오",
    ),
    (
        "there are no results at {host}:{port}, it is a port for sending ({why}); check base_port and addresses",
        "{host}:{port}에서는 결과를 받을 수 없습니다. 전송용 포트입니다({why}). base_port와 addresses를 확인하십시오",
    ),
    ("{field} is given, but there is no fallback; set fallback", "{field:은는} 대체 발송이 있을 때만 넣을 수 있습니다"),
    (
        "{field} has {size} bytes in CP949, fallback {kind} takes at most {limit}",
        "{field:이가} CP949로 {size}바이트입니다. 대체 발송 {kind:은는} {limit}바이트까지 보낼 수 있습니다",
    ),
    ("attachment has a value that JSON cannot carry", "첨부에 JSON으로 쓸 수 없는 값이 있습니다"),
    ("{name} is {value}, it must be one of {known}", "{name} 값은 {known} 중 하나여야 합니다(현재 {value})"),
    (
        "sender_key is empty; a Kakao message needs the profile key of its channel",
        "발신프로필키가 없습니다. 카카오 메시지에는 채널의 발신프로필키가 필요합니다",
    ),
    ("template_code is empty; {kind} needs one", "템플릿 코드가 없습니다. {kind}에는 템플릿 코드가 필요합니다"),
    ("{name} is {value}, it cannot be below 0", "{name} 값은 0 이상이어야 합니다(현재 {value})"),
    ("{name} is {value}, it must be more than 0", "{name} 값은 0보다 커야 합니다(현재 {value})"),
    ("file {name} has more than {limit} bytes (300 KB)", "파일 {name:이가} {limit}바이트(300KB)를 넘습니다"),
    (
        "file {name} needs an extension of 1 to {limit} letters, such as jpg",
        "파일 {name}에는 jpg처럼 1~{limit}자인 확장자가 필요합니다",
    ),
    ("a receiver needs at least one service", "결과를 받을 서비스를 하나 이상 지정해야 합니다"),
    ("the receiver is closed", "결과 수신이 종료되었습니다"),
    ("files are {count}, at most {limit} can be sent", "파일이 {count}개입니다. {limit}개까지 보낼 수 있습니다"),
    (
        "files has a str that is not a name that upload gave; give a Path for a file",
        "files의 문자열이 upload가 준 이름이 아닙니다. 파일은 Path로 지정하십시오",
    ),
    ("kind is KAKAO; give a KakaoMessage for that", "카카오 메시지는 KakaoMessage로 보내십시오"),
    (
        "user_code is given, but the settings do not write USERCODE; set user_code=True there",
        "식별코드가 있지만 설정이 USERCODE를 쓰지 않습니다. 설정에 user_code=True를 지정하십시오",
    ),
    (
        "the connection ended by a fault of samlink's own; the log has it",
        "samlink 내부 오류로 접속이 끊겼습니다(로그 참고)",
    ),
    (
        "{field} ({number}) is not a telephone number of {least} to {most} digits",
        "{field}({number}){:은는} {least}~{most}자리 전화번호가 아닙니다",
    ),
    ("a pool needs at least one connection", "접속은 하나 이상이어야 합니다"),
    (
        "{field} begins or ends with a space, or has a control character",
        "{field}의 앞뒤에 공백이 있거나 제어 문자가 있습니다",
    ),
    (
        "{field} cannot be written as YYYY-MM-DD HH:MM:SS in Korean time",
        "{field} 값을 YYYY-MM-DD HH:MM:SS(KST)로 쓸 수 없습니다",
    ),
    (
        "{field} has no time zone; give an aware datetime",
        "{field}에 시간대가 없습니다. 시간대가 있는 datetime을 쓰십시오",
    ),
    ("{field} must be 1 to {limit} ASCII characters", "{field} 값은 ASCII 문자 1~{limit}자여야 합니다"),
    (
        "timeout_at is not after reserve_at, so the message would never be sent",
        "발송제한시간이 예약 시각보다 늦지 않아 메시지를 보낼 수 없습니다",
    ),
    (
        "text, which is the fallback's too, has {size} bytes in CP949, fallback {kind} takes at most {limit}",
        "대체 발송에도 쓰이는 메시지가 CP949로 {size}바이트입니다. 대체 발송 {kind:은는} {limit}바이트까지입니다",
    ),
    (
        "text has {size} bytes in CP949, this login takes at most {limit}",
        "메시지가 CP949로 {size}바이트입니다. 이 계정은 {limit}바이트까지 보낼 수 있습니다",
    ),
    (
        "text has {size} bytes in CP949, {kind} takes at most {limit}",
        "메시지가 CP949로 {size}바이트입니다. {kind:은는} {limit}바이트까지 보낼 수 있습니다",
    ),
    (
        "text has {size} characters, {kind} takes at most {limit}",
        "메시지가 {size}자입니다. {kind:은는} {limit}자까지 보낼 수 있습니다",
    ),
    (
        "{field} has {size} bytes in CP949, at most {limit} can be sent",
        "{field:이가} CP949로 {size}바이트입니다. {limit}바이트까지 보낼 수 있습니다",
    ),
    (
        "{field} has {size} bytes in UTF-8, at most {limit} can be sent",
        "{field:이가} UTF-8로 {size}바이트입니다. {limit}바이트까지 보낼 수 있습니다",
    ),
    (
        "{field} has {size} bytes, it must have 1 to {limit}",
        "{field:이가} {size}바이트입니다. 1~{limit}바이트여야 합니다",
    ),
    (
        "{field} begins or ends with a space, or has a line break",
        "{field}의 앞뒤에 공백이 있거나 줄바꿈이 있습니다",
    ),
    (
        "{field} has a character that CP949 cannot carry, or a control character",
        "{field}에 CP949에 없는 문자나 제어 문자가 있습니다",
    ),
    (
        "{field}: character {position}, {character}, cannot be written in {charset}",
        "{field}의 {position}번째 문자 {character:은는} {charset:으로} 쓸 수 없습니다",
    ),
    ("{why}, as the fallback has to be; give an alt_text", "{why}. --fallback-text로 대체 발송 내용을 지정하십시오"),
    ("base_port is {port}, it must be 1 to 65530", "base_port는 1~65530이어야 합니다(현재 {port})"),
    ("subject cannot be sent with an SMS", "SMS에는 제목을 넣을 수 없습니다"),
    ("alt_subject cannot be sent with an SMS", "대체 발송 SMS에는 제목을 넣을 수 없습니다"),
    (
        "url can be sent with an SMS only, and this is an {kind}",
        "Callback URL은 SMS에만 넣을 수 있습니다(이 메시지는 {kind})",
    ),
    (
        "files can be sent with an MMS only, and this is an {kind}",
        "파일은 MMS에만 넣을 수 있습니다(이 메시지는 {kind})",
    ),
    ("template_code is for AT and AI only, and this is {kind}", "템플릿은 at와 ai에만 씁니다(이 메시지는 {kind})"),
    ("{count} messages are held for their reserve time already", "예약 대기 중인 메시지가 이미 {count}건입니다"),
    ("more than {count} messages wait to be sent", "발송 대기 메시지가 {count}건을 넘었습니다"),
    ("the sender was closed before the message was sent", "보내기 전에 종료되었습니다"),
    ("nothing could be sent within {seconds} s{more}", "{seconds}초 안에 보내지 못했습니다{more}"),
    ("{field} is empty", "{field:이가} 비어 있습니다"),
)

_KAKAO: Final = (
    ("ATTACHMENT is over {limit} bytes", "첨부가 {limit}바이트를 넘습니다"),
    ("ATTACHMENT is not JSON", "첨부가 JSON이 아닙니다"),
    ("ATTACHMENT is not a JSON object", "첨부가 JSON 객체가 아닙니다"),
    ("attachment is not a JSON object", "첨부가 JSON 객체가 아닙니다"),
    ("ATTACHMENT has parts that are none of {names}", "첨부에 {names} 외의 항목이 있습니다"),
    ("with quick_reply there may be {limit} buttons", "quick_reply가 있으면 버튼은 {limit}개까지입니다"),
    ("button is not a list of at most {limit}", "button은 {limit}개 이하의 목록이어야 합니다"),
    ("button {number} has an unknown type", "{number}번째 버튼의 type을 알 수 없습니다"),
    ("button {number} has no {name}", "{number}번째 버튼에 {name} 값이 없습니다"),
    ("item.list has not {least} to {most} items", "item.list는 {least}~{most}개여야 합니다"),
    ("item {number} has no title or description", "{number}번째 item에 title이나 description이 없습니다"),
    ("item_highlight has no title or description", "item_highlight에 title이나 description이 없습니다"),
    ("image has no img_url", "image에 img_url이 없습니다"),
    ("extra is not an object", "extra가 JSON 객체가 아닙니다"),
    ("extra.{name} is over {limit} characters", "extra.{name:이가} {limit}자를 넘습니다"),
    (
        "extra.supplement.quick_reply is not a list of at most {limit}",
        "extra.supplement.quick_reply는 {limit}개 이하의 목록이어야 합니다",
    ),
)

_FILES: Final = (
    ("FILE_EXT is none of {known}", "{known} 형식만 받습니다"),
    ("FILE_LENGTH is 0", "파일이 비어 있습니다"),
    ("file quota reached", "파일 보관 용량을 초과했습니다"),
    ("not {extension} but {found}", "파일 내용이 {extension:이가} 아니라 {found}입니다"),
    ("the {extension} cannot be decoded", "{extension} 파일을 해석할 수 없습니다"),
    ("the jpg is cut off: it has no end (EOI)", "jpg 파일이 잘렸습니다(끝 표시 EOI가 없음)"),
    ("no jpg after its beginning", "앞부분만 jpg인 파일입니다"),
    ("file {name} is not a regular file", "{name:은는} 일반 파일이 아닙니다"),
    ("the jpg has no frame (SOF)", "jpg 파일에 프레임(SOF)이 없습니다"),
    ("the video has no description of itself (moov)", "영상 파일에 정보(moov)가 없습니다"),
    ("the jpg's frame (SOF) is cut off", "jpg 파일의 프레임(SOF)이 잘렸습니다"),
    (
        "a jpg of {pixels} pixels may have {limit} scans at most",
        "{pixels}화소 jpg 파일의 스캔은 {limit}개까지입니다",
    ),
    ("the jpg has over {limit} markers", "jpg 파일의 마커가 {limit}개를 넘습니다"),
    ("the bmp's header is unknown, or cut off", "bmp 헤더를 알 수 없거나 잘렸습니다"),
    ("the bmp's pixels are of an unknown kind", "bmp의 픽셀 형식을 알 수 없습니다"),
    (
        "the {extension} is cut off, or one of its lengths is wrong",
        "{extension} 파일이 잘렸거나 길이 정보가 잘못되었습니다",
    ),
    ("the {extension} is cut off, or has too many boxes", "{extension} 파일이 잘렸거나 박스가 너무 많습니다"),
    ("the {extension} is cut off", "{extension} 파일이 잘렸습니다"),
    ("an image of {width} × {height} pixels", "{width}×{height}픽셀 이미지입니다"),
    (
        "{width} × {height} pixels; at most {side} on a side and {pixels} together are taken",
        "{width}×{height}픽셀입니다. 한 변 {side}픽셀, 전체 {pixels}픽셀까지 받습니다",
    ),
    ("no carrier takes files of that extension, only {known}", "이통사는 {known} 파일만 받습니다"),
    (
        "{network} takes {count} {names}, not {given}",
        "{network:은는} {names} 파일을 {count}개까지 받습니다(현재 {given}개)",
    ),
    ("{network} takes {names} of {size} KB", "{network:은는} {names} 파일을 {size}KB까지 받습니다"),
    ("{network} takes no {extension}", "{network:은는} {extension} 파일을 받지 않습니다"),
)

EXTENSIONS: Final = ("bmp", "jpg", "k3g", "mmf", "sis", "skm")
"""What a carrier takes; `samlink.core.images` has them, and here they stand once more since no text loads that."""
_NOT_OF_EXTENSION: Final = tuple(
    (f"not {one}", f"파일 내용이 {one}{particle(one, '이가')} 아닙니다") for one in EXTENSIONS
)

MESSAGE_REASONS: Final = (*_MESSAGES, *_KAKAO, *_FILES, *_NOT_OF_EXTENSION)
"""In the order in which they are tried: the special before the general."""
