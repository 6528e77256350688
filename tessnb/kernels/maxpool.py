"""The maximum over rectangles of positions, feature by feature.

Source: ``Maxpool::Forward`` in ``src/lstm/maxpool.cpp``; ``NetworkIO::MaxpoolTimeStep``, ``MaxpoolBackward``.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

__all__ = ["maxpool_backward", "maxpool_forward"]

F = np.float32
OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}


@numba.njit(**OPTIONS)
def maxpool_forward(x, heights, widths, y_scale, x_scale, out, maxes):  # type: ignore[no-untyped-def]
    """Fill `out` with maxima and `maxes` with where in the rectangle each was first found, columns first.

    Parameters
    ----------
    x : numpy.ndarray, shape=(batch, height, width, features), dtype=float32 or int8
    heights, widths : numpy.ndarray, shape=(batch,), dtype=int64
        Sizes of the inputs. A rectangle of the output that is cut off by them counts only what is inside.
    y_scale, x_scale : int
    out : numpy.ndarray, shape=(batch, height // y_scale, width // x_scale, features), same dtype as x
    maxes : numpy.ndarray, same shape as out, dtype=int32
        ``dx * y_scale + dy``.
    """
    features = x.shape[3]
    for b in range(out.shape[0]):
        for y in range(out.shape[1]):
            for c in range(out.shape[2]):
                best, which = out[b, y, c], maxes[b, y, c]
                first = x[b, y * y_scale, c * x_scale]
                for f in range(features):
                    best[f] = first[f]
                    which[f] = 0
                for dx in range(x_scale):
                    for dy in range(y_scale):
                        source_y, source_x = y * y_scale + dy, c * x_scale + dx
                        if source_y < heights[b] and source_x < widths[b]:
                            candidate = x[b, source_y, source_x]
                            place = np.int32(dx * y_scale + dy)
                            for f in range(features):
                                better = candidate[f] > best[f]
                                which[f] = place if better else which[f]
                                best[f] = candidate[f] if better else best[f]


@numba.njit(**OPTIONS)
def maxpool_backward(delta, maxes, y_scale, x_scale, out):  # type: ignore[no-untyped-def]
    """Give each error to the input that was the maximum.

    Parameters
    ----------
    delta : numpy.ndarray, shape=(batch, out_height, out_width, features), dtype=float32
    maxes : numpy.ndarray, same shape, dtype=int32
        From `maxpool_forward`.
    y_scale, x_scale : int
    out : numpy.ndarray, shape=(batch, height, width, features), dtype=float32
        Filled.
    """
    out[:] = F(0.0)
    for b in range(delta.shape[0]):
        for y in range(delta.shape[1]):
            for c in range(delta.shape[2]):
                for f in range(delta.shape[3]):
                    place = maxes[b, y, c, f]
                    out[b, y * y_scale + place % y_scale, c * x_scale + place // y_scale, f] = delta[
                        b, y, c, f
                    ]
