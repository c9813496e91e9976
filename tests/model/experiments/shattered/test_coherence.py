"""Gradients of images at each block against a network run for one image after the other."""

import pytest
import torch

from skipscope.model.experiments.shattered.coherence import Coherence
from skipscope.model.experiments.shattered.dense import mean_cosine
from tests.model.experiments.paths.test_cut import made


def test_it_is_the_cosine_of_gradients_that_are_taken_one_by_one() -> None:
    net, images, _ = made({})
    found = Coherence(net, images).measure(torch.Generator().manual_seed(3))
    direction = torch.randn(10, generator=torch.Generator().manual_seed(3)).double()
    gradients = list[torch.Tensor]()
    for image in images:
        first = x = net.enter_trunk(image[None]).requires_grad_()
        for block in net.blocks.values():
            x = block(x)
        gradients.append(torch.autograd.grad((net.leave_trunk(x) @ direction).sum(), first)[0])
    assert found[0] == pytest.approx(mean_cosine(torch.cat(gradients)), rel=1e-9)
    assert len(found) == 5
    assert found[-1] == pytest.approx(1), "the mean over the image and one linear layer are the same for all images"
