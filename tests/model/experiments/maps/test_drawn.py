"""Maps on the wire: the channels of the largest energy, one scale for the sum and its parts, sides that are bounded."""

import torch

from skipscope.model.experiments.maps.drawn import draw, numbers, pooled
from skipscope.model.experiments.maps.tensors import Looked, Place


def place(channels: int = 4, side: int = 4) -> Place:
    generator = torch.Generator().manual_seed(0)
    shortcut, branch, gradient = torch.randn(3, channels, side, side, generator=generator)
    shortcut[2] *= 9
    return Place("layer1.0", shortcut, branch, shortcut + branch, gradient, gradient.sum(0).relu())


def test_the_channels_of_the_largest_energy_are_shown_and_share_a_scale() -> None:
    own = place()
    [found] = draw(Looked((own,), 0.0, torch.zeros(2)), 2)
    energy = own.total.square().sum((1, 2))
    assert found["channels"] == energy.argsort(descending=True)[:2].tolist()
    assert found["channels"][0] == 2
    assert abs(found["energy_share"] - (energy.topk(2).values.sum() / energy.sum()).item()) < 1e-3
    shown = [own.shortcut, own.branch, own.total]
    assert found["peak"] == float(f"{max(x[found['channels']].abs().max().item() for x in shown if x is not None):.4g}")
    for name, whole in zip(("shortcut", "branch", "total"), shown, strict=True):
        assert whole is not None
        torch.testing.assert_close(torch.tensor(found["maps"][name]), whole[found["channels"]], rtol=5e-3, atol=1e-6)
    torch.testing.assert_close(torch.tensor(found["cam"]), own.cam, rtol=5e-3, atol=1e-6)


def test_a_large_map_is_averaged_over_squares() -> None:
    whole = torch.arange(2 * 33 * 33, dtype=torch.float32).view(2, 33, 33)
    small = pooled(whole, 16)
    assert small.shape == (2, 11, 11)
    assert small[1, 0, 0] == whole[1, :3, :3].mean()
    assert pooled(whole, 33) is whole
    [found] = draw(Looked((place(16, 64),), 0.0, torch.zeros(2)), 8)
    assert [len(found["maps"]["total"]), len(found["maps"]["total"][0]), len(found["cam"])] == [8, 16, 32]


def test_a_place_without_parts_has_the_sum_alone_and_no_energy_no_share() -> None:
    zeros = torch.zeros(2, 3, 3)
    [found] = draw(Looked((Place("stem", None, None, zeros, zeros, zeros[0]),), 0.0, torch.zeros(2)), 8)
    assert list(found["maps"]) == ["total"]
    assert found["energy_share"] is None
    assert found["peak"] == 0


def test_numbers_have_few_digits_and_those_not_finite_are_words() -> None:
    assert numbers(torch.tensor([[[1.23456, torch.nan], [-torch.inf, 0]]])) == [[[1.23, "nan"], ["-inf", 0.0]]]
