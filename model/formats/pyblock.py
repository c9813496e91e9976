"""The block of the standalone file: its constructor and its forward."""

from itertools import groupby
from textwrap import indent

from skipscope.model.describe.graph import Layer
from skipscope.model.describe.sections import PREACTIVATED, has_bias
from skipscope.model.describe.summary import Summary
from skipscope.model.formats.pyparts import TAB, activation, conv, nest, norm
from skipscope.model.formats.pyshortcut import ShortcutCode

NAMES = {"basic": "BasicBlock", "bottleneck": "Bottleneck", "repvgg": "RepVGGBlock"}
WORDS = {
    "basic": "Two 3x3 convolutions",
    "bottleneck": "1x1, 3x3 and 1x1 convolutions",
    "repvgg": "A 3x3 convolution",
}


class BlockCode:
    """The class of an architecture's blocks; the differences between blocks are arguments of its constructor."""

    def __init__(self, summary: Summary) -> None:
        self.summary, self.a = summary, summary.architecture
        a = self.a
        self.name = NAMES[a.block]
        self.out = "out_channels" if a.block == "bottleneck" else "planes"
        self.width = _width(summary)
        inner = "width" if self.width != "planes" else "planes"
        self.channels = {
            "basic": ("in_channels", "planes", "planes"),
            "bottleneck": ("in_channels", inner, inner, "out_channels"),
            "repvgg": ("in_channels", "planes"),
        }[a.block]
        self.any_skip, self.mixed = any(a.skip_of), len(set(a.skip_of)) > 1
        self.needs_first = a.order in PREACTIVATED and self.any_skip
        self.drops = a.stochastic_depth > 0 and self.any_skip
        self.shortcut = ShortcutCode(summary, self.out)
        self.chain, self.after = self._layers()

    def _layers(self) -> tuple[list[tuple[str, str]], list[str]]:
        """Name and type the layers of the branch in order, and name those after the addition."""
        block = next((block for block in self.summary.graph.blocks if block.skip), self.summary.graph.blocks[0])
        layers = {layer.name: layer for layer in self.summary.graph.layers}
        own = [(name.removeprefix(f"{block.name}."), layers[name]) for name in block.layers]
        last = len(self.channels) - 1
        late = {"post_activation": (f"relu{last}",), "bn_after_addition": (f"bn{last}", f"relu{last}")}
        after = late.get(self.a.order, ())
        chain = [(name, layer.type) for name, layer in own if self._in_branch(name, layer) and name not in after]
        return chain, [name for name, _ in own if name in after]

    @staticmethod
    def _in_branch(name: str, layer: Layer) -> bool:
        return "." not in name and layer.path in ("trunk", "residual") and layer.type != "add" and (
            name != "residual_scale"
        )  # fmt: skip

    @property
    def arguments(self) -> list[str]:
        """List what the constructor takes beside in_channels, planes and stride."""
        flags = {"first": self.needs_first, "skip": self.mixed, "survival": self.drops, "decay": self.shortcut.decays}
        return [name for name, needed in flags.items() if needed]

    def write(self) -> str:
        """Write the class."""
        shortcut = " beside a shortcut" if self.any_skip else ""
        lines = [f"class {self.name}(nn.Module):", f'    """{WORDS[self.a.block]}{shortcut}."""', ""]
        lines += [*self._constructor(), ""]
        methods = self._forward_with_drops() if self.drops else self._forward()
        return "\n".join([*lines, indent("\n".join(methods), TAB)]) + "\n"

    # the constructor

    def _constructor(self) -> list[str]:
        types = {"first": "first: bool", "skip": "skip: bool", "survival": "survival: float", "decay": "decay: float"}
        more = "".join(f", {types[name]}" for name in self.arguments)
        head = f"    def __init__(self, in_channels: int, planes: int, stride: int{more}) -> None:"
        if len(head) > 100:
            head = f"    def __init__(\n        self, in_channels: int, planes: int, stride: int{more}\n    ) -> None:"
        body = ["super().__init__()", *(f"self.{name} = {name}" for name in self.arguments)]
        if self.a.block == "bottleneck":
            body.append("out_channels = planes * 4")
            body += [f"width = {self.width}"] if self.width != "planes" else []
        body += [f"self.{name} = {self._make(name, kind)}" for name, kind in self.chain]
        body += [f"self.{name} = {self._make(name, 'norm' if name[0] == 'b' else 'activation')}" for name in self.after]
        return [head, indent("\n".join([*body, *self.shortcut.constructor(mixed=self.mixed)]), 2 * TAB)]

    def _make(self, name: str, kind: str) -> str:
        if kind == "conv":
            return self._conv(int(name[4:]))
        if kind == "norm":
            place = int(name[2:])
            return norm(self.summary, self.channels[place - 1 if self.a.order == "pre_activation" else place])
        scale = f"Scale({self.out})" if self.a.residual_init == "layer_scale" else "Scale()"
        simple = {"activation": activation(self.a), "bias": "Bias()", "se": f"SqueezeExcitation({self.out})"}
        return {**simple, "scale": scale}[kind]

    def _conv(self, place: int) -> str:
        simple, middle = self.a.block != "bottleneck", self.a.block == "bottleneck" and place == 2
        strided = 2 if not simple and self.a.bottleneck_stride == "3x3" else 1
        return conv(
            self.channels[place - 1], self.channels[place], 3 if simple or middle else 1,
            "stride" if place == strided else "1", self.a.groups if middle else 1, bias=has_bias(self.a),
        )  # fmt: skip

    # forward

    def _branch(self, chain: list[tuple[str, str]], variable: str) -> list[str]:
        """Write the branch, a line a convolution."""
        lines: list[str] = []
        for _, names in groupby(_places(chain), lambda pair: pair[0]):
            lines.append(f"out = {nest([name for _, name in names], variable)}")
            variable = "out"
        return lines

    def _prelude(self) -> tuple[list[str], list[tuple[str, str]]]:
        """Split the branch of a pre-activated block into its first activation, and what follows."""
        end = 1 + next(i for i, (_, kind) in enumerate(self.chain) if kind == "activation")
        return [name for name, _ in self.chain[:end]], self.chain[end:]

    def _forward(self) -> list[str]:
        lines: list[str] = []
        if self.needs_first:
            before, rest = self._prelude()
            lines += [
                f"out = {nest(before, 'x')}",
                "if self.first:  # a stage's first block activates before the paths part",
                "    x = out",
                *self._branch(rest, "out"),
            ]
        else:
            lines += self._branch(self.chain, "x")
        if not self.any_skip:
            return ["def forward(self, x: Tensor) -> Tensor:", *_method(_returning(lines, self.after))]
        joined = self.shortcut.residual("out", gate="gate")
        gate = ["gate = self.gate(x)"] if self.shortcut.gated else []
        more, identity = self.shortcut.forward(gate="gate")
        join = [*gate, *joined, *more]
        if self.mixed:
            lines += ["if self.skip:", *(indent(line, TAB) for line in [*join, f"out = out + {identity}"])]
            lines.append(f"return {nest(self.after, 'out')}")
        else:
            lines += [*join, f"return {nest(self.after, f'out + {identity}')}"]
        return ["def forward(self, x: Tensor) -> Tensor:", *_method(lines)]

    def _forward_with_drops(self) -> list[str]:
        """Write branch, shortcut and forward apart: a dropped block runs its shortcut alone (stochastic depth)."""
        more, identity = self.shortcut.forward(gate="self.gate(x)")
        chain, start, shared = self.chain, list[str](), list[str]()
        if self.needs_first:
            before, chain = self._prelude()
            start = ["if not self.first:", f"    x = {nest(before, 'x')}"]
            shared = [
                "if self.first:  # a stage's first block activates before the paths part",
                f"    x = {nest(before, 'x')}",
            ]
        lines = ["def branch(self, x: Tensor) -> Tensor:", *_method(_returning([*start, *self._branch(chain, "x")]))]
        shortcut = "x"
        if more:
            shortcut = "self.shortcut(x)"
            lines += [
                "",
                "def shortcut(self, x: Tensor) -> Tensor:",
                *_method(_returning([*more, f"out = {identity}"])),
            ]
        elif identity != "x":
            shortcut = f"({identity})" if " " in identity else identity
        unskipped = ["if not self.skip:", f"    return {nest(self.after, 'self.branch(x)')}"] if self.mixed else []
        body = [
            *shared,
            *unskipped,
            "if self.training and torch.rand(()).item() >= self.survival:",
            f"    return {nest(self.after, shortcut)}",
            "out = self.branch(x)",
            *self.shortcut.constant("out"),
            "if not self.training:",
            "    out = out * self.survival",
            *self.shortcut.gating("out", gate="self.gate(x)"),
            f"return {nest(self.after, f'out + {shortcut}')}",
        ]
        return [*lines, "", "def forward(self, x: Tensor) -> Tensor:", *_method(body)]


def _width(summary: Summary) -> str:
    """Write the inner channels of a bottleneck."""
    a = summary.architecture
    ratio = a.width_per_group / 64
    width = "planes" if ratio == 1 else f"planes * {int(ratio)}" if ratio == int(ratio) else ""
    width = width or f"int(planes * ({a.width_per_group} / 64))"
    return width if a.groups == 1 else f"{width} * {a.groups}"


def _places(chain: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Say with which convolution each layer is written: that of its number, a bias with what it precedes."""
    found: list[tuple[str, str]] = []
    place = "end"
    for name, kind in reversed(chain):
        if kind != "bias":
            place = name[-1] if kind in ("conv", "norm", "activation") else "end"
        found.append((place, name))
    return found[::-1]


def _returning(lines: list[str], after: list[str] | None = None) -> list[str]:
    """Return what the last line assigns to `out`, through the layers `after`."""
    last = lines[-1].removeprefix("out = ")
    return [*lines[:-1], f"return {nest(after or [], last)}"]


def _method(lines: list[str]) -> list[str]:
    return [indent(line, TAB) for line in lines]
