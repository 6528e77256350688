"""The beam search without kernels, heaps or packed tables: the best nodes of every kind survive each step."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tessnb.charset import Dictionary, Recoder

ANYTHING, ONLY_DUP, NO_DUP = range(3)
WIDTHS = (5, 10, 16, 16, 16, 16, 16, 16, 16, 16)
SPACE = 0
NO_PERM, TOP_CHOICE = 0, 2
F = np.float32


@dataclass(eq=False)
class Node:
    code: int
    unichar_id: int | None
    permuter: int
    certainty: np.float32
    score: np.float32
    prev: Node | None
    text: tuple[int, ...]
    duplicate: bool = False
    starts_dawg: bool = False
    starts_word: bool = False
    ends_word: bool = False
    words: tuple | None = None  # type: ignore[type-arg]


def last_character(node: Node | None) -> Node | None:
    while node and (node.unichar_id is None or node.duplicate):
        node = node.prev
    return node


class Search:
    def __init__(
        self, recoder: Recoder, null: int, dictionary: Dictionary | None, delimited: list[bool], spaced: bool
    ) -> None:
        self.recoder, self.null, self.dictionary = recoder, null, dictionary
        self.delimited, self.spaced = delimited, spaced

    def decode(self, outputs: np.ndarray, ratio: float, offset: float, worst: float) -> list[Node]:
        self.ratio, self.offset, self.worst = F(ratio), offset, F(worst)
        before: dict[tuple[bool, int, int], list[Node]] = {}
        for t, row in enumerate(outputs):
            self.row, self.beams, self.initial = row, {}, {}
            order = sorted(range(len(row)), key=lambda code: -row[code])
            self.first, self.second = order[:2]
            ranks = [{self.first, self.second, self.null}, set(order[2:5]) - {self.null}]
            ranks.append(set(order[5:]) - {self.null})
            if t == 0:
                for in_word in (False, True)[: 1 + (self.dictionary is not None)]:
                    self.extend(None, in_word, ANYTHING, 0, ranks[0], 0)
            else:
                for rank, codes in enumerate(ranks):
                    if any(kind == ANYTHING for _, kind, _ in self.beams):
                        break
                    for (in_word, kind, length), nodes in before.items():
                        for node in nodes:
                            self.extend(node, in_word, kind, length, codes, rank)
                for kind, node in self.initial.items():
                    self.push(True, kind, 0, node)
            before = {
                (in_word, kind, length): sorted(beam.values(), key=lambda node: -node.score)[: WIDTHS[length]]
                for (in_word, kind, length), beam in self.beams.items()
            }
        ends = []
        for (in_word, kind, length), nodes in before.items():
            for node in nodes:
                last = last_character(node)
                whole = last is not None and (last.ends_word or last.unichar_id == SPACE)
                if length == 0 and kind != ONLY_DUP and (not in_word or whole):
                    ends.append(node)
        path: list[Node] = []
        best: Node | None = max(ends, key=lambda node: node.score, default=None)
        while best:
            path.append(best)
            best = best.prev
        return path[::-1]

    def certainty(self, *probabilities: np.float32) -> np.float32:
        total = F(0)
        for probability in probabilities:
            total = F(total + probability)
        log = F(math.log(total)) if total > np.exp(F(-20)) else F(-20)
        return F(float(log) + self.offset)

    def push(self, in_word: bool, kind: int, length: int, node: Node) -> None:
        beam = self.beams.setdefault((in_word, kind, length), {})
        key = node.code, node.text, node.permuter, node.starts_dawg
        if key not in beam or node.score > beam[key].score:
            beam[key] = node

    def node(
        self, code: int, unichar_id: int | None, permuter: int, certainty: np.float32, prev, **more
    ) -> Node:  # type: ignore[no-untyped-def]
        score = F(certainty + prev.score) if prev else certainty
        text = prev.text if prev else ()
        if not more.get("duplicate") and code != self.null:
            text = (*text, code)
        return Node(code, unichar_id, permuter, certainty, score, prev, text, **more)

    def push_part(self, in_word, kind, length, code, unichar_id, certainty, prev, duplicate=False) -> None:  # type: ignore[no-untyped-def]
        permuter = prev.permuter if prev else NO_PERM if in_word else TOP_CHOICE
        if not in_word:
            certainty = F(certainty * self.ratio)
        if (certainty > self.worst) if in_word else (certainty >= -20 or code == self.null):
            node = self.node(code, unichar_id, permuter, certainty, prev, duplicate=duplicate)
            self.push(in_word, kind, length, node)

    def push_initial(self, kind: int, node: Node) -> None:
        assert self.dictionary is not None
        node.starts_dawg, node.words = True, self.dictionary.initial
        if kind not in self.initial or node.score > self.initial[kind].score:
            self.initial[kind] = node

    def extend(
        self, prev: Node | None, in_word: bool, kind: int, length: int, codes: set[int], rank: int
    ) -> None:
        row, null = self.row, self.null
        if prev:
            if prev.code in codes:
                same = (length, prev.code, prev.unichar_id)
                if kind != NO_DUP:
                    certainty = self.certainty(row[prev.code])
                    self.push_part(in_word, ANYTHING, *same, certainty, prev, duplicate=True)
                if kind == ANYTHING and rank == 0 and prev.code != null:
                    certainty = self.certainty(row[prev.code], row[null])
                    self.push_part(in_word, NO_DUP, *same, certainty, prev, duplicate=True)
            if kind == ONLY_DUP:
                return
            if prev.code != null and length and null in codes:
                self.push_part(in_word, ANYTHING, length, null, None, self.certainty(row[null]), prev)
        prefix = prev.text[len(prev.text) - length :] if prev else ()
        for final, following in (
            (True, self.recoder.get_final_codes(prefix)),
            (False, self.recoder.get_next_codes(prefix)),
        ):
            for code in following:
                if code not in codes or (prev and prev.code == code):
                    continue
                choices = [(ANYTHING, self.certainty(row[code]))]
                if final and choices[0][1] < -20 and code != null:
                    continue
                if rank == 0 and code != null:
                    shared = [row[code], row[null]]
                    if (
                        prev
                        and kind == ANYTHING
                        and prev.code != null
                        and {prev.code, code} == {self.first, self.second}
                    ):
                        shared.append(row[prev.code])
                    choices.append((ONLY_DUP, self.certainty(*shared)))
                unichar_id = self.recoder.decode((*prefix, code)) if length or code != null else None
                for way, certainty in choices:
                    if not final:
                        self.push_part(in_word, way, length + 1, code, None, certainty, prev)
                    elif in_word:
                        self.extend_word(way, code, unichar_id, certainty, prev)
                    else:
                        self.extend_text(way, code, unichar_id, certainty, prev)

    def extend_text(
        self, kind: int, code: int, unichar_id: int | None, certainty: np.float32, prev: Node | None
    ) -> None:
        scaled = F(certainty * self.ratio)
        self.push(False, kind, 0, self.node(code, unichar_id, TOP_CHOICE, scaled, prev))
        if self.dictionary is None or unichar_id is None:
            return
        if unichar_id == SPACE and certainty > self.worst:
            self.push_initial(kind, self.node(code, unichar_id, NO_PERM, certainty, prev))
        elif not self.delimited[unichar_id]:
            self.push_initial(kind, self.node(code, unichar_id, TOP_CHOICE, scaled, prev))

    def extend_word(
        self, kind: int, code: int, unichar_id: int | None, certainty: np.float32, prev: Node | None
    ) -> None:
        assert self.dictionary is not None
        if not certainty > self.worst:
            return
        if unichar_id is None:
            self.push(True, kind, 0, self.node(code, None, NO_PERM, certainty, prev))
            return
        last = last_character(prev)
        if unichar_id == SPACE:
            if last and last.ends_word:
                self.push_initial(kind, self.node(code, unichar_id, last.permuter, certainty, prev))
                self.push(False, kind, 0, self.node(code, unichar_id, last.permuter, certainty, prev))
            return
        if last and last.starts_dawg and last.unichar_id != SPACE:
            assert last.unichar_id is not None
            if self.delimited[last.unichar_id] and self.delimited[unichar_id]:
                return
        words = last.words if last else self.dictionary.initial
        if words is None:
            return
        step = self.dictionary.continue_word(words, unichar_id)
        if step.permuter == NO_PERM:
            return
        more = {"starts_word": last is None or last.starts_dawg, "ends_word": step.valid_end}
        permuter = int(step.permuter)
        node = self.node(code, unichar_id, permuter, certainty, prev, **more)
        node.words = step.positions
        self.push(True, kind, 0, node)
        if step.valid_end and not self.spaced:
            self.push_initial(kind, self.node(code, unichar_id, permuter, certainty, prev, **more))
            self.push(False, kind, 0, self.node(code, unichar_id, permuter, certainty, prev, **more))
