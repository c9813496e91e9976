"""The views of all that can be shown: picture, table, page, and the events that a page takes."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from torch import nn

import skipscope
from skipscope import Record, Recorder, ResNet, TrainingRequest, preset, train
from skipscope.app.wire.first import RecordingView
from skipscope.model.show import timeline as timelines
from skipscope.model.show import view as views
from skipscope.show import View

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
SMALL = {"norm": "none", "init": "xavier_normal", "image_size": 8, "in_channels": 1, "num_classes": 10}


def events(view: View) -> list[dict[str, Any]]:
    """Return the events of a view."""
    return json.loads(view._timeline.after(0))  # pyright: ignore[reportPrivateUsage]


def bundle(view: View) -> dict[str, Any]:
    """Return what a notebook is given."""
    return view._repr_mimebundle_()[0]  # pyright: ignore[reportPrivateUsage]


def steps_of(net: nn.Module, recorder: Recorder, view: View | None, count: int, size: int = 4) -> list[Record]:
    """Train for some steps, as a cell does."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    found: list[Record] = []
    for step in range(count):
        torch.manual_seed(step)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(torch.randn(size, 1, 8, 8)), torch.arange(size))
        loss.backward()
        optimizer.step()
        if view is not None:
            view.log(loss=loss, accuracy=0.25)
        record = recorder.read()
        assert record is not None
        found.append(record)
    return found


@pytest.fixture(scope="module")
def seen() -> tuple[View, list[Record]]:
    """Show a network of the library while it trains."""
    net = ResNet(preset("resnet20", **SMALL), seed=0)
    with Recorder(net) as recorder:
        view = skipscope.show(recorder)
        assert "nothing is recorded yet" in bundle(view)["text/plain"]
        records = steps_of(net, recorder, view, 3)
    return view, records


def test_the_picture_and_the_table_have_the_numbers_that_were_measured(seen: tuple[View, list[Record]]) -> None:
    view, records = seen
    shown = bundle(view)
    value = records[-1].of("gradient_rms", "layer2.1")
    assert re.search(rf"^layer2\.1 +{value:.4g} ", shown["text/plain"], re.MULTILINE)
    picture = shown["image/svg+xml"]
    assert "<title>ResNet-20, step 2</title>" in picture
    (line, *_) = re.findall(r'<polyline points="([^"]+)"', picture)
    heights = [float(point.split(",")[1]) for point in line.split()]
    gradients = [records[-1].of("gradient_rms", name) for name in records[-1].schema.blocks]
    assert len(heights) == len(gradients) == 9
    # higher on the picture where the gradient is larger
    assert sorted(range(9), key=lambda i: -heights[i]) == sorted(range(9), key=lambda i: gradients[i] or 0)
    assert len(picture) < 20_000
    first, last = (f"{gradients[at]:.3g} at layer{stage}" for at, stage in ((0, "1.0"), (-1, "3.2")))
    said = f"ResNet-20: ∂L/∂x RMS {first}, {last}, loss "
    assert f'aria-label="ResNet-20, step 2. {said}' in picture
    metadata = view._repr_mimebundle_()[1]  # pyright: ignore[reportPrivateUsage]
    assert said in metadata["image/svg+xml"]["alt"]


def test_the_events_are_those_of_a_server(seen: tuple[View, list[Record]]) -> None:
    view, records = seen
    found = events(view)
    assert [event["type"] for event in found] == ["schema", "step", "step", "step", "status"]
    first = view._timeline.first()  # pyright: ignore[reportPrivateUsage]
    recording = {**first["recording"], "events": found}
    read = RecordingView.model_validate(recording)
    assert read.run.state == "done"
    assert read.run.request is not None
    assert read.run.request.batch_size == 4, "of the first forward pass"
    assert found[2]["data"]["variants"][0]["values"] == records[1].to_dict()
    assert found[2]["data"]["headline"]["measured"]["gradient_path"][0].startswith("The gradient at block 1")


def test_the_page_of_its_own_asks_for_nothing_and_holds_the_run(seen: tuple[View, list[Record]]) -> None:
    view, records = seen
    page = view.html()
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r'(?:src|href)="(?!data:|#)', markup)
    (data,) = re.findall(r'<script type="application/json" id="first">(.*?)</script>', page, re.DOTALL)
    held = json.loads(data)
    assert [event["type"] for event in held["recording"]["events"]].count("step") == 3
    assert held["probe"]["variants"][0]["values"] == records[0].to_dict()


def test_a_page_before_the_first_step_is_refused() -> None:
    view = skipscope.show(Recorder(nn.Linear(2, 2)))
    with pytest.raises(ValueError, match="nothing is recorded yet"):
        view.html()


def test_a_network_of_anybody_is_shown_by_its_places() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 10))
    with Recorder(net) as recorder:
        view = skipscope.show(recorder, labels=["mine"])
        (*_, last) = steps_of(net, recorder, view, 2)
    assert re.search(rf"^1 +{last.of('gradient_rms', '1'):.4g} ", bundle(view)["text/plain"], re.MULTILINE)
    schema, step, *_ = events(view)
    assert schema["data"]["outside"] is True
    assert schema["data"]["variants"][0]["label"] == "mine"
    assert step["data"]["variants"][0]["logged"]["accuracy"] == 0.25
    run = view._timeline.first()["recording"]["run"]  # pyright: ignore[reportPrivateUsage]
    assert (run["request"], run["outside"]["label"]) == (None, "mine")


def test_several_recorders_are_shown_step_by_step() -> None:
    nets = [ResNet(preset(name, **SMALL), seed=0) for name in ("plain20", "resnet20")]
    with Recorder(nets[0]) as a, Recorder(nets[1]) as b:
        view = skipscope.show(a, b, batch_size=4)
        steps_of(nets[0], a, None, 2)
        assert events(view) == [], "the other network has no step yet"
        steps_of(nets[1], b, view, 2)
        said = bundle(view)["text/plain"]
    assert said.startswith("plain-20 and ResNet-20, step 1")
    assert "plain-20 ∂L/∂x RMS" in said
    found = [event["data"] for event in events(view) if event["type"] == "step"]
    assert [len(step["variants"]) for step in found] == [2, 2]
    assert found[0]["comparison"].startswith("Towards the input the gradient of plain-20")
    assert [one["loss"] is None for one in found[0]["variants"]] == [True, False]


def test_a_training_is_shown_with_all_that_it_says() -> None:
    request = TrainingRequest.model_validate({"variants": [{"preset": "resnet20"}], "batch_size": 8, "steps": 2})
    training = train(request)
    view = skipscope.show(training)
    made = list(training)
    training.close()
    assert [event["data"] for event in events(view) if event["type"] == "step"] == [one.to_dict() for one in made]
    assert events(view)[-1]["data"]["state"] == "done"


def test_a_watch_is_shown_with_its_logged_numbers(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    with skipscope.watch(net, folder=tmp_path, every=1) as watch:
        view = skipscope.show(watch)
        for _ in range(2):
            net(torch.ones(2, 1, 8, 8)).square().mean().backward()
            watch.step()
            watch.log(loss=0.5)
    losses = [event["data"]["variants"][0]["loss"] for event in events(view) if event["type"] == "step"]
    assert losses == [0.5, 0.5]
    with pytest.raises(ValueError, match="Log there"):
        view.log(loss=1)


def test_records_are_shown_with_a_diagram_if_the_architecture_is_known(seen: tuple[View, list[Record]]) -> None:
    _, records = seen
    architecture = preset("resnet20", **SMALL)
    own = skipscope.show(records, architectures=architecture, batch_size=4)
    assert events(own)[0]["data"]["variants"][0]["architecture"] == architecture.model_dump(mode="json")
    assert events(skipscope.show(records))[0]["data"]["outside"] is True
    with pytest.raises(ValueError, match="batch_size"):
        skipscope.show(records, architectures=architecture)


def test_files_are_shown_as_what_they_hold(tmp_path: Path, seen: tuple[View, list[Record]]) -> None:
    golden = [json.loads(line) for line in (GOLDEN / "outside.jsonl").read_text().splitlines()]
    found = [event["data"] for event in events(skipscope.show(GOLDEN / "outside.skipscope"))]
    assert found[:-1] == golden
    _, records = seen
    pq.write_table(pa.concat_tables([record.to_arrow() for record in records]), tmp_path / "run.parquet")
    view = skipscope.show(str(tmp_path / "run.parquet"))
    assert [event["data"]["step"] for event in events(view) if event["type"] == "step"] == [0, 1, 2]
    run = [json.loads(line) for line in (GOLDEN / "run.jsonl").read_text().splitlines()]
    schema, *steps = [event["data"] for event in run if (event.get("event") or event.get("type")) in ("schema", "step")]
    history = {"run": {"name": "a run"}, "schema": schema, "changes": [], "steps": steps}
    (tmp_path / "history.json").write_text(json.dumps(history))
    view = skipscope.show(tmp_path / "history.json", batch_size=8)
    assert [event["data"] for event in events(view)][:-1] == [schema, *steps]
    with pytest.raises(ValueError, match="batch_size"):
        skipscope.show(history)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ((), "nothing is given"),
        (([],), "a list of records is empty"),
        ((3,), "of int no view can be made"),
        (("run.txt",), "is no file of a run"),
        (({"steps": []},), "has none"),
        ((Recorder(nn.Linear(1, 1)),) * 5, "at most 4"),
    ],
)
def test_anything_else_is_refused_in_words(shown: Sequence[Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        skipscope.show(*shown)


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="loss='high' is no number"):
        skipscope.show(Recorder(nn.Linear(1, 1))).log(loss="high")  # pyright: ignore[reportArgumentType]


def test_of_a_long_run_steps_of_the_middle_are_left_out(
    seen: tuple[View, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, records = seen
    monkeypatch.setattr(timelines, "MAX_BYTES", 60_000)
    many = [Record(records[0].schema, step, records[0].columns) for step in range(200)]
    view = skipscope.show(many)
    written = view._timeline.after(0)  # pyright: ignore[reportPrivateUsage]
    steps = [event["data"]["step"] for event in events(view) if event["type"] == "step"]
    assert len(written) < 60_000
    assert steps[0] == 0
    assert steps[-1] == 199
    assert "about one of" in view.html()


def test_without_the_extra_the_view_names_what_to_install(
    seen: tuple[View, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, records = seen
    monkeypatch.setattr(views, "find_spec", lambda _: None)
    shown = bundle(skipscope.show(records))
    assert set(shown) == {"text/plain", "image/svg+xml"}
    assert 'pip install "skipscope[notebook]"' in shown["text/plain"]


def test_the_module_is_the_function() -> None:
    import skipscope.show as module  # noqa: PLC0415
    from skipscope import show  # noqa: PLC0415

    assert module is show is skipscope.show
    assert callable(skipscope.show.diagram)
    assert "Show networks in a notebook" in (skipscope.show.__call__.__doc__ or "")
