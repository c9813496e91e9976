"""The files that a view in a notebook is made of: small enough, and styles that hold inside a cell."""

import gzip
import re

from skipscope.model.show import assets


def test_the_modules_are_one_of_at_most_300_kb_without_plotly() -> None:
    module = gzip.decompress(assets.module()).decode()
    assert len(module.encode()) <= 300_000
    assert "plotly.js v" not in module
    assert "import(" not in module.replace("import.meta", "")
    assert "export{" in module


def test_each_view_has_a_small_loader_alone() -> None:
    assert len(assets.loader().encode()) < 8_000


def test_plotly_is_the_package_s_own_and_that_of_a_notebook_only_in_the_same_version() -> None:
    found = re.search(rb"plotly\.js \(basic - minified\) v([\d.]+)", gzip.decompress(assets.plotly())[:200])
    assert found
    assert f"const VERSION = '{found[1].decode()}';" in assets.loader()


def test_the_styles_hold_in_a_cell_and_nowhere_else() -> None:
    styles = gzip.decompress(assets.styles()).decode()
    for outside in (":root", "\nhtml", "\nbody", "width: 820px) and (min-height"):
        assert outside not in styles, outside
    assert ':host([data-theme="dark"])' in styles
    assert "@media (max-width" not in styles
    assert "@container skipscope (max-width: 820px) {" in styles


def test_a_question_about_the_window_becomes_one_about_the_cell() -> None:
    assert assets.in_cell("@media (max-width: 9px) { a {} }") == "@container skipscope (max-width: 9px) { a {} }"
    assert assets.in_cell("@media (max-height: 8px), (max-width: 9px) {") == "@container skipscope (max-width: 9px) {"
    both = "@media (max-width: 6px), (min-width: 8px) and (max-width: 9px) {"
    wanted = "@container skipscope (max-width: 6px) or ((min-width: 8px) and (max-width: 9px)) {"
    assert assets.in_cell(both) == wanted
    assert assets.in_cell("@media (min-height: 8px) {") == "@container skipscope (width < 0px) {"
    assert assets.in_cell("@media (pointer: coarse) {") == "@media (pointer: coarse) {"
    assert assets.in_cell(':root[data-theme="dark"] { a: b }') == ':host([data-theme="dark"]) { a: b }'
    assert assets.in_cell("html { a: b }\nbody { c: d }\np { e: f }") == ":host { a: b }\n\np { e: f }"
