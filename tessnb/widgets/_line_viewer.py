"""What the widgets that look at a line through a model have in common."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from tessnb.errors import TessnbError
from tessnb.formats.traineddata import TrainedData
from tessnb.widgets._publisher import Publisher
from tessnb.widgets._sources import ModelSource, lines_of
from tessnb.widgets._still import Still

__all__ = ["LineViewer"]


class LineViewer(Still, anywidget.AnyWidget):
    """Lines and models to choose from; a wish is fulfilled by the publisher's thread, which calls `_draw`.

    Parameters
    ----------
    line, model, charsets
        As the widgets take them.
    **traits
        Of the widget.
    """

    index = traitlets.Int(0, min=0, help="Which line, from 0.").tag(sync=True)
    model = traitlets.Unicode("", help="The name of the model that is shown.").tag(sync=True)
    models = traitlets.List(traitlets.Unicode(), read_only=True, help="Names of models.").tag(sync=True)
    _count = traitlets.Int(1).tag(sync=True)
    _note = traitlets.Unicode("").tag(sync=True)
    _picture = traitlets.Bytes().tag(sync=True)
    _shown = traitlets.Dict().tag(sync=True)

    #: What is to be ended with it; nothing yet while values are checked.
    _ends: tuple[Callable[[], Any], ...] = ()
    _publisher: Publisher

    def __init__(
        self,
        line: Any,
        model: Any,
        charsets: str | os.PathLike[str] | TrainedData | None,
        **traits: Any,
    ) -> None:
        self._lines = lines_of(line)
        self._source = ModelSource(model, charsets)
        self._drawn: tuple[Any, ...] = ()
        names = self._source.names()
        super().__init__(model=names[0], _count=len(self._lines), **traits)
        self.set_trait("models", names)

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

    def close(self) -> None:
        """Take the display away and listen no more; a run goes on."""
        for end in self._ends:
            end()
        super().close()

    def _wish(self, change: Any) -> None:
        """From whichever thread a wish comes on."""
        self._publisher.start()
        self._publisher.hurry()

    # The publisher's thread.

    def _draw(self) -> None:
        """Bring into the display what it is to show."""
        raise NotImplementedError

    def _draw_or_say_why_not(self) -> None:
        try:
            self._draw()
            if self._note:
                self._note = ""
        except TessnbError as error:
            self._note = str(error)
