"""Who waits is served in turn, client by client."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.executors.queue import FairQueue


def drained(queue: FairQueue[str], slots: int = 1) -> list[str]:
    """Serve everybody, each run ending before the next begins."""
    order: list[str] = []
    while (item := queue.take(Counter(), slots)) is not None:
        order.append(item)
    return order


def test_clients_take_turns_whoever_asked_for_most() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("a1", "a2", "a3", "b1", "c1", "c2"):
        queue.add(item, item[0])
    assert drained(queue) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_a_client_that_comes_back_waits_behind_those_who_were_served_longer_ago() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("a1", "a2", "a3", "b1", "c1"):
        queue.add(item, item[0])
    assert [queue.take(Counter(), 1), queue.take(Counter(), 1)] == ["a1", "b1"]
    queue.add("b2", "b")
    assert drained(queue) == ["c1", "a2", "b2", "a3"]


def test_a_client_with_runs_under_way_lets_others_go_first() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.add("a2", "a")
    queue.add("b1", "b")
    assert queue.order(Counter(a=1)) == ["b1", "a2"]


def test_nobody_gets_more_than_the_share() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.add("a2", "a")
    assert queue.take(Counter(a=1), 1) is None
    assert queue.take(Counter(a=1), 2) == "a2"


def test_who_leaves_is_not_served() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("a1", "a2"):
        queue.add(item, "a")
    queue.remove("a1")
    assert "a1" not in queue
    assert drained(queue) == ["a2"]


@given(st.lists(st.sampled_from("abcd"), max_size=40))
def test_the_order_told_is_the_order_served(clients: list[str]) -> None:
    queue: FairQueue[str] = FairQueue()
    for number, client in enumerate(clients):
        queue.add(f"{client}{number}", client)
    told: list[str] = []
    running: Counter[str] = Counter()
    # all runs go on, so each that begins counts for its client from then on
    expected = queue.order(running)
    while (item := queue.take(running, len(clients))) is not None:
        told.append(item)
        running[item[0]] += 1
    assert told == expected
    assert len(told) == len(clients)


@given(st.lists(st.sampled_from("abcd"), max_size=40))
def test_no_client_is_served_twice_while_another_waits_that_was_not(clients: list[str]) -> None:
    queue: FairQueue[str] = FairQueue()
    for number, client in enumerate(clients):
        queue.add(f"{client}{number}", client)
    left = Counter(clients)
    while left:
        served: set[str] = set()
        for _ in range(len(left)):
            item = queue.take(Counter(), 1)
            assert item is not None
            assert item[0] not in served
            served.add(item[0])
        left -= Counter(served)
