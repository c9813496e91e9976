"""What the tests of the figures read: the golden files of the page's tests, and the probe that those make."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "golden"


def read(name: str) -> dict[str, Any]:
    """Return a golden file's parts."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


SUMMARIES = read("summaries.json")


def recorded_run() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the networks and the steps of the run that a worker recorded."""
    lines = (FOLDER / "run.jsonl").read_text(encoding="utf-8").splitlines()
    events: list[dict[str, Any]] = [json.loads(line) for line in lines]
    steps = [event["data"] for event in events if event["type"] == "step"]
    return next(event["data"]["variants"] for event in events if event["type"] == "schema"), steps


def probe_of(summary: dict[str, Any]) -> dict[str, Any]:
    """Return a probe in the wire's shape whose numbers tell where they stand, as tests/js/golden.js makes it."""
    graph = summary["graph"]
    blocks = graph["blocks"]

    def column(names: list[Any]) -> list[float | None]:
        return [10.0 ** (-4 * (1 - i / len(names))) for i in range(len(names))]

    def where_connected(numbers: list[float | None]) -> list[float | None]:
        return [number if block["skip"] else None for number, block in zip(numbers, blocks, strict=True)]

    return {
        "label": summary["label"],
        "taps": [tap["name"] for tap in graph["taps"]],
        "weights": graph["weights"],
        "blocks": [block["name"] for block in blocks],
        "values": {
            "activation_rms": column(graph["taps"]),
            "gradient_rms": column(graph["taps"]),
            "zero_fraction": [0.5 if tap["activation"] else None for tap in graph["taps"]],
            "nonfinite": [0 for _ in graph["taps"]],
            "weight_gradient_norm": column(graph["weights"]),
            "update_ratio": [None for _ in graph["weights"]],
            "residual_rms": column(blocks),
            "identity_rms": where_connected(column(blocks)),
            "residual_gradient_norm": column(blocks),
            "identity_gradient_norm": where_connected(column(blocks)),
        },
    }
