"""Editing boxes: each operation by itself, and any sequence of them undone to the byte."""

from __future__ import annotations

import random

import pytest

from tessnb.errors import InputError
from tessnb.formats.boxfile import BoxChar, boxes_from_bytes, boxes_to_bytes
from tessnb.lines.box_editing import (
    LEVELS,
    check_text,
    delete,
    insert,
    merge,
    place,
    set_text,
    split,
    text_lines,
)
from tessnb.lines.box_history import BoxHistory


def page(text: str, number: int = 0) -> tuple[BoxChar, ...]:
    """Characters 10 pixels wide, 2 apart, lines of 20 from y = 500 down; a tab ends a line."""
    boxes = []
    for row, line in enumerate(text.split("\n")):
        chars = [*line, "\t"] if row < text.count("\n") else list(line)
        for column, char in enumerate(chars):
            boxes.append(BoxChar(char, 12 * column, 500 - 30 * row, 12 * column + 10, 520 - 30 * row, number))
    return tuple(boxes)


def text_of(boxes: tuple[BoxChar, ...]) -> str:
    return "".join(box.text for box in boxes).replace("\t", "\n")


def sides(box: BoxChar) -> tuple[int, int, int, int]:
    return box.left, box.bottom, box.right, box.top


def test_a_character_gets_another_text() -> None:
    boxes = page("one")
    after = set_text(boxes, 1, 2, "ñ").apply(boxes)
    assert text_of(after) == "oñe"
    assert sides(after[1]) == sides(boxes[1])
    assert after[0] is boxes[0]


def test_a_character_may_be_several() -> None:
    boxes = page("ofi")
    assert [box.text for box in set_text(boxes, 1, 2, "ffi").apply(boxes)] == ["o", "ffi", "i"]


def test_the_same_characters_keep_their_boxes() -> None:
    boxes = page("the ferry left")
    after = set_text(boxes, 0, 14, "the cherry left!").apply(boxes)
    assert text_of(after) == "the cherry left!"
    same = {"t": 0, "y": 8, "l": 10}
    for char, old in same.items():
        kept = next(index for index, box in enumerate(after) if box.text == char)
        assert sides(after[kept]) == sides(boxes[old])
    replaced = [box for box in after if box.text in ("c", "h")][-2:]
    assert replaced[0].right <= replaced[1].left
    assert replaced[0].left >= boxes[3].left
    assert replaced[1].right <= boxes[5].left


def test_a_ligature_stays_in_its_box_and_is_parted_by_what_comes_between() -> None:
    boxes = (BoxChar("ffi", 0, 0, 30, 20), BoxChar("n", 30, 0, 40, 20))
    assert [box.text for box in set_text(boxes, 0, 2, "ffins").apply(boxes)] == ["ffi", "n", "s"]
    assert [box.text for box in set_text(boxes, 0, 2, "fxfin").apply(boxes)] == ["f", "x", "f", "i", "n"]


def test_graphemes_stay_whole() -> None:
    boxes = page("ab")
    after = set_text(boxes, 0, 2, "e\u0301क्षि").apply(boxes)
    assert after[0].text == "e\u0301"
    assert text_of(after) == "e\u0301क्षि"
    halves = split((BoxChar("e\u0301o\u0308u", 0, 0, 30, 20),), 0, 1).inserted
    assert [box.text for box in halves] == ["e\u0301o\u0308", "u"]
    assert (halves[0].right, halves[1].left) == (20, 20)


def test_new_spaces_get_boxes() -> None:
    boxes = page("newyork")
    after = set_text(boxes, 0, 7, "new york").apply(boxes)
    assert text_of(after) == "new york"
    assert (after[3].left, after[3].right) == (boxes[2].right, boxes[3].left)


@pytest.mark.parametrize("text", ["", "a b", "a\tb", "a\nb", "\ufeffa", "a\0", "a" * 1024, "\ud800"])
def test_texts_that_no_box_file_holds(text: str) -> None:
    with pytest.raises(InputError):
        check_text(text, False)


@pytest.mark.parametrize(("text", "is_word"), [(" ", False), ("\t", False), ("a b # c\t", True), ("#", True)])
def test_texts_that_a_box_file_holds(text: str, is_word: bool) -> None:
    check_text(text, is_word)
    box = BoxChar(text, 1, 2, 3, 4, is_word=is_word)
    assert boxes_from_bytes(boxes_to_bytes([box])) == [box]


def test_one_is_moved_and_sized() -> None:
    boxes = page("one")
    after = place(boxes, 1, 2, (7, 8, 90, 100)).apply(boxes)
    assert sides(after[1]) == (7, 8, 90, 100)
    assert after[::2] == boxes[::2]
    with pytest.raises(InputError, match="without area"):
        place(boxes, 1, 2, (7, 8, 7, 100))


def test_a_word_is_moved_as_a_whole() -> None:
    boxes = page("one two")
    after = place(boxes, 4, 7, (148, 510, 182, 530)).apply(boxes)
    assert [sides(box) for box in after[4:]] == [
        (box.left + 100, box.bottom + 10, box.right + 100, box.top + 10) for box in boxes[4:]
    ]


def test_words_and_lines_are_split_where_the_gap_is_widest() -> None:
    boxes = tuple(
        BoxChar(char, left, 0, left + 8, 20)
        for char, left in zip("newyork", (0, 9, 18, 32, 41, 50, 59), strict=True)
    )
    after = split(boxes, 0, 7, "words").apply(boxes)
    assert text_of(after) == "new york"
    line = page("aa bb cc")
    wide = (*line[:6], *place(line, 6, 8, (200, 500, 230, 520)).inserted)
    assert text_of(split(wide, 0, 8, "lines").apply(wide)) == "aa bb\ncc"
    with pytest.raises(InputError, match="one word"):
        split(page("aa"), 0, 2, "lines")


def test_split_and_merge_are_opposites() -> None:
    boxes = page("one two\nthree")
    words = merge(boxes, 0, 7, "words").apply(boxes)
    assert text_of(words) == "onetwo\nthree"
    lines = merge(boxes, 0, 13, "lines").apply(boxes)
    assert text_of(lines) == "one two three"
    assert text_of(split(lines, 0, 13, "lines").apply(lines)).count("\n") == 1
    joined = merge(boxes, 0, 2).apply(boxes)
    assert (joined[0].text, sides(joined[0])) == ("on", (0, 500, 22, 520))
    assert [box.text for box in split(joined, 0, 1).inserted] == ["o", "n"]


def test_what_cannot_be_merged() -> None:
    boxes = page("one two\nthree")
    with pytest.raises(InputError, match="a space stands in between"):
        merge(boxes, 0, 5)
    with pytest.raises(InputError, match="a line ends in between"):
        merge(boxes, 5, 10, "words")
    with pytest.raises(InputError, match="nothing to merge"):
        merge(boxes, 0, 1)


def test_whole_lines_as_one_box() -> None:
    boxes = (
        BoxChar("one two", 0, 30, 80, 50, is_word=True),
        BoxChar("\t", 81, 30, 85, 50),
        BoxChar("three", 0, 0, 60, 20, is_word=True),
        BoxChar("\t", 61, 0, 65, 20),
    )
    parted = split(boxes, 0, 1, "lines").apply(boxes)
    assert text_of(parted) == "one\ntwo\nthree\n"
    assert (parted[0].right, parted[2].left) == (46, 46)
    words = split(boxes, 0, 1, "words").apply(boxes)
    assert text_of(words) == "one two\nthree\n"
    joined = merge(boxes, 0, 3, "lines").apply(boxes)
    assert text_of(joined) == "one two three\n"
    assert sides(joined[0]) == (0, 0, 80, 50)
    added = insert(boxes, 0, BoxChar("zero", 0, 60, 80, 70, is_word=True)).apply(boxes)
    assert text_of(added) == "zero\none two\nthree\n"
    added = insert(boxes, 1, BoxChar("middle", 0, 60, 80, 70, is_word=True)).apply(boxes)
    assert text_of(added) == "one two\nmiddle\nthree\n"
    added = insert(boxes[:1], 1, BoxChar("last", 0, 60, 80, 70, is_word=True)).apply(boxes[:1])
    assert text_of(added) == "one two\nlast\n"


def test_words_and_lines_go_with_their_separators() -> None:
    boxes = page("one two\nthree")
    assert text_of(delete(boxes, 0, 3, "words").apply(boxes)) == "two\nthree"
    assert text_of(delete(boxes, 4, 7, "words").apply(boxes)) == "one\nthree"
    assert text_of(delete(boxes, 0, 7, "lines").apply(boxes)) == "three"
    assert text_of(delete(boxes, 8, 13, "lines").apply(boxes)) == "one two"
    assert text_of(delete(boxes, 3, 4).apply(boxes)) == "onetwo\nthree"


def test_lines() -> None:
    assert text_lines(page("one\n\ntwo")) == [(0, 3), (5, 8)]
    assert text_lines(()) == []


def test_impossible_places() -> None:
    for start, stop in ((0, 0), (-1, 1), (0, 4), (2, 1)):
        with pytest.raises(InputError, match="no such boxes"):
            delete(page("one"), start, stop)
    with pytest.raises(InputError, match="no such place"):
        insert(page("one"), 4, BoxChar("a", 0, 0, 1, 1))


def random_edit(rng: random.Random, boxes: tuple[BoxChar, ...]) -> object:
    """Some operation on some boxes; None where it is impossible."""
    start = rng.randrange(len(boxes) + 1)
    stop = rng.randint(start, min(start + 6, len(boxes)))
    level = rng.choice(LEVELS)
    left, bottom = rng.randrange(900), rng.randrange(900)
    text = rng.choice(["x", "ffi", "two words", "\u05e9\u05dc\u05d5\u05dd", "e\u0301", "\t", "", " "])
    operations = (
        lambda: set_text(boxes, start, stop, text),
        lambda: place(
            boxes, start, stop, (left, bottom, left + rng.randint(0, 90), bottom + rng.randint(1, 50))
        ),
        lambda: split(boxes, start, stop, level),
        lambda: merge(boxes, start, stop, level),
        lambda: delete(boxes, start, stop, level),
        lambda: insert(
            boxes, start, BoxChar(text, left, bottom, left + 9, bottom + 9, is_word=rng.random() < 0.3)
        ),
    )
    try:
        return rng.choice(operations)()
    except InputError:
        return None


@pytest.mark.parametrize("seed", range(20))
def test_every_edit_is_undone_and_done_again_to_the_byte(seed: int) -> None:
    rng = random.Random(seed)
    words = (BoxChar("a line", 0, 0, 60, 20, is_word=True), BoxChar("\t", 61, 0, 65, 20))
    start = [page("The old harbour\nat 6:45, ten"), (*page("é"), *words), ()]
    history = BoxHistory(lambda number: start[number])
    states, made = [[boxes_to_bytes(page) for page in start]], 0
    while made < 60:
        number = rng.randrange(3)
        edit = random_edit(rng, history[number])
        if edit is None:
            continue
        made += 1
        before = boxes_to_bytes(history[number])
        history.apply(number, edit)  # type: ignore[arg-type]
        data = boxes_to_bytes(history[number])
        assert boxes_from_bytes(data) == list(history[number])
        if data != before:
            states.append([boxes_to_bytes(history[place]) for place in range(3)])
    assert history.changed
    for state in reversed(states[:-1]):
        assert history.undo() is not None
        assert [boxes_to_bytes(history[place]) for place in range(3)] == state
    assert history.undo() is None
    assert not history.changed
    for state in states[1:]:
        assert history.redo() is not None
        assert [boxes_to_bytes(history[place]) for place in range(3)] == state
    assert history.redo() is None


def test_steps_of_one_box_are_undone_at_once() -> None:
    boxes = page("one")
    history = BoxHistory(lambda number: boxes)
    for step in range(1, 4):
        left, bottom, right, top = sides(boxes[1])
        edit = place(history[0], 1, 2, (left + step, bottom, right + step, top))
        history.apply(0, edit, joins=True)
    assert history[0][1].left == boxes[1].left + 3
    history.undo()
    assert history[0] == boxes
    assert not history.can_undo


def test_what_was_saved_is_a_step_of_its_own() -> None:
    boxes = page("one")
    history = BoxHistory(lambda number: boxes)
    history.apply(0, place(boxes, 0, 1, (1, 500, 11, 520)), joins=True)
    history.mark_saved()
    assert not history.changed
    history.apply(0, place(history[0], 0, 1, (2, 500, 12, 520)), joins=True)
    assert history.changed
    history.undo()
    assert not history.changed
    history.undo()
    assert history.changed
    history.redo()
    assert not history.changed
    assert history.edited_pages == [0]
