"""Trainings of twenty steps in float64, and the lines that say what each step did: tests/golden/steps.txt holds them.

A line is a list of words and numbers. The text has six significant digits of a number; `differences` compares a text
with numbers that are not rounded.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

import torch
from torch import nn

from skipscope import Record, Recorder, TrainingRequest, train
from skipscope.model.measure.record import Value
from skipscope.model.train.records import StepRecord, VariantRecord
from skipscope.model.train.training import Training

Line = list[str | float | int | None]
DIGITS = 6
SLACK = 0.01
"""Units of the last digit by which a number may lie beyond those that the text rounds: another processor's rounding."""
STEPS = 20

SMALL: dict[str, Any] = {"stem": "cifar", "stem_width": 4, "depths": [2, 1], "widths": [4, 8], "norm_groups": 2}
BOTTLENECK: dict[str, Any] = {**SMALL, "block": "bottleneck", "depths": [1, 1], "widths": [2, 3]}
NETS: dict[str, dict[str, Any]] = {
    "resnet": {**SMALL, "depths": [1, 2]},
    "plain": {**SMALL, "norm": "none", "init": "xavier_normal", "skips": False},
    "cut": {**SMALL, "norm": "none", "init": "xavier_normal", "skips": [True, False, True], "activation": "leaky_relu"},
    "option_a": {**SMALL, "projection": "A", "residual_init": "zero_gamma", "shortcut": "dropout"},
    "resnet_d": {**BOTTLENECK, "stem": "deep", "downsample": "avg_pool", "norm": "group", "activation": "silu"},
    "resnext": {
        **BOTTLENECK, "stem": "imagenet", "groups": 2, "width_per_group": 96, "bottleneck_stride": "1x1",
        "squeeze_excitation": True,
    },
    "preact": {**SMALL, "order": "pre_activation", "stochastic_depth": 0.5},
    "preact_deep": {
        **BOTTLENECK, "order": "pre_activation", "activation": "gelu", "init": "orthogonal", "projection": "C",
        "residual_init": "layer_scale", "skips": [False, True],
    },
    "bn_last": {**SMALL, "order": "bn_after_addition", "shortcut": "conv1x1", "residual_init": "layer_scale"},
    "relu_first": {
        **SMALL, "order": "relu_before_addition", "shortcut": "constant_scaling", "shortcut_scale": 0.5,
        "residual_scale": 0.5,
    },
    "relu_only": {**SMALL, "order": "relu_only_preactivation", "norm": "group", "residual_init": "zero_gamma"},
    "fixup": {**SMALL, "norm": "none", "residual_init": "fixup", "stochastic_depth": 0.3},
    "skipinit": {**SMALL, "norm": "none", "residual_init": "skipinit", "init": "normal", "init_std": 0.2},
    "exclusive": {**SMALL, "shortcut": "exclusive_gating", "gate_bias": -1.0, "activation": "tanh"},
    "gated": {**BOTTLENECK, "shortcut": "shortcut_only_gating", "gate_bias": -2.0, "norm": "group"},
    "squeezed": {**SMALL, "order": "pre_activation", "squeeze_excitation": True, "activation": "sigmoid"},
    "delta": {**SMALL, "norm": "none", "init": "delta_orthogonal", "activation": "tanh"},
    "decayed": {**SMALL, "shortcut": "decayed", "shortcut_scale": 0.6, "residual_init": "depth_scaled"},
    "repvgg": {**SMALL, "block": "repvgg", "skips": [True, False, True]},
}  # fmt: skip
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "sgd": {"lr": 0.02, "weight_decay": 1e-3, "schedule": "cosine", "warmup_steps": 3},
    "nesterov": {"lr": 0.01, "nesterov": True, "momentum": 0.8, "clip_norm": 0.2},
    "adam": {"optimizer": "adam", "lr": 0.003, "schedule": "step"},
    "adamw": {"optimizer": "adamw", "lr": 0.003, "weight_decay": 0.1, "label_smoothing": 0.1},
}
CHANGED = ("cut", "plain", "preact", "option_a")
"""Nets that are cut, connected, weakened and forked while they train; the last two draw at random at each step."""


def request(nets: Sequence[dict[str, Any]], optimizer: str) -> TrainingRequest:
    """Ask for twenty steps on digits."""
    common = {"dataset": "digits", "image_size": 8, "batch_size": 16, "steps": STEPS, "seed": 3, "eval_every": 10}
    return TrainingRequest.model_validate({**common, "variants": nets, **OPTIMIZERS[optimizer]})


def named() -> Iterator[Line]:
    """Give the names that each net's numbers are aligned to."""
    for name, net in NETS.items():
        schema = train(request([net], "sgd")).variants[0].recorder.schema
        for kind, places in schema.to_dict().items():
            yield [kind, name, *places]


def trained(names: Sequence[str], optimizer: str) -> Iterator[Line]:
    """Train nets in lockstep."""
    whole = (0, STEPS - 1) if optimizer == "sgd" else (STEPS - 1,)
    for step in train(request([NETS[name] for name in names], optimizer)):
        yield from lines_of(names, step)
        if step.step in whole:
            yield from columns_of(names, step.variants)


def changed(optimizer: str) -> Iterator[Line]:
    """Train nets, and change and fork them between steps."""
    training = train(request([NETS[name] for name in CHANGED], optimizer))
    for step in training:
        yield from lines_of(CHANGED, step)
        if step.step in (5, STEPS - 1):
            yield from columns_of(CHANGED, step.variants)
        if training.step == 5:
            training.set_skips(0, [False, True, True])
            training.set_skips(1, [True, True, True])  # a projection that was never there
            training.set_skips(3, [True, True, False])
        elif training.step == 7:
            training.set_strength(0, {"layer1.1": 0.5, "layer2.0": 0.0})
        elif training.step == 9:
            training.set_lr(training.lr / 2)
        elif training.step == 12:
            for index in range(len(CHANGED)):
                yield from forked(training, index, optimizer)


def forked(training: Training, index: int, optimizer: str) -> Iterator[Line]:
    """Go on with two copies of a net; one of them has all its skips turned over after three steps."""
    skips, state = training.variants[index].net.skips, training.checkpoint(index)
    net = {**NETS[CHANGED[index]], "skips": list(skips)}
    copies = train(request([net, net], optimizer), resume=state)
    names = [f"{CHANGED[index]}_copy", f"{CHANGED[index]}_cut"]
    for step in copies:
        yield from lines_of(names, step)
        if step.step == 15:
            yield from columns_of(names[1:], step.variants[1:])
        if copies.step == 15:
            copies.set_skips(1, [not skip for skip in skips])


def lines_of(names: Sequence[str], step: StepRecord) -> Iterator[Line]:
    """Give of a step the loss, the accuracy and the sum of roots of each net; tests where they were due."""
    line: Line = ["step", step.step, "epoch", step.epoch, "lr", step.lr]
    for name, variant in zip(names, step.variants, strict=True):
        line += [name, variant.loss, variant.accuracy, roots_of(variant.record)]
    yield line
    if any(variant.test_accuracy is not None for variant in step.variants):
        yield ["test_accuracy", *[variant.test_accuracy for variant in step.variants]]


LEFT_OUT = ("dead_units",)
"""Counted since the text was written; they follow from no other number."""
WITH_SIGN = ("descent_cosine", "successive_cosine")
"""Numbers that no root is of."""


def told(record: Record) -> Iterator[tuple[str, Sequence[Value]]]:
    """Yield the columns that the text holds."""
    yield from ((measure, column) for measure, column in record.columns.items() if measure not in LEFT_OUT)


def columns_of(names: Sequence[str], variants: Sequence[VariantRecord]) -> Iterator[Line]:
    """Give every number of a step."""
    for name, variant in zip(names, variants, strict=True):
        for measure, column in told(variant.record):
            yield [measure, name, *column]


def roots_of(record: Record) -> float:
    """Sum up the roots of all magnitudes of a record: small ones count beside large ones."""
    columns = [column for measure, column in told(record) if measure not in WITH_SIGN]
    return math.fsum(math.sqrt(value) for column in columns for value in column if value is not None)


def foreign(make: Callable[..., torch.optim.Optimizer], passes: int, taps: str | None, every: int) -> Iterator[Line]:
    """Train a network of somebody else's in a loop of its own, with a recorder beside it."""
    with torch.random.fork_rng():
        torch.manual_seed(5)
        net = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 6, 3, groups=2), nn.GELU(), nn.Flatten(1),
            nn.Linear(96, 12), nn.Tanh(), nn.Linear(12, 10),
        )  # fmt: skip
    optimizer, draw = make(net.parameters()), torch.Generator().manual_seed(6)
    with Recorder(net, taps=taps, every=every) as recorder:
        for kind, places in recorder.schema.to_dict().items():
            yield [kind, *places]
        for step in range(STEPS):
            optimizer.zero_grad()
            loss = torch.zeros(())
            for _ in range(passes):
                images = torch.rand(8, 1, 8, 8, generator=draw)
                labels = torch.randint(10, (8,), generator=draw)
                loss = nn.functional.cross_entropy(net(images), labels)
                loss.backward()
            optimizer.step()
            record = recorder.read()
            yield ["step", step, "loss", loss.item(), *([] if record is None else ["roots", roots_of(record)])]
            if record is not None and step in (0, STEPS // 2, STEPS - 1):
                yield from ([measure, *column] for measure, column in told(record))


Case = Callable[[], Iterator[Line]]
ALONE = "repvgg"
"""Trained by itself: beside others it would lengthen lines that stand in the text."""
NAMES = tuple(name for name in NETS if name != ALONE)
CASES: dict[str, Case] = {
    "names": named,
    **{
        f"{optimizer} {start // 4 + 1}": partial(trained, NAMES[start : start + 4], optimizer)
        for optimizer in ("sgd", "adam", "adamw")
        for start in range(0, len(NAMES), 4)
    },
    ALONE: partial(trained, (ALONE,), "sgd"),
    **{f"{optimizer} changed": partial(changed, optimizer) for optimizer in ("nesterov", "adam", "adamw")},
    "foreign sgd": partial(foreign, partial(torch.optim.SGD, lr=0.05, momentum=0.9), 1, None, 1),
    "foreign adam": partial(foreign, partial(torch.optim.Adam, lr=0.01), 2, "[0-4]", 5),
}


def text_of(line: Line) -> str:
    """Write a line; None is a dash."""
    words = ["-" if word is None else f"{word:.{DIGITS}g}" if isinstance(word, float) else str(word) for word in line]
    return " ".join(words)


def differences(text: Sequence[str], lines: Sequence[Line]) -> list[str]:
    """Say where lines are not those of a text: a line of the text, what was made of it, and how many words differ."""
    found: list[str] = []
    for number, (wanted, line) in enumerate(zip_longest(text, lines, fillvalue=""), 1):
        words = wanted.split()
        wrong = sum(not is_same(word, made) for word, made in zip_longest(words, line, fillvalue=""))
        if wrong:
            found.append(f"line {number}, {wrong} of {len(words)} words:\n  {wanted}\n  {text_of(list(line))}")
    return found


def is_same(wanted: str, made: str | float | int | None) -> bool:
    """Tell whether a word is the text's, and whether a number is one that rounds to the text's; zeros are exact."""
    if not isinstance(made, float) or not math.isfinite(made) or wanted in {"", "-", "nan", "inf", "-inf"}:
        return wanted == text_of([made])
    expected = float(wanted)
    if not expected or not made:
        return expected == made
    unit = 10.0 ** (math.floor(math.log10(abs(expected))) + 1 - DIGITS)
    return abs(made - expected) <= (0.5 + SLACK) * unit
