"""Activations as int8, where 127 stands for 1: what integer networks pass between layers.

Source: ``NetworkIO::WriteTimeStepPart`` in ``src/lstm/networkio.cpp``, ``IntCastRounded`` in
``src/ccutil/helpers.h``.
"""

from __future__ import annotations

import numba
import numpy as np

from tessnb.kernels.options import OPTIONS

__all__ = ["quantize", "quantized"]

F = np.float32


@numba.njit(**OPTIONS)
def quantized(x):  # type: ignore[no-untyped-def]
    """Return float32 `x` times 127, rounded half away from zero and clipped to [-127, 127], as a float32."""
    y = x * F(127.0)
    magnitude = F(np.int32(min(abs(y) + F(0.5), F(127.0))))
    return -magnitude if y < F(0.0) else magnitude


@numba.njit(**OPTIONS)
def quantize(x, out):  # type: ignore[no-untyped-def]
    """Fill the 1-D int8 array `out` with the quantized 1-D float32 array `x`."""
    for i in range(x.shape[0]):
        out[i] = np.int8(np.int32(quantized(x[i])))
