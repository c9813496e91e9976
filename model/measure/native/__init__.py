"""Compiled sums: one pass over a tensor by all threads, and gradients that are added up without calling Python.

They are an extra. If they were not built, or were built for another torch or another Python, torch's own operations
measure the same numbers; `skipscope compile` builds them into the user's cache folder.
"""

import hashlib
import importlib.util
import logging
import os
import sysconfig
from functools import cache
from pathlib import Path
from typing import cast

import torch

from skipscope.model.measure.native.engine import Block as Block
from skipscope.model.measure.native.engine import Engine as Engine
from skipscope.model.measure.native.engine import Parts as Parts
from skipscope.model.measure.native.engine import Place as Place
from skipscope.model.measure.native.engine import Recipe as Recipe
from skipscope.model.measure.native.engine import Sum as Sum
from skipscope.model.measure.native.engine import Tap as Tap
from skipscope.model.measure.native.engine import Trail as Trail
from skipscope.model.measure.native.engine import Users as Users
from skipscope.model.measure.native.engine import WeightGradient as WeightGradient

FOLDER = Path(__file__).resolve().parent
MODULE = "meters"
log = logging.getLogger("skipscope")


def file_name() -> str:
    """Return the name of the module's file, of these sources, for this torch and this Python."""
    sources = sorted([*FOLDER.glob("*.cpp"), *FOLDER.glob("*.h"), FOLDER / "build.py"])
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return f"{MODULE}-{digest[:12]}-torch{torch.__version__}{sysconfig.get_config_var('EXT_SUFFIX')}"


def cache_folder() -> Path:
    """Return the folder that the module is compiled into: $SKIPSCOPE_CACHE, or the user's cache folder."""
    import platformdirs  # noqa: PLC0415  (a build from the sources has torch, and not always this)

    return Path(os.environ.get("SKIPSCOPE_CACHE") or platformdirs.user_cache_dir("skipscope", appauthor=False))


@cache
def load() -> Engine | None:
    """Load the compiled sums; None where there are none for this torch and this Python, or SKIPSCOPE_NATIVE is 0.

    A file that does not load is logged, once, and passed over.
    """
    if os.environ.get("SKIPSCOPE_NATIVE") == "0":
        return None
    # an image brings the file beside the sources
    for file in (FOLDER / file_name(), cache_folder() / file_name()):
        if not file.exists():
            continue
        spec = importlib.util.spec_from_file_location(MODULE, file)
        assert spec is not None and spec.loader is not None, f"{file} is an extension module"
        try:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        except ImportError as error:
            log.warning(
                "%s does not load, so measuring takes longer: %s. Remove it, then `skipscope compile`.", file, error
            )
            continue
        return cast("Engine", module)
    return None
