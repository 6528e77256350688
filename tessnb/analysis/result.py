"""What an evaluation found: tables, rates, groups, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from tessnb.analysis import grouping
from tessnb.analysis._html import table
from tessnb.analysis.differences import mark_differences
from tessnb.analysis.thumbnails import thumbnail
from tessnb.errors import InputError
from tessnb.lines import TrainingLine

if TYPE_CHECKING:
    from collections import Counter

    import pandas as pd

    from tessnb.recognition.model import Model

__all__ = ["ERROR_COLUMNS", "LINE_COLUMNS", "SKIPPED_COLUMNS", "Evaluation"]

LINE_COLUMNS = (
    *("source", "page", "font", "language", "script", "truth", "read", "distance", "characters", "cer"),
    *("word_distance", "words", "wer", "bcer", "bwer", "confidence", "width", "height", "dictionary"),
)
ERROR_COLUMNS = (
    *("line", "position", "read_position", "kind", "truth", "read", "character_class", "word_position"),
    *("context", "left", "right"),
)
SKIPPED_COLUMNS = ("truth", "reason", "detail", "source", "page", "font")
_WORST = 5


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a model makes of lines whose text is known; all rates in percent.

    Attributes
    ----------
    lines : DataFrame
        A row per line; its index ``line`` is the line's number in what was evaluated. ``source``, ``page``,
        ``font``, ``language``: where it comes from. ``script``: of most of its letters. ``truth``, ``read``:
        the texts, the truth as the character set spells it (no ligatures fi and fl, no kashidas).
        ``distance``, ``characters``, ``cer``: edits, length and their ratio in code points, as jiwer counts;
        ``word_distance``, ``words``, ``wer``: the same in words. ``bcer``, ``bwer``: the reference's
        bag-of-characters and bag-of-words error, blind to order. ``confidence``: the mean of the words'.
        ``width``, ``height``: of the image in pixels. ``dictionary``: words that a dictionary has, if
        dictionaries were used.
    errors : DataFrame
        A row per wrong character. ``line``: its label in `lines`. ``position``, ``read_position``: offsets in
        the truth and in what was read, in code points. ``kind``: ``substituted``, ``deleted`` or
        ``inserted``. ``truth``, ``read``: the graphemes. ``character_class``, ``word_position``: what it is
        and where in its word. ``context``: the truth around it. ``left``, ``right``: where in the image it
        was read, in pixels; between which pixels for a deletion.
    skipped : DataFrame
        Lines that could not be evaluated: ``truth``, ``reason``, ``detail``, ``source``, ``page``, ``font``.
    bcer, bwer : float
        As ``lstmeval`` reports them.
    cer, wer : float
        Character and word error: insertions, deletions and substitutions per character (word) of truth.
    images : sequence of TrainingLine or None
        What was evaluated, if it can be asked again.
    model : Model or None
        What read it, if a model did, and whether with its dictionaries.
    dictionaries : bool
    """

    lines: pd.DataFrame
    errors: pd.DataFrame
    skipped: pd.DataFrame
    bcer: float
    bwer: float
    images: Sequence[TrainingLine] | None = field(default=None, repr=False)
    model: Model | None = field(default=None, repr=False)
    dictionaries: bool = False

    @property
    def cer(self) -> float:
        return 100.0 * float(self.lines.distance.sum()) / max(int(self.lines.characters.sum()), 1)

    @property
    def wer(self) -> float:
        return 100.0 * float(self.lines.word_distance.sum()) / max(int(self.lines.words.sum()), 1)

    @cached_property
    def summary(self) -> pd.Series:
        """All figures at a glance: counts, rates in percent, kinds of errors.

        Examples
        --------
        >>> compare_texts(["a cat", "sat"], ["a cot", "sat"]).summary.substituted
        1
        """
        import pandas as pd

        lines, kinds = self.lines, self.errors.kind.value_counts()
        figures = {
            "lines": len(lines),
            "perfect lines": int((lines.distance == 0).sum()),
            "skipped lines": len(self.skipped),
            "characters": int(lines.characters.sum()),
            "words": int(lines.words.sum()),
            "cer": self.cer,
            "wer": self.wer,
            "bcer": self.bcer,
            "bwer": self.bwer,
            **{kind: int(kinds.get(kind, 0)) for kind in ("substituted", "deleted", "inserted")},
            "confidence": float(lines.confidence.mean()),
        }
        return pd.Series(figures, dtype=object, name="evaluation")

    @cached_property
    def confusions(self) -> pd.DataFrame:
        """What was read for what, most frequent first: ``truth``, ``read``, ``kind``, ``count``, ``share``.

        ``share`` is the percentage of all such graphemes in the truth; missing for insertions.
        """
        groups = self.errors.groupby(["truth", "read", "kind"], observed=True)
        frame = groups.size().rename("count").reset_index()
        frame = frame.sort_values(["count", "truth", "read"], ascending=[False, True, True], kind="stable")
        total = frame.truth.map(lambda text: self.grapheme_counts.get(text) or float("nan"))
        frame["share"] = 100.0 * frame["count"] / total
        return frame.reset_index(drop=True)

    def by(self, group: str) -> pd.DataFrame:
        """Return error rates of groups.

        Parameters
        ----------
        group : str
            A column of `lines`: ``font``, ``script``, ``language``, ``source`` (or ``document``) …; or
            ``character_class`` or ``word_position``.

        Returns
        -------
        DataFrame
            A row per group; of lines: ``lines``, ``characters``, ``distance``, ``words``,
            ``word_distance``, ``cer``, ``wer``, ``bcer``, ``bwer``, ``confidence``, worst first; of
            characters: ``characters``, ``substituted``, ``deleted``, ``inserted``, ``cer``.

        Raises
        ------
        InputError
            If there is no such column.

        Examples
        --------
        >>> compare_texts(["cats 7"], ["cots 7"]).by("character_class").cer.to_dict()
        {'lower case': 25.0, 'digit': 0.0, 'space': 0.0}
        """
        group = {"document": "source", "class": "character_class"}.get(group, group)
        if group == "character_class":
            counts = grouping.count_classes(self.grapheme_counts)
            return grouping.rates_of_characters(self.errors, group, counts)
        if group == "word_position":
            counts = grouping.count_word_positions(self.lines.truth)
            return grouping.rates_of_characters(self.errors, group, counts)
        if group not in self.lines:
            known = ", ".join([*self.lines.columns, "character_class", "word_position"])
            raise InputError("no such group", found=group, expected=known)
        return grouping.rates_of_lines(self.lines, group)

    @cached_property
    def grapheme_counts(self) -> Counter[str]:
        """How often each grapheme is in the truth, white space at the ends of lines left out."""
        return grouping.count_graphemes(self.lines.truth)

    def line(self, number: int) -> TrainingLine:
        """Return a line with its image, by its label in `lines`.

        Raises
        ------
        InputError
            If the lines were not a sequence that can be asked again.
        """
        if self.images is None:
            raise InputError("the pictures are gone", hint="Evaluate a sequence of lines, not an iterator")
        return self.images[number]

    def thumbnail(self, number: int, height: int = 32) -> bytes:
        """Return a small picture of a line as PNG, by its label in `lines`.

        Parameters
        ----------
        number : int
        height : int
            In pixels.
        """
        return thumbnail(self.line(number).image, height=height)

    def __repr__(self) -> str:
        skipped = f", {len(self.skipped)} skipped" if len(self.skipped) else ""
        return (
            f"<Evaluation of {len(self.lines)} lines{skipped}: CER {self.cer:.2f}%, WER {self.wer:.2f}%, "
            f"BCER {self.bcer:.2f}%, BWER {self.bwer:.2f}%>"
        )

    def _repr_html_(self) -> str:
        worst = self.lines[self.lines.distance > 0].sort_values("distance", ascending=False).head(_WORST)
        rows = [
            (number, row.truth, mark_differences(row.truth, row.read)[0], row.cer)
            for number, row in zip(worst.index, worst.itertuples(), strict=True)
        ]
        frequent = self.confusions.head(_WORST)
        parts = [f"<p>{escape(repr(self)[1:-1])}</p>"]
        if rows:
            parts.append(table(["line", "truth", "read", "CER"], rows, marked=["read"]))
            parts.append(
                table(
                    ["truth", "read", "kind", "count"],
                    zip(frequent.truth, frequent["read"], frequent.kind, frequent["count"], strict=True),
                )
            )
        return "".join(parts)
