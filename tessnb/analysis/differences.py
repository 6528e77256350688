"""What was read against what is true, as escaped HTML in which colour and form mark the differences."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from tessnb.charset.clusters import graphemes

__all__ = ["Part", "difference_parts", "graphemes", "mark_differences"]


class Part(NamedTuple):
    """A stretch of a text: ``equal``, ``insert``, ``delete`` or ``replace``; what is true, what was read."""

    kind: str
    truth: str
    read: str


def difference_parts(truth: str, read: str) -> list[Part]:
    """Return a text that was read in parts that are right and parts that are not; graphemes are never split.

    Examples
    --------
    >>> [tuple(part) for part in difference_parts("tea", "ten")]
    [('equal', 'te', 'te'), ('replace', 'a', 'n')]
    """
    if truth == read:
        return [Part("equal", truth, read)] if read else []
    old, new = graphemes(truth), graphemes(read)
    return [
        Part(
            step.tag,
            "".join(old[step.src_start : step.src_end]),
            "".join(new[step.dest_start : step.dest_end]),
        )
        for step in Levenshtein.opcodes(old, new)
    ]


def mark_differences(truth: str, read: str) -> tuple[str, int]:
    """Return `read` as HTML in which its differences to `truth` are marked, and how many there are.

    What is too much is in ``<ins>``, what is missing in ``<del>``, what is another character in ``<mark>``
    (its title says which one would be right). Graphemes are never split, and everything is escaped.

    Parameters
    ----------
    truth, read : str

    Returns
    -------
    html : str
    errors : int
        Graphemes inserted, deleted or substituted.

    Examples
    --------
    >>> mark_differences("R&D", "R&O")
    ('R&amp;<mark title="D">O</mark>', 1)
    """
    old, new = graphemes(truth), graphemes(read)
    parts, errors = [], 0
    for step in Levenshtein.opcodes(old, new):
        missing = escape("".join(old[step.src_start : step.src_end]))
        found = escape("".join(new[step.dest_start : step.dest_end]))
        if step.tag == "equal":
            parts.append(found)
            continue
        errors += max(step.src_end - step.src_start, step.dest_end - step.dest_start)
        if step.tag == "replace":
            parts.append(f'<mark title="{missing}">{found}</mark>')
        else:
            parts.append(f"<ins>{found}</ins>" if step.tag == "insert" else f"<del>{missing}</del>")
    return "".join(parts), errors
