"""What can be wrong with a single training line, and how each trouble is mended.

A check finds particulars of one kind of trouble in a line; where there is a remedy, `Check.mend` returns the
lines to train on instead: one, several, or none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tessnb.analysis.characters import dominant_script
from tessnb.analysis.ink import PADDING, ink_bands, ink_box
from tessnb.analysis.marks import with_text
from tessnb.charset.clusters import graphemes
from tessnb.charset.encoder import Encoder, describe_character, nearest_encodable
from tessnb.charset.normalization import normalize_utf8
from tessnb.lines import TrainingLine
from tessnb.synthesis.bidi import embedding_levels, visual_order

__all__ = ["CHECKS", "Check", "Finding", "Target", "time_steps"]

#: Widest line that is trained on, in its own heights.
_WIDEST = 128
#: Scripts that are written in columns, with upright characters.
_WRITTEN_DOWNWARDS = {"Han", "Hiragana", "Katakana", "Hangul", "Bopomofo"}
#: Letters smaller than this part of the image's height become hard to read when it is scaled.
_LEAST_INK = 0.4
_ENDINGS = set("ךםןףץةى")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]"
)


@dataclass(frozen=True)
class Target:
    """What the lines are for.

    Attributes
    ----------
    encoder : Encoder
    height : int
        Of the network's input in pixels.
    factor : int
        Pixels of it per time step.
    """

    encoder: Encoder
    height: int
    factor: int


class Finding(NamedTuple):
    """Particulars of a trouble: in words; and where it is about a character, that and its substitute."""

    found: str
    character: str = ""
    nearest: str = ""


@dataclass(frozen=True)
class Check:
    """A kind of trouble.

    Attributes
    ----------
    kind : str
    severity : str
        ``error``: the line will be skipped, or teach something wrong. ``warning``: it probably hurts.
        ``note``: good to know.
    advice : str
        What to do.
    find : callable, optional
        Takes a line and a target, returns findings; none for what only a whole set shows.
    mend : callable, optional
        Takes the same, returns lines instead.
    remedy : str
        What `mend` does, in words.
    """

    kind: str
    severity: str
    advice: str
    find: Callable[[TrainingLine, Target], list[Finding]] | None = None
    mend: Callable[[TrainingLine, Target], list[TrainingLine]] | None = None
    remedy: str = ""

    def findings(self, line: TrainingLine, target: Target) -> list[Finding]:
        """Return what `find` finds."""
        return self.find(line, target) if self.find is not None else []

    def mended(self, line: TrainingLine, target: Target) -> list[TrainingLine]:
        """Return the lines to train on instead, the line itself if nothing is wrong or can be done."""
        if self.mend is None or not self.findings(line, target):
            return [line]
        return self.mend(line, target)


def _leave_out(line: TrainingLine, target: Target) -> list[TrainingLine]:
    return []


# Texts.


def _controls(line: TrainingLine, target: Target) -> list[Finding]:
    found = dict.fromkeys(_CONTROLS.findall(line.transcription))
    return [Finding(describe_character(character), character) for character in found]


def _without_controls(line: TrainingLine, target: Target) -> list[TrainingLine]:
    text = re.sub(r"[\t\n\v\f\r\x85]+", " ", line.transcription)
    return [with_text(line, _CONTROLS.sub("", text))]


def _normalization(line: TrainingLine, target: Target) -> list[Finding]:
    text = _CONTROLS.sub("", line.transcription)
    if not text.strip():
        return []
    normal, valid = normalize_utf8(text, graphemes=True)
    if normal == text and valid:
        return []
    place = next((at for at, (a, b) in enumerate(zip(text, normal, strict=False)) if a != b), len(normal))
    around = text[max(place - 1, 0) : place + 2]
    how = "is not normalized (NFC)" if valid else "has invalid sequences"
    codes = " ".join(f"U+{ord(character):04X}" for character in around)
    return [Finding(f"{how} near {around!r} ({codes})", around)]


def _normalized(line: TrainingLine, target: Target) -> list[TrainingLine]:
    return [with_text(line, normalize_utf8(line.transcription, graphemes=True).text)]


def _edge_spaces(line: TrainingLine, target: Target) -> list[Finding]:
    text = line.transcription
    if text == text.strip() or not text.strip():
        return []
    before, after = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    return [Finding(f"{before} before the text, {after} behind it")]


def _stripped(line: TrainingLine, target: Target) -> list[TrainingLine]:
    return [with_text(line, line.transcription.strip())]


def _is_logical(line: TrainingLine) -> str:
    """Return how one sees that a right-to-left text is in reading order, empty if it is not."""
    text = line.transcription
    places = [
        (int(box[0]), index)
        for index, (box, letter) in enumerate(zip(line.boxes, line.box_texts, strict=False))
        if _RIGHT_TO_LEFT.search(letter)
    ]
    if len(places) > 1 and "".join(line.box_texts[: len(line.boxes)]).strip() == text.strip():
        falling = sum(after[0] < before[0] for before, after in pairwise(places))
        return "its boxes go from right to left" if 2 * falling > len(places) - 1 else ""
    words = [word.strip(".,;:!?()[]\"'") for word in text.split() if _RIGHT_TO_LEFT.search(word)]
    words = [word for word in words if len(word) > 1]
    behind = sum(word[-1] in _ENDINGS for word in words) + sum(word.startswith("ال") for word in words)
    before = sum(word[0] in _ENDINGS for word in words) + sum(word.endswith("لا") for word in words)
    return "final letters stand at the right ends of words" if behind > before else ""


def _direction(line: TrainingLine, target: Target) -> list[Finding]:
    if not _RIGHT_TO_LEFT.search(line.transcription):
        return []
    why = _is_logical(line)
    return [Finding(f"right-to-left text in reading order: {why}")] if why else []


def _visual(line: TrainingLine, target: Target) -> list[TrainingLine]:
    pieces = graphemes(line.transcription)
    starts = np.cumsum([0, *map(len, pieces)])[:-1]
    levels = np.array(embedding_levels(line.transcription, 1))[starts]
    text = "".join(visual_order(pieces, levels.tolist()))
    order = sorted(range(len(line.boxes)), key=lambda index: int(line.boxes[index][0]))
    if "".join(line.box_texts[: len(line.boxes)]) == line.transcription and order:
        texts = [line.box_texts[index] for index in order]
        return [replace(line, transcription=text, boxes=line.boxes[order], box_texts=texts)]
    return [with_text(line, text)]


def _unencodable(line: TrainingLine, target: Target) -> list[Finding]:
    return [
        Finding(
            describe_character(character),
            character,
            nearest_encodable(character, target.encoder.unicharset) or "",
        )
        for character in target.encoder.missing(_CONTROLS.sub("", line.transcription))
    ]


def _encodable(line: TrainingLine, target: Target) -> list[TrainingLine]:
    text = line.transcription
    for finding in _unencodable(line, target):
        if not finding.nearest:
            return []
        text = text.replace(finding.character, finding.nearest)
    return [with_text(line, text)]


def _empty(line: TrainingLine, target: Target) -> list[Finding]:
    text = line.transcription
    if text.strip():
        return []
    return [Finding("only white space" if text else "no text")]


# Images.


def _blank_image(line: TrainingLine, target: Target) -> list[Finding]:
    box = ink_box(line.image)
    return [] if box else [Finding(f"{line.width} x {line.height} pixels without ink")]


def _several_lines(line: TrainingLine, target: Target) -> list[Finding]:
    bands = ink_bands(line.image)
    if len(bands) < 2:
        return []
    texts = line.transcription.strip("\n").count("\n") + 1
    return [Finding(f"{len(bands)} rows of ink, {texts} of text")]


def _split(line: TrainingLine, target: Target) -> list[TrainingLine]:
    bands, texts = ink_bands(line.image), line.transcription.strip("\n").split("\n")
    if len(bands) != len(texts):
        return []
    parts = []
    for (top, bottom), text in zip(bands, texts, strict=True):
        rows = line.image[max(top - PADDING, 0) : bottom + PADDING]
        parts.append(replace(line, image=rows, transcription=text, boxes=np.zeros((0, 4)), box_texts=[text]))
    return parts


def _too_tall(line: TrainingLine, target: Target) -> list[Finding]:
    box = ink_box(line.image)
    if box is None or len(ink_bands(line.image)) > 1:
        return []
    tall = box[3] - box[1]
    share = tall / line.height
    if share >= _LEAST_INK or not line.transcription.strip("-–—_=.…·, "):
        return []
    return [Finding(f"ink is {tall} of {line.height} pixels high: {share * target.height:.0f} when scaled")]


def _cropped(line: TrainingLine, target: Target) -> list[TrainingLine]:
    box = ink_box(line.image)
    if box is None:
        return [line]
    top, bottom = max(box[1] - PADDING, 0), min(box[3] + PADDING, line.height)
    boxes = np.array(line.boxes)
    if len(boxes):
        boxes[:, [1, 3]] = (boxes[:, [1, 3]] - (line.height - bottom)).clip(0, bottom - top)
    return [replace(line, image=line.image[top:bottom], boxes=boxes)]


def _vertical(line: TrainingLine, target: Target) -> list[Finding]:
    letters = sum(not unicodedata.combining(character) for character in line.transcription.strip())
    if line.vertical or letters < 3 or line.height < 2 * line.width:
        return []
    return [Finding(f"{letters} characters in {line.width} x {line.height} pixels")]


def _turned(line: TrainingLine, target: Target) -> list[TrainingLine]:
    """Turn vertical text as Tesseract does; which way another script was turned cannot be told."""
    if dominant_script(line.transcription) not in _WRITTEN_DOWNWARDS:
        return []
    image = np.ascontiguousarray(np.rot90(line.image))
    texts = [line.transcription]
    return [replace(line, image=image, boxes=np.zeros((0, 4), np.int16), box_texts=texts, vertical=True)]


def _scaled_width(line: TrainingLine, target: Target) -> int:
    height = target.height or line.height
    return int(float(np.float32(height) / np.float32(line.height) * np.float32(line.width)) + 0.5)


def time_steps(line: TrainingLine, target: Target) -> int:
    """Return how many outputs the network gives for a line."""
    return _scaled_width(line, target) // target.factor


def _too_wide(line: TrainingLine, target: Target) -> list[Finding]:
    width, height = _scaled_width(line, target), target.height or line.height
    if width <= _WIDEST * height:
        return []
    return [Finding(f"{width} pixels when scaled", "", "")]


def _too_small(line: TrainingLine, target: Target) -> list[Finding]:
    width = _scaled_width(line, target)
    return [Finding(f"{width} pixels wide when scaled")] if width < target.factor else []


def _no_room(line: TrainingLine, target: Target) -> list[Finding]:
    encoder = target.encoder
    ids = encoder.unichar_ids(line.transcription)
    if not ids:
        return []
    codes = [code for unichar_id in ids for code in encoder.recoder.encode(unichar_id)]
    repeats = 0 if encoder.simple_text else sum(a == b for a, b in pairwise(codes))
    steps = time_steps(line, target)
    if len(codes) + repeats <= steps:
        return []
    return [Finding(f"{steps} time steps for {len(codes)} labels and {repeats} nulls between equal ones")]


def _no_font(line: TrainingLine, target: Target) -> list[Finding]:
    return [] if line.font else [Finding("no font is noted")]


def _no_boxes(line: TrainingLine, target: Target) -> list[Finding]:
    return [] if len(line.boxes) else [Finding("no boxes")]


#: All checks of single lines, in the order in which they are mended.
CHECKS = (
    Check("several_lines", "error", "Cut the image into lines", _several_lines, _split,
          "cut it where text and ink have as many rows, else leave it out"),
    Check("control_characters", "error", "Remove them; white space of other kinds is a space",
          _controls, _without_controls, "remove them"),
    Check("normalization", "warning", "Normalize texts as the character set was", _normalization, _normalized,
          "normalize the text (NFC) and take out invalid sequences"),
    Check("edge_spaces", "warning", "Strip the text: a space at an edge has no ink around it",
          _edge_spaces, _stripped, "strip the text"),
    Check("wrong_direction", "error",
          "Write right-to-left text from left to right as it stands in the image, as Tesseract trains it",
          _direction, _visual, "reorder the text"),
    Check("unencodable", "error",
          "Change the text, or teach the character: fine_tune adds those of lines in memory",
          _unencodable, _encodable, "take the nearest encodable characters, else leave the line out"),
    Check("empty", "error", "Transcribe it", _empty, _leave_out, "leave it out"),
    Check("blank_image", "error", "Look at the image", _blank_image, _leave_out, "leave it out"),
    Check("too_tall", "warning", "Crop the image: it is scaled by its height, so the letters become tiny",
          _too_tall, _cropped, "crop it to the ink"),
    Check("vertical", "warning", "Turn vertical text by a quarter, from upright characters to the left",
          _vertical, _turned, "turn East Asian text; leave others out, for which way to turn is not known"),
    Check("too_wide", "error", "Cut the line: images wider than 128 of their heights are not trained on",
          _too_wide, _leave_out, "leave it out"),
    Check("too_small", "error", "Take a larger image", _too_small, _leave_out, "leave it out"),
    Check("no_room", "error", "Take a wider image, a shorter text, or a network that shrinks the width less",
          _no_room, _leave_out, "leave it out"),
    Check("missing_font", "note", "Note the font, to compare fonts later", _no_font),
    Check("missing_boxes", "note",
          "Nothing, unless you want to see places: lines with boxes are never tried inverted", _no_boxes),
)  # fmt: skip
