"""The page's figures as Plotly figures: the diagram, the profile by depth, the heatmap of layers and steps."""

from skipscope.model.show import FiguresUnavailable, diagram, heatmap, profile

__all__ = ["FiguresUnavailable", "diagram", "heatmap", "profile"]
