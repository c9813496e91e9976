"""The front end's types of the wire are those of the server's models, and no other says what anything is."""

import inspect
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from pydantic import BaseModel

from scripts import wire
from skipscope.app import wire as room

SCRIPTS = Path(wire.ROOT, "static", "js")
COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
TYPE = re.compile(r"\{[^@]*?\bany\b[^@]*?\}")


def models() -> list[type[BaseModel]]:
    """Return all models that the room of the wire declares."""
    modules = [import_module(f"{room.__name__}.{found.name}") for found in iter_modules(room.__path__)]
    return [
        one
        for module in modules
        for _, one in inspect.getmembers(module, inspect.isclass)
        if one.__module__ == module.__name__ and issubclass(one, BaseModel)
    ]


def test_the_types_of_the_wire_are_not_stale() -> None:
    assert wire.FILE.read_text(encoding="utf-8") == wire.text(), "stale: run `make wire`"


def test_every_model_of_the_wire_is_declared_with_its_fields() -> None:
    text = wire.FILE.read_text(encoding="utf-8")
    assert len(models()) > 40
    for model in models():
        declared = text.split(f"export type {model.__name__} = {{\n")[1].split("\n};")[0]
        for name, field in model.model_fields.items():
            written = field.alias or name
            assert f"  {written}: " in declared or f"  {written}?: " in declared, f"{model.__name__}.{written}"


def test_everything_has_a_type() -> None:
    assert not re.findall(r"\?: any\b|: any\b|<any\b|\bany\[", wire.FILE.read_text(encoding="utf-8"))
    untyped = [
        f"{path.relative_to(SCRIPTS)}: {found}"
        for path in sorted(SCRIPTS.rglob("*.js"))
        for comment in COMMENT.findall(path.read_text(encoding="utf-8"))
        for found in TYPE.findall(comment)
    ]
    assert not untyped, "\n".join(untyped)
