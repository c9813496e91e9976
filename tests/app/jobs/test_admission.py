"""What a run would need, and who is refused."""

import sys
from math import prod
from typing import Any, NoReturn

import pytest

from benchmarks.memory import CASES, estimated, peak
from skipscope.app.errors import Problem
from skipscope.app.executors.placement import Placement
from skipscope.app.jobs.admission import Admission
from skipscope.app.jobs.room import Room
from skipscope.app.settings import Settings
from skipscope.model.describe.devices import Devices
from skipscope.model.describe.graph import Graph, build_graph
from skipscope.model.describe.presets import PRESETS, preset
from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.experiments.degradation.kind import DEGRADATION, DegradationRequest
from skipscope.model.train.estimate import costs_of, estimate_probe, estimate_training
from skipscope.model.train.kinds import PROBE, TRAINING

SMALL = ["plain-56 beside ResNet-56, digits", "ResNet-18 with AdamW, batch 8", "ResNet-18, batch 32 of 64x64"]


def settings(**fields: Any) -> Settings:
    return Settings.model_validate(fields)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux sets a process's high-water mark back")
@pytest.mark.parametrize("name", SMALL)
def test_the_estimate_is_near_the_measured_peak(name: str) -> None:
    ratio = estimated(CASES[name]) / peak(CASES[name])
    assert 1 / 1.3 < ratio < 1.3


def test_what_does_not_fit_is_refused_with_what_would() -> None:
    admission = Admission(settings(run_memory=500))
    request = TrainingRequest.model_validate({"variants": [{"preset": "resnet1202"}], "batch_size": 4096})
    with pytest.raises(Problem) as caught:
        admission.check(TRAINING, request)
    problem = caught.value
    assert (problem.status, problem.field, problem.limit) == (422, "batch_size", "524 MB")
    assert problem.more["estimate_bytes"] == estimate_training(request).of(4096) > problem.more["limit_bytes"]
    fitting = int(str(problem.remedy).split()[2])
    assert admission.check(TRAINING, request.model_copy(update={"batch_size": fitting})).bytes <= admission.run_memory
    with pytest.raises(Problem):
        admission.check(TRAINING, request.model_copy(update={"batch_size": fitting + 1}))


def test_one_run_may_not_need_more_than_all_together() -> None:
    admission = Admission(settings(memory=300, run_memory=500))
    assert admission.run_memory == admission.room.host == 300 * 2**20
    assert Admission(settings(memory=300, run_memory=200)).run_memory == 200 * 2**20


def test_what_fits_with_no_batch_is_told_so() -> None:
    with pytest.raises(Problem, match="narrower or shallower"):
        Admission(settings(run_memory=200)).check(
            TRAINING, TrainingRequest.model_validate({"variants": [{"preset": "wide_resnet101_2"}], "image_size": 32})
        )


def test_depth_steps_and_data_have_limits() -> None:
    admission = Admission(settings(max_layers=60, max_steps=100))
    for fields, field in (
        ({"variants": [{"preset": "resnet110"}]}, "variants.0.depths"),
        ({"steps": 101}, "steps"),
        ({"dataset": "nothing"}, "dataset"),
    ):
        with pytest.raises(Problem) as caught:
            admission.check(TRAINING, TrainingRequest.model_validate(fields))
        assert caught.value.field == field
        assert caught.value.remedy or "data" in str(caught.value)


def test_the_limit_on_layers_is_that_of_the_networks_that_are_built() -> None:
    admission = Admission(settings(max_layers=60))
    assert admission.check(DEGRADATION, DegradationRequest(variants=(preset("resnet110"),))).seconds > 0
    with pytest.raises(Problem) as caught:
        admission.check(DEGRADATION, DegradationRequest(depths=(20, 62)))
    assert (caught.value.title, caught.value.field) == ("Too deep", "depths")


def test_a_probe_needs_no_more_than_the_run() -> None:
    variants = {"variants": [{"preset": "resnet56"}]}
    probe, run = ProbeRequest.model_validate(variants), TrainingRequest.model_validate(variants)
    assert estimate_probe(probe).of(64) < estimate_training(run).of(64)


def test_the_data_set_counts_and_is_named_where_it_is_too_large() -> None:
    wish = {"variants": [{"preset": "resnet20"}], "dataset": "photos", "batch_size": 1}
    pixels = 5000 * 3 * 32 * 32 * 4
    assert estimate_training(TrainingRequest.model_validate(wish)).fixed > pixels
    with pytest.raises(Problem, match="smaller data set"):
        Admission(settings(run_memory=100)).check(TRAINING, TrainingRequest.model_validate(wish))


def test_the_deepest_networks_are_checked_without_listing_a_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    def no(_: object) -> NoReturn:
        raise AssertionError("the layers of a request are looked at one by one")

    monkeypatch.setattr(Graph, "layers", property(no))
    monkeypatch.setattr(Graph, "blocks", property(no))
    deep = {"depths": [187] * 4, "widths": [1] * 4, "stem_width": 1, "norm": "none"}
    wish = TrainingRequest.model_validate({"variants": [deep] * 4})
    costs_of.cache_clear()
    for _ in range(2):
        assert Admission(settings()).check(TRAINING, wish).bytes > 0
    assert costs_of.cache_info().misses == 1, "equal networks are looked at once"


@pytest.mark.parametrize("name", PRESETS)
def test_costs_are_those_of_all_layers(name: str) -> None:
    layers = build_graph(preset(name)).layers
    assert costs_of(preset(name)) == (  # pyright: ignore[reportArgumentType]  (frozen models have a hash)
        len(layers), sum(layer.parameters for layer in layers), sum(layer.macs for layer in layers),
        sum(layer.activation_bytes for layer in layers), 4 * max(prod(layer.output_shape) for layer in layers),
        any(layer.type == "norm" and layer.output_shape[1:] == (1, 1) for layer in layers),
    )  # fmt: skip


def on_gpu(megabytes: int, **fields: Any) -> Admission:
    admission = Admission(settings(**fields))
    admission.placement = Placement("auto", Devices({"cpu": 0, "cuda": megabytes * 2**20}))
    return admission


def test_a_run_on_a_gpu_counts_there_and_its_images_here() -> None:
    request = TrainingRequest.model_validate({"variants": [{"preset": "resnet50"}], "image_size": 64})
    needed = on_gpu(10_000).check(TRAINING, request)
    on_cpu = on_gpu(10_000).check(TRAINING, request.model_copy(update={"device": "cpu"}))
    assert (needed.device, on_cpu.device, on_cpu.device_bytes) == ("cuda", "cpu", 0)
    assert needed.device_bytes > on_cpu.bytes - on_cpu.data > 0
    assert needed.host_bytes > on_cpu.data
    assert on_cpu.host_bytes == on_cpu.bytes


def test_what_does_not_fit_on_the_gpu_is_refused_with_what_would() -> None:
    admission = on_gpu(4000, slots=2)
    assert admission.room == Room(admission.memory, int(0.8 * 4000 * 2**20))
    request = TrainingRequest.model_validate({"variants": [{"preset": "resnet50"}], "image_size": 64})
    with pytest.raises(Problem, match=r"of the GPU; a run may use 1\.7 GB") as caught:
        admission.check(TRAINING, request.model_copy(update={"batch_size": 4096}))
    fitting = int(str(caught.value.remedy).split()[2])
    assert admission.check(TRAINING, request.model_copy(update={"batch_size": fitting})).device_bytes <= 1678e6
    with pytest.raises(Problem):
        admission.check(TRAINING, request.model_copy(update={"batch_size": fitting + 1}))
    admission = on_gpu(4000, slots=2, device_memory=500)
    with pytest.raises(Problem, match=r"a run may use 262 MB\. Use a narrower or shallower network"):
        admission.check(TRAINING, TrainingRequest())


def test_a_gpu_of_unknown_size_has_no_limit_and_the_machine_has() -> None:
    wide = TrainingRequest.model_validate({"variants": [{"preset": "wide_resnet101_2"}]})
    assert on_gpu(0).check(TRAINING, wide).device_bytes > 0
    with pytest.raises(Problem, match=r"of the machine, beside the GPU's; a run may use 1\.0 GB"):
        on_gpu(0, run_memory=1000).check(TRAINING, wide)


def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(Problem) as caught:
        Admission(settings()).check(TRAINING, TrainingRequest(device="mps"))
    problem = caught.value
    assert (problem.status, problem.field, problem.value) == (422, "device", "mps")
    assert (problem.limit, problem.remedy) == ("networks can work on cpu here", "ask for cpu or auto")


def test_batch_norm_of_one_number_is_refused_before_it_starts() -> None:
    wish: dict[str, Any] = {
        "variants": [{"preset": "resnet18"}],
        "batch_size": 1,
        "image_size": 8,
    }  # 1x1 from layer2 on
    for kind, request in ((TRAINING, TrainingRequest), (PROBE, ProbeRequest)):
        with pytest.raises(Problem) as caught:
            Admission(settings()).check(kind, request.model_validate(wish))
        problem = caught.value
        assert (problem.status, problem.field, problem.value) == (422, "batch_size", 1)
        assert problem.remedy == "use batch_size 2 or more, a larger image_size, or norm group"
        for change in ({"batch_size": 2}, {"image_size": 64}, {"variants": [{"preset": "resnet18", "norm": "group"}]}):
            Admission(settings()).check(kind, request.model_validate(wish | change))
