"""The language of Explore's addresses, as far as a measurement needs it: networks, and the settings of a training."""

import re
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

from pydantic import BaseModel, ValidationError

from skipscope.model.data.catalogue import adapt_all
from skipscope.model.describe.maps import MapsRequest
from skipscope.model.describe.presets import resolve
from skipscope.model.describe.request import MAX_VARIANTS, Batches, ProbeRequest, TrainingRequest
from skipscope.model.describe.words import findings

M = TypeVar("M", bound=BaseModel)
MEASURED = tuple(name for name in Batches.model_fields if name not in ("variants", "device"))
"""Settings on which a measurement at initialisation depends."""
TRAINED = tuple(name for name in TrainingRequest.model_fields if name not in Batches.model_fields)
SHOWN = ("quantity", "branch", "heat", "view", "theory", "scale", "lock", "brush", "select", "hide", "speed")
"""Other fields of an address, on how Explore shows it."""
NETWORK = re.compile(r"^variants\.(\d+)(?:\.|: )")
"""A network in the words of a request; an address has networks, each as net=…."""
RANGES = ("cut", "only", "strength")
"""Fields of a network that list blocks: with cut skips, with the only skips, with weaker ones."""


def request_of(address: str, seed: int | None = None) -> ProbeRequest:
    """Return the probe that an address asks for; raise ValueError for what is none."""
    return _valid(ProbeRequest, _with_strengths(*_read(address, seed, MEASURED)))


def request_of_maps(address: str, block: int, image: int = 0, seed: int | None = None) -> MapsRequest:
    """Return the maps that an address asks for, of a block counted from 1; raise ValueError where there are none."""
    probe = request_of(address, seed)
    names = probe.variants[-1].block_names
    if block > len(names):
        raise ValueError(f"block={block}: the last network has {len(names)} blocks, counted from 1")
    return _valid(MapsRequest, {**dict(probe), "block": names[block - 1], "image": image})


def training_of(address: str, seed: int | None = None) -> TrainingRequest:
    """Return the training that an address asks for; raise ValueError for what is none."""
    found, strengths = _read(address, seed, (*MEASURED, *TRAINED))
    if any(strengths):
        raise ValueError("strength: a training begins with whole skips; leave it out")
    return _valid(TrainingRequest, found)


def _valid(model: type[M], found: dict[str, Any]) -> M:
    try:
        return model.model_validate(found)
    except ValidationError as error:
        said = findings(error.errors())[0].detail
        raise ValueError(NETWORK.sub(lambda at: f"network {int(at[1]) + 1}: ", said)) from error


def _with_strengths(found: dict[str, Any], strengths: list[list[float] | None]) -> dict[str, Any]:
    return {**found, "strengths": strengths} if any(strengths) else found


def _read(address: str, seed: int | None, names: tuple[str, ...]) -> tuple[dict[str, Any], list[list[float] | None]]:
    """Return the fields of a request, and the strengths of each network's shortcuts where some are weakened."""
    descriptions: list[dict[str, Any]] = []
    strengths: list[list[float] | None] = []
    settings: dict[str, Any] = {}
    for name, text in parse_qsl(address.removeprefix("?"), keep_blank_values=True, strict_parsing=True):
        if name == "net":
            described, weak = _described(text)
            descriptions.append(described)
            strengths.append(weak)
        elif name in names:
            settings[name] = text if name == "dataset" else value_of(text)
        elif name not in (*TRAINED, *SHOWN):
            raise ValueError(f"{name}={text}: an address here has net, {', '.join([*MEASURED, *TRAINED, *SHOWN])}")
    if not 1 <= len(descriptions) <= MAX_VARIANTS:
        raise ValueError(f"it has {len(descriptions)} networks; give 1 to {MAX_VARIANTS}, each as net=…")
    if seed is not None:
        settings["seed"] = seed
    return {"variants": descriptions, **settings}, strengths


def check_address(address: str) -> None:
    """Raise ValueError where an address asks for nothing that can be measured."""
    found, strengths = _read(address, None, (*MEASURED, *TRAINED))
    adapt_all(_valid(TrainingRequest, found))
    if any(strengths):
        request_of(address)


def check_setting(address: str, fields: dict[str, Any], training: dict[str, Any]) -> None:
    """Raise ValueError where networks or trainings of an address cannot have these fields."""
    wanted, _ = _read(address, None, (*MEASURED, *TRAINED))
    unknown = [name for name in training if name not in (*MEASURED, *TRAINED)]
    if unknown:
        raise ValueError(f"training.{unknown[0]}: a training has {', '.join([*MEASURED, *TRAINED])}")
    stated = [_stated({**one, **fields}) for one in wanted["variants"]]
    wanted["variants"] = [description for description, _ in stated]
    strengths = [weak for _, weak in stated]
    adapt_all(_valid(TrainingRequest, {**wanted, **training}))
    measured = {name: value for name, value in wanted.items() if name not in TRAINED}
    _valid(ProbeRequest, _with_strengths(measured, strengths))


def _described(text: str) -> tuple[dict[str, Any], list[float] | None]:
    """Return a network as it is described, a preset and fields that differ, and its weakened shortcuts."""
    preset, *fields = text.split(",")
    found: dict[str, Any] = {"preset": preset} if preset else {}
    for field in fields:
        name, colon, value = field.partition(":")
        if not (name and colon):
            raise ValueError(f"net={text}: {field!r} is no name:value")
        found[name] = value if name in RANGES else value_of(value)
    return _stated(found)


def _stated(fields: dict[str, Any]) -> tuple[dict[str, Any], list[float] | None]:
    """Return a description whose skips are those of its ranges of blocks, and its weakened shortcuts."""
    found = {name: value for name, value in fields.items() if name not in RANGES}
    ranges = {name: str(fields[name]) for name in RANGES if name in fields}
    blocks = resolve(found).num_blocks if ranges else 0
    weak = _strengths(ranges.pop("strength"), blocks) if "strength" in ranges else None
    for name, value in ranges.items():
        named = _named(value, blocks)
        found["skips"] = [(number in named) == (name == "only") for number in range(1, blocks + 1)]
    return found, weak


def value_of(text: str) -> Any:
    """Return a value as an address writes it: true, a number, a list as 3-4-6-3, or a word."""
    plain = unquote(text)
    if plain in ("true", "false"):
        return plain == "true"
    if plain == "null":
        return None
    parts = plain.removesuffix("-").split("-")
    if "-" in plain and all(part.isdecimal() for part in parts):
        return [int(part) for part in parts]
    for number in (int, float):
        try:
            return number(plain)
        except ValueError:
            continue
    return plain


def _strengths(text: str, blocks: int) -> list[float]:
    """Return the factor on each shortcut: 0.5@1-3_0.2@7, 1 on all others."""
    found = [1.0] * blocks
    for part in text.split("_"):
        value, at, ranges = part.partition("@")
        try:
            factor = float(value)
        except ValueError:
            at = ""
            factor = 1.0
        if not at:
            raise ValueError(f"strength:{text}: give a factor and blocks as 0.5@1-3")
        for number in _named(ranges, blocks):
            found[number - 1] = factor
    return found


def _named(ranges: str, blocks: int) -> set[int]:
    """Return the blocks in ranges as 1-3.7, counted from 1."""
    named: set[int] = set()
    for part in ranges.split("."):
        first, _, last = part.partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()):
            raise ValueError(f"{ranges!r}: give blocks from 1 as 1-3.7")
        if not 1 <= int(first) <= int(last or first):
            raise ValueError(f"{ranges!r}: {part} names no block; give blocks from 1, the smaller first, as 1-3.7")
        named.update(range(int(first), int(last or first) + 1))
    if max(named) > blocks:
        raise ValueError(f"{ranges!r}: the network has {blocks} blocks")
    return named
