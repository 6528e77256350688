"""Evaluation beside the real ``lstmeval`` and beside jiwer; tables that add up; sets larger than memory."""

from __future__ import annotations

import pickle
import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jiwer
import pytest

import tessnb as tn
from tessnb.errors import InputError
from tessnb.formats.lstmf import Document
from tests.conftest import EnglishSet, run_tool


def lstmeval(model: Path, listing: Path) -> tuple[float, float]:
    log = run_tool("lstmeval", "--model", model, "--eval_listfile", listing)
    found = re.search(r"BCER eval=([\d.]+), BWER eval=([\d.]+)", log.stdout + log.stderr)
    assert found is not None
    return float(found[1]), float(found[2])


@pytest.mark.parametrize("trainable", [False, True])
def test_the_reference_finds_the_same(english: EnglishSet, tmp_path: Path, trainable: bool) -> None:
    """BCER and BWER as lstmeval prints them, for an integer model and for the same with float weights.

    Documents of different lengths, and lines that cannot be used, are counted as it counts them.
    """
    model = tmp_path / "eng.traineddata"
    tn.load_model("eng", trainable=trainable).save(model)
    pages = Document.read(english.file(english.unseen_font, ".lstmf")).pages
    pages[1].transcription = "кириллица"
    for page in pages[3:5]:
        page.transcription = page.transcription.replace("e", "x")
    for name, chosen in (("a", pages[:3]), ("b", pages[3:8]), ("c", pages[8:9])):
        Document(chosen).write(tmp_path / f"{name}.lstmf")
    names = [str(tmp_path / f"{name}.lstmf") for name in "abc"]
    (tmp_path / "list").write_text("\n".join(names) + "\n")
    bcer, bwer = lstmeval(model, tmp_path / "list")
    assert 0 < bcer < bwer < 50
    result = tn.evaluate(model, names)
    assert result.bcer == pytest.approx(bcer, abs=0.01)
    assert result.bwer == pytest.approx(bwer, abs=0.01)
    assert sorted([*result.lines.index, *result.skipped.index]) == list(range(9))
    assert result.skipped.truth[1] == "кириллица"
    assert "encode" in result.skipped.reason[1]


def random_pairs(count: int) -> list[tuple[str, str]]:
    draw = random.Random(3)
    alphabet = "abc de  \tfgé🙂e\u0301שक्ष."

    def text(least: int) -> str:
        return "".join(draw.choices(alphabet, k=draw.randint(least, 30)))

    return [(text(1), text(0)) for _ in range(count)]


def test_rates_are_those_of_jiwer() -> None:
    truths, reads = map(list, zip(*random_pairs(10_000), strict=True))
    result = tn.compare_texts(truths, reads)
    assert result.cer == pytest.approx(100 * jiwer.cer(truths, reads), rel=1e-12)
    assert result.wer == pytest.approx(100 * jiwer.wer(truths, reads), rel=1e-12)
    some = result.lines[result.lines.characters > 0].iloc[:100]
    for row in some.itertuples():
        assert row.cer == pytest.approx(100 * jiwer.cer(row.truth, row.read))
        if row.words:
            assert row.wer == pytest.approx(100 * jiwer.wer(row.truth, row.read))


def test_errors_are_graphemes_where_they_stand() -> None:
    result = tn.compare_texts(["ab क्षि e\u0301x", " <b> "], ["ab क्ष e\u0301yx", "<i>"])
    rows = [
        (row.line, row.kind, row.truth, row.read, row.position, row.read_position, row.word_position)
        for row in result.errors.itertuples()
    ]
    assert rows == [
        (0, "substituted", "क्षि", "क्ष", 3, 3, "alone"),
        (0, "inserted", "", "y", 10, 9, "middle"),
        (1, "substituted", "b", "i", 2, 1, "middle"),
    ]
    assert result.errors.context[0] == "ab [क्षि] e\u0301x"
    assert list(result.errors.character_class) == ["letter", "lower case", "lower case"]
    for row in result.errors.itertuples():
        for text, place, grapheme in (
            (result.lines.truth[row.line], row.position, row.truth),
            (result.lines["read"][row.line], row.read_position, row.read),
        ):
            assert text[place : place + len(grapheme)] == grapheme


def test_groups_add_up() -> None:
    truths, reads = map(list, zip(*random_pairs(500), strict=True))
    fonts = ["Serif" if number % 3 else "Sans" for number in range(500)]
    result = tn.compare_texts(truths, reads, font=fonts, source=[str(number // 50) for number in range(500)])
    for group in ("font", "script", "document"):
        table = result.by(group)
        assert table.lines.sum() == 500
        assert table.distance.sum() == result.lines.distance.sum()
        assert table.cer.is_monotonic_decreasing
    for group in ("class", "word_position"):
        table = result.by(group)
        assert table[["substituted", "deleted", "inserted"]].sum().sum() == len(result.errors)
        assert table.characters.sum() == sum(result.grapheme_counts.values())
    assert result.by("font").loc["Sans", "lines"] == 167
    assert result.confusions["count"].sum() == len(result.errors)
    with pytest.raises(InputError, match="no such group"):
        result.by("weather")


def test_places_in_the_image() -> None:
    """A wrong truth is an error where the character's box is."""
    line = tn.render("The ferry leaves at 6:45", ["DejaVu Sans"], xsize=1500)[0]
    place = line.box_texts.index("v")
    left, _, right, _ = line.boxes[place]
    wrong = line.transcription.replace("v", "w")
    result = tn.evaluate("eng", [tn.TrainingLine(line.image, wrong, line.boxes, line.box_texts, font="x")])
    (error,) = result.errors.itertuples()
    assert (error.truth, error.read, error.position) == ("w", "v", wrong.index("w"))
    assert abs(error.left - left) < 12
    assert abs(error.right - right) < 12
    assert result.lines.width[0] == line.width
    assert result.lines.confidence[0] > 80
    assert result.line(0).font == "x"
    assert result.thumbnail(0).startswith(b"\x89PNG")


def test_dictionaries_are_those_of_tesseract(capsys: pytest.CaptureFixture[str]) -> None:
    lines = tn.render("The ferry leaves at 6:45 from\nPier 9 over there", ["FreeSerif"], xsize=1500)
    result = tn.evaluate("eng", lines, dictionaries=True, progress=True)
    assert "2/2" in capsys.readouterr().err
    read = tn.Recognizer(tn.load_model("eng"))
    assert list(result.lines["read"]) == [read.read(line.image).text for line in lines]
    assert list(result.lines.dictionary) == [6, 4]
    assert tn.evaluate("eng", lines).lines.dictionary.sum() == 0


class Elsewhere(ThreadPoolExecutor):
    """What is done here could be done on another machine: it is pickled there and back."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        parcel = pickle.dumps((work, args, kwargs))

        def run() -> Any:
            unpacked, positional, named = pickle.loads(parcel)
            return pickle.loads(pickle.dumps(unpacked(*positional, **named)))

        return super().submit(run)


def test_any_executor_gives_the_same() -> None:
    lines = list(tn.render(tn.english_text()[:400], ["DejaVu Sans"], xsize=1800))
    here = tn.evaluate("eng", lines)
    with Elsewhere(2) as pool:
        there = tn.evaluate("eng", lines, executor=pool)
    assert here.lines.equals(there.lines)
    assert here.errors.equals(there.errors)


def test_lines_stream_through() -> None:
    """Only a few lines are ahead of what is finished."""
    line = tn.render("The ferry", ["DejaVu Sans"], xsize=900)[0]
    taken = done = furthest = 0

    def endless() -> Iterator[tn.TrainingLine]:
        nonlocal taken, furthest
        for _ in range(300):
            taken += 1
            furthest = max(furthest, taken - done)
            yield line

    def report(count: int, total: int | None) -> None:
        nonlocal done
        done = count
        assert total is None

    result = tn.evaluate("eng", endless(), progress=report)
    assert len(result.lines) == done == 300
    assert furthest < 200
    with pytest.raises(InputError, match="pictures are gone"):
        result.line(0)


def test_what_it_shows_is_escaped() -> None:
    result = tn.compare_texts(["<script>a</script>"], ["<script>b</script>&"])
    shown = result._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "CER" in repr(result)
    assert result.summary["inserted"] == 1


def test_no_lines_is_one_clear_error() -> None:
    for lines in ([], iter(())):
        with pytest.raises(InputError, match="no line"):
            tn.evaluate("eng", lines)
    with pytest.raises(InputError, match="equally many"):
        tn.compare_texts(["a"], [])
