"""Text into pages: the images that ``text2image`` would make, and what stands where on them.

Source: ``src/training/text2image.cpp`` (``Main``) and ``pango/stringrenderer.cpp`` (``RenderToImage``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from tessnb.formats.boxfile import BoxChar
from tessnb.network.random import TRand
from tessnb.synthesis.boxes import TextBox, merge_words, rotate, text_boxes
from tessnb.synthesis.collecting import collection_paused
from tessnb.synthesis.coverage import can_render, drop_uncovered, strip_unrenderable
from tessnb.synthesis.degrading import THRESHOLD, degrade, degrade_to_binary, distort
from tessnb.synthesis.entries import box_entries, reading_of
from tessnb.synthesis.face import UNITS, FontFace
from tessnb.synthesis.layout import PlacedLine, first_page_end, page_clusters, place_lines
from tessnb.synthesis.ligatures import LIGATURE_FEATURES, add_ligatures
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.painting import WHITE, paint_columns, paint_lines
from tessnb.synthesis.perspective import Perspective
from tessnb.synthesis.shaping import ShapingOptions
from tessnb.synthesis.typesetting import Typesetter
from tessnb.synthesis.underlining import draw_underlines, underlined
from tessnb.synthesis.widths import narrowed, widened

__all__ = ["RANDOM_SEED", "Page", "PageRenderer", "page_boxes", "weather"]

#: The seed of ``text2image``.
RANDOM_SEED = 0x18273645
_WORD_JOINER = "\u2060"
#: Characters that are looked at for one page.
_PAGE_CHARACTERS = 15000


@dataclass(frozen=True, eq=False)
class Page:
    """A rendered page.

    Attributes
    ----------
    image : ndarray, shape=(height, width), dtype=uint8
        0 ink, 255 paper; nothing between.
    boxes : list of TextBox
        Graphemes (or words) in reading order, moved with the image.
    text : str
        What was set, without what the font cannot draw.
    stripped : list of str
        Words left out because the font cannot draw them.
    dropped : int
        Characters left out for the same reason.
    rotation : float
        Radians clockwise.
    consumed : int
        How much of the source text the page took, in characters.
    """

    image: np.ndarray
    boxes: list[TextBox]
    text: str
    stripped: list[str] = field(default_factory=list)
    dropped: int = 0
    rotation: float = 0.0
    consumed: int = 0


def weather(
    image: np.ndarray, options: RenderOptions, random: TRand, rotation: float = 0.0
) -> tuple[np.ndarray, float, Perspective | None]:
    """Degrade and distort a grey page as the options say.

    Returns
    -------
    image : ndarray, shape=(height, width), dtype=uint8
        0 ink, 255 paper.
    rotation : float
        Radians clockwise.
    perspective : Perspective or None
        Of the rotated page.
    """
    perspective = None
    if options.distort_image and options.perspective:
        perspective = Perspective.drawn(image.shape[1], image.shape[0], random)
    turn = rotation if options.rotate_image else None
    if options.degrade_image and not options.distort_image:
        return *degrade_to_binary(image, options.exposure, random, rotation=turn), None
    if options.degrade_image:
        image, rotation = degrade(image, options.exposure, random, rotation=turn)
    if options.distort_image:
        image = distort(
            image,
            random,
            invert=options.invert,
            white_noise=options.white_noise,
            smooth_noise=options.smooth_noise,
            blur=options.blur,
            perspective=perspective,
        )
    return np.where(image < THRESHOLD, np.uint8(0), np.uint8(WHITE)), rotation, perspective


def page_boxes(pages: Sequence[Page], height: int, guess_lines: bool = False) -> list[BoxChar]:
    """Return the box file's entries for pages of `height` pixels.

    See `box_entries` for `guess_lines`.
    """
    boxes = [page.boxes for page in pages]
    with collection_paused():
        return box_entries(boxes, height, reading_of(boxes), guess_lines=guess_lines)


class PageRenderer:
    """Renders text in one font.

    Parameters
    ----------
    path : path
        The font file.
    index : int
        The face in it.
    options : RenderOptions
    guess_lines : bool
        Find lines by the places of boxes, as the reference does, where words are joined.
    """

    def __init__(
        self, path: str, index: int = 0, options: RenderOptions | None = None, guess_lines: bool = False
    ) -> None:
        self.guess_lines = guess_lines
        self.options = options = options or RenderOptions()
        self.face = FontFace(path, index, options.pixel_size)
        spacing = int(options.char_spacing * options.ptsize) * UNITS
        shaping = ShapingOptions(spacing, LIGATURE_FEATURES if options.ligatures else ())
        length = options.text_height if options.is_vertical else options.text_width
        self.setter = Typesetter(self.face, length * UNITS, shaping, options.writing_mode)

    def pages(
        self, text: str, random: TRand | None = None, rotations: list[float] | None = None
    ) -> Iterator[Page]:
        """Yield the pages of a text.

        Parameters
        ----------
        text : str
        random : TRand, optional
            By default one with ``text2image``'s seed, so that the same text gives the same pages.
        rotations : list of float, optional
            A rotation for each page, in radians clockwise, instead of a random one.
        """
        random = random or TRand(RANDOM_SEED)
        text, _, _ = text.partition("\0")
        start = number = 0
        while start < len(text) and not (self.options.max_pages and number >= self.options.max_pages):
            rotation = rotations[number] if rotations is not None else 0.0
            page = self.page(text[start:], random, rotation)
            if not page.consumed:
                return
            yield page
            start += page.consumed
            number += 1

    def page(self, text: str, random: TRand, rotation: float = 0.0, top: int | None = None) -> Page:
        """Render as much of `text` as one page takes; `top` replaces the upper margin (pixels)."""
        options, face = self.options, self.face
        top = options.margin if top is None else top
        across = options.text_width if options.is_vertical else options.text_height
        end = first_page_end(self.setter, text[:_PAGE_CHARACTERS], options.leading, across)
        shown = text[:end]
        if options.writing_mode == "vertical-upright":
            shown = widened(shown)
        stripped: list[str] = []
        if options.strip_unrenderable_words:
            shown, stripped = strip_unrenderable(face, shown)
        shown, dropped = drop_uncovered(face, shown)
        if options.ligatures:
            shown = add_ligatures(shown, lambda ligature: can_render(face, ligature))
        lines = list(place_lines(self.setter, shown, options.leading))
        image = np.full((options.ysize, options.xsize), WHITE, np.uint8)
        if options.is_vertical:
            paint_columns(image, face, lines, options.xsize - options.margin, top)
        else:
            paint_lines(image, face, lines, options.margin, top)
        if options.underline_start_prob > 0:
            stretches = underlined(
                shown,
                min(options.underline_start_prob, 1.0),
                min(max(options.underline_continuation_prob, 0.0), 1.0),
            )
            if options.is_vertical:
                draw_underlines(np.rot90(image), face, lines, stretches, top, options.margin, vertical=True)
            else:
                draw_underlines(image, face, lines, stretches, options.margin, top)
        image, turned, perspective = weather(image, options, random, rotation)
        with collection_paused():
            boxes = self._boxes(shown, lines, top)
            boxes = rotate(boxes, turned, options.xsize // 2, options.ysize // 2)
            if perspective is not None:
                boxes = perspective.boxes(boxes)
        return Page(image, boxes, shown, stripped, dropped, turned, end)

    def _boxes(self, text: str, lines: list[PlacedLine], top: int) -> list[TextBox]:
        options = self.options
        left = options.xsize - options.margin if options.is_vertical else options.margin
        corner, padding = (left, top), options.box_padding
        clusters = page_clusters(self.face, lines)
        labels = [text[i:j] for i, j in zip(clusters.starts.tolist(), clusters.ends.tolist(), strict=True)]
        inks, numbers = clusters.inks, clusters.lines
        if _WORD_JOINER in labels:
            kept = [place for place, label in enumerate(labels) if label != _WORD_JOINER]
            labels, inks, numbers = [labels[place] for place in kept], inks[kept], numbers[kept]
        if options.ligatures:
            labels = list(map(add_ligatures, labels))
        boxes = text_boxes(labels, inks, numbers.tolist(), UNITS, padding, corner)
        if options.is_vertical:
            boxes = rotate(boxes, math.pi / 2, *corner)
        if options.writing_mode == "vertical-upright":
            boxes = [box._replace(text=narrowed(box.text)) for box in boxes]
        return merge_words(boxes, self.guess_lines) if options.output_word_boxes else boxes
