"""PAGE XML: the lines of a page in reading order, of all versions since 2009.

Source: the PAGE content schema (``pagecontent.xsd``) of 2009-03-16 to 2019-07-15.
"""

from __future__ import annotations

import re
from collections.abc import Set

import numpy as np

from tessnb.lines._markup import Node
from tessnb.lines.layout import LayoutLine, LayoutPage, number, points, tidy

__all__ = ["parse_page_xml"]

_VERTICAL = "top-to-bottom"
#: Transkribus keeps the order of regions and lines in an attribute of its own.
_CUSTOM_ORDER = re.compile(r"readingOrder\s*+\{\s*+index\s*+:\s*+([0-9]{1,9})")
#: The index of an element.
_INDEX = re.compile(r"[0-9]{1,9}")


def parse_page_xml(root: Node, text_index: int | None = None) -> list[LayoutPage]:
    """Return the pages of a ``PcGts`` element.

    Parameters
    ----------
    root : Node
        The outermost element.
    text_index : int, optional
        Which of several ``TextEquiv`` to take, by its ``index``; by default the one with the lowest, or the
        first where none has one.
    """
    return [_page(page, text_index) for page in root.all("Page")]


def _page(page: Node, text_index: int | None) -> LayoutPage:
    regions = _in_order(page)
    lines = [_line(line, region, text_index) for region in regions for line in _by_custom(region, "TextLine")]
    size = number(page.get("imageWidth")), number(page.get("imageHeight"))
    return LayoutPage(page.get("imageFilename"), size, lines)


def _in_order(page: Node) -> list[Node]:
    """Return the text regions: those of the reading order in this order, then the rest as in the file."""
    regions = _regions(page)
    by_name = {region.get("id"): region for region in regions}
    order = page.first("ReadingOrder")
    names = [name for group in order.children for name in _references(group)] if order is not None else []
    chosen = [by_name[name] for name in dict.fromkeys(names) if name in by_name]
    placed = {id(region) for region in chosen}
    # A region within one that the order names comes right behind it, unless it has a place of its own.
    result = [each for region in chosen for each in (region, *_regions(region, placed))]
    placed |= {id(region) for region in result}
    return result + [region for region in regions if id(region) not in placed]


def _regions(node: Node, apart: Set[int] = frozenset()) -> list[Node]:
    """Return the text regions below a node, also those within tables and other regions.

    Nodes whose ``id()`` is in `apart` are left out, with all that is in them.
    """
    found: list[Node] = []
    for child in _by_custom(node, *{child.name for child in node.children if child.name.endswith("Region")}):
        if id(child) not in apart:
            found += [child] if child.name == "TextRegion" else []
            found += _regions(child, apart)
    return found


def _by_custom(node: Node, *names: str) -> list[Node]:
    """Return children, sorted by Transkribus' attribute where all have it."""
    children = node.all(*names)
    places = [_CUSTOM_ORDER.search(child.get("custom")) for child in children]
    if not all(places):
        return children
    order = sorted(range(len(children)), key=lambda place: int(found[1]) if (found := places[place]) else 0)
    return [children[place] for place in order]


def _references(group: Node) -> list[str]:
    """Return the ids of the regions of a group and of those within, in order."""
    names = [group.get("regionRef")] if group.get("regionRef") else []
    children = group.children
    if all(_INDEX.fullmatch(child.get("index")) for child in children):
        children = sorted(children, key=lambda child: int(child.get("index")))
    return names + [name for child in children for name in _references(child)]


def _line(line: Node, region: Node, text_index: int | None) -> LayoutLine:
    text, problem = _text(line, text_index)
    outline = _points(line.first("Coords"))
    direction = line.get("readingDirection") or region.get("readingDirection")
    return LayoutLine(
        text,
        outline,
        _points(line.first("Baseline")),
        angle=-number(region.get("orientation")),
        vertical=direction == _VERTICAL,
        name=line.get("id"),
        problem=problem or ("" if len(outline) else "no coordinates"),
    )


def _points(node: Node | None) -> np.ndarray:
    """Return the points of coordinates; versions before 2013 have an element for each."""
    if node is None:
        return np.zeros((0, 2))
    if node.get("points"):
        return points(node.get("points"))
    return points(" ".join(f"{point.get('x')},{point.get('y')}" for point in node.all("Point")))


def _text(line: Node, text_index: int | None) -> tuple[str, str]:
    """Return a line's transcription, or why it has none; without one of its own, that of its words."""
    found = _equivalent(line, text_index)
    if found is None:
        words = [_equivalent(word, text_index) for word in line.all("Word")]
        if words and None not in words:
            found = tidy(word for word in words if word)
    if found is None and text_index is not None and line.all("TextEquiv"):
        return "", f"no TextEquiv with the index {text_index}"
    return (found, "") if found else ("", "no transcription")


def _equivalent(node: Node, text_index: int | None) -> str | None:
    equivalents = node.all("TextEquiv")
    if text_index is not None:
        equivalents = [one for one in equivalents if one.get("index", "0") == str(text_index)]
    if not equivalents:
        return None
    best = min(
        equivalents, key=lambda one: int(one.get("index")) if _INDEX.fullmatch(one.get("index")) else 10**6
    )
    text = best.first("Unicode") or best.first("PlainText")
    return tidy(text.text) if text is not None else ""
