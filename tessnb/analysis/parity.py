"""One line through several readers, stage by stage: the first place where they differ.

Readers are a model here, the same after its export, others, and the installed ``tesseract``, which is asked
through files.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tessnb.analysis._parity_html import parity_html
from tessnb.analysis.material import as_model
from tessnb.errors import InputError
from tessnb.formats.traineddata import TrainedData
from tessnb.lines import TrainingLine, prepare_line
from tessnb.recognition import Model, Recognizer, greedy_labels, read_page
from tessnb.recognition.renderers import text_of as page_text
from tessnb.recognition.words import text_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STAGES", "Parity", "inspect_parity"]

#: What happens to a line, in order.
STAGES = ("crop", "scaled input", "outputs", "greedy", "beam", "dictionary")
_WHOLE = 13
_STEP = re.compile(r"<span class='ocrx_cinfo' id='timestep")
_CHOICE = re.compile(r"id='choice_[^']*' title='x_confs (\d+)'>([^<]*)<")
_KEEPS_SPACES = re.compile(rb"(?m)^preserve_interword_spaces\s+[1tTyY]")
_LINE_BOX = re.compile(r"class='ocr_(?:line|header|textfloat|caption)'[^>]*?bbox (\d+) (\d+) (\d+) (\d+)")
_NO_DICTIONARIES = [
    part for name in ("system", "punc", "number", "freq") for part in ("-c", f"load_{name}_dawg=0")
]

Box = tuple[int, int, int, int]
#: For each time step what the reference calls the winner (`_names`), and its output in percent.
Winners = list[tuple[str, int]]


@dataclass(frozen=True, eq=False)
class ReaderStages:
    """What one reader made of the line; None where it does not tell.

    Attributes
    ----------
    crop : tuple of int, optional
        The box around the line's ink: left, top, right, bottom, y downwards.
    scaled : ndarray, optional
        The image as it enters the network.
    outputs : ndarray of float32, shape (steps, codes), optional
    winners : list, optional
        For each step what the reference's hOCR calls the best output, and its percentage.
    greedy, beam, dictionary : str, optional
        Texts: by the best output of each step; by beam search; with dictionaries.
    """

    crop: Box | None = None
    scaled: np.ndarray | None = None
    outputs: np.ndarray | None = None
    winners: Winners | None = None
    greedy: str | None = None
    beam: str | None = None
    dictionary: str | None = None


@dataclass(frozen=True, eq=False)
class Parity:
    """How readers agree on a line.

    Attributes
    ----------
    readers : dict of str to ReaderStages
        The first is what the others are compared with.
    """

    readers: Mapping[str, ReaderStages] = field(repr=False)

    @cached_property
    def stages(self) -> pd.DataFrame:
        """A row per stage and other reader: ``stage``, ``reader``, ``same`` (missing where it does not tell),
        ``difference`` (the first one, in words), ``ours``, ``theirs``."""
        import pandas as pd

        (_, first), *others = self.readers.items()
        rows = []
        for stage in STAGES:
            for name, other in others:
                difference = _difference(stage, first, other)
                same = pd.NA if difference is None else not difference
                rows.append((stage, name, same, difference or "", _shown(stage, first), _shown(stage, other)))
        frame = pd.DataFrame(rows, columns=["stage", "reader", "same", "difference", "ours", "theirs"])
        frame["same"] = frame["same"].astype("boolean")
        return frame

    @property
    def first(self) -> str | None:
        """The first stage at which a reader differs, None if all agree."""
        different = self.stages[~self.stages["same"].fillna(True)]
        return str(different.stage.iloc[0]) if len(different) else None

    def __repr__(self) -> str:
        if self.first is None:
            return f"<Parity of {', '.join(self.readers)}: no difference>"
        row = self.stages[~self.stages["same"].fillna(True)].iloc[0]
        return f"<Parity: {row.reader} differs at {row.stage}: {row.difference}>"

    def _repr_html_(self) -> str:
        scaled = next(iter(self.readers.values())).scaled
        return parity_html(repr(self)[1:-1], self.stages, self.first, scaled)


def inspect_parity(
    line: TrainingLine | np.ndarray,
    model: Model | TrainedData | str | os.PathLike[str],
    others: Mapping[str, Model | TrainedData | str | os.PathLike[str]] | None = None,
    *,
    psm: int = _WHOLE,
    tesseract: str | bool = True,
) -> Parity:
    """Send a line through all readers.

    Parameters
    ----------
    line : TrainingLine or ndarray
        An image of one line, or of a page with one line on it (`psm` 6 or 7).
    model : Model, TrainedData, path or language
        What the others are compared with.
    others : dict of str to model, optional
        More models by name; by default the model after export and import: ``{"exported": …}``.
    psm : int
        13 takes the image for the line, 7 and 6 look for it.
    tesseract : bool or str
        Ask the command ``tesseract``, or one of another name, with the exported model; True asks if it is
        installed.

    Returns
    -------
    Parity

    Raises
    ------
    InputError
        If a model cannot be found, or a ``tesseract`` that was named cannot be run.

    Examples
    --------
    >>> inspect_parity(line, run.best()).first  # doctest: +SKIP
    """
    image = line.image if isinstance(line, TrainingLine) else line
    model = as_model(model)
    exported = model.to_traineddata()
    if others is None:
        others = {"exported": TrainedData.from_bytes(exported.to_bytes())}
    readers = {model.name or "model": _ours(model, image, psm)}
    for name, other in others.items():
        readers[name] = _ours(as_model(other), image, psm)
    command = tesseract if isinstance(tesseract, str) else shutil.which("tesseract") if tesseract else None
    if command:
        readers["tesseract"] = _theirs(command, model, exported, image, psm)
    return Parity(readers)


def _ours(model: Model, image: np.ndarray, psm: int) -> ReaderStages:
    recognizer, plain = Recognizer(model), Recognizer(model, dictionaries=False)
    page = read_page(recognizer, image, psm)
    box = page.lines[0].box if page.lines else None
    crop = None if box is None else (box[0], image.shape[0] - box[3], box[2], image.shape[0] - box[1])
    keep_spaces = _KEEPS_SPACES.search(model.container.get("config") or b"") is not None
    beam = page_text(read_page(plain, image, psm), keep_spaces=keep_spaces).strip()
    dictionary = page_text(page, keep_spaces=keep_spaces).strip()
    if psm != _WHOLE:
        return ReaderStages(crop, beam=beam, dictionary=dictionary)
    network = model.network
    scaled, _ = prepare_line(image, network.input_shape(), min_width=network.x_scale_factor())
    outputs = recognizer.outputs(image).values
    labels, _ = greedy_labels(outputs, model.null_char)
    names = _names(model)
    best = outputs.argmax(axis=1).tolist()
    winners = [(names[label], int(row[label] * 100)) for label, row in zip(best, outputs, strict=True)]
    return ReaderStages(crop, scaled, outputs, winners, model.encoder.decode(labels), beam, dictionary)


def _names(model: Model) -> list[str]:
    """Return what the reference's hOCR calls each label.

    It takes a label for a character's number less two, which is right for models whose characters have one
    code each and wrong, but still a name, for others; the last two are nameless.

    Source: ``recodebeam.cpp``, ``RecodeBeamSearch::SaveMostCertainChoices``.
    """
    size, unicharset = model.recoder.code_range, model.unicharset
    ids = [label + 2 if label else 0 for label in range(size - 2)]
    return [*(text_of(unicharset, each) if each < len(unicharset) else "" for each in ids), "", ""]


def _greedy_of(winners: Winners, model: Model) -> str | None:
    """Return the text of winners, None if their names do not tell."""
    names = _names(model)
    labels = {name: label for label, name in enumerate(names) if name}
    labels[names[model.null_char]] = model.null_char
    if any(name not in labels for name, _ in winners):
        return None
    found = [labels[name] for name, _ in winners]
    kept = [label for label, before in zip(found, [-1, *found], strict=False) if label != before]
    return model.encoder.decode(kept)


def _theirs(command: str, model: Model, exported: TrainedData, image: np.ndarray, psm: int) -> ReaderStages:
    with tempfile.TemporaryDirectory(prefix="tessnb-parity-") as folder:
        exported.write(Path(folder) / "model.traineddata")
        (Path(folder) / "line.png").write_bytes(TrainingLine(image, "").to_image_data().image_data)

        def ask(*settings: str) -> str:
            parts = [command, str(Path(folder) / "line.png"), "-", "--tessdata-dir", folder, "-l", "model"]
            try:
                result = subprocess.run(
                    [*parts, "--psm", str(psm), *settings],
                    env={**os.environ, "OMP_THREAD_LIMIT": "1"},
                    capture_output=True,
                    encoding="utf-8",
                    check=True,
                )
            except (OSError, subprocess.CalledProcessError) as error:
                said = getattr(error, "stderr", "") or str(error)
                raise InputError(
                    "tesseract cannot read the line", where=command, found=said.strip()
                ) from None
            return result.stdout

        hocr = Path(folder) / "hocr"
        hocr.write_text("tessedit_create_hocr 1\nlstm_choice_mode 1\n", encoding="utf-8")
        page = ask(str(hocr))
        box = _LINE_BOX.search(page)
        winners = [(html.unescape(choices[0][1]), int(choices[0][0])) for choices in _steps(page) if choices]
        left, top, right, bottom = map(int, box.groups()) if box else (0, 0, 0, 0)
        return ReaderStages(
            crop=(left, top, right, bottom) if box else None,
            winners=winners if psm == _WHOLE else None,
            greedy=_greedy_of(winners, model) if psm == _WHOLE else None,
            beam=ask(*_NO_DICTIONARIES).strip(),
            dictionary=ask().strip(),
        )


def _steps(page: str) -> Iterator[list[tuple[str, str]]]:
    """Yield the choices of each time step in hOCR."""
    for part in _STEP.split(page)[1:]:
        yield _CHOICE.findall(part)


def _value(stage: str, reader: ReaderStages) -> Any:
    names = {"scaled input": "scaled"}
    return getattr(reader, names.get(stage, stage))


def _difference(stage: str, first: ReaderStages, other: ReaderStages) -> str | None:
    """Return the first difference in words, empty if there is none, None if a reader does not tell."""
    if stage == "outputs" and (first.outputs is None or other.outputs is None):
        return _differing_winners(first.winners, other.winners)
    ours, theirs = _value(stage, first), _value(stage, other)
    if ours is None or theirs is None:
        return None
    if isinstance(ours, np.ndarray):
        return _differing_arrays(ours, theirs)
    if isinstance(ours, str):
        return _differing_texts(ours, theirs)
    return "" if ours == theirs else f"{ours} against {theirs}"


def _differing_arrays(ours: np.ndarray, theirs: np.ndarray) -> str:
    if ours.shape != theirs.shape:
        return f"shape {ours.shape} against {theirs.shape}"
    apart = np.abs(ours.astype(np.float64) - theirs.astype(np.float64))
    if not apart.any():
        return ""
    place = tuple(int(index[0]) for index in np.nonzero(apart))
    return f"first at {place}: {ours[place]:.4g} against {theirs[place]:.4g}; at most {apart.max():.4g} apart"


def _differing_winners(ours: Winners | None, theirs: Winners | None) -> str | None:
    if ours is None or theirs is None:
        return None
    if len(ours) != len(theirs):
        return f"{len(ours)} time steps against {len(theirs)}"
    for step, ((text, percent), (other, their_percent)) in enumerate(zip(ours, theirs, strict=True)):
        if text != other or abs(percent - their_percent) > 1:
            return f"step {step}: {text!r} {percent} % against {other!r} {their_percent} %"
    return ""


def _differing_texts(ours: str, theirs: str) -> str:
    if ours == theirs:
        return ""
    ends = zip(ours, theirs, strict=False)
    place = next((at for at, (a, b) in enumerate(ends) if a != b), min(len(ours), len(theirs)))
    return f"character {place}: {ours[place : place + 8]!r} against {theirs[place : place + 8]!r}"


def _shown(stage: str, reader: ReaderStages) -> str:
    if stage == "outputs" and reader.winners is not None:
        return f"{len(reader.winners)} steps"
    value = _value(stage, reader)
    if isinstance(value, np.ndarray):
        return " x ".join(map(str, value.shape[::-1]))
    return "" if value is None else str(value)
