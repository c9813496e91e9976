"""The part of a list that is asked for, alike in every list of the API."""

from typing import Annotated

from fastapi import Depends, Query

from skipscope.app.wire import sse


class Slice:
    """From where, how many at most, and whether only the asker's own."""

    def __init__(
        self,
        offset: Annotated[int, Query(ge=0, le=sse.NUMBER)] = 0,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        mine: Annotated[bool, Query(description="Only one's own.")] = False,
    ) -> None:
        self.offset, self.limit, self.mine = offset, limit, mine


Part = Annotated[Slice, Depends()]
