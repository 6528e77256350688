"""What a widget shows where no widgets run."""

from __future__ import annotations

from typing import Any

from tessnb.widgets._order import InOrder

__all__ = ["Still"]


class Still(InOrder):
    """A widget that also says in HTML and in words what it shows; stands before the widget's own base."""

    def _still(self) -> tuple[str, str]:
        """Return HTML without any script, everything from outside escaped, and a line of text."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add what shows where no widgets run."""
        bundle = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/html"], data["text/plain"] = self._still()
        return bundle
