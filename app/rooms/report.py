"""The export of a room, with names or without: answers, networks and runs as CSV, and all of it as one page."""

import csv
import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select

from skipscope.app.jobs.tables import QuestionRow
from skipscope.app.rooms import answers, seats
from skipscope.app.rooms.band import band_of
from skipscope.app.rooms.bars import bars_of
from skipscope.app.rooms.distribution import Given, distribution
from skipscope.app.rooms.question import Task
from skipscope.app.rooms.room import Room
from skipscope.app.rooms.started import Work
from skipscope.app.rooms.truth import Truth
from skipscope.app.rooms.workview import last_of, view_of
from skipscope.app.wire.cells import cell

ANSWERS = ("question", "title", "text", "kind", "member", "first", "first_sure", "answer", "sure", "truth")
NETWORKS = ("member", "network", "depth", "norm", "skips", "ratio", "address")
RUNS = ("member", "run", "kind", "name", "state", "done", "total", "network", "loss", "ratio", "address")
GONE = "a member who left"
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1a2233;"
    "background:#fff}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;"
    "vertical-align:top}svg{max-width:100%;height:auto}.quiet{color:#525d75}"
)


class Part(NamedTuple):
    """A question with its answers, each with the name that is shown."""

    number: int
    task: Task
    truth: Truth | None
    given: Sequence[tuple[str, Given]]


class Report(NamedTuple):
    """All that is exported; the answers to a question that is still open are in none of it."""

    title: str
    members: int
    parts: Sequence[Part]
    networks: Sequence[tuple[str, dict[str, Any]]]
    held_back: bool
    names: Mapping[int, str]
    """By seats."""
    runs: Sequence[Sequence[Any]] = ()
    """Rows of `RUNS`, one for each network of a training and one for an experiment."""


def report_of(connection: Connection, room: Room, *, named: bool) -> Report:
    """Read what a room has; without names members have numbers, which say nothing of when they came."""
    rows = seats.listing(connection, room.key)
    order = {row.key: number for number, row in enumerate(sorted(rows, key=lambda row: row.name), 1)}
    names = {row.key: row.name if named else f"member {order[row.key]}" for row in rows}
    shown = room.found is not None
    parts: list[Part] = []
    held_back = False
    asked = select(QuestionRow).where(QuestionRow.room == room.key).order_by(QuestionRow.number)
    for row in connection.execute(asked).all():
        task = Task.model_validate_json(row.task)
        if task.question is None:
            continue
        if room.asked is not None and room.asked.key == row.key and not shown:
            held_back = True
            continue
        given = [(names[seat], one) for seat, one in answers.given_by(connection, row.key)]
        truth = None if row.truth is None else Truth.read(row.truth)
        parts.append(Part(row.number, task, truth, given))
    networks = [(names[row.key], orjson.loads(row.network)) for row in rows if row.network is not None]
    return Report(room.title, len(rows), parts, networks, held_back, names)


def with_runs(report: Report, works: Sequence[Work], *, named: bool) -> Report:
    """Return a report with what its members started; without names a run has none either, for its member gave it."""
    rows: list[Sequence[Any]] = []
    for work in works:
        one = view_of(work)
        who = report.names.get(work.member.seat, work.member.name if named else GONE)
        name = one["name"] if named else ""
        begun = [who, one["id"], one["kind"], name, one["state"], one["done"], one["total"]]
        found = last_of(work.job) or [(" beside ".join(one["networks"]), None, None)]
        rows += [[*begun, *network, one["address"]] for network in found]
    return report._replace(runs=rows)


def runs_csv(report: Report) -> str:
    """Write the members' runs, a line for each network."""
    return _csv(RUNS, report.runs)


def answers_csv(report: Report) -> str:
    """Write the answers, a line each."""
    lines: list[list[Any]] = []
    for part in report.parts:
        question = part.task.question
        assert question is not None, "a part has a question"
        about = [part.number, part.task.title, question.text, question.kind]
        for name, one in part.given:
            lines.append([*about, name, one.first, one.first_sure, one.value, one.sure, _value(part.truth)])
    return _csv(ANSWERS, lines)


def networks_csv(report: Report) -> str:
    """Write the members' networks, a line each."""
    names = ("label", "depth", "norm", "skips", "ratio", "address")
    return _csv(NETWORKS, [[name, *(network[field] for field in names)] for name, network in report.networks])


def page(report: Report) -> str:
    """Write all of it as one HTML page with figures, which asks for nothing and runs no script."""
    title = escape(report.title or "A room")
    parts = "".join(_section(part) for part in report.parts)
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(one['label'])}</td><td>{one['depth']}</td>"
        f"<td>{escape(one['norm'])}</td><td>{_number(one['ratio'])}</td></tr>"
        for name, one in report.networks
    )
    table = (
        "<h2>Networks</h2><table><thead><tr><th>Member</th><th>Network</th><th>Layers</th><th>Norm</th>"
        f"<th>Gradient, first over last block</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    runs = "".join(
        f"<tr><th scope='row'>{escape(who)}</th><td>{escape(name or network)}</td><td>{escape(network)}</td>"
        f"<td>{escape(state)}</td><td>{'' if done is None else done}</td><td>{_number(loss)}</td>"
        f"<td>{_number(ratio)}</td></tr>"
        for who, _, _, name, state, done, _, network, loss, ratio, _ in report.runs
    )
    run_table = (
        "<h2>Runs</h2><table><thead><tr><th>Member</th><th>Run</th><th>Network</th><th>State</th><th>Steps</th>"
        f"<th>Loss</th><th>Gradient, first over last block</th></tr></thead><tbody>{runs}</tbody></table>"
    )
    held = "<p class='quiet'>The question that is still open is not in it.</p>" if report.held_back else ""
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style>"
        f"<h1>{title}</h1><p>{report.members} members, {len(report.parts)} questions.</p>{held}{parts}"
        f"{table if report.networks else ''}{run_table if report.runs else ''}</html>"
    )


def _section(part: Part) -> str:
    question = part.task.question
    assert question is not None, "a part has a question"
    value = _value(part.truth)
    found = distribution(question, [one for _, one in part.given], value)
    truth = "" if value is None else f"<p>Measured or known: <strong>{escape(_text(value))}</strong>.</p>"
    figure = band_of(question, found, part.truth) if question.kind == "profile" else bars_of(question, found, value)
    wrong = found["sure_wrong"]
    sure = "" if wrong is None else f"<p>{wrong} were sure (4 or 5) and wrong.</p>"
    members = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(_text(one.first))}</td><td>{escape(_text(one.value))}</td>"
        f"<td>{'' if one.sure is None else one.sure}</td></tr>"
        for name, one in part.given
    )
    return (
        f"<h2>{part.number}. {escape(part.task.title)}</h2><p>{escape(question.text)}</p>"
        f"<p class='quiet'>{found['answered']} answers.</p>{truth}{sure}{figure}"
        "<details><summary>All answers</summary><table><thead><tr><th>Member</th><th>First</th><th>Last</th>"
        f"<th>Sure</th></tr></thead><tbody>{members}</tbody></table></details>"
    )


def _value(truth: Truth | None) -> Any:
    return None if truth is None else truth.value


def _csv(head: Sequence[str], lines: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\r\n")
    written.writerow(head)
    written.writerows([[_cell(one) for one in line] for line in lines])
    return out.getvalue()


def _cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return cell(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(_number(one) for one in value)
    return value if isinstance(value, str) else _number(value)


def _number(value: Any) -> str:
    return "" if value is None else f"{value:.4g}"
