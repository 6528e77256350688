"""The font picker without a browser."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import tessnb as tn
from tessnb.errors import InputError
from tessnb.synthesis.finding import FontNotFoundError

TEXT = "Straße ½ <b>5</b> ǅ \u0915"


@pytest.fixture
def pick() -> Iterator[Callable[..., tn.FontPicker]]:
    """``pick(…)`` makes a picker whose messages to the browser are kept in its ``sent``."""
    pickers = []

    def make(*arguments: Any, **options: Any) -> tn.FontPicker:
        picker = tn.FontPicker(*arguments, **options)
        picker.sent = []
        picker.send = lambda content, buffers=None: picker.sent.append((content, buffers))
        pickers.append(picker)
        return picker

    yield make
    for picker in pickers:
        picker.close()


def answer(picker: Any, kind: str, count: int = 1) -> list[Any]:
    """The messages of a kind, when there are `count`."""
    deadline = time.monotonic() + 60
    while True:
        found = [message for message in picker.sent if message[0]["kind"] == kind]
        if len(found) >= count:
            return found
        assert time.monotonic() < deadline, "no answer"
        time.sleep(0.01)


def test_names_and_fonts_are_chosen(pick: Callable[..., Any]) -> None:
    picker = pick(TEXT, value=["DejaVu Serif", "DejaVu Sans Bold"])
    assert picker.names == ("DejaVu Serif", "DejaVu Sans Bold")
    assert picker._chosen == [picker.fonts.index(font) for font in picker.value]
    picker._chosen = [1, 0]  # as a browser says it
    assert picker.value == (picker.fonts[1], picker.fonts[0])
    lines = tn.render("abc", picker.value, xsize=700)
    assert [line.font for line in lines] == list(picker.names)
    picker.value = [picker.fonts[2], picker.fonts[2].name]
    assert picker.value == (picker.fonts[2],)
    with pytest.raises(FontNotFoundError, match="DejaVu Sans"):
        picker.value = ["DejaVu Sanz"]
    with pytest.raises(InputError, match="not one of the fonts"):
        picker.value = [7]
    assert picker.value == (picker.fonts[2],)
    with pytest.raises(TypeError, match="colour"):
        tn.FontPicker(TEXT, colour="red")  # type: ignore[call-arg]


def test_the_browser_is_told_of_fonts_in_their_order(pick: Callable[..., Any]) -> None:
    picker = pick(TEXT)
    answer(picker, "details")
    picker._on_message(picker, {"kind": "fonts"}, [])
    fonts = answer(picker, "fonts", 2)[-1][0]["fonts"]
    details = answer(picker, "details", 2)[-1][0]
    assert len(fonts) == len(details["details"]) == len(picker.fonts)
    number = next(i for i, font in enumerate(picker.fonts) if font.name == "DejaVu Sans Mono Bold Oblique")
    family, style, search, weight, italic = fonts[number]
    assert (family, style, weight, italic) == ("DejaVu Sans Mono", "Bold Oblique", 700, True)
    assert "dejavusansmono-boldoblique.ttf" in search
    serif, mono, scripts, missing, count = details["details"][number]
    assert (serif, mono, missing, count) == (False, True, ["ǅ", "\u0915"], 2)
    assert "Latin" in [details["scripts"][script] for script in scripts]
    assert details["characters"] == 14


def test_only_wanted_specimens_are_drawn(pick: Callable[..., Any]) -> None:
    picker = pick(TEXT, sample="Straße")
    picker._on_message(picker, {"kind": "draw", "fonts": [3, 99999, 0], "scale": 2}, [])
    drawn = answer(picker, "specimen", 2)
    assert [about["font"] for about, _ in drawn] == [3, 0]
    for about, (picture,) in drawn:
        assert picture.startswith(b"\x89PNG")
        assert about["width"] == int.from_bytes(picture[16:20], "big") > 80
        assert not about["own"]
    picker.sample = "\u6c34\u6c34"
    sans = next(i for i, font in enumerate(picker.fonts) if font.name == "DejaVu Sans")
    picker._on_message(picker, {"kind": "draw", "fonts": [sans], "scale": None}, [])
    assert answer(picker, "specimen", 3)[-1][0]["own"]


def test_folders_and_files(pick: Callable[..., Any], tmp_path: Path) -> None:
    sans, mono = (Path(tn.find_fonts(names=[name])[0].path) for name in ("DejaVu Sans", "DejaVu Sans Mono"))
    shutil.copy(sans, tmp_path)
    picker = pick(TEXT, fonts_dir=tmp_path, value=["DejaVu Sans"])
    assert [font.name for font in picker.fonts] == ["DejaVu Sans"]
    picker.fonts_dir = [mono, tmp_path]
    assert [font.name for font in picker.fonts] == ["DejaVu Sans", "DejaVu Sans Mono"]
    assert picker.names == ("DejaVu Sans",)
    picker.fonts_dir = str(mono)
    assert picker.value == ()
    with pytest.raises(InputError, match="no such folder"):
        picker.fonts_dir = tmp_path / "nowhere"
    (tmp_path / "a.ttf").write_bytes(b"no font")
    with pytest.raises(InputError, match="not an OpenType font"):
        picker.fonts_dir = tmp_path / "a.ttf"
    assert [font.name for font in picker.fonts] == ["DejaVu Sans Mono"]


def test_the_sample_follows_the_text_until_it_is_set(pick: Callable[..., Any]) -> None:
    picker = pick("one two")
    assert picker.sample == "one two"
    picker.text = "three four"
    assert picker.sample == "three four"
    picker.sample = "mine"
    picker.text = "five"
    assert picker.sample == "mine"
    assert picker.missing("DejaVu Sans") == []


def test_what_is_seen_without_widgets(pick: Callable[..., Any]) -> None:
    picker = pick(TEXT, sample="<i>", value=["DejaVu Sans"])
    data = picker._repr_mimebundle_()[0]
    page = data["text/html"]
    assert f"1 of {len(picker.fonts)} fonts chosen" in page
    assert "lacks \u0915" in page
    assert "<i>" not in page
    assert 'alt="&lt;i&gt;" src="data:image/png;base64,' in page
    assert data["text/plain"].startswith("FontPicker: 1 of")
    picker.value = ()
    assert picker._repr_mimebundle_()[0]["text/html"].count("<tr>") == 13


def test_closing_ends_the_thread() -> None:
    picker = tn.FontPicker("abc")
    picker.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tessnb-fonts")]
    picker._on_message(picker, {"kind": "fonts"}, [])  # a late message does no harm
