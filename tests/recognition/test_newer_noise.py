"""What separates us from libtesseract 5.5: nothing but the noise around the image.

Outside the image the network sees pseudo-random noise. Tesseract 5.0 to 5.5.0 draws it with
``std::minstd_rand``, as we do; 4 and, again, 5.5.1 and later with another generator (``TRand`` in
``src/ccutil/helpers.h``). With that one we read as they do, digit for digit.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tessnb.lines import cut_file
from tessnb.network import Activations, TRand
from tessnb.network.layers.simple import Convolve
from tessnb.network.layers.windows import PooledWindows
from tessnb.recognition import Model, Recognizer
from tessnb.recognition.dequantizing import dequantize
from tests.conftest import EnglishSet
from tests.naive import windows

tesserocr = pytest.importorskip("tesserocr")

VERSION = tuple(map(int, tesserocr.tesseract_version().split()[1].split(".")[:3]))

Words = list[tuple[str, float, list[int]]]


class NewerRandom(TRand):
    """Knuth's 64-bit congruential generator, of whose state the high bits are the number."""

    def set_seed(self, seed: int | str) -> None:
        assert isinstance(seed, int)
        self.number = seed

    def int_rand(self) -> int:
        self.number = (self.number * 6364136223846793005 + 1442695040888963407) % 2**64
        return self.number >> 33


def forward(self: Convolve, x: Activations, *, training: bool, randomizer: TRand) -> Activations:
    """Stack windows with any generator; the kernel has its own built in."""
    assert not training
    return x.like(windows.stack(x.contiguous()[0], self.half_y, self.half_x, randomizer)[None])


def words_of_ours(recognizer: Recognizer, image: np.ndarray) -> Words:
    height = len(image)
    found = []
    for word in recognizer.read(image).words:
        left, bottom, right, top = word.box
        found.append((word.text, word.confidence, [left, height - top, right - left, top - bottom]))
    return found


def words_of_theirs(reader: tesserocr.PyTessBaseAPI, image: np.ndarray) -> Words:
    reader.SetImage(Image.fromarray(image))
    columns = ["level", *"abcde", "left", "top", "width", "height", "conf", "text"]
    table = csv.DictReader(io.StringIO(reader.GetTSVText(0)), columns, delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        (row["text"], float(row["conf"]), [int(row[key]) for key in ("left", "top", "width", "height")])
        for row in table
        if row["level"] == "5"
    ]


def alike(ours: Words, theirs: Words) -> bool:
    """Same texts and boxes, and the same confidences within the rounding of single precision."""
    return [word[::2] for word in ours] == [word[::2] for word in theirs] and [
        word[1] for word in ours
    ] == pytest.approx([word[1] for word in theirs], abs=2e-3)


@pytest.mark.skipif(VERSION < (5, 5, 1), reason="needs a libtesseract that draws the newer noise")
@pytest.mark.parametrize("kind", ["integer", "float"])
def test_with_the_newer_noise_we_read_as_newer_versions(
    english: EnglishSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    images = [
        line.image for font in english.fonts for line in cut_file(english.file(font, ".tif")).lines[:9:4]
    ]
    images.append(255 - images[0])
    model = Model.load("eng")
    container = (dequantize(model) if kind == "float" else model).to_traineddata()
    container.write(tmp_path / "eng.traineddata")
    recognizer = Recognizer(Model.load("eng", folder=tmp_path))
    with tesserocr.PyTessBaseAPI(
        path=str(tmp_path), lang="eng", psm=tesserocr.PSM.RAW_LINE, oem=tesserocr.OEM.LSTM_ONLY
    ) as reader:
        theirs = [words_of_theirs(reader, image) for image in images]
    assert sum(map(len, theirs)) > 3 * len(images)

    older = [words_of_ours(recognizer, image) for image in images]
    assert not any(map(alike, older, theirs))
    monkeypatch.setattr("tessnb.recognition.batches.TRand", NewerRandom)
    monkeypatch.setattr(Convolve, "forward", forward)
    monkeypatch.setattr(PooledWindows, "fits", lambda windows, x: False)  # layer by layer
    newer = [words_of_ours(recognizer, image) for image in images]
    assert all(map(alike, newer, theirs))
