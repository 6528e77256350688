"""Dictionaries at recognition time: which words, numbers and punctuation the letters so far may become.

A word may stand in punctuation: the punctuation dawg has patterns such as ``( )`` in which unichar-id 0 means
"the word". The number dawg spells every digit as unichar-id 0. A `Position` says where one reading of the
letters so far stands in these graphs.
Source: ``src/dict/dict.cpp``, ``Dict::LoadLSTM``, ``FinishLoad``, ``default_dawgs``, ``def_letter_is_okay``,
``valid_word``; ``src/dict/dawg.h``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from tessnb.formats.dawg import NO_EDGE, SquishedDawg
from tessnb.formats.unicharset import Unicharset

__all__ = [
    "PATTERN_ID",
    "DawgType",
    "Dictionary",
    "Permuter",
    "Position",
    "Step",
    "WordGraph",
]

#: The unichar-id that stands for a word in punctuation patterns and for a digit in number patterns.
PATTERN_ID = 0


class DawgType(IntEnum):
    """What a dawg holds (``DawgType``)."""

    PUNCTUATION = 0
    WORD = 1
    NUMBER = 2


class Permuter(IntEnum):
    """Where a word comes from; the larger wins (``PermuterType``)."""

    NONE = 0
    PUNCTUATION = 1
    TOP_CHOICE = 2
    NUMBER = 6
    SYSTEM_DAWG = 8
    USER_DAWG = 10
    COMPOUND = 12


#: Component → what its dawg is, in the order in which the reference loads them.
_COMPONENTS = {
    "lstm-punc-dawg": (DawgType.PUNCTUATION, Permuter.PUNCTUATION),
    "lstm-word-dawg": (DawgType.WORD, Permuter.SYSTEM_DAWG),
    "lstm-number-dawg": (DawgType.NUMBER, Permuter.NUMBER),
}
#: Which type may follow which: words and numbers stand inside of punctuation.
_SUCCESSORS = {
    DawgType.PUNCTUATION: (DawgType.WORD, DawgType.NUMBER),
    DawgType.WORD: (DawgType.PUNCTUATION,),
    DawgType.NUMBER: (DawgType.PUNCTUATION,),
}


class Position(NamedTuple):
    """One reading of the letters so far.

    Attributes
    ----------
    dawg : int
        The word or number dawg, as an index into `Dictionary.graphs`; -1 if none was chosen yet.
    dawg_edge : int
        The last edge taken in it; -1 at its beginning.
    punc : int
        The punctuation dawg; -1 if the word stands in none.
    punc_edge : int
        The last edge taken in that; -1 at its beginning.
    back_to_punc : bool
        Whether the word has ended and only punctuation may follow.
    """

    dawg: int
    dawg_edge: int
    punc: int
    punc_edge: int
    back_to_punc: bool


class Step(NamedTuple):
    """What one letter leads to: the new positions, the best kind of word that the letters may be part of, and
    whether a word may end here."""

    positions: tuple[Position, ...]
    permuter: Permuter
    valid_end: bool


class WordGraph:
    """A dawg with its role, and fast look-ups.

    Parameters
    ----------
    dawg : SquishedDawg
    type : DawgType
    permuter : Permuter
        What a word is called that is found here.
    """

    def __init__(self, dawg: SquishedDawg, type: DawgType, permuter: Permuter) -> None:
        self.dawg, self.type, self.permuter = dawg, type, permuter
        self._nodes: dict[int, dict[int, int]] = {}

    @cached_property
    def next_nodes(self) -> list[int]:
        """The node behind each edge, 0 for none."""
        return self.dawg.next_nodes.tolist()

    @cached_property
    def word_ends(self) -> list[bool]:
        """Whether a word may end with each edge."""
        return self.dawg.word_ends.tolist()

    def edge_of(self, node: int, unichar_id: int, *, word_end: bool = False) -> int:
        """Return the edge of a node with this letter, which must end a word on demand, or `NO_EDGE`."""
        if node == NO_EDGE:
            return NO_EDGE
        edges = self._nodes.get(node)
        if edges is None:
            run = self.dawg.node_edges(node)
            letters = self.dawg.letters[run.start : run.stop].tolist()
            edges = self._nodes[node] = dict(zip(reversed(letters), reversed(run), strict=True))
        edge = edges.get(unichar_id, NO_EDGE)
        return NO_EDGE if word_end and not self.ends(edge) else edge

    def node_behind(self, edge: int) -> int:
        """Return the node that an edge leads to, the root for no edge, `NO_EDGE` where no word goes on."""
        return 0 if edge == NO_EDGE else self.next_nodes[edge] or NO_EDGE

    def ends(self, edge: int) -> bool:
        """Whether a word may end with an edge."""
        return edge != NO_EDGE and self.word_ends[edge]


class Dictionary:
    """All dawgs of a model, walked together.

    An empty one (`bool` gives False) allows nothing: recognize without it then, as the reference does.

    Parameters
    ----------
    unicharset : Unicharset
        The one that the dawgs are spelled in.
    graphs : sequence of WordGraph
        In the order in which positions name them.

    Attributes
    ----------
    graphs : list of WordGraph
    successors : list of list of int
        For each graph those that may follow.
    initial : tuple of Position
        Where every word begins.
    """

    def __init__(self, unicharset: Unicharset, graphs: Sequence[WordGraph]) -> None:
        self.unicharset = unicharset
        self.graphs = list(graphs)
        self.successors = [
            [index for index, other in enumerate(self.graphs) if other.type in _SUCCESSORS[graph.type]]
            for graph in self.graphs
        ]
        self.initial = self._initial()
        self._digits = [entry.isdigit for entry in unicharset.entries]

    def __bool__(self) -> bool:
        return bool(self.graphs)

    @classmethod
    def from_components(
        cls,
        unicharset: Unicharset,
        components: Mapping[str, bytes],
        user_words: SquishedDawg | None = None,
        *,
        big_endian: bool = False,
    ) -> Dictionary:
        """Load what a traineddata has: punctuation, words and numbers.

        Parameters
        ----------
        unicharset : Unicharset
            The component ``lstm-unicharset``.
        components : mapping of str to bytes
            By suffix; ``lstm-punc-dawg``, ``lstm-word-dawg`` and ``lstm-number-dawg`` are looked at.
        user_words : SquishedDawg, optional
            More words (see `build_dawg`).
        big_endian : bool
            The byte order of the components.

        Raises
        ------
        FormatError
            If a dawg is malformed.
        """
        graphs = [
            WordGraph(SquishedDawg.from_bytes(components[suffix], suffix, big_endian=big_endian), *role)
            for suffix, role in _COMPONENTS.items()
            if suffix in components
        ]
        if user_words is not None:
            graphs.append(WordGraph(user_words, DawgType.WORD, Permuter.USER_DAWG))
        return cls(unicharset, graphs)

    def _initial(self) -> tuple[Position, ...]:
        """Return where words begin: in punctuation alone if that has the bare word (``default_dawgs``)."""
        bare_words = any(
            graph.type == DawgType.PUNCTUATION and graph.edge_of(0, PATTERN_ID, word_end=True) != NO_EDGE
            for graph in self.graphs
        )
        positions = []
        for index, graph in enumerate(self.graphs):
            if graph.type == DawgType.PUNCTUATION:
                positions.append(Position(-1, NO_EDGE, index, NO_EDGE, False))
            elif not bare_words:
                positions.append(Position(index, NO_EDGE, -1, NO_EDGE, False))
        return tuple(positions)

    def _letter_in(self, graph: WordGraph, unichar_id: int) -> int:
        return PATTERN_ID if graph.type == DawgType.NUMBER and self._digits[unichar_id] else unichar_id

    def continue_word(
        self,
        positions: Iterable[Position],
        unichar_id: int,
        *,
        permuter: Permuter = Permuter.NONE,
        word_end: bool = False,
    ) -> Step:
        """Take all readings one letter further.

        Parameters
        ----------
        positions : iterable of Position
            `initial`, or those of the step before.
        unichar_id : int
            The letter.
        permuter : Permuter
            That of the step before; a beam search gives none.
        word_end : bool
            Whether the word has to end with this letter.

        Returns
        -------
        Step
            With permuter `Permuter.NONE` where no dictionary allows this.
        """
        if unichar_id == PATTERN_ID:
            return Step((), Permuter.NONE, False)
        following: dict[Position, None] = {}
        best = Permuter.NONE
        valid_end = False
        for position in positions:
            if position.dawg < 0:
                found = self._in_punctuation(position, unichar_id, word_end)
            else:
                found = self._in_word(position, unichar_id, word_end)
            for new, kind, ends in found:
                following.setdefault(new)
                best = max(best, kind)
                valid_end |= ends
        keep = permuter != Permuter.NONE and best != Permuter.NONE
        if keep and (best == Permuter.PUNCTUATION or permuter == Permuter.COMPOUND):
            best = permuter
        return Step(tuple(following), best, valid_end)

    def _in_punctuation(
        self, position: Position, unichar_id: int, word_end: bool
    ) -> Iterable[tuple[Position, Permuter, bool]]:
        """Yield what a letter may be before the word has begun: its first letter, or more punctuation."""
        punc = self.graphs[position.punc]
        node = punc.node_behind(position.punc_edge)
        through = punc.edge_of(node, PATTERN_ID, word_end=word_end)
        if through != NO_EDGE:
            for index in self.successors[position.punc]:
                graph = self.graphs[index]
                edge = graph.edge_of(0, self._letter_in(graph, unichar_id), word_end=word_end)
                if edge != NO_EDGE:
                    new = Position(index, edge, position.punc, through, False)
                    yield new, graph.permuter, graph.ends(edge) and punc.ends(through)
        edge = punc.edge_of(node, unichar_id, word_end=word_end)
        if edge != NO_EDGE:
            yield Position(-1, NO_EDGE, position.punc, edge, False), Permuter.PUNCTUATION, punc.ends(edge)

    def _in_word(
        self, position: Position, unichar_id: int, word_end: bool
    ) -> Iterable[tuple[Position, Permuter, bool]]:
        """Yield what a letter may be inside of a word: punctuation behind it, or its next letter."""
        graph = self.graphs[position.dawg]
        punc = self.graphs[position.punc] if position.punc >= 0 else None
        if punc is not None and graph.ends(position.dawg_edge):
            edge = punc.edge_of(punc.node_behind(position.punc_edge), unichar_id, word_end=word_end)
            if edge != NO_EDGE:
                yield position._replace(punc_edge=edge, back_to_punc=True), graph.permuter, punc.ends(edge)
        if position.back_to_punc:
            return
        letter = self._letter_in(graph, unichar_id)
        edge = graph.edge_of(graph.node_behind(position.dawg_edge), letter, word_end=word_end)
        may_end = punc is None or punc.ends(position.punc_edge)
        if edge != NO_EDGE and (may_end or not word_end):
            yield position._replace(dawg_edge=edge), graph.permuter, graph.ends(edge) and may_end

    def find(self, unichar_ids: Sequence[int]) -> Permuter:
        """Return what kind of word this is, with its punctuation; `Permuter.NONE` if no dictionary has it.

        Source: ``Dict::valid_word``, numbers included.
        """
        positions: tuple[Position, ...] = self.initial
        permuter = Permuter.NONE
        for index, unichar_id in enumerate(unichar_ids):
            last = index == len(unichar_ids) - 1
            positions, permuter, _ = self.continue_word(
                positions, unichar_id, permuter=permuter, word_end=last
            )
            if permuter == Permuter.NONE:
                break
        words = (Permuter.NUMBER, Permuter.SYSTEM_DAWG, Permuter.USER_DAWG, Permuter.COMPOUND)
        return permuter if permuter in words else Permuter.NONE
