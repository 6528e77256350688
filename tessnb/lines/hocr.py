"""hOCR: the lines of pages in the order of the file.

Source: the hOCR specification, version 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from tessnb.lines._markup import Node
from tessnb.lines.layout import LayoutLine, LayoutPage, numbers, rectangle, tidy

__all__ = ["parse_hocr"]

_LINES = frozenset(["ocr_line", "ocrx_line", "ocr_header", "ocr_footer", "ocr_caption", "ocr_textfloat"])
#: Terms of a baseline's polynomial at most.
_TERMS = 6
#: Nothing that was taken is given back, so that no title takes longer than its length.
_PROPERTY = re.compile(r"""([\w-]++)\s*+((?:"[^"]*+"|'[^']*+'|[^;])*+)""")


def parse_hocr(root: Node) -> list[LayoutPage]:
    """Return the pages of an hOCR document; a document without page elements is one page."""
    pages = [*_outermost(root, "ocr_page")] or [root]
    return [_page(page, number) for number, page in enumerate(pages)]


def _outermost(node: Node, kind: str) -> Iterator[Node]:
    """Yield the nodes of a class below a node that are within no other of it."""
    for child in node.children:
        if kind in _classes(child):
            yield child
        else:
            yield from _outermost(child, kind)


def _classes(node: Node) -> list[str]:
    return node.get("class").split()


def _properties(node: Node) -> dict[str, str]:
    return {name: value.strip() for name, value in _PROPERTY.findall(node.get("title"))}


def _page(page: Node, number: int) -> LayoutPage:
    properties = _properties(page)
    lines = [_line(node) for node in _innermost(page)]
    box = numbers(properties.get("bbox", ""))
    size = (box[2], box[3]) if len(box) == 4 else (0.0, 0.0)
    place = [value for value in numbers(properties.get("ppageno", "")) if value >= 0]
    image = properties.get("image", "").strip("\"'")
    return LayoutPage(image, size, lines, int(place[0]) if place else number)


def _innermost(node: Node) -> list[Node]:
    """Return the lines within a node that are no blocks around lines."""
    inside = [line for child in node.children for line in _innermost(child)]
    return inside or ([] if _LINES.isdisjoint(_classes(node)) else [node])


def _line(line: Node) -> LayoutLine:
    words = [node.text for node in _outermost(line, "ocrx_word")]
    text = tidy(words if words else line.text)
    properties = _properties(line)
    box = numbers(properties.get("bbox", ""))
    outline = rectangle(*box) if len(box) == 4 else np.zeros((0, 2))
    polygon = numbers(properties.get("poly", ""))
    if len(polygon) >= 6:
        outline = np.array(polygon[: len(polygon) // 2 * 2]).reshape(-1, 2)
    angle = (numbers(properties.get("textangle", "")) or [0.0])[0]
    problem = "" if text else "no transcription"
    return LayoutLine(
        text,
        outline,
        _baseline(numbers(properties.get("baseline", "")), box) if not angle else np.zeros((0, 2)),
        angle=angle,
        vertical=properties.get("writing-mode", "").startswith("vertical"),
        name=line.get("id"),
        problem=problem or ("" if len(outline) else "no coordinates"),
    )


def _baseline(polynomial: list[float], box: list[float]) -> np.ndarray:
    """Return points of a baseline given as slope and offset from the lower left corner of the line's box."""
    if not 2 <= len(polynomial) <= _TERMS or len(box) != 4:
        return np.zeros((0, 2))
    across = np.linspace(0, box[2] - box[0], 2 if len(polynomial) == 2 else 12)
    return np.stack([box[0] + across, box[3] + np.polyval(polynomial, across)], axis=1)
