"""YAML that is read into a model; an error has its line."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from skipscope.model.describe.words import FieldError, findings, shown

M = TypeVar("M", bound=BaseModel)
Place = tuple[str | int, ...]
Refuse = Callable[[int, str], Exception]
"""Makes an exception of a line, from 1, and of the words."""
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(model: type[M], text: str, refuse: Refuse) -> M:
    """Read a text into a model; raise what `refuse` makes where it is no YAML, or the model refuses it."""
    try:
        node, data = _parsed(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise refuse(line, f"it is no YAML: {error.problem}") from error
    if not isinstance(data, dict):
        raise refuse(1, f"it has no fields; give {', '.join(model.model_fields)}")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        place, said = _found(error)
        raise refuse(line_of(node, place) + 1, said) from error


def _parsed(text: str) -> tuple[Any, Any]:
    """Return the root of a text, and its data; the compiled parser is the faster one, the other has the words."""
    try:
        return _parsed_by(_FAST, text)
    except yaml.MarkedYAMLError:
        return _parsed_by(yaml.SafeLoader, text)


def _parsed_by(kind: Any, text: str) -> tuple[Any, Any]:
    loader = kind(text)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _found(error: ValidationError) -> tuple[Place, str]:
    """Return the place of what is wrong first, and the words."""
    every = error.errors()
    first = findings(every)[0]
    one = next(one for one in every if findings([one])[0].field == first.field)
    place, value, raised = one["loc"], one["input"], one.get("ctx", {}).get("error")
    if isinstance(raised, FieldError):
        if raised.value is None and " " in raised.field:
            return (*place, raised.field), f"{raised.field!r}: a text ends at a comma inside {{ }}; put it in quotes"
        place = (*place, *raised.field.split("."))
    elif raised is not None:
        return place, f"{first.field}: {raised}" if first.field else str(raised)
    if one["type"] == "string_type" and isinstance(value, bool | int | float):
        return place, f"{first.field}={shown(value)}: YAML reads no text there; put it in quotes."
    return place, first.detail


def line_in(text: str, place: Place) -> int:
    """Return the line, from 1, of the part that stands at a place of a text, or of the nearest part around it."""
    return line_of(_parsed(text)[0], place) + 1


def line_of(node: Any, place: Place) -> int:
    """Return the line, from 0, of the part that stands at a place of the YAML, or of the nearest part around it."""
    line = int(node.start_mark.line)
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pairs = cast("list[tuple[yaml.ScalarNode, yaml.Node]]", node.value)
            found = next(((key, value) for key, value in pairs if key.value == part), None)
            if found is None:
                return line
            line, node = int(found[0].start_mark.line), found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = cast("list[yaml.Node]", node.value)[part]
            line = int(node.start_mark.line)
        else:
            return line
    return line
