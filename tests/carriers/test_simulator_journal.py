"""The carrier's own log: what it says, what it survives, how it stays small."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.carriers.contract import Verdict
from samlink.carriers.simulator import (
    Chance,
    JournalEntry,
    JournalError,
    SimulatedCarrier,
    SimulatorSettings,
    read_journal,
)
from samlink.carriers.simulator.lines import HEAD, parse
from samlink.carriers.simulator.plan import reference_of
from samlink.testing.clock import StandingClock
from samlink.testing.conformance.carrier import batch, claimed
from tests.carriers.sample import START_MS, ids

FIRST_FILE = "carrier-00000001.log"


def files_of(directory: Path) -> list[Path]:
    return sorted(directory.glob("carrier-*.log"))


async def started(directory: Path | None, settings: SimulatorSettings | None = None) -> SimulatedCarrier:
    carrier = SimulatedCarrier(settings, directory, now_ms=StandingClock(START_MS))
    await carrier.start()
    return carrier


async def test_it_reads_as_it_is_documented(tmp_path: Path) -> None:
    settings = SimulatorSettings(
        refused=Chance(receivers=frozenset({"01000000013"})),
        refused_result=13,
        result_late=Chance(receivers=frozenset({"01087654307"})),
        by_reference=Chance(receivers=frozenset({"01087654307"})),
        late_ms=500,
    )
    carrier = await started(tmp_path, settings)
    await carrier.submit([claimed(4711), claimed(4712, "01087654307"), claimed(4713, "01000000013")])
    await carrier.submit([claimed(4711, attempts=2)])
    carrier.acknowledge(await carrier.results(10))
    await carrier.stop()
    assert (tmp_path / FIRST_FILE).read_text(encoding="ascii") == (
        f"{HEAD}"
        f"T 4711 010-****-5678 6 01190 {START_MS} +0 x1 -\n"
        f"T 4712 010-****-4307 7 01190 {START_MS} +500 x1 {reference_of(4712)}\n"
        "N 4713 010-****-0013 13\n"
        "R 4711\n"
        "A 4711\n"
    )


async def test_it_holds_no_text_and_no_whole_number(tmp_path: Path) -> None:
    carrier = await started(tmp_path)
    await carrier.submit([claimed(1, "01012345678", text="secret words"), claimed(2, "12345\n"), claimed(3, "")])
    await carrier.stop()
    text = (tmp_path / FIRST_FILE).read_text(encoding="ascii")
    assert "secret" not in text
    assert "01012345678" not in text
    assert "0212345678" not in text
    assert len(read_journal(tmp_path)) == 3


async def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    carrier = await started(tmp_path)
    await carrier.stop()
    assert stat.S_IMODE((tmp_path / FIRST_FILE).stat().st_mode) == 0o600


async def test_an_audit_counts_everything(tmp_path: Path) -> None:
    carrier = await started(tmp_path, SimulatorSettings(result_twice=Chance(receivers=frozenset({"01012345609"}))))
    await carrier.submit([claimed(1), claimed(2, "01012345609")])
    await carrier.submit([claimed(1, attempts=2)])
    carrier.acknowledge(await carrier.results(10))
    await carrier.stop()
    assert read_journal(tmp_path) == {
        1: JournalEntry(
            1, "010-****-5678", submitted=2, repeats=1, delivered=1, result=6, results_due=1, acknowledged=1
        ),
        2: JournalEntry(2, "010-****-5609", submitted=1, result=9, results_due=2, acknowledged=2),
    }


async def test_a_carrier_that_forgets_delivers_twice_and_its_journal_says_so(tmp_path: Path) -> None:
    carrier = await started(tmp_path, SimulatorSettings(idempotent=False))
    await carrier.submit(batch(1, 1))
    await carrier.submit(batch(1, 1, attempts=2))
    assert ids(await carrier.results(10)) == [1, 1]
    await carrier.stop()
    entry = read_journal(tmp_path)[1]
    assert (entry.submitted, entry.repeats, entry.delivered, entry.results_due) == (2, 0, 2, 2)


def test_there_may_be_no_journal_yet(tmp_path: Path) -> None:
    assert read_journal(tmp_path) == {}
    assert read_journal(tmp_path / "missing") == {}


@pytest.mark.parametrize(
    "line",
    ["", "X 1", "T 1", "T 1 010-****-5678 6 01190 0 0 1 -", "A", "A one", "R", "R 1 2", "N 1 x", "T  1", "\x00\x00"],
)
async def test_a_line_that_is_not_ours_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / FIRST_FILE).write_text(f"{HEAD}R 1\n{line}\nR 2\n", encoding="ascii")
    with pytest.raises(JournalError, match=f"{FIRST_FILE} line 3"):
        read_journal(tmp_path)
    with pytest.raises(JournalError, match=f"{FIRST_FILE} line 3"):
        await started(tmp_path)


@given(line=st.text(max_size=40) | st.from_regex(r"[TCRNA] [0-9 x+*-]{0,40}", fullmatch=True))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        parse(line)
    except ValueError:
        return


async def journal_to_cut(directory: Path) -> bytes:
    settings = SimulatorSettings(result_twice=Chance(0.5), by_reference=Chance(0.5), never=Chance(0.2))
    carrier = await started(directory, settings)
    await carrier.submit(batch(1, 5))
    results = await carrier.results(3)
    carrier.acknowledge(results[:2])
    await carrier.submit([claimed(2, attempts=2), claimed(6, "01012345637")])
    carrier.acknowledge(results[2:])
    await carrier.stop()
    return (directory / FIRST_FILE).read_bytes()


def owed_by(data: bytes) -> dict[int, int]:
    """How often each result is still owed, counted from the whole lines in the plainest way."""
    owed: dict[int, int] = {}
    for line in data[: data.rfind(b"\n") + 1].decode("ascii").splitlines():
        kind, *words = line.split(" ")
        if kind == "T":
            owed[int(words[0])] = int(words[6][1:])
        elif kind == "A":
            for word in words:
                owed[int(word)] -= 1
    return {message_id: count for message_id, count in owed.items() if count}


async def test_cut_at_every_byte_it_knows_what_its_whole_lines_say(tmp_path: Path) -> None:
    whole = await journal_to_cut(tmp_path / "whole")
    directory = tmp_path / "cut"
    directory.mkdir()
    for size in range(len(whole) + 1):
        (directory / FIRST_FILE).write_bytes(whole[:size])
        entries = read_journal(directory)
        carrier = await started(directory)
        owed = owed_by(whole[:size])
        assert carrier.open_results == len(owed)
        await carrier.submit(batch(100, 1))
        assert len(await carrier.results(100)) == sum(owed.values()) + 1
        await carrier.stop()
        after = read_journal(directory)
        assert after.pop(100).submitted == 1
        assert after == entries


@given(tail=st.binary(max_size=80).filter(lambda tail: b"\n" not in tail))
def test_any_torn_tail_is_left_out(tmp_path_factory: pytest.TempPathFactory, tail: bytes) -> None:
    directory = tmp_path_factory.mktemp("torn")
    (directory / FIRST_FILE).write_bytes(HEAD.encode() + b"R 7\n" + tail)
    assert list(read_journal(directory)) == [7]


async def send(carrier: SimulatedCarrier, first: int, count: int, *, acknowledge: bool) -> None:
    """So many messages in batches of 10, each batch's results fetched, and acknowledged or not."""
    for start in range(first, first + count, 10):
        await carrier.submit(batch(start, 10))
        results = await carrier.results(10)
        if acknowledge:
            carrier.acknowledge(results)


async def test_old_files_go_and_what_is_open_is_carried_over(tmp_path: Path) -> None:
    settings = SimulatorSettings(journal_segment_bytes=1024)
    carrier = await started(tmp_path, settings)
    await send(carrier, 1, 10, acknowledge=False)
    await send(carrier, 11, 500, acknowledge=True)
    await carrier.stop()
    files = files_of(tmp_path)
    assert len(files) == settings.journal_segments
    assert tmp_path / FIRST_FILE not in files
    assert all(path.stat().st_size < 4096 for path in files)

    carrier = await started(tmp_path, settings)
    results = await carrier.results(100)
    assert ids(results) == list(range(1, 11))
    assert {result.sent_at_ms for result in results} == {START_MS}
    carrier.acknowledge(results)
    await carrier.stop()
    assert (await started(tmp_path, settings)).open_results == 0


async def test_a_new_file_in_the_middle_of_acknowledgements_miscounts_none(tmp_path: Path) -> None:
    told = SimulatorSettings(result_twice=Chance(1.0), journal_segment_bytes=1024)
    carrier = await started(tmp_path, told)
    await carrier.submit(batch(1, 18))
    results = await carrier.results(100)
    assert files_of(tmp_path) == [tmp_path / FIRST_FILE]
    for acknowledged in range(1, 37):
        carrier.acknowledge(results[acknowledged - 1 : acknowledged])
        await carrier.stop()
        carrier = await started(tmp_path, told)
        owed = list(await carrier.results(100)) if acknowledged < 36 else []
        assert len(owed) == 36 - acknowledged
    assert len(files_of(tmp_path)) > 1
    assert carrier.open_results == 0
    await carrier.stop()


async def test_a_whole_journal_is_kept_for_an_audit(tmp_path: Path) -> None:
    carrier = await started(tmp_path, SimulatorSettings(journal_segment_bytes=1024, keep_journal=True))
    await send(carrier, 1, 10, acknowledge=False)
    await send(carrier, 11, 490, acknowledge=True)
    await carrier.stop()
    entries = read_journal(tmp_path)
    assert sorted(entries) == list(range(1, 501))
    assert {entry.submitted for entry in entries.values()} == {1}
    assert {entry.delivered for entry in entries.values()} == {1}
    assert [entry.id for entry in entries.values() if not entry.acknowledged] == list(range(1, 11))


async def test_many_open_results_do_not_fill_every_new_file(tmp_path: Path) -> None:
    carrier = await started(tmp_path, SimulatorSettings(journal_segment_bytes=1024, keep_journal=True))
    for first in range(1, 1001, 10):
        await carrier.submit(batch(first, 10))
    await carrier.stop()
    assert len(files_of(tmp_path)) < 60


async def test_a_repeat_is_recognised_after_its_file_was_left(tmp_path: Path) -> None:
    settings = SimulatorSettings(journal_segment_bytes=1024)
    carrier = await started(tmp_path, settings)
    await send(carrier, 1, 30, acknowledge=True)
    await carrier.stop()
    carrier = await started(tmp_path, settings)
    (answer,) = await carrier.submit(batch(5, 1, attempts=2))
    assert answer.verdict is Verdict.TAKEN
    assert carrier.open_results == 0
    await carrier.stop()
    assert read_journal(tmp_path)[5].repeats == 1


async def test_a_torn_carry_over_loses_nothing(tmp_path: Path) -> None:
    settings = SimulatorSettings(journal_segment_bytes=1024)
    carrier = await started(tmp_path, settings)
    await send(carrier, 1, 30, acknowledge=False)
    await carrier.submit(batch(31, 1))
    await carrier.stop()
    newest = files_of(tmp_path)[-1]
    assert newest.name != FIRST_FILE
    whole = newest.read_bytes()
    for size in range(0, len(whole), 7):
        newest.write_bytes(whole[:size])
        carrier = await started(tmp_path, settings)
        assert carrier.open_results >= 30
        await carrier.stop()


async def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be opened"):
        await started(tmp_path / "file")


def failing_write(room: int) -> Callable[[int, bytes], int]:
    """`os.write` on a disk that has so many bytes left."""
    real, left = os.write, room

    def write(descriptor: int, data: bytes) -> int:
        nonlocal left
        if not left:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = real(descriptor, data[:left])
        left -= written
        return written

    return write


@pytest.mark.parametrize("room", [0, 1, 60, 200])
async def test_on_a_full_disk_it_takes_nothing_and_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, room: int
) -> None:
    carrier = await started(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", failing_write(room))
        answers = [*await carrier.submit(batch(1, 10)), *await carrier.submit(batch(1, 10))]
    assert {(answer.verdict, answer.result) for answer in answers} == {(Verdict.LATER, 98)}
    assert len(caplog.records) == 1
    assert read_journal(tmp_path) == {}
    assert carrier.open_results == 0

    answers = list(await carrier.submit(batch(1, 10, attempts=2)))
    assert {answer.verdict for answer in answers} == {Verdict.TAKEN}
    assert len(await carrier.results(10)) == 10
    await carrier.stop()
    assert len(read_journal(tmp_path)) == 10


async def test_what_could_not_even_be_cut_off_is_cut_off_before_the_next_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing_truncate(descriptor: int, size: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    carrier = await started(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", failing_write(120))
        patch.setattr(os, "ftruncate", failing_truncate)
        answers = list(await carrier.submit(batch(1, 10)))
    assert {answer.verdict for answer in answers} == {Verdict.LATER}
    await carrier.submit(batch(11, 1))
    await carrier.stop()
    assert list(read_journal(tmp_path)) == [11]


async def test_a_new_file_that_cannot_be_written_leaves_it_in_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = await started(tmp_path, SimulatorSettings(journal_segment_bytes=1024))
    await send(carrier, 1, 10, acknowledge=True)
    real = os.open
    tries = 0

    def failing_open(path: os.PathLike[str] | str, flags: int, mode: int = 0o777) -> int:
        nonlocal tries
        if os.fspath(path).endswith("2.log"):
            tries += 1
            raise OSError(errno.EMFILE, "Too many open files")
        return real(path, flags, mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", failing_open)
        await send(carrier, 11, 20, acknowledge=True)
    assert files_of(tmp_path) == [tmp_path / FIRST_FILE]
    assert tries == 1
    await send(carrier, 31, 40, acknowledge=True)
    await carrier.stop()
    assert len(files_of(tmp_path)) > 1
    assert {entry.acknowledged for entry in read_journal(tmp_path).values()} == {1}


async def test_an_acknowledgement_that_cannot_be_written_makes_the_result_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = await started(tmp_path)
    await carrier.submit(batch(1, 1))
    results = await carrier.results(1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", failing_write(0))
        carrier.acknowledge(results)
    await carrier.stop()
    carrier = await started(tmp_path)
    assert ids(await carrier.results(1)) == [1]
    await carrier.stop()
