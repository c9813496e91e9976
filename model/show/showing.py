"""The networks, records and files that can be shown, and the view of them."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.names import labels_of
from skipscope.model.measure.record import Record, Schema
from skipscope.model.show.network import listed
from skipscope.model.show.timeline import Timeline
from skipscope.model.show.view import View
from skipscope.model.show.wire import Part, Subject, any_schema, any_step

if TYPE_CHECKING:
    from skipscope.model.measure.recorder import Recorder
    from skipscope.model.train.training import Training
    from skipscope.model.watch.watching import Watch

MOST = 4
NO_BATCH = "batch_size: the diagram needs it, for a path's gradient is divided by its root. Give that of the training."
RUN_SUFFIXES = (".skipscope", ".parquet")


def show(
    *shown: "Recorder | Watch | Training | Record | Sequence[Record] | Mapping[str, Any] | str | Path",
    labels: Sequence[str] | None = None,
    architectures: Architecture | Sequence[Architecture] | None = None,
    batch_size: int | None = None,
) -> View:
    """Show networks in a notebook: live while a cell trains them, or as they were recorded.

    `shown` is a Recorder, the result of `watch` or `train`, records, a run as the API's history sends it, or a file:
    one of `watch` (.skipscope), of records (.parquet), of a history (.json). Several recorders, or lists of records, up
    to four, are shown beside each other, step by step. `labels` name them. `architectures` are those of records, whose
    diagram is drawn then. It needs the `batch_size` of the training, as the history of such a network does; a recorder
    that has not begun knows both.

    Elsewhere than in a notebook the view is a picture and a table; `view.html()` is a page of its own. Raise ValueError
    for what cannot be shown, OSError for a file that cannot be read.
    """
    if not shown:
        raise ValueError("show: nothing is given. Give a recorder, a watch, a training, records or a file.")
    first, *more = shown
    if not more and isinstance(first, str | Path):
        return _of_file(Path(first), batch_size)
    if not more and isinstance(first, Mapping):
        return _of_history(first, batch_size)
    if all(_is_records(one) for one in shown):
        records = [listed(cast("Record | Sequence[Record]", one)) for one in shown]
        return _of_records(records, labels, architectures, batch_size)
    return _live(shown, labels, batch_size)


def _is_records(one: Any) -> bool:
    if isinstance(one, Record):
        return True
    return isinstance(one, Sequence) and not isinstance(one, str) and all(isinstance(record, Record) for record in one)


def _of_records(
    records: Sequence[Sequence[Record]], labels: Sequence[str] | None,
    architectures: Architecture | Sequence[Architecture] | None, batch_size: int | None,
) -> View:  # fmt: skip
    from skipscope.model.show.feeds import Steps  # noqa: PLC0415  (torch)

    if not all(records):
        raise ValueError("show: a list of records is empty. Give at least one record of each network.")
    known = None if architectures is None else listed(architectures)
    if known is not None and len(known) != len(records):
        raise ValueError(f"architectures: {len(known)} for {len(records)} networks. Give one a network.")
    if known is not None and batch_size is None:
        raise ValueError(NO_BATCH)
    timeline = Timeline(_subjects(["network"] * len(records), labels, known), batch_size)
    steps = Steps(timeline)
    for number, own in enumerate(records):
        for record in own:
            architecture = None if known is None else known[number]
            skips = () if architecture is None else architecture.skip_of
            gradient = record.gradient.to_dict()
            steps.take(number, Part(record, {}, tuple(skips), (1.0,) * len(skips), gradient), 0.0)
    steps.flush()
    if not timeline.latest:
        raise ValueError("show: the networks have no step in common. Give records of the same steps.")
    return View(timeline)


def _live(shown: Sequence[Any], labels: Sequence[str] | None, batch_size: int | None) -> View:
    from skipscope.model.measure.places import unwrap  # noqa: PLC0415  (torch)
    from skipscope.model.measure.recorder import Recorder  # noqa: PLC0415
    from skipscope.model.network.resnet import ResNet  # noqa: PLC0415
    from skipscope.model.show.feeds import Recorders, Trainings, Watches  # noqa: PLC0415
    from skipscope.model.watch.watching import Watch, name_of  # noqa: PLC0415

    first = shown[0]
    if len(shown) == 1 and _is_training(first):
        names = [variant.label for variant in first.variants]
        request = first.request.model_dump(mode="json", exclude={"variants", "labels", "weights"})
        subjects = _subjects(names, labels, first.architectures)
        timeline = Timeline(subjects, first.request.batch_size, request=request)
        return View(timeline, Trainings(timeline, first))
    recorders = [first.recorder] if len(shown) == 1 and isinstance(first, Watch) else [*shown]
    if not all(isinstance(one, Recorder) for one in recorders):
        kinds = ", ".join(dict.fromkeys(type(one).__name__ for one in shown))
        raise ValueError(
            f"show: of {kinds} no view can be made. Give one Watch, Training, history or file, or up to {MOST} "
            "recorders or lists of records."
        )
    nets = [unwrap(one.net) for one in recorders]
    own = [net.architecture for net in nets if isinstance(net, ResNet)]
    architectures = own if len(own) == len(nets) else None
    timeline = Timeline(_subjects([name_of(net) for net in nets], labels, architectures), batch_size)
    if isinstance(first, Watch):
        return View(timeline, Watches(timeline, first))
    if architectures and batch_size is None and any(one.latest is not None for one in recorders):
        raise ValueError(NO_BATCH)
    return View(timeline, Recorders(timeline, recorders))


def _is_training(one: Any) -> "TypeGuard[Training]":
    """Tell a training without its code, which a recorder does not need; it is imported where there is one."""
    module = sys.modules.get("skipscope.model.train.training")
    return module is not None and isinstance(one, module.Training)


def _subjects(
    names: Sequence[str], labels: Sequence[str] | None, architectures: Sequence[Architecture] | None
) -> list[Subject]:
    if len(names) > MOST:
        raise ValueError(f"show: {len(names)} networks. Give at most {MOST}.")
    if labels is not None and len(labels) != len(names):
        raise ValueError(f"labels: {len(labels)} for {len(names)} networks. Give one a network.")
    if architectures is not None:
        found = list(labels or labels_of(architectures))
        return [Subject(*one) for one in zip(found, architectures, strict=True)]
    usual = list(names) if len(set(names)) == len(names) else [f"{name} {i + 1}" for i, name in enumerate(names)]
    return [Subject(label) for label in labels or usual]


def _of_history(history: Mapping[str, Any], batch_size: int | None) -> View:
    schema, steps = history.get("schema"), history.get("steps")
    if not schema or not steps:
        raise ValueError("show: a run's history has a schema and steps, and this has none. Give what the API sends.")
    is_outside = bool(schema.get("outside"))
    subjects = [
        Subject(one["label"], None if is_outside else Architecture.model_validate(one["architecture"]))
        for one in schema["variants"]
    ]
    if not is_outside and batch_size is None:
        raise ValueError(NO_BATCH)
    timeline = Timeline(subjects, batch_size, history.get("run", {}).get("name", ""))
    timeline.append("schema", schema)
    events = [*(("change", one) for one in history.get("changes", ())), *(("step", one) for one in steps)]
    for kind, data in sorted(events, key=lambda event: (event[1]["step"], event[0])):
        timeline.append(kind, data)
    return View(timeline)


def _of_file(path: Path, batch_size: int | None) -> View:
    if path.suffix == ".json":
        return _of_history(json.loads(path.read_text(encoding="utf-8")), batch_size)
    if path.suffix not in RUN_SUFFIXES:
        raise ValueError(
            f"show: {path.name} is no file of a run. Give one that ends with .skipscope, .parquet or .json."
        )
    from skipscope.model.watch.sending import read_file  # noqa: PLC0415

    run, rows = read_file(path)
    names = run["names"]
    schema = Schema(
        tuple(names["taps"]), tuple(names["weights"]), tuple(names.get("blocks", ())), tuple(names.get("kinds", ())),
        junctions=tuple(names.get("junctions", ())),
    )  # fmt: skip
    if not rows:
        raise ValueError(f"show: {path.name} holds no recorded step.")
    timeline = Timeline([Subject(run["label"])], name=run.get("name", ""))
    for row in rows:
        record = Record(schema, row.step, row.columns, tuple(row.dropped), tuple(row.notes))
        part = Part(record, row.logged, gradient=row.gradient)
        if not timeline.schema:
            timeline.append("schema", any_schema(timeline.subjects, [part]))
        timeline.append("step", any_step([part], row.elapsed, row.lr))
    return View(timeline)
