"""``lstmeval`` on a thousand lines in six fonts: the same figures and the same text as the reference's?"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from tests.bench.material import FONTS, training_lines
from tests.bench.measure import Usage, usage
from tests.bench.rows import TESSNB, Bench, Row

__all__ = ["same_evaluation"]

SIX_FONTS = (*FONTS, "Liberation Sans Narrow Bold Condensed")
LINES = 1000
_FIGURES = re.compile(r"BCER eval=([\d.]+), BWER eval=([\d.]+)")


def _thousand_lines(bench: Bench) -> Path:
    """Return a list of documents: random words of the training text, others in each font."""
    folder = bench.material.folder / "thousand"
    listed = folder / "list"
    if not listed.exists():
        folder.mkdir(exist_ok=True)
        words = bench.material.text.read_text("utf-8").split()
        paths = []
        for number, font in enumerate(SIX_FONTS):
            generator = random.Random(number)
            text = folder / f"text.{number}"
            count = LINES // len(SIX_FONTS) + (number < LINES % len(SIX_FONTS))
            lines = [" ".join(generator.choices(words, k=10)) for _ in range(count)]
            text.write_text("".join(f"{line}\n" for line in lines), "utf-8")
            paths.append(training_lines(font, text, f"thousand.{number}", folder))
        listed.write_text("".join(f"{path}\n" for path in paths))
    return listed


def _models(bench: Bench) -> Iterator[tuple[str, Path]]:
    yield "int8 eng", Path("/usr/share/tesseract-ocr/5/tessdata/eng.traineddata")
    if bench.material.data:
        yield "float fra", bench.material.data / "tessdata_best/fra.traineddata"


def _read(result: Usage) -> tuple[float, float, list[str]]:
    found = _FIGURES.search(result.output)
    assert found is not None, result.output
    texts = [line for line in result.output.splitlines() if line.startswith("OCR  :")]
    return float(found[1]), float(found[2]), texts


def same_evaluation(bench: Bench) -> Iterator[Row]:
    """BCER and BWER of both, the share of lines read alike, and the time that it took."""
    lines = _thousand_lines(bench)
    for name, model in _models(bench):
        flags = ["lstmeval", "--model", str(model), "--eval_listfile", str(lines), "--verbosity", "2"]
        results = [
            usage([*prefix, *flags], bench.environment(prefix), bench.folder) for prefix in (TESSNB, ())
        ]
        (bcer, bwer, texts), (their_bcer, their_bwer, their_texts) = map(_read, results)
        assert len(texts) == len(their_texts)
        same = sum(mine == theirs for mine, theirs in zip(texts, their_texts, strict=True))
        count = len(texts)
        yield Row(f"lstmeval, {name}, {count} lines: BCER", "%", bcer, their_bcer)
        yield Row(f"lstmeval, {name}, {count} lines: BWER", "%", bwer, their_bwer)
        yield Row(f"lstmeval, {name}, {count} lines: read alike", "%", 100 * same / count)
        rates = [count / result.wall for result in results]
        yield Row(f"lstmeval, {name}, {count} lines", "lines/s", *rates, rates[0] / rates[1])
