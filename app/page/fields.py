"""The fields that the page has controls for: names, values and limits as the models declare them, in groups."""

from typing import Any

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

ELSEWHERE = ("skips", "in_channels", "num_classes", "variants", "labels")


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


def _kind(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a control needs: choice, boolean, integer, number or integers, with values or limits."""
    choices = schema.get("anyOf", [schema])
    optional = any(choice.get("type") == "null" for choice in choices)
    main = next(choice for choice in choices if choice.get("type") != "null")
    if "enum" in main:
        return {"kind": "choice", "values": main["enum"], "optional": optional}
    if main["type"] == "array":
        items, longest = main["items"], main.get("maxItems")
        return {"kind": "integers", **_limits(items), "optional": optional, "longest": longest}
    return {"kind": "text" if main["type"] == "string" else main["type"], **_limits(main), "optional": optional}


def _limits(schema: dict[str, Any]) -> dict[str, Any]:
    low, high = schema.get("minimum"), schema.get("maximum")
    return {"minimum": low, "maximum": high}


ARCHITECTURE: dict[str, Any] = Architecture.model_json_schema()["properties"]
TRAINING: dict[str, Any] = TrainingRequest.model_json_schema()["properties"]
