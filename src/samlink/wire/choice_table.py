"""The choices of `choices.py` as one table for people: docs/protocol.md and its Korean page are made from it.

A row says where the manual is open (`name`, `question`), and what samlink does (`answer`), in English and in Korean.
Each row is shown by a test that is named after it (tests/wire/test_choices.py).
"""

from typing import Final, NamedTuple


class Korean(NamedTuple):
    """A choice's texts in Korean, for docs/protocol.ko.md."""

    name: str
    question: str
    answer: str


class Choice(NamedTuple):
    """One disagreement: where the manual leaves it open, and what samlink does."""

    name: str
    section: str
    question: str
    answer: str
    ko: Korean


CHOICES: Final = (
    Choice(
        "time zone",
        "2",
        "Which zone are the times in?",
        "Korean time (KST, UTC+9).",
        ko=Korean("시간대", "시각은 어느 시간대인가?", "한국 시간(KST, UTC+9)이다."),
    ),
    Choice(
        "padding",
        "2",
        "Spaces or NULs?",
        "Written as the client is set (spaces unless told), and a gateway answers in its client's; both are read, on "
        "either side of keys and numbers, at the end of texts; text ends at the first NUL.",
        ko=Korean(
            "채움 문자",
            "공백인가 NUL인가?",
            "클라이언트에 설정된 대로 쓰고(기본은 공백) 게이트웨이는 상대가 쓴 문자로 답한다. 읽을 때는 둘 다 "
            "읽는다: 키와 숫자는 앞뒤, 글은 끝에서. 글은 첫 NUL에서 끝난다.",
        ),
    ),
    Choice(
        "control characters",
        "2",
        "May a text hold them?",
        "Only CR, LF and TAB are written; others are dropped from texts that are read, and refused in keys.",
        ko=Korean(
            "제어 문자",
            "글에 제어 문자가 들어가도 되는가?",
            "쓸 때는 CR, LF, TAB만 쓴다. 읽은 글에 있는 나머지는 버리고, 키에 있으면 거절한다.",
        ),
    ),
    Choice(
        "half characters",
        "2",
        "What of a text that was cut inside a character?",
        "Half a character at the end of a text is dropped, any other is read as a replacement character; refused in "
        "keys and numbers, which must come back unchanged.",
        ko=Korean(
            "잘린 글자",
            "글자 중간에서 잘린 글은 어떻게 되는가?",
            "글 끝의 반쪽 글자는 버리고, 다른 곳의 것은 대체 문자로 읽는다. 키와 숫자는 그대로 돌려보내야 하므로 "
            "거절한다.",
        ),
    ),
    Choice(
        "version",
        "1",
        "May the version change on a connection?",
        "No: the login's is the connection's, another one is refused (12004). A blank one after the login is the "
        "login's, and `sam10` is SAM10.",
        ko=Korean(
            "버전",
            "한 연결에서 버전이 바뀌어도 되는가?",
            "안 된다. 로그인의 버전이 연결의 버전이고, 다른 버전은 거절한다(12004). 로그인 뒤에 비어 있으면 "
            "로그인의 버전으로, `sam10`은 SAM10으로 읽는다.",
        ),
    ),
    Choice(
        "silence",
        "1",
        "When is a connection dropped?",
        "By the gateway after 90 s of silence (three keepalive periods) on a send connection and 10 minutes on a report connection, counted from its last answer on, after 10 s without a login, and when a frame is not whole 60 s after it has begun, as long as a client waits for an answer; by the client when an answer takes 60 s. Both have the system end a connection whose peer acknowledges no bytes for 60 s (TCP_USER_TIMEOUT, keepalive).",
        ko=Korean(
            "무응답",
            "연결은 언제 끊는가?",
            "게이트웨이는 마지막 응답부터 세어 전송 연결은 90초(킵얼라이브 세 주기), 결과 연결은 10분 동안 조용하면 끊는다. 10초 안에 로그인이 없거나, 시작된 프레임이 60초 안에 다 오지 않아도 끊는다(클라이언트가 응답을 기다리는 한도와 같다). 클라이언트는 응답이 60초 걸리면 끊는다. 상대의 시스템이 60초 동안 바이트를 확인하지 않으면 양쪽 모두 운영체제가 끊게 한다(TCP_USER_TIMEOUT, keepalive).",
        ),
    ),
    Choice(
        "keepalive of a SAM11 report connection",
        "1",
        "Which side sends it?",
        "Either, so neither depends on it. The gateway sends a 1031 of COUNT 0 every 30 s, the client one of its own after 30 s of silence; each answers the other's with a 1030 of COUNT 0, a client whatever waits for its acknowledgement. Nobody is given up for not answering, no result waits for it, and a 1030 of COUNT 0 changes nothing.",
        ko=Korean(
            "SAM11 결과 연결의 킵얼라이브",
            "어느 쪽이 보내는가?",
            "어느 쪽이든 보낼 수 있으므로 서로 의존하지 않는다. 게이트웨이는 30초마다, 클라이언트는 30초 동안 조용하면 COUNT 0인 1031을 보낸다. 받은 쪽은 COUNT 0인 1030으로 답하며, 클라이언트는 확인할 결과가 있어도 답한다. 답하지 않아도 끊지 않고 결과를 막지도 않으며, COUNT 0인 1030은 아무것도 바꾸지 않는다.",
        ),
    ),
    Choice(
        "keepalive of an MMS send connection",
        "1",
        "Which command, and does it carry FILE_NAME1 to 4?",
        "One that the login allows (VARIABLE_YN): 1044 with a COUNT alone for Y, else 1024 with the four names "
        "empty, "
        "since its total for a COUNT of 0 is 516 bytes. A refused one shows life all the same.",
        ko=Korean(
            "MMS 발송 연결의 킵얼라이브",
            "어느 명령이며 FILE_NAME1~4가 붙는가?",
            "로그인의 VARIABLE_YN을 따른다. Y이면 COUNT만 있는 1044를, 아니면 COUNT 0일 때 합계가 516바이트이므로 "
            "파일 "
            "이름 넷을 비운 1024를 보낸다. 거절되어도 상대가 살아 있다는 표시로 본다.",
        ),
    ),
    Choice(
        "requests before the answer",
        "1",
        "May a client send its next request before the answer to the last?",
        "It is read, in order, after the answer; nothing is lost and nothing runs ahead.",
        ko=Korean(
            "응답 전의 요청",
            "앞 요청의 응답을 받기 전에 다음 요청을 보내도 되는가?",
            "앞 응답 뒤에 순서대로 읽는다. 잃어버리는 것도, 앞지르는 것도 없다.",
        ),
    ),
    Choice(
        "login answer",
        "3",
        "Fields sum to 33 bytes, the total says 24.",
        "33 are written; 33 and every shorter body are read as far as whole fields go.",
        ko=Korean(
            "로그인 응답",
            "필드를 더하면 33바이트인데 합계는 24라고 한다.",
            "33바이트를 쓴다. 33바이트와 그보다 짧은 본문은 온전한 필드까지만 읽는다.",
        ),
    ),
    Choice(
        "who the gateway is",
        "3",
        "How does a client know that a request may be sent again without harm?",
        "A samlink gateway writes its name as the third part of a good login's RESP_MESG, where nobody else's client "
        "looks. Only such a gateway is sent again what it did not answer, unless set.",
        ko=Korean(
            "게이트웨이의 이름",
            "요청을 다시 보내도 되는지 클라이언트는 어떻게 아는가?",
            "samlink 게이트웨이는 로그인 성공 응답의 RESP_MESG 셋째 자리에 이름을 쓴다(다른 클라이언트는 보지 않는 "
            "자리이다). 따로 설정하지 않으면 그런 게이트웨이에만 응답받지 못한 요청을 다시 보낸다.",
        ),
    ),
    Choice(
        "empty numbers of a login answer",
        "3",
        "What is an empty BALANCE or price, as of a postpaid account?",
        "Unknown: it is read as none.",
        ko=Korean(
            "로그인 응답의 빈 숫자",
            "후불 계정처럼 BALANCE나 단가가 비어 있으면?",
            "알 수 없는 값으로, 곧 없음으로 읽는다.",
        ),
    ),
    Choice(
        "balance",
        "3",
        "What is shown when the balance does not fit 8 digits, or the account is postpaid?",
        "Whole won, at most 99999999; 0 for a postpaid account.",
        ko=Korean(
            "잔액",
            "잔액이 8자리를 넘거나 후불 계정이면 무엇을 보이는가?",
            "원 단위로 최대 99999999를 쓰고, 후불 계정은 0을 쓴다.",
        ),
    ),
    Choice(
        "USERCODE",
        "4",
        "It stands in the tables but not in the totals.",
        "Three layouts are read, told apart by LENGTH and tried in this order: without it, after each record, once "
        "after all records. Written without unless set.",
        ko=Korean(
            "USERCODE",
            "표에는 있으나 합계에는 없다.",
            "세 형식을 읽고 LENGTH로 구별하며 이 순서로 맞춰 본다: 없음, 레코드마다, 모든 레코드 뒤에 한 번. 쓸 "
            "때는 따로 설정하지 않으면 넣지 않는다.",
        ),
    ),
    Choice(
        "empty answer of SAM11",
        "4",
        "What does a 1021 that refuses carry?",
        "COUNT 0; an empty body is read as the same.",
        ko=Korean(
            "SAM11의 빈 응답", "거절하는 1021은 무엇을 담는가?", "COUNT 0을 담는다. 빈 본문도 같은 뜻으로 읽는다."
        ),
    ),
    Choice(
        "meaning of an answer",
        "4",
        "What of a 1026 where a 1021 is due, or the other way, in another VERSION, or with a body that cannot be read?",
        "RESP_CODE decides: 00000, zeros or blanks take all messages of the request, whatever names fewer of them or "
        "none; anything else, in whatever command, refuses it. Only readable keys that name none of its messages "
        "show "
        "an answer to something else: the outcome is unknown then, and the connection ends.",
        ko=Korean(
            "응답의 뜻",
            "1021 대신 1026이 오거나 그 반대이면, VERSION이 다르거나 Body를 읽을 수 없으면?",
            "RESP_CODE가 정한다. 00000, 0, 공백이면 응답의 키가 요청보다 적거나 없어도 요청의 모든 메시지가 접수된 "
            "것이고, 다른 값이면 어느 명령으로 왔든 거절된 것이다. 읽을 수 있는 키가 요청의 메시지를 하나도 가리키지 "
            "않을 때만 다른 것의 응답으로 보아 결과를 알 수 없음으로 하고 연결을 끊는다.",
        ),
    ),
    Choice(
        "no answer",
        "4",
        "What does a client do with a request whose answer does not come, or cannot be read?",
        "It sends it again after the reconnect, with the same keys, if the gateway has said that it is samlink (or "
        "the "
        "user has set it); else the outcome is unknown, and is told at once.",
        ko=Korean(
            "응답 없음",
            "응답이 오지 않거나 읽을 수 없는 요청을 클라이언트는 어떻게 하는가?",
            "게이트웨이가 samlink라고 밝혔거나 그렇게 설정했으면 다시 접속해 같은 키로 보낸다. 아니면 결과를 알 수 "
            "없음으로 바로 알린다.",
        ),
    ),
    Choice(
        "codes of another gateway",
        "4",
        "What does a RESP_CODE of a gateway that is not samlink mean?",
        "Nothing of the request was taken (manual 3.A), and nothing more: it is not sent again for its code's sake, "
        "and the login is not in question. A request of several messages is tried once more and then by halves (a "
        "setting), so that one message at fault does not hold up the others.",
        ko=Korean(
            "다른 게이트웨이의 코드",
            "samlink가 아닌 게이트웨이의 RESP_CODE는 무엇을 뜻하는가?",
            "요청에서 아무것도 접수되지 않았다는 것뿐이다(매뉴얼 3.A). 코드를 보고 다시 보내지 않으며 로그인과는 "
            "관계없다고 본다. 메시지가 여럿이면 한 번 더 보낸 뒤 반씩 나누어(설정 가능) 문제가 있는 메시지가 다른 "
            "메시지를 막지 않게 한다.",
        ),
    ),
    Choice(
        "results one byte off",
        "6",
        "What of a 1031 with wider records, bytes behind them, a blank COUNT or a RESULT that is no number?",
        "No record stops its neighbours. Records are (LENGTH - 4) / COUNT bytes wide, at least 82, of which 82 are "
        "read; a RESULT that is no number counts as 11; keys go back in the bytes in which they came.",
        ko=Korean(
            "한 바이트 다른 결과",
            "1031의 레코드가 길거나, 뒤에 바이트가 더 있거나, COUNT가 비었거나, RESULT가 숫자가 아니면?",
            "한 레코드가 다른 레코드를 막지 않는다. 레코드의 길이는 (LENGTH - 4) / COUNT이고 82바이트 이상이며 앞의 "
            "82바이트를 읽는다. RESULT가 숫자가 아니면 11로 보고, 키는 무엇이 들어 있든 온 그대로 돌려보낸다.",
        ),
    ),
    Choice(
        "states in results",
        "6",
        "What of a RESULT of 0 or 1, which the manual calls states?",
        "They are acknowledged and are never the result: a real one may follow.",
        ko=Korean(
            "결과에 온 상태 값",
            "매뉴얼이 상태라고 하는 0과 1이 RESULT로 오면?",
            "수신 확인만 하고 결과로 보지 않는다. 진짜 결과가 뒤에 올 수 있다.",
        ),
    ),
    Choice(
        "names of files",
        "5",
        "What of a FILE_NAME without padding, longer than 128 bytes, or in UTF-8?",
        "It ends at its first NUL or at its padding, whatever LENGTH is, and goes back in the same bytes.",
        ko=Korean(
            "파일 이름",
            "FILE_NAME에 채움 문자가 없거나, 128바이트보다 길거나, UTF-8이면?",
            "LENGTH와 관계없이 첫 NUL이나 채움 문자에서 끝나며, 같은 바이트로 돌려보낸다.",
        ),
    ),
    Choice(
        "one decision for a packet",
        "4",
        "Can a packet be taken in part?",
        "No: what makes it unreadable refuses it whole (RESP_CODE); what is wrong with a message is its result (1031).",
        ko=Korean(
            "패킷 단위 판정",
            "패킷의 일부만 접수될 수 있는가?",
            "없다. 읽을 수 없으면 패킷 전체를 거절하고(RESP_CODE), 메시지의 문제는 그 메시지의 결과로 알린다(1031).",
        ),
    ),
    Choice(
        "key",
        "4",
        "What makes a message the same?",
        "Account, GRP_ID, MSG_ID and RECEIVER; the same content again is acknowledged and not sent twice, another "
        "content refuses the packet (12011).",
        ko=Korean(
            "키",
            "무엇이 같으면 같은 메시지인가?",
            "계정, GRP_ID, MSG_ID, RECEIVER이다. 같은 내용이 다시 오면 접수로 답하되 두 번 보내지 않고, 내용이 "
            "다르면 패킷을 거절한다(12011).",
        ),
    ),
    Choice(
        "300 KB",
        "5",
        "1000 or 1024?",
        "307,200 bytes.",
        ko=Korean("300 KB", "1000인가 1024인가?", "307,200바이트이다."),
    ),
    Choice(
        "file owner",
        "5",
        "Whose is a file?",
        "The account's that sent it; nobody else's message can name it.",
        ko=Korean(
            "파일의 주인", "파일은 누구의 것인가?", "올린 계정의 것이다. 다른 계정의 메시지는 그 이름을 쓸 수 없다."
        ),
    ),
    Choice(
        "acknowledgement in SAM10",
        "6",
        "When is a result delivered?",
        "When the next 1030 arrives on the same connection, or when the client has closed in order for the third "
        "time after the same page was written whole (an account can have the first counted); never by a close "
        "through TLS or a proxy, or one that came before the answer. Else it is delivered again.",
        ko=Korean(
            "SAM10의 수신 확인",
            "결과는 언제 전달된 것인가?",
            "같은 연결에서 다음 1030이 왔을 때, 또는 같은 결과를 온전히 쓴 뒤 클라이언트가 세 번째로 정상 종료했을 "
            "때이다(계정 설정으로 첫 번째부터 셀 수 있다). TLS나 프록시를 거친 종료와 응답보다 먼저 온 종료는 세지 "
            "않는다. 그렇지 않으면 다시 전달한다.",
        ),
    ),
    Choice(
        "acknowledgement in SAM11",
        "6",
        "When is a result delivered?",
        "When its own key is in the 1030; the others are delivered again.",
        ko=Korean(
            "SAM11의 수신 확인",
            "결과는 언제 전달된 것인가?",
            "1030에 그 결과의 키가 있을 때이다. 나머지는 다시 전달한다.",
        ),
    ),
    Choice(
        "unreadable acknowledgement",
        "6",
        "What of a 1030 of SAM11 that cannot be read?",
        "The connection ends, since an answer cannot be asked for again; the results are delivered on the next one.",
        ko=Korean(
            "읽을 수 없는 수신 확인",
            "SAM11의 1030을 읽을 수 없으면?",
            "응답은 다시 요청할 수 없으므로 연결을 끊고, 결과는 다음 연결에서 전달한다.",
        ),
    ),
    Choice(
        "time of a result",
        "6",
        "What of a SEND_DT that is no time, as 0000-00-00 00:00:00?",
        "The result is taken without one: refused, it would come again for ever, and hold up all that come after it.",
        ko=Korean(
            "결과의 시각",
            "SEND_DT가 0000-00-00 00:00:00처럼 시각이 아니면?",
            "시각 없이 결과를 받는다. 거절하면 끝없이 다시 오고 뒤의 결과까지 막는다.",
        ),
    ),
    Choice(
        "fields of a file",
        "5",
        "FILE_LENGTH, FILE_EXT and FILE stand in the table as not needed.",
        "A blank FILE_LENGTH is LENGTH less the 13 bytes before FILE; a blank or unknown FILE_EXT is what the first "
        "bytes say (jpg, bmp, mmf, skm), else it is refused (13002).",
        ko=Korean(
            "파일의 필드",
            "FILE_LENGTH, FILE_EXT, FILE은 표에서 필수가 아니다.",
            "빈 FILE_LENGTH는 LENGTH에서 FILE 앞의 13바이트를 뺀 것이다. 비었거나 모르는 FILE_EXT는 첫 바이트가 "
            "말하는 종류(jpg, bmp, mmf, skm)이고, 알 수 없으면 거절한다(13002).",
        ),
    ),
    Choice(
        "1025",
        "4",
        "The common table lists it, nothing describes it.",
        "Answered as an unknown command (12002).",
        ko=Korean("1025", "공통 표에만 있고 설명이 없다.", "모르는 명령으로 답한다(12002)."),
    ),
    Choice(
        "Kakao send body",
        "7",
        "Which body does a KMS send request have?",
        "1054, an extension of samlink's own, kept apart (wire/kms.py), so that the vendor's own can replace it.",
        ko=Korean(
            "카카오 발송 본문",
            "KMS 발송 요청의 본문은 무엇인가?",
            "1054이다. samlink의 확장이며 벤더의 것으로 바꿀 수 있도록 따로 둔다(wire/kms.py).",
        ),
    ),
    Choice(
        "text in UTF-8",
        "7",
        "How are MSG and ATTACHMENT of 1054 read?",
        "As UTF-8, with a replacement character for what is none; up to the first NUL, and with the spaces at its "
        "end, "
        "for a LENGTH counts it and a template may end in a space.",
        ko=Korean(
            "UTF-8 글",
            "1054의 MSG와 ATTACHMENT는 어떻게 읽는가?",
            "UTF-8로 읽고, 아닌 바이트는 대체 문자로 읽는다. 첫 NUL까지 읽고 끝의 공백은 남긴다. LENGTH가 세는 "
            "바이트이고 템플릿이 공백으로 끝날 수 있기 때문이다.",
        ),
    ),
    Choice(
        "bodies that are too long",
        "2",
        "What of a LENGTH over what the port can need?",
        "Up to 4 MiB are passed over and the packet refused (12007 for its COUNT, 13001 for a file, else 12005), the "
        "connection goes on; beyond, or before the login, it is closed.",
        ko=Korean(
            "너무 긴 본문",
            "포트에 필요한 것보다 LENGTH가 크면?",
            "4 MiB까지는 건너뛰고 패킷을 거절하며(COUNT 때문이면 12007, 파일이면 13001, 그 밖에는 12005) 연결은 "
            "계속된다. 그보다 크거나 로그인 전이면 연결을 끊는다.",
        ),
    ),
    Choice(
        "stray bytes",
        "2",
        "What of bytes between two frames?",
        "CR, LF, NUL and spaces are passed over, at most 16 in a row; anything else ends the connection (12001).",
        ko=Korean(
            "프레임 사이의 바이트",
            "두 프레임 사이에 다른 바이트가 있으면?",
            "CR, LF, NUL, 공백은 연속 16개까지 건너뛴다. 다른 것이 있으면 연결을 끊는다(12001).",
        ),
    ),
    Choice(
        "command in other forms",
        "2",
        "What of a COMMAND such as ` 1010` or `01010`?",
        "Padding on either side and leading zeros are read.",
        ko=Korean(
            "다른 모양의 COMMAND",
            "COMMAND가 ` 1010`이나 `01010`이면?",
            "양쪽의 채움 문자와 앞의 0은 무시하고 읽는다.",
        ),
    ),
    Choice(
        "frame that is not whole",
        "2",
        "What of a frame whose end does not come?",
        "Before the connection is closed, after 60 s or at its end, 12001 says how many bytes came.",
        ko=Korean(
            "다 오지 않은 프레임",
            "프레임의 끝이 오지 않으면?",
            "60초가 지났거나 상대가 끊으면, 몇 바이트가 왔는지 12001로 알리고 연결을 끊는다.",
        ),
    ),
    Choice(
        "signs of life",
        "1",
        "Which requests show no more than that the client lives?",
        "A COUNT of 0, and any send command, on any port, whose body holds nothing but spaces, NULs and zeros: "
        "answered as a request of that port, 00000 and COUNT 0. A body that holds anything else is refused.",
        ko=Korean(
            "살아 있다는 표시",
            "어떤 요청이 살아 있다는 뜻만 있는가?",
            "COUNT 0, 그리고 어느 포트에서든 본문에 공백, NUL, 0만 있는 발송 명령이다. 그 포트의 요청처럼 00000과 "
            "COUNT 0으로 답한다. 다른 것이 하나라도 있으면 거절한다.",
        ),
    ),
    Choice(
        "half-closed connections",
        "1",
        "What of a client that closes its sending side after a request?",
        "Every request that came before is answered, then the connection is closed.",
        ko=Korean(
            "한쪽만 닫은 연결",
            "요청을 보낸 뒤 보내는 쪽만 닫으면?",
            "그 전에 온 요청에 모두 답한 다음 연결을 끊는다.",
        ),
    ),
    Choice(
        "login on the send port",
        "3",
        "What is 1096, which the family's own client sends before an SMS?",
        "A login like 1010: ID and PASSWORD, and up to 88 bytes after them that are not read.",
        ko=Korean(
            "발송 포트의 로그인",
            "같은 계열의 클라이언트가 SMS 앞에 보내는 1096은 무엇인가?",
            "1010과 같은 로그인이다. ID와 PASSWORD를 읽고, 뒤의 88바이트까지는 읽지 않는다.",
        ),
    ),
    Choice(
        "second login",
        "3",
        "What of a login on a connection that is logged in?",
        "With the same ID and password it is answered as the first was, with the balance of now; with others it is "
        "refused (11007).",
        ko=Korean(
            "두 번째 로그인",
            "이미 로그인한 연결에서 다시 로그인하면?",
            "ID와 비밀번호가 같으면 현재 잔액으로 처음처럼 답하고, 다르면 거절한다(11007).",
        ),
    ),
    Choice(
        "name of the gateway",
        "3",
        "How does a client know that sending again is safe?",
        "The third field of RESP_MESG at a login is `samlink`.",
        ko=Korean(
            "게이트웨이의 이름",
            "다시 보내도 안전한지 클라이언트가 어떻게 아는가?",
            "로그인 RESP_MESG의 셋째 필드가 `samlink`이다.",
        ),
    ),
    Choice(
        "body of a refusal",
        "3",
        "What body has a 1011 or a 2040 that refuses?",
        "Its usual one, of 33 and 128 bytes, in blanks: programs that read fixed sizes would wait for it.",
        ko=Korean(
            "거절의 본문",
            "거절하는 1011과 2040의 본문은?",
            "평소와 같은 길이(33, 128바이트)의 공백이다. 고정 길이를 읽는 프로그램이 기다리지 않게 한다.",
        ),
    ),
    Choice(
        "no time",
        "4",
        "Which times say that there is none?",
        "Blank, `null`, and any that consists of zeros, such as `0` and `0000-00-00 00:00:00`. A fraction after the "
        "seconds, whole or cut, is ignored.",
        ko=Korean(
            "없는 시각",
            "어떤 값이 시각이 없다는 뜻인가?",
            "공백, `null`, 그리고 `0`이나 `0000-00-00 00:00:00`처럼 0으로만 된 값이다. 초 뒤의 소수는 잘렸더라도 "
            "무시한다.",
        ),
    ),
    Choice(
        "wrong time",
        "4",
        "What of a time in any other form?",
        "It is never guessed: that message gets result 3 and is not sent, its neighbours are.",
        ko=Korean(
            "틀린 시각",
            "그 밖의 모양의 시각은?",
            "추측하지 않는다. 그 메시지만 결과 3이 되어 보내지 않고, 다른 메시지는 보낸다.",
        ),
    ),
    Choice(
        "repeat after the result",
        "4",
        "What of a message that comes again under its key when its result was reported?",
        "It is acknowledged and not sent again, and its first result is reported once more; `samlink find` counts "
        "these.",
        ko=Korean(
            "결과 뒤의 재요청",
            "결과를 이미 전달한 메시지가 같은 키로 다시 오면?",
            "접수로 답하되 다시 보내지 않고, 처음 결과를 한 번 더 전달한다. `samlink find`에 횟수가 보인다.",
        ),
    ),
    Choice(
        "safe numbers",
        "4",
        "May a RECEIVER be a safe number?",
        "Yes, 050x with 11 or 12 digits.",
        ko=Korean(
            "안심번호",
            "RECEIVER가 안심번호여도 되는가?",
            "된다. 11자리 또는 12자리 050x이다.",
        ),
    ),
    Choice(
        "body of a poll",
        "6",
        "What of a 1030 of SAM10 that has a body?",
        "It is a poll: the body is not read.",
        ko=Korean(
            "폴링의 본문",
            "SAM10의 1030에 본문이 있으면?",
            "폴링이다. 본문은 읽지 않는다.",
        ),
    ),
    Choice(
        "late acknowledgement",
        "6",
        "What of a key that comes after its results were given back?",
        "It is good as long as its result has not gone out again.",
        ko=Korean(
            "늦은 수신 확인",
            "결과를 되돌린 뒤에 그 키가 오면?",
            "그 결과를 다시 내보내기 전이면 유효하다.",
        ),
    ),
    Choice(
        "head of a push",
        "6",
        "What do RESP_CODE and RESP_MESG of a pushed 1031 say?",
        "00000 and OK, as in SAM10, where the same command is an answer.",
        ko=Korean(
            "밀어 준 1031의 헤더",
            "밀어 준 1031의 RESP_CODE와 RESP_MESG는?",
            "SAM10에서 같은 명령이 응답일 때처럼 00000과 OK이다.",
        ),
    ),
    Choice(
        "results in a page",
        "6",
        "How many results has a 1031?",
        "At most 100, the manual's own example, unless the gateway is set otherwise.",
        ko=Korean(
            "한 번의 결과 수",
            "1031 하나에 결과는 몇 건인가?",
            "게이트웨이에 달리 설정하지 않으면 매뉴얼의 예와 같은 100건까지이다.",
        ),
    ),
)
