"""Every place where the manual is silent or contradicts itself, and what we do there (docs/protocol.md, [C]).

The constants below are what the code uses; `CHOICES` is the same list for people, and docs/protocol.md is made from it.
The day a real peer proves one of them wrong, this is the file to change.
"""

import datetime
from typing import Final, NamedTuple

SAMLINK_NAME: Final = "samlink"
"""The third part of a good login's RESP_MESG, `30|1|samlink`: this gateway takes a key once."""
KST: Final = datetime.timezone(datetime.timedelta(hours=9), "KST")
PADDING_READ: Final = b" \0"
PADDING_WRITTEN: Final = b" "
SILENCE_LIMIT_SECONDS: Final = 90.0
LOGIN_LIMIT_SECONDS: Final = 10.0
FRAME_LIMIT_SECONDS: Final = 60.0
KEEPALIVE_SECONDS: Final = 30.0
POLL_SECONDS: Final = 5.0
RECONNECT_SECONDS: Final = 10.0
SOCKET_FAILS_SECONDS: Final = 60
"""A peer that acknowledges no bytes for so long is gone; a route that was dropped would take a quarter of an hour."""
ANSWER_LIMIT_SECONDS: Final = 60.0
REDIRECTS_FOLLOWED: Final = 3
FILE_SIZE_LIMIT: Final = 300 * 1024
USER_CODE_WRITTEN: Final = False
BALANCE_SHOWN_LIMIT_WON: Final = 99_999_999
SKIPPED_BODY_LIMIT: Final = 4 * 1024 * 1024
REQUEST_BODY_LIMIT: Final = 32 * 1024 * 1024
"""Longest body of a request, whatever COUNT the account may send: enough for 9999 LMS or MMS of full length. Only a
Kakao batch could be longer, for its ATTACHMENTs may have 99,999 bytes each."""


class Choice(NamedTuple):
    """One disagreement: where the manual leaves it open, and what samlink does."""

    name: str
    section: str
    question: str
    answer: str


CHOICES: Final = (
    Choice("time zone", "2", "Which zone are the times in?", "Korean time (KST, UTC+9)."),
    Choice(
        "padding",
        "2",
        "Spaces or NULs?",
        "Written as the client is set (spaces unless told), and a gateway answers in its client's; both are read, on "
        "either side of keys and numbers, at the end of texts; text ends at the first NUL.",
    ),
    Choice(
        "control characters",
        "2",
        "May a text hold them?",
        "Only CR, LF and TAB are written; others are dropped from texts that are read, and refused in keys.",
    ),
    Choice(
        "half characters",
        "2",
        "What of a text that was cut inside a character?",
        "Read with a replacement character in texts; refused in keys and numbers, which must come back unchanged.",
    ),
    Choice(
        "version",
        "1",
        "May the version change on a connection?",
        "No: the login's is the connection's, another one is refused (12004).",
    ),
    Choice(
        "silence",
        "1",
        "When is a connection dropped?",
        "By the gateway after three keepalive periods (90 s) of silence, counted from its last answer on, after 10 s "
        "without a login, and when a frame is not whole 60 s after it has begun, as long as a client waits for an "
        "answer; by the client when an answer takes 60 s, or a SAM11 report connection is silent for 90 s.",
    ),
    Choice(
        "keepalive of a SAM11 report connection",
        "1",
        "Which side sends it?",
        "The gateway, a 1031 of COUNT 0 every 30 s; from a client a 1031 of COUNT 0 is answered by a 1030 of COUNT 0, "
        "and a 1030 that nobody asked for acknowledges nothing.",
    ),
    Choice(
        "keepalive of an MMS send connection",
        "1",
        "Which command, and does it carry FILE_NAME1 to 4?",
        "1024 with the four names empty, since its total for a COUNT of 0 is 516 bytes; a COUNT alone is taken too.",
    ),
    Choice(
        "requests before the answer",
        "1",
        "May a client send its next request before the answer to the last?",
        "It is read, in order, after the answer; nothing is lost and nothing runs ahead.",
    ),
    Choice(
        "login answer",
        "3",
        "Fields sum to 33 bytes, the total says 24.",
        "33 are written; 33 and every shorter body are read as far as whole fields go.",
    ),
    Choice(
        "who the gateway is",
        "3",
        "How does a client know that a request may be sent again without harm?",
        "A samlink gateway writes its name as the third part of a good login's RESP_MESG, where nobody else's client "
        "looks. Only such a gateway is sent again what it did not answer, unless set.",
    ),
    Choice(
        "empty numbers of a login answer",
        "3",
        "What is an empty BALANCE or price, as of a postpaid account?",
        "Unknown: it is read as none.",
    ),
    Choice(
        "balance",
        "3",
        "What is shown when the balance does not fit 8 digits, or the account is postpaid?",
        "Whole won, at most 99999999; 0 for a postpaid account.",
    ),
    Choice(
        "USERCODE",
        "4",
        "It stands in the tables but not in the totals.",
        "Both layouts are read, told apart by LENGTH, the total's first; written without unless set.",
    ),
    Choice(
        "empty answer of SAM11",
        "4",
        "What does a 1021 that refuses carry?",
        "COUNT 0; an empty body is read as the same.",
    ),
    Choice(
        "keys of an answer",
        "4",
        "What of a 1021 of 00000 that names fewer messages than were asked, or none (COUNT 0)?",
        "The client takes those that it names for taken, the outcome of the others is unknown: it may be the answer to "
        "something else, as to a keepalive. One that names none of the request's ends the connection.",
    ),
    Choice(
        "one decision for a packet",
        "4",
        "Can a packet be taken in part?",
        "No: what makes it unreadable refuses it whole (RESP_CODE); what is wrong with a message is its result (1031).",
    ),
    Choice(
        "key",
        "4",
        "What makes a message the same?",
        "Account, GRP_ID, MSG_ID and RECEIVER; the same content again is acknowledged and not sent twice, another "
        "content refuses the packet (12011).",
    ),
    Choice("300 KB", "5", "1000 or 1024?", "307,200 bytes."),
    Choice("file owner", "5", "Whose is a file?", "The account's that sent it; nobody else's message can name it."),
    Choice(
        "acknowledgement in SAM10",
        "6",
        "When is a result delivered?",
        "When the next 1030 arrives on the same connection; else it is delivered again.",
    ),
    Choice(
        "acknowledgement in SAM11",
        "6",
        "When is a result delivered?",
        "When its own key is in the 1030; the others are delivered again.",
    ),
    Choice(
        "unreadable acknowledgement",
        "6",
        "What of a 1030 of SAM11 that cannot be read?",
        "The connection ends, since an answer cannot be asked for again; the results are delivered on the next one.",
    ),
    Choice(
        "time of a result",
        "6",
        "What of a SEND_DT that is no time, as 0000-00-00 00:00:00?",
        "The result is taken without one: refused, it would come again for ever, and hold up all that come after it.",
    ),
    Choice(
        "fields of a file",
        "5",
        "FILE_LENGTH, FILE_EXT and FILE stand in the table as not needed.",
        "FILE_LENGTH is needed, since it delimits FILE; the other two may be empty on the link, and a gateway judges "
        "them.",
    ),
    Choice("1025", "4", "The common table lists it, nothing describes it.", "Answered as an unknown command (12002)."),
    Choice(
        "Kakao send body",
        "7",
        "Which body does a KMS send request have?",
        "1054, an extension of samlink's own, kept apart (wire/kms.py), so that the vendor's own can replace it.",
    ),
    Choice(
        "text in UTF-8",
        "7",
        "How are MSG and ATTACHMENT of 1054 read?",
        "As UTF-8, with a replacement character for what is none; up to the first NUL, and with the spaces at its end, "
        "for a LENGTH counts it and a template may end in a space.",
    ),
    Choice(
        "bodies that are too long",
        "2",
        "What of a LENGTH over what the port can need?",
        "Up to 4 MiB are passed over and the packet refused (12007 for its COUNT, 13001 for a file, else 12005), the "
        "connection goes on; beyond, or before the login, it is closed.",
    ),
)
