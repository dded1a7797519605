"""Who broke the rules: we (LocalProtocolError) or the peer (RemoteProtocolError)."""

from typing import NamedTuple

from samlink.vocabulary.responses import ResponseCode


class ProtocolError(Exception):
    """Something that the manual does not allow. Never raised itself; its two children say whose fault it is."""


class LocalProtocolError(ProtocolError):
    """We were asked to send what may not be sent; nothing was sent. The message is one sentence for a person."""


class PeerFault(NamedTuple):
    """What a peer did wrong, as a value that may be kept: an exception would keep its traceback, and with it every
    local variable of the frames that it went through."""

    response: ResponseCode
    detail: str

    def __str__(self) -> str:
        return f"{self.response.value} {self.detail}"


class RemoteProtocolError(ProtocolError):
    """The peer sent what it may not send. `response` is the RESP_CODE to answer with, `detail` says what and where."""

    def __init__(self, response: ResponseCode, detail: str) -> None:
        super().__init__(f"{response.value} {detail}")
        self.response = response
        self.detail = detail

    @property
    def fault(self) -> PeerFault:
        """The same without a traceback."""
        return PeerFault(self.response, self.detail)
