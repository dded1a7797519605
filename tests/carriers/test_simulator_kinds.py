"""What the simulated carrier makes of Kakao messages, and of the files of an MMS."""

from pathlib import Path

import msgspec
import pytest

from samlink.carriers.contract import CarrierResult, ReadFile
from samlink.carriers.simulator import SimulatedCarrier, SimulatorSettings
from samlink.carriers.simulator.plan import KAKAO_DIGIT_CODES, planner
from samlink.carriers.simulator.settings import Chance
from samlink.core.message import Claimed
from samlink.store.contract import StoreError
from samlink.testing.clock import StandingClock
from samlink.testing.conformance.carrier import claimed
from samlink.vocabulary.kakao import kakao_code
from samlink.vocabulary.kinds import Kind
from tests.carriers.sample import START_MS

KAKAO = (Kind.ALIM_TALK, Kind.FRIEND_TALK)
KB = 1024


def of_kind(kind: Kind, receiver: str = "01012345678", *, files: str = "", message_id: int = 1) -> Claimed:
    return msgspec.structs.replace(claimed(message_id, receiver), kind=kind, files=files)


async def results_of(
    *messages: Claimed,
    settings: SimulatorSettings | None = None,
    read_file: ReadFile | None = None,
) -> list[CarrierResult]:
    carrier = SimulatedCarrier(settings, now_ms=StandingClock(START_MS), read_file=read_file)
    await carrier.start()
    await carrier.submit(messages)
    results = list(await carrier.results(100))
    await carrier.stop()
    return results


@pytest.mark.parametrize("kind", KAKAO)
@pytest.mark.parametrize(
    "settings", [SimulatorSettings(), SimulatorSettings(delay_spread_ms=0, seed=3, never=Chance(0.0))]
)
@pytest.mark.parametrize(
    ("digits", "result", "code"),
    [
        ("62", 62, "3019"),
        ("63", 63, "3016"),
        ("64", 64, "1003"),
        ("35", 62, "3005"),
        ("05", 6, "0000"),
        ("78", 6, "0000"),
    ],
)
async def test_the_last_two_digits_choose_kakaos_answer(
    kind: Kind, settings: SimulatorSettings, digits: str, result: int, code: str
) -> None:
    (given,) = await results_of(of_kind(kind, f"010123456{digits}"), settings=settings)
    assert (given.result, given.carrier_code, given.telecom) == (result, code, "KAKAO")


def test_the_digits_give_the_results_that_they_say() -> None:
    for digits, code in KAKAO_DIGIT_CODES.items():
        assert kakao_code(code).result == (62 if digits == "35" else int(digits))
    assert [digits for digits, code in KAKAO_DIGIT_CODES.items() if kakao_code(code).uncertain] == ["35"]


@pytest.mark.parametrize("kind", [Kind.SMS, Kind.LMS, Kind.MMS])
@pytest.mark.parametrize("digits", KAKAO_DIGIT_CODES)
async def test_they_choose_nothing_for_a_text_message(kind: Kind, digits: str) -> None:
    (given,) = await results_of(of_kind(kind, f"010123456{digits}"))
    assert (given.result, given.carrier_code) == (6, "")
    assert given.telecom != "KAKAO"


@pytest.mark.parametrize(
    "settings", [SimulatorSettings(digits=False), SimulatorSettings(failure_mix={9: 1.0}), SimulatorSettings(seed=1)]
)
@pytest.mark.parametrize("kind", KAKAO)
def test_digits_and_drawn_failures_are_the_networks(settings: SimulatorSettings, kind: Kind) -> None:
    plan = planner(settings)(of_kind(kind, "01012345678"))
    assert (plan.result, plan.carrier_code) == (6, "0000")
    switched_off = planner(msgspec.structs.replace(settings, digits=False))(of_kind(kind, "01012345662"))
    assert switched_off.result == 6


async def test_kakaos_answer_is_the_same_after_a_restart(tmp_path: Path) -> None:
    carrier = SimulatedCarrier(directory=tmp_path, now_ms=StandingClock(START_MS))
    await carrier.start()
    await carrier.submit([of_kind(Kind.ALIM_TALK, "01012345635"), of_kind(Kind.MMS, files="a.gif", message_id=2)])
    first = list(await carrier.results(10))
    await carrier.stop()
    again = SimulatedCarrier(directory=tmp_path, now_ms=StandingClock(START_MS))
    await again.start()
    second = list(await again.results(10))
    await again.stop()
    assert [(r.id, r.result, r.carrier_code, r.telecom) for r in second] == [
        (r.id, r.result, r.carrier_code, r.telecom) for r in first
    ]
    assert second[0].carrier_code == "3005"
    assert second[1].carrier_code == "SKT takes no gif"


# The third last digit chooses the network: 0 SKT, 1 KTF, 2 LGT.
SKT, KTF, LGT = "01012345078", "01012345178", "01012345278"


@pytest.mark.parametrize(
    ("receiver", "sizes", "fault"),
    [
        (SKT, {"a.jpg": 300 * KB, "b.sis": 1, "c.jpg": 1, "d.mmf": 300 * KB}, None),
        (SKT, {"a.jpg": 1, "b.jpg": 1, "c.jpg": 1, "d.jpg": 1}, "SKT takes 3 jpg/sis, not 4"),
        (SKT, {"a.bmp": 1}, "SKT takes no bmp"),
        (KTF, {"a.jpg": 200 * KB, "b.bmp": 1, "c.k3g": 300 * KB}, None),
        (KTF, {"a.JPG": 200 * KB + 1}, "KTF takes bmp/jpg/sis of 200 KB"),
        (LGT, {"a.mmf": 100 * KB + 1}, "LGT takes mmf of 100 KB"),
    ],
)
async def test_a_network_refuses_files_that_break_its_table(
    receiver: str, sizes: dict[str, int], fault: str | None
) -> None:
    message = of_kind(Kind.MMS, receiver, files="\n".join(sizes))

    async def read_file(_account: int, name: str) -> bytes:
        return bytes(sizes[name])

    (given,) = await results_of(message, read_file=read_file)
    assert (given.result, given.carrier_code) == ((6, "") if fault is None else (50, fault))


async def test_files_are_asked_for_by_their_account() -> None:
    asked: list[tuple[int, str]] = []

    async def read_file(account: int, name: str) -> bytes:
        asked.append((account, name))
        raise StoreError("store.test", "there is no such file")

    (given,) = await results_of(of_kind(Kind.MMS, files="a.jpg\nb.jpg"), read_file=read_file)
    assert (given.result, given.carrier_code) == (50, "a file is missing")
    assert asked == [(1, "a.jpg")]


async def test_without_sizes_files_are_only_counted() -> None:
    given = await results_of(
        of_kind(Kind.MMS, SKT, files="a.jpg\nb.jpg\nc.jpg"), of_kind(Kind.MMS, SKT, files="a.k3g", message_id=2)
    )
    assert [result.result for result in given] == [6, 50]


@pytest.mark.parametrize("name", ["", "noname", "a.그림", "a.j\r\nT"])
async def test_a_strange_name_is_refused_in_ascii(tmp_path: Path, name: str) -> None:
    carrier = SimulatedCarrier(directory=tmp_path, now_ms=StandingClock(START_MS))
    await carrier.start()
    await carrier.submit([of_kind(Kind.MMS, files=name or ".")])
    (given,) = await carrier.results(10)
    await carrier.stop()
    assert given.result == 50
    assert given.carrier_code.isascii()
    assert given.carrier_code.isprintable()


async def test_an_lms_has_no_files_to_refuse() -> None:
    (given,) = await results_of(of_kind(Kind.LMS))
    assert given.result == 6
