"""``make bench``: tessnb against Debian's Tesseract tools side by side, as a table, JSON and a picture.

``python -m tests.bench [--runs N] [--only WORD]``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import measure
from tests.bench.material import FONTS, NET_SPEC, Material, prepare
from tests.bench.picture import draw

RESULTS = Path("build/bench")
TESSNB = [sys.executable, "-m", "tessnb"]
SINGLE = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # the reference is quicker so on few cores


def training(material: Material, runs: int) -> dict[str, object]:
    """Iterations per second of the tutorial's network from scratch, one line per update."""
    turn = 0

    def rate(prefix: list[str]) -> float:
        nonlocal turn
        turn += 1
        out = material.folder / f"train{turn}"
        command = [
            *prefix,
            "lstmtraining",
            "--net_spec",
            NET_SPEC,
            "--model_output",
            str(out / "base"),
            "--traineddata",
            str(material.starter),
            "--train_listfile",
            str(material.lines),
            "--max_iterations",
            "300",
            "--learning_rate",
            "20e-4",
        ]
        out.mkdir()
        return measure.iterations_per_second(command, SINGLE, material.folder)[0]

    ours, reference, ratio = measure.in_turn(lambda: rate(TESSNB), lambda: rate([]), runs)
    return {
        "what": "training, exact mode",
        "unit": "iterations/s",
        "ours": ours,
        "reference": reference,
        "ratio": ratio,
    }


def evaluation(material: Material, runs: int, *, integer: bool) -> dict[str, object]:
    """Lines per second of lstmeval with a model of the tutorial's size."""
    model = material.folder / ("eng_int.traineddata" if integer else "eng_float.traineddata")
    if not model.exists():
        out = material.folder / "short"
        out.mkdir(exist_ok=True)
        common = ["--traineddata", str(material.starter), "--model_output"]
        measure.seconds(
            [
                "lstmtraining",
                "--net_spec",
                NET_SPEC,
                "--train_listfile",
                str(material.lines),
                "--max_iterations",
                "100",
                *common,
                str(out / "base"),
            ],
            SINGLE,
            out,
        )
        measure.seconds(
            [
                "lstmtraining",
                "--stop_training",
                "--continue_from",
                str(out / "base_checkpoint"),
                *(["--convert_to_int"] if integer else []),
                *common,
                str(model),
            ],
            SINGLE,
            out,
        )
    arguments = [
        "lstmeval",
        "--model",
        str(model),
        "--eval_listfile",
        str(material.lines),
        "--verbosity",
        "0",
    ]
    ours, reference, _ = measure.in_turn(
        lambda: measure.seconds([*TESSNB, *arguments], SINGLE, material.folder),
        lambda: measure.seconds(arguments, SINGLE, material.folder),
        runs,
    )
    lines = _line_count(material)
    return {
        "what": f"evaluation, {'int8' if integer else 'float'}, whole process",
        "unit": "lines/s",
        "ours": lines / ours,
        "reference": lines / reference,
        "ratio": reference / ours,
    }


def rendering(material: Material, runs: int) -> dict[str, object]:
    """Pages of the training text, whole processes."""
    arguments = [
        "text2image",
        "--fonts_dir=/usr/share/fonts",
        f"--font={FONTS[0]}",
        f"--text={material.text}",
        "--xsize=3600",
        f"--fontconfig_tmpdir={material.folder}",
        "--outputbase",
    ]
    ours, reference, _ = measure.in_turn(
        lambda: measure.seconds([*TESSNB, *arguments, "ours"], SINGLE, material.folder),
        lambda: measure.seconds([*arguments, "reference"], SINGLE, material.folder),
        runs,
    )
    return {
        "what": "rendering, whole process",
        "unit": "runs/s",
        "ours": 1 / ours,
        "reference": 1 / reference,
        "ratio": reference / ours,
    }


def _line_count(material: Material) -> int:
    from tessnb.formats.lstmf import DocumentFile

    return sum(len(DocumentFile(path)) for path in material.lines.read_text().split())


MEASUREMENTS: dict[str, Callable[[Material, int], dict[str, object]]] = {
    "training": training,
    "evaluation-float": lambda material, runs: evaluation(material, runs, integer=False),
    "evaluation-int8": lambda material, runs: evaluation(material, runs, integer=True),
    "rendering": rendering,
}


def machine() -> str:
    """Return what this runs on, in words."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if "model name" in line
        ]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="measurements of each side (default 5)")
    parser.add_argument("--only", default="", help="measure only what has this word in its name")
    options = parser.parse_args()
    limit = measure.matrix_product_gflops()
    print(f"{machine()}; a float32 matrix product reaches {limit:.0f} GFLOP/s on one thread")
    print(f"{'':36} {'tessnb':>10} {'reference':>10} {'ratio':>7}")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        material = prepare(Path(folder))
        for name, measurement in MEASUREMENTS.items():
            if options.only in name:
                row = measurement(material, options.runs)
                rows.append(row)
                print(
                    f"{row['what']:36} {row['ours']:10.2f} {row['reference']:10.2f} {row['ratio']:6.2f}×",
                    row["unit"],
                )
    RESULTS.mkdir(parents=True, exist_ok=True)
    record = {"machine": machine(), "runs": options.runs, "matrix_product_gflops": limit, "rows": rows}
    (RESULTS / "bench.json").write_text(json.dumps(record, indent=1))
    (RESULTS / "bench.svg").write_text(draw(rows, machine()))
    print(f"saved {RESULTS / 'bench.json'} and {RESULTS / 'bench.svg'}")


if __name__ == "__main__":
    main()
