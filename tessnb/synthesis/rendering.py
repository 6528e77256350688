"""Text and fonts into training lines, in one call: what ``text2image`` and ``lstm.train`` do in two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tessnb.errors import InputError
from tessnb.lines import TrainingLine, cut_page
from tessnb.synthesis.finding import find_font
from tessnb.synthesis.fonts import Font
from tessnb.synthesis.options import RenderOptions
from tessnb.synthesis.pages import PageRenderer, page_boxes

__all__ = ["iter_render", "render"]


def render(text: str, fonts: Sequence[Font | str], *, lang: str = "", **options: Any) -> list[TrainingLine]:
    """Render a text in each of several fonts, and cut the pages into training lines.

    Parameters
    ----------
    text : str
        What to render; its line breaks are kept, lines that do not fit are wrapped.
    fonts : sequence of Font or str
        As `find_fonts` returns them, or their names.
    lang : str
        The language that the lines shall bear.
    **options
        Fields of `RenderOptions`: ``xsize``, ``ptsize``, ``exposure``, ``degrade_image``, …; ``text2image``'s
        flags by their names.

    Returns
    -------
    list of TrainingLine
        Font by font, in the order of the text. Each knows its transcription, its boxes and its font.

    Raises
    ------
    InputError
        If there are no fonts, an option does not exist or has an impossible value, or nothing of the text can
        be drawn.

    Examples
    --------
    >>> lines = render("Sphinx of black quartz,\\njudge my vow.", ["DejaVu Sans"], xsize=1200)
    >>> [line.transcription for line in lines]
    ['Sphinx of black quartz,', 'judge my vow.']
    """
    lines = list(iter_render(text, fonts, lang=lang, **options))
    if not lines:
        raise InputError("nothing of the text could be drawn", found=repr(text[:60]))
    return lines


def iter_render(
    text: str, fonts: Sequence[Font | str], *, lang: str = "", **options: Any
) -> Iterator[TrainingLine]:
    """Yield the lines of `render` page by page, for texts too long for memory."""
    if isinstance(fonts, str | Font):
        fonts = [fonts]
    if not fonts:
        raise InputError(
            "there are no fonts to render with",
            hint="find_fonts(covering=text) lists those that have all characters",
        )
    try:
        settings = RenderOptions(**options)
    except TypeError:
        unknown = [name for name in options if name not in RenderOptions.__dataclass_fields__]
        expected = ", ".join(RenderOptions.__dataclass_fields__)
        raise InputError(
            "no such rendering option", found=", ".join(unknown), expected=f"one of {expected}"
        ) from None
    for each in fonts:
        font = find_font(each) if isinstance(each, str) else each
        renderer = PageRenderer(font.path, font.index, settings)
        for number, page in enumerate(renderer.pages(text)):
            boxes = page_boxes([page], settings.ysize)
            yield from cut_page(
                page.image, boxes, number=number, source=font.name, language=lang, font=font.name
            ).lines
