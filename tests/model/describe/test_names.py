"""What networks are called: alone, and beside others; and which presets a text finds."""

from typing import Any

import pytest

from skipscope import PRESETS, Architecture, preset
from skipscope.model.describe.names import (
    MAX_LABEL,
    families_of,
    forked,
    label,
    labels_of,
    runs_beside,
    search,
    skips_said,
)
from skipscope.model.describe.request import TrainingRequest

ON_DIGITS: dict[str, Any] = {"in_channels": 1, "num_classes": 10, "image_size": 8}


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("changes", [{}, ON_DIGITS, {"init": "orthogonal"}], ids=str)
def test_a_preset_keeps_its_title_on_other_data_and_with_other_settings(name: str, changes: dict[str, Any]) -> None:
    assert label(preset(name, **changes)) == PRESETS[name].title


@pytest.mark.parametrize(
    ("architecture", "name"),
    [
        (preset("resnet56", norm="none"), "ResNet-56"),
        (preset("resnet56", norm="none", skips=False), "plain-56"),
        (preset("resnet20", depths=[1, 1, 1]), "ResNet-8"),
        (preset("plain20", depths=[1, 1, 1]), "plain-8"),
        (preset("resnet56", order="pre_activation"), "pre-activation ResNet-56"),
        (preset("preact_resnet110", order="post_activation"), "ResNet-110"),
        (preset("seresnet50", depths=[3, 4, 23, 3]), "SE-ResNet-101"),
        (preset("resnet50d", depths=[2, 2, 2, 2]), "ResNet-26-D"),
        (preset("resnext50_32x4d", depths=[3, 8, 36, 3]), "ResNeXt-152 32x4d"),
        (preset("wide_resnet50_2", depths=[3, 8, 36, 3]), "Wide ResNet-152-2"),
        (preset("wrn_28_10", depths=[2, 2, 2]), "WRN-16-10"),
        (preset("wrn_28_10", skips=False), "plain-26"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_network_that_is_no_preset_is_named_by_its_frame(architecture: Architecture, name: str) -> None:
    assert label(architecture) == name


@pytest.mark.parametrize("base", ["resnet56", "plain56"])
def test_a_skip_does_not_rename_a_network(base: str) -> None:
    connected = base.startswith("resnet")
    skips = [connected] * 27
    skips[4] = not connected
    assert label(preset(base, skips=skips)) == PRESETS[base].title


def test_networks_beside_each_other_say_what_differs() -> None:
    three = [preset("resnet20"), preset("resnet20", norm="none"), preset("resnet20", order="pre_activation")]
    assert labels_of(three) == ("ResNet-20, BatchNorm", "ResNet-20, norm none", "pre-activation ResNet-20")
    assert labels_of([preset("resnet50"), preset("seresnet50")]) == ("ResNet-50", "SE-ResNet-50")
    one_cut = preset("resnet20", skips=[True] * 8 + [False])
    assert labels_of([preset("resnet20"), one_cut]) == ("ResNet-20, all skips", "ResNet-20, 1 of 9 skips cut")
    rates = ({"lr": 0.1}, {"lr": 0.02})
    assert labels_of([preset("resnet20")] * 2, rates) == ("ResNet-20, lr 0.1", "ResNet-20, lr 0.02")
    assert labels_of([preset("plain56"), preset("resnet56")]) == ("plain-56", "ResNet-56")


def test_a_network_whose_skips_were_changed_goes_by_the_name_that_it_was_made_with() -> None:
    made = [preset("plain20"), preset("resnet20")]
    changed = [preset("plain20", skips=[True] * 8 + [False]), preset("resnet20", skips=[False] * 9)]
    assert labels_of(changed) == ("ResNet-20", "plain-20")
    assert labels_of(changed, born=made) == ("plain-20", "ResNet-20")
    twins = [preset("resnet20")] * 2
    assert labels_of(twins) == ("ResNet-20 (1)", "ResNet-20 (2)")
    assert labels_of([twins[0], changed[1]], born=twins) == labels_of(twins)
    assert labels_of([twins[0], changed[1]]) == ("ResNet-20", "plain-20")
    norms = [preset("resnet20"), preset("resnet20", norm="none")]
    cut = [norms[0], preset("resnet20", norm="none", skips=[True] * 8 + [False])]
    assert labels_of(cut, born=norms) == labels_of(norms) == ("ResNet-20, BatchNorm", "ResNet-20, norm none")


def test_trainings_beside_each_other_say_what_differs_in_their_settings() -> None:
    def request(nets: tuple[str, ...] = ("resnet20",), norm: str = "batch", **fields: Any) -> dict[str, Any]:
        variants = [{"preset": name, "norm": norm} for name in nets]
        return TrainingRequest.model_validate({"variants": variants, **fields}).model_dump(mode="json")

    assert runs_beside([request()]) == ("",)
    assert runs_beside([request(), request(lr=0.02)]) == ("lr 0.005", "lr 0.02")
    assert runs_beside([request(batch_size=8), request(norm="none")]) == (
        "batch size 8, BatchNorm",
        "batch size 64, norm none",
    )
    assert runs_beside([request(), request(optimizer="adam", seed=3, dataset="faces")]) == (
        "dataset digits, seed 0, SGD", "dataset faces, seed 3, Adam",
    )  # fmt: skip
    assert runs_beside([request(), request()]) == ("", "")
    assert runs_beside([request(), request(lr=0.1), request(seed=3)], ["first", "", ""]) == (
        "first", "seed 0, lr 0.1", "seed 3, lr 0.005",
    )  # fmt: skip
    assert runs_beside([request(clip_norm=1.0), request()]) == ("clip norm 1", "")
    pair = ("plain20", "resnet56")
    assert runs_beside([request(pair), request(pair, seed=1)]) == ("seed 0", "seed 1")
    assert runs_beside([request(), request(("resnet56",))]) == ("depths 3-3-3", "depths 9-9-9")


def test_networks_that_differ_in_nothing_are_numbered() -> None:
    assert labels_of([preset("resnet20")] * 2) == ("ResNet-20 (1)", "ResNet-20 (2)")
    data = [preset("resnet20", image_size=size) for size in (8, 16)]
    assert labels_of(data) == ("ResNet-20 (1)", "ResNet-20 (2)")


def test_a_fork_says_where_it_began() -> None:
    assert forked("ResNet-56", 22) == ("ResNet-56", "ResNet-56, fork at step 22")
    assert forked("ResNet-56, fork at step 22", 40) == ("ResNet-56, fork at step 22", "ResNet-56, fork at step 40")
    again = forked("ResNet-56, fork at step 22", 22)
    assert again == ("ResNet-56, fork at step 22", "ResNet-56, fork at step 22 (2)")
    assert len(forked("x" * MAX_LABEL, 999_999)[1]) <= MAX_LABEL


def test_names_are_different_whatever_the_networks_are() -> None:
    fields = Architecture.model_fields
    nets = [preset("resnet20", norm=norm, init=init) for norm in ("batch", "none") for init in ("normal", "orthogonal")]
    assert len(set(labels_of(nets))) == 4
    for name in fields:
        for value in ("pre_activation", "tanh", "A", 0.25, True):
            try:
                other = preset("resnet20", **{name: value})
            except ValueError:
                continue
            found = labels_of([preset("resnet20"), other])
            assert len(set(found)) == 2
            assert "_" not in "".join(found)


@pytest.mark.parametrize("entry", PRESETS.values(), ids=lambda entry: entry.name)
def test_a_preset_is_found_first_by_name_and_by_title(entry: Any) -> None:
    for text in (entry.name, entry.title, entry.title.upper(), entry.title.replace("-", " ")):
        assert search(text)[0] == entry.name
        assert preset(text) == entry.architecture


def test_a_search_goes_from_the_nearest_to_the_farthest() -> None:
    assert search("ResNet-50")[:2] == ["resnet50", "resnet50d"]
    assert set(search("50")) >= {"resnet50", "resnext50_32x4d", "wide_resnet50_2", "resnet50d", "seresnet50"}
    assert search("") == list(PRESETS)
    assert search("transformer") == []


def test_skips_are_said_in_few_words() -> None:
    assert skips_said([True, True]) == "all skips"
    assert skips_said([False]) == "no skips"
    assert skips_said([True, False, False]) == "1 of 3 skips connected"


def test_a_family_is_a_name_without_its_layers() -> None:
    networks = [preset(name) for name in ("plain20", "resnet20", "preact_resnet110", "resnext50_32x4d", "resnet50")]
    families = ("plain", "ResNet", "pre-activation ResNet", "ResNeXt 32x4d")
    assert families_of(networks[:4]) == families
    assert families_of([preset("resnet20"), preset("resnet20", norm="none")]) == (
        "ResNet, BatchNorm",
        "ResNet, norm none",
    )
