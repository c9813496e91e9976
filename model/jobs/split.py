"""A job in parts: the whole is put together from the findings of its parts."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pydantic import BaseModel

from skipscope.model.jobs.kind import Kind, imported


def joined(kind: Kind[Any], request: BaseModel, found: Sequence[bytes | None], lost: Mapping[str, str]) -> bytes | None:
    """Return the data of the whole's event: result and figure, as JSON; None if no part has found anything.

    `found` are the data of the parts' latest findings. Findings of one part that has a figure of its own are the
    whole's until there are others. `lost` has the reason for each part, by name, that ended without a result.
    """
    assert kind.split is not None
    read = [None if one is None else orjson.loads(one) for one in found]
    known = [one for one in read if one is not None]
    if not known:
        return None
    if len(known) == 1 and known[0]["figure"] is not None:
        result, figure = known[0]["result"], known[0]["figure"]
    else:
        result = imported(kind.split.join)(request, [None if one is None else one["result"] for one in read])
        figure = imported(kind.figure)(result, "light") if kind.figure else None
    if lost:
        said = [f"{name} has no result: {reason}" for name, reason in lost.items()]
        result = {**result, "lost": said}
        if "sentences" in result:
            result["sentences"] = [*result["sentences"], *said]
    return orjson.dumps({"result": result, "figure": figure}, option=orjson.OPT_SERIALIZE_NUMPY)


def planned(kind: Kind[Any], request: BaseModel) -> list[float]:
    """Return the estimated seconds of each part."""
    assert kind.split is not None
    return [*kind.split.seconds(request)]
