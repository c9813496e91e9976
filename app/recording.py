"""A run as data of a page: its request, networks and all that was said, for a file that replays it."""

from typing import Any

import orjson

from app.errors import Problem
from app.runs.store import Store
from model.datasets import adapt_all
from model.request import TrainingRequest
from model.summary import summarize


async def recorded(store: Store, key: int) -> list[dict[str, Any]]:
    """Return a run's events in order, as the page takes them."""
    found: list[dict[str, Any]] = []
    last = 0
    while page := await store.events(key, last):
        found += [{"id": event.number, "type": event.kind, "data": orjson.loads(event.data)} for event in page]
        last = page[-1].number
    return found


def recording(run: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the first data of a page that replays a run; its first recorded step stands in for the probe."""
    schema = next((event["data"] for event in events if event["type"] == "schema"), None)
    step = next((event["data"] for event in events if event["type"] == "step"), None)
    if schema is None or step is None:
        raise Problem(
            409, "Nothing was recorded", f"Run {run['id']} is {run['state']} and has no recorded step to replay.",
            remedy="let it train a step first",
        )  # fmt: skip
    summaries = [drawn(summarize(one).to_dict()) for one in adapt_all(TrainingRequest.model_validate(run["request"]))]
    return {
        "descriptions": run["request"]["variants"],
        "summaries": summaries,
        "probe": {"variants": [a | b for a, b in zip(schema["variants"], step["variants"], strict=True)]},
        "settings": {name: value for name, value in run["request"].items() if name != "variants"},
        "recording": {"run": run, "summaries": summaries, "events": events},
    }


def drawn(summary: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the diagram is not drawn from: nodes and edges say again what layers and blocks say."""
    graph = {name: part for name, part in summary["graph"].items() if name not in ("nodes", "edges")}
    return {**summary, "graph": graph}
