"""YAML that is read into a model: an error is made of the line and the words."""

import pytest
import yaml
from pydantic import BaseModel

from skipscope.app.learn import yaml_file
from skipscope.app.learn.shelf import OWN, read_folder
from skipscope.app.learn.yaml_file import line_of, read_yaml
from skipscope.model.describe.words import Strict


class Row(Strict):
    """A row."""

    name: str
    size: int


class Sheet(BaseModel):
    """A sheet."""

    title: str
    rows: list[Row]


TEXT = "title: One\nrows:\n  - name: a\n    size: 1\n  - { name: b, size: 2 }\n"


def refuse(line: int, said: str) -> ValueError:
    return ValueError(f"{line}: {said}")


def test_a_text_becomes_a_model() -> None:
    assert read_yaml(Sheet, TEXT, refuse).rows[1].size == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.replace("size: 1", "size: much"), "^4: rows.0.size=.much.: give a whole number"),
        (TEXT.replace("size: 2", "size: much"), "^5: rows.1.size=.much.: give a whole number"),
        (TEXT.replace("title: One\n", ""), "^1: title is missing: give it"),
        (TEXT.replace("title: One", "title: Yes"), "^1: title=true: YAML reads no text there; put it in quotes"),
        (TEXT.replace("name: b", "name: 2"), "^5: rows.1.name=2: YAML reads no text there"),
        (TEXT.replace("name: b", "name: b, or c"), "^5: 'or c': a text ends at a comma inside { }; put it in quotes"),
        (TEXT.replace("size: 1", "sise: 1"), r"^4: rows.0.sise=1: there is no such field. Did you mean size\?"),
        (TEXT.replace("  - name: a", "  - name: [a"), "^4: it is no YAML"),
        ("One\n", "^1: it has no fields; give title, rows"),
    ],
)
def test_an_error_has_its_line(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_yaml(Sheet, text, refuse)


def test_the_compiled_parser_reads_what_the_other_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read_folder(OWN)
    monkeypatch.setattr(yaml_file, "_FAST", yaml.SafeLoader)
    assert read_folder(OWN) == fast


def test_a_part_that_is_missing_is_told_at_the_part_around_it() -> None:
    node = yaml.compose(TEXT, Loader=yaml.SafeLoader)
    assert line_of(node, ("rows", 0, "nothing")) == 2
    assert line_of(node, ("nothing",)) == 0
