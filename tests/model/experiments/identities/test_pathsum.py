"""The gradients of all paths, added up, against autograd."""

from typing import Any

import pytest

from skipscope.model.experiments.identities import pathsum
from skipscope.model.experiments.identities.pathsum import Paths, PathSum
from tests.model.experiments.paths.test_cut import NETS, made


def summed(fields: dict[str, Any], num_blocks: int) -> PathSum:
    net, images, labels = made(fields)
    paths = Paths(net, images, labels, num_blocks)
    for _ in paths.pieces():
        pass
    return paths.found()


@pytest.mark.parametrize("name", NETS)
def test_all_paths_add_up_to_backward(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for together in (2**22, 1):
        monkeypatch.setattr(pathsum, "TOGETHER", together)
        found = summed(NETS[name], 8)
        assert found.paths == 2 ** (3 if name == "one skip cut" else 4)
        assert found.difference < 1e-13
        assert found.control is not None
        assert found.control > 1e-3, "one path less is another gradient"


def test_the_last_blocks_alone_and_one_path() -> None:
    assert summed({}, 2).paths == 4
    assert summed({}, 2).difference < 1e-13
    alone = summed({"skips": False}, 8)
    assert (alone.paths, alone.control) == (1, None)
    assert alone.difference < 1e-13
