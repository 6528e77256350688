"""Lines, starters, networks and pages that need no fonts and no other tool, always the same."""

from __future__ import annotations

import io
import random
import tarfile
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import tessnb as tn
from tessnb.formats.lstmf import Document
from tessnb.formats.network import LSTMRecognizerRecord
from tessnb.lines import TrainingLine
from tessnb.recognition.model import Model
from tessnb.training import Characters, ListSamples, NetworkOptions, Trainer, TrainingRun, new_learner
from tessnb.training.checkpoints import recognizer_record

__all__ = ["TEXT", "TINY_NET", "lines", "run", "starter", "trainer", "write_documents"]

TEXT = "the cat sat on a hat\n(it was 12 feet away, or 7)\n"
#: A network that trains in milliseconds, of every common kind of layer.
TINY_NET = "[1,12,0,1 Ct3,3,4 Mp3,3 Lfys4 Lfx8 Lrx8 O1c1]"
_ALPHABET = "acehnost"
_HEIGHT = 12


@cache
def starter() -> tn.TrainedData:
    """Characters, codes and dictionaries of `TEXT`."""
    return tn.make_starter(TEXT, lang="xyz")


@cache
def _glyphs() -> dict[str, np.ndarray]:
    marks = np.random.default_rng(5).integers(0, 2, (len(_ALPHABET), 4, 3), np.uint8) * 255
    large = np.kron(marks, np.ones((1, 2, 2), np.uint8))
    return {
        letter: np.pad(255 - glyph, ((2, 2), (1, 1)), constant_values=255)
        for letter, glyph in zip(_ALPHABET, large, strict=True)
    }


def line(number: int, letters: int = 4) -> TrainingLine:
    """Line `number`: letters of a made-up script in black on white."""
    choice = random.Random(number)
    text = "".join(choice.choice(_ALPHABET) for _ in range(letters))
    image = np.concatenate([_glyphs()[letter] for letter in text], axis=1)
    return TrainingLine(image, text, box_texts=[text], source="made", page=number, language="xyz")


def lines(count: int = 16) -> list[TrainingLine]:
    """Some lines."""
    return [line(number) for number in range(count)]


def write_documents(folder: Path, documents: int = 2, each: int = 8) -> list[Path]:
    """Write lines to some ``.lstmf`` files; return their paths."""
    paths = []
    for place in range(documents):
        pages = [line(place * each + number).to_image_data() for number in range(each)]
        paths.append(folder / f"part{place}.lstmf")
        Document(pages).write(paths[-1])
    return paths


def run(output: Path | str | None = None, **options: Any) -> TrainingRun:
    """A run from scratch, by default on lines in memory."""
    given = {"lines": lines(), "net_spec": TINY_NET, "learning_rate": 0.01, "model_output": output, **options}
    return tn.train_from_scratch(starter(), **given)


def trainer(output: Path | str | None = None) -> Trainer:
    """A trainer from scratch on lines in memory."""
    characters = Characters.of(starter())
    learner = new_learner(characters, NetworkOptions(TINY_NET, learning_rate=0.01))
    return Trainer(learner, characters.container, ListSamples(lines()), model_output=output)


# Seeds for the readers.


@cache
def trained() -> Trainer:
    """A trainer after a hundred lines, with a best."""
    made = trainer()
    made.run(max_iterations=100)
    return made


@cache
def checkpoint(*, small: bool = False) -> bytes:
    """A checkpoint; a small one has lost its long lists."""
    record = trained().checkpoint()
    if small:
        buffers = [[0.5] * 3 for _ in record.error_buffers]
        record = replace(
            record, error_buffers=buffers, best_trainer=b"", rest=b'tessnb:companions={"HeldOut":{}}'
        )
    return record.to_bytes()


def network(spec: str = TINY_NET) -> bytes:
    """An ``lstm`` component."""
    characters = Characters.of(starter())
    learner = new_learner(characters, NetworkOptions(spec))
    return recognizer_record(learner, at_rest=True).to_bytes()


def models() -> list[bytes]:
    """Whole models: of floats and of integers."""
    container = starter()
    model = Model(LSTMRecognizerRecord.from_bytes(network()), container)
    return [model.to_traineddata(integer=integer).to_bytes() for integer in (False, True)]


def archives() -> list[bytes]:
    """A starter as zip and as tar."""
    found = []
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in starter().components.items():
            archive.writestr(f"xyz.{name}", data)
    found.append(packed.getvalue())
    for mode in ("w", "w:gz"):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode=mode) as tar:  # type: ignore[call-overload]
            for name, data in starter().components.items():
                member = tarfile.TarInfo(f"xyz.{name}")
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
        found.append(packed.getvalue())
    return found


def image(kind: str, mode: str = "L", **options: object) -> bytes:
    """A small picture as a file."""
    pixels = np.random.default_rng(3).integers(0, 256, (9, 14, 4), np.uint8)
    deep = Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
    picture = deep if mode == "I;16" else Image.fromarray(pixels).convert(mode)
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
