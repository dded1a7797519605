"""Files of an MMS: read, checked, uploaded once for each login, and known by content (manual 3.B, 2030 and 2040)."""

import asyncio
import hashlib
import os
import re
import stat
import unicodedata
from collections import OrderedDict
from pathlib import Path
from typing import Final, Literal

from samlink.client._send.jobs import Upload
from samlink.client._send.queue import SendQueue
from samlink.client.errors import GatewayUnreachableError, MessageError, OutcomeUnknownError
from samlink.vocabulary.problem import N_
from samlink.vocabulary.sizes import FILE_EXTENSION_BYTES, FILE_SIZE_LIMIT
from samlink.wire import FileUpload

NAMES_REMEMBERED: Final = 1000
"""Names of files that were uploaded with this login."""


_NORMAL_FORMS: Final[tuple[Literal["NFC", "NFD"], ...]] = ("NFC", "NFD")
SAMLINK_NAME: Final = re.compile(r"[0-9a-f]{32}\.[0-9a-z]{1,3}")
"""A name as a samlink gateway gives it: an MD5 and the extension."""


def _is_a_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # no system has such a name
        return False


def read_file(path: Path) -> FileUpload:
    """A file and its extension (`jpeg` goes as `jpg`).

    Whatever the path leads to, it is not waited for: a pipe, a device or a socket is no file to upload. A name that
    differs from the file's only in how Hangul is composed (NFD, as a Mac writes it) is the file's (`spelled`).

    Raises:
        MessageError: it cannot be read, is not a regular file, is empty or too large, or its extension does not fit.
    """
    path = spelled(path)
    try:
        _check_regular(path.stat(), path)  # to open a device may do something already
        content = _read_at_once(path)
    except OSError as error:
        raise MessageError(
            "file.unreadable", N_("file {name} cannot be read: {why}"), name=path.name, why=error
        ) from None
    return checked(content, path.suffix, path.name)


def spelled(path: Path) -> Path:
    """The path as the disk spells it: each part as given, else composed (NFC), else decomposed (NFD); as given if none
    of these is there."""
    if str(path).isascii() or path.exists():
        return path
    found = Path(path.anchor)
    for part in path.relative_to(path.anchor).parts:
        forms = (part, *(unicodedata.normalize(form, part) for form in _NORMAL_FORMS))
        found /= next((form for form in forms if (found / form).exists()), part)
    return found


def _read_at_once(path: Path) -> bytes:
    """The content of a regular file, up to one byte more than can be sent. Never waits for a pipe, whatever the
    path leads to by now."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
        _check_regular(os.fstat(descriptor), path)
        return file.read(FILE_SIZE_LIMIT + 1)


def _check_regular(found: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise MessageError("file.not_regular", N_("file {name} is not a regular file"), name=path.name)


def checked(content: bytes, extension: str, name: str) -> FileUpload:
    """A file to upload. Raises MessageError: as `read_file`."""
    extension = extension.lower().removeprefix(".")
    extension = "jpg" if extension == "jpeg" else extension
    if not (0 < len(extension) <= FILE_EXTENSION_BYTES and extension.isascii() and extension.isalnum()):
        template = N_("file {name} needs an extension of 1 to {limit} letters, such as jpg")
        raise MessageError("file.bad_extension", template, name=name, limit=FILE_EXTENSION_BYTES)
    if not content:
        raise MessageError("file.empty", N_("file {name} is empty"), name=name)
    if len(content) > FILE_SIZE_LIMIT:
        raise MessageError(
            "file.too_large", N_("file {name} has more than {limit} bytes (300 KB)"), name=name, limit=FILE_SIZE_LIMIT
        )
    return FileUpload(extension, content)


class Uploads:
    """Uploads through the MMS queue, and remembers the names while the login lasts."""

    def __init__(self, queue: SendQueue) -> None:
        self._queue = queue
        self._names: OrderedDict[bytes, str] = OrderedDict()
        self._given: OrderedDict[str, None] = OrderedDict()
        """Names that the gateway gave, at earlier logins too: a message may carry one."""
        self._under_way: dict[bytes, Upload] = {}
        self._logins = 0

    async def name_of(self, file: FileUpload) -> str:
        """The name that the gateway gave for this content, uploading it first if it was not with this login.

        Raises:
            PacketRefusedError: the gateway does not take the file.
            GatewayUnreachableError, LoginRefusedError, SenderFullError: as for messages.
            OutcomeUnknownError: no answer came; uploading again does no harm.
        """
        self._forget_old_login()
        key = hashlib.sha256(file.content).digest() + file.extension.encode("ascii")
        if key in self._names:
            self._names.move_to_end(key)
            return self._names[key]
        upload = self._under_way.get(key) or self._begin(key, file)
        del file  # thousands may wait for the same upload, and each has read the file
        upload.waiters += 1
        try:
            name = await asyncio.shield(upload.future)
        except asyncio.CancelledError:
            if upload.waiters == 1:
                self._queue.withdraw(upload)
            raise
        finally:
            upload.waiters -= 1
        self._forget_old_login()
        self._given[name] = None
        if len(self._given) > NAMES_REMEMBERED:
            self._given.popitem(last=False)
        self._names[key] = name
        if len(self._names) > NAMES_REMEMBERED:
            self._names.popitem(last=False)
        return name

    def _begin(self, key: bytes, file: FileUpload) -> Upload:
        upload = Upload(file)
        self._queue.submit(upload)
        self._under_way[key] = upload
        upload.future.add_done_callback(lambda _: self._under_way.pop(key, None))
        return upload

    def _forget_old_login(self) -> None:
        if self._logins != self._queue.logins:
            self._names.clear()
            self._logins = self._queue.logins

    async def names_of(self, files: tuple[Path | str, ...]) -> tuple[str, ...]:
        """The names of a message's files: each `Path` is uploaded, each `str` is one already.

        Raises:
            MessageError: as `read_file`.
            GatewayUnreachableError: also when an upload was not answered, for the message was certainly not sent.
            ClientError: else as `name_of`.
        """
        names: list[str] = []
        for file in files:
            if isinstance(file, Path):
                upload = await asyncio.to_thread(read_file, file)
                try:
                    names.append(await self.name_of(upload))
                except OutcomeUnknownError as error:
                    template = N_("the message was not sent, for a file of it was not uploaded: {why}")
                    raise GatewayUnreachableError("files.not_uploaded", template, why=error) from error
            else:
                names.append(await self._uploaded(file))
        return tuple(names)

    async def _uploaded(self, name: str) -> str:
        """A name that the gateway gave. Raises MessageError when it cannot be one: the message would be accepted, and
        fail later."""
        if name in self._given or SAMLINK_NAME.fullmatch(name):
            return name
        if await asyncio.to_thread(_is_a_file, name):
            template = N_("files has {name}, which is a file here, not a name that upload gave; give a Path")
            raise MessageError("files.local_name", template, name=repr(name))
        if (self._queue.terms or await self._queue.ready()).samlink:
            template = N_("files has {name}, which is not a name that upload gave; give a Path for a file")
            raise MessageError("files.unknown_name", template, name=f"{name!r:.60}")
        return name
