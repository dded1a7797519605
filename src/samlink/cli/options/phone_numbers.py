"""Telephone numbers as a person types them, with the forms that Korea allows for senders and receivers."""

from samlink.cli.commands.send.compose import phone_number
from samlink.cli.errors import WrongUsageError
from samlink.cli.options.parsing import shown
from samlink.cli.texts import say


def sender_number(text: str, name: str) -> str:
    """The digits of a number that may stand as a message's sender. Raises WrongUsageError."""
    from samlink.core.numbers import is_sender

    digits = phone_number(text, name)
    if not is_sender(digits):
        raise WrongUsageError(say("phone.not_sender", name=name, text=shown(text)))
    return digits


def receiver_number(text: str, name: str) -> str:
    """The digits of a number that can receive messages. Raises WrongUsageError."""
    from samlink.core.numbers import is_receiver

    digits = phone_number(text, name)
    if not is_receiver(digits):
        raise WrongUsageError(say("phone.not_receiver", name=name, text=shown(text)))
    return digits
