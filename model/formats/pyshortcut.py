"""The shortcut of the standalone file's block: projection, scaling, dropout, gates."""

from textwrap import indent

from skipscope.model.describe.graph import Block
from skipscope.model.describe.sections import has_bias
from skipscope.model.describe.summary import Summary
from skipscope.model.formats.pyparts import TAB, conv, norm, sequential

SHRINKS, WIDENS, KEEPS = "stride != 1", "in_channels != {out}", ""
"""When a shortcut shrinks the image, only changes the channels, or keeps the shape."""


class ShortcutCode:
    """The code of a block's shortcut, in constructor and forward. `out` names the channels that leave the block."""

    def __init__(self, summary: Summary, out: str) -> None:
        self.summary, self.a, self.out = summary, summary.architecture, out
        blocks = [block for block in summary.graph.blocks if block.skip]
        occurring = {self._kind(block) for block in blocks}
        codes = {kind: self._downsample(kind) for kind in (SHRINKS, WIDENS, KEEPS) if kind in occurring}
        self.downsamples = codes if any(codes.values()) else {}
        self.sums = self.a.block == "repvgg" and KEEPS in occurring
        self.decays = bool(blocks) and self.a.shortcut == "decayed"
        self.gated = bool(blocks) and self.a.shortcut in ("exclusive_gating", "shortcut_only_gating")

    @staticmethod
    def _kind(block: Block) -> str:
        if block.index == 0 and block.stage != "layer1":
            return SHRINKS
        return KEEPS if block.input_shape[0] == block.output_shape[0] else WIDENS

    def _downsample(self, kind: str) -> str:
        """Write what brings the input to the branch's shape; nothing where it has that shape and stays as it is."""
        a, pairs = self.a, list[tuple[str, str]]()
        convolves = a.projection != "A" if kind != KEEPS else (a.projection == "C" or a.shortcut == "conv1x1")
        convolves = convolves or a.block == "repvgg"
        if kind == KEEPS and not convolves:
            return ""
        averages = a.downsample == "avg_pool"
        if averages and kind == SHRINKS:
            pairs.append(("0", "nn.AvgPool2d(stride, stride, ceil_mode=True, count_include_pad=False)"))
        place, stride = int(averages), "1" if averages else "stride"
        if not convolves:
            return sequential([*pairs, (str(place), f"PadShortcut({self.out} - in_channels, {stride})")])
        if a.residual_init == "fixup":
            pairs.append(("bias", "Bias()"))
        pairs.append((str(place), conv("in_channels", self.out, 1, stride, bias=has_bias(a))))
        if a.order != "pre_activation" and a.norm != "none":
            pairs.append((str(place + 1), norm(self.summary, self.out)))
        return sequential(pairs)

    def constructor(self, *, mixed: bool) -> list[str]:
        """Write what the constructor makes; `mixed`: only blocks with a skip make it."""
        lines: list[str] = []
        by_code: dict[str, list[str]] = {}
        for kind, code in self.downsamples.items():
            by_code.setdefault(code, []).append(kind.format(out=self.out))
        if "" in by_code:
            del by_code[""]
            lines.append("self.downsample = None")
            sole = False
        else:
            sole = True
        for number, (code, kinds) in enumerate(by_code.items()):
            made = f"self.downsample = {code}"
            if sole and number == len(by_code) - 1:
                lines += [made] if number == 0 else ["else:", indent(made, TAB)]
            else:
                lines += [f"{'if' if number == 0 else 'elif'} {' or '.join(kinds)}:", indent(made, TAB)]
        if self.sums:
            keeps = f"stride == 1 and in_channels == {self.out}"
            lines.append(f"self.identity = {norm(self.summary, self.out)} if {keeps} else None")
        if self.gated:
            lines.append(f"self.gate = Gate(in_channels, {self.out}, stride)")
        return ["if skip:", *(indent(line, TAB) for line in lines)] if mixed and lines else lines

    def forward(self, *, gate: str) -> tuple[list[str], str]:
        """Write the lines that compute the shortcut from x, and the expression that is its value."""
        if not self.downsamples:
            value = "x"
        elif "" in self.downsamples.values():
            value = "x if self.downsample is None else self.downsample(x)"
        else:
            value = "self.downsample(x)"
        a = self.a
        if self.sums:
            lines = [
                f"identity = {value}",
                "if self.identity is not None:",
                "    identity = identity + self.identity(x)",
            ]
            return lines, "identity"
        if a.shortcut == "constant_scaling":
            return _assigned(value, f"{a.shortcut_scale} * identity")
        if a.shortcut == "decayed":
            return _assigned(value, "self.decay * identity")
        if a.shortcut == "dropout":
            lines = [
                f"identity = {value}",
                "if self.training:",
                f"    identity = identity * torch.empty_like(identity).bernoulli_({a.shortcut_scale})",
                "else:",
                f"    identity = identity * {a.shortcut_scale}",
            ]
            return lines, "identity"
        if self.gated:
            return _assigned(value, f"identity * (1 - {gate})")
        return ([f"identity = {value}"], "identity") if " " in value else ([], value)

    def residual(self, variable: str, *, gate: str) -> list[str]:
        """Write what is done to the branch before the addition."""
        return [*self.constant(variable), *self.gating(variable, gate=gate)]

    def constant(self, variable: str) -> list[str]:
        """Multiply the branch by a constant, where there is one."""
        factor = self.a.branch_factor
        return [f"{variable} = {variable} * {factor}"] if factor != 1 else []

    def gating(self, variable: str, *, gate: str) -> list[str]:
        """Multiply the branch by the gate, where it is exclusive."""
        return [f"{variable} = {variable} * {gate}"] if self.a.shortcut == "exclusive_gating" else []


def _assigned(value: str, then: str) -> tuple[list[str], str]:
    if " " in value:
        return [f"identity = {value}"], then
    return [], then.replace("identity", value)
