"""What must be installed is said once: the set-up's table and Binder's list agree."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def _system_packages() -> list[tuple[str, str, str, str, str]]:
    spec = importlib.util.spec_from_file_location("system_packages", ROOT / "binder/system_packages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.PACKAGES)


def test_binder_installs_what_a_run_needs() -> None:
    listed = (ROOT / "binder/apt.txt").read_text().split()
    python = {"python3-venv", "python3-dev"}  # Binder's environment brings its own Python
    needed = {debian for purpose, _, debian, _, _ in _system_packages() if purpose == "run"} - python
    assert listed == sorted(needed)


def test_missing_packages_are_named_for_every_package_manager(tmp_path: Path) -> None:
    """On a machine that has neither the packages nor apt, their names are printed; exit status 1."""
    (tmp_path / "fc-list").symlink_to("/bin/true")  # no fonts; nothing else is on the path
    result = subprocess.run(
        [sys.executable, ROOT / "binder/system_packages.py"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    for words in ("apt-get install", "dnf install", "brew install", "tesseract-ocr", "libicu-devel", "icu4c"):
        assert words in result.stderr
