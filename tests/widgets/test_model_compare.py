"""Two models side by side, without a browser."""

from __future__ import annotations

import doctest
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import tessnb as tn
from tessnb.errors import InputError
from tessnb.widgets import model_compare

Make = Callable[..., tn.TrainingRun]


def sent_by(comparison: Any) -> list[Any]:
    """Keep what goes to the browser."""
    sent: list[Any] = []
    comparison.send = lambda content, buffers=None: sent.append((content, buffers))
    return sent


def wait_for(sent: list[Any], kind: str) -> Any:
    deadline = time.monotonic() + 60
    while not (found := [message for message in sent if message[0]["kind"] == kind]):
        assert time.monotonic() < deadline, "no answer"
        time.sleep(0.01)
    return found[-1]


@pytest.fixture
def material(make_run: Make) -> tuple[tn.Model, tn.Model, list[tn.TrainingLine]]:
    """A network before and after some training, and three lines."""
    run = make_run(max_iterations=60)
    before = run.model()
    run.start().wait()
    return (
        before,
        run.model(),
        list(tn.render("one & two\nthree <b> four\nfive six", ["DejaVu Sans"], xsize=700)),
    )


def test_both_models_read_all_lines(material: tuple[tn.Model, tn.Model, list[tn.TrainingLine]]) -> None:
    a, b, lines = material
    comparison = tn.ModelCompare(a, b, lines, names=("before", "<after>"), start=False)
    sent = sent_by(comparison)
    with pytest.raises(InputError, match="state new"):
        comparison.wait(1)
    comparison._on_message(comparison, {"kind": "start"}, [])
    result = comparison.wait(60)
    assert comparison.state == "done"
    assert result.a.cer == tn.evaluate(a, lines).cer
    assert result.b.cer == tn.evaluate(b, lines).cer
    sent.clear()
    comparison._on_message(comparison, {"kind": "hello"}, [])
    state = wait_for(sent, "state")[0]
    assert state["names"] == ("before", "<after>")
    assert [row[0] for row in state["lines"]] == [0, 1, 2]
    assert [row[2] for row in state["lines"]] == result.lines.distance_a.tolist()
    assert state["rates"][0] == ["CER", result.a.cer, result.b.cer]
    comparison._on_message(comparison, {"kind": "lines", "lines": [2, 77, 1]}, [])
    message, pictures = wait_for(sent, "lines")
    assert [line[0] for line in message["lines"]] == [2, 1]
    assert message["lines"][1][1] == "three <b> four"
    assert "".join(part.read for part in message["lines"][1][3]) == result.lines.read_b[1]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    page = comparison._repr_mimebundle_()[0]["text/html"]
    assert "&lt;after&gt;" in page
    assert "<b>" not in page
    comparison.close()


def test_it_can_be_cancelled_and_begun_again(
    material: tuple[tn.Model, tn.Model, list[tn.TrainingLine]],
) -> None:
    a, b, lines = material
    comparison = tn.ModelCompare(a, b, lines * 400)
    comparison._on_message(comparison, {"kind": "cancel"}, [])
    assert comparison._over.wait(60)
    assert comparison.state == "cancelled"
    with pytest.raises(InputError, match="state cancelled"):
        comparison.wait()
    assert "cancelled" in comparison._repr_mimebundle_()[0]["text/html"]
    comparison.lines = lines
    comparison.start()
    comparison.wait(60)
    assert comparison.state == "done"
    comparison.close()
    assert "tessnb-comparison" not in [thread.name for thread in threading.enumerate()]


def test_what_fails_is_told(material: tuple[tn.Model, tn.Model, list[tn.TrainingLine]]) -> None:
    a, b, lines = material
    lines[0].transcription = lines[1].transcription = lines[2].transcription = ""
    comparison = tn.ModelCompare(a, b, lines, start=False)
    sent = sent_by(comparison)
    comparison.start()
    with pytest.raises(InputError, match="no line can be evaluated"):
        comparison.wait(60)
    deadline = time.monotonic() + 60
    while sent[-1][0]["state"] != "failed":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert "no line can be evaluated" in sent[-1][0]["problem"]
    comparison.close()


def test_values_are_checked(material: tuple[tn.Model, tn.Model, list[tn.TrainingLine]]) -> None:
    a, b, lines = material
    with pytest.raises(InputError, match="no lines"):
        tn.ModelCompare(a, b, [])
    with pytest.raises(InputError):
        tn.ModelCompare("nowhere/no.traineddata", b, lines)
    with pytest.raises(TypeError, match="colour"):
        tn.ModelCompare(a, b, lines, colour="red")  # type: ignore[call-arg]
    result = doctest.testmod(model_compare, extraglobs={"model": a, "lines": lines})
    assert (result.failed, result.attempted) == (0, 4)
