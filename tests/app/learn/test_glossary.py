"""The glossary is read whole, or refused with file and line; it knows all parts and settings and makes the document."""

import re
from pathlib import Path

import pytest

from scripts.glossary import TARGET, written
from skipscope.app.learn.glossary import GLOSSARY, GlossaryError, anchor_of, known_terms, read_glossary
from skipscope.app.learn.shelf import OWN, read_folder
from skipscope.app.page.fields import GROUPS
from skipscope.app.page.paths import TEMPLATES

TEXT = """terms:
  - term: RMS
    says: The root of the mean of squares.
    more: measures.md#measures
  - term: Loss
    says: One number.
    chapter: problem
parts:
  - part: gradient
    title: Gradient
    says: It is drawn.
    terms: [RMS]
settings:
  - { setting: norm, says: It is chosen., terms: [Loss] }
keys:
  - { keys: Space, does: cut the skip }
tour:
  - at: [.diagram-panel]
    title: Here
    says: Look.
"""


def test_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text(TEXT, encoding="utf-8")
    glossary = read_glossary(path)
    assert [one.name for one in glossary.terms] == ["rms", "loss"]
    assert glossary.parts[0].terms == ("RMS",)
    assert anchor_of("∂L/∂x, and First over last") == "lx-and-first-over-last"


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("- term: RMS", "- term: [", 4, "it is no YAML"),
        ("    more: measures.md#measures\n", "", 2, "terms.0: RMS: nothing says where more stands"),
        ("measures.md#measures", "https://example.org", 4, "terms.0.more"),
        ("says: One number.", f"says: {'x' * 400}", 6, "give 320 characters or fewer"),
        ("term: Loss", "term: rms", 5, "terms: there are two entries 'rms'"),
        ("terms: [RMS]", "terms: [MRS]", 12, "parts: there is no term 'MRS'"),
        ("terms: [Loss]", "terms: [loss]", 14, "settings: there is no term 'loss'"),
        ("does: cut", "do: cut", 16, "keys.0.does is missing: give it"),
        ("    title: Here\n", "", 18, "tour.0.title is missing: give it"),
        (TEXT, "[]", 1, "it has no fields; give terms, parts, settings, keys, tour"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, old: str, new: str, at: int, said: str) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(GlossaryError) as caught:
        read_glossary(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:{at}: "), message
    assert said in message


def test_the_projects_own_explains_all_that_the_page_has() -> None:
    glossary = read_glossary()
    page = (TEMPLATES / "explore.html").read_text(encoding="utf-8")
    scripts = "".join(
        path.read_text(encoding="utf-8") for path in (TEMPLATES.parent / "static" / "js" / "view").rglob("*.js")
    )
    opened = set(re.findall(r'data-explain="([\w-]+)"', page))
    opened |= set(re.findall(r"explained(?:Name|Sign)\(store, '([\w-]+)'", scripts))
    assert opened == {one.part for one in glossary.parts}
    assert set(re.findall(r'data-chart="([\w-]+)"', page)) <= opened
    fields = [name for names in GROUPS.values() for name in names]
    assert sorted(one.setting for one in glossary.settings) == sorted(fields)
    assert len(glossary.tour) == 5
    chapters = {one.name for one in read_folder(OWN)}
    named = (one.chapter for one in (*glossary.terms, *glossary.parts, *glossary.settings, *glossary.tour))
    assert {one for one in named if one} <= chapters
    assert known_terms() == {one.name for one in glossary.terms}
    assert GLOSSARY.is_file()


def test_the_words_that_readers_ask_for_are_in_it() -> None:
    wanted = {
        "rms", "gradient", "loss", "block", "stage", "junction", "pad", "projection", "trunk", "identity-path",
        "residual-branch", "branch-ratio", "update-ratio", "dead-unit", "share-of-zeros", "normalisation",
        "plain-network", "probe", "step", "first-over-last",
    }  # fmt: skip
    assert wanted <= known_terms()


def test_the_document_is_made_of_it() -> None:
    assert TARGET.read_text(encoding="utf-8") == written(), "run `make glossary`"
