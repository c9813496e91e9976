"""Documents are kept up to a size, the latest ones."""

import orjson

from skipscope.app.page.summaries import Summaries, write
from skipscope.model.describe.presets import preset
from skipscope.model.describe.summary import summarize


def test_the_oldest_are_forgotten_when_there_are_too_many_bytes() -> None:
    first, second, third = (preset(name) for name in ("resnet18", "resnet20", "resnet32"))
    documents = [write(architecture, "csv") for architecture in (first, second, third)]
    kept = Summaries(sum(len(document.body) for document in documents) - 1)
    kept.keep(first, "csv", documents[0])
    kept.keep(second, "csv", documents[1])
    assert kept.find(first, "csv") is documents[0]
    kept.keep(third, "csv", documents[2])
    assert kept.find(second, "csv") is None
    assert kept.find(first, "csv") is documents[0]
    assert kept.size == len(documents[0].body) + len(documents[2].body)


def test_one_that_is_larger_than_all_is_not_kept() -> None:
    kept = Summaries(10)
    kept.keep(preset("resnet18"), "text", write(preset("resnet18"), "text"))
    assert kept.size == 0


def test_json_is_what_a_plain_encoder_writes() -> None:
    architecture = preset("preact_resnet164")
    assert write(architecture, "json").body == orjson.dumps(summarize(architecture).to_dict())
