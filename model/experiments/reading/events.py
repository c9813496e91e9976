"""The trunk read after each block: accuracy of linear probes (Alain & Bengio 2016), and for one image the answers of
the network's own head, or of the probe where the trunk has not the head's width."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from skipscope.model.data.loader import Dataset
from skipscope.model.experiments.pace import Pace
from skipscope.model.experiments.reading.figure import figure_of
from skipscope.model.experiments.reading.kind import READING, TOGETHER, ReadingRequest, counts_of
from skipscope.model.experiments.reading.trunk import Trunk
from skipscope.model.experiments.trained import trained
from skipscope.model.jobs.job import Event, Job


def start(request: ReadingRequest, state: bytes | None) -> Job:
    """Begin the experiment; raise FieldError for an image that is not there."""
    request.check_image()
    return Job(_events(request, state))


def _events(request: ReadingRequest, state: bytes | None) -> Generator[Event | None]:
    size = TOGETHER * request.batch_size
    parts = sum(-(-count // size) for count in counts_of(request))
    total = sum(parts + architecture.num_blocks + 1 for architecture in request.variants)
    networks = yield from trained(request, total, state, READING)
    data = networks.dataset
    found = [
        Trunk(label, net, data.info.num_classes, request.ridge)
        for label, net in zip(networks.labels, networks.nets, strict=True)
    ]
    pace = Pace(request.steps, request.steps + total, lambda: _wire(request, found, data), figure_of)
    yield from pace.events(_work(request, found, data))


def _work(request: ReadingRequest, found: Sequence[Trunk], data: Dataset) -> Iterator[bool]:
    fitted, judged = counts_of(request)
    size = TOGETHER * request.batch_size
    for trunk in found:
        trunk.look_at(*_part(data, slice(request.image, request.image + 1), test=True))
        for begin in range(0, fitted, size):
            trunk.fit_to(*_part(data, slice(begin, min(fitted, begin + size)), test=False))
            yield True
        for begin in range(0, judged, size):
            trunk.judge_on(*_part(data, slice(begin, min(judged, begin + size)), test=True))
            yield True
    # place by place, so that the networks can be compared from the beginning
    for number in range(max(len(trunk.places) for trunk in found)):
        for trunk in found:
            if number < len(trunk.places):
                trunk.read(number)
                yield True


def _part(data: Dataset, numbers: slice, *, test: bool) -> Any:
    pixels, labels = (data.test_pixels, data.test_labels) if test else (data.train_pixels, data.train_labels)
    return data.prepare(pixels[numbers]), labels[numbers]


def _wire(request: ReadingRequest, found: Sequence[Trunk], data: Dataset) -> dict[str, Any]:
    classes = data.info.classes
    image = {"index": request.image, "class": classes[int(data.test_labels[request.image])]}
    variants = [trunk.to_dict(classes) for trunk in found]
    sentences = [sentence_of(one, image) for one in variants]
    return {"image": image, "classes": list(classes), "variants": variants, "sentences": sentences}


def sentence_of(found: dict[str, Any], image: dict[str, Any]) -> str:
    """Say a network's result with its numbers."""
    label, places = found["label"], found["places"]
    read = [place for place in places if place["probe_accuracy"] is not None]
    if not read:
        return f"{label}: no place is read yet, or its activations are not finite."
    said = (
        f"{label}: a linear probe reads {read[0]['probe_accuracy']:.1%} of {found['images']} held-out images after "
        f"{read[0]['place']}"
    )
    if len(read) > 1:
        said += f" and {read[-1]['probe_accuracy']:.1%} after {read[-1]['place']}"
    if found["accuracy"] is not None:
        said += f"; the network itself {found['accuracy']:.1%}"
    final, since = places[-1]["answer"], None
    for place in reversed(places):
        if final is None or place["answer"] != final:
            break
        since = place["place"]
    if since is not None:
        right = "its class" if final == image["class"] else f"in place of {image['class']}"
        said += f". For image {image['index']} the answer is {final}, {right}, from {since} on"
    return f"{said}."
