"""What keeps one request, one answer and one look of upkeep small, however much there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from samlink.store.contract import Accepted, StoreError
from samlink.store.sqlite.engine.engine import Engine
from samlink.store.sqlite.engine.messages import carry as sending
from samlink.store.sqlite.writer import channel
from samlink.testing.conformance.sample import LATER, MINUTE, NOW, WAITS, account, message, unknown_ones
from samlink.vocabulary.services import Service
from tests.store.sample import add_account, opened

LONG = "x" * 99_999
"""As long as the longest ATTACHMENT of the wire."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine.open(tmp_path)
    yield engine
    engine.close()


async def test_long_messages_are_claimed_a_few_at_a_time(tmp_path: Path) -> None:
    demo = add_account(tmp_path, account(fee_type=2))
    most = sending.CONTENT_LIMIT // len(LONG) + 1
    async with opened(tmp_path) as store:
        for packet in range(4):
            assert await store.accept(
                demo, [message(packet * 30 + n, kakao=LONG, text="") for n in range(30)]
            ) == Accepted(stored=30, unpaid=0)
        first = await store.claim(1, 500, MINUTE)
        second = await store.claim(1, 500, MINUTE)
        assert (len(first), len(second)) == (most, 120 - most)
        await store.unknown(1, [found.id for found in first + second], 0)
        page = await store.unknowns(500)
        unknown = page.items
        assert len(unknown) == len(await store.overdue(500, **WAITS)) == most
        rest = await unknown_ones(store, 500, after=page.cursor)
        assert [found.id for found in unknown + rest] == sorted(found.id for found in first + second)


async def test_one_that_is_longer_than_the_bound_is_claimed_alone(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "CONTENT_LIMIT", 3)
    demo = add_account(tmp_path)
    async with opened(tmp_path) as store:
        await store.accept(demo, [message(1), message(2)])
    assert [len(engine.carry.claim(1, 500, NOW, LATER)) for _ in range(3)] == [1, 1, 0]


async def test_a_request_that_the_writer_would_not_read_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = add_account(tmp_path)
    async with opened(tmp_path) as store:
        monkeypatch.setattr(channel, "MAX_FRAME_BYTES", 1_000)
        with pytest.raises(StoreError, match=r"^accept: \d+ bytes are more than one request may have$"):
            await store.accept(demo, [message(1, text="x" * 1_000)])
        assert await store.accept(demo, [message(1)]) == Accepted(stored=1, unpaid=0)


@pytest.mark.parametrize(
    ("statement", "bindings", "plan"),
    [
        (
            "rescue",
            {"now": NOW, "sms": Service.SMS, "sms_until": LATER, "other_until": LATER},
            "message_flight (deadline_at_ms<?)",
        ),
        ("overdue", {"now": NOW, "limit": 500}, "message_flight (deadline_at_ms<?)"),
    ],
)
def test_upkeep_does_not_go_over_what_waits_for_its_result(
    engine: Engine, statement: str, bindings: dict[str, int], plan: str
) -> None:
    steps = engine.db.execute("EXPLAIN QUERY PLAN " + sending.SQL[statement], bindings).fetchall()
    assert str(steps[0][3]).endswith(plan)
