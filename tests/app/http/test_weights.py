"""Weights of a run over HTTP: they load elsewhere, to the bit; what is not there says why."""

from pathlib import Path
from typing import Any

import pytest
import torch

from skipscope import ResNet, load_weights
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.training import train

FIELDS: dict[str, Any] = {"steps": 4, "lr": 0.05, "batch_size": 16, "channels_last": False}


@pytest.fixture(scope="module")
def run(api: Any) -> dict[str, Any]:
    """Return a run of two networks that is done."""
    (net,) = api.small()["variants"]
    variants = [{**net, "norm": "batch"}, {**net, "skips": False, "norm": "batch"}]
    started = api.start(**{**FIELDS, "variants": variants})
    api.until(lambda: api.get(started)["state"] == "done")
    return api.get(started)


def networks(run: dict[str, Any]) -> list[ResNet]:
    """Return the networks of the same request, trained in this process."""
    training = train(TrainingRequest.model_validate(run["request"]))
    for _ in training:
        pass
    return [variant.net.eval() for variant in training.variants]


def same(one: ResNet, other: ResNet) -> bool:
    images = torch.randn(4, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return torch.equal(one.eval()(images), other.eval()(images))


def test_one_network_loads_elsewhere_and_answers_the_same(api: Any, run: dict[str, Any], tmp_path: Path) -> None:
    assert run["weights"]["note"] is None
    for number, trained in enumerate(networks(run), start=1):
        answer = api.http.get(run["weights"]["address"], params={"network": number})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"] == f'attachment; filename="{run["id"]}-{number}.safetensors"'
        assert int(answer.headers["content-length"]) == len(answer.content)
        file = tmp_path / f"{number}.safetensors"
        file.write_bytes(answer.content)
        net = ResNet(Architecture.model_validate(trained.architecture.model_dump()), seed=9)
        assert not same(net, trained)
        load_weights(file, into=net)
        assert same(net, trained)


def test_all_networks_are_one_file_and_each_is_an_entry_of_it(api: Any, run: dict[str, Any], tmp_path: Path) -> None:
    answer = api.http.get(f"/api/runs/{run['id']}/weights")
    assert answer.headers["content-disposition"] == f'attachment; filename="{run["id"]}.safetensors"'
    file = tmp_path / "all.safetensors"
    file.write_bytes(answer.content)
    for number, trained in enumerate(networks(run), start=1):
        net = ResNet(trained.architecture, seed=9)
        load_weights(file, into=net, entry=str(number))
        assert same(net, trained)


def test_a_network_that_is_not_there_is_refused(api: Any, run: dict[str, Any]) -> None:
    for number, limit in ((3, "2"), (0, "1 or more"), (5, "4")):
        answer = api.http.get(f"/api/runs/{run['id']}/weights", params={"network": number})
        assert (answer.status_code, answer.json()["field"]) == (422, "network")
        assert limit in str(answer.json()), answer.text


def test_a_run_under_way_has_none_yet(api: Any) -> None:
    live = api.start()
    answer = api.http.get(f"/api/runs/{live['id']}/weights")
    assert (answer.status_code, answer.json()["title"]) == (409, "No weights yet")
    assert "stop it" in answer.json()["remedy"]
    assert api.get(live)["weights"] is None
    api.until(lambda: api.get(live)["recorded"] > 0)  # one that is stopped before it begins has no networks
    api.stop(live)
    api.until(lambda: api.http.get(f"/api/runs/{live['id']}/weights").status_code == 200)
    assert api.http.delete(f"/api/runs/{live['id']}").status_code == 204
    assert api.http.get(f"/api/runs/{live['id']}/weights").json()["title"] == "No such run"


def test_what_is_not_kept_says_why_and_what_can_be_done(serve: Any) -> None:
    with serve(keep_weights_megabytes="0.03") as (url, _):
        api = serve.api(url)
        runs = [api.start(steps=2) for _ in range(3)]
        for run in runs:
            api.until(lambda run=run: api.get(run)["state"] == "done")
        ended = sorted((api.get(run) for run in runs), key=lambda run: run["ended"])
        gone = [run for run in ended if run["weights"]["address"] is None]
        assert [run["id"] for run in gone] == [ended[0]["id"]]
        (lost,) = gone
        assert lost["weights"]["bytes"] == 0
        assert "newer ones took their place" in lost["weights"]["note"]
        problem = api.http.get(f"/api/runs/{lost['id']}/weights")
        assert (problem.status_code, problem.json()["title"]) == (404, "No weights")
        assert "newer ones took their place" in problem.json()["detail"]
        assert "same seed" in problem.json()["remedy"]
        assert "skipscope_kept_weights_bytes" in api.http.get("/metrics").text
