"""A summary as one PyTorch file that stands alone, as a person would write it for this one architecture, with the names
of our modules, so that weights go from one to the other."""

from itertools import groupby
from textwrap import fill, indent

from skipscope.model.describe.architecture import CONVOLUTIONS
from skipscope.model.describe.graph import Layer
from skipscope.model.describe.presets import PRESETS
from skipscope.model.describe.sections import has_bias
from skipscope.model.describe.summary import Summary
from skipscope.model.formats.pyblock import BlockCode
from skipscope.model.formats.pyparts import TAB, WIDTH, activation, call, conv, helpers, nest, norm, sequential

DRAWS = {
    "kaiming_normal": 'nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")',
    "xavier_normal": "nn.init.xavier_normal_(module.weight)",
    "orthogonal": "nn.init.orthogonal_(module.weight)",
    "delta_orthogonal": "delta_orthogonal_(module)",
    "normal": "nn.init.normal_(module.weight, std={std})",
}


def write(summary: Summary) -> str:
    """Write the file; it imports only torch and contains only what this architecture needs."""
    block = BlockCode(summary)
    parts = [block.write(), _stage(summary, block), _net(summary, block)]
    code = "\n\n".join(parts)
    pieces = [part.lstrip("\n") for part in helpers(summary, code)]
    imports = "import torch\nfrom torch import Tensor, nn\n"
    return _heading(summary) + "\n" + imports + "\n\n" + "\n\n".join([*pieces, *parts, _main(summary)])


def net_name(summary: Summary) -> str:
    """Name the class of the net."""
    return "ResNet" if any(summary.architecture.skip_of) else "PlainNet"


def _heading(summary: Summary) -> str:
    totals, known = summary.totals, PRESETS.get(summary.name or "")
    lines = [f'"""{summary.label}{f": {known.summary}" if known else ""}.', ""]
    if known:
        lines += [f"{known.paper}.", ""]
    figures = f"{totals['parameters']:,} parameters, {totals['macs']:,} multiply-accumulates an image"
    a = summary.architecture
    text = f"{figures} of {a.in_channels}x{a.image_size}x{a.image_size}. {' '.join(summary.notes)}".strip()
    return "\n".join([*lines, fill(text, 100), '"""\n'])


def _stage(summary: Summary, block: BlockCode) -> str:
    """Write the function that stacks a stage's blocks."""
    widens = " * 4" if summary.architecture.block == "bottleneck" else ""
    extra = {"first": "index == 0", "skip": "skips[index]", "survival": "survivals[index]", "decay": "decays[index]"}
    size = "skips: list[bool]" if block.mixed else "depth: int"
    more = ", survivals: list[float]" if block.drops else ""
    more += ", decays: list[float]" if block.shortcut.decays else ""
    arguments = ["in_channels if index == 0 else planes" + widens, "planes", "stride if index == 0 else 1"]
    arguments += [extra[name] for name in block.arguments]
    made = call(block.name, arguments) if block.arguments else f"{block.name}({', '.join(arguments)})"
    count = "len(skips)" if block.mixed else "depth"
    taken = f"in_channels: int, planes: int, {size}, stride: int{more}"
    taken = taken if len(taken) < WIDTH - 10 else f"\n    {taken}\n"
    return (
        f"def stage({taken}) -> nn.Sequential:\n"
        '    """Stack the blocks of a stage; the first one changes the shape."""\n'
        "    blocks = [\n"
        + indent(f"{made}\nfor index in range({count})", 2 * TAB)
        + "\n    ]\n    return nn.Sequential(*blocks)\n"
    )


def _net(summary: Summary, block: BlockCode) -> str:
    a, name = summary.architecture, net_name(summary)
    into, made = a.stem_width, list[str]()
    if block.drops:
        made += [
            f"rate = {a.stochastic_depth}  # of dropping the last block; earlier ones are dropped less",
            f"survival = [1 - (number + 1) / {a.num_blocks} * rate for number in range({a.num_blocks})]",
        ]
    if block.shortcut.decays:
        loss, last = 1 - a.shortcut_scale, max(1, a.num_blocks - 1)
        made.append(f"decay = [1 - {loss} * number / {last} for number in range({a.num_blocks})]")
    start = 0
    for number, (depth, planes) in enumerate(zip(a.depths, a.widths, strict=True), 1):
        size = _skips(a.skip_of[start : start + depth]) if block.mixed else f"depth={depth}"
        words = [str(into), str(planes), size, f"stride={1 if number == 1 else 2}"]
        words += [f"survivals=survival[{start}:{start + depth}]"] if block.drops else []
        words += [f"decays=decay[{start}:{start + depth}]"] if block.shortcut.decays else []
        made.append(f"self.layer{number} = {call('stage', words)}")
        into, start = planes * a.expansion, start + depth
    stem, stem_names = _end(summary, "stem")
    head, head_names = _end(summary, "head")
    calls = [f"x = {nest(stem_names, 'x')}"]
    stages = [f"layer{number}" for number in range(1, len(a.depths) + 1)]
    calls += [f"x = {nest(stages, 'x')}", f"x = {nest(head_names[:-1], 'x')}", "return self.fc(x.flatten(1))"]
    body = ["super().__init__()", *stem, *made, *head, "self.initialise()"]
    return (
        f'class {name}(nn.Module):\n    """{summary.label} for {a.num_classes} classes."""\n\n'
        "    def __init__(self) -> None:\n" + indent("\n".join(body), 2 * TAB) + "\n\n"
        "    def forward(self, x: Tensor) -> Tensor:\n" + indent("\n".join(calls), 2 * TAB) + "\n\n"
        + indent(_initialise(summary, block), TAB)
    )  # fmt: skip


def _skips(skips: tuple[bool, ...]) -> str:
    """Write which blocks of a stage have a skip, runs of one kind in short: 3 * [True] + [False]."""
    runs = [(value, len(list(run))) for value, run in groupby(skips)]
    return " + ".join(f"[{value}]" if length == 1 else f"{length} * [{value}]" for value, length in runs)


def _end(summary: Summary, stage: str) -> tuple[list[str], list[str]]:
    """Write what makes the stem or the head, and name its modules in order."""
    made: list[str] = []
    names: list[str] = []
    layers = [layer for layer in summary.graph.layers if layer.stage == stage]
    for name, group in groupby(layers, lambda layer: layer.name.partition(".")[0]):
        members = list(group)
        if members[0].name == name:
            made.append(f"self.{name} = {_make(summary, members[0])}")
        else:
            pairs = [(layer.name.partition(".")[2], _make(summary, layer)) for layer in members]
            made.append(f"self.{name} = {sequential(pairs)}")
        names.append(name)
    return made, names


def _make(summary: Summary, layer: Layer) -> str:
    channels = str(layer.input_shape[0])
    if layer.type == "conv":
        return conv(
            channels, str(layer.output_shape[0]), layer.kernel, str(layer.stride), bias=has_bias(summary.architecture)
        )
    if layer.type == "linear":
        return f"nn.Linear({channels}, {layer.output_shape[0]})"
    if layer.type == "norm":
        return norm(summary, channels)
    simple = {"max_pool": "nn.MaxPool2d(3, 2, padding=1)", "avg_pool": "nn.AdaptiveAvgPool2d(1)", "bias": "Bias()"}
    return simple.get(layer.type) or activation(summary.architecture)


def _initialise(summary: Summary, block: BlockCode) -> str:
    """Write how weights start."""
    a = summary.architecture
    lines = [
        "def initialise(self) -> None:",
        '    """Draw the weights; biases start from 0."""',
        "    for module in self.modules():",
        "        if isinstance(module, (nn.Conv2d, nn.Linear)):",
        f"            {DRAWS[a.init].format(std=a.init_std)}",
        "            if module.bias is not None:",
        "                nn.init.zeros_(module.bias)",
    ]
    last = CONVOLUTIONS[a.block]
    start: list[str] = []
    if block.shortcut.gated:
        condition = f"isinstance(module, {block.name})" + (" and module.skip" if block.mixed else "")
        lines += ["    for module in self.modules():", f"        if {condition}:",
                  f"            nn.init.constant_(module.gate.conv.bias, {a.gate_bias})"]  # fmt: skip
    if a.residual_init == "zero_gamma":
        start = [f"nn.init.zeros_(module.bn{last}.weight)  # each branch starts from 0"]
    elif a.residual_init == "fixup":
        power = f"{a.num_blocks} ** -{'(1 / 2)' if last == 2 else '(1 / 4)'}"
        start = [f"module.conv{place}.weight.data *= {power}" for place in range(1, last)]
        start += [f"nn.init.zeros_(module.conv{last}.weight)  # each branch starts from 0"]
    if start:
        lines += ["    for module in self.modules():", f"        if isinstance(module, {block.name}):"]
        lines += [f"            {line}" for line in start]
    if a.residual_init == "fixup":
        lines.append("    nn.init.zeros_(self.fc.weight)")
    return "\n".join(lines) + "\n"


def _main(summary: Summary) -> str:
    a = summary.architecture
    return (
        'if __name__ == "__main__":\n'
        f"    net = {net_name(summary)}().eval()\n"
        f"    logits = net(torch.randn(1, {a.in_channels}, {a.image_size}, {a.image_size}))\n"
        '    print(f"{sum(p.numel() for p in net.parameters()):,} parameters, logits {tuple(logits.shape)}")\n'
    )
