"""What must be installed is said once; and what the wheel brings is enough, without Node."""

from __future__ import annotations

import importlib.util
import json
import re
import site
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import tessnb
from tests.packages import build_packages
from tests.release import PYTHONS

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


def test_the_wheel_brings_both_halves_of_the_extension(
    once: Callable[[str, Callable[[Path], None]], Path], tmp_path: Path
) -> None:
    """Where there are its dependencies and no Node, Jupyter finds both, enabled and sound."""
    (wheel,) = once("packages", build_packages).glob("*.whl")
    fresh = tmp_path / "fresh"
    venv.create(fresh)
    python = fresh / "bin/python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*install, wheel], check=True, timeout=120)
    (own,) = (fresh / "lib").glob("python*/site-packages")
    (own / "dependencies.pth").write_text(f"import site; site.addsitedir({site.getsitepackages()[0]!r})\n")
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = {"PATH": str(fresh / "bin"), "HOME": str(tmp_path), **folders}

    def lists(*module: str) -> str:
        result = subprocess.run(
            [python, "-m", *module, "list"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout + result.stderr

    (line,) = (
        line for line in lists("jupyterlab.labextensions").splitlines() if "@tessnb/labextension" in line
    )
    assert "enabled" in line
    assert "OK" in line
    assert "X" not in line
    words = re.sub(r"\x1b\[\d*m", "", lists("jupyter_server.extension.serverextension")).split()
    assert [each for each in pairwise(words) if each[0] == "tessnb.server"] == [
        ("tessnb.server", "enabled"),
        ("tessnb.server", "OK"),
    ]
    where = [python, "-c", "import tessnb; print(tessnb.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).is_relative_to(fresh)


def test_the_version_and_the_pythons_are_those_of_the_release() -> None:
    package = json.loads((ROOT / "labextension/package.json").read_text())
    assert package["version"] == tessnb.__version__
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [name.rpartition(" ")[2] for name in project["classifiers"] if ":: Python ::" in name]
    assert named == [*PYTHONS]
    assert f"## {tessnb.__version__}" in (ROOT / "CHANGELOG.md").read_text()
