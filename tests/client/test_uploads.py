"""Files: checked before they go, and uploaded once for each login."""

import asyncio
from pathlib import Path

import pytest

from samlink.client import Failed, Message, MessageError, PacketRefusedError, Sender, Sent, Service
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway, Step
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.sizes import FILE_SIZE_LIMIT

PICTURE = bytes(range(256))
"""Any bytes, those of frames included."""


async def test_the_same_content_is_uploaded_once_for_each_login(gateway: ScriptedGateway, tmp_path: Path) -> None:
    path = tmp_path / "photo.JPEG"
    path.write_bytes(PICTURE)
    async with Sender(gateway.settings()) as sender:
        names = [await sender.upload(path), await sender.upload(PICTURE, ".jpg"), await sender.upload(path)]
        assert len(set(names)) == 1
        assert names[0].endswith(".jpg")
        assert gateway.uploads == [PICTURE]
        gateway.drop_all()
        await gateway.until(lambda: len(gateway.login_ids) == 2)
        await sender.connect(Service.MMS)
        await sender.upload(path)
    assert gateway.uploads == [PICTURE, PICTURE]


async def test_the_same_content_given_many_times_at_once_is_uploaded_once(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        uploads = [asyncio.create_task(sender.upload(PICTURE, "jpg")) for _ in range(20)]
        await asyncio.sleep(0)
        uploads[0].cancel()
        names = await asyncio.gather(*uploads[1:])
    assert len(set(names)) == 1
    assert gateway.uploads == [PICTURE]


async def test_an_upload_that_nobody_waits_for_any_more_is_not_begun(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        uploads = [asyncio.create_task(sender.upload(PICTURE, "jpg")) for _ in range(2)]
        await asyncio.sleep(0)
        for upload in uploads:
            upload.cancel()
        await asyncio.wait(uploads)
        await sender.upload(b"other", "jpg")
    assert gateway.uploads == [b"other"]


async def test_files_of_a_message_are_uploaded_before_it_goes(gateway: ScriptedGateway, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(PICTURE)
    async with Sender(gateway.settings()) as sender:
        name = await sender.upload(b"other", "jpg")
        message = Message(to="01012345678", text="사진", files=(path, name))
        await sender.send(message)
        outcomes = [outcome async for outcome in sender.send_many([message, message])]
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert gateway.uploads == [b"other", PICTURE]
    assert {request.files for request in gateway.requests} == {gateway.requests[0].files}
    assert gateway.requests[0].files[1] == name


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.jpg", "file a.jpg is empty"),
        (b"a" * (FILE_SIZE_LIMIT + 1), "a.jpg", r"file a.jpg has more than 307200 bytes \(300 KB\)"),
        (b"a", "a", "file a needs an extension of 1 to 3 letters, such as jpg"),
        (b"a", "a.tiff", "file a.tiff needs an extension of 1 to 3 letters, such as jpg"),
    ],
)
async def test_a_file_that_cannot_go_is_refused(
    gateway: ScriptedGateway, tmp_path: Path, content: bytes, name: str, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    async with Sender(gateway.settings()) as sender:
        with pytest.raises(MessageError, match=sentence):
            await sender.upload(tmp_path / name)
    assert not gateway.connections


async def test_a_missing_file_fails_its_message_alone(gateway: ScriptedGateway, tmp_path: Path) -> None:
    given = [Message(to="01012345678", text="a"), Message(to="01012345678", text="a", files=(tmp_path / "gone.jpg",))]
    async with Sender(gateway.settings()) as sender:
        outcomes = [outcome async for outcome in sender.send_many(given)]
    assert isinstance(outcomes[0], Sent)
    assert isinstance(outcomes[1], Failed)
    assert str(outcomes[1].error) == "file gone.jpg cannot be read: No such file or directory"


async def test_a_refused_file_is_told_and_a_lost_answer_asked_for(gateway: ScriptedGateway) -> None:
    gateway.steps.extend([Refuse(ResponseCode.FILE_DAMAGED, "no EOI"), Step.TAKE_AND_DROP])
    async with Sender(gateway.settings()) as sender:
        with pytest.raises(PacketRefusedError, match="file damaged or not what it says: no EOI"):
            await sender.upload(PICTURE, "jpg")
        assert (await sender.upload(PICTURE, "jpg")).endswith(".jpg")
    assert len(gateway.uploads) == 3


async def test_the_largest_file_passes(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        await sender.upload(b"\x01\x02\x03" * (FILE_SIZE_LIMIT // 3), "jpg")
    assert len(gateway.uploads[0]) == FILE_SIZE_LIMIT
