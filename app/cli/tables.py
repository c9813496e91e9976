"""Tables of the command line, and the same as data for JSON."""

import json
import shutil
from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Any, cast

from pydantic import AliasChoices

from skipscope.model.describe.summary import Summary

if TYPE_CHECKING:
    from pydantic_settings import BaseSettings

FIGURES = ("parameters", "macs", "depth", "blocks", "activation_bytes", "parameter_bytes", "receptive_field")
Row = dict[str, Any]
TAP_COLUMNS = ["activation_rms", "gradient_rms", "zero_fraction", "nonfinite", "dead_units"]
STEP_COLUMNS = ["step", "variant", "loss", "accuracy", "test_accuracy", "gradient_rms_first", "gradient_rms_last"]


def as_json(data: Any) -> str:
    """Write JSON to read."""
    return json.dumps(data, indent=2, ensure_ascii=False)


def read(value: str | list[str]) -> Any:
    """Read a value as JSON, as a word where it is none; True and False count as JSON."""
    if isinstance(value, list):
        return [read(part) for part in value]
    text = value.strip()
    try:
        return json.loads(text.lower() if text.lower() in ("true", "false") else text)
    except json.JSONDecodeError:
        return text


def presets(rows: Sequence[Row]) -> str:
    """Write the presets, a family after the other."""
    lines: list[str] = []
    widest = max(len(row["name"]) for row in rows)
    for family, members in groupby(sorted(rows, key=lambda row: _order(rows, row)), lambda row: row["family"]):
        lines += ["", family] if lines else [family]
        lines += [
            f"  {row['name']:<{widest}}  {row['parameters']:>11,} parameters  {row['macs']:>14,} MACs  {row['summary']}"
            for row in members
        ]
    return "\n".join(lines)


def _order(rows: Sequence[Row], row: Row) -> int:
    return next(place for place, other in enumerate(rows) if other["family"] == row["family"])


def differences(first: Summary, second: Summary) -> Row:
    """Return which fields of two networks differ, and their figures; `ratio` is the second over the first."""
    one, two = first.architecture.model_dump(mode="json"), second.architecture.model_dump(mode="json")
    totals, others = cast("Row", first.totals), cast("Row", second.totals)
    figures = {
        name: {"values": [totals[name], others[name]], "ratio": others[name] / totals[name] if totals[name] else None}
        for name in FIGURES
    }
    return {
        "labels": [first.label, second.label],
        "fields": {name: [one[name], two[name]] for name in one if one[name] != two[name]},
        "totals": figures,
    }


def diff(found: Row) -> str:
    """Write what differs, field by field, then the figures side by side."""
    one, two = found["labels"]
    fields = [(name, short(a), short(b), "") for name, (a, b) in found["fields"].items()]
    figures = [
        (name.replace("_", " ").replace("macs", "MACs"), f"{row['values'][0]:,}", f"{row['values'][1]:,}", _change(row))
        for name, row in found["totals"].items()
    ]
    head = ("", one, two, "")
    widths = [max(len(row[i]) for row in [head, *fields, *figures]) for i in range(4)]
    lines = [_line(head, widths), "─" * (sum(widths) + 6)]
    lines += [_line(row, widths) for row in fields] or ["no field differs"]
    return "\n".join([*lines, "─" * (sum(widths) + 6), *(_line(row, widths) for row in figures)])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))]
    return "  ".join(cells).rstrip()


def _change(row: Row) -> str:
    first, second = row["values"]
    if first == second:
        return "same"
    sign = f"{second - first:+,}"
    return sign if row["ratio"] is None else f"{sign} (x {row['ratio']:.4g})"


def short(value: Any) -> str:
    """Write a field's value; long lists as runs: 4 x true, false."""
    if isinstance(value, list):
        runs = [(one, len(list(run))) for one, run in groupby(cast("list[Any]", value))]
        if len(runs) < len(cast("list[Any]", value)) and isinstance(runs[0][0], bool):
            return ", ".join(short(one) if length == 1 else f"{length} x {short(one)}" for one, length in runs)
        return ", ".join(short(one) for one, length in runs for _ in range(length))
    return str(value).lower() if isinstance(value, bool) else str(value)


def settings_of(settings: "type[BaseSettings]") -> list[Row]:
    """Return all settings: environment variables, the first of which counts most, default, meaning."""
    prefix = settings.model_config.get("env_prefix", "")
    rows: list[Row] = []
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        choices = [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else []
        variables = [choice for choice in choices if choice != name] or [f"{prefix}{name}".upper()]
        rows.append({"variables": variables, "default": str(field.default), "description": field.description})
    return rows


def settings(rows: Sequence[Row]) -> str:
    """Write the settings, descriptions wrapped to the terminal."""
    names = [" or ".join(row["variables"][:1]) for row in rows]
    defaults = [row["default"] or "empty" for row in rows]
    left = max(map(len, names)) + max(map(len, defaults)) + 4
    width = max(shutil.get_terminal_size((120, 24)).columns - left, 40)
    lines: list[str] = []
    for name, default, row in zip(names, defaults, rows, strict=True):
        first, *rest = wrap(row["description"], width) or [""]
        lines.append(f"{name:<{max(map(len, names))}}  {default:<{max(map(len, defaults))}}  {first}".rstrip())
        lines += [" " * left + line for line in rest]
    return "\n".join(lines)


def datasets(rows: Sequence[Row]) -> str:
    """Write the data sets, a line each, and below it what is missing."""
    lines: list[str] = []
    widest = max(len(row["name"]) for row in rows)
    for row in rows:
        size = f"{row['in_channels']} x {row['image_size']} x {row['image_size']}"
        what = f"{row['num_images']:>7,} images  {size:<13}  {row['num_classes']:>4} classes"
        lines.append(f"{row['name']:<{widest}}  {what}  {row['title']}")
        if row["missing"] is not None:
            lines.append(f"{'':<{widest}}  not here: {row['missing']} {row['remedy']}")
    return "\n".join(lines)


def probed(variant: Row) -> str:
    """Write a network's measurements, a tap a line, and the diagnosis below."""
    values = variant["values"]
    head = ["", *(name.replace("_", " ") for name in TAP_COLUMNS)]
    rows = [[tap, *(_number(values[name][i]) for name in TAP_COLUMNS)] for i, tap in enumerate(variant["taps"])]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = [f"{variant['label']}: loss {_number(variant['loss'])}", _line(head, widths)]
    lines += [_line(row, widths) for row in rows]
    return "\n".join([*lines, *(finding["sentence"] for finding in variant["findings"])])


def stepped(schema: Row, step: Row) -> list[list[Any]]:
    """Return the rows of one recorded step: STEP_COLUMNS for each network."""
    rows: list[list[Any]] = []
    for described, found in zip(schema["variants"], step["variants"], strict=True):
        blocks = [described["taps"].index(block) for block in described["blocks"]]
        gradients = [found["values"]["gradient_rms"][i] for i in (blocks[0], blocks[-1])]
        rows.append(
            [step["step"], described["label"], found["loss"], found["accuracy"], found["test_accuracy"], *gradients]
        )
    return rows


def judged(schema: Row, step: Row) -> list[str]:
    """Write what a step shows of the networks: how they differ, and the findings of each."""
    said = [] if step["comparison"] is None else [step["comparison"]]
    for described, found in zip(schema["variants"], step["variants"], strict=True):
        said += [f"{described['label']}: {' '.join(finding['sentence'] for finding in found['findings'])}"]
    return said


def stepped_head() -> str:
    """Write the head over the lines of steps."""
    names = ("loss", "accuracy", "test acc.", "∂L/∂x first", "∂L/∂x last")
    return f"{'step':>6}  {'network':<20}  " + "  ".join(f"{name:>11}" for name in names)


def stepped_line(row: Sequence[Any]) -> str:
    """Write one network's step in a line."""
    step, label, *numbers = row
    return (f"{step:>6}  {label:<20}  " + "  ".join(f"{_number(number):>11}" for number in numbers)).rstrip()


def _number(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.4g}"
