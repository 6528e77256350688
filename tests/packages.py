"""The package as it is given out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.lab import ROOT

__all__ = ["build_packages"]


def build_packages(target: Path) -> None:
    """Build the source archive and the wheel from what is here, without a step of Node's, into a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch)
        ignore = shutil.ignore_patterns("__pycache__", "work", "node_modules", "lib")
        for name in ("tessnb", "notebooks", "labextension", "jupyter-config"):
            shutil.copytree(ROOT / name, source / name, ignore=ignore)
        for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
            shutil.copy(ROOT / name, source)
        (source / "tessnb/labextension/install.json").unlink(missing_ok=True)  # of a development install
        (source / "notebooks/work/00").mkdir(parents=True)
        (source / "notebooks/work/00/line.png").touch()  # what a notebook wrote does not belong in
        builds = "build.build_sdist(sys.argv[1]); build.build_wheel(sys.argv[1])"
        subprocess.run(
            [sys.executable, "-c", f"import sys, hatchling.build as build; {builds}", str(target)],
            cwd=source,
            env={**os.environ, "HATCH_BUILD_NO_HOOKS": "true"},
            check=True,
            timeout=120,
        )
