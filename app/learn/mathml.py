"""Equations in MathML: elements of presentation alone, checked when a chapter is read; numbers are filled in."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

ELEMENTS = frozenset({
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "msub", "msup", "msubsup", "munder", "mover",
    "munderover", "mpadded",
})  # fmt: skip
ATTRIBUTES = frozenset({"display", "mathvariant", "stretchy", "width", "data-number", "class"})
NUMBER = re.compile(r'<mn data-number="([a-z_]+)"\s*/>')
LONGEST = 4000


def check_mathml(text: str) -> None:
    """Raise ValueError where a text is no MathML of these elements."""
    if len(text) > LONGEST:
        raise ValueError(f"it has {len(text)} characters; at most {LONGEST}")
    if "<!" in text or "<?" in text:
        raise ValueError("it declares something; give elements alone")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  (declarations, and with them entities, are refused above)
    except ElementTree.ParseError as error:
        raise ValueError(f"it is no XML: {error}") from error
    if root.tag != "math":
        raise ValueError(f"it begins with <{root.tag}>; give <math>")
    for element in root.iter():
        if element.tag not in ELEMENTS:
            raise ValueError(f"<{element.tag}>: an equation has {', '.join(sorted(ELEMENTS))}")
        for name in element.attrib:
            if name not in ATTRIBUTES:
                raise ValueError(f"{name} of <{element.tag}>: an equation has {', '.join(sorted(ATTRIBUTES))}")


def fill(text: str, number: Callable[[str], str]) -> str:
    """Put measured numbers into their places."""
    return NUMBER.sub(lambda found: f'<mn data-number="{found[1]}">{number(found[1])}</mn>', text)
