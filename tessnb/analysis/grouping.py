"""Error rates of groups: by font, script, document or what else a line has; by kind and place of letter."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tessnb.analysis.characters import CLASSES, character_class, word_position
from tessnb.charset.clusters import graphemes

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "count_classes",
    "count_graphemes",
    "count_word_positions",
    "rates_of_characters",
    "rates_of_lines",
]

_POSITIONS = ("start", "middle", "end", "alone", "space")
_KINDS = ["substituted", "deleted", "inserted"]


def count_graphemes(truths: pd.Series) -> Counter[str]:
    """Count the graphemes of texts, white space at the ends left out."""
    counts: Counter[str] = Counter()
    for text in truths:
        text = text.strip()
        counts.update(text if text.isascii() else graphemes(text))
    return counts


def count_classes(counts: Counter[str]) -> Counter[str]:
    """Count kinds of characters, given the graphemes."""
    classes: Counter[str] = Counter()
    for grapheme, count in counts.items():
        classes[character_class(grapheme)] += count
    return classes


def count_word_positions(truths: pd.Series) -> Counter[str]:
    """Count the places in words of all graphemes."""
    counts: Counter[str] = Counter()
    alone = longer = inside = spaces = 0
    for text in truths:
        text = text.strip()
        if not text.isascii():
            pieces = ["", *graphemes(text), ""]
            around = zip(pieces, pieces[1:-1], pieces[2:], strict=False)
            counts.update(word_position(before, piece, after) for before, piece, after in around)
            continue
        words = text.split()
        letters = sum(map(len, words))
        ones = sum(len(word) == 1 for word in words)
        alone, longer, spaces = alone + ones, longer + len(words) - ones, spaces + len(text) - letters
        inside += letters - ones - 2 * (len(words) - ones)
    counts.update({"alone": alone, "start": longer, "end": longer, "middle": inside, "space": spaces})
    return counts


def rates_of_lines(lines: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return error rates of the lines that have the same value in a column, in percent, worst first."""
    groups = lines.groupby(column, observed=True)
    sums = groups[["characters", "distance", "words", "word_distance"]].sum()
    sums.insert(0, "lines", groups.size())
    sums["cer"] = 100.0 * sums.distance / sums.characters.clip(lower=1)
    sums["wer"] = 100.0 * sums.word_distance / sums.words.clip(lower=1)
    means = groups[["bcer", "bwer", "confidence"]].mean()
    return sums.join(means).sort_values("cer", ascending=False, kind="stable")


def rates_of_characters(errors: pd.DataFrame, column: str, counts: Counter[str]) -> pd.DataFrame:
    """Return error rates of kinds of characters, in percent.

    Parameters
    ----------
    errors : DataFrame
        A row per wrong character.
    column : str
        ``character_class`` or ``word_position``.
    counts : Counter
        How many characters of each kind the truth has.
    """
    import pandas as pd

    order = CLASSES if column == "character_class" else _POSITIONS
    table = pd.crosstab(errors[column], errors.kind)
    rows = [name for name in order if counts.get(name) or name in table.index]
    table = table.reindex(index=pd.Index(rows, name=column), columns=_KINDS, fill_value=0)
    table.insert(0, "characters", [counts.get(name, 0) for name in rows])
    table["cer"] = 100.0 * table[_KINDS].sum(axis=1) / table.characters.clip(lower=1)
    table.columns.name = None
    return table
