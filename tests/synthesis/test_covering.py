"""Which fonts have which characters, and the fewest that have all of them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from tessnb.synthesis import Font, covering_fonts, font_coverage, render
from tessnb.synthesis.finding import FontNotFoundError, find_font, find_fonts

LATIN = ("Caladea", "DejaVu Sans", "FreeSerif", "Liberation Sans")


def test_coverage_table() -> None:
    fonts = find_fonts(names=LATIN)
    table = font_coverage("aé Жא\u200b☃\n", fonts)
    assert list(table.columns) == ["a", "é", "Ж", "א", "☃"]
    assert table.loc["Caladea"].tolist() == [True, True, False, False, False]
    assert table.loc["DejaVu Sans"].all()
    assert table.index.name == "font"


class Made(Font):
    """A font that has just some characters."""

    @property
    def characters(self) -> frozenset[int]:
        return frozenset(map(ord, self.path))


def made(chars: str) -> Font:
    return Made(chars, 0, (chars,), ("Regular",), (chars,), chars, 400, "roman", 5, 1)


@pytest.mark.parametrize(
    ("text", "fonts", "count"),
    [
        ("abcdef", ["abcd", "abe", "cdf"], 2),  # the greedy choice would need three
        ("abc", ["a", "b", "c", "ab", "bc"], 2),
        ("abcz", ["abc", "ab"], 1),
        ("", ["a"], 0),
        ("abcdefghijkl", ["abcdef", "ghijkl", "abcghi", "defjkl", "adgj", "behk", "cfil"], 2),
    ],
)
def test_fewest_fonts(text: str, fonts: list[str], count: int) -> None:
    made_fonts = [made(chars) for chars in fonts]
    chosen, missing = covering_fonts(text, made_fonts)
    everything = set("".join(fonts))
    assert missing == set(text) - everything
    assert set(text) - missing <= set("".join(font.path for font in chosen))
    smallest = min(
        size
        for size in range(len(fonts) + 1)
        for some in combinations(fonts, size)
        if set(text) - missing <= set("".join(some))
    )
    assert len(chosen) == count == smallest


def test_one_installed_font_suffices_where_one_has_all() -> None:
    chosen, missing = covering_fonts("abc שלום ЖЗ", find_fonts(names=LATIN))
    assert [font.name for font in chosen] == ["DejaVu Sans"] or len(chosen) == 1
    assert not missing


def test_what_could_not_be_drawn_is_a_table() -> None:
    lines = render("Hello Жук wörld 漢字 and 漢字 end", ["Caladea", "DejaVu Sans"], xsize=1500, ysize=300)
    table = lines.unrendered
    assert table[table["font"] == "Caladea"][["word", "count", "missing"]].values.tolist() == [
        ["Жук", 1, "Жку"],
        ["漢字", 2, "字漢"],
    ]
    assert (table["exposure"] == 0).all()


def test_a_name_like_none_lists_some_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(FontNotFoundError, match="there are '") as caught:
        find_font("qqqzzzxx")
    assert not caught.value.suggestions
    assert 0 < len(caught.value.installed) <= 5
    with pytest.raises(FontNotFoundError, match="No fonts were found"):
        find_font("qqqzzzxx", tmp_path)
