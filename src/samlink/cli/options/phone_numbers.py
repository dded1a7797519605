"""Telephone numbers as a person types them, with the forms that Korea allows for senders and receivers."""

from samlink.cli.commands.send.compose import phone_number
from samlink.cli.errors import WrongUsageError
from samlink.cli.language import _
from samlink.cli.options.parsing import shown


def sender_number(text: str, name: str) -> str:
    """The digits of a number that may stand as a message's sender. Raises WrongUsageError."""
    from samlink.core.numbers import is_sender

    digits = phone_number(text, name)
    if not is_sender(digits):
        raise WrongUsageError(
            _("{name}: {text} cannot be a sender: numbers of 02, 031, 070, 01x and 15xx-xxxx can, 050x cannot."),
            name=_(name),
            text=shown(text),
        )
    return digits


def receiver_number(text: str, name: str) -> str:
    """The digits of a number that can receive messages. Raises WrongUsageError."""
    from samlink.core.numbers import is_receiver

    digits = phone_number(text, name)
    if not is_receiver(digits):
        raise WrongUsageError(
            _("{name}: {text} is not a mobile number, 01x with 10 or 11 digits."), name=_(name), text=shown(text)
        )
    return digits
