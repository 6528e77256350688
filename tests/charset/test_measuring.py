"""Sizes of characters from fonts: the scale of langdata's files, and complete unicharsets without them."""

from __future__ import annotations

from pathlib import Path

import freetype
import pytest

import tessnb as tn
from tessnb.charset import add_texts, measure_unichars, setup_basic_properties
from tessnb.charset.unicharset import properties_of
from tessnb.commands import main
from tessnb.errors import InputError
from tessnb.formats.unicharset import Unicharset
from tessnb.synthesis import Font
from tessnb.synthesis.finding import find_font
from tests.conftest import run_tool

LATIN_FONTS = (
    *(f"DejaVu {kind}" for kind in ("Sans", "Serif", "Sans Mono")),
    *(f"Liberation {kind}" for kind in ("Sans", "Serif", "Mono", "Sans Narrow")),
    *("FreeSans", "FreeSerif"),
)


def unicharset_of(*texts: str) -> Unicharset:
    unicharset = Unicharset()
    add_texts(unicharset, texts)
    setup_basic_properties(unicharset)
    return unicharset


@pytest.fixture(scope="module")
def fonts() -> list[Font]:
    return [find_font(name) for name in LATIN_FONTS]


def test_what_one_font_draws(fonts: list[Font]) -> None:
    """Against FreeType's unhinted outlines, with the x-height as 128 units above a baseline at 64."""
    unicharset = unicharset_of("xgH")
    assert measure_unichars(unicharset, fonts[:1]) == []
    face = freetype.Face(fonts[0].path)
    face.load_char("x", freetype.FT_LOAD_NO_SCALE)
    unit = 128 / face.glyph.metrics.horiBearingY
    for entry in unicharset.entries[3:]:
        face.load_char(entry.unichar, freetype.FT_LOAD_NO_SCALE)
        metrics = face.glyph.metrics
        top = 64 + unit * metrics.horiBearingY
        assert entry.min_top == entry.max_top == min(round(top), 255)
        bottom = max(round(top - unit * metrics.height), 0)
        assert entry.min_bottom == entry.max_bottom == bottom
        assert entry.width == entry.width_sd == round(unit * metrics.width)
        assert entry.bearing == entry.bearing_sd == round(unit * metrics.horiBearingX)
        assert entry.advance == entry.advance_sd == round(unit * metrics.horiAdvance)


def test_several_fonts_make_ranges(fonts: list[Font]) -> None:
    together, alone = unicharset_of("agW%"), [unicharset_of("agW%") for _ in fonts]
    measure_unichars(together, fonts)
    for font, unicharset in zip(fonts, alone, strict=True):
        measure_unichars(unicharset, [font])
    for name, choose in (("min_top", min), ("max_top", max), ("width", min), ("width_sd", max)):
        for unichar_id in range(3, len(together)):
            values = [getattr(unicharset.entries[unichar_id], name) for unicharset in alone]
            assert getattr(together.entries[unichar_id], name) == choose(values)


@pytest.mark.parametrize(
    ("script", "text", "names"),
    [
        ("Latin", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", LATIN_FONTS),
        ("Devanagari", "कखगघचछजझटठडढतथदधनपफबभमयरलवश", ("Noto Sans Devanagari", "FreeSans")),
        ("Bengali", "কখগঘচছজঝটঠডঢতথদধনপফবভমযরল", ("Noto Sans Bengali", "Noto Serif Bengali")),
        ("Thai", "กขคงจชซญดตถทนบปผ", ("Noto Sans Thai", "Noto Serif Thai")),
        ("Khmer", "កខគឃងចឆជ", ("Noto Sans Khmer", "Noto Serif Khmer")),
    ],
)
def test_within_the_ranges_of_langdata(
    script: str, text: str, names: tuple[str, ...], test_data: Path | None
) -> None:
    """Theirs come from hundreds of fonts, ours from a few: bottoms and tops within, widths about."""
    if test_data is None:
        pytest.skip("needs langdata")
    unicharset, theirs = (
        unicharset_of(text),
        Unicharset.read(test_data / "langdata_lstm" / f"{script}.unicharset"),
    )
    assert measure_unichars(unicharset, [find_font(name) for name in names]) == []
    for entry in unicharset.entries[3:]:
        known = properties_of(theirs, entry.unichar)
        assert known is not None
        assert known.min_bottom - 6 <= entry.min_bottom <= entry.max_bottom <= known.max_bottom + 6
        assert known.min_top - 6 <= entry.min_top <= entry.max_top <= known.max_top + 6
        assert 0.8 * known.width <= entry.width <= entry.width_sd <= 1.2 * known.width_sd
        assert 0.8 * known.advance <= entry.advance <= entry.advance_sd <= 1.2 * known.advance_sd


def test_graphemes_ligatures_and_what_no_font_has(fonts: list[Font]) -> None:
    told: list[str] = []
    deva = find_font("Noto Sans Devanagari")
    unicharset = unicharset_of("क्ष", "e\u0301x", "ſt", "日")
    unicharset.insert("\ue006")  # ſh
    assert measure_unichars(unicharset, [*fonts, deva], report=told.append) == ["日"]
    assert told == ["No font has 日: its size stays unknown"]
    long_s, conjunct = unicharset.entries[unicharset.id_of("\ue006")], unicharset.entries[3]
    assert long_s.width > 0
    assert conjunct.unichar == "क्ष"
    assert 150 <= conjunct.min_top <= 210
    known = unicharset.entries[unicharset.id_of("日")]
    assert (known.min_bottom, known.max_top, known.width) == (0, 255, 0)


def test_sizes_that_are_there_stay(fonts: list[Font]) -> None:
    unicharset = unicharset_of("ab")
    unicharset.entries[3].width = unicharset.entries[3].advance = 7.0
    measure_unichars(unicharset, fonts[:1])
    assert unicharset.entries[3].width == 7
    assert unicharset.entries[4].width > 50
    measure_unichars(unicharset, fonts[:1], all_unichars=True)
    assert unicharset.entries[3].width > 50
    with pytest.raises(InputError, match="no fonts to measure"):
        measure_unichars(unicharset, [])


def test_a_starter_without_langdata_is_complete(fonts: list[Font], tmp_path: Path) -> None:
    """Every character has its size, and the real trainer takes it."""
    starter = tn.make_starter("Sphinx of black quartz, judge my vow (1984)!", lang="eng", fonts=fonts)
    unicharset = Unicharset.from_bytes(starter["lstm-unicharset"])
    for entry in unicharset.entries[3:]:
        assert entry.width > 0
        assert entry.advance > 0
        assert entry.max_top < 255 or entry.min_top > 192
        assert entry.script in ("Latin", "Common")
    bracket = unicharset.entries[unicharset.id_of("(")]
    assert unicharset.unichar_of(bracket.mirror) == ")"
    starter.write(tmp_path / "eng.traineddata")
    listed = run_tool("combine_tessdata", "-d", tmp_path / "eng.traineddata")
    assert "lstm-unicharset" in listed.stdout + listed.stderr


def test_flags_of_the_tools(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    unicharset_of("Sphinx 12").write(tmp_path / "raw")
    flags = ["--measure_fonts", "DejaVu Sans; FreeSerif"]
    done = ["set_unicharset_properties", "-U", str(tmp_path / "raw"), "-O", str(tmp_path / "done"), *flags]
    assert main(done) == 0
    assert "Measuring characters in 2 font(s)" in capfd.readouterr().err
    sizes = [entry.width for entry in Unicharset.read(tmp_path / "done").entries[3:]]
    assert all(sizes)
    model = ["combine_lang_model", "--input_unicharset", str(tmp_path / "raw"), "--lang", "xyz", *flags]
    assert main([*model, "--output_dir", str(tmp_path / "out")]) == 0
    made = Unicharset.read(tmp_path / "out" / "xyz" / "xyz.unicharset")
    assert [entry.width for entry in made.entries[3:]] == sizes
    assert main([*model[:-1], "No Such Font", "--output_dir", str(tmp_path / "none")]) == 1
    assert "No Such Font" in capfd.readouterr().err
