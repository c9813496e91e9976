"""Which data sets there are, and what they decide of a network; no pixel is loaded here and no torch needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.architecture import Architecture
from model.presets import label
from model.request import Batches


class DatasetError(ValueError):
    """A data set that cannot be had: says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What a data set is, before a pixel is loaded."""

    name: str
    title: str
    num_images: int
    image_size: int
    in_channels: int
    num_classes: int
    source: str
    licence: str


DATASETS: dict[str, DatasetInfo] = {
    info.name: info
    for info in (
        DatasetInfo("digits", "Handwritten digits", 1797, 8, 1, 10, "scikit-learn, from UCI's optical digits", "BSD-3"),
    )
}


def info_of(name: str) -> DatasetInfo:
    """Return what is known of a data set. Raise DatasetError, naming those that exist, for an unknown name."""
    if name not in DATASETS:
        raise DatasetError(f"dataset={name!r}: there is no such data set. Choose one of {', '.join(sorted(DATASETS))}.")
    return DATASETS[name]


def adapt(architecture: Architecture, info: DatasetInfo, image_size: int) -> Architecture:
    """Return the architecture with the channels, classes and size of a data set."""
    return architecture.replace(in_channels=info.in_channels, num_classes=info.num_classes, image_size=image_size)


def adapt_all(request: Batches) -> tuple[Architecture, ...]:
    """Return the variants of a request as they will be built."""
    info = info_of(request.dataset)
    return tuple(adapt(variant, info, request.image_size or info.image_size) for variant in request.variants)


def labels_of(architectures: Sequence[Architecture]) -> tuple[str, ...]:
    """Name variants for people, each differently."""
    names = [label(architecture) for architecture in architectures]
    return tuple(
        f"{name} ({names[: i + 1].count(name)})" if names.count(name) > 1 else name for i, name in enumerate(names)
    )
