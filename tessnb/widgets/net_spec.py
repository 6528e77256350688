"""The explorer of network specifications: type one, see what it makes."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets
import traitlets

from tessnb.errors import SpecError, TessnbError
from tessnb.network import LayerSummary, TRand, build_network, summarize
from tessnb.network.spec import parse
from tessnb.network.spec_tree import SeriesSpec
from tessnb.widgets._look import STYLE
from tessnb.widgets._order import in_order
from tessnb.widgets._still import Still
from tessnb.widgets._summary import number

__all__ = ["NetSpecExplorer"]

#: The network of the TessTutorial.
TUTORIAL_SPEC = "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx256 O1c111]"

#: Type of a layer → what it does, in a few words.
_MEANINGS = {
    "Input": "the line image",
    "Convolve": "a window at each position",
    "Maxpool": "the maximum of each rectangle",
    "Reconfig": "each rectangle stacked into the depth",
    "LSTM": "memory along the line",
    "SummLSTM": "memory, its last step alone",
    "LSTMSoftmax": "memory that is fed its own output",
    "LSTMBinarySoftmax": "memory that is fed its own output",
    "Softmax": "a probability for each class (CTC)",
    "SoftmaxNoCTC": "a probability for each class",
    "Logistic": "each output between 0 and 1",
    "Tanh": "a weighted sum, then tanh",
    "Relu": "a weighted sum, negatives cut off",
    "ParBidiLSTM": "memory in both directions",
    "DepParUDLSTM": "memory in both directions",
    "Par2dLSTM": "memory from all four corners",
    "Parallel": "several on the same input",
    "Replicated": "several on the same input",
}


class NetSpecExplorer(Still, widgets.VBox):
    """A network specification under inspection: shapes, weights, sight and cost of every layer.

    What does not parse is marked in place, with what was expected there.

    Parameters
    ----------
    spec : str
        In the VGSL language.
    classes : int
        Classes of the character set: the output layer has as many outputs, whatever the specification says.
    width : int
        Of the line in pixels, for time steps and cost.

    Attributes
    ----------
    spec, classes, width
        As above; may be changed.
    rows : tuple of LayerSummary
        What the specification makes; empty if it is wrong.
    error : str
        What is wrong, or nothing.

    Raises
    ------
    TraitError
        If a value is out of its range.

    Examples
    --------
    >>> explorer = NetSpecExplorer("[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 O1c111]")
    >>> sum(row.weights for row in explorer.rows if row.level == 0)
    79087
    >>> explorer.spec = "[1,36,0,1 Ct3,3,16 Qp3,3]"
    >>> explorer.error
    'no network element starts like this'
    """

    spec = traitlets.Unicode(TUTORIAL_SPEC, help="The network specification.")
    classes = traitlets.Int(111, min=2, max=1_000_000, help="Classes of the character set.")
    width = traitlets.Int(1360, min=1, max=1_000_000, help="Width of the line in pixels.")

    def __init__(self, spec: str = TUTORIAL_SPEC, *, classes: int = 111, width: int = 1360) -> None:
        super().__init__(spec=spec, classes=classes, width=width)
        self.rows: tuple[LayerSummary, ...] = ()
        self.error = ""
        wide = widgets.Layout(width="100%")
        describe = {"style": {"description_width": "auto"}}
        self._entry = widgets.Text(description="Network", continuous_update=True, layout=wide, **describe)
        self._entry.add_class("tessnb-code")
        narrow = widgets.Layout(width="176px")
        self._classes = widgets.BoundedIntText(
            description="Classes", min=2, max=1_000_000, layout=narrow, **describe
        )
        self._width = widgets.BoundedIntText(
            description="Line width, px", min=1, max=1_000_000, layout=narrow, **describe
        )
        for name, part in (("spec", self._entry), ("classes", self._classes), ("width", self._width)):
            traitlets.link((self, name), (part, "value"))
        self._view = widgets.HTML(layout=wide)
        numbers = widgets.HBox([self._classes, self._width], layout=widgets.Layout(grid_gap="16px"))
        self.children = (widgets.HTML(STYLE), self._entry, numbers, self._view)
        self.children[0].layout.display = "none"
        in_order(self)
        self.add_class("tessnb-widget")
        self.observe(lambda change: self._show(), ["spec", "classes", "width"])
        self._show()

    def _show(self) -> None:
        problem = self._look()
        html = problem if problem is not None else _table_html(self.rows, self.spec)
        self._view.value = html

    def _look(self) -> str | None:
        """Find out what the specification makes; return what is wrong with it as HTML, or None."""
        self.rows, self.error = (), ""
        try:
            network = build_network(self.spec, self.classes, TRand())
            self.rows = tuple(summarize(network, self.width))
        except TessnbError as error:
            self.error = error.message
            return _error_html(self.spec, error)
        return None

    def _still(self) -> tuple[str, str]:
        return f"<p><code>{escape(self.spec)}</code></p>{self._view.value}", f"NetSpecExplorer({self.spec!r})"


def _error_html(spec: str, error: TessnbError) -> str:
    """Return the specification with the token concerned marked, and what to do about it."""
    span = error.span if isinstance(error, SpecError) else None
    shown = ""
    if span is not None:
        start, end = span
        token = spec[start:end] or "\u2423"
        shown = f"{escape(spec[:start])}<mark>{escape(token)}</mark>{escape(spec[end:])}"
        shown = f'<div class="tessnb-code tessnb-spec">{shown}</div>'
    words = error.message[:1].upper() + error.message[1:]
    if error.found is not None:
        words += f"; found {error.found}"
    if error.expected is not None:
        words += f"; expected {error.expected}"
    words += f". {error.hint}" if error.hint else "."
    return f'{shown}<div class="tessnb-failure" role="alert">{escape(words)}</div>'


def _tokens(spec: str) -> list[str]:
    """Return the text of each element of the outermost series."""
    tree = parse(spec)
    assert isinstance(tree, SeriesSpec)
    return [item.text for item in tree.items]


def _sight(extent: int | None) -> str:
    return "all" if extent is None else number(extent)


def _flops(value: int) -> str:
    return "–" if not value else f"{value / 1e6:,.1f}".replace(",", "\u202f")


def _table_html(rows: tuple[LayerSummary, ...], spec: str) -> str:
    """Return the network as a table with a sentence that sums it up."""
    outermost = [row for row in rows if row.level == 0]
    weights = sum(row.weights for row in outermost)
    training = sum(row.training_flops for row in outermost)
    forward = sum(row.forward_flops for row in outermost)
    last = outermost[-1]
    sentence = (
        f"<b>{number(weights)}</b> weights ({weights * 4 / 1e6:.1f}\u202fMB as float). "
        f"A line gives <b>{number(last.width)}</b> time steps of {number(last.depth)} outputs and costs "
        f"{forward / 1e9:.2f}\u202fGFLOP to read, <b>{training / 1e9:.2f}\u202fGFLOP</b> to train on."
    )
    tokens = _tokens(spec)
    joined = {row.index for row in outermost if row.type in ("Series", "Parallel", "Par2dLSTM")}
    shown = [row for row in rows if row.level == 0 or (row.level == 1 and row.index in joined)]
    body = "".join(_row_html(row, _name(row, rows), tokens[row.index], training) for row in shown)
    heads = ("index", "element", "layer", "y × x × depth", "weights", "sees (x × y)")
    head = "".join(f'<th scope="col">{text}</th>' for text in (*heads, "MFLOP"))
    return (
        f'<div class="tessnb-sentence">{sentence}</div>'
        f'<table class="tessnb-table tessnb-layers"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
        '<div class="tessnb-soft">The index is what <code>--append_index</code> counts: '
        "layers up to it are kept.</div>"
    )


def _name(row: LayerSummary, rows: tuple[LayerSummary, ...]) -> str:
    """Return what a layer is called and does; what only turns the image names the layer inside."""
    if row.type not in ("XYTranspose", "RTLReversed", "TTBReversed"):
        meaning = _MEANINGS.get(row.type, "")
        return f"{escape(row.type)} <span class='tessnb-soft'>{escape(meaning)}</span>"
    inside = rows[rows.index(row) + 1]
    turn = {"XYTranspose": "along each column", "RTLReversed": "from right to left"}
    how = turn.get(row.type, "from bottom to top")
    return f"{escape(inside.type)} <span class='tessnb-soft'>{how}</span>"


def _row_html(row: LayerSummary, name: str, token: str, total: int) -> str:
    nested = row.level > 0
    share = row.training_flops / total if total else 0.0
    bar = f'<span class="tessnb-bar" style="width: {round(32 * share)}px" title="{share:.0%}"></span>'
    cells = (
        "" if nested else str(row.index),
        "" if nested else f"<code>{escape(token)}</code>",
        name,
        f"{number(row.height)} × {number(row.width)} × {number(row.depth)}",
        number(row.weights) if row.weights else "–",
        f"{_sight(row.field_x)} × {_sight(row.field_y)}",
        f"{'' if nested else bar} {_flops(row.training_flops)}",
    )
    kind = ' class="tessnb-nested"' if nested else ""
    return f"<tr{kind}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
