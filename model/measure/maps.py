"""One block in one pass, as whole tensors: its input, both paths and their sum, and the gradients that come back.
The recorder reduces such tensors to numbers and keeps none; here they are kept, of one block alone."""

from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

FORWARD = ("x", "shortcut", "branch", "sum", "output")
BACKWARD = ("grad_sum", "grad_identity", "grad_branch", "grad_x")
MAPS = (*FORWARD, *BACKWARD)
"""docs/measures.md defines each."""


class BlockMaps(NamedTuple):
    """Tensors [N, C, H, W] by the names in MAPS, None where there is none, and each layer's output by its name; all of
    them on the CPU."""

    maps: dict[str, Tensor | None]
    layers: dict[str, Tensor]
    logits: Tensor


def measure_maps(net: nn.Module, name: str, images: Tensor, labels: Tensor) -> BlockMaps:
    """Make one forward and one backward pass and return the tensors at a block's fork and junction.

    The fork hands x on as two views, so that autograd itself parts the gradient: dL/dx = grad_identity + grad_branch.
    `net` is left as it was; no parameter gets a gradient.
    """
    block = net.get_submodule(name)
    watch = _Watch(name)
    handles = [
        block.get_submodule("fork").register_forward_hook(watch.fork),
        block.get_submodule("junction").register_forward_hook(watch.junction),
        block.register_forward_hook(watch.end),
    ]
    for own, child in block.named_children():
        if own not in ("fork", "junction"):
            handles.append(child.register_forward_hook(watch.layer(own)))
    try:
        logits = cast("Tensor", net(images))
    finally:
        for handle in handles:
            handle.remove()
    loss = nn.functional.cross_entropy(logits, labels)
    wanted = {place: tensor for place, tensor in watch.parted.items() if tensor is not None}
    found = torch.autograd.grad(loss, list(wanted.values()), allow_unused=True)
    gradients = dict(zip(wanted, found, strict=True))
    maps = {place: watch.forward.get(place) for place in FORWARD}
    maps |= {place: gradients.get(place) for place in BACKWARD}
    return BlockMaps({place: _free(tensor) for place, tensor in maps.items()}, watch.layers, logits.detach().cpu())


class _Watch:
    """Keeps the tensors of one block's pass."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.forward: dict[str, Tensor | None] = {}
        self.parted: dict[str, Tensor | None] = {}
        """Tensors by the name that their gradient has."""
        self.layers: dict[str, Tensor] = {}

    def fork(self, module: nn.Module, args: object, output: tuple[Tensor, Tensor | None]) -> object:
        x, identity = output
        branch = x.view_as(x)
        shortcut = None if identity is None else x.view_as(x)
        self.forward["x"] = x
        self.parted |= {"grad_x": x, "grad_branch": branch, "grad_identity": shortcut}
        return branch, shortcut

    def junction(self, module: nn.Module, args: tuple[Tensor | None, Tensor | None], output: Tensor) -> None:
        branch, shortcut = args
        self.forward |= {"branch": branch, "shortcut": shortcut, "sum": output}
        self.parted["grad_sum"] = output

    def end(self, module: nn.Module, args: object, output: Tensor) -> None:
        self.forward["output"] = output

    def layer(self, own: str) -> "_Layer":
        return _Layer(self.layers, f"{self._name}.{own}")


class _Layer:
    """Keeps the output of one layer; a gate has two, which meet at the junction, and none here."""

    def __init__(self, layers: dict[str, Tensor], name: str) -> None:
        self._layers, self._name = layers, name

    def __call__(self, module: nn.Module, args: object, output: object) -> None:
        if isinstance(output, Tensor):
            self._layers[self._name] = output.detach().cpu()


def _free(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.detach().cpu()


def alignment(maps: BlockMaps) -> tuple[float | None, float | None]:
    """Return the cosine between the gradient's two parts, and the identity's share of the whole gradient.

    The share is <identity part, whole> / |whole|^2 over the batch; the branch's is the rest, so both add up to 1. None
    where a part is missing or zero.
    """
    parts = [maps.maps[name] for name in ("grad_identity", "grad_branch", "grad_x")]
    identity, branch, whole = (None if part is None else part.double().flatten() for part in parts)
    if identity is None or whole is None:
        return None, None
    share = _over(torch.dot(identity, whole), torch.dot(whole, whole))
    if branch is None:
        return None, share
    norms = torch.linalg.vector_norm(identity) * torch.linalg.vector_norm(branch)
    return _over(torch.dot(identity, branch), norms), share


def _over(one: Tensor, other: Tensor) -> float | None:
    return None if other.item() == 0 else (one / other).item()
