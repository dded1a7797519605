"""Sizes of the link's fields and limits of what they carry. Bytes are of CP949 unless it says otherwise."""

from typing import Final

ID_BYTES: Final = 20
"""ID of a login (manual 3.B, 1010)."""
PASSWORD_BYTES: Final = 20
"""PASSWORD of a login (manual 3.B, 1010)."""
RESP_MESG_BYTES: Final = 50
"""RESP_MESG of an answer's header (manual 3.A), where a redirect names its `host:port` too."""
KEY_BYTES: Final = 20
"""GRP_ID and MSG_ID of a message, ASCII."""
COUNT_LIMIT: Final = 9999
"""What the four digits of COUNT can say: the most messages of one request."""
SMS_BYTES_RECOMMENDED: Final = 90
"""Some carriers cut an SMS there (manual 3.B)."""
SMS_BYTES_LIMIT: Final = 100
"""MSG of an SMS (manual 3.B, 1020)."""
FIXED_TEXT_BYTES: Final = 2000
"""MSG of an LMS or MMS of fixed length (manual 3.B, 1024); ALT_MSG of a Kakao message's LMS."""
VARIABLE_TEXT_BYTES: Final = 3000
"""The most that MAX_MSG_SIZE can allow an LMS or MMS of variable length (manual 3.B, 1011)."""
SUBJECT_BYTES: Final = 120
"""SUBJECT of an LMS or MMS, ALT_SUBJECT of a Kakao message, URL of a callback."""
USER_CODE_BYTES: Final = 30
"""USERCODE: the KISA code of the message's first sender."""
USER_CODE_DIGITS: Final = 9
"""Digits that KISA gives such a code."""
TELECOM_BYTES: Final = 7
"""TELECOM of a result (manual 3.B, 1031)."""
FILES_LIMIT: Final = 4
"""Files of one MMS."""
FILE_NAME_BYTES: Final = 128
"""FILE_NAME, which the gateway gives an uploaded file (manual 3.B, 1026)."""
FILE_EXTENSION_BYTES: Final = 3
"""FILE_EXT of an upload."""
FILE_SIZE_LIMIT: Final = 300 * 1024
"""Bytes of one file."""
COST_CHARACTERS: Final = 6
"""A price in the answer to a login (manual 3.B, 1011)."""
