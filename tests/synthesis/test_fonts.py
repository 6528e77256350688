"""Fonts: what they are called, which are found, what they cover."""

from __future__ import annotations

from pathlib import Path

import pytest

from tessnb.errors import InputError
from tessnb.synthesis.finding import FontNotFoundError, find_font, find_fonts, find_stand_in
from tessnb.synthesis.fontnames import Description, describe, parse_description
from tessnb.synthesis.fonts import fonts_of_file, installed_fonts
from tests.conftest import run_tool
from tests.synthesis.text2image import FONTS_DIR

NARROW = "Liberation Sans Narrow Bold Condensed"


def test_names_are_those_of_the_reference(tmp_path: Path) -> None:
    """All fonts of this machine, by the very names that ``--list_available_fonts`` prints."""
    flags = ["--list_available_fonts", f"--fonts_dir={FONTS_DIR}", f"--fontconfig_tmpdir={tmp_path}"]
    listed = run_tool("text2image", *flags).stdout.splitlines()
    theirs = [line.partition(": ")[2] for line in listed]
    ours = [font.name for font in installed_fonts(FONTS_DIR)]
    assert len(theirs) > 20
    assert ours == theirs


def test_every_listed_name_finds_its_font() -> None:
    fonts = installed_fonts(FONTS_DIR)
    for font in fonts:
        assert find_font(font.name, fonts=fonts).name == font.name
        assert find_font(font.postscript_name, fonts=fonts).postscript_name == font.postscript_name


@pytest.mark.parametrize(
    "name",
    [
        "Liberation Sans Narrow Bold Condensed",
        "liberation sans narrow bold",
        "LiberationSansNarrow-Bold",
        "Liberation Sans Narrow, Bold Condensed",
    ],
)
def test_names_that_people_use(name: str) -> None:
    found = find_font(name, FONTS_DIR)
    assert found.name == NARROW
    assert Path(found.path).name == "LiberationSansNarrow-Bold.ttf"
    assert found.width == 3
    assert find_font(found.path).path == found.path


def test_the_newest_of_two_files_is_taken() -> None:
    """Debian has two releases of Liberation Sans; fontconfig takes the newer."""
    files = [
        font for path in Path(FONTS_DIR).rglob("LiberationSans-Regular.ttf") for font in fonts_of_file(path)
    ]
    assert find_font("Liberation Sans", FONTS_DIR).version == max(font.version for font in files)


def test_a_miss_suggests_the_nearest() -> None:
    with pytest.raises(FontNotFoundError, match=r"Liberation Sanz.*Did you mean 'Liberation Sans'"):
        find_font("Liberation Sanz", FONTS_DIR)
    with pytest.raises(FontNotFoundError) as caught:
        find_font("Impact Condensed", FONTS_DIR)
    assert caught.value.suggestions[0] == NARROW


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("Impact Condensed", NARROW),
        ("Times New Roman, Italic", "Liberation Serif Italic"),
        ("Times New Roman Bold", "Liberation Serif Bold"),
        ("Courier New", "Liberation Mono"),
        ("Zapfino", None),
    ],
)
def test_stand_ins(wanted: str, expected: str | None) -> None:
    found = find_stand_in(wanted, installed_fonts(FONTS_DIR))
    assert (found.name if found else None) == expected


def test_bad_font_files(tmp_path: Path) -> None:
    path = tmp_path / "no.ttf"
    path.write_bytes(b"not a font at all")
    assert fonts_of_file(path) == []
    with pytest.raises(InputError, match=r"no\.ttf: not an OpenType font"):
        find_font(str(path))
    real = Path(find_font("FreeSerif", FONTS_DIR).path).read_bytes()
    for size in (4, 12, 100, 1000, len(real) // 2):
        path.write_bytes(real[:size])
        for font in fonts_of_file(path):
            assert font.family
    with pytest.raises(InputError, match="no such folder"):
        installed_fonts(tmp_path / "nowhere")


def test_coverage() -> None:
    found = find_font("Caladea", FONTS_DIR)
    assert found.missing("abc ß Ж\u00ad漢") == {"Ж", "漢"}
    assert found.covers("Grüße, Welt!")
    names = {font.name for font in find_fonts(covering="aßЖ", folder=FONTS_DIR)}
    assert {"DejaVu Sans", "FreeSerif"} <= names
    assert "Caladea" not in names
    chosen = find_fonts(covering="aЖ", names=["FreeSerif", "Caladea"], folder=FONTS_DIR)
    assert [font.name for font in chosen] == ["FreeSerif"]


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("DejaVu Sans Ultra-Light", Description("DejaVu Sans", weight=200)),
        ("FreeSans Semi-Bold Oblique", Description("FreeSans", weight=600, slant="oblique")),
        ("Noto Sans Old Italic,", Description("Noto Sans Old Italic")),
        ("Times New Roman, Bold", Description("Times New Roman", weight=700)),
        ("Bold", Description("Bold")),
        (NARROW, Description("Liberation Sans Narrow", weight=700, width=3)),
    ],
)
def test_descriptions(name: str, description: Description) -> None:
    assert parse_description(name) == description
    assert parse_description(describe(description) + ("," if name.endswith(",") else "")) == description
