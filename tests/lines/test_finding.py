"""The crops of found lines, against those that the real tool hands to its recognizer."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from tessnb.commands import main
from tessnb.errors import InputError
from tessnb.lines._blobs import find_blobs, to_binary
from tessnb.lines.finding import find_lines
from tessnb.lines.images import PageImage, read_image, read_pages
from tessnb.lines.scaling import to_grey
from tests.conftest import TRAINING_FONTS, EnglishSet, run_tool

Crops = Callable[..., list[tuple[int, int, int, int]]]

FONTS = [
    Path("/usr/share/fonts/truetype") / name
    for name in (
        "dejavu/DejaVuSans.ttf",
        "dejavu/DejaVuSerif.ttf",
        "liberation/LiberationSerif-Italic.ttf",
        "liberation/LiberationSans-Regular.ttf",
        "liberation/LiberationMono-Regular.ttf",
    )
]
TEXT = """was seen on as one sun vase nice error ox we are UPPER CASE TEXT HERE 2019 1234,56 gypsy
paying -- I and the quick brown fox jumps (see p. 12) Mr. Smith, Ph.D. wow mmm xxx "quoted" e.g. won't"""


@pytest.fixture(scope="session")
def real_crops(
    once: Callable[[str, Callable[[Path], None]], Path], tmp_path_factory: pytest.TempPathFactory
) -> Crops:
    """``real_crops(image, psm, page=0)``: left, bottom, right, top of what the real tool recognizes."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler to look into the real tool")

    def build(folder: Path) -> None:
        source = Path(__file__).parent / "clip_log.c"
        command = [compiler, "-shared", "-fPIC", "-o", folder / "clip_log.so", source, "-ldl"]
        subprocess.run(command, check=True, timeout=60)

    library = once("clip-log", build) / "clip_log.so"
    folder = tmp_path_factory.mktemp("crops")

    def crops(image: Path, psm: int, page: int = 0) -> list[tuple[int, int, int, int]]:
        log = folder / "log"
        log.unlink(missing_ok=True)
        subprocess.run(
            ["tesseract", image, folder / "out", "--psm", str(psm), "-c", f"tessedit_page_number={page}"],
            env={**os.environ, "OMP_THREAD_LIMIT": "1", "LD_PRELOAD": str(library), "CLIP_LOG": str(log)},
            check=True,
            capture_output=True,
            timeout=120,
        )
        pixels = list(read_pages(image))[page].pixels
        height, width = pixels.shape[:2]
        rows = [tuple(map(int, line.split())) for line in log.read_text().splitlines()]
        boxes = [
            (x, height - y - h, x + w, height - y) for x, y, w, h, *size in rows if size == [width, height]
        ]
        # Layout cuts every blob once before the recognizer cuts lines.
        return boxes[len(find_blobs(to_binary(pixels))) :] if psm != 13 else boxes[-1:]

    return crops


def write_line(path: Path, seed: int) -> None:
    """Draw a few words with a margin, sometimes too few to tell where ascenders would be."""
    choose = random.Random(seed)
    font = ImageFont.truetype(choose.choice(FONTS), choose.choice([18, 24, 32, 40, 56]))
    text = " ".join(choose.choices(TEXT.split(), k=choose.choice([1, 1, 2, 3, 5, 8])))
    left, top, right, bottom = font.getbbox(text)
    margin = choose.choice([10, 25, 45])
    paper, ink = choose.choice([(255, 0), (235, 40)])
    image = Image.new("L", (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin), paper)
    ImageDraw.Draw(image).text((margin - left, margin - top), text, font=font, fill=ink)
    if paper == 255 and choose.random() < 0.5:
        image = image.convert("1", dither=Image.Dither.NONE)
    elif choose.random() < 0.5:
        image = image.convert("RGB")
    image.save(path, dpi=(300, 300))


def test_crops_of_single_lines(real_crops: Crops, tmp_path: Path) -> None:
    different = []
    for seed in range(25):
        path = tmp_path / f"{seed}.png"
        write_line(path, seed)
        ours, theirs = [line.box for line in find_lines(read_image(path), 7)], real_crops(path, 7)
        if ours != theirs:
            different.append((seed, ours, theirs))
    assert len(different) <= 1, different


def test_crops_of_scanned_lines(real_crops: Crops, test_data: Path | None) -> None:
    images = sorted((test_data / "scans").rglob("*.png"))[::20] if test_data else []
    different = []
    for path in images:
        ours, theirs = [line.box for line in find_lines(read_image(path), 7)], real_crops(path, 7)
        if ours != theirs:
            different.append((path.name, ours, theirs))
    assert len(different) <= len(images) // 30, different


def test_crops_of_a_block(english: EnglishSet, real_crops: Crops) -> None:
    same = total = 0
    for font in english.fonts:
        path = english.file(font, ".tif")
        for number, page in enumerate(read_pages(path)):
            ours, theirs = [line.box for line in find_lines(page, 6)], real_crops(path, 6, number)
            same += len(set(ours) & set(theirs))
            total += len(theirs)
    assert total > 20
    assert same >= 0.97 * total


def test_a_raw_line_is_the_whole_image(real_crops: Crops, tmp_path: Path) -> None:
    write_line(tmp_path / "line.png", 3)
    image = read_image(tmp_path / "line.png")
    (line,) = find_lines(image, 13)
    assert [line.box] == real_crops(tmp_path / "line.png", 13) == [(0, 0, image.width, image.height)]
    np.testing.assert_array_equal(line.image, image.pixels)


def test_rows_come_from_top_to_bottom_and_keep_their_parts() -> None:
    page = np.full((400, 900), 255, np.uint8)
    for top, left in ((40, 40), (40, 700), (140, 40), (240, 40)):
        for letter in range(8):
            page[top + 6 * (letter % 3 == 0) : top + 26, left + 20 * letter : left + 20 * letter + 12] = 0
    lines = find_lines(page)
    assert [(line.row, line.box[0] < 100) for line in lines] == [(0, True), (0, False), (1, True), (2, True)]
    for line in lines:
        left, bottom, right, top = line.box
        np.testing.assert_array_equal(line.image, page[400 - top : 400 - bottom, left:right])


def bent(page: np.ndarray, how: str) -> np.ndarray:
    """A page turned by some degrees, or with lines that bow by half their height."""
    paper = int(np.median(page))
    if how != "curved":
        turned = Image.fromarray(page).rotate(float(how), Image.Resampling.BICUBIC, True, fillcolor=paper)
        return np.asarray(turned)
    height, width = page.shape
    bow = np.rint(24 * np.sin(np.linspace(0, np.pi, width)) - 12).astype(int)
    rows = np.arange(height)[:, None] + bow[None, :]
    result = page[np.clip(rows, 0, height - 1), np.arange(width)[None, :]]
    return np.where((rows >= 0) & (rows < height), result, paper).astype(np.uint8)


@pytest.mark.parametrize("how", ["-3", "-1.5", "3", "curved"])
def test_rows_of_skewed_and_curved_pages(english: EnglishSet, how: str) -> None:
    """As many rows as on the level page, in the same order, and all ink of letters in one of their crops."""
    for font in english.fonts:
        page = to_grey(next(read_pages(english.file(font, ".tif"))).pixels)
        level = find_lines(page)
        crooked = bent(page, how)
        lines = find_lines(crooked)
        assert {line.row for line in lines} == {line.row for line in level}
        heights = [[line.box[3] - line.box[1] for line in found] for found in (level, lines)]
        assert max(heights[1]) < 2 * max(heights[0])
        covered = np.zeros(crooked.shape, bool)
        for line in lines:
            left, bottom, right, top = line.box
            covered[crooked.shape[0] - top : crooked.shape[0] - bottom, left:right] = True
        assert not ((crooked < 100) & ~covered).any()


@pytest.mark.parametrize("how", ["-3", "2", "curved"])
def test_boxes_of_skewed_and_curved_pages(english: EnglishSet, how: str, tmp_path: Path) -> None:
    """``tesseract IMAGE BASE lstmbox``: no more wrong than the real tool, which loses rows at 3 degrees."""
    page = to_grey(next(read_pages(english.file(TRAINING_FONTS[0], ".tif"))).pixels)[:500]
    texts = {}
    for name, image in (("level", page), ("ours", bent(page, how)), ("theirs", bent(page, how))):
        Image.fromarray(image).save(tmp_path / "page.png", dpi=(300, 300))
        command = ["tesseract", str(tmp_path / "page.png"), str(tmp_path / name), "--psm", "6", "lstmbox"]
        if name == "ours":
            assert main(command) == 0
        else:
            run_tool(*command)
        boxes = (tmp_path / f"{name}.box").read_text("utf-8").splitlines()
        texts[name] = "".join("\n" if box.startswith("\t") else box[0] for box in boxes)
    assert texts["ours"].count("\n") == texts["level"].count("\n") >= 5
    errors = {name: Levenshtein.normalized_distance(texts["level"], texts[name]) for name in texts}
    assert errors["ours"] <= min(errors["theirs"] + 0.01, 0.03)


def test_nothing_to_find_and_wrong_modes() -> None:
    blank = PageImage(np.zeros((50, 80), bool))
    assert find_lines(blank, 6) == []
    assert [line.box for line in find_lines(blank, 7)] == [(0, 0, 80, 50)]
    with pytest.raises(InputError, match=r"found 3; expected 6 \(a single uniform block of text\), 7"):
        find_lines(blank, 3)
