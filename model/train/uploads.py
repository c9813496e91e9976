"""A file of weights that somebody sends: safetensors and nothing else, compared with its network by its header, and
then written down, a tensor at a time, as the weights of a run are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple, NoReturn

import orjson
import torch
from pydantic import BaseModel, Field, ValidationError
from safetensors import SafetensorError, safe_open
from torch import Tensor

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.names import labels_of
from skipscope.model.describe.request import Label, Strength
from skipscope.model.describe.words import FieldError
from skipscope.model.foreign.contents import HEAD, kind_of, shown
from skipscope.model.foreign.reports import describe
from skipscope.model.foreign.weight_files import WeightsError
from skipscope.model.formats.tensors import ABOUT, LENGTH, OWN, encoded
from skipscope.model.network.resnet import ResNet
from skipscope.model.network.weights import fitted

MAX_HEADER = 16_000_000
"""Bytes of a header; that of ResNet-1202 has a million."""
FORM = "a safetensors file of one network's weights"
REMEDY = 'write it with safetensors.torch.save_file(net.state_dict(), "net.safetensors"), and send that file'
FLOATS = ("F64", "F32", "F16", "BF16")
WHOLE = ("I64", "I32", "I16", "I8", "U8", "U16", "U32", "U64")
VARIANCE = "running_var"
OPEN = ("in_channels", "num_classes")
"""The fields that the data decide: if nobody states them, they are those of the file."""


class About(BaseModel):
    """The description that this server writes into a file of weights."""

    label: Label
    architecture: dict[str, Any]
    strength: Annotated[list[Strength], Field(max_length=4000)]
    step: Annotated[int, Field(ge=0)] = 0


class Wanted(NamedTuple):
    """A sender's words beside a file: the network that it is of, as far as they are stated, the network's name, which
    one of several it is, and the most layers that it may have."""

    architecture: dict[str, Any] | None
    label: str | None
    network: int | None
    max_layers: int


def refuse(limit: str, remedy: str = REMEDY) -> NoReturn:
    """Raise FieldError for the file itself."""
    raise FieldError("body", None, limit, remedy, f"The file is refused: {limit}. {remedy[:1].upper()}{remedy[1:]}.")


def take(file: str, kept: str, wanted: tuple[Any, ...]) -> dict[str, Any]:
    """Read a file, write its network into another one in the form that a run's weights are kept in, and return the
    network's label, architecture and step; raise FieldError if it is none, or not the one that is wanted."""
    _check_beginning(Path(file))
    try:
        with safe_open(file, framework="pt") as opened:
            return _Upload(opened, Wanted(*wanted)).write(Path(kept))
    except SafetensorError as error:
        refuse(f"it is damaged or cut off, and no safetensors file that can be read: {shown(str(error))[:200]}")


def _check_beginning(path: Path) -> None:
    """Refuse another kind of file, and a header of a size that no network has, before anything of it is read."""
    size = path.stat().st_size
    with path.open("rb") as opened:
        head = opened.read(HEAD)
    length = int.from_bytes(head[:LENGTH], "little")
    if len(head) <= LENGTH or head[LENGTH : LENGTH + 1] != b"{":
        kind = kind_of(head).name
        refuse(f"it is {kind}, and {FORM} is needed; pickles are not read here")
    if length > MAX_HEADER:
        refuse(f"its header claims {length} bytes; at most {MAX_HEADER}")
    if length > size - LENGTH:
        refuse(f"its header claims {length} bytes, and {size} are there in all: it is cut off")


class _Upload:
    """An open file, and the network that it is of."""

    def __init__(self, opened: Any, wanted: Wanted) -> None:
        self._opened, self._wanted = opened, wanted
        metadata: dict[str, str] = opened.metadata() or {}
        names: list[str] = list(opened.keys())
        prefix, said = _chosen(metadata, names, wanted.network)
        self._own = {name: name.removeprefix(prefix) for name in names if name.startswith(prefix)}
        self._about = None if said is None else _read(said)
        self._dtypes: dict[str, str] = {}
        self._bare = {own: self._empty(name) for name, own in self._own.items()}

    def write(self, kept: Path) -> dict[str, Any]:
        architecture = self._architecture()
        if architecture.num_weighted > self._wanted.max_layers:
            limit = f"it has {architecture.num_weighted} layers; the limit of this server is {self._wanted.max_layers}"
            raise FieldError("architecture", list(architecture.depths), limit, "send a shallower network")
        with torch.device("meta"):
            net = ResNet(architecture)
        try:
            state = fitted(self._bare, net, "The file")
        except WeightsError as error:
            remedy = 'name the network of the file by architecture, as in ?architecture={"preset":"resnet20"}'
            raise FieldError("architecture", None, str(error), remedy, f"{error} Or {remedy}.") from error
        sources = {id(tensor): name for name, tensor in self._bare.items()}
        names = {own: name for name, own in self._own.items()}
        places = {key: names[sources[id(value)]] for key, value in state.items()}
        label = self._wanted.label or (self._about.label if self._about else labels_of((architecture,))[0])
        about = {
            "label": label, "architecture": architecture.model_dump(mode="json"),
            "strength": self._strength(architecture), "step": self._about.step if self._about else 0,
        }  # fmt: skip
        self._write(kept, net.state_dict(), places, about)
        parameters = sum(parameter.numel() for parameter in net.parameters())
        return {"label": label, "architecture": about["architecture"], "step": about["step"], "parameters": parameters}

    def _empty(self, name: str) -> Tensor:
        """Return a tensor of the shape and type that the header says, without numbers."""
        part = self._opened.get_slice(name)
        shape, dtype = list(part.get_shape()), str(part.get_dtype())
        if dtype not in (*FLOATS, *WHOLE):
            refuse(f"{shown(name)} is of type {shown(dtype)}; weights are of {', '.join(FLOATS)}")
        if 0 in shape or len(shape) > 8:
            refuse(f"{shown(name)} has the shape {shape[:8]}, which no layer has")
        self._dtypes[name] = dtype
        return torch.empty(shape, device="meta", dtype=torch.float32 if dtype in FLOATS else torch.int64)

    def _architecture(self) -> Architecture:
        stated = self._wanted.architecture
        if stated is None:
            if self._about is None:
                raise FieldError(
                    "architecture", None, "the file does not say which network its weights are of",
                    'name it, as in ?architecture={"preset":"resnet50"}; files of this server say it themselves',
                )  # fmt: skip
            stated = self._about.architecture
        found = describe(self._bare)
        told = {name: found[name] for name in OPEN if found.get(name) is not None and name not in stated}
        try:
            return Architecture.model_validate({**stated, **told})
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            refuse(f"its description has no network: {shown(where)}: {shown(error.errors()[0]['msg'])[:200]}")

    def _strength(self, architecture: Architecture) -> list[float]:
        if self._about is None or self._wanted.architecture is not None:
            return [1.0] * architecture.num_blocks
        given = self._about.strength
        if len(given) != architecture.num_blocks:
            refuse(f"its description has {len(given)} strengths for {architecture.num_blocks} blocks")
        return given

    def _write(
        self, kept: Path, own: Mapping[str, Tensor], places: Mapping[str, str], about: Mapping[str, Any]
    ) -> None:  # fmt: skip
        header: dict[str, Any] = {ABOUT: {"format": "pt", OWN: orjson.dumps(about).decode()}}
        at = 0
        for key, tensor in own.items():
            end = at + tensor.numel() * tensor.element_size()
            kind = "F32" if tensor.is_floating_point() else "I64"
            header[key] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [at, end]}
            at = end
        with kept.open("r+b") as written:
            written.write(encoded(header))
            for key, tensor in own.items():
                written.write(self._numbers(key, tensor, places.get(key)))

    def _numbers(self, key: str, like: Tensor, name: str | None) -> bytes:
        """Return a tensor's bytes; a count that the file has none of begins at 0."""
        if name is None:
            return torch.zeros(like.shape, dtype=like.dtype).numpy().tobytes()
        dtype = self._dtypes[name]
        expected = FLOATS if like.is_floating_point() else WHOLE
        if dtype not in expected:
            refuse(f"{shown(name)} is of type {dtype}, and {key} of a network is one of {', '.join(expected)}")
        found: Tensor = self._opened.get_tensor(name).to(like.dtype).reshape(like.shape)
        if like.is_floating_point():
            broken = int(found.numel() - found.isfinite().sum())
            if broken:
                refuse(
                    f"{shown(name)} has {broken} numbers that are not finite", "send weights of a network that works"
                )
            if key.endswith(VARIANCE) and bool((found < 0).any()):
                refuse(f"{shown(name)} has variances below 0", "send weights of a network that works")
        return found.contiguous().numpy().tobytes()


def _chosen(metadata: Mapping[str, str], names: list[str], network: int | None) -> tuple[str, str | None]:
    """Return what names of one network begin with, and what the file says of it."""
    several = [key for key in metadata if key.startswith(f"{OWN}.")]
    if network is None:
        if several:
            limit = f"the file has {len(several)} networks"
            raise FieldError("network", None, limit, f"add network=1, or another number up to {len(several)}")
        return "", metadata.get(OWN)
    prefix = f"{network}."
    if not any(name.startswith(prefix) for name in names):
        limit = f"the file has {len(several)} networks" if several else "the file has one network"
        raise FieldError("network", network, limit, "leave it out, or name a network of the file, counted from 1")
    return prefix, metadata.get(f"{OWN}.{network}")


def _read(said: str) -> About:
    try:
        return About.model_validate(orjson.loads(said))
    except (orjson.JSONDecodeError, ValidationError):
        refuse("its metadata `skipscope` is not what this program writes", "write the file without that metadata")
