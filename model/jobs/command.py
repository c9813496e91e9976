"""Commands to a job under way: a model per command, declared by its kind and checked before it is sent."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class CommandError(ValueError):
    """A command that does not fit the job: the message says why, with field, value, limit and remedy."""

    def __init__(self, title: str, message: str, *, field: str, value: object, limit: str, remedy: str) -> None:
        super().__init__(message)
        self.title, self.field, self.value, self.limit, self.remedy = title, field, value, limit, remedy


class Command(BaseModel):
    """The fields of one command. A job knows a command by the field of its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def check(self, request: Any) -> None:
        """Raise CommandError if the command does not fit the job's request."""
