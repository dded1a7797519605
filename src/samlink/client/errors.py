"""What can go wrong for a customer's program. Every message is one plain sentence without a password or a text.

What an error says of the message it is about:

    MessageError, SettingsError        never sent, and will not be until someone changes it
    PacketRefused, LoginRefused        not taken by the gateway, not even in part (manual 3.A, RESP_CODE)
    GatewayUnreachable, SenderClosed,
    SenderFull                         not sent; the same message may be sent later
    OutcomeUnknown                     written, but no answer came: it may have been taken. To send the same message
                                       (with its GRP_ID, MSG_ID and receiver) again is safe: it is not delivered twice.
"""

from samlink.codes.responses import Again, Response, response


class ClientError(Exception):
    """Base of all errors of this library."""


class SettingsError(ClientError, ValueError):
    """A setting cannot be used."""


class MessageError(ClientError, ValueError):
    """The message cannot be sent as it is; nothing was sent. The sentence names what is wrong and where."""


class GatewayUnreachable(ClientError):
    """No connection and login came about in time; nothing was sent."""


class OutcomeUnknown(ClientError):
    """The request was written and its answer never came: the gateway may have taken it or not.

    Send the same message again, with the keys that it has: the gateway takes a key once (docs/protocol.md 4).
    """


class SenderClosed(ClientError):
    """The sender was closed before the message was sent."""


class SenderFull(ClientError):
    """More waits to be sent than the sender keeps; nothing was sent. Wait for earlier messages first."""


class Refusal(ClientError):
    """The gateway answered a request with an error. Raised as one of its two children."""

    def __init__(self, what: str, code: str, detail: str) -> None:
        known = response(code)
        said = f": {detail}" if detail else ""
        super().__init__(f"{what} was refused with {code or 'an empty code'}, {known.english}{said}")
        self.response: Response = known
        """What is known of the code."""
        self.detail = detail
        """RESP_MESG as the gateway wrote it, at most 50 bytes."""

    @property
    def code(self) -> str:
        """RESP_CODE, 5 digits."""
        return self.response.code

    @property
    def english(self) -> str:
        """What the code means, in English."""
        return self.response.english

    @property
    def korean(self) -> str:
        """What the code means, in Korean."""
        return self.response.korean

    @property
    def again(self) -> Again:
        """Whether sending the same again can help."""
        return self.response.again


class PacketRefused(Refusal):
    """A send or upload request was refused; none of its messages was taken."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__("the request", code, detail)


class LoginRefused(Refusal):
    """The gateway did not let us in (1011 with an error)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__("the login", code, detail)

    @property
    def final(self) -> bool:
        """Whether the same login will be refused again until someone changes something."""
        return self.again is Again.NEVER
