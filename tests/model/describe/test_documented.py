"""docs/architectures.md is complete and right: every field, value and preset, with its figures."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from skipscope import PRESETS, Architecture, summarize

TEXT = (Path(__file__).parents[3] / "docs" / "architectures.md").read_text(encoding="utf-8")


def rows_of(section: str) -> dict[str, list[str]]:
    """Return a section's table, by the code in each row's first cell."""
    body = TEXT.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in body.splitlines() if line.startswith("| `")
    ]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_every_field_is_documented_with_its_default() -> None:
    rows = rows_of("Fields")
    assert list(rows) == list(Architecture.model_fields)
    defaults = json.loads(Architecture().model_dump_json())
    for name, (default, *_) in rows.items():
        stated = default.strip("`")
        wanted = defaults[name] if isinstance(defaults[name], str) else json.dumps(defaults[name])
        assert stated == wanted, name


def test_every_value_is_documented_in_the_table_and_in_the_text(field_values: dict[str, tuple[Any, ...]]) -> None:
    rows, prose = rows_of("Fields"), TEXT.split("\n## Blocks\n", 1)[1]
    assert len(field_values) >= 9
    for name, values in field_values.items():
        assert rows[name][1] == ", ".join(f"`{value}`" for value in values)
        for value in values:
            assert f"`{value}`" in prose, f"{name}={value}"


@pytest.mark.parametrize("name", [name for name, field in Architecture.model_fields.items() if field.metadata])
def test_limits_are_those_of_the_field(name: str) -> None:
    schema = Architecture.model_json_schema()["properties"][name]
    numbers = {
        float(schema[key]) for key in ("minimum", "maximum", "exclusiveMaximum", "exclusiveMinimum") if key in schema
    }
    stated = {float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", rows_of("Fields")[name][1])}
    assert numbers <= stated


def test_every_preset_is_listed_with_its_figures() -> None:
    rows = rows_of("Presets")
    assert list(rows) == list(PRESETS)
    for name, (title, parameters, macs, layers, paper) in rows.items():
        totals = summarize(PRESETS[name].architecture).totals
        assert title == PRESETS[name].title
        assert paper == PRESETS[name].paper
        figures = [int(figure.replace(",", "")) for figure in (parameters, macs, layers)]
        assert figures == [totals["parameters"], totals["macs"], totals["depth"]]


def test_every_total_is_defined() -> None:
    assert set(rows_of("What a summary counts")) == set(summarize(Architecture()).totals)
