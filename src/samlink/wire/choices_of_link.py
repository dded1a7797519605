"""Rows of `choice_table.CHOICES` about connections, frames and logins (docs/protocol.md 1 to 3)."""

from typing import Final

from samlink.wire.choice import Choice, Korean

ROWS: Final = (
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
        "By the gateway after 90 s of silence (three keepalive periods) on a send connection and 10 minutes on a "
        "report connection, counted from its last answer on, after 10 s without a login, and when a frame is not "
        "whole 60 s after it has begun, as long as a client waits for an answer; by the client when an answer takes "
        "60 s. Both have the system end a connection whose peer acknowledges no bytes for 60 s (TCP_USER_TIMEOUT, "
        "keepalive).",
        ko=Korean(
            "무응답",
            "연결은 언제 끊는가?",
            "게이트웨이는 마지막 응답부터 세어 전송 연결은 90초(킵얼라이브 세 주기), 결과 연결은 10분 동안 조용하면 "
            "끊는다. 10초 안에 로그인이 없거나, 시작된 프레임이 60초 안에 다 오지 않아도 끊는다(클라이언트가 응답을 "
            "기다리는 한도와 같다). 클라이언트는 응답이 60초 걸리면 끊는다. 상대의 시스템이 60초 동안 바이트를 "
            "확인하지 않으면 양쪽 모두 운영체제가 끊게 한다(TCP_USER_TIMEOUT, keepalive).",
        ),
    ),
    Choice(
        "keepalive of a SAM11 report connection",
        "1",
        "Which side sends it?",
        "Either, so neither depends on it. The gateway sends a 1031 of COUNT 0 every 30 s, the client one of its "
        "own after 30 s of silence; each answers the other's with a 1030 of COUNT 0, a client whatever waits for "
        "its acknowledgement. Nobody is given up for not answering, no result waits for it, and a 1030 of COUNT 0 "
        "changes nothing.",
        ko=Korean(
            "SAM11 결과 연결의 킵얼라이브",
            "어느 쪽이 보내는가?",
            "어느 쪽이든 보낼 수 있으므로 서로 의존하지 않는다. 게이트웨이는 30초마다, 클라이언트는 30초 동안 "
            "조용하면 COUNT 0인 1031을 보낸다. 받은 쪽은 COUNT 0인 1030으로 답하며, 클라이언트는 확인할 결과가 "
            "있어도 답한다. 답하지 않아도 끊지 않고 결과를 막지도 않으며, COUNT 0인 1030은 아무것도 바꾸지 않는다.",
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
)
