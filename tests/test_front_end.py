"""The front end's own tests pass: what it computes (geometry, parsing, navigation), under Node."""

from __future__ import annotations

import os
import subprocess

from tests.lab import ROOT


def test_the_pure_parts_of_the_front_end() -> None:
    path = f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        ["npm", "test", "--silent"],
        cwd=ROOT / "labextension",
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "pass 0" not in result.stdout
