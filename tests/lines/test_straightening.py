"""Cutting lines out of skewed, curved and crowded pages so that they lie level."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tessnb.lines.straightening import cut_outline

FONT = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 40)
TEXT = "HIFT TIFF HIT THIF IF"  # letters that stand square on the baseline
PAPER = 235


def level_page(colour: bool = False) -> np.ndarray:
    image = Image.new("RGB" if colour else "L", (800, 500), (PAPER,) * 3 if colour else PAPER)
    ImageDraw.Draw(image).text((150, 250), TEXT, (20, 20, 20) if colour else 20, FONT, anchor="ls")
    return np.asarray(image)


def turned(points: np.ndarray, angle: float) -> np.ndarray:
    """Where points of the level page lie when it is turned counterclockwise about its middle."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = (np.asarray(points, float) - (400, 250)).T
    return np.stack([cos * x + sin * y + 400, -sin * x + cos * y + 250], axis=1)


def lowest_ink(image: np.ndarray) -> np.ndarray:
    """The lowest dark pixel of every column that has one."""
    dark = (image if image.ndim == 2 else image[..., 0]) < 120
    return np.array([np.flatnonzero(column)[-1] for column in dark.T if column.any()])


def on_feet(image: np.ndarray) -> np.ndarray:
    """The height at which letters stand, where a stem reaches it (bars end far above)."""
    lowest = lowest_ink(image)
    return lowest[lowest > lowest.max() - 12]


OUTLINE = np.array([(140, 210), (640, 210), (640, 262), (140, 262)])
BASELINE = np.array([(150, 250), (630, 250)])


@pytest.mark.parametrize("angle", [-12.0, -3.0, 0.1, 2.0, 8.0, 90.0, -90.0])
@pytest.mark.parametrize("colour", [False, True])
def test_skewed_lines_become_level(angle: float, colour: bool) -> None:
    page = level_page(colour)
    image = Image.fromarray(page).rotate(
        angle, Image.Resampling.BICUBIC, fillcolor=(PAPER,) * 3 if colour else PAPER
    )
    straight = cut_outline(page, OUTLINE)
    found = cut_outline(np.asarray(image), turned(OUTLINE, angle), turned(BASELINE, angle))
    assert found.dtype == np.uint8
    assert found.ndim == page.ndim
    assert np.ptp(on_feet(found)) <= 3
    assert abs(found.shape[0] - straight.shape[0]) <= 3
    assert abs(found.shape[1] - straight.shape[1]) <= 3
    assert (found < 120).mean() == pytest.approx((straight < 120).mean(), rel=0.15)


def test_without_a_baseline_the_angle_counts() -> None:
    image = Image.fromarray(level_page()).rotate(20, Image.Resampling.BICUBIC, fillcolor=PAPER)
    found = cut_outline(np.asarray(image), turned(OUTLINE, 20), angle=20)
    assert np.ptp(on_feet(found)) <= 3


def test_a_baseline_drawn_backwards_is_not_upside_down() -> None:
    page = level_page()
    np.testing.assert_array_equal(cut_outline(page, OUTLINE, BASELINE[::-1]), cut_outline(page, OUTLINE))


def test_curved_lines_become_level() -> None:
    page = level_page()
    course = 18 * np.sin(np.linspace(0, np.pi, 800))
    rows = np.arange(500)[:, None] + np.rint(course).astype(int)[None, :]
    curved = page[np.clip(rows, 0, 499), np.arange(800)[None, :]]
    along = np.arange(150, 631, 40)
    baseline = np.stack([along, 250 - course[along]], axis=1)
    low, high = baseline + np.array([0, 12]), baseline - np.array([0, 40])
    outline = np.concatenate([low, high[::-1]])
    assert np.ptp(on_feet(cut_outline(curved, outline))) > 4
    found = cut_outline(curved, outline, baseline)
    assert np.ptp(on_feet(found)) <= 3


def test_neighbours_become_paper() -> None:
    page = level_page().copy()
    page[180:206, 140:640] = 0
    slanted = np.array([(140, 206), (640, 214), (640, 262), (140, 262)])
    assert (cut_outline(page, slanted, mask=False)[:4] == 0).any()
    masked = cut_outline(page, slanted)
    assert masked[0, -20:].tolist() == [PAPER] * 20
    assert (cut_outline(page, OUTLINE) < 100).any()


def test_bits_and_edges() -> None:
    page = level_page() < 128
    found = cut_outline(page, np.array([(-50, 200), (900, 200), (900, 600), (-50, 600)]))
    assert found.shape == (304, 800)
    assert set(np.unique(found)) == {0, 255}
    turned_page = cut_outline(page, OUTLINE, turned(BASELINE, 5))
    assert turned_page.dtype == np.uint8


def test_vertical_text_reads_to_the_right() -> None:
    page = np.full((300, 100), 255, np.uint8)
    page[20:40, 30:60] = 0  # the first character
    page[60:280, 44:46] = 90
    found = cut_outline(page, np.array([(25, 15), (65, 15), (65, 285), (25, 285)]), vertical=True)
    assert found.shape == (48, 278)
    assert (found[:, :40] == 0).any()
    assert not (found[:, 60:] == 0).any()
