"""Learning from sixty lines of an early printed book: true error rates against time, side by side.

The books lie in ``TESSNB_TEST_DATA/scans``; without them nothing is measured. Sixty lines, chosen by a fixed
seed, are trained on, the other ninety are read. Both sides begin from the float model ``fra`` with the
missing characters added: the reference as its documentation tells (the characters of model and lines merged,
``lstmtraining --continue_from --old_traineddata``), ours with ``fine_tune`` as it comes.

``python -m tests.bench.scans FOLDER SECONDS MODELS`` is our side in a process of its own.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tessnb.errors import TessnbError
from tessnb.lines import TrainingLine, read_image_text
from tessnb.recognition import Recognizer
from tessnb.recognition.model import Model
from tessnb.training import fine_tune
from tessnb.training.true_errors import TrueErrors
from tests.bench.measure import cpu_seconds
from tests.bench.rows import Bench, Row

__all__ = ["Reading", "scans"]

BOOKS = ("early-prints-1476", "early-prints-1505")
TRAINED = 60
SEED = 1
#: Seconds by the clock at which both sides are compared; the last stands for convergence.
POINTS = (15, 30, 60, 120, 180)
_IMAGE_SUFFIX = ".nrm.png"


@dataclass(frozen=True)
class Reading:
    """How well a side reads after a time; seconds by the clock and of the processor, and percent."""

    wall: float
    cpu: float
    cer: float


def scans(bench: Bench) -> Iterator[Row]:
    """Compare both sides on each book at each time."""
    data = os.environ.get("TESSNB_TEST_DATA")
    if not data or not (Path(data) / "scans").is_dir():
        return
    for book in BOOKS:
        folder = bench.empty_folder(book)
        _prepare(folder, Path(data), book)
        reference = _read_all(
            folder, _train_reference(folder, bench), charsets=folder / "book/book.traineddata"
        )
        ours = _read_all(folder, _train_ours(folder))
        for point in POINTS:
            mine, theirs = _at(ours, point), _at(reference, point)
            yield Row(
                f"{book}, true CER after {point} s",
                "%",
                mine.cer,
                theirs.cer,
                theirs.cer / max(mine.cer, 1e-9),
                note=f"CPU {mine.cpu:.0f} s against {theirs.cpu:.0f} s",
            )


def _at(readings: list[Reading], point: float) -> Reading:
    """Return the last reading before a time, or the first."""
    return next((each for each in reversed(readings) if each.wall <= point + 1), readings[0])


def _run(folder: Path, *command: str | Path) -> None:
    result = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{result.stdout}{result.stderr}")


def _prepare(folder: Path, data: Path, book: str) -> None:
    """Make training lines and a starter with the reference's tools."""
    best = data / "tessdata_best/fra.traineddata"
    images = sorted((data / "scans" / book).glob(f"*{_IMAGE_SUFFIX}"))
    random.Random(SEED).shuffle(images)
    for part, chosen in (("train", images[:TRAINED]), ("test", images[TRAINED:])):
        (folder / part).mkdir()
        for image in sorted(chosen):
            name = image.name.removesuffix(_IMAGE_SUFFIX)
            shutil.copy(image, folder / part / f"{name}.png")
            shutil.copy(image.with_name(f"{name}.gt.txt"), folder / part / f"{name}.gt.txt")
    shutil.copy(best, folder / "base.traineddata")
    lines = _lines(folder / "train")
    (folder / "text").write_text("".join(f"{line.transcription}\n" for line in lines), "utf-8")
    documents = []
    for line in lines:
        base = Path(line.source).with_suffix("")
        whole = f"0 0 {line.width} {line.height} 0"
        base.with_suffix(".box").write_text(f"WordStr {whole} #{line.transcription}\n\t {whole}\n", "utf-8")
        _run(folder, "tesseract", line.source, base, "--psm", "13", "lstm.train")
        documents.append(f"{base}.lstmf\n")
    (folder / "list").write_text("".join(documents))
    _run(folder, "combine_tessdata", "-u", best, "base.")
    _run(folder, "unicharset_extractor", "--output_unicharset", "new", "--norm_mode", "2", "text")
    _run(folder, "merge_unicharsets", "base.lstm-unicharset", "new", "merged")
    flags = ("--script_dir", data / "langdata_lstm", "--output_dir", folder, "--lang", "book")
    _run(folder, "combine_lang_model", "--input_unicharset", "merged", *flags)


def _lines(folder: Path) -> list[TrainingLine]:
    return [read_image_text(path) for path in sorted(folder.glob("*.png"))]


def _train_reference(folder: Path, bench: Bench) -> list[tuple[float, float, Path]]:
    """Train for as long as the last point is; return the times of checkpoints and their copies."""
    command = [
        *("lstmtraining", "--continue_from", "base.lstm", "--old_traineddata", "base.traineddata"),
        *("--traineddata", "book/book.traineddata", "--train_listfile", "list"),
        *("--model_output", "reference", "--max_iterations", "1000000"),
    ]
    checkpoint = folder / "reference_checkpoint"
    copies: list[tuple[float, float, Path]] = []
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=bench.reference_environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        written = 0
        while (wall := time.perf_counter() - began) < POINTS[-1]:
            time.sleep(0.1)
            if checkpoint.exists() and checkpoint.stat().st_mtime_ns != written:
                written = checkpoint.stat().st_mtime_ns
                time.sleep(0.2)  # until it is written to its end
                copies.append((wall, cpu_seconds(process.pid), folder / f"reference.{len(copies)}"))
                shutil.copy(checkpoint, copies[-1][2])
        process.kill()
    chosen = {_last_before(copies, point) for point in POINTS}
    return [copies[index] for index in sorted(chosen)]


def _last_before(copies: list[tuple[float, float, Path]], point: float) -> int:
    return max((index for index, (wall, _, _) in enumerate(copies) if wall <= point), default=0)


def _train_ours(folder: Path) -> list[tuple[float, float, Path]]:
    """Train in a process of its own; return the times of models and their paths."""
    models = folder / "ours"
    models.mkdir()
    command = [sys.executable, "-m", "tests.bench.scans", folder, str(POINTS[-1]), models]
    _run(Path.cwd(), *command)
    paths = sorted(models.glob("*.traineddata"), key=lambda path: float(path.stem.split("_")[0]))
    return [(*map(float, path.stem.split("_")), path) for path in paths]  # type: ignore[misc]


def _read_all(
    folder: Path, models: list[tuple[float, float, Path]], charsets: Path | None = None
) -> list[Reading]:
    """Read the test lines with each model, without dictionaries."""
    lines = _lines(folder / "test")
    readings = []
    for wall, cpu, path in models:
        recognizer = Recognizer(Model.load(path, charsets=charsets), dictionaries=False)
        errors = TrueErrors()
        for line in lines:
            try:
                found = recognizer.read(line.image).text
            except TessnbError:
                found = ""
            errors.add(_composed(line.transcription), _composed(found))
        readings.append(Reading(wall, cpu, errors.cer))
    return readings


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _main(folder: Path, seconds: float, models: Path) -> None:
    """Fine-tune as the API does by default, and save the model at each point."""
    lines = _lines(folder / "train")
    began = time.perf_counter()
    run = fine_tune(folder / "base.traineddata", lines).start()
    for point in POINTS:
        while not run.state.is_over and time.perf_counter() - began < min(point, seconds):
            time.sleep(0.05)
        times = f"{time.perf_counter() - began:.2f}_{time.process_time():.2f}"
        run.model().save(models / f"{times}.traineddata")
    run.stop()


if __name__ == "__main__":
    _main(Path(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
