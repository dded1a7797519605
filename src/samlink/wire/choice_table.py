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
            "읽는다: 키와 숫자는 앞뒤, 문자열은 끝에서. 문자열은 첫 NUL에서 끝난다.",
        ),
    ),
    Choice(
        "control characters",
        "2",
        "May a text hold them?",
        "Only CR, LF and TAB are written; others are dropped from texts that are read, and refused in keys.",
        ko=Korean(
            "제어 문자",
            "문자열에 제어 문자가 들어가도 되는가?",
            "쓸 때는 CR, LF, TAB만 쓴다. 읽은 문자열에 있는 나머지는 버리고, 키에 있으면 거절한다.",
        ),
    ),
    Choice(
        "half characters",
        "2",
        "What of a text that was cut inside a character?",
        "Read with a replacement character in texts; refused in keys and numbers, which must come back unchanged.",
        ko=Korean(
            "잘린 글자",
            "글자 중간에서 잘린 문자열은 어떻게 되는가?",
            "문자열에서는 대체 문자로 읽는다. 키와 숫자는 그대로 돌려보내야 하므로 거절한다.",
        ),
    ),
    Choice(
        "version",
        "1",
        "May the version change on a connection?",
        "No: the login's is the connection's, another one is refused (12004).",
        ko=Korean(
            "버전",
            "한 연결에서 버전이 바뀌어도 되는가?",
            "안 된다. 로그인의 버전이 연결의 버전이고, 다른 버전은 거절한다(12004).",
        ),
    ),
    Choice(
        "silence",
        "1",
        "When is a connection dropped?",
        "By the gateway after three keepalive periods (90 s) of silence, counted from its last answer on, after 10 s "
        "without a login, and when a frame is not whole 60 s after it has begun, as long as a client waits for an "
        "answer; by the client when an answer takes 60 s. Both have the system end a connection whose peer "
        "acknowledges no bytes for 60 s (TCP_USER_TIMEOUT, keepalive).",
        ko=Korean(
            "무응답",
            "연결은 언제 끊는가?",
            "게이트웨이는 마지막 응답부터 세어 킵얼라이브 세 주기(90초) 동안 조용하면 끊는다. 10초 안에 로그인이 "
            "없거나, 시작된 프레임이 60초 안에 다 오지 않아도 끊는다(클라이언트가 응답을 기다리는 한도와 같다). "
            "클라이언트는 응답이 60초 걸리면 끊는다. 상대의 시스템이 60초 동안 바이트를 확인하지 않으면 양쪽 모두 "
            "운영체제가 끊게 한다(TCP_USER_TIMEOUT, keepalive).",
        ),
    ),
    Choice(
        "keepalive of a SAM11 report connection",
        "1",
        "Which side sends it?",
        "Either, so neither depends on it. The gateway sends a 1031 of COUNT 0 every 30 s, the client one of its own "
        "after 30 s of silence; each answers the other's with a 1030 of COUNT 0, a client whatever waits for its "
        "acknowledgement, and nobody is given up for not answering. A 1030 that nobody asked for acknowledges nothing.",
        ko=Korean(
            "SAM11 결과 연결의 킵얼라이브",
            "어느 쪽이 보내는가?",
            "양쪽 다 보내며 어느 쪽도 상대의 것에 기대지 않는다. 게이트웨이는 30초마다, 클라이언트는 30초 동안 "
            "조용하면 COUNT 0인 1031을 보낸다. 받은 쪽은 COUNT 0인 1030으로 답하고(클라이언트는 확인을 기다리는 결과가 "
            "있어도), 답이 없다고 끊지 않는다. 요청하지 않은 1030은 아무것도 확인하지 않는다.",
        ),
    ),
    Choice(
        "keepalive of an MMS send connection",
        "1",
        "Which command, and does it carry FILE_NAME1 to 4?",
        "One that the login allows (VARIABLE_YN): 1044 with a COUNT alone for Y, else 1024 with the four names empty, "
        "since its total for a COUNT of 0 is 516 bytes. A refused one shows life all the same.",
        ko=Korean(
            "MMS 발송 연결의 킵얼라이브",
            "어느 명령이며 FILE_NAME1~4가 붙는가?",
            "로그인의 VARIABLE_YN을 따른다. Y이면 COUNT만 있는 1044를, 아니면 COUNT 0일 때 합계가 516바이트이므로 파일 "
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
        "Both layouts are read, told apart by LENGTH, the total's first; written without unless set.",
        ko=Korean(
            "USERCODE",
            "표에는 있으나 합계에는 없다.",
            "두 형식을 모두 읽고 LENGTH로 구별한다. 합계의 형식을 먼저 맞춰 본다. 쓸 때는 따로 설정하지 않으면 넣지 "
            "않는다.",
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
        "none; anything else, in whatever command, refuses it. Only readable keys that name none of its messages show "
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
        "It sends it again after the reconnect, with the same keys, if the gateway has said that it is samlink (or the "
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
        "When the next 1030 arrives on the same connection; else it is delivered again.",
        ko=Korean(
            "SAM10의 수신 확인",
            "결과는 언제 전달된 것인가?",
            "같은 연결에서 다음 1030이 왔을 때이다. 그렇지 않으면 다시 전달한다.",
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
        "FILE_LENGTH is needed, since it delimits FILE; the other two may be empty on the link, and a gateway judges "
        "them.",
        ko=Korean(
            "파일의 필드",
            "FILE_LENGTH, FILE_EXT, FILE은 표에서 필수가 아니다.",
            "FILE_LENGTH는 FILE의 끝을 정하므로 필요하다. 나머지 둘은 비어 있어도 읽고, 판단은 게이트웨이가 한다.",
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
            "UTF-8 문자열",
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
)
