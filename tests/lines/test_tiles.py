"""Pages as tiles."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from PIL import Image

from tessnb.errors import InputError
from tessnb.lines.images import PageImage
from tessnb.lines.tiles import TILE, PageTiles, TileCache

RNG = np.random.default_rng(3)


def decoded(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image)


@pytest.mark.parametrize("shape", [(700, 1300), (40, 30), (512, 512), (600, 1100, 3)])
def test_tiles_make_up_the_page(shape: tuple[int, ...]) -> None:
    pixels = RNG.integers(0, 256, shape, np.uint8)
    tiles = PageTiles(PageImage(pixels))
    rows = [
        np.concatenate(
            [decoded(tiles.tile(0, column, row)) for column in range(math.ceil(shape[1] / TILE))], axis=1
        )
        for row in range(math.ceil(shape[0] / TILE))
    ]
    np.testing.assert_array_equal(np.concatenate(rows), pixels)


def test_each_level_halves_the_one_below() -> None:
    pixels = RNG.integers(0, 256, (1500, 2100), np.uint8)
    tiles = PageTiles(PageImage(pixels))
    assert tiles.highest_level == 3
    assert decoded(tiles.tile(3, 0, 0)).shape == (188, 263)
    mean = pixels[:1024, :1024].reshape(512, 2, 512, 2).mean(axis=(1, 3))
    assert np.abs(decoded(tiles.tile(1, 0, 0)) - mean).max() <= 0.5


def test_bits_are_black_where_true() -> None:
    bits = np.zeros((10, 12), bool)
    bits[2, 3] = True
    assert decoded(PageTiles(PageImage(bits)).tile(0, 0, 0))[2].tolist() == [255] * 3 + [0] + [255] * 8


@pytest.mark.parametrize("tile", [(4, 0, 0), (-1, 0, 0), (0, 5, 0), (0, 0, 3), (0, -1, 0)])
def test_there_are_no_others(tile: tuple[int, int, int]) -> None:
    tiles = PageTiles(PageImage(np.zeros((1500, 2100), np.uint8)))
    with pytest.raises(InputError, match="no such"):
        tiles.tile(*tile)


def test_the_cache_is_bounded_and_forgets_the_oldest() -> None:
    read: list[int] = []

    def page(number: int) -> PageImage:
        read.append(number)
        return PageImage(np.full((100, 300), number, np.uint8))

    cache = TileCache(page, limit=130_000)
    for number in (0, 1, 0, 1, 2, 1):
        assert decoded(cache.tile(number, 0, 0, 0))[0, 0] == number
        assert cache.memory <= 130_000
    assert read == [0, 1, 2]
    lone = TileCache(page, limit=10)
    assert decoded(lone.tile(5, 0, 0, 0))[0, 0] == 5
