"""Who waits is served in turn, client by client."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from skipscope.app.executors.fair_queue import FairQueue
from skipscope.app.guard.seat import Seat


def drained(queue: FairQueue[str], slots: int = 1) -> list[str]:
    """Serve everybody, each run ending before the next begins."""
    order: list[str] = []
    while (item := queue.pop(Counter(), slots)) is not None:
        order.append(item)
    return order


def test_clients_take_turns_whoever_asked_for_most() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("a1", "a2", "a3", "b1", "c1", "c2"):
        queue.enqueue(item, Seat(item[0]))
    assert drained(queue) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_a_client_that_comes_back_waits_behind_those_who_were_served_longer_ago() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("a1", "a2", "a3", "b1", "c1"):
        queue.enqueue(item, Seat(item[0]))
    assert [queue.pop(Counter(), 1), queue.pop(Counter(), 1)] == ["a1", "b1"]
    queue.enqueue("b2", Seat("b"))
    assert drained(queue) == ["c1", "a2", "b2", "a3"]


def test_a_client_with_runs_under_way_lets_others_go_first() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.enqueue("a2", Seat("a"))
    queue.enqueue("b1", Seat("b"))
    assert queue.order(Counter({Seat("a"): 1})) == ["b1", "a2"]


def test_the_next_one_is_the_first_of_the_order_and_is_counted_as_served() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("a1", "a2", "b1", "c1"):
        queue.enqueue(item, Seat(item[0], "x" if item[0] == "c" else "y"))
    order = queue.order(Counter())
    served = [queue.next(Counter()) for _ in range(5)]
    assert served == [*((item, Seat(item[0], "x" if item[0] == "c" else "y")) for item in order), None]
    assert not len(queue)


def test_nobody_gets_more_than_the_share() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.enqueue("a2", Seat("a"))
    assert queue.pop(Counter({Seat("a"): 1}), 1) is None
    assert queue.pop(Counter({Seat("a"): 1}), 2) == "a2"


def test_who_leaves_is_not_served() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("a1", "a2"):
        queue.enqueue(item, Seat("a"))
    queue.remove("a1")
    assert "a1" not in queue
    assert drained(queue) == ["a2"]


def test_made_up_clients_take_no_turn_from_another_address() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(4):
        queue.enqueue(f"a{number}", Seat(f"made up {number}", "a"))
    queue.enqueue("b0", Seat("b", "b"))
    queue.enqueue("c0", Seat("c", "c"))
    queue.enqueue("c1", Seat("d", "c"))
    assert drained(queue) == ["a0", "b0", "c0", "a1", "c1", "a2", "a3"]


def test_an_address_with_runs_under_way_lets_another_go_first_whoever_asks_there() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.enqueue("a2", Seat("made up", "a"))
    queue.enqueue("b1", Seat("b", "b"))
    assert queue.order(Counter({Seat("another", "a"): 1})) == ["b1", "a2"]


def test_what_waits_from_an_address_is_counted() -> None:
    queue: FairQueue[str] = FairQueue()
    for item, client, address in (("a1", "1", "a"), ("a2", "2", "a"), ("b1", "1", "b")):
        queue.enqueue(item, Seat(client, address))
    assert (queue.num_from("a"), queue.num_from("b"), queue.num_from("c")) == (2, 1, 0)
    queue.remove("a1")
    queue.pop(Counter(), 1)
    assert queue.num_from("a") == 0


SEATS = st.lists(st.builds(Seat, st.sampled_from("abcd"), st.sampled_from(["", "x", "y"])), max_size=40)


@given(SEATS)
def test_the_order_told_is_the_order_served(seats: list[Seat]) -> None:
    queue: FairQueue[tuple[Seat, int]] = FairQueue()
    for number, seat in enumerate(seats):
        queue.enqueue((seat, number), seat)
    told: list[tuple[Seat, int]] = []
    running: Counter[Seat] = Counter()
    # all runs go on, so each that begins counts for its client from then on
    expected = queue.order(running)
    while (item := queue.pop(running, len(seats))) is not None:
        told.append(item)
        running[item[0]] += 1
    assert told == expected
    assert len(told) == len(seats)


@given(SEATS)
def test_no_address_and_within_it_no_client_is_served_twice_while_another_waits(seats: list[Seat]) -> None:
    queue: FairQueue[tuple[Seat, int]] = FairQueue()
    for number, seat in enumerate(seats):
        queue.enqueue((seat, number), seat)
    served: list[Seat] = []
    while (item := queue.pop(Counter(), 1)) is not None:
        served.append(item[0])
    _check_rounds([seat.address for seat in served])
    for address in {seat.address for seat in seats}:
        _check_rounds([seat.client for seat in served if seat.address == address])


def _check_rounds(served: list[str]) -> None:
    """In each round everybody who still waits is served once."""
    left = Counter(served)
    while left:
        now, served = served[: len(left)], served[len(left) :]
        assert set(now) == set(left)
        left -= Counter(now)
