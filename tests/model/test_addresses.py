"""What people import from modules has a short address that stays, wherever its code lives."""

import importlib
import subprocess
import sys

import pytest

ADDRESSES = {
    "skipscope.model.data": ("load",),
    "skipscope.model.datasets": ("DatasetError", "DatasetInfo", "catalogue", "info_of"),
    "skipscope.model.sources": ("read_image",),
    "skipscope.model.weights": ("MissingFileError", "WeightsError", "load_weights"),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_short_address_has_its_names(address: str) -> None:
    module = importlib.import_module(address)
    found = [getattr(module, name) for name in ADDRESSES[address]]
    assert all(callable(thing) for thing in found)


def test_data_sets_are_listed_without_torch() -> None:
    names = ", ".join(address for address in ADDRESSES if not address.endswith("weights"))
    code = f"import sys, {names}; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
