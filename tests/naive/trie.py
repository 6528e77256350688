"""The slow, obvious twin of `tessnb.kernels.trie`: nodes with lists of edges, forwards and backwards.

The order of equal edges is the business of `tessnb.kernels.sorting`, so the twin sorts with that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tessnb.formats.dawg import SquishedDawg, flag_start_bit
from tessnb.kernels.sorting import std_sort


@dataclass
class Edge:
    """An edge as seen from one of its nodes: `node` is the other."""

    letter: int
    node: int
    ends: bool


@dataclass
class Node:
    forward: list[Edge] = field(default_factory=list)
    backward: list[Edge | None] = field(default_factory=list)


class NaiveTrie:
    def __init__(self, unicharset_size: int) -> None:
        self.size = unicharset_size
        self.nodes = [Node()]
        self.free: list[int] = []
        self.reduced: set[int] = set()

    def _find(self, node: int, letter: int) -> Edge | None:
        return next((edge for edge in self.nodes[node].forward if edge.letter == letter), None)

    def has(self, word: tuple[int, ...]) -> bool:
        edge, node = None, 0
        for index, letter in enumerate(word):
            if index and node == 0:
                return False
            edge = self._find(node, letter)
            if edge is None:
                return False
            node = edge.node
        return edge is not None and edge.ends

    def _link(self, source: int, target: int, letter: int, ends: bool) -> None:
        self.nodes[source].forward.append(Edge(letter, target, ends))
        if source == 0:
            self.nodes[0].forward.sort(key=lambda edge: edge.letter)
        back = Edge(letter, source, ends)
        if target == 0 and self.free:
            self.nodes[0].backward[self.free.pop()] = back
        else:
            self.nodes[target].backward.append(back)

    def add(self, word: tuple[int, ...]) -> None:
        if self.has(word):
            return
        node = 0
        for index, letter in enumerate(word):
            last = index == len(word) - 1
            edge = self._find(node, letter)
            if edge is not None and last:
                edge.ends = True
                for back in self.nodes[edge.node].backward:
                    assert back is not None
                    back.ends = True
            elif edge is not None and edge.node:
                node = edge.node
            else:
                ends = last
                if edge is not None:  # a shorter word ends here and goes on now
                    ends = True
                    self.nodes[node].forward.remove(edge)
                    slot = self.nodes[0].backward.index(Edge(letter, node, True))
                    self.nodes[0].backward[slot] = None
                    self.free.append(slot)
                target = 0
                if not last:
                    target = len(self.nodes)
                    self.nodes.append(Node())
                self._link(node, target, letter, ends)
                node = target

    def _single(self, node: int) -> bool:
        return len(self.nodes[node].forward) == 1

    def reduce(self, node: int = 0) -> None:
        backward = self.nodes[node].backward
        keys = np.array([self.size if edge is None else edge.letter for edge in backward], np.int32)
        order = np.arange(len(backward), dtype=np.int32)
        std_sort(keys, order, len(backward))
        backward[:] = [backward[index] for index in order.tolist()]
        for first, kept in enumerate(backward):
            if kept is None or not self._single(kept.node):
                continue
            for second in range(first + 1, len(backward)):
                edge = backward[second]
                if edge is None or not self._single(edge.node):
                    continue
                if edge.letter == kept.letter and edge.ends == kept.ends:
                    self._merge(kept.node, edge.node)
                    backward[second] = None
        self.reduced.add(node)
        for edge in backward:
            if edge is not None and edge.node and edge.node not in self.reduced:
                self.reduce(edge.node)

    def _merge(self, kept: int, gone: int) -> None:
        for back in self.nodes[gone].backward:
            assert back is not None
            self.nodes[kept].backward.append(back)
            for edge in self.nodes[back.node].forward:
                if edge.node == gone:
                    edge.node = kept
        self.nodes[gone] = Node()

    def squish(self) -> bytes:
        self.reduce()
        shift = flag_start_bit(self.size)
        offsets = np.cumsum([0] + [len(node.forward) for node in self.nodes])
        edges = []
        for node in self.nodes:
            for edge in node.forward:
                flags = 4 * edge.ends + (edge is node.forward[-1])
                edges.append(edge.letter | flags << shift | int(offsets[edge.node]) << shift + 3)
        return SquishedDawg(self.size, np.array(edges, np.uint64)).to_bytes()
