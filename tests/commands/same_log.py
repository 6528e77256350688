"""``lstmtraining`` beside the real one: everything that is printed has to agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tessnb.commands import main
from tests.conftest import run_tool

__all__ = ["Compare", "assert_same_log", "compare", "figures"]

Compare = Callable[..., str]

#: Means are printed to a thousandth of a point; a float's last digit may tip one over.
TOLERANCE = 0.0021

_NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")
_MEANS = re.compile(r"(?:Mean rms=|At iteration )")


def figures(text: str) -> list[float]:
    """The numbers in a text."""
    return [float(number) for number in _NUMBER.findall(text)]


def assert_same_log(ours: str, real: str, *, tolerance: float = TOLERANCE) -> None:
    """Check that two logs have the same lines; their means may differ by `tolerance` percentage points."""
    mine, theirs = ([_tolerant(line) for line in text.splitlines()] for text in (ours, real))
    assert mine == theirs
    pairs = zip(ours.splitlines(), real.splitlines(), strict=True)
    for one, other in ((one, other) for one, other in pairs if one != other):
        assert figures(one) == pytest.approx(figures(other), rel=0, abs=tolerance), f"{one}\n{other}"


def _tolerant(line: str) -> str:
    return _NUMBER.sub("#", line) if _MEANS.match(line) else line


@pytest.fixture
def compare(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Compare:
    """``compare(*flags)`` runs both in folders ``real`` and ``ours``; returns what ours printed."""
    for name in ("real", "ours"):
        (tmp_path / name).mkdir()

    def run(*flags: object, tool: str = "lstmtraining", tolerance: float = TOLERANCE) -> str:
        real = run_tool(tool, *flags, cwd=tmp_path / "real", check=False)
        monkeypatch.chdir(tmp_path / "ours")
        capfd.readouterr()
        code = main([tool, *map(str, flags)])
        text = capfd.readouterr().err
        assert_same_log(text, real.stderr, tolerance=tolerance)
        assert code == real.returncode
        return text

    return run
