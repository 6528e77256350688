"""Tables as HTML in which every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["frame_table", "shown", "table"]


def shown(value: Any) -> str:
    """Return a value as a person reads it, not escaped."""
    if isinstance(value, float):
        return "" if value != value else f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}"
    return "" if value is None else str(value)


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], *, marked: Sequence[str] = ()) -> str:
    """Return a table.

    Parameters
    ----------
    heads : sequence of str
    rows : iterable of sequence
        Values; see `shown`.
    marked : sequence of str
        Heads of columns that hold HTML already.
    """
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td dir="auto">{value if name in marked else escape(shown(value))}</td>'
            for name, value in zip(heads, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f'<table class="tessnb-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def frame_table(frame: pd.DataFrame, rows: int = 10, *, index: bool = True) -> str:
    """Return the first rows of a DataFrame as a table, and how many more there are."""
    few = frame.head(rows)
    heads = [str(few.index.name or "") if index else None, *map(str, few.columns)]
    body = few.itertuples(index=index, name=None)
    more = f"<p>… and {len(frame) - rows} more</p>" if len(frame) > rows else ""
    return table([head for head in heads if head is not None], body) + more
