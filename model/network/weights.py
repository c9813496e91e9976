"""Weights from files of other programs, loaded into a network; nothing in a file is run."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from skipscope.model.foreign.entries import SURE, Entry, State, find_entries, part_of
from skipscope.model.foreign.fitting import Candidate, candidates, misfits_of
from skipscope.model.foreign.layouts import WRAPPERS
from skipscope.model.foreign.pickles import Inert
from skipscope.model.foreign.reports import SHOWN, kind_of_value, report
from skipscope.model.foreign.weight_files import MissingFileError, WeightsError, read

__all__ = ["MissingFileError", "WeightsError", "load_weights"]

REMEDY = "Load it into a network of the same layers."


def load_weights(
    path: str | PathLike[str], into: nn.Module | None = None, *, entry: str | None = None
) -> dict[str, Tensor]:
    """Read a state dict from a file of torch.save or safetensors, on the CPU, and load it into a net if one is given.

    State dicts are found in checkpoints of training scripts under any name, in modules that were saved whole, and in
    several files by their index. Prefixes that wrappers leave are taken off; other programs' names for the layers of a
    ResNet become the net's. Weights as they were trained come before averages of them; `entry` asks for another part
    of the file ("state_dict_ema"). Without a net, keys lose `module.` and what torch's own wrappers put into them.

    Raise WeightsError for a file that is not there (it is a FileNotFoundError too), cannot be read, holds no state
    dict, holds several of which none is the likelier, or does not fit, key by key; the net is then unchanged.
    """
    name = Path(path).name
    content = read(path)
    entries, places = _entries(content, name, entry)
    if into is None:
        return _bare(_sole(entries, name), name)
    best = _best(candidates(entries, into), name) or _as_it_is(entries[0], into)
    said = _load(best.state, into)
    if said is not None:
        raise _misfit(best, into, name, said, places)
    return best.state


def fitted(content: Any, net: nn.Module, name: str) -> State:
    """Return what is in a file under the names of a net, which fits it whole; raise WeightsError. No number is read:
    content and net may be on the meta device."""
    entries, places = _entries(content, name, None)
    best = _best(candidates(entries, net), name) or _as_it_is(entries[0], net)
    if best.misfits.total:
        raise _misfit(best, net, name, "", places)
    return best.state


def _entries(content: Any, name: str, entry: str | None) -> tuple[list[Entry], list[str]]:
    """Return the state dicts that are meant, and where in the file all of them are."""
    entries = find_entries(content, name)
    if not entries:
        raise WeightsError(f"{name} holds no state dict: a mapping of names to tensors is needed.{_instead(content)}")
    places = [one.place for one in entries]
    if entry is not None:
        entries = part_of(entries, entry)
        if not entries:
            raise WeightsError(f"{name}: entry={entry!r} holds no weights. There are weights in {_named(places)}.")
    return entries, places


def _misfit(best: Candidate, net: nn.Module, name: str, said: str, places: list[str]) -> WeightsError:
    clauses = report(best.misfits, best.state, net) or [said]
    differs = any(" in the network" in clause for clause in clauses)
    remedy = "Build the network of the file." if differs else REMEDY
    others = f" entry=… names another part of the file: {_named(places)}." if len(places) > 1 else ""
    return WeightsError(f"{name} does not fit the network: {'; '.join(clauses)}. {remedy}{others}")


def _best(found: list[Candidate], name: str) -> Candidate | None:
    """Return the likeliest reading that fits, or the one with the fewest misfits."""
    fitting = [one for one in found if not one.misfits.total]
    if not fitting:
        return min(found, key=lambda one: one.misfits.total, default=None)
    equal = [one for one in fitting if one.rank == fitting[0].rank and not _same(one.state, fitting[0].state)]
    places = list(dict.fromkeys(one.place for one in (fitting[0], *equal)))
    if len(places) > 1:
        raise WeightsError(_several(places, name))
    return fitting[0]


def _same(one: State, other: State) -> bool:
    return one.keys() == other.keys() and all(one[key] is other[key] for key in one)


def _sole(entries: list[Entry], name: str) -> Entry:
    """Return the state dict that is meant where there is no network to try."""
    if len(entries) > 1 and entries[0].place not in ("", *SURE):
        plain = [one.place for one in entries if one.rank[0] == entries[0].rank[0]]
        if len(plain) > 1:
            raise WeightsError(_several(plain, name))
    return entries[0]


def _several(places: list[str], name: str) -> str:
    return f"{name} holds {len(places)} state dicts: {_named(places)}. Name one by entry=…"


def _as_it_is(entry: Entry, net: nn.Module) -> Candidate:
    return Candidate(entry.place, entry.state, misfits_of(entry.state, net))


def _bare(entry: Entry, name: str) -> dict[str, Tensor]:
    for key, value in entry.state.items():
        if isinstance(value, Inert):
            raise WeightsError(f"{name}: {key} is no plain tensor but {kind_of_value(value)}; nothing is run.")
    inner = WRAPPERS - {"module", "_module"}
    state = {".".join(part for part in key.split(".") if part not in inner): entry.state[key] for key in entry.state}
    while (kept := [key for key in state if "." in key]) and all(key.startswith("module.") for key in kept):
        state = {key.removeprefix("module."): state[key] for key in kept}  # beside them, AveragedModel counts
    return state


def _load(state: State, net: nn.Module) -> str | None:
    """Load strictly, as torch does; return its words where it refuses, with the net as it was before."""
    kept = {key: value.clone() for key, value in _tensors_of(net).items()}
    try:
        net.load_state_dict(state, strict=True)
    except Exception as error:
        with torch.no_grad():
            for key, value in _tensors_of(net).items():
                value.copy_(kept[key])
        return " ".join(str(error).split())
    return None


def _tensors_of(net: nn.Module) -> dict[str, Tensor]:
    return {key: value for key, value in net.state_dict().items() if isinstance(value, Tensor) and not is_lazy(value)}


def _instead(content: Any) -> str:
    """Say what a file holds that is no state dict."""
    if isinstance(content, Mapping):
        held = cast("Mapping[Any, Any]", content)
        odd = [f"{key} is {kind_of_value(value)}" for key, value in held.items() if isinstance(value, Inert)]
        if odd:
            more = f" and {len(odd) - 1} more" if len(odd) > 1 else ""
            return f" {odd[0]}{more}, and nothing is run. Save tensors under their names."
        return f" It holds {_named([str(key) for key in held])}." if held else " It holds nothing."
    if isinstance(content, Inert):
        return f" It holds an object of {content.origin}, and nothing is run. Save net.state_dict() alone."
    return f" It holds a value of type {type(content).__name__}."


def _named(names: list[str]) -> str:
    rest = len(names) - SHOWN
    shortened = [(name or "the top of the file")[:60] for name in names[:SHOWN]]
    return ", ".join(shortened) + (f" and {rest} more" if rest > 0 else "")
