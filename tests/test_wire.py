"""The front end's types of the wire are those of the server's models."""

from scripts import wire


def test_the_types_of_the_wire_are_not_stale() -> None:
    assert wire.FILE.read_text(encoding="utf-8") == wire.text(), "stale: run `make wire`"


def test_every_model_of_the_wire_is_declared_with_its_fields() -> None:
    text = wire.FILE.read_text(encoding="utf-8")
    for model in (*wire.models(wire.architectures), *wire.models(wire.runs)):
        declared = text.split(f"export type {model.__name__} = {{\n")[1].split("\n};")[0]
        for name in model.model_fields:
            assert f"  {name}: " in declared or f"  {name}?: " in declared, f"{model.__name__}.{name}"
