"""The layer viewer: what every layer of a network makes of a line, and the errors that come back."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from tessnb.analysis.layer_views import LayerViews, inspect_layers
from tessnb.errors import TessnbError
from tessnb.formats.traineddata import TrainedData
from tessnb.widgets._front_end import script, style
from tessnb.widgets._layer_frame import layer_frame, layer_list, statistics_rows, still_html
from tessnb.widgets._pictures import png
from tessnb.widgets._publisher import Publisher
from tessnb.widgets._sources import ModelSource, lines_of

__all__ = ["LayerViewer"]

#: Times a second that wishes are looked at; they hurry.
_RATE = 1.0


class LayerViewer(anywidget.AnyWidget):
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
    index = traitlets.Int(0, min=0, help="Which line, from 0.").tag(sync=True)
    show = traitlets.Enum(["both", "activations", "deltas"], "both", help="What is drawn of a layer.").tag(
        sync=True
    )
    model = traitlets.Unicode("", help="The name of the model that is shown.").tag(sync=True)
    models = traitlets.List(traitlets.Unicode(), read_only=True, help="Names of models.").tag(sync=True)
    _count = traitlets.Int(1).tag(sync=True)
    _note = traitlets.Unicode("").tag(sync=True)
    _layers: traitlets.List[Any] = traitlets.List().tag(sync=True)
    _statistics: traitlets.List[Any] = traitlets.List().tag(sync=True)
    _picture = traitlets.Bytes().tag(sync=True)
    _shown = traitlets.Dict().tag(sync=True)

    #: What is to be ended with it; nothing yet while values are checked.
    _ends: tuple[Callable[[], Any], ...] = ()
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
        self._lines = lines_of(line)
        self._source = ModelSource(model, charsets)
        self._drawn: tuple[Any, ...] = ()
        names = self._source.names()
        super().__init__(index=index, show=show, model=names[0], _count=len(self._lines))
        self.set_trait("models", names)
        self._look(index, names[0])
        assert self.views is not None
        first = next(each.id for each in self.views.layers if self.views.weighted(each))
        self.layer = layer or first
        self._draw()
        self._publisher = Publisher(self._publish, _RATE)
        self._ends = (self._publisher.close,)
        self.observe(self._wish, ["index", "model", "layer"])

    @traitlets.validate("index")
    def _existing_line(self, proposal: Any) -> int:
        value: int = proposal["value"]
        if value >= len(self._lines):
            raise traitlets.TraitError(
                f"index must be below {len(self._lines)}, the number of lines: {value}"
            )
        return value

    @traitlets.validate("model")
    def _known_model(self, proposal: Any) -> str:
        value: str = proposal["value"]
        known = self.models or self._source.names()
        if value not in known:
            raise traitlets.TraitError(f"no model is called {value!r}, only {', '.join(known)}")
        return value

    @traitlets.validate("layer")
    def _known_layer(self, proposal: Any) -> str:
        return self.views[proposal["value"]].id if self.views is not None else ""

    def close(self) -> None:
        """Take the display away."""
        for end in self._ends:
            end()
        super().close()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add what shows where no widgets run."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None and self.views is not None:
            title = str(self._shown.get("title", ""))
            data["text/plain"] = f"LayerViewer: {title}"
            data["text/html"] = still_html(self.views, self.views[self.layer], self._lines[self.index], title)
        return bundle

    def _wish(self, change: Any) -> None:
        """From whichever thread a wish comes on."""
        self._publisher.start()
        self._publisher.hurry()

    # The publisher's thread.

    def _publish(self) -> bool:
        try:
            self._draw()
            if self._note:
                self._note = ""
        except TessnbError as error:
            self._note = str(error)
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
