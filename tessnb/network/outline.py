"""A network as a tree to look at: for each layer what comes out of it, its weights and its learning rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tessnb.errors import FormatError
from tessnb.formats.network import NF_LAYER_SPECIFIC_LR, NetworkRecord, PlumbingRecord
from tessnb.network.assemble import from_record
from tessnb.network.summary import LayerSummary, summarize

__all__ = ["LayerOutline", "outline"]

#: The line's width in pixels: whatever steps a network takes, they divide it.
_WIDTH = 720_720
_TURNS = {
    "XYTranspose": {"right": "down", "left": "up", "down": "right", "up": "left"},
    "RTLReversed": {"right": "left", "left": "right"},
    "TTBReversed": {"down": "up", "up": "down"},
}


@dataclass(frozen=True, slots=True)
class LayerOutline:
    """A layer, without its weights.

    Attributes
    ----------
    index : int
        Place in the outermost series: what ``--append_index`` counts.
    type : str
        Such as ``"LSTM"``. What only turns the image is not a layer of its own here.
    token : str
        Its element of the specification, such as ``"Lfx96"``.
    name : str
        Its name in the network.
    direction : str
        In which way a memory runs: ``"right"``, ``"left"``, ``"down"``, ``"up"``; empty for other layers.
    height, step, depth : int
        Of the output: rows (of a line 48 pixels high, where the network takes any), pixels of the line from
        one column to the next (0: the line is one column), features.
    weights : int
        Biases included.
    learning_rate : float or None
        None where there is nothing to learn, or where layers inside have their own.
    field_x, field_y : int or None
        Columns and rows of the image that one output sees; None for all of them.
    inner : tuple of LayerOutline
        The layers inside a series or a parallel.
    """

    index: int
    type: str
    token: str
    name: str
    direction: str
    height: int
    step: int
    depth: int
    weights: int
    learning_rate: float | None
    field_x: int | None
    field_y: int | None
    inner: tuple[LayerOutline, ...] = ()


def outline(record: NetworkRecord, learning_rate: float) -> list[LayerOutline]:
    """Return the layers of the outermost series.

    Parameters
    ----------
    record : NetworkRecord
    learning_rate : float
        That of layers that have none of their own.

    Raises
    ------
    FormatError
        If the network is no series, or its parts do not fit each other.
    """
    if not isinstance(record, PlumbingRecord) or record.type != "Series":
        raise FormatError("the network is not a series of layers", found=record.type)
    rows = iter(summarize(from_record(record), _WIDTH))
    return list(_inside(record, rows, learning_rate))


def _inside(record: PlumbingRecord, rows: Iterator[LayerSummary], rate: float) -> Iterator[LayerOutline]:
    own = record.learning_rates if record.network_flags & NF_LAYER_SPECIFIC_LR else []
    for place, layer in enumerate(record.stack):
        yield _outlined(layer, rows, own[place] if place < len(own) else rate)


def _outlined(record: NetworkRecord, rows: Iterator[LayerSummary], rate: float) -> LayerOutline:
    row = next(rows)
    inner = tuple(_inside(record, rows, rate)) if isinstance(record, PlumbingRecord) else ()
    result = LayerOutline(
        index=row.index,
        type=row.type,
        token=record.name if record.name.startswith("L") else row.spec,
        name=record.name,
        direction="right" if "LSTM" in row.type and not inner else "",
        height=row.height,
        step=_WIDTH // row.width if row.width > 1 else 0,
        depth=row.depth,
        weights=row.weights,
        learning_rate=rate if row.weights and not inner else None,
        field_x=row.field_x,
        field_y=row.field_y,
        inner=inner,
    )
    if record.type not in _TURNS or inner[0].inner:
        return result
    turned = inner[0]
    direction = _TURNS[record.type].get(turned.direction, turned.direction)
    return replace(
        result,
        type=turned.type,
        token=turned.token,
        name=turned.name,
        direction=direction,
        learning_rate=turned.learning_rate,
        inner=(),
    )
