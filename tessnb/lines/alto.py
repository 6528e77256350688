"""ALTO: the lines of a page in reading order, of all versions.

Source: the schemas ``alto-1-0.xsd`` to ``alto-4-4.xsd`` of the Library of Congress.
"""

from __future__ import annotations

import numpy as np

from tessnb.errors import FormatError
from tessnb.lines._markup import Node
from tessnb.lines.layout import LayoutLine, LayoutPage, number, numbers, points, rectangle, tidy

__all__ = ["parse_alto"]

#: Units of a coordinate in an inch; 0 is pixels.
_UNITS = {"pixel": 0, "mm10": 254, "inch1200": 1200}


def parse_alto(root: Node, where: str) -> list[LayoutPage]:
    """Return the pages of an ``alto`` element.

    Raises
    ------
    FormatError
        If the coordinates are in an unknown unit.
    """
    named = {
        node.name: node.text.strip() for node in root.walk() if node.name in ("MeasurementUnit", "fileName")
    }
    unit = named.get("MeasurementUnit") or "pixel"
    if unit not in _UNITS:
        raise FormatError(
            "an unknown unit of coordinates", where=where, found=unit, expected=" or ".join(_UNITS)
        )
    pages = [node for layout in root.all("Layout") for node in layout.all("Page")]
    return [_page(page, named.get("fileName", ""), place, unit) for place, page in enumerate(pages)]


def _page(page: Node, image_name: str, place: int, unit: str) -> LayoutPage:
    lines = [
        _line(line, number(block.get("ROTATION")))
        for block in page.walk()
        if block.name == "TextBlock"
        for line in block.all("TextLine")
    ]
    order = page.first("ReadingOrder")
    if order is not None:
        lines = _in_order(page, order, lines)
    size = number(page.get("WIDTH")), number(page.get("HEIGHT"))
    return LayoutPage(image_name, size, lines, place, 0.0 if _UNITS[unit] else 1.0)


def _in_order(page: Node, order: Node, lines: list[LayoutLine]) -> list[LayoutLine]:
    """Sort lines by the first mention of themselves or a block around them; the rest comes last."""
    names = [node.get("REF") for node in order.walk() if node.get("REF")]
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    around: dict[str, int] = {}
    for node in page.walk():
        if node.get("ID") in places:
            for below in node.walk():
                around[below.get("ID")] = places[node.get("ID")]
    return sorted(lines, key=lambda line: places.get(line.name, around.get(line.name, len(places))))


def _line(line: Node, rotation: float) -> LayoutLine:
    text = tidy(_words(line))
    outline = _outline(line)
    if not len(outline):
        inside = [_outline(word) for word in line.all("String")]
        corners = np.concatenate(inside) if inside else np.zeros((0, 2))
        if len(corners):
            outline = rectangle(*corners.min(axis=0), *corners.max(axis=0))
    problem = "" if text else "no transcription"
    return LayoutLine(
        text,
        outline,
        _baseline(line, outline),
        angle=rotation,
        name=line.get("ID"),
        problem=problem or ("" if len(outline) else "no coordinates"),
    )


def _words(line: Node) -> str:
    """Return the words; without spaces marked between them, one is put between all."""
    parts = []
    spaced = bool(line.all("SP"))
    for part in line.children:
        if part.name == "String":
            parts.append(part.get("CONTENT") if spaced else f" {part.get('CONTENT')}")
        elif part.name == "SP":
            parts.append(" ")
        elif part.name == "HYP":
            parts.append(part.get("CONTENT") or "-")
    return "".join(parts)


def _outline(node: Node) -> np.ndarray:
    """Return the polygon of a node, or the corners of its box."""
    shape = node.first("Shape")
    polygon = shape.first("Polygon") if shape is not None else None
    if polygon is not None and len(points(polygon.get("POINTS"))) > 2:
        return points(polygon.get("POINTS"))
    box = [numbers(node.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")]
    if not all(box):
        return np.zeros((0, 2))
    left, top, width, height = (values[0] for values in box)
    return rectangle(left, top, left + width, top + height)


def _baseline(line: Node, outline: np.ndarray) -> np.ndarray:
    """Return the baseline; before version 4.1 it is a height, the same all along."""
    values = numbers(line.get("BASELINE"))
    if len(values) == 1 and len(outline):
        return np.array([(outline[:, 0].min(), values[0]), (outline[:, 0].max(), values[0])])
    return points(line.get("BASELINE"))
