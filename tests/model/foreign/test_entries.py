"""State dicts are found wherever they lie, in an order that puts the likeliest first, and no file keeps the search."""

from typing import Any

import pytest
import torch

from skipscope.model.foreign.entries import find_entries, joined, part_of, rank_of
from skipscope.model.foreign.weight_files import WeightsError

STATE = {"fc.weight": torch.ones(2, 2), "fc.bias": torch.ones(2)}


def places(content: Any) -> list[str]:
    return [entry.place for entry in find_entries(content, "a.pth")]


def test_the_likeliest_comes_first() -> None:
    content = {"ema": STATE, "other": STATE, "student": STATE, "model": STATE, "state_dict": STATE, "swa_model": STATE}
    assert places(content) == ["state_dict", "model", "student", "other", "ema", "swa_model"]
    assert rank_of("state_dict.model") < rank_of("my_weights") < rank_of("state_dict_ema")
    assert rank_of("schema")[0] is False, "a word within a word is none"


def test_training_is_passed_over() -> None:
    content = {
        "state_dict": STATE, "optimizer": {"state": {"a.weight": torch.ones(2)}}, "lr_schedulers": [STATE],
        "criterion": STATE, "rng_state": torch.ones(2), "loss": torch.tensor(0.5), "metrics": {"a.b": torch.ones(1)},
    }  # fmt: skip
    assert places(content) == ["state_dict"]


def test_lists_and_depth_are_searched() -> None:
    assert places([{"epoch": 3}, {"a": {"b": [STATE]}}]) == ["1.a.b.0"]
    assert places({"shadow_params": [torch.ones(2)]}) == []


def test_parts_and_all_of_a_file() -> None:
    entries = find_entries({"trunk": STATE, "head": {"out.weight": torch.ones(1)}}, "a.pth")
    assert set(joined(entries).state) == {"trunk.fc.weight", "trunk.fc.bias", "head.out.weight"}
    assert [entry.place for entry in part_of(entries, "head")] == ["head"]
    assert set(part_of(entries, "trunk.fc")[0].state) == {"weight", "bias"}
    assert part_of(entries, "tru") == []


def test_a_file_that_holds_itself_is_searched_once() -> None:
    content: dict[str, Any] = {"model": STATE}
    content["self"] = content
    content["list"] = [content, [content]]
    assert places(content) == ["model"]


def test_a_file_with_more_places_than_atoms_is_refused() -> None:
    content: Any = STATE
    for _ in range(60):
        content = {"a": content, "b": content}
    with pytest.raises(WeightsError, match=r"a\.pth nests its parts into more than 100000 places"):
        find_entries(content, "a.pth")
