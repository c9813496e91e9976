"""Write the types of the wire, as the front end is checked against them, from the server's models."""

import inspect
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from skipscope.app.wire import architectures, runs

ROOT = Path(__file__).resolve().parent.parent

FILE = ROOT / "static" / "js" / "wire.d.ts"
HEAD = """/** @file What the server answers, generated from app/wire by `make wire`. */
"""
PARTIAL = ("NewRun", "Change", "Fork", "ProblemView")
"""Of these what has a default may be absent; answers are whole."""
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def models(module: ModuleType) -> list[type[BaseModel]]:
    """Return the models that a module declares, in its order."""
    declared = [one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__]
    found = [one for one in declared if issubclass(one, BaseModel)]
    return sorted(found, key=lambda one: inspect.getsourcelines(one)[1])


def text() -> str:
    """Return the whole file."""
    named = [*models(architectures), *models(runs)]
    _, schema = models_json_schema([(one, "serialization") for one in named], ref_template="{model}")
    return HEAD + "".join(_declared(name, one) for name, one in schema["$defs"].items())


def _declared(name: str, schema: dict[str, Any]) -> str:
    said = f"\n/** {schema['description'].splitlines()[0]} */" if "description" in schema else ""
    if name not in PARTIAL:
        schema = {**schema, "required": list(schema.get("properties", ()))}
    return f"{said}\nexport type {name} = {_type(schema)};\n"


def _type(schema: dict[str, Any]) -> str:
    """Return the type that a JSON schema describes."""
    if "$ref" in schema:
        return schema["$ref"]
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if values is not None:
        return " | ".join(f"'{value}'" if isinstance(value, str) else json.dumps(value) for value in values)
    if "properties" in schema:
        return _object(schema)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    kind = schema.get("type")
    inner = schema.get("items" if kind == "array" else "additionalProperties")
    one = _type(inner) if isinstance(inner, dict) else "any"
    return {
        "array": f"{one}[]" if one.isidentifier() else f"({one})[]",
        "object": f"Record<string, {one}>",
        **PLAIN,
    }.get(str(kind), "any")


def _object(schema: dict[str, Any]) -> str:
    lines: list[str] = []
    for name, one in schema["properties"].items():
        if "description" in one:
            lines.append(f"  /** {one['description']} */")
        lines.append(f"  {name}{'' if name in schema.get('required', ()) else '?'}: {_type(one)};")
    if schema.get("additionalProperties") is True:
        lines.append("  [more: string]: any;")
    return "\n".join(["{", *lines, "}"])


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
