"""An address asks for the same networks here and on the page."""

import json
from typing import Any

import pytest

from skipscope.app.learn.address import (
    check_address,
    check_setting,
    request_of,
    request_of_maps,
    training_of,
    value_of,
)
from skipscope.app.learn.shelf import OWN, read_folder
from skipscope.model.show.node import find_node, subprocess

URL = "import {{ decodeNet, decodeValue }} from '{module}';"
LESSONS = read_folder(OWN)
ADDRESSES = sorted(
    {step.figure.address for one in LESSONS for step in one.lesson.steps}
    | {step.transfer.address for one in LESSONS for step in one.lesson.steps if step.transfer}
    | {claim.address for one in LESSONS for claim in one.lesson.claims}
)


def on_the_page(texts: list[str]) -> list[Any]:
    """Return values as the page reads them."""
    module = (OWN.parents[1] / "static/js/view/state/url.js").as_uri()
    script = f"{URL.format(module=module)} console.log(JSON.stringify({json.dumps(texts)}.map(decodeValue)))"
    done = subprocess.run([find_node(), "--input-type=module", "--eval", script], capture_output=True, check=True)
    return json.loads(done.stdout)


def test_values_are_those_of_the_page() -> None:
    texts = ["true", "none", "null", "3-4-6-3", "5-", "0.15", "64", "cifar", "-0.5", "1e-3"]
    assert [value_of(text) for text in texts] == on_the_page(texts)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_of_a_chapter_can_be_measured(address: str) -> None:
    assert request_of(address, 3).seed == 3


def test_skips_are_counted_from_1() -> None:
    (cut, only) = request_of("net=resnet20,cut:1.3-4&net=resnet20,only:9&image_size=16").variants
    assert cut.skips == (False, True, False, False, *[True] * 5)
    assert only.skips == (*[False] * 8, True)


def test_strengths_are_those_of_the_page() -> None:
    texts = ["0.5@1-3_0.2@7", "0@9", "1@1-9"]
    module = (OWN.parents[1] / "static/js/view/state/url.js").as_uri()
    script = (
        f"import {{ decodeStrength }} from '{module}';"
        f"console.log(JSON.stringify({json.dumps(texts)}.map((one) => decodeStrength(one, 9))))"
    )
    done = subprocess.run([find_node(), "--input-type=module", "--eval", script], capture_output=True, check=True)
    ours = [request_of(f"net=plain20&net=resnet20,strength:{text}").strengths for text in texts]
    assert ours == [(None, tuple(one)) for one in json.loads(done.stdout)]
    assert request_of("net=resnet20").strengths is None


def test_maps_are_of_a_block_counted_from_1() -> None:
    wish = request_of_maps("net=resnet56,strength:0.5@14&batch_size=8", 14, 3, seed=2)
    assert (wish.block, wish.image, wish.seed, wish.batch_size) == ("layer2.4", 3, 2, 8)
    assert wish.strengths is not None
    assert wish.strengths[0] == (*[1.0] * 13, 0.5, *[1.0] * 13)
    with pytest.raises(ValueError, match="has 27 blocks"):
        request_of_maps("net=resnet56", 28)


@pytest.mark.parametrize("text", ["2@1", "x@1", "0.5", "0.5@10", "0.5@", "0.5@1_"])
def test_strengths_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_address(f"net=resnet20,strength:{text}")


def test_a_training_begins_with_whole_skips() -> None:
    with pytest.raises(ValueError, match="a training begins with whole skips"):
        training_of("net=resnet20,strength:0.5@1")


@pytest.mark.parametrize("address", ["", "rate=1", "net=resnet20,norm", "net=resnet20,only:x", "net=nothing"])
def test_anything_else_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        request_of(address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("net=resnet20,only:5-3", "5-3 names no block; give blocks from 1, the smaller first"),
        ("net=resnet20,only:0-3", "0-3 names no block"),
        ("net=resnet20,norm:most", '^network 1: norm="most": give '),
        ("net=resnet20,norm:bacth", "did you mean batch?"),
        ("net=resnet20&lr=-1", "^lr=-1: give more than 0"),
        ("net=resnet20&net=resnet21", "^network 2: There is no preset 'resnet21'. Did you mean"),
    ],
)
def test_a_refusal_is_one_line_with_value_and_remedy(address: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        check_address(address)
    assert "\n" not in str(caught.value)


def test_a_training_has_its_settings_and_a_probe_leaves_them_out() -> None:
    address = "net=resnet20&lr=0.02&steps=40&schedule=step&batch_size=8"
    training = training_of(address)
    assert (training.lr, training.steps, training.schedule, training.batch_size) == (0.02, 40, "step", 8)
    assert request_of(address).batch_size == 8


def test_a_setting_is_tried_on_all_networks_of_an_address() -> None:
    address = "net=resnet20,cut:1&net=plain20&lr=0.02"
    check_setting(address, {"only": "1-9"}, {"optimizer": "adam"})
    check_setting(address, {"skips": True, "norm": "none"}, {})
    for fields, training in [({"norm": "most"}, {}), ({"only": "10"}, {}), ({}, {"steps": 0}), ({}, {"norm": "none"})]:
        with pytest.raises(ValueError, match=r"."):
            check_setting(address, fields, training)
