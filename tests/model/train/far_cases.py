"""The trainings that test_device.py compares between devices, by name: networks of every family, each optimizer."""

from typing import Any

PLAIN: dict[str, Any] = {"stem": "cifar", "stem_width": 4, "depths": [2, 1], "widths": [4, 6]}
BOTTLENECK: dict[str, Any] = {**PLAIN, "block": "bottleneck", "norm": "group", "norm_groups": 2, "activation": "gelu"}
DEEP = {**PLAIN, "depths": [5, 4]}
VANISHING: dict[str, Any] = {
    **PLAIN, "depths": [20], "widths": [4], "stem_width": 4, "norm": "none", "skips": False, "init": "normal",
    "init_std": 0.05,
}  # fmt: skip
"""Its gradients are far below the square root of float32's smallest number."""
SKIPPED: dict[str, Any] = {**PLAIN, "norm": "none", "init": "xavier_normal", "skips": [True, False, True]}
DROPOUT = {**PLAIN, "shortcut": "dropout"}
NETS: dict[str, dict[str, Any]] = {
    "batch norm": PLAIN,
    "no norm": SKIPPED,
    "pre-activation, squeeze and excitation": {**BOTTLENECK, "order": "pre_activation", "squeeze_excitation": True},
    "dropped blocks": {**PLAIN, "stochastic_depth": 0.5},
    "dropout": DROPOUT,
    "gates": {**PLAIN, "shortcut": "exclusive_gating", "norm": "none"},
    "padding, fixup": {**PLAIN, "projection": "A", "norm": "none", "init": "kaiming_normal", "residual_init": "fixup"},
    "deep stem, pooled": {**PLAIN, "stem": "deep", "downsample": "avg_pool", "residual_init": "layer_scale"},
}
COMMON: dict[str, Any] = {
    "dataset": "digits",
    "image_size": 8,
    "batch_size": 16,
    "steps": 4,
    "eval_every": 2,
    "seed": 3,
}
CASES: dict[str, dict[str, Any]] = {
    **{name: {"variants": [net]} for name, net in NETS.items()},
    "sgd": {"variants": [PLAIN], "clip_norm": 0.5, "nesterov": True, "weight_decay": 0.01, "label_smoothing": 0.1},
    "adam": {"variants": [PLAIN], "optimizer": "adam", "clip_norm": 0.5},
    "adamw": {"variants": [PLAIN, SKIPPED], "optimizer": "adamw", "weight_decay": 0.1},
    "resized, in channels' order": {"variants": [PLAIN], "image_size": 12, "channels_last": True},
    "shrunk": {"variants": [PLAIN], "dataset": "fashion_mnist_5k", "image_size": 14},
}
