"""A growing list of layers, one method a kind: what each does to shapes, what it costs and what it keeps for the
backward pass. Which layers follow each other is decided in sections."""

from model.architecture import Architecture

Shape = tuple[int, ...]

ENTRY = -1
"""Index of the tensor that enters a unit, among the outputs of its layers."""

KEEPS_OUTPUT = frozenset({"relu", "tanh", "sigmoid"})
"""Activations whose backward pass needs their output; that of the others needs their input."""

Row = tuple[str, str, str, int, int | None, Shape, Shape, int, int, int, int, int, int, bool, int]
"""Name within the unit, type, path, one or two sources, input and output shape, parameters, MACs, receptive field beyond
the unit's own, kernel, stride, groups, bias, bytes kept for the backward pass."""


class Unit:
    """A growing list of layers. Each method adds one, reading `source` (by default the last), and returns its index."""

    def __init__(self, architecture: Architecture, shape: Shape, jump: int, entry_kept: bool) -> None:
        self.architecture = architecture
        self.rows: list[Row] = []
        self.shapes, self.jumps, self.fields = {ENTRY: shape}, {ENTRY: jump}, {ENTRY: 0}
        self.kept = {ENTRY} if entry_kept else set[int]()
        self.last = ENTRY
        self.path = "trunk"
        self.parameters = self.macs = self.activation_bytes = 0
        self.fork = ENTRY
        self.shortcut = "none"

    def _add(
        self, local: str, kind: str, source: int | None, out: Shape, *, parameters: int = 0, macs: int = 0,
        kernel: int = 1, stride: int = 1, groups: int = 1, bias: bool = False,
        keeps_input: bool = False, keeps_output: bool = False, extra_bytes: int = 0, other: int | None = None,
    ) -> int:  # fmt: skip
        source = self.last if source is None else source
        index = len(self.rows)
        shape = self.shapes[source]
        field = self.fields[source] + (kernel - 1) * self.jumps[source]
        if other is not None:
            field = max(field, self.fields[other])
        kept = extra_bytes
        if keeps_input and source not in self.kept:
            self.kept.add(source)
            kept += 4 * _size(shape)
        if keeps_output:
            self.kept.add(index)
            kept += 4 * _size(out)
        self.shapes[index], self.jumps[index], self.fields[index] = out, self.jumps[source] * stride, field
        self.rows.append(
            (
                local,
                kind,
                self.path,
                source,
                other,
                shape,
                out,
                parameters,
                macs,
                field,
                kernel,
                stride,
                groups,
                bias,
                kept,
            )
        )
        self.parameters += parameters
        self.macs += macs
        self.activation_bytes += kept
        self.last = index
        return index

    @property
    def shape(self) -> Shape:
        """Give the shape of the last layer's output."""
        return self.shapes[self.last]

    def conv(
        self,
        local: str,
        out: int,
        kernel: int,
        stride: int = 1,
        groups: int = 1,
        *,
        bias: bool,
        source: int | None = None,
    ) -> int:
        """Add a convolution, padded so that stride 1 keeps the size."""
        channels, height, width = self.shapes[self.last if source is None else source]
        height, width = (height - 1) // stride + 1, (width - 1) // stride + 1
        weights = out * (channels // groups) * kernel * kernel
        return self._add(
            local, "conv", source, (out, height, width), parameters=weights + (out if bias else 0),
            macs=weights * height * width, kernel=kernel, stride=stride, groups=groups, bias=bias, keeps_input=True,
        )  # fmt: skip

    def norm(self, local: str) -> None:
        """Add the architecture's normalisation, where there is one."""
        channels = self.shape[0]
        if self.architecture.norm == "batch":
            self._add(local, "norm", None, self.shape, parameters=2 * channels, keeps_input=True)
        elif self.architecture.norm == "group":
            groups = num_norm_groups(channels, self.architecture.norm_groups)
            self._add(
                local, "norm", None, self.shape, parameters=2 * channels, groups=groups, keeps_input=True,
                extra_bytes=8 * groups,
            )  # fmt: skip

    def activation(self, local: str, function: str | None = None) -> int:
        """Add an activation, by default the architecture's."""
        by_output = (function or self.architecture.activation) in KEEPS_OUTPUT
        return self._add(local, "activation", None, self.shape, keeps_input=not by_output, keeps_output=by_output)

    def max_pool(self, local: str) -> None:
        """Add the 3x3 max pooling of stride 2; it keeps an index of 8 bytes for each output."""
        channels, height, width = self.shape
        out = (channels, (height - 1) // 2 + 1, (width - 1) // 2 + 1)
        self._add(local, "max_pool", None, out, kernel=3, stride=2, keeps_input=True, extra_bytes=8 * _size(out))

    def avg_pool(self, local: str, stride: int, source: int) -> None:
        """Add an average pooling without overlap; the last row and column are kept, averaged over what is there."""
        channels, height, width = self.shapes[source]
        out = (channels, (height - 1) // stride + 1, (width - 1) // stride + 1)
        self._add(local, "avg_pool", source, out, kernel=stride, stride=stride, keeps_input=True)

    def global_pool(self, local: str) -> None:
        """Add the mean over the whole image."""
        channels, height, _ = self.shape
        self._add(local, "avg_pool", None, (channels, 1, 1), kernel=height, stride=height)

    def pad(self, local: str, out: int, stride: int, source: int) -> None:
        """Add option A: take every stride-th pixel and append channels of zeros."""
        _, height, width = self.shapes[source]
        shape = (out, (height - 1) // stride + 1, (width - 1) // stride + 1)
        self._add(local, "pad", source, shape, stride=stride)

    def linear(self, local: str, out: int) -> None:
        """Add the classifier."""
        features = self.shape[0]
        self.shapes[self.last] = (features,)
        self._add(
            local,
            "linear",
            None,
            (out,),
            parameters=(features + 1) * out,
            macs=features * out,
            bias=True,
            keeps_input=True,
        )

    def constant(self, local: str, source: int | None = None) -> None:
        """Add a product with a constant."""
        source = self.last if source is None else source
        self._add(local, "scale", source, self.shapes[source])

    def scale(self, local: str, channels: int) -> None:
        """Add a product with learned factors, one in all or one a channel."""
        self._add(local, "scale", None, self.shape, parameters=channels, keeps_input=True)

    def bias(self, source: int | None = None, local: str | None = None) -> None:
        """Add Fixup's learned scalar, where the architecture has it."""
        if self.architecture.residual_init == "fixup":
            source = self.last if source is None else source
            name = local or f"bias{1 + sum(row[1] == 'bias' for row in self.rows)}"
            self._add(name, "bias", source, self.shapes[source], parameters=1, bias=True)

    def dropout(self, local: str, source: int | None = None) -> None:
        """Add a dropout; it keeps its mask as float32."""
        source = self.last if source is None else source
        self._add(local, "dropout", source, self.shapes[source], extra_bytes=4 * _size(self.shapes[source]))

    def squeeze_excitation(self) -> None:
        """Add the weighing of channels by the mean over the image (Hu et al. 2018, in timm's form)."""
        branch, (channels, height, _) = self.last, self.shape
        self._add("se.pool", "avg_pool", None, (channels, 1, 1), kernel=height, stride=height)
        self.conv("se.fc1", squeezed(channels), 1, bias=True)
        self.activation("se.relu", "relu")
        self.conv("se.fc2", channels, 1, bias=True)
        gate = self.activation("se.sigmoid", "sigmoid")
        self._add("se", "se", branch, self.shapes[branch], keeps_input=True, other=gate)

    def gate(self, residual: int, shortcut: int, out: Shape, stride: int, *, exclusive: bool) -> tuple[int, int]:
        """Add g = sigmoid(conv1x1(x) + b), 1 - g on the shortcut and, if exclusive, g on the branch."""
        self.conv("gate.conv", out[0], 1, stride, bias=True, source=self.fork)
        gate = self.activation("gate.sigmoid", "sigmoid")
        shortcut = self._add(
            "gate.shortcut", "gate", shortcut, out, keeps_input=True, other=gate, extra_bytes=4 * _size(out)
        )
        if exclusive:
            self.path = "residual"
            residual = self._add("gate.residual", "gate", residual, out, keeps_input=True, other=gate)
        return residual, shortcut

    def junction(self, residual: int, shortcut: int) -> None:
        """Add the sum of both paths."""
        self._add("junction", "add", residual, self.shapes[residual], other=shortcut)

    @property
    def output_kept(self) -> bool:
        """Tell whether the last layer's output is already kept for the backward pass."""
        return self.last in self.kept


def _size(shape: Shape) -> int:
    size = 1
    for extent in shape:
        size *= extent
    return size


def num_norm_groups(channels: int, most: int) -> int:
    """Give the largest number of groups, at most `most`, that divides the channels."""
    return next(groups for groups in range(min(channels, most), 0, -1) if channels % groups == 0)


def squeezed(channels: int) -> int:
    """Give the reduced channels of squeeze-and-excitation: a 16th, rounded to a multiple of 8, at least 8 (timm)."""
    return max(8, int(channels / 16 + 4) // 8 * 8)
