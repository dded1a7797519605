"""What all links hold together: bounded whatever their peers do, and nobody waits for ever."""

import random
from collections.abc import Iterator

import pytest

from samlink.link.budget import LARGEST_MARGIN_BYTES, PROGRESS_BYTES, SHARES, RequestBudget, RequestShare
from samlink.wire.sessions.session import READ_AHEAD_BYTES

LARGEST = 1 << 20
CHUNK = 256 * 1024
LIMIT = 3 << 20


class Peer:
    """A link and the one who sends on it: requests of these lengths, one after another, each answered some time later.

    One that stalls sends nothing of its request after a while, until it is cut.
    """

    def __init__(self, budget: RequestShare, lengths: list[int], *, stalls: bool = False) -> None:
        budget.enter()
        self.budget = budget
        self.lengths = lengths
        self.stalls = stalls
        self.received = 0
        self.working = 0
        self.reading = True
        self.answered = 0

    @property
    def held(self) -> int:
        return self.received + self.working

    @property
    def done(self) -> bool:
        return not self.lengths and not self.working

    @property
    def awaits_peer(self) -> bool:
        return not self.working

    def give_up_request(self, why: str) -> None:
        assert why
        self.cut()

    def adjust_reading(self) -> None:
        full = bool(self.working) and self.held >= READ_AHEAD_BYTES
        self.reading = not full and self.budget.may_read(self)

    def _tell(self) -> None:
        self.budget.holds(self, self.held)
        self.adjust_reading()

    def receive(self) -> None:
        """One read, if it reads, of what its peer has sent."""
        if not self.reading or not self.lengths or self.working:
            return
        most = self.budget.may_take(self, self.held)
        sent = self.lengths[0] // 2 if self.stalls else self.lengths[0]
        self.received += min(CHUNK if most is None else min(most, CHUNK), sent - self.received)
        if self.received == self.lengths[0]:
            self.received, self.working = 0, self.lengths.pop(0)
        self._tell()

    def answer(self) -> None:
        """The owner has done what was asked."""
        if self.working:
            self.working = 0
            self.answered += 1
            self._tell()

    def cut(self) -> None:
        """The request did not come to its end in time."""
        self.lengths.clear()
        self.received = 0
        self.budget.leave(self)


def bound(peers: list[Peer]) -> int:
    """What they may hold together."""
    return LIMIT + CHUNK + len(peers) * READ_AHEAD_BYTES


def steps(peers: list[Peer], seed: int) -> Iterator[None]:
    """Peers read and are answered in any order, until all are done."""
    chance = random.Random(seed)
    for _ in range(20_000):
        if all(peer.done for peer in peers if not peer.stalls):
            return
        peer = chance.choice(peers)
        chance.choice((peer.receive, peer.receive, peer.receive, peer.answer))()
        assert sum(peer.held for peer in peers) <= bound(peers)
        yield
    pytest.fail(f"seed {seed}: still waiting: {[peer.lengths for peer in peers if not peer.done]}")


@pytest.mark.parametrize("customers", [1, 2, 7, 30])
@pytest.mark.parametrize("seed", range(10))
def test_all_requests_come_to_their_end_within_the_budget(seed: int, customers: int) -> None:
    chance = random.Random(seed)
    budget = RequestBudget(LIMIT, largest_bytes=LARGEST)
    peers = [
        Peer(budget.share(number % customers), [chance.choice((500, 70_000, LARGEST)) for _ in range(4)])
        for number in range(30)
    ]
    for _ in steps(peers, seed):
        pass
    assert [peer.answered for peer in peers] == [4] * len(peers)
    assert budget.held_bytes == 0


@pytest.mark.parametrize("seed", range(10))
def test_peers_that_stall_hold_up_only_long_requests_and_only_until_they_are_cut(seed: int) -> None:
    budget = RequestBudget(LIMIT, largest_bytes=LARGEST).share(1)
    stalled = [Peer(budget, [LARGEST], stalls=True) for _ in range(20)]
    for _ in range(100):
        for peer in stalled:
            peer.receive()
    assert budget.tight
    small = [Peer(budget, [500, 60_000] * 5) for _ in range(5)]
    for _ in steps(stalled + small, seed):
        pass
    assert all(peer.done for peer in small)
    long = Peer(budget, [LARGEST])
    for _ in range(50):
        long.receive()
    assert long.held <= READ_AHEAD_BYTES + 1, "it waits for its turn"
    for peer in stalled:
        peer.cut()
    for _ in steps([long], seed):
        pass
    assert long.answered == 1
    assert budget.held_bytes == 0


def test_turns_go_round_in_the_order_in_which_links_had_to_stop() -> None:
    budget = RequestBudget(LARGEST + LARGEST_MARGIN_BYTES, largest_bytes=LARGEST).share(1)
    peers = [Peer(budget, [LARGEST, LARGEST]) for _ in range(3)]
    order: list[int] = []
    for _ in range(1_000):
        for number, peer in enumerate(peers):
            before = peer.answered
            peer.receive()
            peer.answer()
            order += [number] * (peer.answered - before)
    assert order == [0, 1, 2, 0, 1, 2]


def test_the_one_whose_turn_it_is_may_be_cut() -> None:
    budget = RequestBudget(LARGEST + LARGEST_MARGIN_BYTES, largest_bytes=LARGEST).share(1)
    first, second = Peer(budget, [LARGEST], stalls=True), Peer(budget, [LARGEST])
    for _ in range(10):
        first.receive()
        second.receive()
    assert (first.held, second.held) == (LARGEST // 2, READ_AHEAD_BYTES + 1)
    first.cut()
    for _ in steps([second], 0):
        pass
    assert second.answered == 1


def test_one_customers_long_requests_hold_up_nobody_elses() -> None:
    whole = RequestBudget(LIMIT, largest_bytes=LARGEST)
    stalled = [Peer(whole.share(1), [LARGEST // 2], stalls=True) for _ in range(60)]
    for _ in range(50):
        for peer in stalled:
            peer.receive()
    assert whole.share(1).tight
    assert not whole.tight
    good = [Peer(whole.share(2), [LARGEST // 4]) for _ in range(2)]
    for peer in good:
        peer.receive()
        assert peer.working
        peer.answer()
    assert [peer.answered for peer in good] == [1, 1]


@pytest.mark.parametrize("customers", [1, SHARES, 3 * SHARES])
def test_whoever_does_not_use_its_turn_is_given_up_and_the_others_come_to_their_end(customers: int) -> None:
    whole = RequestBudget(LIMIT, largest_bytes=LARGEST)
    stalled = [Peer(whole.share(number % customers), [LARGEST], stalls=True) for number in range(60)]
    for _ in range(50):
        for peer in stalled:
            peer.receive()
    good = Peer(whole.share(0), [LARGEST // 4])
    for _ in range(2 * len(stalled)):
        if good.working:
            break
        good.receive()
        for link in whole.laggards():
            link.give_up_request("why")
        for peer in stalled:
            peer.receive()
    good.answer()
    assert good.answered == 1
    assert good not in whole.laggards()


def test_whoever_goes_on_keeps_its_turn() -> None:
    budget = RequestBudget(LARGEST + LARGEST_MARGIN_BYTES, largest_bytes=LARGEST)
    first, second = Peer(budget.share(1), [LARGEST]), Peer(budget.share(2), [LARGEST])
    for peer in (first, second):
        peer.receive()
    while first.received:
        assert budget.laggards() == []
        first.received += PROGRESS_BYTES
        first._tell()
        if first.received >= LARGEST:
            first.received, first.working = 0, first.lengths.pop(0)
            first._tell()
    first.answer()
    for _ in steps([second], 0):
        pass
    assert (first.answered, second.answered) == (1, 1)
    for peer in (first, second):
        peer.cut()
    assert not budget._shares
