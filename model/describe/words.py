"""The product's own words for a value that is refused: field, value as JSON, limit, remedy. Pydantic finds what is
wrong; the API and the command line say it in these words."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple, cast

from pydantic import BaseModel, ConfigDict, model_validator

MAX_SHOWN = 120
"""Characters of a value that are quoted."""
ITEMS = {"depths": "stage", "widths": "stage", "variants": "network", "columns": "name"}
PARTS = ("body", "query", "path", "header")
_BRANCH = re.compile(r"(bool|int|float|str|none|literal|tuple|list|dict|function|constrained|lax|json|nullable)\b.*")
"""Pydantic's addition to the place of a value that may have several forms: `skips.tuple[bool, ...].0`."""
NAME_PATTERN = r"^[a-z0-9_]+$"
_KINDS = {
    "int": "a whole number", "float": "a number", "finite": "a finite number", "bool": "true or false",
    "string": "a text", "tuple": "a list", "list": "a list", "none": "null",
    "model": "an object with fields", "dict": "an object with fields",
}  # fmt: skip
_LIMITS = {
    "greater_than_equal": "{ge} or more", "greater_than": "more than {gt}", "less_than_equal": "{le} or less",
    "less_than": "less than {lt}", "string_too_short": "{min_length} characters or more",
    "string_too_long": "{max_length} characters or fewer",
    "string_pattern_mismatch": "a text of another form: {pattern}",
}  # fmt: skip


def shown(value: object) -> str:
    """Write a value as JSON, cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def sentence(words: str) -> str:
    """Begin with a capital and end with a mark."""
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('?', '.')) else '.'}"


class FieldError(ValueError):
    """Say which field is wrong, what its value is, what is allowed and what to change."""

    def __init__(self, field: str, value: Any, limit: str, remedy: str, words: str | None = None) -> None:
        self.field, self.value, self.limit, self.remedy = field, value, limit, remedy
        super().__init__(words or f"{field}={shown(value)}: {limit}. {sentence(remedy)}")

    def __reduce__(self) -> Any:
        """Go to another process whole: an exception is made anew of its words alone."""
        return type(self), (self.field, self.value, self.limit, self.remedy, str(self))


def check_names(given: object, known: Iterable[str], kind: type[FieldError] = FieldError) -> None:
    """Raise FieldError at the first name that is none of a description's fields, with the nearest one."""
    if not isinstance(given, Mapping):
        return
    names = list(known)
    for name, value in cast("Mapping[object, Any]", given).items():
        if name not in names:
            near = get_close_matches(str(name)[:MAX_SHOWN], names, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"the fields are {', '.join(names)}"
            raise kind(str(name)[:MAX_SHOWN], value, "there is no such field", remedy)


class Strict(BaseModel):
    """A description that refuses fields that it does not have, and names the nearest that it has."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _names(cls, given: Any) -> Any:
        check_names(given, cls.model_fields)
        return given


class Finding(NamedTuple):
    """One thing that is wrong: where, the value, what is allowed there, what to do, and all of it as a sentence."""

    field: str
    value: Any
    limit: str
    remedy: str
    detail: str


def findings(errors: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Say in our words what pydantic found: one finding a place, however many forms a value might have had there."""
    places: dict[str, list[Mapping[str, Any]]] = {}
    for error in errors:
        places.setdefault(_place(error["loc"]), []).append(error)
    outer = {place[:end] for place in places for end, letter in enumerate(place) if letter == "."}
    return [_finding(place, found) for place, found in places.items() if place not in outer]


def _place(loc: Sequence[int | str]) -> str:
    names = [part for number, part in enumerate(loc) if not (number == 0 and part in PARTS)]
    return ".".join(str(part)[:MAX_SHOWN] for part in names if isinstance(part, int) or not _BRANCH.fullmatch(part))


def _finding(place: str, errors: Sequence[Mapping[str, Any]]) -> Finding:
    first = errors[0]
    raised = first.get("ctx", {}).get("error")
    if isinstance(raised, FieldError):
        field = f"{place}.{raised.field}".strip(".")
        joint = "." if str(raised).startswith(raised.field) else ": "
        words = f"{place}{joint}{raised}" if place else str(raised)
        return Finding(field, raised.value, raised.limit, raised.remedy, words)
    if raised is not None:
        words = str(raised)
        return Finding(place, first.get("input"), words, "", sentence(words if not place else f"{place}: {words}"))
    value, name = first.get("input"), place or "body"
    if first["type"] == "missing":
        return Finding(place, None, "it is needed", f"give {name}", f"{name} is missing: give it.")
    if first["type"] == "literal_error":
        return _choice(name, value, first)
    limit = ", or ".join(dict.fromkeys(_expected(name, error) for error in errors))
    remedy = f"give {limit}"
    return Finding(place, value, limit, remedy, f"{name}={shown(value)}: {remedy}.")


def _choice(name: str, value: object, error: Mapping[str, Any]) -> Finding:
    choices = re.findall(r"'([^']*)'", error["ctx"]["expected"])
    limit = choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"
    near = get_close_matches(str(value)[:MAX_SHOWN], choices, n=1)
    if not near:
        return Finding(name, value, limit, f"give {limit}", f"{name}={shown(value)}: give {limit}.")
    remedy = f"did you mean {near[0]}?"
    return Finding(name, value, limit, remedy, f"{name}={shown(value)}: {remedy} It is {limit}.")


def _expected(name: str, error: Mapping[str, Any]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("too_short", "too_long"):
        return _count(name, context, at_least=kind == "too_short")
    if context.get("pattern") == NAME_PATTERN:
        return "small letters, digits and _ alone"
    if kind in _LIMITS:
        return _LIMITS[kind].format(**{key: _number(value) for key, value in context.items()})
    return _KINDS.get(kind.partition("_")[0]) or str(error["msg"]).lower()


def _number(value: object) -> object:
    return f"{value:,}" if isinstance(value, int) else value


def _count(name: str, context: Mapping[str, Any], *, at_least: bool) -> str:
    item = ITEMS.get(next(_names(name)), "value")
    number = context["min_length" if at_least else "max_length"]
    many = "one " + item if number == 1 else f"{number} {item}s"
    return f"at {'least' if at_least else 'most'} {many}"


def _names(place: str) -> Iterator[str]:
    """Yield the names in a place, the innermost first."""
    yield from (part for part in reversed(place.split(".")) if not part.isdecimal())
    yield ""
