"""Layers as the browser draws them, and as a page without scripts shows them."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from tessnb.analysis._html import table
from tessnb.analysis.layer_views import Filters, Histogram, LayerView, LayerViews
from tessnb.events import LayerStatistic
from tessnb.lines import TrainingLine
from tessnb.widgets._pictures import data_url
from tessnb.widgets._summary import number

__all__ = ["layer_frame", "layer_list", "statistics_rows", "still_html"]

_WHOLE = 32767
#: Above zero and below it, in the still picture.
_MORE, _LESS = (0, 114, 178), (213, 94, 0)
_HEADS = ("layer", "rate", "gradient", "weights", "mean", "deviation", "largest")


def layer_list(views: LayerViews) -> list[dict[str, Any]]:
    """Return what there is to choose from."""
    return [
        {
            "id": layer.id,
            "name": layer.name,
            "spec": layer.spec,
            "type": layer.type,
            "level": layer.level,
            "shape": layer.shape,
            "weights": sum(int(views.weights[each].counts.sum()) for each in views.weighted(layer)),
        }
        for layer in views.layers
    ]


def statistics_rows(views: LayerViews) -> list[list[str]]:
    """Return the ids of the layers with weights, and their figures as a person reads them."""
    return [_figures(layer_id, each, views) for layer_id, each in views.statistics.items()]


def _figures(layer_id: str, found: LayerStatistic, views: LayerViews) -> list[str]:
    gradient = f"{found.gradient_norm:.3g}" if views.gradients else "–"
    values = found.weight_norm, found.weight_mean, found.weight_deviation, found.largest_weight
    figures = [(f"{value:.3g}" if abs(value) < 100 else number(value)) for value in values]
    figures = [figure.replace("-", "\u2212") for figure in figures]
    return [layer_id, found.name, f"{found.learning_rate:.3g}", gradient, *figures]


def layer_frame(views: LayerViews, layer: LayerView, line: TrainingLine, title: str) -> dict[str, Any]:
    """Return what is sent to the browser of one layer."""
    height, width, features = layer.shape
    filters = views.filters if views.filters is not None and views.filters.id == layer.id else None
    histograms = []
    for layer_id in views.weighted(layer):
        of = f" of {views.statistics[layer_id].name}" if len(views.weighted(layer)) > 1 else ""
        histograms.append(_histogram(f"weights{of}", views.weights[layer_id]))
        if layer_id in views.gradients:
            histograms.append(_histogram(f"gradients{of}", views.gradients[layer_id]))
    return {
        "id": layer.id,
        "title": title,
        "imageWidth": line.width,
        "imageHeight": line.height,
        "scale": layer.scale,
        "height": height,
        "width": width,
        "features": features,
        "activations": _field(layer.activations),
        "deltas": None if layer.deltas is None else _field(layer.deltas),
        "filters": None if filters is None else _windows(filters),
        "histograms": histograms,
        "note": views.problem,
    }


def _histogram(name: str, histogram: Histogram) -> dict[str, Any]:
    return {"name": name, "limit": histogram.limit, "counts": histogram.counts.tolist()}


def _field(values: np.ndarray) -> dict[str, Any]:
    """Return numbers of shape (height, width, features), features one below the other."""
    limit = float(np.abs(values).max()) if values.size else 0.0
    return {"limit": limit, "values": _packed(values.transpose(2, 0, 1), limit)}


def _windows(filters: Filters) -> dict[str, Any]:
    _, height, width, inputs = filters.weights.shape
    # The windows of several inputs stand one below the other.
    stacked = filters.weights.transpose(0, 3, 1, 2)
    limit = float(np.abs(stacked).max())
    return {
        "height": height * inputs,
        "width": width,
        "limit": limit,
        "weights": _packed(stacked, limit),
        "bias": [round(float(value), 4) for value in filters.bias],
    }


def _packed(values: np.ndarray, limit: float) -> bytes:
    """Return numbers as little-endian int16, `_WHOLE` for the limit."""
    return np.rint(values.astype(np.float64) * (_WHOLE / (limit or 1.0))).astype("<i2").tobytes()


def still_html(views: LayerViews, layer: LayerView, line: TrainingLine, title: str) -> str:
    """Return a layer without any script: the line, its activations, its errors, a table of all layers."""
    wide = 'style="display: block; width: 100%; height: {}px; image-rendering: pixelated"'
    parts = [
        f"<p>{escape(title)}</p>",
        f'<img alt="line image" src="{data_url(line.image)}" style="display: block; width: 100%">',
    ]
    for name, values in (("activations", layer.activations), ("errors", layer.deltas)):
        if values is None:
            parts.append(f"<p>{escape(views.problem)}</p>")
            continue
        limit = float(np.abs(values).max())
        picture = _coloured(values.transpose(2, 0, 1).reshape(-1, values.shape[1]), limit)
        words = f"{name} of {layer.name}, {layer.shape[2]} features, between {-limit:.3g} and {limit:.3g}"
        parts.append(
            f"<p>{escape(words)}; blue is above zero, vermillion below</p>"
            f'<img alt="{escape(words)}" src="{data_url(picture)}" {wide.format(200)}>'
        )
    parts.append(table(_HEADS, [row[1:] for row in statistics_rows(views)]))
    return "\n".join(parts)


def _coloured(values: np.ndarray, limit: float) -> np.ndarray:
    """Return signed numbers in two colours on white: uint8, shape (height, width, 3)."""
    strength = (np.abs(values) / (limit or 1.0)) ** 0.6
    ink = 255.0 - np.where(values[:, :, None] >= 0, _MORE, _LESS)
    picture: np.ndarray = np.rint(255.0 - strength[:, :, None] * ink).astype(np.uint8)
    return picture
