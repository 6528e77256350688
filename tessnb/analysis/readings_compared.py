"""Two models on the same lines: which is right where, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from tessnb.analysis._html import table
from tessnb.analysis.differences import mark_differences
from tessnb.analysis.result import Evaluation
from tessnb.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["VERDICTS", "ReadingsCompared", "compare_readings"]

#: What can be said of a line: who is right; of two that are wrong, whether in the same way.
VERDICTS = ("both right", "a right", "b right", "both wrong", "same error")
_RATES = ("cer", "wer", "bcer", "bwer")
_SHOWN = 10


@dataclass(frozen=True, eq=False)
class ReadingsCompared:
    """What two models make of the same lines.

    Attributes
    ----------
    a, b : Evaluation
    """

    a: Evaluation
    b: Evaluation

    @cached_property
    def lines(self) -> pd.DataFrame:
        """A row per line that both could be judged by, with the label it has in both evaluations.

        ``verdict``: one of `VERDICTS`; ``distance_a``, ``distance_b``: edits in code points; ``truth``;
        ``read_a``, ``read_b``.
        """
        import pandas as pd

        columns = ["read", "distance"]
        sides = (self.a.lines[columns].add_suffix("_a"), self.b.lines[columns].add_suffix("_b"))
        frame = self.a.lines[["truth"]].join(sides, how="inner")
        right_a, right_b = frame.distance_a == 0, frame.distance_b == 0
        verdict = pd.Series("both wrong", index=frame.index, dtype=object)
        verdict[~right_a & ~right_b & (frame.read_a == frame.read_b)] = "same error"
        verdict[right_a & ~right_b] = "a right"
        verdict[right_b & ~right_a] = "b right"
        verdict[right_a & right_b] = "both right"
        frame.insert(0, "verdict", pd.Categorical(verdict, VERDICTS))
        return frame.sort_index()

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Error rates in percent, by name: ``a``, ``b``, and ``difference``, negative where b is better."""
        import pandas as pd

        values = [[getattr(side, name) for side in (self.a, self.b)] for name in _RATES]
        frame = pd.DataFrame(values, index=list(_RATES), columns=["a", "b"])
        frame["difference"] = frame.b - frame.a
        return frame

    @cached_property
    def counts(self) -> pd.Series:
        """Number of lines of each of `VERDICTS`."""
        return self.lines.verdict.value_counts().reindex(list(VERDICTS), fill_value=0)

    def __repr__(self) -> str:
        counts = self.counts
        return (
            f"<ReadingsCompared of {len(self.lines)} lines: CER {self.a.cer:.2f}% and {self.b.cer:.2f}%, "
            f"{counts['a right']} that only a reads right, {counts['b right']} only b>"
        )

    def _repr_html_(self) -> str:
        differing = self.lines[self.lines.read_a != self.lines.read_b].head(_SHOWN)
        rates = [(name.upper(), *map(float, row)) for name, *row in self.rates.itertuples()]
        parts = [f"<p>{escape(repr(self)[1:-1])}</p>", table(["", "a", "b", "difference"], rates)]
        rows = [
            (
                number,
                row.truth,
                mark_differences(row.truth, row.read_a)[0],
                mark_differences(row.truth, row.read_b)[0],
            )
            for number, row in zip(differing.index, differing.itertuples(), strict=True)
        ]
        if rows:
            parts.append(table(["line", "truth", "a", "b"], rows, marked=["a", "b"]))
        return "".join(parts)


def compare_readings(a: Evaluation, b: Evaluation) -> ReadingsCompared:
    """Compare what two models made of the same lines.

    Raises
    ------
    InputError
        If there is no line that both could be judged by, or the lines are others.

    Examples
    --------
    >>> from tessnb.analysis import compare_texts
    >>> truths = ["tea", "cat"]
    >>> compared = compare_readings(compare_texts(truths, ["tea", "cot"]), compare_texts(truths, truths))
    >>> compared.lines.verdict.tolist()
    ['both right', 'b right']
    """
    compared = ReadingsCompared(a, b)
    if not len(compared.lines):
        raise InputError("there is no line that both could be judged by")
    sizes = [None if side.images is None else len(side.images) for side in (a, b)]
    if None not in sizes and sizes[0] != sizes[1]:
        raise InputError("these are evaluations of different lines", found=f"{sizes[0]} and {sizes[1]} lines")
    return compared
