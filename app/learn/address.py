"""The language of Explore's addresses, as far as a measurement needs it: networks, and the settings of a training."""

from typing import Any
from urllib.parse import parse_qsl, unquote

from skipscope.model.data.catalogue import adapt_all
from skipscope.model.describe.presets import resolve
from skipscope.model.describe.request import MAX_VARIANTS, Batches, ProbeRequest, TrainingRequest

MEASURED = tuple(name for name in Batches.model_fields if name not in ("variants", "device"))
"""Settings on which a measurement at initialisation depends."""
TRAINED = tuple(name for name in TrainingRequest.model_fields if name not in Batches.model_fields)
SHOWN = ("quantity", "view", "theory", "scale", "lock", "brush", "select", "hide", "speed")
"""Other fields of an address, on how Explore shows it."""
RANGES = ("cut", "only")
"""Fields of a network that list blocks whose skips are cut, or are the only ones."""


def request_of(address: str, seed: int | None = None) -> ProbeRequest:
    """Return the probe that an address asks for; raise ValueError for what is none."""
    return ProbeRequest.model_validate(_read(address, seed, MEASURED))


def training_of(address: str, seed: int | None = None) -> TrainingRequest:
    """Return the training that an address asks for; raise ValueError for what is none."""
    return TrainingRequest.model_validate(_read(address, seed, (*MEASURED, *TRAINED)))


def _read(address: str, seed: int | None, names: tuple[str, ...]) -> dict[str, Any]:
    descriptions: list[dict[str, Any]] = []
    settings: dict[str, Any] = {}
    for name, text in parse_qsl(address.removeprefix("?"), keep_blank_values=True, strict_parsing=True):
        if name == "net":
            descriptions.append(_described(text))
        elif name in names:
            settings[name] = text if name == "dataset" else value_of(text)
        elif name not in (*TRAINED, *SHOWN):
            raise ValueError(f"{name}={text}: an address here has net, {', '.join([*MEASURED, *TRAINED, *SHOWN])}")
    if not 1 <= len(descriptions) <= MAX_VARIANTS:
        raise ValueError(f"it has {len(descriptions)} networks; give 1 to {MAX_VARIANTS}, each as net=…")
    if seed is not None:
        settings["seed"] = seed
    return {"variants": descriptions, **settings}


def check_address(address: str) -> None:
    """Raise ValueError where an address asks for nothing that can be measured."""
    adapt_all(training_of(address))


def check_setting(address: str, fields: dict[str, Any], training: dict[str, Any]) -> None:
    """Raise ValueError where networks or trainings of an address cannot have these fields."""
    wanted = _read(address, None, (*MEASURED, *TRAINED))
    unknown = [name for name in training if name not in (*MEASURED, *TRAINED)]
    if unknown:
        raise ValueError(f"training.{unknown[0]}: a training has {', '.join([*MEASURED, *TRAINED])}")
    wanted["variants"] = [_with_skips({**one, **fields}) for one in wanted["variants"]]
    adapt_all(TrainingRequest.model_validate({**wanted, **training}))


def _described(text: str) -> dict[str, Any]:
    """Return a network as it is described: a preset, and fields that differ."""
    preset, *fields = text.split(",")
    found: dict[str, Any] = {"preset": preset} if preset else {}
    for field in fields:
        name, colon, value = field.partition(":")
        if not (name and colon):
            raise ValueError(f"net={text}: {field!r} is no name:value")
        found[name] = value if name in RANGES else value_of(value)
    return _with_skips(found)


def _with_skips(stated: dict[str, Any]) -> dict[str, Any]:
    """Return a description whose skips are those of its ranges of blocks."""
    found = {name: value for name, value in stated.items() if name not in RANGES}
    for name in RANGES:
        if name in stated:
            found["skips"] = _skips(str(stated[name]), resolve(found).num_blocks, inside=name == "only")
    return found


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


def _skips(ranges: str, blocks: int, *, inside: bool) -> list[bool]:
    """Return which blocks have a skip: those in the ranges, counted from 1, or all others."""
    named: set[int] = set()
    for part in ranges.split("."):
        first, _, last = part.partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()):
            raise ValueError(f"{ranges!r}: give blocks from 1 as 1-3.7")
        named.update(range(int(first), int(last or first) + 1))
    if max(named) > blocks:
        raise ValueError(f"{ranges!r}: the network has {blocks} blocks")
    return [(number in named) == inside for number in range(1, blocks + 1)]
