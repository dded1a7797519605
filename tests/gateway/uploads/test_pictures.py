"""A picture costs its sender at most: what takes long to decode is refused in bounded time, and others go on."""

import asyncio
import io
import os
import signal
import struct
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from samlink.core.images import PIXELS_LIMIT, file_fault, packed_bmp_fault
from samlink.gateway.uploads import pictures as module
from samlink.gateway.uploads.picture_check import picture_fault
from samlink.gateway.uploads.pictures import Pictures
from samlink.store.contract import StoreError
from samlink.testing.clock import until
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Service
from samlink.watch.events import Events
from tests.gateway.running import account, running

SIDE: Final = 4096


def jpg(scans: int, width: int = SIDE, height: int = SIDE) -> bytes:
    """A progressive jpg whose headers say so many pixels, and whose last scan comes so many times."""
    made = io.BytesIO()
    Image.new("L", (16, 16), 128).save(made, "JPEG", progressive=True)
    content = bytearray(made.getvalue())
    frame = content.index(b"\xff\xc2")
    struct.pack_into(">HH", content, frame + 5, height, width)
    last = content.rindex(b"\xff\xda")
    return bytes(content[:last] + content[last:-2] * scans + content[-2:])


def bmp(packing: int, runs: bytes, width: int = 8, height: int = 2) -> bytes:
    """A run-length encoded bmp."""
    depth = 8 if packing == 1 else 4
    colours = bytes(4 * (1 << depth))
    start = 54 + len(colours)
    head = struct.pack("<2sIII", b"BM", start + len(runs), 0, start)
    info = struct.pack("<IiiHHIIIIII", 40, width, height, 1, depth, packing, len(runs), 0, 0, 1 << depth, 0)
    return head + info + colours + runs


GOOD_RUNS: Final = {
    "to the last row": (1, b"\x08\x01\x00\x00\x08\x02"),
    "to the end of the bitmap": (1, b"\x08\x01\x00\x01"),
    "absolute": (1, b"\x00\x03abc\x00\x05\x01\x00\x00\x08\x02"),
    "nibbles": (2, b"\x08\x12\x00\x00\x00\x08abcd"),
    "a step": (1, b"\x00\x02\x03\x01\x05\x01"),
}
FAULTY_RUNS: Final = {
    "nothing": (1, b"\x08"),
    "one row of two": (1, b"\x08\x01\x00\x00"),
    "a step that is cut": (1, b"\x00\x02\x01"),
    "absolute that is cut": (1, b"\x08\x01\x00\x00\x00\x08abc"),
}


@pytest.mark.parametrize("kind", GOOD_RUNS)
def test_packed_bmps_that_come_to_their_end(kind: str) -> None:
    content = bmp(*GOOD_RUNS[kind])
    assert file_fault("bmp", content) is None
    assert packed_bmp_fault(content) is None
    assert picture_fault("bmp", content) == ""


@pytest.mark.parametrize("kind", FAULTY_RUNS)
def test_packed_bmps_that_do_not(kind: str) -> None:
    assert picture_fault("bmp", bmp(*FAULTY_RUNS[kind])) == "the bmp is cut off"


def test_a_jpg_of_many_scans_is_refused_by_its_headers() -> None:
    assert file_fault("jpg", jpg(4)) is None
    assert "scans at most" in (file_fault("jpg", jpg(2000)) or "")
    assert "markers" in (file_fault("jpg", jpg(6000, 8, 8)) or "")
    assert SIDE * SIDE == PIXELS_LIMIT


async def taken(pictures: Pictures, content: bytes, account: int = 1) -> str:
    """What is said of a jpg."""
    return await pictures.fault(account, "jpg", content)


def photograph() -> bytes:
    """One that is fine."""
    made = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(made, "JPEG", progressive=True)
    return made.getvalue()


async def test_a_picture_that_takes_too_long_ends_its_process_and_the_next_is_fine() -> None:
    pictures = Pictures(1, Events())
    slow = jpg(8000)
    assert "to decode" in await taken(pictures, slow)
    assert await taken(pictures, photograph()) == ""
    assert await taken(pictures, photograph()[:-400]) == "the jpg cannot be decoded"
    assert len(pictures._all) == 1
    await pictures.stop()


async def test_one_account_never_has_all_processes() -> None:
    pictures = Pictures(2, Events())
    slow = [asyncio.create_task(taken(pictures, jpg(8000))) for _ in range(6)]
    await until(lambda: pictures._all)
    assert await taken(pictures, photograph(), account=2) == ""
    assert not any(one.done() for one in slow[2:])
    for one in slow:
        one.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    await pictures.stop()


async def test_a_process_that_somebody_kills_proves_nothing_about_the_picture() -> None:
    pictures = Pictures(1, Events())
    assert await taken(pictures, photograph()) == ""
    (process,) = pictures._all
    os.kill(process.pid, signal.SIGKILL)
    assert await taken(pictures, photograph()) == ""
    await pictures.stop()


async def test_closing_leaves_no_process_whatever_it_is_doing() -> None:
    pictures = Pictures(2, Events())
    slow = [asyncio.create_task(taken(pictures, jpg(8000), account=number)) for number in range(2)]
    await until(lambda: len(pictures._all) == 2)
    every = list(pictures._all)
    await pictures.stop()
    assert all(process.returncode is not None for process in every)
    # Those who wait for them hear it, and begin no other process.
    for ended in await asyncio.gather(*slow, return_exceptions=True):
        assert isinstance(ended, StoreError)
    assert not pictures._all


async def test_a_machine_that_is_too_busy_is_not_the_pictures_fault() -> None:
    pictures = Pictures(1, Events(), wall_seconds=0.001)
    with pytest.raises(StoreError, match="could not be looked at within"):
        await taken(pictures, photograph())
    assert not pictures._all
    await pictures.stop()


async def test_no_process_is_our_own_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COMMAND", ("/nowhere/at/all",))
    with pytest.raises(StoreError, match="no process can be started to look at a picture"):
        await taken(Pictures(1, Events()), photograph())


async def test_a_crafted_picture_costs_only_its_sender(tmp_path: Path) -> None:
    async with (
        running(tmp_path, account(), account("bad")) as gateway,
        gateway.sender(Service.MMS, id="bad") as bad,
        gateway.sender(Service.MMS) as good,
    ):
        refused = await bad.upload(jpg(8000, 1024, 1024))
        assert refused.response == ResponseCode.FILE_DAMAGED
        assert (await good.upload(photograph())).response == ResponseCode.OK
        assert (await bad.upload(photograph())).response == ResponseCode.OK


async def test_a_gateway_that_was_started_with_limits_of_its_own_looks_at_pictures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limited = f"ulimit -t 600 && ulimit -v 4000000 && exec {' '.join(module.COMMAND)}"
    monkeypatch.setattr(module, "COMMAND", ("sh", "-c", limited))
    pictures = Pictures(1, Events())
    assert await taken(pictures, photograph()) == ""
    assert "to decode" in await taken(pictures, jpg(8000))
    await pictures.stop()


def test_no_other_reader_of_pillow_sees_a_customers_bytes() -> None:
    made = io.BytesIO()
    Image.new("L", (8, 8)).save(made, "PNG")
    assert picture_fault("jpg", made.getvalue()) == "the jpg cannot be decoded"
