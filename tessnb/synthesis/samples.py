"""One page of a text in every font that has its characters (``text2image --find_fonts``).

Source: ``stringrenderer.cpp`` (``RenderAllFontsToImage``), ``pango_font_info.cpp`` (``FontScore``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tessnb.network.random import TRand
from tessnb.synthesis.characters import is_whitespace
from tessnb.synthesis.coverage import can_render
from tessnb.synthesis.face import FontFace
from tessnb.synthesis.fonts import Font
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.pages import RANDOM_SEED, PageRenderer, weather

__all__ = ["FontSample", "font_samples"]

_SAMPLE_PTSIZE, _TITLE_PTSIZE = 12, 8
_TITLE = "%s : %d hits = %.2f%%, raw = %d = %.2f%%"


@dataclass(frozen=True, eq=False)
class FontSample:
    """How much of a text a font has, and the text's first page in it.

    Attributes
    ----------
    font : Font
    covered : int
        Characters of the text that the font has.
    total : int
        Characters of the text.
    title : str
        The line that is printed on the page.
    image : ndarray, shape=(height, width), dtype=uint8, or None
        None if the font lacks too much.
    stripped : list of str
        Words that the font cannot draw and that were left out.
    """

    font: Font
    covered: int
    total: int
    title: str
    image: np.ndarray | None
    stripped: list[str]


def font_samples(
    text: str, fonts: Sequence[Font], options: RenderOptions | None = None, min_coverage: float = 1.0
) -> Iterator[FontSample]:
    """Yield a sample for each font.

    Parameters
    ----------
    text : str
    fonts : sequence of Font
    options : RenderOptions
        The font size is 12 points in any case.
    min_coverage : float
        Fraction of the text's characters that a font needs to be rendered.
    """
    options = replace(options or RenderOptions(), ptsize=_SAMPLE_PTSIZE)
    plain = replace(options, degrade_image=False, distort_image=False)
    title_options = replace(plain, ptsize=_TITLE_PTSIZE)
    counts, random = Counter(text), TRand(RANDOM_SEED)
    title_font = next(
        (font for font in fonts if can_render(FontFace(font.path, font.index), _TITLE.replace(" ", ""))), None
    )
    top = options.margin
    for font in fonts:
        has = [char for char in counts if is_whitespace(char) or ord(char) in font.characters]
        covered, total = sum(counts[char] for char in has), len(text)
        title = _TITLE % (
            font.name,
            covered,
            100.0 * covered / total,
            len(has),
            100.0 * len(has) / len(counts),
        )
        image, stripped = None, []
        if covered and covered >= total * min_coverage:
            page = PageRenderer(font.path, font.index, plain).page(text, random, top=top)
            image, stripped = page.image, page.stripped
            if title_font is not None:
                header = PageRenderer(title_font.path, title_font.index, title_options)
                image = np.minimum(image, header.page(title, random, top=top // 8).image)
            top = top // 8 * 8  # the reference divides its margin for the title and multiplies it back
            image, *_ = weather(image, options, random)
        yield FontSample(font, covered, total, title, image, stripped)
