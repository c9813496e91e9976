"""A summary's diagram as a Plotly figure, the page's drawing."""

import json
from typing import Any

from skipscope.model.describe.summary import Summary
from skipscope.model.show.diagrams import Drawing, diagram_data

MEDIA_TYPE = "application/vnd.plotly.v1+json"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["data", "layout"],
    "properties": {"data": {"type": "array", "items": {"type": "object"}}, "layout": {"type": "object"}},
}
"""What is sent, as the OpenAPI document tells it."""


def write(summary: Summary) -> str:
    """Write {data, layout}, which Plotly.newPlot() and plotly.io.from_json() take."""
    return json.dumps(diagram_data(summary, None, Drawing())) + "\n"
