"""Space around and between letters, measured on pairs of them: ``.fontinfo`` files of Tesseract 3's training.

Source: ``src/training/text2image.cpp`` (``ExtractFontProperties``), ``pango_font_info.cpp``
(``GetSpacingProperties``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tessnb.network.random import TRand
from tessnb.synthesis.boxes import TextBox
from tessnb.synthesis.characters import is_whitespace
from tessnb.synthesis.face import UNITS, FontFace
from tessnb.synthesis.pages import PageRenderer

__all__ = ["LetterSpacing", "fontinfo", "letter_spacings"]


@dataclass
class LetterSpacing:
    """Empty pixels beside a letter.

    Attributes
    ----------
    before, after : int
        Between its box and where its pen begins and ends.
    kerned : dict of str to int
        Pixels between its box and the next letter's, where that is not the sum of the two.
    """

    before: int
    after: int
    kerned: dict[str, int] = field(default_factory=dict)


def letter_spacings(renderer: PageRenderer, text: str) -> dict[str, LetterSpacing]:
    """Measure the letters of a text of pairs, which stand between spaces.

    Parameters
    ----------
    renderer : PageRenderer
    text : str
    """
    options = replace(renderer.options, degrade_image=False, distort_image=False)
    renderer = PageRenderer(str(renderer.face.path), renderer.face.index, options)
    found: dict[str, LetterSpacing] = {}
    start = 0
    while start < len(text):
        page = renderer.page(text[start:], TRand())
        boxes = page.boxes
        start += page.consumed
        if len(boxes) > 2 and not _is_blank(boxes[-1]) and _is_blank(boxes[-2]):
            start -= len(boxes[-1].text)  # the page ended inside a pair
        if not page.consumed:
            break
        _measure(renderer.face, boxes, found)
    return found


def _is_blank(box: TextBox) -> bool:
    return box.rect is None or is_whitespace(box.text[0])


def _measure(face: FontFace, boxes: list[TextBox], found: dict[str, LetterSpacing]) -> None:
    index = 0
    while True:
        while index < len(boxes) and _is_blank(boxes[index]):
            index += 1
        if index + 1 >= len(boxes):
            return
        one, other = boxes[index], boxes[index + 1]
        index += 2
        if one.rect is None or other.rect is None or _is_blank(other):
            continue
        known = [box.text in found for box in (one, other)]
        for box in (one, other):
            spacing = _bearings(face, box)
            if box.text not in found and spacing is not None:
                found[box.text] = spacing
        gap = other.rect.x - one.rect.right
        both_new = not any(known) and one.text in found and other.text in found and one.text != other.text
        if both_new and gap != found[one.text].after + found[other.text].before:
            found[one.text].kerned[other.text] = gap


def _bearings(face: FontFace, box: TextBox) -> LetterSpacing | None:
    bearing = advance = 0
    for number, char in enumerate(box.text):
        index = face.glyph_of(ord(char))
        if not index:
            return None
        glyph = face.glyph(index)
        left = advance + glyph.ink[0] // UNITS
        bearing = left if number == 0 else min(bearing, left)
        advance += -(-glyph.advance // UNITS)
    assert box.rect is not None
    return LetterSpacing(bearing, advance - bearing - box.rect.width)


def fontinfo(spacings: dict[str, LetterSpacing]) -> bytes:
    """Return a ``.fontinfo`` file: the number of letters, then each with its spaces."""
    lines = [str(len(spacings))]
    for text, spacing in sorted(spacings.items(), key=lambda item: item[0].encode()):
        kerned = sorted(spacing.kerned.items(), key=lambda item: item[0].encode())
        parts = [
            text,
            spacing.before,
            spacing.after,
            len(kerned),
            *(part for pair in kerned for part in pair),
        ]
        lines.append(" ".join(map(str, parts)))
    return "".join(f"{line}\n" for line in lines).encode()
