"""The errors of the client library, and what each means for the message it is about.

    ClientError
    ├── SettingsError                   a setting cannot be used
    ├── MessageError                    never sent: the message cannot be written as it is
    ├── GatewayUnreachableError         not sent: no connection and login in time; may be sent later
    ├── SenderClosedError               not sent: the sender was closed first; may be sent later
    ├── SenderFullError                 not sent: too much waits already; may be sent later
    ├── RefusedError
    │   ├── LoginRefusedError           not sent: the gateway does not let us in
    │   └── PacketRefusedError          not sent: the gateway took no message of the request (manual 3.A, RESP_CODE)
    └── OutcomeUnknownError             perhaps sent: it was written, and no answer came that could be read

After an OutcomeUnknownError a samlink gateway may be sent the same message again: it takes a key (GRP_ID, MSG_ID and
receiver) once. At any other gateway only the message's result tells. Every error is one plain sentence without a
password or a text.
"""

from samlink.vocabulary.language import InBoth, Phrase, phrase
from samlink.vocabulary.problem import N_, Problem
from samlink.vocabulary.responses import Again, Response, response, response_of_stranger


class ClientError(Problem):
    """Base of all errors of this library."""


class SettingsError(ClientError, ValueError):
    """A setting cannot be used."""


class MessageError(ClientError, ValueError):
    """The message cannot be sent as it is; nothing was sent. The sentence names the field and what would be right."""


class GatewayUnreachableError(ClientError):
    """No connection and login came about in time; nothing was sent."""

    address = ""
    """`host:port` of the attempt that failed, where it was one."""
    speaks_otherwise = False
    """Somebody answered, but not in this protocol: it is another server, or one that wants TLS."""


class OutcomeUnknownError(ClientError):
    """The request was written, and no answer came that could be read: the gateway may have taken it or not.

    A samlink gateway takes a key once (docs/protocol.md 4), so the same message may be sent again there. At any other
    gateway only the message's result tells; this library sends nothing again by itself then.
    """


class SenderClosedError(ClientError):
    """The sender was closed before the message was sent."""


class SenderFullError(ClientError):
    """More waits to be sent than the sender keeps; nothing was sent. Wait for earlier messages first."""


class RefusedError(ClientError):
    """The gateway answered a request with an error. Raised as one of its two children."""

    response: Response
    """RESP_CODE (`response.code`, 5 digits) and its meaning."""
    from_samlink: bool
    """Whether the gateway is one of samlink's, so that its codes mean what `samlink.vocabulary.responses` says."""
    detail: str
    """RESP_MESG as the gateway wrote it, at most 50 bytes."""
    why: Phrase | None
    """What this library adds to the code; None where it adds nothing."""

    def __init__(self, problem: str, template: str, resp_code: str, said: str | Phrase, *, from_samlink: bool) -> None:
        known = response(resp_code) if from_samlink else response_of_stranger(resp_code)
        super().__init__(
            problem,
            template,
            resp_code=resp_code or phrase(N_("an empty code")),
            meaning=InBoth(known.english, known.korean),
            said=Phrase(": {said}", {"said": said}) if said else "",
        )
        self.response = known
        self.from_samlink = from_samlink
        self.detail = said if isinstance(said, str) else ""
        self.why = None if isinstance(said, str) else said

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


class PacketRefusedError(RefusedError):
    """A send or upload request was refused; none of its messages was taken."""

    def __init__(self, resp_code: str, said: str | Phrase, *, from_samlink: bool = True) -> None:
        template = N_("the request was refused with {resp_code}, {meaning}{said}")
        super().__init__("request.refused", template, resp_code, said, from_samlink=from_samlink)


class LoginRefusedError(RefusedError):
    """The gateway did not let us in (1011 with an error)."""

    def __init__(self, resp_code: str, said: str | Phrase) -> None:
        template = N_("the login was refused with {resp_code}, {meaning}{said}")
        super().__init__("login.refused", template, resp_code, said, from_samlink=True)

    @property
    def final(self) -> bool:
        """Whether the same login will be refused again until someone changes something."""
        return self.again is Again.NEVER
