"""Weights sent over HTTP: checked against their network, kept, listed, started from, deleted; whatever is wrong with a
file is said."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load, save

from skipscope import ResNet, preset
from skipscope.model.describe.presets import resolve

NET: dict[str, Any] = {"preset": "resnet20", "depths": [1, 2], "widths": [4, 8], "stem_width": 4, "in_channels": 1}
FIELDS: dict[str, Any] = {
    "variants": [NET, {**NET, "skips": False}], "batch_size": 16, "lr": 0.05, "seed": 3, "dataset": "digits"
}  # fmt: skip
BYTES = {"Content-Type": "application/octet-stream"}


def tensors(**changes: Any) -> dict[str, torch.Tensor]:
    """Return the weights of a small network."""
    return dict(ResNet(resolve({**NET, **changes}), seed=5).state_dict())


def send(api: Any, content: bytes, **query: Any) -> Any:
    if isinstance(query.get("architecture"), dict):
        query["architecture"] = json.dumps(query["architecture"])
    return api.http.post("/api/weights", content=content, params=query, headers=BYTES)


def sent(api: Any, content: bytes, **query: Any) -> dict[str, Any]:
    answer = send(api, content, **query)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def ended(api: Any) -> dict[str, Any]:
    """Return a run of two networks that is done."""
    run = api.start(**FIELDS, steps=6)
    api.until(lambda: api.get(run)["state"] == "done")
    return api.get(run)


def started(api: Any, **fields: Any) -> dict[str, Any]:
    answer = api.http.post("/api/runs", json=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def first_losses(api: Any, run: dict[str, Any]) -> list[float]:
    step = next(event.data for event in api.follow(run) if event.kind == "step")
    return [variant["loss"] for variant in step["variants"]]


def test_what_a_run_ended_with_is_sent_back_and_is_the_same_to_the_bit(api: Any, ended: dict[str, Any]) -> None:
    whole = api.http.get(f"/api/runs/{ended['id']}/weights").content
    losses = first_losses(api, started(api, weights=ended["id"], steps=2))
    for number in (1, 2):
        single = api.http.get(f"/api/runs/{ended['id']}/weights", params={"network": number}).content
        row = sent(api, single)
        assert (row["source"], row["own"], row["networks"]) == (
            "upload",
            True,
            [ended["digest"]["variants"][number - 1]["label"]],
        )
        assert row["bytes"] > 0.8 * len(single)
        again = sent(api, whole, network=number, name=f"number {number}")
        assert (again["name"], again["networks"]) == (f"number {number}", [f"number {number}"])
        fields = {name: FIELDS[name] for name in ("batch_size", "seed", "dataset")}
        for one in (row, again):
            assert first_losses(api, started(api, weights=one["id"], steps=2, **fields)) == [losses[number - 1]]
        assert api.http.delete(f"/api/weights/{again['id']}").status_code == 204


def test_torchvisions_names_and_others_are_read(api: Any) -> None:
    state = tensors()
    plain = sent(api, save(state), architecture=NET)
    wrapped = sent(api, save({f"module.{name}": value for name, value in state.items()}), architecture=NET)
    renamed = {name.replace("downsample", "shortcut").replace("fc.", "linear."): value for name, value in state.items()}
    other = sent(api, save(renamed), architecture=NET)
    half = {name: value.half() if value.is_floating_point() else value for name, value in state.items()}
    halved = sent(api, save(half), architecture=NET)
    uncounted = {name: value for name, value in state.items() if not name.endswith("num_batches_tracked")}
    bare = sent(
        api, save(uncounted), architecture={"preset": "resnet20", "depths": [1, 2], "widths": [4, 8], "stem_width": 4}
    )
    losses = [first_losses(api, started(api, weights=one["id"], steps=1)) for one in (plain, wrapped, other, bare)]
    assert losses[1:] == losses[:1] * 3
    assert first_losses(api, started(api, weights=halved["id"], steps=1)) == [pytest.approx(losses[0][0], rel=1e-2)]


def test_they_are_listed_beside_those_of_runs_and_deleted_by_their_owner(serve: Any) -> None:
    with serve() as (url, _):
        api = serve.api(url)
        run = api.start(**FIELDS, steps=2)
        api.until(lambda: api.get(run)["state"] == "done")
        row = sent(api, save(tensors()), architecture=NET, name="mine")
        listed = api.http.get("/api/weights").json()
        assert [(one["id"], one["source"]) for one in listed["weights"]] == [(row["id"], "upload"), (run["id"], "run")]
        assert listed["weights"][0] == row
        assert listed["total"] == 2
        assert api.http.get("/api/weights?limit=1").json()["next"] == "/api/weights?offset=1&limit=1"
        assert [one["id"] for one in api.http.get("/api/runs").json()["runs"]] == [run["id"]]
        assert api.http.get("/api/experiments/list").json()["total"] == 0
        files = {path.name for path in (serve.folder / "weights").iterdir()}
        assert files == {row["id"], run["id"]}
        assert list((serve.folder / "states").iterdir()) == []
        other = {"Cookie": f"skipscope_client={'a' * 22}"}
        theirs = api.http.post(
            "/api/weights",
            content=save(tensors()),
            params={"architecture": json.dumps(NET)},
            headers={**BYTES, **other},
        ).json()
        own = {"Cookie": f"skipscope_client={'b' * 22}"}
        assert api.http.delete(f"/api/weights/{theirs['id']}", headers=own).status_code == 403
        assert api.http.delete(f"/api/weights/{theirs['id']}", headers=other).status_code == 204
        assert api.http.delete(f"/api/weights/{run['id']}").json()["title"] == "No such upload"
        assert api.http.delete(f"/api/weights/{row['id']}").status_code == 204
        gone = api.http.post("/api/runs", json={"weights": row["id"]})
        assert (gone.status_code, gone.json()["field"]) == (422, "weights")
        assert {path.name for path in (serve.folder / "weights").iterdir()} == {run["id"]}


def header(entries: dict[str, Any], data: bytes = b"") -> bytes:
    text = json.dumps(entries).encode()
    return len(text).to_bytes(8, "little") + text + data


GOOD = save(tensors())
TENSOR = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "it is empty"),
    "a pickle": (b"\x80\x04\x95\x10" + b"\0" * 40, "pickles are not read"),
    "an archive": (b"PK\x03\x04" + b"\0" * 60, "ZIP archive"),
    "a page": (b"<!doctype html><html>" + b" " * 40, "HTML page"),
    "cut in its header": (GOOD[:200], "cut off"),
    "cut in its numbers": (GOOD[:-10], "cut off"),
    "more than it says": (GOOD + b"12", "damaged"),
    "a header that lies": (b"\xff" * 7 + b"\x7f" + GOOD[8:], "claims"),
    "a huge header": ((17_000_000).to_bytes(8, "little") + b"{" + b" " * 17_000_000, "at most 16000000"),
    "no JSON": (header({})[:8] + b"{]" + b"0" * 30, "damaged"),
    "deep JSON": ((40_000).to_bytes(8, "little") + b'{"a":' * 8_000 + b" " * 8_000, "damaged"),
    "a list": (header({"conv1.weight": [1]}), "damaged"),
    "beyond the end": (header({"conv1.weight": {**TENSOR, "data_offsets": [0, 800]}}, b"\0" * 8), "damaged"),
    "backwards": (header({"conv1.weight": {**TENSOR, "data_offsets": [8, 0]}}, b"\0" * 8), "damaged"),
    "over another": (header({"a": TENSOR, "b": TENSOR}, b"\0" * 8), "damaged"),
    "of another size": (header({"a": {**TENSOR, "shape": [3]}}, b"\0" * 8), "damaged"),
    "of no type": (header({"a": {**TENSOR, "dtype": "F99"}}, b"\0" * 8), "damaged"),
    "of a huge shape": (header({"a": {**TENSOR, "shape": [2**62, 2**62]}}, b"\0" * 8), "damaged"),
    "of no number": (
        header({"a": {"dtype": "F32", "shape": [0, 2**60, 2**60], "data_offsets": [0, 0]}}), "which no layer has"
    ),
    "odd names": (save({"\u2603<script>": torch.zeros(2)}), "does not fit"),
    "truth values": (save({**tensors(), "bn1.weight": torch.ones(4, dtype=torch.bool)}), "of type BOOL"),
    "whole numbers": (save({**tensors(), "conv1.weight": torch.ones(4, 1, 3, 3, dtype=torch.int64)}), "of type I64"),
    "too few": (save({name: one for name, one in tensors().items() if name != "fc.bias"}), "1 missing key: fc.bias"),
    "too many": (save({**tensors(), "extra.weight": torch.zeros(2)}), "1 unexpected key: extra.weight"),
    "another shape": (save(tensors(depths=[1, 1])), "depths=[1, 1] in the file"),
    "not finite": (save({**tensors(), "fc.bias": torch.full((10,), torch.nan)}), "10 numbers that are not finite"),
    "no variance": (save({**tensors(), "bn1.running_var": -torch.ones(4)}), "variances below 0"),
    "a description that is none": (save(tensors(), {"skipscope": "{"}), "is not what this program writes"),
    "a description of another": (
        save(tensors(), {"skipscope": json.dumps({"label": "x", "architecture": {"depths": ["a"]}, "strength": []})}),
        "its description has no network",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_in_words(api: Any, name: str) -> None:
    content, words = HOSTILE[name]
    asked = {} if "description" in name else {"architecture": NET}
    answer = send(api, content, **asked)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in problem["detail"], problem
    assert problem["remedy"]
    assert problem["field"] in ("body", "architecture")


def test_files_that_are_broken_anywhere_are_refused_or_read_and_nothing_fails(api: Any) -> None:
    generator = torch.Generator().manual_seed(0)
    size = int.from_bytes(GOOD[:8], "little") + 8

    def number(most: int) -> int:
        return int(torch.randint(most, (1,), generator=generator))

    for _ in range(60):
        broken = bytearray(GOOD)
        for _ in range(1 + number(4)):
            broken[number(size)] = number(256)
        answer = send(api, bytes(broken[: len(broken) - number(3)]), architecture=NET)
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 201:
            assert api.http.delete(f"/api/weights/{answer.json()['id']}").status_code == 204
    assert api.http.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("query", "field", "word"),
    [
        ({}, "architecture", "does not say which network"),
        ({"architecture": "{"}, "architecture", "no JSON"),
        ({"architecture": "[1]"}, "architecture", "no JSON object"),
        ({"architecture": "[" * 3000}, "architecture", "JSON"),
        ({"architecture": '{"preset":"resnet21"}'}, "preset", "resnet20"),
        ({"architecture": '{"depths":[0]}'}, "depths.0", "1 or more"),
        ({"architecture": '{"preset":"resnet20","depths":[400,400,400]}'}, "architecture", "layers"),
        ({"architecture": '{"preset":"resnet20"}', "network": 2}, "network", "one network"),
        ({"architecture": '{"preset":"resnet20"}', "network": 9}, "network", "4"),
        ({"architecture": '{"preset":"resnet20"}', "name": "a/b"}, "name", "form"),
    ],
)
def test_what_is_said_of_a_file_is_checked(api: Any, query: dict[str, Any], field: str, word: str) -> None:
    answer = send(api, GOOD, **query)
    assert answer.status_code in (404, 422), answer.text
    assert answer.json()["field"] == field
    assert word in str(answer.json())


def test_a_file_of_several_networks_asks_which(api: Any, ended: dict[str, Any]) -> None:
    whole = api.http.get(f"/api/runs/{ended['id']}/weights").content
    answer = send(api, whole)
    assert (answer.status_code, answer.json()["field"]) == (422, "network")
    assert "2 networks" in answer.json()["detail"]
    assert send(api, whole, network=3).json()["field"] == "network"


def test_files_have_limits_told_or_not(serve: Any) -> None:
    content = save(tensors())
    with serve(upload_megabytes=str(len(content) / 1e6 - 0.001), keep_weights_megabytes="0.02") as (url, _):
        api = serve.api(url)
        query = {"architecture": json.dumps(NET)}
        for body in (content, iter([content[:1000], content[1000:]])):
            answer = api.http.post("/api/weights", content=body, params=query, headers=BYTES)
            assert (answer.status_code, answer.json()["field"]) == (413, "body"), answer.text
            assert "SKIPSCOPE_UPLOAD_MEGABYTES" in answer.json()["remedy"]
        answer = api.http.post(
            "/api/weights", content=content[:900], params=query, headers={"Content-Type": "text/plain"}
        )
        assert (answer.status_code, answer.json()["field"]) == (415, "Content-Type")
        large = api.http.post("/api/runs", content=b" " * 300_000, headers={"Content-Type": "application/json"})
        assert "SKIPSCOPE_MAX_BODY" in large.json()["remedy"]
        assert list((serve.folder / "states").glob("*")) == []


def test_they_are_within_the_quota_of_all_weights(serve: Any) -> None:
    content = save(tensors())
    quota = 2.5 * len(content) / 1e6
    with serve(keep_weights_megabytes=f"{quota:.4f}") as (url, _):
        api = serve.api(url)
        rows = [sent(api, content, architecture=NET) for _ in range(3)]
        kept = [one["id"] for one in api.http.get("/api/weights").json()["weights"]]
        assert kept == [rows[2]["id"], rows[1]["id"]]
        answer = api.http.post("/api/runs", json={"weights": rows[0]["id"]})
        assert (answer.status_code, answer.json()["title"]) == (409, "No weights")
        assert "newer ones took their place" in answer.json()["detail"]
    with serve(keep_weights_megabytes="0") as (url, _):
        answer = send(serve.api(url), content, architecture=NET)
        assert (answer.status_code, answer.json()["title"]) == (409, "No weights are kept")


def test_a_large_file_has_the_names_of_torchvision(api: Any, tmp_path: Path) -> None:
    net = ResNet(preset("resnet18"), seed=1)
    row = sent(api, save(dict(net.state_dict())), architecture={"preset": "resnet18"}, name="eighteen")
    assert row["networks"] == ["eighteen"]
    refused = api.http.post("/api/runs", json={"weights": row["id"], "dataset": "digits"})
    assert (refused.status_code, refused.json()["field"]) == (422, "dataset")
    assert "1000" in refused.json()["detail"]
    assert load(save(dict(net.state_dict()))).keys() == net.state_dict().keys()
