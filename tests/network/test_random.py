"""The reference's random numbers."""

from __future__ import annotations

import numpy as np
import pytest

from tessnb.network.random import TRand, hash_string


def test_ten_thousandth_draw() -> None:
    # The C++ standard requires this value of std::minstd_rand.
    randomizer = TRand()
    draws = [randomizer.int_rand() for _ in range(10000)]
    assert draws[-1] == 399268537
    np.testing.assert_array_equal(TRand().int_rands(10000), draws)


@pytest.mark.parametrize(
    ("seed", "state"), [(0, 1), (2**31 - 1, 1), (5, 5), (3 * 0x10000001, 805306371), (-1, 3)]
)
def test_seeds_are_unsigned_and_never_zero(seed: int, state: int) -> None:
    assert TRand(seed).state[0] == state


def test_ranges() -> None:
    randomizer, again = TRand(7), TRand(7)
    many = randomizer.signed_rands(5000, 0.25)
    assert many.tolist() == [again.signed_rand(0.25) for _ in range(5000)]
    assert randomizer.int_rand() == again.int_rand()
    assert -0.25 <= many.min() < -0.2499
    assert 0.2499 < many.max() <= 0.25
    assert 0 <= randomizer.unsigned_rand(3.0) <= 3


@pytest.mark.parametrize(
    ("text", "value"),
    [("", 6142509188972423790), ("a", 4993892634952068459), ("hello world", 5577293430985752569)],
)
def test_strings_hash_as_in_libstdcpp(text: str, value: int) -> None:
    assert hash_string(text) == value
