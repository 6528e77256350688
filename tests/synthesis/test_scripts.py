"""Pages and boxes of every script beside those of the real ``text2image``."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from tessnb.commands import text2image
from tessnb.formats.boxfile import read_boxes
from tessnb.synthesis.boundaries import cursor_positions
from tessnb.synthesis.boxes import Rect, TextBox
from tessnb.synthesis.breaking import BreakPositions
from tessnb.synthesis.entries import Reading, box_entries, reading_of, reading_of_text
from tessnb.synthesis.finding import FontNotFoundError, find_font
from tessnb.synthesis.rendering import render
from tests.synthesis.sentences import SENTENCES
from tests.synthesis.text2image import assert_alike, compare

PAGE = {"xsize": 1100, "ysize": 900, "degrade_image": False}
#: FreeType hints outlines without instructions by itself, and a little differently in every version.
UNHINTED = frozenset(["bod"])


def sentences_of(language: str, folder: Path) -> tuple[str, Path]:
    """A font and a file with the sentences of a language."""
    font, sentences = SENTENCES[language]
    try:
        find_font(font)
    except FontNotFoundError:
        pytest.skip(f"{font} is not installed; binder/system_packages.py --for test installs it")
    path = folder / "text.txt"
    path.write_text(sentences, encoding="utf-8")
    return font, path


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences(language: str, tmp_path: Path) -> None:
    font, text = sentences_of(language, tmp_path)
    result = compare(tmp_path, text, font, **PAGE)
    assert sum(len(box.text.strip()) for box in result.our_boxes) > 20
    if language in UNHINTED:
        assert [box.text for box in result.our_boxes] == [box.text for box in result.their_boxes]
        assert result.box_differences().max() <= 1
    else:
        assert_alike(result, language)
        assert result.box_differences().max() == 0
        assert result.wrong_pixels == 0.0


@pytest.mark.parametrize("language", ["heb", "ara", "hin", "tha", "khm"])
def test_letter_spacing(language: str, tmp_path: Path) -> None:
    """Space goes between graphemes, never into one; and a narrow page breaks long words anywhere."""
    font, text = sentences_of(language, tmp_path)
    assert_alike(compare(tmp_path, text, font, **PAGE | {"xsize": 700}, char_spacing=0.4), language)


@pytest.mark.parametrize("language", ["ara", "hin", "chi_sim", "tha"])
def test_noise_and_rotation(language: str, tmp_path: Path) -> None:
    """Boxes turn with the page, and what right-to-left text guesses about its lines with them."""
    font, text = sentences_of(language, tmp_path)
    text.write_text(text.read_text("utf-8") * 3, encoding="utf-8")
    assert_alike(compare(tmp_path, text, font, xsize=1300, ysize=700), language)


@pytest.mark.parametrize(("language", "font"), [("heb", "FreeSans"), ("ara", "DejaVu Sans")])
def test_training_text(language: str, font: str, tmp_path: Path) -> None:
    """Numbers, brackets and Latin words inside right-to-left lines, wrapped at the margin."""
    folder = os.environ.get("TESSNB_TEST_DATA")
    if not folder:
        pytest.skip("TESSNB_TEST_DATA names no folder")
    source = Path(folder) / f"langdata/{language}/{language}.training_text"
    text = tmp_path / "text.txt"
    text.write_text(source.read_text("utf-8").replace("\n", " ")[:2500] + "\n(12) 34\n", encoding="utf-8")
    assert_alike(compare(tmp_path, text, font, xsize=1400), language)


def test_right_to_left_lines_are_in_visual_order() -> None:
    """What is trained is what stands on the page from left to right, as in the reference's box files."""
    (line,) = render("שלום עולם יפה 12 ab", "FreeSerif", degrade_image=False, xsize=900, ysize=300)
    assert line.transcription == "ab 12 הפי םלוע םולש"
    assert all(left[0] <= right[0] for left, right in pairwise(line.boxes))


def test_line_ends_are_known_unless_they_shall_be_guessed() -> None:
    """A mark left of its letter is no new line; the reference takes it for one at a line's beginning."""
    boxes = [
        TextBox("ก", Rect(10, 10, 20, 20), 0),
        TextBox("ิ", Rect(8, 2, 10, 6), 0),
        TextBox("ข", Rect(40, 10, 20, 20), 0),
        TextBox(" ", None, 0),
        TextBox("ค", Rect(42, 50, 20, 20), 1),
    ]
    known = box_entries([boxes], 100, Reading())
    guessed = box_entries([boxes], 100, Reading(), guess_lines=True)
    assert [box.text for box in known] == ["ก", "ิ", "ข", "\t", "ค"]
    assert [box.text for box in guessed] == ["ก", "\t", "ิ", "ข", " ", "ค"]


def test_reading_direction() -> None:
    assert reading_of_text("שלום abc") == Reading(right_to_left=False)
    assert reading_of_text("שלום עולם 12") == Reading(right_to_left=True)
    column = [TextBox("字", Rect(10, 40 * index, 30, 30), 0) for index in range(3)]
    assert reading_of([column]) == Reading(vertical=True)


def test_box_files_are_the_reference_s_bytes(tmp_path: Path) -> None:
    font, text = sentences_of("ara", tmp_path)
    result = compare(tmp_path, text, font, **PAGE)
    out = tmp_path / "ours"
    flags = ["--xsize=1100", "--ysize=900", "--degrade_image=false"]
    assert text2image.run([f"--text={text}", f"--outputbase={out}", f"--font={font}", *flags]) == 0
    assert out.with_suffix(".box").read_bytes() == (tmp_path / "reference.box").read_bytes()
    assert [box.text for box in read_boxes(out.with_suffix(".box"))] == [b.text for b in result.their_boxes]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("at th:1px, 1.5:2", "at |th:|1px, |1.5:2"),
        ("a - b ->c ,6", "a |- |b |-|>c ,|6"),
        ("宁雍:2008（一）", "宁|雍:|2008|（一）"),
        ("ภาษาไทย", "ภาษา|ไทย"),
        ("ភាសាខ្មែរ", "ភាសាខ្មែរ"),
        ("가나 $1,000.50)%", "가|나 |$1,000.50)%"),
        ("co\u00adop e\u0301tat\u200bx\u2060-y", "co\u00ad|op |e\u0301tat\u200b|x\u2060-|y"),
    ],
)
def test_where_lines_may_end(text: str, ends: str) -> None:
    """Pango's choices, which differ from those of ICU's own iterator."""
    cuts = [0, *sorted(BreakPositions(text, final=True).words), len(text)]
    parts = [text[start:end] for start, end in pairwise(cuts)]
    assert "|".join(part for part in parts if part) == ends


def test_where_a_cursor_may_stand() -> None:
    """Letter spacing goes there: not into syllables, conjuncts with a joiner, or emoji sequences."""
    for text, expected in (
        ("क्षि", ["क्", "षि"]),
        ("ශ්\u200dරී", ["ශ්\u200dරී"]),
        ("\u1112\u1161\u11ab가", ["\u1112\u1161\u11ab", "가"]),
        ("น้ำ", ["น้", "ำ"]),
        ("👩\u200d👧🇩🇪🇫🇷", ["👩\u200d👧", "🇩🇪", "🇫🇷"]),
        ("र\u200dय", ["र\u200dय"]),
    ):
        cuts = sorted(cursor_positions(text))
        assert [text[start:end] for start, end in pairwise(cuts)] == expected


@pytest.mark.parametrize("language", ["jpn", "kor", "chi_sim", "heb", "rus"])
@pytest.mark.parametrize("mode", ["vertical", "vertical-upright"])
def test_vertical_text(language: str, mode: str, tmp_path: Path) -> None:
    font, text = sentences_of(language, tmp_path)
    with text.open("a", encoding="utf-8") as file:
        file.write("Ab 12 \u4e00\u4e8c\u3001 x\n")
    result = compare(tmp_path, text, font, **PAGE, writing_mode=mode)
    assert_alike(result, f"{language} {mode}")
    assert result.wrong_pixels == 0.0


@pytest.mark.parametrize(
    "settings",
    [
        {"degrade_image": True, "xsize": 1300},
        {"char_spacing": 0.3},
        {"box_padding": 4},
        {"output_word_boxes": True},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_vertical_settings(settings: dict[str, object], tmp_path: Path) -> None:
    font, text = sentences_of("jpn", tmp_path)
    result = compare(tmp_path, text, font, **{**PAGE, **settings}, writing_mode="vertical")
    assert_alike(result, str(settings))


@pytest.mark.parametrize(
    ("language", "mode"), [("heb", "horizontal"), ("hin", "horizontal"), ("rus", "vertical")]
)
def test_underlines(language: str, mode: str, tmp_path: Path) -> None:
    """Below words of both directions in one line, and beside letters that lie on their side."""
    font, text = sentences_of(language, tmp_path)
    lines = {"underline_start_prob": 0.4, "underline_continuation_prob": 0.5, "writing_mode": mode}
    result = compare(tmp_path, text, font, **PAGE, **lines)
    assert_alike(result, language)
    assert result.wrong_pixels == 0.0
