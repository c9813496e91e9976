"""Markdown to HTML: text is no markup, terms are links to the glossary, and headings have anchors."""

from skipscope.app.learn.markdown import render


def test_a_term_is_a_link_that_opens_its_explanation() -> None:
    html = render("The [RMS](glossary:rms) of <i>x</i>, see [here](https://example.org).")
    assert '<a href="/docs/glossary#rms" data-term="rms">RMS</a>' in html
    assert "&lt;i&gt;x" in html
    assert '<a href="https://example.org">here</a>' in html


def test_other_links_are_led_elsewhere_or_nowhere() -> None:
    html = render("## A title, *here*\n\n[a](a.md) [b](../b)", lambda href: "/docs/a" if href == "a.md" else None)
    assert '<h2 id="a-title-here">' in html
    assert '<a href="/docs/a">a</a> <a>b</a>' in html
