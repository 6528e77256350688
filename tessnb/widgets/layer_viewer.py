"""The layer viewer: what every layer of a network makes of a line, and the errors that come back."""

from __future__ import annotations

import os
from typing import Any

import traitlets

from tessnb.analysis.layer_views import LayerViews, inspect_layers
from tessnb.formats.traineddata import TrainedData
from tessnb.widgets._front_end import script, style
from tessnb.widgets._layer_frame import layer_frame, layer_list, statistics_rows, still_html
from tessnb.widgets._line_viewer import LineViewer
from tessnb.widgets._pictures import png
from tessnb.widgets._publisher import Publisher

__all__ = ["LayerViewer"]

#: Times a second that wishes are looked at; they hurry.
_RATE = 1.0


class LayerViewer(LineViewer):
    """A line in every layer of a network: activations, errors on their way back, weights and gradients.

    The first convolution's filters stand beside the responses that they make. Everything is on the x axis of
    the line image. The model stays as it is; of a run, a copy is looked at.

    Parameters
    ----------
    line : TrainingLine, ImageData, image, or a sequence of these
        Without a truth no errors come back.
    model : Model, TrainingRun, str, path, or a mapping of names or a sequence of these (but runs)
        A language, a traineddata or a checkpoint; a run offers what it is now, its best and its checkpoints.
        Integer weights are made floats.
    charsets : path or TrainedData, optional
        The traineddata that checkpoints were trained with; a run knows its own.
    layer : str
        The name or the id of the layer to begin with; by default the first one with weights.
    index : int
        Which line to begin with.
    show : str
        ``"both"``, ``"activations"`` or ``"deltas"``.

    Attributes
    ----------
    layer, index, show
        As above; may be changed. `layer` is an id, such as ``":1:1"``.
    models : list of str
        What there is to choose from.
    model : str
        The name of the one that is shown; may be set.
    views : LayerViews
        All layers of what is shown.

    Raises
    ------
    InputError
        If there is no line, no model or no such layer, or the image is unusable.
    TraitError
        If a value is out of its range.

    Examples
    --------
    >>> import tessnb as tn
    >>> line = tn.render("six books", ["DejaVu Sans"], xsize=600, ysize=400)[0]
    >>> viewer = LayerViewer(line, "eng")
    >>> viewer.views["ConvNL"].shape[2]
    16
    >>> viewer.layer = "Lfx96"
    >>> viewer.layer
    ':4'
    >>> viewer.close()
    """

    _esm = script("layers")
    _css = style("layers")

    layer = traitlets.Unicode("", help="The layer that is shown, by its id or its name.").tag(sync=True)
    show = traitlets.Enum(["both", "activations", "deltas"], "both", help="What is drawn of a layer.").tag(
        sync=True
    )
    _layers: traitlets.List[Any] = traitlets.List().tag(sync=True)
    _statistics: traitlets.List[Any] = traitlets.List().tag(sync=True)

    views: LayerViews | None = None

    def __init__(
        self,
        line: Any,
        model: Any,
        *,
        charsets: str | os.PathLike[str] | TrainedData | None = None,
        layer: str = "",
        index: int = 0,
        show: str = "both",
    ) -> None:
        super().__init__(line, model, charsets, index=index, show=show)
        self._look(index, self.model)
        assert self.views is not None
        first = next(each.id for each in self.views.layers if self.views.weighted(each))
        self.layer = layer or first
        self._draw()
        self._publisher = Publisher(self._publish, _RATE)
        self._ends = (self._publisher.close,)
        self.observe(self._wish, ["index", "model", "layer"])

    @traitlets.validate("layer")
    def _known_layer(self, proposal: Any) -> str:
        return self.views[proposal["value"]].id if self.views is not None else ""

    def _still(self) -> tuple[str, str]:
        views, title = self.views, str(self._shown.get("title", ""))
        assert views is not None
        html = still_html(views, views[self.layer], self._lines[self.index], title)
        return html, f"LayerViewer: {title}"

    # The publisher's thread.

    def _publish(self) -> bool:
        self._draw_or_say_why_not()
        return False

    def _draw(self) -> None:
        """Bring into the display what it is to show."""
        index, name, layer_id = self.index, self.model, self.layer
        if self._drawn[:2] != (index, name):
            self._look(index, name)
        views, line = self.views, self._lines[index]
        assert views is not None
        if layer_id not in {each.id for each in views.layers}:
            layer_id = views.layers[-1].id  # of another network
            self.layer = layer_id
        if self._drawn == (index, name, layer_id):
            return
        self._drawn = index, name, layer_id
        layer = views[layer_id]
        origin = ", ".join(filter(None, (line.font, line.source))) or f"line {index + 1}"
        weights = "; int8 weights made floats" if views.dequantized else ""
        title = f"{layer.name} ({layer.type} {layer.spec}): {origin}, {name}{weights}"
        self._shown = layer_frame(views, layer, line, title)

    def _look(self, index: int, name: str) -> None:
        """Run a line through a model."""
        line = self._lines[index]
        views = inspect_layers(line, self._source.load(name))
        self.views = views
        self._layers, self._statistics = layer_list(views), statistics_rows(views)
        self._picture = png(line.image)
