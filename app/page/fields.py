"""The fields that the page has controls for: names, values and limits as the models declare them, in groups."""

from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.devices import Devices
from skipscope.model.describe.labels import label_of
from skipscope.model.describe.request import TrainingRequest

BASIC = ("norm", "activation", "init", "dataset", "lr")
"""The fields that a beginner sees, in this order."""

GROUPS: dict[str, tuple[str, ...]] = {
    "Blocks": ("block", "depths", "widths", "order", "norm", "norm_groups", "activation", "squeeze_excitation"),
    "Shortcuts": ("shortcut", "shortcut_scale", "residual_scale", "gate_bias", "projection", "downsample"),
    "Start": ("init", "init_std", "residual_init", "stochastic_depth"),
    "Shape": ("stem", "stem_width", "groups", "width_per_group", "bottleneck_stride"),
    "Data": ("dataset", "image_size", "batch_size", "seed"),
    "Optimiser": ("optimizer", "lr", "momentum", "nesterov", "weight_decay", "clip_norm", "label_smoothing"),
    "Training": (
        "steps",
        "schedule",
        "warmup_steps",
        "record_every",
        "eval_every",
        "precision",
        "channels_last",
        "device",
    ),
}
"""Every field of both models, but for those that other parts of the page set or the data decide."""

BASIC_OF_EXPERIMENTS = ("dataset", "steps", "lr", "seed")
"""The fields of a training that every experiment shows at once, beside its own."""
UNUSED = ("record_every", "eval_every")
"""The fields of a training that experiments do not follow: they record nothing of it."""
PICTURE = "picture"
ELSEWHERE = ("skips", "in_channels", "num_classes", "variants", "labels", "weights")


def field_list(devices: Devices) -> list[dict[str, Any]]:
    """Return each field: name, label, group, whether it is basic, whose it is, and its kind, limits and values.

    Of the devices those are offered that there are.
    """
    found: list[dict[str, Any]] = []
    for group, names in GROUPS.items():
        for name in names:
            of_run = name in TrainingRequest.model_fields
            schema = (TRAINING if of_run else ARCHITECTURE)[name]
            found.append({
                "name": name, "label": label_of(name), "group": group,
                "basic": name in BASIC, "of": "run" if of_run else "architecture",
                "description": schema.get("description", ""), "default": schema.get("default"), **_kind(schema),
                **({"values": ["auto", *devices.names]} if name == "device" else {}),
            })  # fmt: skip
    return found


def request_fields(request: type[BaseModel], devices: Devices) -> list[dict[str, Any]]:
    """Return the fields of an experiment's request in the same form: its own first, then those of every training.

    Networks, and a run whose networks they are, have controls of their own; so has every field of a form that one
    control cannot show.
    """
    schemas = _properties(request)
    shared = [name for names in GROUPS.values() for name in names if name in TRAINING and name not in UNUSED]
    own = [name for name in schemas if name not in (*TRAINING, "run")]
    found: list[dict[str, Any]] = []
    for name in dict.fromkeys((*own, *BASIC_OF_EXPERIMENTS, *shared)):
        schema = schemas.get(name)
        if schema is None or name == PICTURE or not _is_plain(schema):
            continue
        group = next((group for group, names in GROUPS.items() if name in names), "This experiment")
        found.append({
            "name": name, "label": label_of(name), "group": group,
            "basic": name in own or name in BASIC_OF_EXPERIMENTS, "of": "run",
            "description": schema.get("description", ""), "default": schema.get("default"), **_kind(schema),
            **({"values": ["auto", *devices.names]} if name == "device" else {}),
        })  # fmt: skip
    return found


def most_networks(request: type[BaseModel]) -> int:
    """Return how many networks a request may have; 0 if it has none."""
    schema = _properties(request).get("variants")
    return 0 if schema is None else schema.get("maxItems", 1)


@lru_cache(maxsize=64)
def _properties(request: type[BaseModel]) -> dict[str, Any]:
    return request.model_json_schema()["properties"]


def takes_runs(request: type[BaseModel]) -> bool:
    """Return whether a request may name a run, whose networks are measured as they are."""
    return "run" in _properties(request) and getattr(request, "measures", True)


def takes_pictures(request: type[BaseModel]) -> bool:
    """Return whether a request may bring a picture of the user's, which has a control of its own."""
    return PICTURE in _properties(request)


def _is_plain(schema: dict[str, Any]) -> bool:
    """Return whether one control can show a field: a choice, a number, a text, or a list of numbers."""
    choices = [choice for choice in schema.get("anyOf", [schema]) if choice.get("type") != "null"]
    if len(choices) != 1:
        return False
    (main,) = choices
    if main.get("type") == "array":
        return main.get("items", {}).get("type") in {"integer", "number"}
    return "enum" in main or main.get("type") in {"string", "boolean", "integer", "number"}


def _kind(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a control needs: choice, boolean, integer, number or a list of them, with values or limits."""
    choices = schema.get("anyOf", [schema])
    optional = any(choice.get("type") == "null" for choice in choices)
    main = next(choice for choice in choices if choice.get("type") != "null")
    if "enum" in main:
        return {"kind": "choice", "values": main["enum"], "optional": optional}
    if main["type"] == "array":
        items, longest = main["items"], main.get("maxItems")
        return {"kind": f"{items['type']}s", **_limits(items), "optional": optional, "longest": longest}
    return {"kind": "text" if main["type"] == "string" else main["type"], **_limits(main), "optional": optional}


def _limits(schema: dict[str, Any]) -> dict[str, Any]:
    low, high = schema.get("minimum"), schema.get("maximum")
    return {"minimum": low, "maximum": high}


ARCHITECTURE: dict[str, Any] = Architecture.model_json_schema()["properties"]
TRAINING: dict[str, Any] = TrainingRequest.model_json_schema()["properties"]
