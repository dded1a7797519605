"""Every place where the manual is silent or contradicts itself, and what we do there (docs/protocol.md, [C]).

The constants are what the code uses; scripts/protocol_choices.toml is the same list for people, and docs/protocol.md
is made from it. The day a real peer proves one of them wrong, this is the file to change.
"""

from typing import Final

from samlink.vocabulary.services import Duty

SAMLINK_NAME: Final = "samlink"
"""The third part of a good login's RESP_MESG, `30|1|samlink`: this gateway takes a key once."""
PADDING_READ: Final = b" \0"
PADDING_WRITTEN: Final = b" "
GAP_SKIPPED: Final = b"\r\n\0 "
"""What may stand between two frames: the newline of a `println`, the NUL at the end of a C string."""
GAP_LIMIT: Final = 16
"""Bytes of that which are passed over before one frame."""
KEEPALIVE_BODY_LIMIT: Final = 4096
"""A keepalive's body may be as long as this on every port: a COUNT and one blank record of any send command."""
SILENCE_LIMIT_SECONDS: Final = 90.0
REPORT_SILENCE_LIMIT_SECONDS: Final = 600.0
SILENCE_LIMITS_SECONDS: Final = {Duty.SEND: SILENCE_LIMIT_SECONDS, Duty.REPORT: REPORT_SILENCE_LIMIT_SECONDS}
"""After which a gateway drops a connection: customers may poll as seldom as they like, within reason."""
LOGIN_LIMIT_SECONDS: Final = 10.0
FRAME_LIMIT_SECONDS: Final = 60.0
KEEPALIVE_SECONDS: Final = 30.0
POLL_SECONDS: Final = 5.0
RECONNECT_SECONDS: Final = 10.0
SOCKET_FAILS_SECONDS: Final = 60
"""A peer that acknowledges no bytes for so long is gone; a route that was dropped would take a quarter of an hour."""
ANSWER_LIMIT_SECONDS: Final = 60.0
REDIRECTS_FOLLOWED: Final = 3
USER_CODE_WRITTEN: Final = False
SKIPPED_BODY_LIMIT: Final = 4 * 1024 * 1024
REQUEST_BODY_LIMIT: Final = 32 * 1024 * 1024
"""Longest body of a request, whatever COUNT the account may send: enough for 9999 LMS or MMS of full length. Only a
Kakao batch could be longer, for its ATTACHMENTs may have 99,999 bytes each."""
