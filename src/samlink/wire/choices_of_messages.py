"""Rows of `choice_table.CHOICES` about messages, files and results (docs/protocol.md 4 to 9)."""

from typing import Final

from samlink.wire.choice import Choice, Korean

ROWS: Final = (
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
        "read; the last one may lack its TELECOM or the blanks of it; a RESULT that is no number counts as 11; keys go "
        "back in the bytes in which they came.",
        ko=Korean(
            "한 바이트 다른 결과",
            "1031의 레코드가 길거나, 뒤에 바이트가 더 있거나, COUNT가 비었거나, RESULT가 숫자가 아니면?",
            "한 레코드가 다른 레코드를 막지 않는다. 레코드의 길이는 (LENGTH - 4) / COUNT이고 82바이트 이상이며 앞의 "
            "82바이트를 읽는다. 마지막 레코드는 TELECOM 또는 그 뒤의 공백이 없어도 "
            "된다. RESULT가 숫자가 아니면 11로 보고, 키는 무엇이 들어 있든 온 그대로 돌려보낸다.",
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
    Choice(
        "charset",
        "4",
        "In which charset are MSG and SUBJECT?",
        "As the account says: CP949, UTF-8, or found out (the default). Then bytes are UTF-8 if they are valid "
        "UTF-8 with Hangul in it, perhaps cut at the end, and either no CP949, or CP949 only with characters "
        "outside KS X 1001's Hangul and ASCII (광고 in UTF-8 is 愿묎퀬). Over some 1,500,000 texts of words, "
        "sentences, random syllables, hanja, symbols and English, no text in UTF-8 was missed, and of texts in "
        "CP949 31 of 200,000 random mixtures of hanja and Hangul, and 17 of 200,000 of hanja, Hangul and ASCII, were "
        "taken for UTF-8, of all others none. The log "
        "and `samlink find` tell of each text that was read so; one that CP949 lacks gets result 3.",
        ko=Korean(
            "문자 집합",
            "MSG와 SUBJECT는 어떤 문자 집합인가?",
            "계정에 정한 대로 CP949나 UTF-8이고, 기본은 자동 판별이다. 자동이면 한글이 있는 올바른 UTF-8이면서(끝이 "
            "잘려도 된다) CP949가 아니거나, CP949로 읽으면 KS X 1001 한글과 ASCII 밖의 글자가 있을 때만 UTF-8로 "
            "읽는다(UTF-8의 광고는 CP949로 愿묎퀬이다). 단어, 문장, 임의의 음절, 한자, 기호, 영문 약 "
            "1,500,000건에서 UTF-8을 놓친 것은 없었고, CP949 글을 UTF-8로 읽은 것은 한자와 한글을 임의로 섞은 "
            "200,000건 가운데 31건, 한자와 한글과 ASCII를 섞은 200,000건 가운데 17건뿐이었다. "
            "그렇게 읽은 글은 로그와 `samlink find`에 보이며, CP949에 없는 글자가 "
            "있으면 결과 3이다.",
        ),
    ),
)
