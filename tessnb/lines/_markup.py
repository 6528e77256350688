"""XML and HTML as trees of plain nodes, without what makes XML dangerous.

Nothing outside the file is ever read, entities cannot be declared, and names lose their namespaces: every
version of a format has another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from xml.parsers import expat

from tessnb.errors import FormatError

__all__ = ["Node", "parse_html", "parse_xml"]

_DEEPEST = 200
#: Elements of HTML that have no end tag.
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


@dataclass(eq=False)
class Node:
    """An element: its name, its attributes, and what is in it, nodes and texts in order."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Node | str] = field(default_factory=list)

    @property
    def children(self) -> list[Node]:
        return [part for part in self.content if isinstance(part, Node)]

    @property
    def text(self) -> str:
        """All text within, of the nodes below too."""
        return "".join(part if isinstance(part, str) else part.text for part in self.content)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def all(self, *names: str) -> list[Node]:
        """Return the children of these names."""
        return [child for child in self.children if child.name in names]

    def first(self, name: str) -> Node | None:
        """Return the first child of this name."""
        return next(iter(self.all(name)), None)

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it, in the order of the file."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.children)


class _Builder:
    """Puts nodes together as their beginnings and ends come."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.root = Node("")
        self.open = [self.root]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) > _DEEPEST:
            raise FormatError("elements within elements without end", where=self.where)
        node = Node(name, attributes)
        self.open[-1].content.append(node)
        self.open.append(node)

    def text(self, text: str) -> None:
        self.open[-1].content.append(text)

    def end(self) -> None:
        self.open.pop()


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def parse_xml(data: bytes, where: str) -> Node:
    """Parse an XML file and return its outermost element.

    Raises
    ------
    FormatError
        If it is not well-formed, or declares entities.
    """
    builder = _Builder(where)
    parser: Any = expat.ParserCreate(namespace_separator=" ")

    def refuse(name: str, *rest: object) -> None:
        raise FormatError("XML that declares entities", where=where, found=name, hint="Remove its DOCTYPE")

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: builder.start(
        _local(name), {_local(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda name: builder.end()
    parser.CharacterDataHandler = builder.text
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FormatError("not well-formed XML", where=where, found=str(error)) from None
    return builder.root.children[0]


class _Html(HTMLParser):
    def __init__(self, builder: _Builder) -> None:
        super().__init__(convert_charrefs=True)
        self._builder = builder

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._builder.end()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        self._builder.end()

    def handle_endtag(self, tag: str) -> None:
        names = [node.name for node in self._builder.open[1:]]
        if tag in names:  # an end without a beginning counts for nothing
            while self._builder.open[-1].name != tag:
                self._builder.end()
            self._builder.end()

    def handle_data(self, data: str) -> None:
        self._builder.text(data)


def parse_html(data: bytes, where: str) -> Node:
    """Parse an HTML or XHTML file, however untidy, and return a node around all of it."""
    builder = _Builder(where)
    parser = _Html(builder)
    parser.feed(data.decode("utf-8-sig", "replace"))
    parser.close()
    return builder.root
