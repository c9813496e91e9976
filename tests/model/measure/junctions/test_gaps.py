"""A forward pass is learnt: the moments at which something is seen, and the modules whose ways are known."""

from torch import nn

from skipscope.model.measure.junctions.gaps import LONGEST, Gaps

LINE, OTHER = "a line that adds", "a line that adds no shortcut"


class Block(nn.Module):
    """A block that adds, or would."""


def passed(gaps: Gaps, sizes: dict[nn.Module, int], line: str = LINE) -> None:
    """Make a pass of blocks, each with a layer before its addition and one behind."""
    gaps.begin()
    for block, size in sizes.items():
        layer, after = block.children()
        for moment in ((block, False), (layer, False), (layer, True)):
            gaps.reach(moment)
        gaps.mark(line, block)
        for moment in ((after, False), (after, True)):
            gaps.reach(moment)
        gaps.count(block, size)
        gaps.reach((block, True))


def blocks() -> list[nn.Module]:
    """Return two blocks."""
    made: list[nn.Module] = []
    for _ in range(2):
        made.append(Block())
        made[-1].layer, made[-1].after = nn.Linear(1, 1), nn.ReLU()
    return made


def test_a_gap_begins_where_something_was_found_and_ends_with_the_next_moment() -> None:
    gaps, (one, other) = Gaps(), blocks()
    for _ in range(3):
        assert gaps.is_learning
        passed(gaps, {one: 5, other: 7})
        gaps.learn([LINE])
    assert not gaps.is_learning
    assert gaps.starts == {(one.layer, True), (other.layer, True)}
    assert gaps.ends == {(one.after, False), (other.after, False)}
    assert gaps.knows(one)
    assert gaps.knows(other)


def test_lines_at_which_nothing_was_found_are_no_gaps() -> None:
    gaps, (one, _) = Gaps(), blocks()
    for _ in range(3):
        passed(gaps, {one: 5}, OTHER)
        gaps.learn([LINE])
    assert gaps.starts == gaps.ends == frozenset()
    assert gaps.knows(one)


def test_a_module_that_brings_new_ways_is_never_known() -> None:
    gaps, (one, other) = Gaps(), blocks()
    for step in range(LONGEST):
        assert gaps.is_learning
        passed(gaps, {one: 5 + step, other: 5 + min(step, 1)})
        gaps.learn([LINE])
    assert not gaps.is_learning
    assert not gaps.knows(one)
    assert gaps.knows(other)


def test_a_known_module_that_takes_a_new_way_is_watched_for_good() -> None:
    gaps, (one, other) = Gaps(), blocks()
    for _ in range(3):
        passed(gaps, {one: 5, other: 7})
        gaps.learn([LINE])
    assert not gaps.count(one, 5)
    assert gaps.count(one, 6)
    assert not gaps.count(one, 6)
    assert not gaps.knows(one)
    assert gaps.knows(other)


def test_a_block_that_found_nothing_where_others_of_its_class_did_is_not_known() -> None:
    gaps, (one, other) = Gaps(), blocks()
    for _ in range(3):
        passed(gaps, {one: 5})
        gaps.count(other, 0)
        gaps.learn([LINE])
    assert not gaps.is_learning
    assert gaps.knows(one)
    assert not gaps.knows(other)


def test_all_is_learnt_anew_of_another_network_and_nothing_where_that_is_given_up() -> None:
    gaps, (one, _) = Gaps(), blocks()
    for _ in range(3):
        passed(gaps, {one: 5})
        gaps.learn([LINE])
    gaps.forget()
    assert gaps.is_learning
    assert not gaps.knows(one)
    gaps.give_up()
    assert not gaps.is_learning
    assert gaps.starts == frozenset()
