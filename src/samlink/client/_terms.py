"""The terms of a login: how much one request may carry, and which commands carry LMS and MMS (manual 3.B, 1011)."""

from typing import Final

import msgspec

from samlink.vocabulary.sizes import COUNT_LIMIT, FIXED_TEXT_BYTES, VARIABLE_TEXT_BYTES
from samlink.wire import LoginAnswer
from samlink.wire.choices import SAMLINK_NAME

BATCH_LIMIT_UNTOLD: Final = 1
"""When RESP_MESG does not begin with a number: every gateway takes one message at a time."""


class LoginTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The terms of one login."""

    batch: int = BATCH_LIMIT_UNTOLD
    """The most messages of one send request: the first part of RESP_MESG, `30|1|`."""
    service_class: int | None = None
    """The second part: 1 SMS, 2 callback URL only."""
    variable: bool = False
    """VARIABLE_YN: LMS and MMS go in 1044 and 1045, else in 1024."""
    text_bytes: int = FIXED_TEXT_BYTES
    """The longest LMS or MMS text: MAX_MSG_SIZE, at most 3000, if variable, else 2000."""
    prepaid: bool | None = None
    """FEE_TYPE; None where it was not told."""
    balance: int | None = None
    """Whole won; of a prepaid account."""
    sms_cost: int | None = None
    """SMS_COST, in 1/100 won; None where it was not told. So are the next two."""
    lms_cost: int | None = None
    mms_cost: int | None = None
    samlink: bool = False
    """The third part is `samlink`: the gateway takes a key once, so sending again is safe (docs/protocol.md 1, 4)."""


BEFORE_LOGIN: Final = LoginTerms(batch=30, text_bytes=VARIABLE_TEXT_BYTES)
"""What messages are packed by until the first login tells more; requests are cut and texts checked again then."""


def terms_of(message: str, answer: LoginAnswer | None) -> LoginTerms:
    """Read a good login's RESP_MESG and body; a part that is missing or unreadable takes the cautious value."""
    batch, service_class, name, *_ = (*message.split("|"), "", "", "")
    told = answer or LoginAnswer()
    variable = told.variable == "Y"
    longest = min(told.max_msg_size or FIXED_TEXT_BYTES, VARIABLE_TEXT_BYTES)
    return LoginTerms(
        batch=min(max(_number(batch) or BATCH_LIMIT_UNTOLD, 1), COUNT_LIMIT),
        service_class=_number(service_class),
        variable=variable,
        text_bytes=longest if variable else FIXED_TEXT_BYTES,
        prepaid=None if told.fee_type is None else told.fee_type == 1,
        balance=told.balance,
        sms_cost=told.sms_cost,
        lms_cost=told.lms_cost,
        mms_cost=told.mms_cost,
        samlink=name == SAMLINK_NAME,
    )


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
