"""A growing list of layers, one method a kind: its effect on shapes, its costs and the bytes that it keeps for the
backward pass. The order of layers is decided in sections."""

from math import prod

from skipscope.model.describe.architecture import Architecture

Shape = tuple[int, ...]

ENTRY = 0
"""Index of the tensor that enters a unit; that of a layer's output is the layer's place, from 1."""

KEEPS_OUTPUT = frozenset({"relu", "tanh", "sigmoid"})
"""Activations whose backward pass needs their output; that of the others needs their input."""

NOTHING, INPUT, OUTPUT = 0, 1, 2
"""Which tensor a layer keeps for the backward pass."""

Row = tuple[str, str, int, int | None, Shape, Shape, int, int, int, tuple[int, int, int, bool, int]]
"""Type, path, one or two sources, input and output shape, parameters, MACs, receptive field beyond that of the entry;
kernel, stride, groups, bias, bytes kept for the backward pass."""


class Unit:
    """A list of layers under construction. Each method adds one, which reads the last unless it says otherwise."""

    def __init__(self, architecture: Architecture, shape: Shape, jump: int, entry_kept: bool = False) -> None:
        self.architecture = architecture
        self.names: list[str] = []
        self.rows: list[Row] = []
        self.shapes, self.jumps, self.fields, self.kept = [shape], [jump], [0], [entry_kept]
        """Of each tensor: shape, input pixels between neighbours, receptive field beyond the entry's, is it kept?"""
        self.parameters = self.macs = self.activation_bytes = 0
        self.last = self.fork = ENTRY
        self.path = "trunk"
        self.shortcut = "none"

    def _add(
        self, local: str, kind: str, source: int, out: Shape, keeps: int = NOTHING, *, parameters: int = 0,
        macs: int = 0, kernel: int = 1, stride: int = 1, groups: int = 1, bias: bool = False, extra: int = 0,
        other: int | None = None,
    ) -> int:  # fmt: skip
        shape, jump, kept = self.shapes[source], self.jumps[source], self.kept
        field = self.fields[source] + (kernel - 1) * jump
        if other is not None and self.fields[other] > field:
            field = self.fields[other]
        if keeps == INPUT and not kept[source]:
            kept[source] = True
            extra += 4 * prod(shape)
        elif keeps == OUTPUT:
            extra += 4 * prod(out)
        self.names.append(local)
        rest = (kernel, stride, groups, bias, extra)
        self.rows.append((kind, self.path, source, other, shape, out, parameters, macs, field, rest))
        self.parameters += parameters
        self.macs += macs
        self.activation_bytes += extra
        self.shapes.append(out)
        self.jumps.append(jump * stride)
        self.fields.append(field)
        kept.append(keeps == OUTPUT)
        self.last = len(self.rows)
        return self.last

    def next(self) -> "Unit":
        """Begin the unit that reads this one's output."""
        last = self.last
        return Unit(self.architecture, self.shapes[last], self.jumps[last], self.kept[last])

    @property
    def shape(self) -> Shape:
        """Give the shape of the last layer's output."""
        return self.shapes[self.last]

    def conv(self, local: str, out: int, kernel: int, stride: int = 1, groups: int = 1, *, bias: bool) -> None:
        """Add a convolution, padded so that stride 1 keeps the size."""
        channels, height, width = self.shapes[self.last]
        if stride != 1:
            height, width = (height - 1) // stride + 1, (width - 1) // stride + 1
        weights = out * (channels // groups) * kernel * kernel
        self._add(
            local, "conv", self.last, (out, height, width), INPUT, parameters=weights + out if bias else weights,
            macs=weights * height * width, kernel=kernel, stride=stride, groups=groups, bias=bias,
        )  # fmt: skip

    def norm(self, local: str) -> None:
        """Add the architecture's normalisation, where there is one; a group norm keeps two figures a group."""
        a, shape = self.architecture, self.shapes[self.last]
        if a.norm == "batch":
            self._add(local, "norm", self.last, shape, INPUT, parameters=2 * shape[0])
        elif a.norm == "group":
            groups = num_norm_groups(shape[0], a.norm_groups)
            self._add(local, "norm", self.last, shape, INPUT, parameters=2 * shape[0], groups=groups, extra=8 * groups)

    def activation(self, local: str, function: str | None = None) -> int:
        """Add an activation, by default the architecture's."""
        keeps = OUTPUT if (function or self.architecture.activation) in KEEPS_OUTPUT else INPUT
        return self._add(local, "activation", self.last, self.shapes[self.last], keeps)

    def max_pool(self, local: str) -> None:
        """Add the 3x3 max pooling of stride 2; it keeps an index of 8 bytes for each output."""
        channels, height, width = self.shape
        out = (channels, (height - 1) // 2 + 1, (width - 1) // 2 + 1)
        self._add(local, "max_pool", self.last, out, INPUT, kernel=3, stride=2, extra=8 * prod(out))

    def avg_pool(self, local: str, stride: int) -> None:
        """Add an average pooling without overlap; a last row or column that stands alone is averaged alone."""
        channels, height, width = self.shape
        out = (channels, (height - 1) // stride + 1, (width - 1) // stride + 1)
        self._add(local, "avg_pool", self.last, out, INPUT, kernel=stride, stride=stride)

    def global_pool(self, local: str) -> None:
        """Add the mean over the whole image."""
        channels, height, _ = self.shape
        self._add(local, "avg_pool", self.last, (channels, 1, 1), kernel=height)

    def pad(self, local: str, out: int, stride: int) -> None:
        """Add option A: take every stride-th pixel and append channels of zeros."""
        _, height, width = self.shape
        self._add(local, "pad", self.last, (out, (height - 1) // stride + 1, (width - 1) // stride + 1), stride=stride)

    def linear(self, local: str, out: int) -> None:
        """Add the classifier, on the features laid flat."""
        features = self.shape[0]
        self.shapes[self.last] = (features,)
        self._add(
            local, "linear", self.last, (out,), INPUT, parameters=(features + 1) * out, macs=features * out, bias=True
        )

    def constant(self, local: str) -> None:
        """Add a product with a constant."""
        self._add(local, "scale", self.last, self.shape)

    def scale(self, local: str, num_factors: int) -> None:
        """Add a product with learned factors, one in all or one a channel."""
        self._add(local, "scale", self.last, self.shape, INPUT, parameters=num_factors)

    def bias(self, local: str | None = None) -> None:
        """Add Fixup's learned scalar, where the architecture has it."""
        if self.architecture.residual_init == "fixup":
            name = local or f"bias{1 + sum(row[0] == 'bias' for row in self.rows)}"
            self._add(name, "bias", self.last, self.shape, parameters=1, bias=True)

    def dropout(self, local: str) -> None:
        """Add a dropout; it keeps its mask as float32."""
        self._add(local, "dropout", self.last, self.shape, extra=4 * prod(self.shape))

    def squeeze_excitation(self) -> None:
        """Add the weighing of channels by the mean over the image (Hu et al. 2018, in timm's form)."""
        branch, channels = self.last, self.shape[0]
        self.global_pool("se.pool")
        self.conv("se.fc1", num_squeezed(channels), 1, bias=True)
        self.activation("se.relu", "relu")
        self.conv("se.fc2", channels, 1, bias=True)
        gate = self.activation("se.sigmoid", "sigmoid")
        self._add("se", "se", branch, self.shapes[branch], INPUT, other=gate)

    def gate(self, residual: int, stride: int, *, exclusive: bool) -> int:
        """Weigh the shortcut by 1 - g, g = sigmoid(conv1x1(x) + b), and if exclusive the branch by g; return that."""
        shortcut, out = self.last, self.shapes[residual]
        self.last = self.fork
        self.conv("gate.conv", out[0], 1, stride, bias=True)
        gate = self.activation("gate.sigmoid", "sigmoid")
        path = self.path
        if exclusive:
            self.path = "residual"
            residual = self._add("gate.residual", "gate", residual, out, INPUT, other=gate)
        self.path = path
        self._add("gate.shortcut", "gate", shortcut, out, INPUT, extra=4 * prod(out), other=gate)
        return residual

    def add(self, local: str, other: int) -> None:
        """Add the sum of the last layer and another."""
        self._add(local, "add", self.last, self.shape, other=other)

    def junction(self, residual: int) -> None:
        """Add the sum of the branch and the last layer, or the fork where the shortcut has no layer."""
        self._add("junction", "add", residual, self.shapes[residual], other=self.last)


def num_norm_groups(channels: int, most: int) -> int:
    """Give the largest number of groups, at most `most`, that divides the channels."""
    return next(groups for groups in range(min(channels, most), 0, -1) if channels % groups == 0)


def num_squeezed(channels: int) -> int:
    """Give the reduced channels of squeeze-and-excitation: a 16th, rounded to a multiple of 8, at least 8 (timm)."""
    return max(8, int(channels / 16 + 4) // 8 * 8)
