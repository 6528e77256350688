"""How readers agree on a line, as HTML: a row per stage, a column per reader, the first difference marked."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from tessnb.analysis._html import table
from tessnb.analysis.thumbnails import thumbnail

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["parity_html"]

_TALLEST, _WIDEST = 96, 1600


def parity_html(sentence: str, stages: pd.DataFrame, first: str | None, image: np.ndarray | None) -> str:
    """Return the comparison as HTML in which every text is escaped.

    Parameters
    ----------
    sentence : str
        What is to be said above it.
    stages : DataFrame
        See `Parity.stages`.
    first : str or None
        The stage at which a reader differs first.
    image : ndarray, optional
        The line as it enters the network.
    """
    readers = list(dict.fromkeys(stages.reader))
    rows = []
    for stage in dict.fromkeys(stages.stage):
        own = stages[stages.stage == stage].set_index("reader")
        cells = [_verdict(own.loc[name], first=stage == first) for name in readers]
        rows.append((escape(stage), escape(own.ours.iloc[0]), *cells))
    picture = ""
    if image is not None:
        code = base64.b64encode(thumbnail(image, height=_TALLEST, width=_WIDEST)).decode()
        picture = f'<img alt="the scaled input" src="data:image/png;base64,{code}">'
    heads = ["stage", "ours", *readers]
    shown = table(heads, rows, marked=heads)
    return f"<p>{escape(sentence)}</p>{picture}{shown}"


def _verdict(row: pd.Series, *, first: bool) -> str:
    """Return how a reader compares at a stage: by a sign and in words."""
    if not isinstance(row["same"], bool | np.bool_):  # it is missing
        return "– not told"
    if row["same"]:
        return "✓ same"
    words = f"✗ {escape(str(row.difference))}"
    return f"<mark>{words}</mark>" if first else words
