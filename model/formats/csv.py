"""A summary as a spreadsheet: a row a layer."""

import csv
import io

from skipscope.model.describe.summary import Summary

COLUMNS = (
    "name", "type", "stage", "block", "path", "inputs", "input_shape", "output_shape", "parameters", "macs",
    "receptive_field", "kernel", "stride", "groups", "bias", "activation_bytes",
)  # fmt: skip


def write(summary: Summary) -> str:
    """Write a header and a row a layer; shapes are like 64x56x56, several inputs are separated by spaces."""
    sheet = io.StringIO()
    rows = csv.writer(sheet, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for layer in summary.graph.layers:
        fields = layer._asdict()
        fields["inputs"] = " ".join(layer.inputs)
        fields["input_shape"], fields["output_shape"] = shape(layer.input_shape), shape(layer.output_shape)
        rows.writerow([fields[column] for column in COLUMNS])
    return sheet.getvalue()


def shape(sizes: tuple[int, ...]) -> str:
    """Write a shape: 64x56x56."""
    return "x".join(str(size) for size in sizes)
