"""Pieces of the standalone file that both its blocks and its net are written with: constructors as text, and the small
classes that torch lacks, each written only where the architecture needs it."""

from collections.abc import Iterator, Sequence
from textwrap import indent

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.summary import Summary

ACTIVATIONS = {
    "relu": "nn.ReLU()", "leaky_relu": "nn.LeakyReLU()", "gelu": "nn.GELU()", "silu": "nn.SiLU()", "tanh": "nn.Tanh()",
    "sigmoid": "nn.Sigmoid()",
}  # fmt: skip
SCALE_START = {"skipinit": "0.0", "fixup": "1.0", "layer_scale": "1e-5"}
TAB = "    "
WIDTH = 100

GROUP_NORM = '''
def group_norm(channels: int) -> nn.GroupNorm:
    """Normalise over as many groups as divide the channels, at most {most}."""
    groups = next(groups for groups in range(min(channels, {most}), 0, -1) if channels % groups == 0)
    return nn.GroupNorm(groups, channels)
'''
NAMED = '''
def named(modules: dict[str, nn.Module]) -> nn.Sequential:
    """Run modules one after the other, under these names."""
    sequence = nn.Sequential()
    for name, module in modules.items():
        sequence.add_module(name, module)
    return sequence
'''
DELTA_ORTHOGONAL = '''
def delta_orthogonal_(module: nn.Conv2d | nn.Linear) -> None:
    """Draw the centre of each kernel orthogonal, group by group; the rest is zero (Xiao et al. 2018)."""
    if isinstance(module, nn.Linear):
        nn.init.orthogonal_(module.weight)
        return
    nn.init.zeros_(module.weight)
    centre = module.kernel_size[0] // 2
    for group in module.weight.data[:, :, centre, centre].chunk(module.groups):
        nn.init.orthogonal_(group)
'''
BIAS = '''
class Bias(nn.Module):
    """Add one learned scalar (Fixup)."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.bias
'''
SCALE = '''
class Scale(nn.Module):
    """Multiply by a learned factor that starts from {start}."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((1,), {start}))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight
'''
LAYER_SCALE = '''
class Scale(nn.Module):
    """Multiply each channel by a learned factor that starts from {start}."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full({shape}, {start}))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight
'''
PAD = '''
class PadShortcut(nn.Module):
    """Take every stride-th pixel and append channels of zeros (option A)."""

    def __init__(self, more_channels: int, stride: int) -> None:
        super().__init__()
        self.more_channels, self.stride = more_channels, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return nn.functional.pad(x, (0, 0, 0, 0, 0, self.more_channels))
'''
SQUEEZE = '''
class SqueezeExcitation(nn.Module):
    """Weigh each channel by a function of all channels' means (Hu et al. 2018)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        squeezed = max(8, int(channels / 16 + 4) // 8 * 8)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        return x * self.sigmoid(self.fc2(self.relu(self.fc1(self.pool(x)))))
'''
GATE = '''
class Gate(nn.Module):
    """Compute a gate between 0 and 1 for each element from a block's input."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(self.conv(x))
'''


def helpers(summary: Summary, code: str) -> Iterator[str]:
    """Give the small functions and classes that the code of the block and the net uses."""
    a = summary.architecture
    if "group_norm(" in code:
        yield GROUP_NORM.format(most=a.norm_groups)
    if "named(" in code:
        yield NAMED
    if "delta_orthogonal_(" in code:
        yield DELTA_ORTHOGONAL
    if "Bias()" in code:
        yield BIAS
    if "Scale()" in code:
        yield SCALE.format(start=SCALE_START[a.residual_init])
    if "Scale(out_channels)" in code or "Scale(planes)" in code:
        thin = any(planes * a.expansion == 1 for planes in a.widths)
        shape = "(1,) if channels == 1 else (channels, 1, 1)" if thin else "(channels, 1, 1)"
        yield LAYER_SCALE.format(start=SCALE_START[a.residual_init], shape=shape)
    for name, source in (("PadShortcut", PAD), ("SqueezeExcitation", SQUEEZE), ("Gate", GATE)):
        if f"{name}(" in code:
            yield source


def conv(into: str, out: str, kernel: int, stride: str = "1", groups: int = 1, *, bias: bool) -> str:
    """Write a convolution, padded so that stride 1 keeps the size."""
    words = [into, out, str(kernel), *([stride] if stride != "1" else [])]
    words += [f"padding={(kernel - 1) // 2}"] if kernel > 1 else []
    words += [f"groups={groups}"] if groups > 1 else []
    return f"nn.Conv2d({', '.join([*words, *([] if bias else ['bias=False'])])})"


def norm(summary: Summary, channels: str) -> str:
    """Write the architecture's normalisation."""
    a = summary.architecture
    if a.norm == "batch":
        return f"nn.BatchNorm2d({channels})"
    regular = all(layer.groups == a.norm_groups for layer in summary.graph.layers if layer.type == "norm")
    return f"nn.GroupNorm({a.norm_groups}, {channels})" if regular else f"group_norm({channels})"


def activation(architecture: Architecture) -> str:
    """Write the architecture's activation function."""
    return ACTIVATIONS[architecture.activation]


def sequential(pairs: Sequence[tuple[str, str]]) -> str:
    """Write modules that follow each other, named where their names do not simply count up."""
    if [name for name, _ in pairs] == [str(place) for place in range(len(pairs))]:
        return call("nn.Sequential", [source for _, source in pairs])
    return "named({\n" + indent("\n".join(f'"{name}": {source},' for name, source in pairs), TAB) + "\n})"


def call(function: str, arguments: Sequence[str]) -> str:
    """Write a call in one line where it is short, else an argument a line."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) < WIDTH - 40 and "\n" not in line:
        return line
    return f"{function}(\n" + indent("\n".join(f"{argument}," for argument in arguments), TAB) + "\n)"


def nest(names: Sequence[str], variable: str) -> str:
    """Apply modules to a variable, the first one first: self.relu1(self.bn1(x))."""
    for name in names:
        variable = f"self.{name}({variable})"
    return variable
