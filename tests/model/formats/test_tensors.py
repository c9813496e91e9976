"""Documents of safetensors in one file: each is found, and all are one that the library reads."""

import io
from collections.abc import Sequence

import pytest
import torch
from safetensors.torch import load, save
from torch import Tensor

from skipscope.model.formats.tensors import OWN, Document, documents, header_of

NETS: list[dict[str, Tensor]] = [
    {"b.weight": torch.arange(6.0).view(2, 3), "a.count": torch.tensor(7)},
    {},
    {"b.weight": torch.ones(5, dtype=torch.bfloat16)},
]


@pytest.fixture
def file() -> io.BytesIO:
    return io.BytesIO(b"".join(save(net, {OWN: f'{{"net":{n}}}'}) for n, net in enumerate(NETS)))


def whole(file: io.BytesIO, chosen: Sequence[Document]) -> bytes:
    return header_of(chosen) + b"".join(file.getvalue()[one.begin : one.end] for one in chosen)


def test_each_document_is_found_with_its_description(file: io.BytesIO) -> None:
    found = documents(file)
    assert [one.about for one in found] == ['{"net":0}', '{"net":1}', '{"net":2}']
    for one, net in zip(found, NETS, strict=True):
        assert load(file.getvalue()[one.start : one.end]).keys() == net.keys()
        read = load(whole(file, [one]))
        assert all(torch.equal(read[name], value) for name, value in net.items())


def test_several_are_one_whose_names_begin_with_their_place(file: io.BytesIO) -> None:
    found = documents(file)
    read = load(whole(file, [found[0], found[2]]))
    assert set(read) == {"1.a.count", "1.b.weight", "2.b.weight"}
    assert torch.equal(read["1.b.weight"], NETS[0]["b.weight"])
    assert torch.equal(read["2.b.weight"], NETS[2]["b.weight"])
    assert read["1.a.count"] == 7


def test_an_empty_file_has_none() -> None:
    assert documents(io.BytesIO()) == []
