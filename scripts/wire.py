"""Write the types of the wire, as the front end is checked against them, from the API's description."""

import json
from pathlib import Path
from typing import Any

from skipscope.app.main import create_app
from skipscope.app.settings import Settings

ROOT = Path(__file__).resolve().parent.parent

FILE = ROOT / "static" / "js" / "wire.d.ts"
HEAD = """/** @file What the server takes and answers, generated from its OpenAPI document by `make wire`. */
"""
REFERENCE = "#/components/schemas/"
PARTIAL = (
    "NewRun", "Change", "Fork", "ProbeRequest", "MapsRequest", "Description", "ProblemView", "Changed", "StatusEvent",
    "FieldView", "FirstView", "OutsideGradient", "OutsideStepVariant",
)  # fmt: skip
"""Of these what has a default may be absent; everything else that is answered is whole."""
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def schemas() -> dict[str, Any]:
    """Return the schemas of the API's description, by name."""
    return create_app(Settings.model_validate({})).openapi()["components"]["schemas"]


def text() -> str:
    """Return the whole file."""
    return HEAD + "".join(_declared(name, one) for name, one in sorted(schemas().items()))


def _declared(name: str, schema: dict[str, Any]) -> str:
    said = f"\n/** {schema['description'].splitlines()[0]} */" if "description" in schema else ""
    if name not in PARTIAL:
        schema = {**schema, "required": list(schema.get("properties", ()))}
    return f"{said}\nexport type {name} = {_type(schema)};\n"


def _type(schema: dict[str, Any]) -> str:
    """Return the type that a JSON schema describes."""
    if "$ref" in schema:
        return schema["$ref"].removeprefix(REFERENCE)
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if values is not None:
        return " | ".join(f"'{value}'" if isinstance(value, str) else json.dumps(value) for value in values)
    if "properties" in schema:
        return _object(schema)
    choices = schema.get("anyOf", schema.get("oneOf"))
    if choices is not None:
        return " | ".join(dict.fromkeys(_type(one) for one in choices))
    if "prefixItems" in schema:
        return f"[{', '.join(_type(one) for one in schema['prefixItems'])}]"
    kind = schema.get("type")
    inner = schema.get("items" if kind == "array" else "additionalProperties")
    one = _type(inner) if isinstance(inner, dict) else "unknown"
    return {
        "array": f"{one}[]" if one.isidentifier() else f"({one})[]",
        "object": f"Record<string, {one}>",
        **PLAIN,
    }.get(str(kind), "unknown")


def _object(schema: dict[str, Any]) -> str:
    lines: list[str] = []
    for name, one in schema["properties"].items():
        if "description" in one:
            lines.append(f"  /** {one['description']} */")
        lines.append(f"  {name}{'' if name in schema.get('required', ()) else '?'}: {_type(one)};")
    if schema.get("additionalProperties") is True:
        lines.append("  [more: string]: unknown;")
    return "\n".join(["{", *lines, "}"])


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
