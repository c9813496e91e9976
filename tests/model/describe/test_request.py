"""What is asked for: the names of its networks."""

import pytest

from skipscope.model.describe.request import TrainingRequest


def test_networks_are_called_what_they_are_or_as_they_are_asked_to_be() -> None:
    assert TrainingRequest().names() == ("plain-56", "ResNet-56")
    assert TrainingRequest(labels=("before", "after")).names() == ("before", "after")
    three = [{"preset": "resnet20"}, {"preset": "resnet20", "norm": "none"}, {"preset": "wrn_28_10"}]
    names = TrainingRequest.model_validate({"variants": three}).names()
    assert names == ("ResNet-20, BatchNorm", "ResNet-20, norm none", "WRN-28-10")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["a"], "labels=.*1 names for 2 networks.*one a network"),
        (["a", "a"], "labels=.*two networks have one name"),
        (["a", "b/c"], "labels"),
        (["a", ""], "labels"),
        (["a", "b" * 81], "labels"),
    ],
)
def test_names_that_cannot_be_told_apart_are_refused(labels: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        TrainingRequest.model_validate({"labels": labels})
