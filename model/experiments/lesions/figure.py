"""The figure of the lesions: the error without each block, each block's influence, and the error by how many are gone
or have changed places."""

from typing import Any

from skipscope.model.experiments.plots import Panel, Plot

PANELS = (
    Panel("One block deleted", "block", "error"),
    Panel("Influence of each block", "block", "1 - cos(x, y)"),
    Panel("Several deleted: at random (line), least influential (diamond)", "blocks deleted", "error"),
    Panel("Blocks that changed places", "swaps", "error"),
)


def figure_of(found: dict[str, Any], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of a result or a partial one."""
    plot = Plot(PANELS, theme, columns=2)
    for number, one in enumerate(found["variants"]):
        label, blocks = one["label"], one["blocks"]
        places, names = list(range(1, len(blocks) + 1)), [block["block"] for block in blocks]
        plot.level(0, number, one["error"])
        plot.line(0, number, label, places, [block["error"] for block in blocks], mode="markers", words=names)
        plot.line(1, number, label, places, [block["influence"] for block in blocks], words=names)
        for panel, kind, how in ((2, "deleted_at_random", "at random"), (3, "swapped", "")):
            drawn = [(each["count"], error) for each in one[kind] for error in each["errors"]]
            plot.line(panel, number, label, [x for x, _ in drawn], [y for _, y in drawn], mode="markers", faint=True)
            counts = [0, *(each["count"] for each in one[kind])]
            errors = [one["error"], *(each["error"] for each in one[kind])]
            plot.line(panel, number, label, counts, errors, words=[how] * len(counts))
        least = one["deleted_by_influence"]
        plot.line(2, number, label, [each["count"] for each in least], [each["error"] for each in least],
                  mode="markers", symbol="diamond-open", words=["the least influential"] * len(least))  # fmt: skip
    return plot.to_dict()
