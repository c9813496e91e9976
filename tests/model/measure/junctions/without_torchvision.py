"""A place for torchvision where it is not installed, so that timm can be imported, which uses it for images."""

import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Generator, MutableSequence
from contextlib import contextmanager
from typing import Any


class _Names(type):
    """Makes whatever attribute a class is asked for."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _Names(name, (), {})
        setattr(cls, name, made)
        return made


class _Empty(types.ModuleType):
    """Has a class of every name."""

    __path__: MutableSequence[str] = []  # noqa: RUF012  (as the import system has it)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _Names(name, (), {"__init__": lambda self, *_, **__: None})
        setattr(self, name, made)
        return made


class _Finder:
    """Finds torchvision and all below it, empty."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        """Return the specification of a module of torchvision."""
        is_one = name.split(".", maxsplit=1)[0] == "torchvision"
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if is_one else None  # pyright: ignore[reportArgumentType]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return the empty module."""
        return _Empty(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Give it a version."""
        module.__dict__["__version__"] = "0"


@contextmanager
def importable() -> Generator[None]:
    """Let torchvision be imported, as nothing, where it is not installed."""
    finder: Any = _Finder()
    missing = importlib.util.find_spec("torchvision") is None
    if missing:
        sys.meta_path.append(finder)
    try:
        yield
    finally:
        if missing:
            sys.meta_path.remove(finder)
