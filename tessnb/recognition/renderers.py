"""Pages as text and as box files, as Tesseract's renderers write them.

Source: ``src/api/renderer.cpp``, ``lstmboxrenderer.cpp``, ``wordstrboxrenderer.cpp`` and ``baseapi.cpp``
(``TessBaseAPI::GetUTF8Text``, ``GetBoxText``).
"""

from __future__ import annotations

from tessnb.recognition.page import PageResult
from tessnb.recognition.words import Box

__all__ = ["character_boxes", "line_character_boxes", "text_of", "word_string_boxes"]

#: What the boxes of line ends are wide.
_LINE_END_WIDTH = 5
#: What stands for a space in a box file of characters.
_REJECT = "~"


def text_of(page: PageResult, number: int = 0, *, separator: str = "\f", keep_spaces: bool = False) -> str:
    """Return the text, with a page separator before every page but the first.

    `keep_spaces` joins words that were read without a space between them (``preserve_interword_spaces``).
    """
    before = separator if number else ""
    if not keep_spaces:
        return before + page.text
    rows = []
    for line in page.lines:
        gaps = [" " if index and word.leading_space else "" for index, word in enumerate(line.words)]
        rows.append("".join(gap + word.text for gap, word in zip(gaps, line.words, strict=True)))
    return before + "".join(f"{row}\n" for row in rows)


def line_character_boxes(page: PageResult, number: int = 0) -> str:
    """Return a box file for training: a row per character, each with its line's box (``lstmbox``)."""
    rows = []
    for line in page.lines:
        left, bottom, right, top = _on_page(line.box, page)
        place = f"{left} {bottom} {right + _LINE_END_WIDTH} {top} {number}\n"
        for index, word in enumerate(line.words):
            if index:
                rows.append(f"  {place}")
            rows += [f"{character.text} {place}" for character in word.characters]
        rows.append(f"\t {place}")
    return "".join(rows)


def word_string_boxes(page: PageResult, number: int = 0) -> str:
    """Return a box file for training: a row per line, with its text behind ``#`` (``wordstrbox``).

    As in the reference, a last line that touches the left or lower edge of the page lacks its end.
    """
    rows = []
    for index, line in enumerate(page.lines):
        left, bottom, right, top = _on_page(line.box, page)
        text = "".join(f"{word.text} " for word in line.words)
        rows.append(f"WordStr {left} {bottom} {right} {top} {number} #{text}")
        last = index == len(page.lines) - 1
        if not last or (left and right and top != page.height and bottom != page.height):
            rows.append(f"\n\t {right + 1} {bottom} {right + _LINE_END_WIDTH} {top} {number}\n")
    return "".join(rows)


def character_boxes(page: PageResult, number: int = 0) -> str:
    """Return a box file of characters (``makebox``)."""
    rows = []
    for line in page.lines:
        for word in line.words:
            for character in word.characters:
                left, bottom, right, top = _on_page(character.box, page)
                text = character.text.replace(" ", _REJECT)
                rows.append(f"{text} {left} {bottom} {right} {top} {number}\n")
    return "".join(rows)


def _on_page(box: Box | None, page: PageResult) -> Box:
    if box is None:
        return 0, 0, 0, 0
    left, bottom, right, top = box
    return max(left, 0), max(bottom, 0), min(right, page.width), min(top, page.height)
