"""One block's maps at initialisation, for one image of the first batch, as the wire has them."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from skipscope.model.describe.maps import MAX_CHANNELS, MAX_SIDE, MapsRequest
from skipscope.model.measure.maps import alignment, measure_maps
from skipscope.model.measure.record import wire_number
from skipscope.model.network.memory_format import put_images
from skipscope.model.train.first_batch import first_batch, variants_of
from skipscope.model.train.optimisation import NoUpdate
from skipscope.model.train.variant import Variant


def maps(request: MapsRequest) -> dict[str, Any]:
    """Measure one block of each network: one forward and one backward pass on the first batch, no update."""
    images, labels, _ = first_batch(request)
    return {"variants": [_maps_of(variant, request, images, labels) for variant in variants_of(request)]}


def _maps_of(variant: Variant[NoUpdate], request: MapsRequest, images: Tensor, labels: Tensor) -> dict[str, Any]:
    found = measure_maps(variant.net, request.block, put_images(images, variant.memory_format), labels)
    block = variant.net.blocks[request.block]
    cosine, share = alignment(found)

    def drawn(tensor: Tensor | None) -> dict[str, Any] | None:
        return None if tensor is None else draw(tensor, request.image, request.first_channel)

    return {
        "label": variant.label,
        "block": request.block,
        "skip": block.skip,
        "strength": block.skip_strength,
        "image": {
            "index": request.image,
            "label": int(labels[request.image]),
            "predicted": int(found.logits[request.image].argmax()),
            "map": draw(images.cpu(), request.image, 0),
        },
        "maps": {name: drawn(tensor) for name, tensor in found.maps.items()},
        "layers": [{"name": name, "map": drawn(x)} for name, x in found.layers.items()] if request.layers else [],
        "cosine": wire_number(cosine),
        "identity_share": wire_number(share),
    }


def draw(tensor: Tensor, image: int, first_channel: int) -> dict[str, Any]:
    """Return an image's channels as rows of pixels, with RMS and norm of the whole tensor, [N, C, H, W]."""
    whole = tensor.double()
    own = whole[image]
    channels = own[first_channel : first_channel + MAX_CHANNELS]
    pooled = math.ceil(max(own.shape[-2:]) / MAX_SIDE)
    if pooled > 1 and len(channels):
        channels = nn.functional.avg_pool2d(channels, pooled, ceil_mode=True, count_include_pad=False)
    return {
        "shape": list(own.shape),
        "first_channel": first_channel,
        "pooled": pooled,
        "rows": math.ceil(own.shape[-2] / pooled),
        "columns": math.ceil(own.shape[-1] / pooled),
        "rms": wire_number(whole.square().mean().sqrt().item()),
        "norm": wire_number(torch.linalg.vector_norm(whole).item()),
        "image_rms": wire_number(own.square().mean().sqrt().item()),
        "peak": wire_number(own.abs().max().item()),
        "pixels": [[wire_number(value) for value in channel] for channel in channels.flatten(1).tolist()],
    }
