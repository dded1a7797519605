"""Whether a receiver's network takes the files of an MMS, by the manual's table."""

from collections.abc import Callable

from samlink.carriers.simulator.plan import telecom_of
from samlink.core.images import Network, NetworkFile, network_fault
from samlink.core.message import Claimed
from samlink.vocabulary.kinds import Kind

FileSize = Callable[[int, str], int | None]
"""Bytes of an account's file, by account number and name; None when there is none."""


def content_fault(message: Claimed, file_size: FileSize | None) -> str | None:
    """Why the network does not take the message, as one phrase in ASCII; None when it does.

    Without `file_size` the files are only counted and told by their extension.
    """
    if message.kind != Kind.MMS or not message.files:
        return None
    files: list[NetworkFile] = []
    for name in message.files.split("\n"):
        size = 0 if file_size is None else file_size(message.account, name)
        if size is None:
            return "a file is missing"
        extension = name.rpartition(".")[2].lower()
        # The reason goes into the journal, which is ASCII.
        files.append(NetworkFile(extension if extension.isascii() and extension.isalnum() else "?", size))
    return network_fault(Network(telecom_of(message.receiver)), files)
