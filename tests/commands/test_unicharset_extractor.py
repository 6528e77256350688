"""``unicharset_extractor`` beside the real one: boxes, texts, all scripts, all norm modes."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tessnb.commands import main
from tests.commands.random_text import BLOCKS, balanced_lines, random_lines
from tests.commands.side_by_side import SideBySide
from tests.conftest import EnglishSet

LANGDATA = Path(os.environ.get("TESSNB_TEST_DATA", "/nonexistent")) / "langdata"
TEXTS = sorted(LANGDATA.glob("*/*.training_text"))
FAMILIES = {
    "northern": ("Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya"),
    "southern": ("Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala"),
    "south-east": ("Thai", "Lao", "Myanmar", "MyanmarExtended", "Khmer", "Javanese"),
    "others": tuple(name for name, (_, _, virama) in BLOCKS.items() if not virama),
}


@pytest.fixture
def both(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> SideBySide:
    return SideBySide(tmp_path, capfd)


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_boxes(both: SideBySide, english: EnglishSet, mode: int) -> None:
    boxes = [english.file(font, ".box") for font in english.fonts]
    err = both.run("unicharset_extractor", "--output_unicharset=out", "--norm_mode", mode, *boxes)
    assert err.count("Extracting unicharset from box file") == len(boxes)


@pytest.mark.parametrize("mode", [1, 2, 3])
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_langdata_texts(both: SideBySide, path: Path, mode: int) -> None:
    err = both.run("unicharset_extractor", "--output_unicharset", "out", f"--norm_mode={mode}", path)
    assert "Extracting unicharset from plain text file" in err


@pytest.mark.parametrize("mode", [1, 2, 3])
@pytest.mark.parametrize("family", FAMILIES)
def test_random_texts(both: SideBySide, family: str, mode: int) -> None:
    lines = ["text", *random_lines(mode, 400, FAMILIES[family])]
    both.write("text", "\n".join(lines).encode())
    err = both.run("unicharset_extractor", "--output_unicharset", "out", "--norm_mode", mode, "text")
    assert "is not in unicharset" in err
    if family != "others":
        assert "Normalization failed for string" in err


def test_texts_of_many_scripts_at_once(both: SideBySide) -> None:
    both.write("text", "\n".join(["text", *balanced_lines(4, 400)]).encode())
    err = both.run("unicharset_extractor", "--output_unicharset", "out", "text")
    assert "Invalid start of grapheme sequence" in err


def _random_box_line(choose: random.Random) -> bytes:
    usual = [b"a", b"b", b" ", b"\t", b"WordStr", "é".encode(), "\u0f0b".encode()]
    odd = [
        b"\xff",
        b"\xe2\x80",
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"#",
        b"x" * 1100,
        b"\xef\xbb\xbfq",
        b"",
        b"\xf5\x80\x80\x80",
    ]
    text = choose.choice(usual if choose.random() < 0.96 else odd)
    left, bottom = choose.randint(0, 50), choose.randint(-5, 50)
    numbers: list[object] = [left, bottom, left + choose.randint(0, 9), bottom + choose.randint(0, 9), 0]
    if choose.random() < 0.04:
        numbers[choose.randint(0, 4)] = choose.choice(["x", 10**11, -(10**11), -1, "1.5", "0x10", "+3", "5a"])
    if choose.random() < 0.05:
        del numbers[choose.randint(0, 5) :]
    line = text + choose.choice([b" ", b" ", b" ", b"\t"]) + " ".join(map(str, numbers)).encode()
    if text == b"WordStr" and choose.random() < 0.9:
        texts = ["hello wörld".encode(), b"", b"x#y", b"q\r", b"\xe2\x82", b"z" * 1022 + "é".encode()]
        line += b" #" + choose.choice(texts)
    return line + b"\r" * (choose.random() < 0.05)


@pytest.mark.parametrize("seed", range(8))
def test_odd_box_files(both: SideBySide, seed: int) -> None:
    choose = random.Random(seed)
    names = []
    for number in range(12):
        lines = [_random_box_line(choose) for _ in range(choose.randint(1, 5))]
        end = choose.choice([b"", b"\n", b"\n\n", b"\n\0a 1 2 3 4 0\n"])
        names.append(both.write(f"{number}.box", b"\n".join(lines) + end))
    both.run("unicharset_extractor", "--output_unicharset", "out", *names)


def test_no_texts(both: SideBySide) -> None:
    both.write("empty", b"")
    err = both.run("unicharset_extractor", "--output_unicharset", "out", "empty")
    assert "Failed to read data from: empty" in err


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["unicharset_extractor"]) == 1
    assert "box_or_text_file [...]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing"], "missing: no such file"),
        (
            ["--norm_mode", "4", "missing"],
            "--norm_mode: no such normalization mode; found 4; expected 1, 2 or 3",
        ),
        (["--norm", "1", "missing"], "Non-existent flag --norm"),
    ],
)
def test_errors(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["unicharset_extractor", "--output_unicharset", str(out), *arguments]) == 1
    assert message in capsys.readouterr().err
    assert not out.exists()
