"""Every kind of trouble, planted in lines of several scripts, is found; and after the fix it is gone."""

from __future__ import annotations

import pickle
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tessnb as tn
from tessnb.analysis.checks import CHECKS, Target, time_steps
from tessnb.charset import Encoder
from tessnb.errors import InputError
from tessnb.kernels.ctc import label_limits
from tessnb.lines import TrainingLine
from tessnb.training import Characters

TEXTS = {
    "Latin": "The café at Pier 9 is open,\nask the ferry crew for tea",
    "Cyrillic": "Кафе у причала открыто,\nйогурт и чай у экипажа",
    "Hebrew": "שלום עולם, בית הקפה פתוח\nאנחנו שותים תה עם חברים",
    "Arabic": "المقهى مفتوح عند الرصيف\nالشاي مع الأصدقاء",
    "Devanagari": "नमस्ते दुनिया यह चाय है\nक्षमा करें नाव कहाँ है",
}


@cache
def set_of(script: str) -> tuple[tn.TrainedData, tuple[TrainingLine, ...]]:
    """A starter and two sound lines."""
    text = TEXTS[script]
    font = next(
        f for f in tn.find_fonts(covering=text) if f.name.startswith(("DejaVu Sans", "Noto Sans Deva"))
    )
    lines = tuple(tn.render(text, [font], xsize=1600))
    return tn.make_starter(lines, norm_mode=2), lines


def kinds_of(report: tn.Preflight) -> set[str]:
    return set(report.problems.kind) - {"rare_character"}


@pytest.mark.parametrize("script", TEXTS)
def test_sound_lines_pass(script: str) -> None:
    starter, lines = set_of(script)
    report = tn.preflight(lines, starter)
    assert kinds_of(report) == set()
    fixed = report.fix()
    assert [line.transcription for line in fixed] == [line.transcription for line in lines]


def logical(line: TrainingLine) -> TrainingLine:
    """Write a line's text as it is read aloud, without boxes."""
    text = line.transcription[::-1]
    return replace(line, transcription=text, boxes=np.zeros((0, 4)), box_texts=[text])


def backwards(line: TrainingLine) -> TrainingLine:
    """The same with boxes, from right to left."""
    texts = line.box_texts[len(line.boxes) - 1 :: -1]
    return replace(line, transcription="".join(texts), boxes=line.boxes[::-1], box_texts=texts)


def worded(change: Callable[[str], str]) -> Callable[[TrainingLine], TrainingLine]:
    return lambda line: replace(line, transcription=change(line.transcription))


def pictured(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[TrainingLine], TrainingLine]:
    return lambda line: replace(line, image=change(line.image))


def padded(above: int, beside: int = 0) -> Callable[[np.ndarray], np.ndarray]:
    return lambda image: np.pad(image, ((above, above), (beside, beside)), constant_values=255)


#: Kind → scripts, and what makes such a line of a sound one.
PLANTED: dict[str, tuple[str, Callable[[TrainingLine], TrainingLine]]] = {
    "control_characters": ("Latin Hebrew Devanagari", worded(lambda text: f"{text[:3]}\u200b{text[3:]}\a")),
    "edge_spaces": ("Latin Cyrillic Arabic", worded(lambda text: f" {text}  ")),
    "unencodable": ("Latin Hebrew", worded(lambda text: text.replace(" ", "\u2009"))),
    "empty": ("Latin Devanagari", worded(lambda text: " ")),
    "blank_image": ("Latin Arabic", pictured(lambda image: np.full_like(image, 250))),
    "too_tall": ("Latin Cyrillic", pictured(padded(60))),
    "vertical": ("Latin Hebrew", pictured(lambda image: np.rot90(image[:, :400]).copy())),
    "too_wide": ("Latin Hebrew", pictured(padded(0, 5000))),
    "too_small": ("Latin", pictured(lambda image: np.vstack([image[:, 60:65]] * 3))),
    "no_room": ("Latin Devanagari", pictured(lambda image: image[:, 5:45])),
    "missing_font": ("Latin", lambda line: replace(line, font="")),
    "missing_boxes": ("Cyrillic", lambda line: replace(line, boxes=np.zeros((0, 4)))),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "script"),
    [(kind, script) for kind, (scripts, _) in PLANTED.items() for script in scripts.split()],
)
def test_a_planted_defect_is_found_and_mended(kind: str, script: str) -> None:
    starter, (sound, other) = set_of(script)
    bad = PLANTED[kind][1](sound)
    report = tn.preflight([other, bad], starter)
    rows = report.problems[report.problems.kind == kind]
    assert set(rows.line) == {1}
    assert (rows.advice != "").all()
    if not rows.fix.iloc[0]:
        with pytest.raises(InputError, match="no one-call fix"):
            report.fix(kind)
        return
    fixed = report.fix(kind)
    assert kind not in kinds_of(tn.preflight(fixed, starter))
    assert fixed[0].transcription == other.transcription
    if len(fixed) == 2 and kind != "unencodable":
        assert fixed[1].transcription == sound.transcription
    assert tn.preflight(report.fix(), starter).problems.severity.ne("error").all()
    assert bad.image.shape == report.lines[1].image.shape


def test_columns_are_turned() -> None:
    """Upright characters, one below the other, lie on their left sides afterwards."""
    text = "日本語文"
    column = np.full((200, 60), 255, np.uint8)
    for place in range(4):
        column[10 + 48 * place : 46 + 48 * place, 12:48] = 0
    column[10:46, 40:48] = 100  # the right edge of the first
    starter = tn.make_starter(text)
    report = tn.preflight([TrainingLine(column, text)], starter)
    assert "vertical" in kinds_of(report)
    (turned,) = report.fix("vertical")
    assert turned.vertical
    assert turned.image.shape == (60, 200)
    assert (turned.image[12:20, 10:46] == 100).all()  # is at the top now
    assert "vertical" not in kinds_of(tn.preflight([turned], starter))


class Elsewhere(ThreadPoolExecutor):
    """What is done here could be done on another machine: it is pickled there and back."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        parcel = pickle.dumps((work, args, kwargs))
        return super().submit(lambda: pickle.loads(pickle.dumps(_do(*pickle.loads(parcel)))))


def _do(work: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return work(*args, **kwargs)


def test_any_executor_finds_the_same() -> None:
    starter, lines = set_of("Latin")
    spoiled = [replace(line, transcription=f" {line.transcription}") for line in lines]
    several = [*lines, *spoiled] * 50
    done: list[tuple[int, int | None]] = []
    here = tn.preflight(several, starter, progress=lambda count, total: done.append((count, total)))
    assert done == [(number, 200) for number in range(1, 201)]
    with Elsewhere(2) as pool:
        there = tn.preflight(several, starter, executor=pool)
    assert len(here.problems)
    assert here.problems.equals(there.problems)


def test_a_changed_image_is_looked_at_again() -> None:
    starter, (sound, _) = set_of("Latin")
    line = replace(sound, image=sound.image.copy())
    assert "blank_image" not in kinds_of(tn.preflight([line], starter))
    line.image[:] = 255
    assert "blank_image" in kinds_of(tn.preflight([line], starter))


@pytest.mark.parametrize("spell", [logical, backwards])
@pytest.mark.parametrize("script", ["Hebrew", "Arabic"])
def test_reading_order_is_told_from_image_order(
    script: str, spell: Callable[[TrainingLine], TrainingLine]
) -> None:
    starter, (sound, _) = set_of(script)
    bad = spell(sound)
    report = tn.preflight([bad], starter)
    assert "wrong_direction" in kinds_of(report)
    (fixed,) = report.fix("wrong_direction")
    assert fixed.transcription == sound.transcription
    assert "wrong_direction" not in kinds_of(tn.preflight([fixed], starter))


@pytest.mark.parametrize("script", ["Latin", "Cyrillic", "Devanagari"])
def test_decomposed_text_is_composed(script: str) -> None:
    starter, (sound, other) = set_of(script)
    source = {"Latin": sound, "Cyrillic": other, "Devanagari": other}[script]
    text = unicodedata.normalize("NFD", source.transcription)
    if script == "Devanagari":
        text = text.replace("क्षमा", "\u093eक्षमा")  # a vowel sign that stands on nothing
    bad = replace(source, transcription=text)
    report = tn.preflight([bad], starter)
    assert "normalization" in kinds_of(report)
    assert (
        report.problems.found[report.problems.kind == "normalization"].str.contains("U+", regex=False).all()
    )
    (fixed,) = report.fix("normalization")
    assert fixed.transcription == source.transcription


@pytest.mark.parametrize("script", ["Latin", "Arabic", "Devanagari"])
def test_two_lines_in_one_image(script: str) -> None:
    starter, (one, two) = set_of(script)
    width = max(one.width, two.width)
    rows = [np.pad(line.image, ((3, 3), (0, width - line.width)), constant_values=255) for line in (one, two)]
    both = TrainingLine(np.vstack(rows), f"{one.transcription}\n{two.transcription}", font="x")
    report = tn.preflight([both], starter)
    assert "several_lines" in kinds_of(report)
    fixed = report.fix("several_lines")
    assert [line.transcription for line in fixed] == [one.transcription, two.transcription]
    for line, original in zip(fixed, (one, two), strict=True):
        assert (line.image < 128).sum() == pytest.approx((original.image < 128).sum(), rel=0.02)
    unclear = replace(both, transcription=one.transcription)
    assert tn.preflight([unclear], starter).fix("several_lines") == []


def test_unencodable_characters_are_named() -> None:
    _, (sound, _) = set_of("Latin")
    lines = [replace(sound, transcription="The ferry’s tea"), replace(sound, transcription="tea ₹")]
    report = tn.preflight(lines, tn.make_starter("The ferry's tea"))
    rows = report.problems[report.problems.kind == "unencodable"].set_index("line")
    assert rows.nearest.to_dict() == {0: "'", 1: ""}
    assert rows.found[1] == "U+20B9 INDIAN RUPEE SIGN '₹'"
    assert [line.transcription for line in report.fix("unencodable")] == ["The ferry's tea"]


@pytest.mark.parametrize("script", ["Latin", "Hebrew"])
def test_sets_are_looked_at_as_a_whole(script: str) -> None:
    starter, (one, two) = set_of(script)
    again, quarrel = replace(one), replace(one, transcription=one.transcription[:-2])
    reprint = replace(two, image=two.image[1:])
    report = tn.preflight([one, again, quarrel, two], starter, held_out=[two, reprint], min_count=3)
    found = {(row.line, row.kind) for row in report.problems.itertuples() if row.kind != "rare_character"}
    assert found == {(1, "duplicate"), (2, "contradiction"), (3, "leakage")}
    assert {"shared_text"} == kinds_of(tn.preflight([reprint], starter, held_out=[two]))
    assert report.fix("duplicate", "leakage") == [one, quarrel]
    rare = report.problems[report.problems.kind == "rare_character"]
    texts = "".join(line.transcription for line in report.lines)
    assert all(texts.count(row.character) < 3 for row in rare.itertuples())
    assert len(rare) == sum(texts.count(c) < 3 and not c.isspace() for c in set(texts))


def test_room_is_what_training_asks_for() -> None:
    """The formula agrees with the trainer's own table of labels and steps."""
    starter, _ = set_of("Latin")
    characters = Characters.of(starter)
    encoder = Encoder(characters.unicharset, characters.recoder)
    check = next(check for check in CHECKS if check.kind == "no_room")
    target = Target(encoder, 36, 3)
    for text in ("teeee", "tea", "ttttttt", "ask the crew"):
        for width in range(20, 220, 7):
            line = TrainingLine(np.zeros((72, width), np.uint8), text)
            labels = np.array(encoder.encode_text(text), np.int32)
            steps = time_steps(line, target)
            limits = np.empty((2, steps), np.int32)
            assert bool(check.findings(line, target)) != label_limits(labels, encoder.null_char, *limits)


def test_a_specification_decides_on_room() -> None:
    starter, (sound, _) = set_of("Latin")
    narrow = replace(sound, image=sound.image[:, : sound.width // 2])
    assert "no_room" not in kinds_of(
        tn.preflight([narrow], starter, net_spec="[1,36,0,1 Ct3,3,4 Mp3,3 Lfx8 O1c1]")
    )
    assert "no_room" in kinds_of(
        tn.preflight([narrow], starter, net_spec="[1,24,0,1 Ct3,3,4 Mp9,9 Lfx8 O1c1]")
    )


def test_a_model_and_damaged_documents(tmp_path: Path) -> None:
    _, lines = set_of("Latin")
    from tessnb.formats.lstmf import Document

    pages = [line.to_image_data() for line in lines]
    pages[1].image_data = b"no picture"
    Document(pages).write(tmp_path / "a.lstmf")
    report = tn.preflight([tmp_path / "a.lstmf"], "eng")
    assert set(report.problems.line[report.problems.severity == "error"]) == {1}
    assert not report.ok
    assert len(report.fix()) == 1
    assert "unreadable" in repr(report.summary)
    assert "1 errors" in repr(report)


def test_what_it_shows_is_escaped() -> None:
    starter, (sound, _) = set_of("Latin")
    report = tn.preflight([replace(sound, transcription="<b>tea</b>")], starter)
    assert "<b>" not in report._repr_html_()
    assert "&lt;b&gt;" in report._repr_html_()
    assert "nothing wrong" in tn.preflight([sound], "eng")._repr_html_()
