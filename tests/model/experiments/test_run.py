"""Experiments in one's own program."""

from typing import Any

import pytest

from skipscope.experiments import LesionsRequest, lesions, paths
from tests.model.experiments.paths.test_events import TINY


def test_an_experiment_returns_its_result_with_sentences_and_a_figure() -> None:
    found = paths(variants=[TINY], steps=1, batch_size=8, samples=1)
    assert found.sentences[0].startswith("ResNet-8: paths through")
    layout: Any = found.figure("dark").layout
    assert layout.paper_bgcolor == "#0f1218"


def test_a_request_can_be_given_whole() -> None:
    request = LesionsRequest.model_validate({"variants": [TINY], "steps": 1, "batch_size": 8, "images": 8, "draws": 1})
    assert lesions(request).data["variants"][0]["label"] == "ResNet-8"


def test_a_wrong_field_is_named() -> None:
    with pytest.raises(ValueError, match="samples"):
        paths(samples=0)
