"""Jobs, pieces and requests: every message is settled once, however they are cut."""

from hypothesis import given
from hypothesis import strategies as st

from samlink.client import Kind, MessageError, OutcomeUnknownError
from samlink.client._send.jobs import Job, Piece, Request
from samlink.wire import KeyRecord, SendRecord


def job(count: int) -> Job:
    """A job of so many messages."""
    return Job([SendRecord("G", f"M{n}", "", "01012345678", text="a") for n in range(count)], kind=Kind.SMS)


async def test_a_job_is_over_when_each_message_is_settled() -> None:
    work = job(5)
    first, second = Piece(work, 0, 5).cut(2)
    Request([second]).settle(MessageError("message.bad", "bad"))
    assert not work.over
    assert [key.message_id for key in work.open_keys()] == ["M0", "M1"]
    Request([first]).settle()
    assert work.over
    assert sorted(work.errors) == [2, 3, 4]


async def test_failing_a_job_leaves_what_is_settled() -> None:
    work = job(3)
    Request([Piece(work, 1, 2)]).settle()
    work.fail(OutcomeUnknownError("outcome.closed", "closed"))
    assert sorted(work.errors) == [0, 2]
    Request([Piece(work, 0, 3)]).settle()
    assert sorted(work.errors) == [0, 2]


async def test_an_answer_that_names_others_is_told_from_one_in_another_order_or_of_a_part() -> None:
    request = Request([Piece(job(3), 0, 3)])
    assert request.is_named([KeyRecord("G", "M2"), KeyRecord("G", "M1"), KeyRecord("G", "M0")])
    assert request.is_named([KeyRecord("G", "M1")])
    assert not request.is_named([KeyRecord("G", "M8"), KeyRecord("H", "M1")])


@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=6))
async def test_halves_are_the_whole(sizes: list[int]) -> None:
    request = Request([Piece(job(size), 0, size) for size in sizes])
    if request.size < 2:
        return
    first, second = request.halves()
    assert [*first.records, *second.records] == list(request.records)
    assert abs(first.size - second.size) <= 1
