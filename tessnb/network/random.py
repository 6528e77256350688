"""Tesseract's pseudo-random numbers: a multiplicative congruential generator whose state is an explicit
object."""

from __future__ import annotations

import numpy as np

__all__ = ["INT32_MAX", "TRand", "hash_string"]

#: Modulus of the generator (also the largest ``int32``, by which draws are scaled).
INT32_MAX = 2147483647
MULTIPLIER = 48271
_MASK = (1 << 64) - 1
_BLOCK = 4096


def _powers(count: int) -> np.ndarray:
    """Return ``MULTIPLIER**(1..count) % INT32_MAX`` as int64."""
    powers = np.empty(count, np.int64)
    powers[0] = MULTIPLIER
    filled = 1
    while filled < count:
        step = min(filled, count - filled)
        powers[filled : filled + step] = powers[:step] * powers[filled - 1] % INT32_MAX
        filled += step
    return powers


_POWERS = _powers(_BLOCK)


def hash_string(text: str) -> int:
    """Return libstdc++'s 64-bit ``std::hash`` of the UTF-8 bytes of `text` (MurmurHash64A, seed
    ``0xc70f6907``).

    The reference seeds its generator with it where a name stands for a seed.
    """
    data, mul, shift = text.encode(), 0xC6A4A7935BD1E995, 47
    value = 0xC70F6907 ^ (len(data) * mul & _MASK)
    whole = len(data) & ~7
    for start in range(0, whole, 8):
        part = int.from_bytes(data[start : start + 8], "little") * mul & _MASK
        part = (part ^ (part >> shift)) * mul & _MASK
        value = (value ^ part) * mul & _MASK
    if len(data) > whole:
        value = (value ^ int.from_bytes(data[whole:], "little")) * mul & _MASK
    value = (value ^ (value >> shift)) * mul & _MASK
    return value ^ (value >> shift)


_LINE_SEED_FACTOR = 0x10000001


class TRand:
    """The reference's generator: ``state = state * 48271 mod (2**31 - 1)`` (``std::minstd_rand``).

    Parameters
    ----------
    seed : int or str
        Initial seed; a fresh generator of the reference has seed 1.

    Attributes
    ----------
    state : numpy.ndarray, shape=(1,), dtype=int64
        The whole state. An array, so that kernels can draw from it in place.

    Notes
    -----
    Source: ``TRand`` in ``src/ccutil/helpers.h``.
    """

    def __init__(self, seed: int | str = 1) -> None:
        self.state = np.empty(1, np.int64)
        self.set_seed(seed)

    def set_seed(self, seed: int | str) -> None:
        """Start again from `seed`: an integer (taken as unsigned 64 bits), or a string through
        `hash_string`."""
        number = hash_string(seed) if isinstance(seed, str) else seed
        self.state[0] = (number & _MASK) % INT32_MAX or 1

    def seed_for_line(self, iteration: int) -> None:
        """Start at the noise around a line: the same for a sample iteration every time
        (``LSTMRecognizer::SetRandomSeed``)."""
        self.set_seed(iteration * _LINE_SEED_FACTOR)
        self.int_rand()

    def int_rand(self) -> int:
        """Return the next integer, 1 to 2**31 - 2."""
        self.state[0] = self.state[0] * MULTIPLIER % INT32_MAX
        return int(self.state[0])

    def signed_rand(self, range_: float) -> float:
        """Return the next number in [-range_, range_], in double precision."""
        return range_ * 2.0 * self.int_rand() / INT32_MAX - range_

    def unsigned_rand(self, range_: float) -> float:
        """Return the next number in [0, range_], in double precision."""
        return range_ * self.int_rand() / INT32_MAX

    def int_rands(self, count: int) -> np.ndarray:
        """Return the next `count` integers.

        Returns
        -------
        numpy.ndarray, shape=(count,), dtype=int64
        """
        draws = np.empty(count, np.int64)
        for start in range(0, count, _BLOCK):
            part = draws[start : start + _BLOCK]
            np.remainder(self.state[0] * _POWERS[: len(part)], INT32_MAX, out=part)
            self.state[0] = part[-1]
        return draws

    def signed_rands(self, count: int, range_: float) -> np.ndarray:
        """Return the next `count` numbers in [-range_, range_].

        Returns
        -------
        numpy.ndarray, shape=(count,), dtype=float64
        """
        return range_ * 2.0 * self.int_rands(count) / INT32_MAX - range_
