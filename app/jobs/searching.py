"""Conditions by which jobs are looked for: words, a tag, an owner."""

from sqlalchemy import ColumnElement, exists, func, or_, select

from skipscope.app.jobs.tables import JobRow

ESCAPE = "\\"


def matching(
    text: str = "", tag: str = "", owner: str | None = None, experiment: str = ""
) -> list[ColumnElement[bool]]:
    """Return a search's conditions: each word in id, name, tags, notes, networks or data set; the tag; the owner; the
    experiment that it is a part of."""
    wanted = [_has(word) for word in text.split()]
    if tag:
        listed = func.json_each(JobRow.tags).table_valued("value")
        wanted.append(exists(select(listed.c.value).where(listed.c.value == tag)))
    if experiment:
        wanted.append(JobRow.part_of == experiment)
    if owner is not None:
        wanted.append(JobRow.client == owner)
    return wanted


def _has(word: str) -> ColumnElement[bool]:
    """Return whether a word stands in what people know a job by, whatever the case of its letters."""
    pattern = f"%{_plain(word)}%"
    networks = func.json_each(JobRow.digest, "$.variants").table_valued("value")
    label = func.json_extract(networks.c.value, "$.label")
    return or_(
        *(column.ilike(pattern, ESCAPE) for column in (JobRow.id, JobRow.name, JobRow.tags, JobRow.notes)),
        func.json_extract(JobRow.request, "$.dataset").ilike(pattern, ESCAPE),
        exists(select(label).where(label.ilike(pattern, ESCAPE))),
    )


def _plain(word: str) -> str:
    for sign in (ESCAPE, "%", "_"):
        word = word.replace(sign, ESCAPE + sign)
    return word
