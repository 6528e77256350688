"""The ``*-dawg`` components: a word list as a graph whose words share their beginnings and endings.

On disk: ``int16`` magic 42, ``int32`` size of the unicharset, ``int32`` number of edges, ``uint64`` edges.
An edge packs, from its lowest bit: the unichar-id (as many bits as ``unicharset_size + 1`` values need),
three flags (last edge of its node, backward, end of a word) and the index of the first edge of the node
that it leads to. Node 0 is the root as a start and means "nothing follows" as a target.
Source: ``src/dict/dawg.h`` and ``dawg.cpp``, ``SquishedDawg``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tessnb.errors import FormatError
from tessnb.formats._binary import Reader, Writer

__all__ = ["MAGIC", "NO_EDGE", "SquishedDawg", "flag_start_bit"]

MAGIC = 42
#: What look-ups return when there is no such edge.
NO_EDGE = -1
#: Flags of an edge, counted from `flag_start_bit`.
MARKER_FLAG, DIRECTION_FLAG, WORD_END_FLAG = 1, 2, 4
FLAG_BITS = 3


def flag_start_bit(unicharset_size: int) -> int:
    """Return how many bits of an edge hold the unichar-id (``Dawg::init``, in its floating point)."""
    return math.ceil(math.log(unicharset_size + 1.0) / math.log(2.0))


@dataclass(eq=False)
class SquishedDawg:
    """A read-only word graph.

    Parameters
    ----------
    unicharset_size : int
        The size of the unicharset that the words were spelled in.
    edges : ndarray of uint64, shape (num_edges,)
        The packed edges as on disk; a node is a run of edges up to one with the marker flag.
    trailing : bytes
        What stands behind the edges; kept as it is.
    """

    unicharset_size: int
    edges: np.ndarray
    trailing: bytes = b""

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "dawg", *, big_endian: bool = False) -> SquishedDawg:
        """Parse a whole component.

        Raises
        ------
        FormatError
            If it is no dawg, is truncated, or has edges that lead nowhere.
        """
        reader = Reader(data, name, big_endian=big_endian)
        magic = reader.number("h", "magic number")
        if magic != MAGIC:
            raise reader.fail("not a dawg (bad magic number)", found=magic, expected=MAGIC, offset=0)
        size = reader.number("i", "unicharset size")
        if size <= 0:
            raise reader.fail("impossible unicharset size", found=size, expected="at least 1", offset=2)
        count = reader.count(8, "edges", code="i")
        if count == 0:
            raise reader.fail("empty dawg", found=0, expected="at least 1 edge", offset=6)
        dawg = cls(size, reader.array("u8", count, "edges"), bytes(reader.take(reader.remaining)))
        lost = np.flatnonzero(dawg.next_nodes >= count)
        if lost.size:
            at = int(lost[0])
            raise reader.fail(
                "edge leads outside of the dawg",
                found=int(dawg.next_nodes[at]),
                expected=f"below {count}",
                offset=10 + 8 * at,
            )
        if not dawg.last_edges[-1]:
            raise reader.fail("last edge does not close its node", offset=10 + 8 * (count - 1))
        return dawg

    def to_bytes(self, *, big_endian: bool = False) -> bytes:
        """Return what `from_bytes` parsed."""
        writer = Writer(big_endian=big_endian)
        writer.number("h", MAGIC)
        writer.number("i", self.unicharset_size)
        writer.number("i", len(self.edges))
        writer.array("u8", self.edges)
        writer.raw(self.trailing)
        return writer.getvalue()

    @cached_property
    def flag_start_bit(self) -> int:
        return flag_start_bit(self.unicharset_size)

    @cached_property
    def letters(self) -> np.ndarray:
        """The unichar-id of each edge: ndarray of int64, shape (num_edges,)."""
        return (self.edges & np.uint64((1 << self.flag_start_bit) - 1)).astype(np.int64)

    @cached_property
    def next_nodes(self) -> np.ndarray:
        """The node that each edge leads to, 0 for none: ndarray of int64, shape (num_edges,)."""
        return (self.edges >> np.uint64(self.flag_start_bit + FLAG_BITS)).astype(np.int64)

    @cached_property
    def word_ends(self) -> np.ndarray:
        """Whether a word may end with each edge: ndarray of bool, shape (num_edges,)."""
        return self._flag(WORD_END_FLAG)

    @cached_property
    def last_edges(self) -> np.ndarray:
        """Whether each edge is the last of its node: ndarray of bool, shape (num_edges,)."""
        return self._flag(MARKER_FLAG)

    def _flag(self, flag: int) -> np.ndarray:
        return (self.edges & np.uint64(flag << self.flag_start_bit)) != 0

    def node_edges(self, node: int) -> range:
        """Return the indices of a node's edges."""
        return range(node, self._node_ends[node] + 1)

    @cached_property
    def _node_ends(self) -> np.ndarray:
        closing = np.flatnonzero(self.last_edges)
        return closing[np.searchsorted(closing, np.arange(len(self.edges)))]

    def edge_of(self, node: int, unichar_id: int, *, word_end: bool = False) -> int:
        """Return the edge of `node` with this letter (and, on demand, a word's end), or `NO_EDGE`.

        Source: ``SquishedDawg::edge_char_of``.
        """
        for edge in self.node_edges(node):
            if self.letters[edge] == unichar_id and (self.word_ends[edge] or not word_end):
                return edge
        return NO_EDGE

    def __contains__(self, word: tuple[int, ...] | list[int]) -> bool:
        """Whether these unichar-ids are a complete word (``Dawg::word_in_dawg``)."""
        node, last = 0, len(word) - 1
        for index, unichar_id in enumerate(word):
            edge = self.edge_of(node, unichar_id, word_end=index == last)
            if edge == NO_EDGE:
                return False
            node = int(self.next_nodes[edge])
            if node == 0 and index < last:
                return False
        return bool(word)

    @cached_property
    def _fruitless(self) -> set[int]:
        """Nodes, as targets, behind which no word ends.

        Raises
        ------
        FormatError
            If edges lead in a circle.
        """
        following, ends, last = self.next_nodes.tolist(), self.word_ends.tolist(), self._node_ends
        fruitless: set[int] = set()
        done: set[int] = {0}  # as a target, nothing
        path = {0: False}  # as the root: nodes that are being looked at, and whether a word ends behind them
        places = [(0, 0)]
        while places:
            node, edge = places.pop()
            if edge > last[node]:
                has_words = path.pop(node)
                done.add(node)
                if not has_words:
                    fruitless.add(node)
                elif path:
                    path[next(reversed(path))] = True
                continue
            places.append((node, edge + 1))
            path[node] |= ends[edge]
            target = following[edge]
            if target in done:
                path[node] |= target != 0 and target not in fruitless
            elif target in path:
                raise FormatError(
                    "edges lead in a circle",
                    where=f"dawg at byte {10 + 8 * edge}",
                    found=f"back to edge {target}",
                )
            else:
                path[target] = False
                places.append((target, target))
        return fruitless

    def words(self) -> Iterator[tuple[int, ...]]:
        """Yield all words as unichar-ids, in the order of the edges (``Dawg::iterate_words``).

        Raises
        ------
        FormatError
            If there are endlessly many, because edges lead in a circle.
        """
        fruitless = self._fruitless
        letters, following = self.letters.tolist(), self.next_nodes.tolist()
        ends, last = self.word_ends.tolist(), self.last_edges.tolist()
        prefix: list[int] = []
        path = [0]
        while path:
            edge = path[-1]
            prefix.append(letters[edge])
            if ends[edge]:
                yield tuple(prefix)
            if following[edge] and following[edge] not in fruitless:
                path.append(following[edge])
                continue
            prefix.pop()
            while path and last[path[-1]]:
                path.pop()
                if path:
                    prefix.pop()
            if path:
                path[-1] += 1
