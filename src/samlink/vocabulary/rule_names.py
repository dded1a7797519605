"""The admission rules by their names, in the order of precedence: the first that refuses decides a message's result.

`samlink.core.rules` and `samlink.core.limits` say what each refuses. A name is stored with an account that switches the
rule and with a message that it refuses, so it never changes.
"""

import enum

from samlink.vocabulary.problem import N_


class RuleName(enum.StrEnum):
    """A rule."""

    MESSAGE_FORMAT = N_("message format")
    MESSAGE_KIND = N_("message kind")
    CALLBACK_URL = N_("callback URL")
    RECEIVER_FORM = N_("receiver form")
    SENDER_FORM = N_("sender form")
    SENDER_REGISTERED = N_("sender registered")
    USER_CODE = N_("user code")
    USER_CODE_DIGITS = N_("user code digits")
    OPTED_OUT = N_("opted out")
    OPTED_OUT_EVERYWHERE = N_("opted out everywhere")
    SENDER_FILTER = N_("sender filter")
    RECEIVER_FILTER = N_("receiver filter")
    WORD_FILTER = N_("word filter")
    ADVERTISEMENT_FORM = N_("advertisement form")
    FRIENDTALK_HOURS = N_("FriendTalk hours")
    ADVERTISEMENT_HOURS = N_("advertisement hours")
    CONTENT_SIZE = N_("content size")
    KAKAO_TEXT_LENGTH = N_("Kakao text length")
    KAKAO_PROFILE = N_("Kakao profile")
    KAKAO_TEMPLATE = N_("Kakao template")
    KAKAO_TEMPLATE_TEXT = N_("Kakao template text")
    KAKAO_ATTACHMENT = N_("Kakao attachment")
    KAKAO_TEMPLATE_BUTTONS = N_("Kakao template buttons")
    FALLBACK_CHARACTERS = N_("fallback characters")
    FALLBACK_SIZE = N_("fallback size")
    TIME_LIMIT = N_("time limit")
    DUPLICATE = N_("duplicate")
    MONTHLY_LIMIT = N_("monthly limit")
    DAILY_LIMIT = N_("daily limit")
    MESSAGES_A_SECOND = N_("messages a second")
    BALANCE = N_("balance")
    """The one that cannot be switched: a message that is not paid for is never sent."""
    UNREADABLE_FIELD = N_("unreadable field")
    """Not a rule of an account: a field of the message cannot be read."""
