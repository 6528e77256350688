"""The maximum over rectangles of positions, feature by feature.

Source: ``Maxpool::Forward`` in ``src/lstm/maxpool.cpp``; ``NetworkIO::MaxpoolTimeStep``, ``MaxpoolBackward``.
"""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.options import INSIDE, OPTIONS
from tessnb.kernels.team import share
from tessnb.kernels.vectors import WIDTH, load, spread, store, where_equal, where_greater

__all__ = ["maxpool_backward", "maxpool_forward", "maxpool_vectors", "maxpool_vectors_back"]

F = np.float32


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


@numba.njit(**INSIDE)
def _vectors(shape, heights, widths, x, out, places, first, last):  # type: ignore[no-untyped-def]
    batch, height, width, features, y_scale, x_scale = shape
    rows, columns = height // y_scale, width // x_scale
    for index in range(first * batch * rows // 2, last * batch * rows // 2):
        b, y = index // rows, index % rows * y_scale
        tall = min(y_scale, heights[b] - y)
        to = index * columns * features
        for c in range(columns):
            wide = min(x_scale, widths[b] - c * x_scale)
            corner = ((b * height + y) * width + c * x_scale) * features
            for f in range(0, features, WIDTH):
                best, which = load(x, corner + f), spread(F(0.0))
                for dx in range(wide):
                    for dy in range(tall):
                        candidate = load(x, corner + (dy * width + dx) * features + f)
                        which = where_greater(candidate, best, spread(F(dx * y_scale + dy)), which)
                        best = where_greater(candidate, best, candidate, best)
                store(best, out, to + f)
                store(which, places, to + f)
            to += features


@numba.njit(**OPTIONS)
def maxpool_vectors(team, shape, heights, widths, x, out, places):  # type: ignore[no-untyped-def]
    """`maxpool_forward` for many features, on two cores.

    Parameters
    ----------
    team : numpy.ndarray
        See `tessnb.kernels.team`.
    shape : tuple of int
        Batch, height, width, features (a multiple of 16), `y_scale`, `x_scale`.
    heights, widths : numpy.ndarray, shape=(batch,), dtype=int64
    x, out, places : numpy.ndarray, ndim=1, dtype=float32
        As in `maxpool_forward`, flat; `places` has what `maxes` has there.
    """
    share(team, _vectors, (shape, heights, widths, x, out, places), False)


@numba.njit(**INSIDE)
def _vectors_back(shape, delta, places, out, first, last):  # type: ignore[no-untyped-def]
    batch, height, width, features, y_scale, x_scale = shape
    rows, columns = height // y_scale, width // x_scale
    for y in range(first * batch * height // 2, last * batch * height // 2):
        b, row = y // height, y % height // y_scale
        to = y * width * features
        if row >= rows:
            out[to : to + width * features] = F(0.0)
            continue
        source = (b * rows + row) * columns * features
        for _ in range(columns):
            for dx in range(x_scale):
                place = spread(F(dx * y_scale + y % height % y_scale))
                for f in range(0, features, WIDTH):
                    error = load(delta, source + f)
                    store(where_equal(load(places, source + f), place, error, spread(F(0.0))), out, to + f)
                to += features
            source += features
        out[to : (y + 1) * width * features] = F(0.0)


@numba.njit(**OPTIONS)
def maxpool_vectors_back(team, shape, delta, places, out):  # type: ignore[no-untyped-def]
    """`maxpool_backward` after `maxpool_vectors`; arguments as there, all of the input filled."""
    share(team, _vectors_back, (shape, delta, places, out), False)
