"""The refusals of a room, in words."""

from skipscope.app.errors import Problem


def no_room(code: str) -> Problem:
    """Say that no room has the code."""
    return Problem(
        404, "No such room", f"No room has the code {code[:40]!r}.", field="code", value=code,
        limit="the rooms that are open", remedy="read the code again, or ask for it: a room ends after a day at most",
    )  # fmt: skip


def not_the_host() -> Problem:
    """Say that only the host may do this."""
    return Problem(
        403, "Only the host", "This takes the secret of the room's host.", field="Authorization",
        limit="Bearer and the secret of the host's link",
        remedy="open the host's link, or recover it with the phrase of six words",
    )  # fmt: skip


def no_seat() -> Problem:
    """Say that the key has no seat."""
    return Problem(
        404, "No seat", "Nobody in this room has this key.", field="key", remedy="join the room first"
    )  # fmt: skip


def no_question(number: int) -> Problem:
    """Say that the room has no such question."""
    return Problem(
        404, "No such question", f"The room has no question {number}.", field="question", value=number,
        limit="the questions that the host sent", remedy="read the room again: its question has its number",
    )  # fmt: skip


def closed() -> Problem:
    """Say that answers are closed."""
    return Problem(
        409, "Answers are closed", "The host has closed the answers to this question, or shown the truth.",
        limit="the phases predict and predict_again, until the truth was shown", remedy="wait for the next question",
    )  # fmt: skip


def nothing_asked(field: str) -> Problem:
    """Say that there is no task, or no question, to do this with."""
    return Problem(
        409,
        "Nothing is asked",
        "The room has no question now.",
        field=field,
        remedy="send a task with a question first",
    )


def taken_out() -> Problem:
    """Say that the member is not in the room any more."""
    return Problem(
        409, "Not in the room", "You left this room, or its host took you out.", field="key",
        limit="a seat that one has",
        remedy="join again, without back: your answers are kept",
    )  # fmt: skip


def door_closed() -> Problem:
    """Say that the room lets nobody in."""
    return Problem(
        409, "The door is closed", "The host lets nobody else into this room.", field="key",
        limit="those who are in the room", remedy="ask the host to open the door",
    )  # fmt: skip


def full(most: int) -> Problem:
    """Say that the room is full."""
    return Problem(
        409, "The room is full", f"A room has {most} seats.", limit=f"{most} members",
        remedy="the host can remove members who left, or open a second room",
    )  # fmt: skip


def too_many_rooms(most: int) -> Problem:
    """Say that the server has as many rooms as it may."""
    return Problem(
        503, "Too many rooms", f"{most} rooms are open.", limit=f"{most} rooms",
        remedy="end a room that is over; each ends by itself after a day", headers={"Retry-After": "600"},
    )  # fmt: skip


def too_many_tasks(most: int) -> Problem:
    """Say that the room had as many tasks as it may."""
    return Problem(
        409, "Too many tasks", f"A room has {most} tasks at most.", limit=f"{most} tasks", remedy="open another room"
    )


def too_often(of: str, most: int, wait: int) -> Problem:
    """Say that somebody does something too often."""
    return Problem(
        429, "Too often", f"That is more than {most} {of} a minute.", limit=f"{most} a minute",
        remedy=f"try again in {wait} s", headers={"Retry-After": str(wait)},
    )  # fmt: skip


def listed_names_only() -> Problem:
    """Say that the host does not allow nicknames."""
    return Problem(
        422, "Not this name", "The host of this room lets names come from the list.", field="name",
        limit="two words of the list", remedy="ask for another name, or leave it out",
    )  # fmt: skip
