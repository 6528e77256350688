"""The reference's activation functions, for numbers and for vectors of them.

Tesseract evaluates tanh and the logistic function by linear interpolation in tables with a step of ``h =
1/256``. The chord between two nodes lies beside the curve by ``h**2 / 2 * p * (1 - p) * f''`` where ``p`` is
the position between them, so that *curve + correction* gives the table's value to within rounding (2e-7),
without a gather.

Source: ``Tanh``, ``Logistic`` in ``src/lstm/functions.h``.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from tessnb.kernels import options
from tessnb.kernels.vectors import WIDTH, absolute, floor, larger, load, smaller, store

__all__ = ["logistic", "logistic_inplace", "tanh", "tanh_inplace"]

F = np.float32
OPTIONS: dict[str, Any] = {**options.OPTIONS, "fastmath": {"contract"}}
INSIDE: dict[str, Any] = {**options.INSIDE, "fastmath": {"contract"}}

#: Nodes per unit of the reference's tables.
TABLE_SCALE = F(256.0)
#: From here on the reference returns 1.
TABLE_END = F(4095.0 / 256.0)
_HALF_STEP_SQUARED = F(0.5 / 256.0**2)
# The rational function below is fitted up to here; beyond, tanh goes to 1 so slowly that a line will do.
_LIMIT = F(7.90531110763549805)
_LAST_SLOPE = F(3e-7)


@numba.njit(**INSIDE)
def _tanh_curve(x):  # type: ignore[no-untyped-def]
    """tanh by a rational function ``x P(x**2) / Q(x**2)`` of degree 13 over 6, to a few units in the last
    place."""
    beyond = x
    x = smaller(larger(x, -_LIMIT), _LIMIT)
    beyond = beyond - x
    s = x * x
    p = s * F(-2.76076847742355e-16) + F(2.00018790482477e-13)
    p = p * s + F(-8.60467152213735e-11)
    p = p * s + F(5.12229709037114e-08)
    p = p * s + F(1.48572235717979e-05)
    p = p * s + F(6.37261928875436e-04)
    p = p * s + F(4.89352455891786e-03)
    q = s * F(1.19825839466702e-06) + F(1.18534705686654e-04)
    q = q * s + F(2.26843463243900e-03)
    q = q * s + F(4.89352518554385e-03)
    return smaller(larger(x * p / q + beyond * _LAST_SLOPE, F(-1.0)), F(1.0))


@numba.njit(**INSIDE)
def _chord(x):  # type: ignore[no-untyped-def]
    """Return ``h**2 / 2 * p * (1 - p)`` for the position p of `x` between its table nodes."""
    a = smaller(absolute(x), TABLE_END) * TABLE_SCALE
    p = a - floor(a)
    return (p - p * p) * _HALF_STEP_SQUARED


@numba.njit(**OPTIONS)
def tanh(x):  # type: ignore[no-untyped-def]
    """The reference's tanh of a float32 or a vector: ``t + chord * t''`` with ``t'' = -2 t (1 - t**2)``."""
    t = _tanh_curve(x)
    return t - _chord(x) * F(2.0) * t * (F(1.0) - t * t)


@numba.njit(**OPTIONS)
def logistic(x):  # type: ignore[no-untyped-def]
    """The reference's logistic function of a float32 or a vector: ``s + chord * s''`` with ``s'' = s (1 - s)
    (1 - 2 s)``."""
    t = _tanh_curve(x * F(0.5))
    # s = (1 + t) / 2, so s'' = -t (1 - t**2) / 4.
    return F(0.5) + F(0.5) * t - _chord(x) * F(0.25) * t * (F(1.0) - t * t)


@numba.njit(**OPTIONS)
def tanh_inplace(x):  # type: ignore[no-untyped-def]
    """Replace the elements of the 1-D float32 array `x` by their tanh."""
    size = x.shape[0]
    for i in range(0, size - WIDTH + 1, WIDTH):
        store(tanh(load(x, i)), x, i)
    for i in range(size - size % WIDTH, size):
        x[i] = tanh(x[i])


@numba.njit(**OPTIONS)
def logistic_inplace(x):  # type: ignore[no-untyped-def]
    """Replace the elements of the 1-D float32 array `x` by their logistic function."""
    size = x.shape[0]
    for i in range(0, size - WIDTH + 1, WIDTH):
        store(logistic(load(x, i)), x, i)
    for i in range(size - size % WIDTH, size):
        x[i] = logistic(x[i])
