"""Whether a receiver's network takes the files of an MMS, by the manual's table."""

from collections.abc import Sequence

from samlink.carriers.contract import ReadFile
from samlink.carriers.simulator.plan import telecom_of
from samlink.core.images import Network, NetworkFile, network_fault
from samlink.core.message import Claimed
from samlink.store.contract import StoreError
from samlink.vocabulary.kinds import Kind


async def content_faults(messages: Sequence[Claimed], read_file: ReadFile | None) -> dict[int, str]:
    """Why the network does not take some of these messages: by id, one phrase in ASCII.

    Each file is read once. Without `read_file` the files are only counted and told by their extension.
    """
    sizes: dict[tuple[int, str], int | None] = {}
    faults: dict[int, str] = {}
    for message in messages:
        if message.kind != Kind.MMS or not message.files:
            continue
        names = message.files.split("\n")
        for name in names:
            file = (message.account, name)
            if file not in sizes:
                sizes[file] = 0 if read_file is None else await _size(file, read_file)
            if sizes[file] is None:
                break
        if (fault := _fault(message, [sizes.get((message.account, name)) for name in names])) is not None:
            faults[message.id] = fault
    return faults


async def _size(file: tuple[int, str], read_file: ReadFile) -> int | None:
    try:
        return len(await read_file(*file))
    except StoreError:
        return None


def _fault(message: Claimed, sizes: Sequence[int | None]) -> str | None:
    files: list[NetworkFile] = []
    for name, size in zip(message.files.split("\n"), sizes, strict=True):
        if size is None:
            return "a file is missing"
        extension = name.rpartition(".")[2].lower()
        # The reason goes into the journal, which is ASCII.
        files.append(NetworkFile(extension if extension.isascii() and extension.isalnum() else "?", size))
    return network_fault(Network(telecom_of(message.receiver)), files)
