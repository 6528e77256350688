"""What a measurement is given and what it returns."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

from tessnb.files import write_bytes
from tests.bench.material import NET_SPEC, Material, prepare
from tests.bench.measure import iterations_per_second, matrix_product_gflops, usage

__all__ = ["TESSNB", "Bench", "Row", "in_turn"]

#: How our tools are called; the reference's are called by their names alone.
TESSNB = (sys.executable, "-m", "tessnb")

#: Iterations after which the tutorial's network makes few errors on the material.
_LEARNED = 4000


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    what, unit : str
    ours, reference : float or None
        Medians; None where a side has no such figure.
    ratio : float or None
        How many times better ours is: the median of the pairwise ratios.
    limit : float or None
        What this machine could do at the speed of its own float32 matrix product, in `unit`.
    note : str
        What else belongs to the figure.
    """

    what: str
    unit: str
    ours: float | None
    reference: float | None = None
    ratio: float | None = None
    limit: float | None = None
    note: str = ""

    @property
    def fraction(self) -> float | None:
        """The part of the machine's limit that ours reaches."""
        return None if self.limit is None or self.ours is None else self.ours / self.limit


class Bench:
    """What every measurement is given.

    Parameters
    ----------
    folder : Path
        For temporary files.
    results : Path
        For what is kept between runs.
    runs : int
        Measurements of each side.
    omp_threads : sequence of int, optional
        ``OMP_THREAD_LIMIT`` of the reference: if there are several, the one with which it trains fastest is
        found out. By default one, and as many as there are cores.
    """

    def __init__(self, folder: Path, results: Path, runs: int, omp_threads: Sequence[int] = ()) -> None:
        self.folder, self.results, self.runs = folder, results, runs
        self.omp_threads = omp_threads or sorted({1, min(self.cores, 4)})

    @cached_property
    def material(self) -> Material:
        """The training lines and the starter."""
        return prepare(self.results / "material")

    @cached_property
    def gflops(self) -> dict[int, float]:
        """What a float32 matrix product reaches, on one thread and on all cores."""
        return {threads: matrix_product_gflops(threads) for threads in sorted({1, self.cores})}

    @property
    def cores(self) -> int:
        return len(os.sched_getaffinity(0))

    @cached_property
    def omp_rates(self) -> dict[int, float]:
        """The reference's iterations per second for each of `omp_threads`."""
        rates = {}
        for threads in self.omp_threads:
            environment = {**os.environ, "OMP_THREAD_LIMIT": str(threads)}
            rates[threads] = iterations_per_second(*self.training((), 200, environment))[0]
        return rates

    @cached_property
    def reference_environment(self) -> dict[str, str]:
        """The environment in which the reference trains fastest here."""
        best = self.omp_threads[0]
        if len(self.omp_threads) > 1:
            best = max(self.omp_rates, key=self.omp_rates.__getitem__)
        return {**os.environ, "OMP_THREAD_LIMIT": str(best)}

    def environment(self, prefix: tuple[str, ...]) -> dict[str, str]:
        """Return the environment for a tool of ours or of the reference's (no prefix)."""
        return dict(os.environ) if prefix else self.reference_environment

    def training(
        self,
        prefix: tuple[str, ...],
        iterations: int,
        environment: dict[str, str] | None = None,
        *flags: str,
        lines: Path | None = None,
        net: str = NET_SPEC,
        learned: bool = False,
    ) -> tuple[list[str], dict[str, str], Path]:
        """Return command, environment and a new folder for training from scratch, or from `learned`.

        Iterations count from 0 in either case.
        """
        material = self.material
        begin = ["--continue_from", str(self.learned)] if learned else ["--net_spec", net]
        command = [
            *(*prefix, "lstmtraining", *begin, "--learning_rate", "20e-4"),
            *("--model_output", "base", "--traineddata", str(material.starter)),
            *("--train_listfile", str(lines or material.lines), "--max_iterations", str(iterations)),
            *("--target_error_rate", "0", *flags),
        ]
        return command, environment or self.environment(prefix), self.empty_folder("training")

    @cached_property
    def learned(self) -> Path:
        """A checkpoint, made once, of a network that makes few errors: batches are full with it."""
        path = self.results / "models" / f"{self.material.folder.name}-learned_checkpoint"
        if not path.exists():
            command, environment, folder = self.training(TESSNB, _LEARNED)
            usage(command, environment, folder)
            write_bytes(path, (folder / "base_checkpoint").read_bytes())
        return path

    def empty_folder(self, name: str) -> Path:
        """Return a new folder below `folder`."""
        number = sum(1 for _ in self.folder.glob(f"{name}.*"))
        made = self.folder / f"{name}.{number}"
        made.mkdir()
        return made


def in_turn(
    bench: Bench,
    what: str,
    unit: str,
    ours: Callable[[], float],
    reference: Callable[[], float],
    *,
    higher_is_better: bool = True,
    limit: float | None = None,
    note: str = "",
) -> Row:
    """Measure A B A B …: medians of both, and of the pairwise ratios."""
    pairs = [(ours(), reference()) for _ in range(bench.runs)]
    ratios = [a / b if higher_is_better else b / a for a, b in pairs]
    mine, theirs = (median(pair[side] for pair in pairs) for side in (0, 1))
    return Row(what, unit, mine, theirs, median(ratios), limit, note)
