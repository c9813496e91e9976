"""Requests and estimates of experiments."""

import pickle
from typing import Any

import pytest
from pydantic import ValidationError

from skipscope.model.experiments.kinds import EXPERIMENTS
from skipscope.model.experiments.lesions.kind import LESIONS, LesionsRequest
from skipscope.model.experiments.paths.kind import PATHS, PathsRequest
from skipscope.model.jobs.kind import imported


@pytest.mark.parametrize("kind", EXPERIMENTS)
def test_a_kind_says_where_its_work_is(kind: object) -> None:
    assert isinstance(kind, type(PATHS))
    assert callable(imported(kind.start))
    assert callable(imported(kind.figure))


@pytest.mark.parametrize("kind", EXPERIMENTS, ids=lambda kind: kind.name)
def test_a_kind_goes_to_other_processes(kind: Any) -> None:
    assert pickle.loads(pickle.dumps(kind)) == kind  # noqa: S301  (our own)


def test_more_work_is_estimated_to_take_longer() -> None:
    def seconds(**fields: object) -> float:
        return PATHS.estimate(PathsRequest.model_validate(fields)).seconds

    assert seconds(steps=0) < seconds(steps=100)
    assert seconds(steps=0, samples=4) < seconds(steps=0, samples=40)
    assert seconds(steps=0, variants=[{"preset": "resnet20"}]) < seconds(steps=0, variants=[{"preset": "resnet110"}])


def test_the_images_held_out_need_memory() -> None:
    def need(images: int) -> int:
        return LESIONS.estimate(LesionsRequest.model_validate({"images": images})).bytes

    assert need(4000) > need(64)


def test_a_training_of_no_steps_is_a_request_here_alone() -> None:
    assert PathsRequest(steps=0).training().steps == 1
    with pytest.raises(ValidationError):
        PathsRequest.model_validate({"steps": -1})
