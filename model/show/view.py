"""The view that `skipscope.show` returns. It draws itself in a notebook, as a picture and a table elsewhere, and as a
page of its own."""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from skipscope.model.show import page, picture, table
from skipscope.model.show.timeline import Timeline

if TYPE_CHECKING:
    from torch import Tensor

    from skipscope.model.show.feeds import Feed
    from skipscope.model.show.widget import Widget

INSTALL = 'pip install "skipscope[notebook]"'
MISSING = f"The view is a picture that stays as it is: anywidget, which makes it live, is not installed. {INSTALL}"
SVG = "image/svg+xml"
WIDGET = "application/vnd.jupyter.widget-view+json"


class View:
    """Networks while they train, or as they were recorded. Made by `skipscope.show`."""

    def __init__(self, timeline: Timeline, feed: "Feed | None" = None) -> None:
        self._timeline, self._feed = timeline, feed
        self._widget: Widget | None = None
        self._shown: list[Any] = []
        self._drawn = -1
        if feed is None:
            timeline.turn("done")
        else:
            feed.begin(self._hear)
            feed.flush()

    def log(self, **numbers: "float | Tensor") -> None:
        """Add numbers such as `loss=loss` to the step under way; call it before `recorder.read()`.

        loss, accuracy and test_accuracy are drawn. Tensors of one element are numbers here. Raise ValueError for a view
        of a watch or a training, which have them already, and for what is no number.
        """
        if self._feed is None:
            raise ValueError("log: the view shows what is recorded already. Show a recorder to log beside it.")
        self._feed.log({name: _number(name, value) for name, value in numbers.items()})

    def html(self) -> str:
        """Return a page of its own, as one text that asks for nothing. Raise ValueError before the first step."""
        self._flush()
        return page.write(self._timeline)

    def close(self) -> None:
        """Follow no more; the view stays as it is."""
        if self._feed is not None:
            self._feed.close()
        self._end()

    def _hear(self, is_over: bool) -> None:
        """Hear of a step, in the thread that trains."""
        if is_over:
            self._end()
            return
        self._timeline.turn("running")
        if self._widget is not None and self._widget.is_due():
            self._push()

    def _flush(self) -> None:
        if self._feed is not None:
            self._feed.flush()

    def _push(self) -> None:
        self._flush()
        if self._widget is not None:
            self._widget.push()

    def _end(self) -> None:
        self._flush()
        self._timeline.turn("done")
        self._push()
        self._redraw()

    def _bundle(self) -> dict[str, Any]:
        self._flush()
        bundle: dict[str, Any] = {
            "text/plain": table.write(self._timeline),
            SVG: picture.draw(self._timeline),
        }
        widget = self._widget_or_none()
        if widget is None:
            bundle["text/plain"] += f"\n\n{MISSING}"
        else:
            bundle[WIDGET] = {"version_major": 2, "version_minor": 1, "model_id": widget.model_id}
        self._drawn = self._timeline.last
        return bundle

    def _widget_or_none(self) -> "Widget | None":
        if self._widget is None and find_spec("anywidget") is not None:
            from skipscope.model.show.widget import Widget  # noqa: PLC0415  (the notebook's extra)

            self._widget = Widget(self._timeline)
        return self._widget

    def _metadata(self) -> dict[str, Any]:
        return {SVG: {"alt": picture.words_of(self._timeline)}}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = self._bundle()
        self._push()
        return bundle, self._metadata()

    def _ipython_display_(self) -> None:
        """Show it, and write the picture anew when the cell has ended: the notebook's file keeps the last one."""
        from IPython.core.getipython import get_ipython  # noqa: PLC0415  (IPython itself calls this)
        from IPython.display import display  # noqa: PLC0415

        self._shown.append(display(self._bundle(), raw=True, metadata=self._metadata(), display_id=True))
        self._push()
        shell: Any = get_ipython()
        if shell is not None and len(self._shown) == 1:
            shell.events.register("post_execute", self._after_cell)

    def _after_cell(self) -> None:
        self._push()
        self._redraw()

    def _redraw(self) -> None:
        if self._shown and self._drawn != self._timeline.last:
            bundle = self._bundle()
            for shown in self._shown:
                shown.update(bundle, raw=True, metadata=self._metadata())

    def _display_(self) -> Any:
        """Give marimo the widget, or the picture without it."""
        widget = self._widget_or_none()
        self._push()
        return widget


def _number(name: str, value: Any) -> float:
    detach = getattr(value, "detach", None)
    try:
        return float(value if detach is None else detach())
    except (TypeError, ValueError) as error:
        raise ValueError(f"log: {name}={value!r} is no number. Give a number, or a tensor of one element.") from error
