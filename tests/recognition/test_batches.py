"""Lines in batches: in their order, each as it would be read alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tessnb.errors import InputError
from tessnb.network import TRand, build_network
from tessnb.recognition import Batches, Job


@pytest.fixture(scope="module")
def images() -> list[np.ndarray]:
    source = np.random.default_rng(2)
    return [source.integers(0, 256, (36, int(width)), np.uint8) for width in source.integers(20, 200, 40)]


def test_order_errors_and_what_is_taken_ahead(images: list[np.ndarray]) -> None:
    network = build_network("[1,36,0,1 Ct3,3,4 Mp3,3 Lfys8 Lfx12 Lrx12 O1c9]", 9, TRand(1))
    taken = 0

    def jobs() -> Iterator[Job[float]]:
        nonlocal taken
        for number in range(400):
            taken += 1

            def image(number: int = number) -> np.ndarray:
                if number == 7:
                    raise InputError("no image")
                return images[number % len(images)]

            def finish(outputs: np.ndarray, inverted: bool, number: int = number) -> float:
                if number == 11:
                    raise InputError("no result")
                return float(outputs[-1, 3])

            yield Job(image, finish, number)

    batches = Batches(network, 8)
    results = batches.run(jobs())
    first = [next(results) for _ in range(60)]
    assert taken < 250
    results.close()
    assert [index for index, result in enumerate(first) if isinstance(result, InputError)] == [7, 11]
    alone = Batches(network, 8, threads=1)
    for number in (0, 13, 59):
        job = Job(lambda number=number: images[number % len(images)], lambda o, _: float(o[-1, 3]), number)
        assert next(alone.run([job])) == pytest.approx(first[number], rel=1e-5)
