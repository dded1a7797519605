"""Who broke the rules: we (LocalProtocolError) or the peer (RemoteProtocolError)."""

from samlink.codes.responses import ResponseCode


class ProtocolError(Exception):
    """Something that the manual does not allow. Never raised itself; its two children say whose fault it is."""


class LocalProtocolError(ProtocolError):
    """We were asked to send what may not be sent; nothing was sent. The message is one sentence for a person."""


class RemoteProtocolError(ProtocolError):
    """The peer sent what it may not send. `response` is the RESP_CODE to answer with, `detail` says what and where."""

    def __init__(self, response: ResponseCode, detail: str) -> None:
        super().__init__(f"{response.value} {detail}")
        self.response = response
        self.detail = detail
