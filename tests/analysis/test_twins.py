"""Lines with the same image, found among many."""

from __future__ import annotations

import random

from tessnb.analysis.twins import ImageTwins


def test_they_are_those_that_a_dictionary_finds() -> None:
    choice = random.Random(4)
    images = [choice.randbytes(16) for _ in range(150)]
    lines = [(choice.choice(images), choice.choice(["tea", "pier", "שלום"])) for _ in range(400)]
    twins, expected, seen = ImageTwins(), [], {}
    for number, (image, text) in enumerate(lines):
        twins.add(3 * number, image, text)
        first, its = seen.setdefault(image, (3 * number, text))
        if first != 3 * number:
            expected.append((3 * number, first, its == text))
    assert list(twins) == expected
    assert {same for _, _, same in expected} == {True, False}


def test_half_of_a_fingerprint_is_not_enough() -> None:
    twins = ImageTwins()
    for number, image in enumerate((b"aaaaaaaabbbbbbbb", b"aaaaaaaacccccccc", b"ccccccccbbbbbbbb")):
        twins.add(number, image, "")
    assert list(twins) == []
    assert list(ImageTwins()) == []
