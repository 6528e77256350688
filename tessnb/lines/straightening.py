"""Cutting a line out along its outline and laying its baseline level.

Text that stands askew is turned about the middle of its outline; what is left of a curve in the baseline is
taken out column by column; what lies outside of the outline becomes paper.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from tessnb.lines.cutting import PADDING
from tessnb.lines.scaling import to_grey

__all__ = ["cut_outline"]

_STRAIGHT = 0.15
_LEVEL = 1.5


def cut_outline(
    pixels: np.ndarray,
    outline: np.ndarray,
    baseline: np.ndarray | None = None,
    *,
    angle: float = 0.0,
    vertical: bool = False,
    mask: bool = True,
) -> np.ndarray:
    """Cut a line out of a page.

    Parameters
    ----------
    pixels : ndarray
        The page: bits (True is black), grey levels or colours.
    outline : ndarray of float, shape (n, 2)
        Corners of the polygon around the line, x and y from the upper left corner of the page.
    baseline : ndarray of float, shape (n, 2), optional
        Points of the baseline; two or more say how the line is turned, and curved.
    angle : float
        Degrees by which the line is turned counterclockwise; for lines without a baseline.
    vertical : bool
        The text runs downwards: turn it so that it runs to the right.
    mask : bool
        Make everything outside of the polygon the colour of the paper; upright rectangles need none.

    Returns
    -------
    ndarray of uint8, shape (height, width) or (height, width, 3)
        The line with 4 pixels of the page around it.
    """
    height, width = pixels.shape[:2]
    margin = max(height, width) // 4 + PADDING  # beyond the page there is nothing but paper
    low, high = (-margin, -margin), (width + margin, height + margin)
    outline = np.clip(np.asarray(outline, np.float64).reshape(-1, 2), low, high)
    baseline = np.zeros((0, 2)) if baseline is None or vertical else np.clip(baseline, low, high)
    turn = _direction(baseline) if len(baseline) > 1 else angle
    if abs(turn) <= _STRAIGHT:
        turn = 0.0
    middle = (outline.min(axis=0) + outline.max(axis=0)) / 2
    around = _turned(outline, middle, turn)
    left, top = np.floor(around.min(axis=0)).astype(int) - PADDING
    right, bottom = np.ceil(around.max(axis=0)).astype(int) + PADDING
    if not turn:
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    image = _region(pixels, (left, top, right, bottom), middle, turn)
    paper = _paper(image)
    if mask and not _is_upright(around):
        image = _masked(image, around - (left, top), paper)
    if len(baseline) > 2:
        image = _levelled(image, _turned(baseline, middle, turn) - (left, top), paper)
    return np.ascontiguousarray(np.rot90(image) if vertical else image)


def _direction(baseline: np.ndarray) -> float:
    """Return the angle of a baseline in degrees counterclockwise; one drawn backwards is not upside down."""
    across, down = baseline[-1] - baseline[0]
    if abs(across) > abs(down):  # the best straight line; the ends alone could be a flourish
        order = np.argsort(baseline[:, 0])
        x, y = baseline[order].T
        places = np.linspace(x[0], x[-1], 32)
        slope = np.polyfit(places, np.interp(places, x, y), 1)[0] if x[-1] > x[0] else 0.0
        return -math.degrees(math.atan(slope))
    return -math.degrees(math.atan2(down, across))


def _turned(points: np.ndarray, middle: np.ndarray, angle: float) -> np.ndarray:
    """Return where points lie after turning the page clockwise, so that text at `angle` becomes level."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = (points - middle).T
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=1) + middle


def _region(
    pixels: np.ndarray, box: tuple[int, int, int, int], middle: np.ndarray, angle: float
) -> np.ndarray:
    """Return a part of the page that is turned about `middle`; beyond the page there is paper."""
    left, top, right, bottom = box
    if not angle:
        part = pixels[top:bottom, left:right]
        return to_grey(part) if part.dtype == np.bool_ else part.copy()
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    source = _turned(corners, middle, -angle)
    low = np.maximum(np.floor(source.min(axis=0)).astype(int) - 2, 0)
    high = np.maximum(np.ceil(source.max(axis=0)).astype(int) + 2, low + 1)
    part = pixels[low[1] : high[1], low[0] : high[0]]
    part = to_grey(part) if part.dtype == np.bool_ else part
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    # Where pixel (x, y) of the result comes from: turn back about the middle.
    x, y = np.array([left, top]) - middle
    start = np.array([cos * x + sin * y, -sin * x + cos * y]) + middle - low
    fill = _paper(part)
    turned = Image.fromarray(np.ascontiguousarray(part)).transform(
        (int(right - left), int(bottom - top)),
        Image.Transform.AFFINE,
        (cos, sin, start[0], -sin, cos, start[1]),
        Image.Resampling.BICUBIC,
        fillcolor=tuple(int(value) for value in fill) if part.ndim == 3 else int(fill[0]),
    )
    return np.asarray(turned).copy()


def _paper(image: np.ndarray) -> np.ndarray:
    """Return the colour of the paper: what most of the lighter half is like."""
    if not image.size:
        return np.full(3, 255, np.uint8)
    flat = image.reshape(-1, image.shape[2] if image.ndim == 3 else 1)
    return np.percentile(flat, 75, axis=0).astype(np.uint8)


def _is_upright(outline: np.ndarray) -> bool:
    """Return whether an outline is an upright rectangle."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    at_edges = (np.abs(outline - low) < 1) | (np.abs(outline - high) < 1)
    return len(outline) <= 5 and bool(at_edges.all())


def _masked(image: np.ndarray, outline: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """Paint paper over what lies farther than the padding from the outline."""
    canvas = Image.new("1", (image.shape[1], image.shape[0]))
    draw = ImageDraw.Draw(canvas)
    corners = [(float(x), float(y)) for x, y in outline]
    draw.polygon(corners, fill=1)
    draw.line([*corners, corners[0]], fill=1, width=2 * PADDING + 1, joint="curve")
    outside = ~np.asarray(canvas)
    image[outside] = paper if image.ndim == 3 else paper[0]
    return image


def _levelled(image: np.ndarray, baseline: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """Move every column up or down so that a curved baseline becomes level."""
    order = np.argsort(baseline[:, 0], kind="stable")
    height, width = image.shape[:2]
    course = np.interp(np.arange(width), *baseline[order].T)
    shifts = np.rint(course - course.mean()).astype(int)
    if np.abs(course - course.mean()).max() < _LEVEL:
        return image
    rows = np.arange(height)[:, None] + shifts[None, :]
    result = image[np.clip(rows, 0, height - 1), np.arange(width)[None, :]]
    beyond = (rows < 0) | (rows >= height)
    result[beyond] = paper if image.ndim == 3 else paper[0]
    return result
