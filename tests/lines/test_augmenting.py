"""Line images made different at random, always the same way for the same iteration."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from tessnb.errors import InputError
from tessnb.lines import Augmenter

EFFECTS = [each.name for each in fields(Augmenter) if each.name not in ("others", "seed")]
NOTHING = Augmenter(**{name: (0.0, 0.0) for name in EFFECTS})


@pytest.fixture
def image() -> np.ndarray:
    """Upright bars on grey paper."""
    picture = np.full((40, 200), 230, np.uint8)
    for left in range(10, 190, 20):
        picture[8:32, left : left + 6] = 20
    return picture


def _only(name: str, seed: int = 1) -> Augmenter:
    return replace(NOTHING, **{name: (1.0, getattr(Augmenter(), name)[1])}, seed=seed)


def test_without_effects_nothing_changes(image: np.ndarray) -> None:
    np.testing.assert_array_equal(NOTHING(image, 3), image)


@pytest.mark.parametrize("name", EFFECTS)
def test_each_effect_changes_the_image_and_leaves_the_bars(image: np.ndarray, name: str) -> None:
    changed = _only(name)(image, 3)
    assert changed.dtype == np.uint8
    assert changed.shape[0] == image.shape[0]
    assert changed.shape != image.shape or (changed != image).any()
    ink = (changed.min(axis=0) < 128).astype(int)
    assert (np.diff(ink) == 1).sum() == 9


@pytest.mark.parametrize("name", EFFECTS)
def test_draws_depend_on_iteration_and_seed_alone(image: np.ndarray, name: str) -> None:
    augment = _only(name)
    for other in (_only(name), replace(augment)):
        np.testing.assert_array_equal(augment(image, 7), other(image, 7))
    pictures, others = (
        [each(image, iteration).tobytes() for iteration in range(5)]
        for each in (augment, _only(name, seed=2))
    )
    assert len(set(pictures)) > 3
    assert pictures != others


def test_one_effect_less_leaves_the_others_as_they_were(image: np.ndarray) -> None:
    both = replace(NOTHING, slant=(1.0, 0.2), stretch=(1.0, 0.2))
    assert both(image, 5).shape == replace(both, slant=(0.0, 0.0))(image, 5).shape


def test_stretching_and_slanting_do_what_they_say(image: np.ndarray) -> None:
    widths = {_only("stretch")(image, iteration).shape[1] for iteration in range(20)}
    assert min(widths) >= 200 * np.exp(-0.2) - 1
    assert max(widths) <= 200 * np.exp(0.2) + 1
    assert min(widths) < 195
    assert max(widths) > 205

    def left_edges(picture: np.ndarray) -> tuple[int, int]:
        return int((picture[9] < 128).argmax()), int((picture[30] < 128).argmax())

    lean = [top - bottom for top, bottom in map(left_edges, (_only("slant")(image, i) for i in range(20)))]
    assert min(lean) < -1
    assert max(lean) > 1


def test_bits_and_colours(image: np.ndarray) -> None:
    grey = Augmenter()(image, 1)
    bits = Augmenter()(image < 128, 1)
    colour = Augmenter(noise=(0, 0))(np.stack([image] * 3, axis=2), 1)
    assert bits.dtype == np.uint8
    assert bits.shape == grey.shape
    np.testing.assert_array_equal(colour[..., 0], Augmenter(noise=(0, 0))(image, 1))


def test_other_effects_come_last(image: np.ndarray) -> None:
    augment = replace(NOTHING, others={"white": (lambda picture, random, strength: picture * 0, 1.0, 1.0)})
    assert not augment(image, 1).any()


def test_strengths_can_be_scaled() -> None:
    assert Augmenter().scaled(0.5).slant == (Augmenter().slant[0], Augmenter().slant[1] / 2)


@pytest.mark.parametrize("chance", [(1.5, 1.0), (0.5, -1.0)])
def test_impossible_chances_are_refused(chance: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="probability"):
        Augmenter(blur=chance)
