"""Nothing that a pickle names is imported or called, and what it says of the rest is kept."""

import contextlib
import enum
import io
import os
import pickle
import subprocess
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import _utils, nn

from skipscope.model.foreign.pickles import SAFE_PICKLE, Inert, attributes_of


class Settings(dict[str, Any]):
    """A mapping of a class that a training script brings."""


class Steps(list[int]):
    """A list of a class that a training script brings."""


class Mode(enum.Enum):
    FAST = 1


class Slotted:
    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 7


class Calls:
    """Pickles as a call of a function with arguments."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


def read(content: Any, protocol: int = 2) -> Any:
    return SAFE_PICKLE.load(io.BytesIO(pickle.dumps(content, protocol)))


@pytest.mark.parametrize("protocol", range(6))
def test_whatever_a_script_saves_is_read_and_inert(protocol: int) -> None:
    content: list[Any] = [
        Settings(lr=0.1), Steps([1, 2]), Mode.FAST, Path("data"), np.float64(3), np.arange(3),
        partial(max, 1), Counter("abc"), defaultdict(list, a=[1]), deque([1, 2]), {1, 2}, frozenset([1]), range(3),
        complex(1, 2), b"bytes", bytearray(b"bytes"), nn.Linear, torch.device("cpu"), slice(1, 2),
    ]  # fmt: skip
    found = read({"epoch": 3, "rest": content, "ordered": OrderedDict(a=1)}, protocol)
    assert found["epoch"] == 3
    assert found["ordered"] == OrderedDict(a=1)
    assert len(found["rest"]) == len(content)


def test_what_the_file_says_of_an_object_is_kept() -> None:
    settings, slotted = read(Settings(lr=0.1)), read(Slotted(), 4)
    assert isinstance(settings, Inert)
    assert settings.entries == {"lr": 0.1}
    assert settings.origin.endswith(".Settings")
    assert attributes_of(slotted) == {"value": 7}


CALLS: dict[str, tuple[Any, ...]] = {
    "a shell": (subprocess.run, "touch executed"),
    "an expression": (eval, "open('executed', 'w')"),
    "a method": (Path.touch, Path("executed")),
    "a bound function": (partial(os.mkdir, "executed"),),
    "a download": (torch.hub.download_url_to_file, "file:///etc/hostname", "executed"),
    "an import": (__import__, "antigravity"),
}


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", CALLS)
def test_nothing_in_a_file_is_executed(name: str, protocol: int, tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        found = read({"fc.weight": Calls(*CALLS[name])}, protocol)
    assert isinstance(found["fc.weight"], Inert)
    assert list(tmp_path.iterdir()) == []
    assert "antigravity" not in sys.modules


HOSTILE: dict[str, bytes] = {
    # GLOBAL, then a state of attributes for the class or function itself
    "attributes of a class": b"\x80\x02ccollections\nOrderedDict\n}X\x03\0\0\0getK\x01sb.",
    "attributes of a maker": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\nN}X\x0c\0\0\0__defaults__K\x01s\x86b.",
    "slots of a maker": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\nN}X\x05\0\0\0_makeK\x01s\x86b.",
    "attributes of an inert class": b"\x80\x02cos\nsystem\nN}X\x0c\0\0\0dump_patches\x88s\x86b.",
    "a place in the memo that takes gigabytes": b"\x80\x02]r\xff\xff\xff\xff.",
    "a length that takes terabytes": b"\x80\x04\x8e\0\0\0\0\0\x01\0\0.",
    "nested a thousand times": b"\x80\x02" + b"]" * 1000 + b"a" * 999 + b".",
    "an extension": b"\x80\x02\x82\x01.",
    "a dotted name": b"\x80\x04\x8c\x05torch\x8c\x0chub.os.popen\x93.",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pickle_does_nothing(name: str) -> None:
    defaults = _utils._rebuild_tensor_v2.__defaults__
    try:
        SAFE_PICKLE.load(io.BytesIO(HOSTILE[name]))
    except Exception as error:  # whichever: load_weights makes one of all
        assert str(error) or isinstance(error, EOFError | MemoryError)
    assert _utils._rebuild_tensor_v2.__defaults__ == defaults
    assert OrderedDict.get is not None
    assert not Inert.dump_patches
    tensor = torch.arange(3.0)
    file = io.BytesIO()
    torch.save(tensor, file)
    file.seek(0)
    assert torch.equal(torch.load(file, pickle_module=SAFE_PICKLE, weights_only=False), tensor)
