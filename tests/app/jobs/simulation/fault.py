"""Faults put into the server's code while it runs: a guard taken back, or a plausible mistake. The simulation has to
find each of them."""

import importlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple


class Edit(NamedTuple):
    """A piece of a module's text, and what stands in its place; `names` are the module's own values that change."""

    module: str
    old: str
    new: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """A fault, what follows from it in one sentence, and its place in the code."""

    name: str
    cause: str
    edits: tuple[Edit, ...]


@contextmanager
def present(fault: Fault) -> Generator[None]:
    """Have a fault in the code."""
    texts: dict[str, str] = {}
    for edit in fault.edits:
        text = texts.get(edit.module) or _text(_module(edit.module))
        assert text.count(edit.old) == 1, f"{fault.name}: {text.count(edit.old)} times in {edit.module}: {edit.old}"
        texts[edit.module] = text.replace(edit.old, edit.new)
    before: list[tuple[Any, str, Any]] = []
    try:
        for name, text in texts.items():
            module = _module(name)
            changed = ModuleType(module.__name__)
            vars(changed).update(__file__=module.__file__, __package__=module.__package__)
            exec(compile(text, str(module.__file__), "exec"), vars(changed))  # noqa: S102  (our own text)
            pairs = [*_pairs(vars(module), vars(changed), module.__name__)]
            for own, other in pairs:
                before.append((own, "__code__", own.__code__))
                own.__code__ = other
            for value in {value for edit in fault.edits if edit.module == name for value in edit.names}:
                before.append((module, value, getattr(module, value)))
                setattr(module, value, getattr(changed, value))
        yield
    finally:
        for owner, attribute, value in reversed(before):
            setattr(owner, attribute, value)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"skipscope.app.{name}")


def _text(module: ModuleType) -> str:
    assert module.__file__ is not None
    return Path(module.__file__).read_text(encoding="utf-8")


def _pairs(own: Any, other: Any, module: str) -> Generator[tuple[FunctionType, CodeType]]:
    """Yield the functions of a module, or of a class in it, whose code is another in a changed copy."""
    for name, value in own.items():
        if name not in other:
            continue
        if isinstance(value, type):
            if value.__module__ == module and isinstance(other[name], type):
                yield from _pairs(vars(value), vars(other[name]), module)
            continue
        function, changed = _function(value), _function(other[name])
        if function is None or changed is None or function.__module__ != module:
            continue
        if _same(function.__code__) != _same(changed.__code__):
            yield function, changed.__code__


def _function(value: Any) -> FunctionType | None:
    inner = value.fget if isinstance(value, property) else value
    inner = value.func if isinstance(value, cached_property) else inner
    inner = getattr(inner, "__func__", inner)
    inner = getattr(inner, "__wrapped__", inner)
    return inner if isinstance(inner, FunctionType) else None


def _same(code: CodeType) -> tuple[Any, ...]:
    """Return what two codes have in common that do the same, wherever they stand."""
    parts = tuple(_same(part) if isinstance(part, CodeType) else (type(part), part) for part in code.co_consts)
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, parts
