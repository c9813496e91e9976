"""One image through a network: at some blocks the shortcut, F(x) and their sum, the gradient there, and Grad-CAM
(Selvaraju et al. 2017)."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from skipscope.model.data.loader import Dataset
from skipscope.model.data.pictures import Array
from skipscope.model.data.sent import pixels_of
from skipscope.model.experiments.maps.drawn import MAX_PICTURE, draw, numbers, pooled
from skipscope.model.experiments.maps.figure import figure_of
from skipscope.model.experiments.maps.kind import MAPS, FeatureMapsRequest
from skipscope.model.experiments.maps.tensors import Looked, look
from skipscope.model.experiments.pace import Pace
from skipscope.model.experiments.trained import Trained, trained
from skipscope.model.jobs.job import Event, Job
from skipscope.model.measure.record import wire_number

LUMA = (0.299, 0.587, 0.114)
"""The parts of red, green and blue in a grey level, as Pillow weighs them (ITU-R BT.601)."""


def start(request: FeatureMapsRequest, state: bytes | None) -> Job:
    """Begin the experiment; raise FieldError for an image that is not there."""
    if request.picture is None:
        request.check_image()
    return Job(_events(request, state))


def _events(request: FeatureMapsRequest, state: bytes | None) -> Generator[Event | None]:
    total = len(request.variants)
    networks = yield from trained(request, total, state, MAPS)
    found: list[dict[str, Any]] = []
    pace = Pace(request.steps, request.steps + total, lambda: _wire(request, networks, found), figure_of)
    yield from pace.events(_work(request, networks, found))


def _work(request: FeatureMapsRequest, networks: Trained, found: list[dict[str, Any]]) -> Iterator[bool]:
    data = networks.dataset
    if request.picture is None:
        chosen = slice(request.image, request.image + 1)
        image, label = data.prepare(data.test_pixels[chosen]), data.send(data.test_labels[chosen])
    else:
        image, label = data.prepare(seen(pixels_of(request.picture), data)), None
    for name, net in zip(networks.labels, networks.nets, strict=True):
        looked = look(net, image, label, evenly(tuple(net.blocks), request.blocks))
        found.append(_variant(name, looked, request.channels, data.info.classes))
        yield True


def seen(pixels: Array, data: Dataset) -> Tensor:
    """Return a picture, [32, 32, 3] uint8, as an image of a data set, [1, C, H, W]: in its size, grey if its are."""
    colours = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].to(data.test_pixels) / 255
    if data.info.in_channels == 1:
        colours = (colours * colours.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)
    size = data.info.image_size
    return nn.functional.interpolate(colours, size=(size, size), mode="bilinear", antialias=True)


def evenly(names: Sequence[str], most: int) -> tuple[str, ...]:
    """Return so many names at most, evenly spaced, the last among them, and the first if there are two or more."""
    if most == 1:
        return (names[-1],)
    last = len(names) - 1
    return tuple(names[number] for number in sorted({round(i * last / (most - 1)) for i in range(most)}))


def _variant(label: str, looked: Looked, channels: int, classes: Sequence[str]) -> dict[str, Any]:
    finite = bool(looked.logits.isfinite().all())
    shares = looked.logits.double().softmax(0)
    answer = int(looked.logits.argmax())
    return {
        "label": label,
        "loss": wire_number(looked.loss),
        "answer": classes[answer] if finite else None,
        "probability": wire_number(shares[answer].item()) if finite else None,
        "places": draw(looked, channels),
    }


def _wire(request: FeatureMapsRequest, networks: Trained, found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    data = networks.dataset
    if request.picture is not None:  # neither it nor its pixels are kept, and results are
        shown: dict[str, Any] = {"index": None, "class": None, "pixels": None}
        return {"image": shown, "variants": list(found), "sentences": [sentence_of(one, shown) for one in found]}
    image: Tensor = data.test_pixels[request.image]
    own = data.info.classes[int(data.test_labels[request.image])]
    shown = {"index": request.image, "class": own, "pixels": numbers(pooled(image, MAX_PICTURE))}
    return {"image": shown, "variants": list(found), "sentences": [sentence_of(one, shown) for one in found]}


def sentence_of(found: dict[str, Any], image: dict[str, Any]) -> str:
    """Say a network's result with its numbers."""
    dark = [place["place"] for place in found["places"] if place["cam_peak"] == 0]
    said = _sentence(found, image)
    return f"{said} Grad-CAM is 0 everywhere at {listed(dark)}: no pixel there speaks for the class." if dark else said


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _sentence(found: dict[str, Any], image: dict[str, Any]) -> str:
    name = "your picture" if image["index"] is None else f"image {image['index']}"
    if found["answer"] is None:
        return f"{found['label']}: its answer for {name} is not finite."
    own = "" if image["class"] is None else f", of class {image['class']},"
    said = f"{found['label']} answers {found['answer']} for {name}{own} with {found['probability']:.1%}"
    joined = [place for place in found["places"] if {"shortcut", "branch"} <= place["maps"].keys()]
    if not joined:
        return f"{said}; none of its blocks shown has a shortcut."
    first, last = _ratio(joined[0]), _ratio(joined[-1])
    return f"{said}. F(x) is {first} at {joined[0]['place']}, and {last} at {joined[-1]['place']}."


def _ratio(place: dict[str, Any]) -> str:
    branch, shortcut = place["rms"]["branch"], place["rms"]["shortcut"]
    if isinstance(branch, str) or isinstance(shortcut, str) or not shortcut:
        return "of another size that has no ratio"
    return f"{branch / shortcut:.2g} times the shortcut's size"
