"""The result of an experiment as one long table: a row a number, for the page, CSV and Parquet."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

WORDS = ("nan", "inf", "-inf")
"""The words that stand for numbers that are not finite."""
ASIDE = ("variants", "training", "sentences")
"""Fields of a result that are tables of networks, or words alone."""
COLUMNS = ("network", "measure", "place", "item", "value", "text")


class Table(NamedTuple):
    """The names of columns, and rows of as many values; None where there is none."""

    columns: tuple[str, ...]
    rows: list[list[Any]]


class _Spot(NamedTuple):
    network: str | None
    measure: str = ""
    place: str | None = None
    item: str | None = None


def rows_of(result: Mapping[str, Any]) -> Table:
    """Return any result as a table, network by network: its `variants` by `label`, or those that train still. Numbers
    that are of no network alone come last.

    `measure` is the way to a number by the names of fields, `place` the block, count or number of a list, and `item`
    the number in a list within a list, with points between more lists. Numbers are in `value`, words in `text`.
    """
    found: list[list[Any]] = []
    networks = [("", one) for one in _dicts(result.get("variants"))]
    networks = networks or [("training", one) for one in _dicts(result.get("training"))]
    for measure, one in networks:
        rest = {name: value for name, value in one.items() if name != "label"}
        found += _rows(rest, _Spot(one.get("label"), measure))
    found += _rows({name: value for name, value in result.items() if name not in ASIDE}, _Spot(None))
    return Table(COLUMNS, found)


def _dicts(value: Any) -> list[dict[str, Any]]:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return [one for one in items if isinstance(one, dict)]


def _rows(value: Any, spot: _Spot) -> Iterator[list[Any]]:
    if isinstance(value, Mapping):
        for name, inner in cast("Mapping[str, Any]", value).items():
            yield from _rows(inner, spot._replace(measure=f"{spot.measure}.{name}".lstrip(".")))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(cast("Sequence[Any]", value)):
            yield from _of_list(number, inner, spot)
    elif value is not None:
        is_word = isinstance(value, str) and value not in WORDS
        yield [*spot, None if is_word else value, value if is_word else None]


def _of_list(number: int, inner: Any, spot: _Spot) -> Iterator[list[Any]]:
    if spot.place is not None:
        yield from _rows(inner, spot._replace(item=str(number) if spot.item is None else f"{spot.item}.{number}"))
    elif isinstance(inner, Mapping) and inner:
        # an entry goes by its first field, if that is a name or a count: {"block": "layer1.0", "error": 0.5}
        name, first = next(iter(cast("Mapping[str, Any]", inner).items()))
        named = isinstance(first, str | int)
        rest = {key: one for key, one in cast("Mapping[str, Any]", inner).items() if not (named and key == name)}
        yield from _rows(rest, spot._replace(place=str(first) if named else str(number)))
    else:
        yield from _rows(inner, spot._replace(place=str(number)))
