"""The weights' update: Adam as the reference has it, and plain momentum.

Source: ``WeightMatrix::Update`` in ``src/lstm/weightmatrix.cpp``; ``SumSquares`` and ``AdamUpdate`` in
``src/ccstruct/matrix.h``.
"""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.options import INSIDE, OPTIONS
from tessnb.kernels.team import share

__all__ = ["adam_update", "count_alternators", "momentum_update"]

F = np.float32


@numba.njit(**INSIDE)
def _adam(weights, gradient, updates, squares, step, momentum, rest, beta, epsilon, first, last):  # type: ignore[no-untyped-def]
    size = weights.shape[0]
    part = slice(first * size // 2, last * size // 2)
    w, v, all_updates, all_gradients = weights[part], squares[part], updates[part], gradient[part]
    for i in range(w.shape[0]):
        g = all_gradients[i]
        v[i] = v[i] * beta + rest * g * g
        u = all_updates[i] * momentum + g * step
        all_updates[i] = u
        w[i] += u / (np.sqrt(v[i]) + epsilon)


@numba.njit(**OPTIONS)
def adam_update(team, weights, gradient, updates, squares, rate, momentum, beta, epsilon):  # type: ignore[no-untyped-def]
    """One step of Adam in a single pass over 1-D float32 arrays of the same size.

    ``v = beta v + (1 - beta) g**2``, ``u = momentum u + rate (1 - momentum) g``, ``w += u / (sqrt(v) +
    epsilon)``.

    Parameters
    ----------
    team : numpy.ndarray
        See `tessnb.kernels.team`.
    weights, updates, squares : numpy.ndarray, dtype=float32
        w, u and v; changed in place.
    gradient : numpy.ndarray, dtype=float32
        g.
    rate, momentum, beta, epsilon : numpy.float32
        `rate` holds the correction for the early iterations, `epsilon` is scaled with it.
    """
    step = rate * (F(1.0) - momentum)
    rest = F(1.0) - beta
    arguments = weights, gradient, updates, squares, step, momentum, rest, beta, epsilon
    share(team, _adam, arguments, False)


@numba.njit(**OPTIONS)
def momentum_update(weights, gradient, updates, rate, momentum):  # type: ignore[no-untyped-def]
    """One step with momentum over 1-D float32 arrays of the same size.

    ``u += rate g``; if momentum is positive ``w += u``; if it is not negative ``u *= momentum``. So a
    negative momentum only collects updates, and zero throws them away.
    """
    for i in range(weights.shape[0]):
        u = updates[i] + gradient[i] * rate
        if momentum > F(0.0):
            weights[i] += u
        if momentum >= F(0.0):
            u *= momentum
        updates[i] = u


@numba.njit(**OPTIONS)
def count_alternators(updates, others, totals):  # type: ignore[no-untyped-def]
    """Add the positive and the negated negative products of two arrays' elements to two running totals.

    In float32 and column by column, as the reference adds them: of millions of tiny products a float32 sum
    depends on the order, and rates are reduced by what it says.

    Parameters
    ----------
    updates, others : numpy.ndarray, shape=(inputs + 1, outputs), dtype=float32
    totals : numpy.ndarray, shape=(2,), dtype=float32
        Positive, negative; changed in place.
    """
    same, changed = totals[0], totals[1]
    for output in range(updates.shape[1]):
        for i in range(updates.shape[0]):
            product = updates[i, output] * others[i, output]
            if product < F(0.0):
                changed -= product
            else:
                same += product
    totals[0], totals[1] = same, changed
